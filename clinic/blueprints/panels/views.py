"""Home, the panels, the rules that each keeps, and what each asks."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from clinic.blueprints.panels import lines
from clinic.blueprints.panels.forms import (
    NATIONS,
    CoreForm,
    NewPanelForm,
    PhrasesForm,
    QuestionsForm,
    RulesForm,
    question_values,
)
from clinic.documents import tables
from clinic.domain.arrivals import HEADER
from clinic.services import core_agencies, panel_home, panels
from clinic.services import phrases as keeping
from clinic.services import questions as asking
from clinic.services.panel_home import PanelHome
from clinic.web.work import changing, reading, then

bp = Blueprint("panels", __name__)


@bp.get("/")
def home():
    """Who sits on one panel finds it here at once; others find all of theirs."""
    with reading() as work:
        page = panel_home.of_person(work)
    if isinstance(page, PanelHome):
        return render_template("panels/show.html", page=page, of_lines=lines.of_lines, of_tasks=lines.of_tasks)
    return render_template("panels/home.html", page=page, of_tasks=lines.of_tasks)


@bp.get("/panels")
def index():
    with reading() as work:
        page = panels.index_page(work)
    return render_template("panels/index.html", page=page)


@bp.get("/panels/new")
def new(form: NewPanelForm | None = None):
    with reading() as work:
        copies = panels.panels_to_copy(work)
    status, form = (422, form) if form else (200, NewPanelForm())
    form.rules_from.offer(copies)
    return render_template("panels/new.html", form=form), status


@bp.post("/panels/new")
def open_panel():
    form = NewPanelForm()
    with changing(form) as work:
        form.rules_from.offer(panels.panels_to_copy(work))
        if form.validate():
            panel_id = panels.open_panel(work, form.new_panel(), form.copied)
            return then(work, url_for("directory.members", panel_id=panel_id),
                        "The panel is open. Name its coordinator and its chair.")
    return new(form)


@bp.get("/panels/<uuid:panel_id>")
def show(panel_id: UUID):
    with reading() as work:
        page = panel_home.of_panel(work, panel_id)
    return render_template("panels/show.html", page=page, of_lines=lines.of_lines, of_tasks=lines.of_tasks)


@bp.get("/panels/<uuid:panel_id>/nominations-each-month.csv")
def arrivals(panel_id: UUID):
    with reading() as work:
        found = panel_home.arrivals(work, panel_id)
    return Response(tables.write_csv(HEADER, found.table()), mimetype="text/csv",
                    headers={"Content-Disposition": "attachment; filename=nominations-each-month.csv"})


@bp.get("/panels/<uuid:panel_id>/rules")
def rules(panel_id: UUID, form: RulesForm | None = None):
    with reading() as work:
        page = panels.rules_page(work, panel_id)
    if form is not None:
        return render_template("panels/rules.html", page=page, form=form, nations=NATIONS), 422
    form = RulesForm()
    form.offer(page.frame.rhythm)
    form.show(page.frame)
    form.show_rules(page.rules)
    form.version.data = page.version
    return render_template("panels/rules.html", page=page, form=form, nations=NATIONS)


@bp.post("/panels/<uuid:panel_id>/rules")
def save_rules(panel_id: UUID):
    form = RulesForm()
    with changing(form) as work:
        form.offer(panels.rules_page(work, panel_id).frame.rhythm)
        if form.validate():
            panels.change(work, panel_id, form.frame(), form.rules(), form.version.data or "")
            return then(work, url_for("panels.rules", panel_id=panel_id), "The rules are saved.")
    return rules(panel_id, form)


@bp.get("/panels/<uuid:panel_id>/core-agencies")
def core(panel_id: UUID, form: CoreForm | None = None):
    with reading() as work:
        page = core_agencies.page(work, panel_id)
    status = 422 if form else 200
    form = form or CoreForm(formdata=None, agencies=[str(id_) for id_ in page.chosen])
    form.offer(page.agencies)
    return render_template("panels/core.html", page=page, form=form), status


@bp.post("/panels/<uuid:panel_id>/core-agencies")
def choose_core(panel_id: UUID):
    form = CoreForm()
    with changing(form) as work:
        form.offer(core_agencies.page(work, panel_id).agencies)
        if form.validate():
            core_agencies.choose(work, panel_id, form.chosen())
            return then(work, url_for("panels.rules", panel_id=panel_id), "The core agencies are saved.")
    return core(panel_id, form)


@bp.get("/panels/<uuid:panel_id>/phrases")
def phrases(panel_id: UUID, form: PhrasesForm | None = None):
    with reading() as work:
        page = keeping.page(work, panel_id)
    status = 422 if form else 200
    form = form or PhrasesForm(formdata=None, phrases=page.text, seen=page.text)
    return render_template("panels/phrases.html", page=page, form=form), status


@bp.post("/panels/<uuid:panel_id>/phrases")
def save_phrases(panel_id: UUID):
    form = PhrasesForm()
    with changing(form) as work:
        if form.validate():
            keeping.change(work, panel_id, form.phrases.data or "", form.seen.data or "")
            return then(work, url_for("panels.rules", panel_id=panel_id), "The phrases are saved.")
    return phrases(panel_id, form)


@bp.get("/panels/<uuid:panel_id>/questions")
def questions(panel_id: UUID, form: QuestionsForm | None = None):
    with reading() as work:
        page = asking.settings_page(work, panel_id)
    status = 422 if form else 200
    form = form or QuestionsForm(formdata=None, data=question_values([p.questions for p in page.pages], page.version))
    form.ask([question for part in page.pages for question in part.questions])
    return render_template("panels/questions.html", page=page, form=form), status


@bp.post("/panels/<uuid:panel_id>/questions")
def save_questions(panel_id: UUID):
    form = QuestionsForm()
    with changing(form) as work:
        if form.validate():
            asking.change(work, panel_id, form.needs, form.places, form.seen_version)
            return then(work, url_for("panels.questions", panel_id=panel_id), "What is asked is saved.")
    return questions(panel_id, form)
