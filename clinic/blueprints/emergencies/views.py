"""Calling an emergency meeting about one case."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for

from clinic.blueprints.emergencies.forms import CallForm
from clinic.domain.meetings import MeetingMode
from clinic.services import emergencies
from clinic.web.work import changing, reading, then

bp = Blueprint("emergencies", __name__)


@bp.get("/cases/<uuid:case_id>/emergency-meeting")
def ask(case_id: UUID, form: CallForm | None = None):
    with reading() as work:
        page = emergencies.page(work, case_id)
    status, form = 422 if form else 200, form or CallForm(
        formdata=None, agencies=list(page.core), minutes=30, mode=MeetingMode.VIRTUAL.value)
    form.agencies.choices = page.agencies
    return render_template("emergencies/ask.html", page=page, form=form), status


@bp.post("/cases/<uuid:case_id>/emergency-meeting")
def call(case_id: UUID):
    form = CallForm()
    with changing(form) as work:
        if form.validate():
            meeting_id = emergencies.call(work, case_id, form.new())
            return then(work, url_for("meetings.show", meeting_id=meeting_id),
                        "The meeting is called: people are invited, and agencies are asked.")
    return ask(case_id, form)
