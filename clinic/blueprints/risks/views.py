"""Risk in a case: assessments by tool, a lower result and its second person, what asks for a new one, the plan."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from clinic.blueprints.risks.forms import CAUSES, AskForm, AssessForm, DecideForm, PlanForm, ToolForm
from clinic.domain.pages import number_of
from clinic.domain.risks import Plan
from clinic.services import risk_pages, risks
from clinic.web.fields import Form
from clinic.web.work import changing, reading, then

bp = Blueprint("risks", __name__)


@bp.get("/risks")
def index():
    with reading() as work:
        page = risk_pages.tasks(work, number_of(request.args.get("page")))
    return render_template("risks/index.html", page=page)


@bp.get("/cases/<uuid:case_id>/risk")
def show(case_id: UUID, form: Form | None = None):
    with reading() as work:
        page = risk_pages.page(work, case_id)
    forms = {"decide": DecideForm, "ask": AskForm}
    drawn = {name: form if isinstance(form, kind) else kind(formdata=None) for name, kind in forms.items()}
    causes = {code.value: label for code, label in CAUSES.items()}
    return render_template("risks/show.html", page=page, form=form, causes=causes, **drawn), 422 if form else 200


@bp.get("/cases/<uuid:case_id>/risk/new")
def new(case_id: UUID, form: AssessForm | None = None):
    """Ask for the tool first, then in its own words."""
    with reading() as work:
        page = risk_pages.assess_page(work, case_id)
    choose = ToolForm(formdata=MultiDict(request.args) if "tool" in request.args else None, meta={"csrf": False})
    choose.tool.offer(list(page.tools.items()))
    if form is None and not ("tool" in request.args and choose.validate()):
        return render_template("risks/tool.html", page=page, form=choose), 422 if choose.errors else 200
    drawn = form or AssessForm(formdata=None, data={"seen": page.state}).about(choose.tool.data)
    return render_template("risks/new.html", page=page, form=drawn), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/risk/new")
def assess(case_id: UUID):
    form = AssessForm()
    form.about(form.tool.data or "")
    with changing(form) as work:
        if form.validate():
            waits = risks.assess(work, case_id, form.new(), form.seen.data or "")
            said = "It is lower than before and waits for a second person." if waits else "The assessment is entered."
            return then(work, url_for(".show", case_id=case_id), said)
    return new(case_id, form)


@bp.post("/cases/<uuid:case_id>/risk/<uuid:assessment_id>/decide")
def decide(case_id: UUID, assessment_id: UUID):
    form = DecideForm()
    with changing(form) as work:
        if form.validate():
            risks.decide(work, case_id, assessment_id, form.agreed, form.refusal.data or "")
            said = "The lower result counts from now on." if form.agreed else "The earlier result goes on counting."
            return then(work, url_for(".show", case_id=case_id), said)
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/risk/ask")
def ask(case_id: UUID):
    form = AskForm()
    with changing(form) as work:
        if form.validate():
            risks.ask(work, case_id, *form.asked())
            return then(work, url_for(".show", case_id=case_id), "A new assessment is asked for.")
    return show(case_id, form)


@bp.get("/cases/<uuid:case_id>/risk/plan")
def plan(case_id: UUID, form: PlanForm | None = None):
    with reading() as work:
        page = risk_pages.plan_page(work, case_id)
    standing = page.plans[0].plan if page.plans else Plan()
    drawn = form or PlanForm(formdata=None).show(standing, page.plan_id)
    drawn.typology.offer(list(page.typologies.items()))
    return render_template("risks/plan.html", page=page, form=drawn), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/risk/plan")
def write_plan(case_id: UUID):
    form = PlanForm()
    with changing(form) as work:
        if form.validate():
            risks.write_plan(work, case_id, form.plan(), form.seen.data or "")
            return then(work, url_for(".show", case_id=case_id), "The plan is written.")
    return plan(case_id, form)
