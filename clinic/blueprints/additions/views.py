"""Late additions to an agenda: choosing a case, asking the chair, and the chair's answer."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for

from clinic.blueprints.additions.forms import AnswerForm, AskForm
from clinic.services import additions
from clinic.web.work import changing, reading, then

bp = Blueprint("additions", __name__)
_ADDED = "The case is added. Publish the agenda again."
_HEARD_NEXT = "The case comes after the one that is being heard."


@bp.get("/panels/<uuid:panel_id>/additions")
def of_panel(panel_id: UUID):
    with reading() as work:
        page = additions.of_panel(work, panel_id)
    return render_template("additions/of_panel.html", page=page)


@bp.get("/meetings/<uuid:meeting_id>/additions")
def choose(meeting_id: UUID):
    with reading() as work:
        page = additions.choose(work, meeting_id)
    return render_template("additions/choose.html", page=page)


@bp.get("/meetings/<uuid:meeting_id>/additions/<uuid:case_id>")
def ask(meeting_id: UUID, case_id: UUID, form: AskForm | None = None):
    with reading() as work:
        page = additions.asking(work, meeting_id, case_id)
    return render_template("additions/ask.html", page=page, line=page.lines[0],
                           form=form or AskForm(formdata=None)), 422 if form else 200


@bp.post("/meetings/<uuid:meeting_id>/additions/<uuid:case_id>")
def send(meeting_id: UUID, case_id: UUID):
    form = AskForm()
    with changing(form) as work:
        if form.validate():
            made = additions.ask(work, meeting_id, case_id, form.addition_kind, form.reason.data)
            if made.approved and additions.runs(work, made):
                return then(work, url_for("hearings.live", meeting_id=meeting_id), _HEARD_NEXT)
            if made.approved:
                return then(work, url_for("agenda.show", meeting_id=meeting_id), _ADDED)
            return then(work, url_for("additions.show", addition_id=made.id),
                        "The chair is asked. Until there is an answer the case stays where it is.")
    return ask(meeting_id, case_id, form)


@bp.get("/additions/<uuid:addition_id>")
def show(addition_id: UUID, form: AnswerForm | None = None):
    with reading() as work:
        page = additions.page(work, addition_id)
    return render_template("additions/show.html", page=page, line=page.line,
                           form=form or AnswerForm(formdata=None)), 422 if form else 200


@bp.post("/additions/<uuid:addition_id>")
def answer(addition_id: UUID):
    form = AnswerForm()
    with changing(form) as work:
        if form.validate():
            made = additions.answer(work, addition_id, form.answer())
            added = _HEARD_NEXT if additions.runs(work, made) else _ADDED
            said = added if made.approved else "The case waits."
            return then(work, url_for("additions.show", addition_id=addition_id), said)
    return show(addition_id, form)
