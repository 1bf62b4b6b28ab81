"""A victim's safe address, shown in one answer and nowhere else; and where perpetrators are known."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.addresses.forms import REASONS, DecideForm, KnownForm, PressForm, ProposeForm, RevealForm
from clinic.domain.errors import RuleBroken
from clinic.domain.pages import number_of
from clinic.services import accounts, addresses, known_addresses, reveals
from clinic.web.clock import now
from clinic.web.fields import Form
from clinic.web.work import actor, changing, end, office, reading, then

bp = Blueprint("addresses", __name__)
_REASONS = {code.value: label for code, label in REASONS.items()}


@bp.get("/safe-addresses")
def index():
    with reading() as work:
        page = addresses.tasks(work, number_of(request.args.get("page")))
    return render_template("addresses/index.html", page=page)


@bp.get("/cases/<uuid:case_id>/address")
def show(case_id: UUID, form: Form | None = None):
    with reading() as work:
        page = addresses.page(work, case_id)
    decide = form if isinstance(form, DecideForm) else DecideForm(formdata=None)
    return render_template("addresses/show.html", page=page, form=form, decide=decide, reasons=_REASONS,
                           press=PressForm(formdata=None), once="shown" in request.args), 422 if form else 200


@bp.get("/cases/<uuid:case_id>/address/<uuid:address_id>")
def ask(case_id: UUID, address_id: UUID, form: RevealForm | None = None):
    with reading() as work:
        page, line = reveals.ask_page(work, case_id, address_id)
    return render_template("addresses/ask.html", page=page, line=line, address_id=address_id,
                           form=form or RevealForm(formdata=None)), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/address/<uuid:address_id>")
def reveal(case_id: UUID, address_id: UUID):
    with reading() as work:
        reveals.ask_page(work, case_id, address_id)
    form, found = RevealForm(), None
    if _is_proved(form):
        with changing(form) as work:
            found = reveals.reveal(work, case_id, address_id, form.why(), form.words.data)
            end(work, url_for(".show", case_id=case_id, shown="once"))
    if form.errors:
        return ask(case_id, address_id, form)
    return render_template("addresses/revealed.html", page=found, decide=DecideForm(formdata=None))


def _is_proved(form: RevealForm) -> bool:
    """Return whether the form is whole and its password right; what is wrong stands on the form."""
    if form.validate():
        try:
            accounts.prove(office(), now(), actor(), form.password.data)
        except RuleBroken as broken:
            form.refuse(broken)
    return not form.errors


@bp.get("/cases/<uuid:case_id>/address/new")
def new(case_id: UUID, form: ProposeForm | None = None):
    with reading() as work:
        page = addresses.propose_page(work, case_id)
    return render_template("addresses/new.html", page=page,
                           form=form or ProposeForm(formdata=None)), 422 if form else 200


@bp.post("/cases/<uuid:case_id>/address/new")
def propose(case_id: UUID):
    form = ProposeForm()
    with changing(form) as work:
        if form.validate():
            addresses.propose(work, case_id, form.draft())
            return then(work, url_for(".show", case_id=case_id), "The address waits for a second person.")
    return new(case_id, form)


@bp.post("/cases/<uuid:case_id>/address/<uuid:address_id>/decide")
def decide(case_id: UUID, address_id: UUID):
    form = DecideForm()
    with changing(form) as work:
        if form.validate():
            addresses.decide(work, case_id, address_id, form.confirmed, form.refusal.data or "")
            done = "counts from now on" if form.confirmed else "is refused; what counted before still counts"
            return then(work, url_for(".show", case_id=case_id), f"The proposed address {done}.")
    return show(case_id, form)


@bp.post("/cases/<uuid:case_id>/address/noted")
def take_note(case_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            reveals.take_note(work, case_id)
            return then(work, url_for(".show", case_id=case_id), "It is noted.")
    return show(case_id, form)


@bp.get("/cases/<uuid:case_id>/known-addresses")
def known(case_id: UUID, form: Form | None = None):
    with reading() as work:
        page = known_addresses.page(work, case_id)
    add = form if isinstance(form, KnownForm) else KnownForm(formdata=None)
    _offer(add, page)
    return render_template("addresses/known.html", page=page, form=form, add=add,
                           press=PressForm(formdata=None)), 422 if form else 200


def _offer(form: KnownForm, page: known_addresses.KnownPage) -> None:
    form.person.offer([(str(id_), name) for id_, name in page.people])


@bp.post("/cases/<uuid:case_id>/known-addresses")
def add_known(case_id: UUID):
    form = KnownForm()
    with changing(form) as work:
        _offer(form, known_addresses.page(work, case_id))
        if form.validate():
            known_addresses.add(work, case_id, form.person.uuid, form.address.data)
            return then(work, url_for(".known", case_id=case_id), "The address is written down.")
    return known(case_id, form)


@bp.post("/cases/<uuid:case_id>/known-addresses/<uuid:known_id>/take-back")
def take_back_known(case_id: UUID, known_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            known_addresses.take_back(work, case_id, known_id)
            return then(work, url_for(".known", case_id=case_id), "The address is taken back. It stays to be read.")
    return known(case_id, form)
