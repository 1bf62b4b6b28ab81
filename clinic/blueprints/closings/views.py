"""Closing a case, and opening it again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for

from clinic.blueprints.closings.forms import REASONS, CloseForm, ReopenForm
from clinic.domain import closings as rules
from clinic.services import closings
from clinic.web.work import changing, reading, then

bp = Blueprint("closings", __name__)
_WORDS = {code.value: label for code, label in REASONS}


@bp.get("/cases/<uuid:case_id>/closing")
def show(case_id: UUID, form: CloseForm | ReopenForm | None = None):
    with reading() as work:
        page = closings.page(work, case_id)
    close = form if isinstance(form, CloseForm) else CloseForm(formdata=None)
    again = form if isinstance(form, ReopenForm) else ReopenForm(formdata=None)
    return render_template("closings/show.html", page=page, form=form, close_form=close, again=again, reasons=_WORDS,
                           presses=rules.said(page.left)), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/closing")
def close(case_id: UUID):
    form = CloseForm()
    with changing(form) as work:
        if form.validate():
            closings.close(work, case_id, form.closing())
            return then(work, url_for(".show", case_id=case_id), "The case is closed.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/closing/undo")
def reopen(case_id: UUID):
    form = ReopenForm()
    with changing(form) as work:
        if form.validate():
            closings.reopen(work, case_id, form.why.data)
            return then(work, url_for(".show", case_id=case_id), "The case is open again. Its clocks run again.")
    return show(case_id, form)
