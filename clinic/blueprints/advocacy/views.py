"""The victim's voice: an advocate's tasks, and what was said meeting by meeting."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.advocacy.forms import VoiceForm
from clinic.domain.pages import number_of
from clinic.services import advocacy
from clinic.web.work import changing, reading, then

bp = Blueprint("advocacy", __name__)


@bp.get("/victims-voice")
def index():
    with reading() as work:
        page = advocacy.tasks(work, number_of(request.args.get("page")))
    return render_template("advocacy/index.html", page=page)


@bp.get("/cases/<uuid:case_id>/voice")
def show(case_id: UUID):
    with reading() as work:
        page = advocacy.page(work, case_id)
    return render_template("advocacy/show.html", page=page)


@bp.get("/cases/<uuid:case_id>/voice/<uuid:meeting_id>")
def ask(case_id: UUID, meeting_id: UUID, form: VoiceForm | None = None):
    with reading() as work:
        page, line = advocacy.ask_page(work, case_id, meeting_id)
    drawn = form or VoiceForm(formdata=None)
    return render_template("advocacy/ask.html", page=page, line=line, form=drawn.about(line.asks)), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/voice/<uuid:meeting_id>")
def say(case_id: UUID, meeting_id: UUID):
    form = VoiceForm()
    form.about(form.asked)
    with changing(form) as work:
        if form.validate():
            advocacy.say(work, case_id, meeting_id, form.asked, *form.said())
            return then(work, url_for(".show", case_id=case_id), "It is written down for everybody who knows the case.")
    return ask(case_id, meeting_id, form)
