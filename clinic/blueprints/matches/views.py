"""Possible matches of a case's people: looked at, linked, called different, taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for

from clinic.blueprints.matches.forms import JudgeForm, PressForm
from clinic.services import links, match_pages
from clinic.web.work import changing, reading, then

bp = Blueprint("matches", __name__)


@bp.get("/cases/<uuid:case_id>/matches")
def show(case_id: UUID, form: JudgeForm | PressForm | None = None):
    with reading() as work:
        page = match_pages.page(work, case_id)
    press = PressForm(formdata=None)
    return render_template("matches/show.html", page=page, form=form, press=press), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/matches")
def judge(case_id: UUID):
    form = JudgeForm()
    with changing(form) as work:
        if form.validate():
            mine, theirs, same = form.judgement()
            links.judge(work, case_id, mine, theirs, same)
            return then(work, url_for("matches.show", case_id=case_id),
                        "They are linked. Each case keeps its own record." if same
                        else "They are kept apart as different people.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/matches/<uuid:link_id>/undo")
def undo(case_id: UUID, link_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            links.undo(work, case_id, link_id)
            return then(work, url_for("matches.show", case_id=case_id),
                        "It is undone. Exclusions that came over with a link stay until you lift them.")
    return show(case_id, form)
