"""How a victim is reached without harm: the card, the next one, and the check that it still holds."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.contacts.forms import CHANNELS, CardForm, CheckForm
from clinic.domain.contacts import Card
from clinic.domain.pages import number_of
from clinic.services import contacts
from clinic.web.work import changing, reading, then

bp = Blueprint("contacts", __name__)


@bp.get("/safe-contacts")
def index():
    with reading() as work:
        page = contacts.tasks(work, number_of(request.args.get("page")))
    return render_template("contacts/index.html", page=page)


@bp.get("/cases/<uuid:case_id>/contact")
def show(case_id: UUID, form: CheckForm | None = None):
    with reading() as work:
        page = contacts.page(work, case_id)
    labels = {channel.value: label for channel, (label, _) in CHANNELS.items()}
    return render_template("contacts/show.html", page=page, form=form, press=CheckForm(formdata=None),
                           channels=labels), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/contact/checked")
def check(case_id: UUID):
    form = CheckForm()
    with changing(form) as work:
        if form.validate():
            contacts.check(work, case_id, form.seen.data or "")
            return then(work, url_for(".show", case_id=case_id), "It is written down that you checked it today.")
    return show(case_id, form)


@bp.get("/cases/<uuid:case_id>/contact/new")
def new(case_id: UUID, form: CardForm | None = None):
    with reading() as work:
        page = contacts.write_page(work, case_id)
    standing = page.cards[0].card if page.cards else Card()
    drawn = form or CardForm(formdata=None).show(standing, page.card_id)
    return render_template("contacts/new.html", page=page, form=drawn), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/contact/new")
def write(case_id: UUID):
    form = CardForm()
    with changing(form) as work:
        if form.validate():
            contacts.write(work, case_id, form.card(), form.seen.data or "")
            return then(work, url_for(".show", case_id=case_id),
                        "The card is written; the earlier one stays to be read.")
    return new(case_id, form)
