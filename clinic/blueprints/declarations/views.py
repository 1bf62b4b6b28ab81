"""The undertaking of confidentiality: read, signed, and on to the page that was asked for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.declarations.forms import UndertakingForm
from clinic.services import declarations
from clinic.web.onward import own_path
from clinic.web.work import changing, reading, then

bp = Blueprint("declarations", __name__)


@bp.get("/meetings/<uuid:meeting_id>/undertaking")
def undertaking(meeting_id: UUID, form: UndertakingForm | None = None):
    with reading() as work:
        page = declarations.page(work, meeting_id)
    status = 422 if form else 200
    form = form or UndertakingForm(formdata=None, onward=request.args.get("onward", ""))
    form.wording.data = str(page.number)
    return render_template("declarations/undertaking.html", page=page, form=form), status


@bp.post("/meetings/<uuid:meeting_id>/undertaking")
def sign(meeting_id: UUID):
    form = UndertakingForm()
    with changing(form) as work:
        if form.validate():
            declarations.sign(work, meeting_id, form.seen_wording)
            agenda = url_for("agenda.show", meeting_id=meeting_id)
            return then(work, own_path(form.onward.data or "", agenda), "Your undertaking is kept.")
    return undertaking(meeting_id, form)
