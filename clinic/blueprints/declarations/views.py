"""The undertaking of confidentiality: read, signed, and on to the page that was asked for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.declarations.forms import UndertakingForm, typed_of
from clinic.services import declarations
from clinic.web.onward import own_path
from clinic.web.work import changing, end, reading, then

bp = Blueprint("declarations", __name__)


@bp.get("/meetings/<uuid:meeting_id>/undertaking")
def undertaking(meeting_id: UUID, form: UndertakingForm | None = None):
    with reading() as work:
        page = declarations.page(work, meeting_id)
    status = 422 if form else 200
    form = form or UndertakingForm(formdata=None, onward=request.args.get("onward", ""))
    form.wording.data = str(page.number)
    return render_template("declarations/undertaking.html", page=page, form=form), status


@bp.post("/meetings/<uuid:meeting_id>/undertaking/stopped")
def stopped(meeting_id: UUID):
    """Show the undertaking to whoever sent a form before they had signed; what they typed goes along."""
    with reading() as work:
        page = declarations.page(work, meeting_id)
    form = UndertakingForm(formdata=None, onward=request.args.get("onward", ""), wording=str(page.number),
                           typed=typed_of(request.form.items(multi=True)))
    return render_template("declarations/undertaking.html", page=page, form=form)


@bp.post("/meetings/<uuid:meeting_id>/undertaking")
def sign(meeting_id: UUID):
    form = UndertakingForm()
    with changing(form) as work:
        if form.validate():
            declarations.sign(work, meeting_id, form.seen_wording)
            agenda = url_for("agenda.show", meeting_id=meeting_id)
            onward = own_path(form.onward.data or "", agenda)
            if not form.fields:
                return then(work, onward, "Your undertaking is kept.")
            end(work, agenda)
            return render_template("declarations/go_on.html", form=form, onward=onward, meeting_id=meeting_id)
    return undertaking(meeting_id, form)
