"""Declaring that one knows somebody in a case, and naming who speaks there instead."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.interests.forms import InterestsForm, SpeakerForm
from clinic.services import interests
from clinic.web.work import changing, reading, then

bp = Blueprint("interests", __name__)


@bp.get("/meetings/<uuid:meeting_id>/interests")
def declare(meeting_id: UUID, form: InterestsForm | None = None):
    with reading() as work:
        page = interests.page(work, meeting_id)
    status = 422 if form else 200
    asked = InterestsForm(formdata=None) if form is None else form
    asked.offer(page.cases, page.grounds)
    if form is None:
        asked.begin_with(request.args.get("case", type=UUID))
    return render_template("interests/declare.html", page=page, form=asked), status


@bp.post("/meetings/<uuid:meeting_id>/interests")
def send(meeting_id: UUID):
    form = InterestsForm()
    with changing(form) as work:
        page = interests.page(work, meeting_id)
        form.offer(page.cases, page.grounds)
        if form.validate():
            on = url_for("meetings.show", meeting_id=meeting_id) if interests.declare(
                work, meeting_id, form.declared()) else url_for("meetings.index")
            return then(work, on, "Your declaration is kept. The coordinator reads it.")
    return declare(meeting_id, form)


@bp.get("/meetings/<uuid:meeting_id>/interests/declared")
def declared(meeting_id: UUID):
    with reading() as work:
        page = interests.declared_page(work, meeting_id)
    return render_template("interests/declared.html", page=page)


@bp.get("/interests")
def index():
    with reading() as work:
        lines = interests.tasks(work)
    return render_template("interests/index.html", lines=lines)


@bp.get("/interests/<uuid:interest_id>")
def instead(interest_id: UUID, form: SpeakerForm | None = None):
    with reading() as work:
        page = interests.instead_page(work, interest_id)
    status = 422 if form else 200
    form = form or SpeakerForm(formdata=None)
    form.name_from(page.speakers)
    return render_template("interests/instead.html", page=page, form=form), status


@bp.post("/interests/<uuid:interest_id>")
def settle(interest_id: UUID):
    form = SpeakerForm()
    with changing(form) as work:
        form.name_from(interests.instead_page(work, interest_id).speakers)
        if form.validate():
            meeting_id = interests.settle(work, interest_id, form.named())
            return then(work, url_for(".declared", meeting_id=meeting_id), "It is settled.")
    return instead(interest_id, form)
