"""Agencies, people, and who sits on a panel."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from clinic.blueprints.directory.forms import (
    AgencyForm,
    PersonForm,
    PressForm,
    RenameForm,
    SeatChangeForm,
    SeatForm,
)
from clinic.domain.pages import number_of
from clinic.services import directory, people
from clinic.services import members as seats
from clinic.web.work import changing, reading, then

bp = Blueprint("directory", __name__)


@bp.get("/directory")
def index():
    with reading() as work:
        page = directory.agencies_page(work, request.args.get("sector", ""), number_of(request.args.get("page")))
    return render_template("directory/agencies.html", page=page)


@bp.get("/directory/agencies/<uuid:agency_id>")
def agency(agency_id: UUID):
    with reading() as work:
        page = directory.agency_page(work, agency_id)
    return render_template("directory/agency.html", page=page)


@bp.get("/directory/agencies/new")
def new_agency(form: AgencyForm | None = None):
    with reading() as work:
        sectors = directory.new_agency_page(work)
    status, form = (422, form) if form else (200, AgencyForm())
    form.sector.offer(list(sectors.items()))
    return render_template("directory/agency_form.html", form=form, page=None), status


@bp.post("/directory/agencies/new")
def add_agency():
    form = AgencyForm()
    with changing(form) as work:
        form.sector.offer(list(directory.new_agency_page(work).items()))
        if form.validate():
            agency_id = directory.add(work, form.draft())
            return then(work, url_for("directory.agency", agency_id=agency_id), "The agency is added.")
    return new_agency(form)


@bp.get("/directory/agencies/<uuid:agency_id>/edit")
def edit_agency(agency_id: UUID, form: AgencyForm | None = None):
    with reading() as work:
        page = directory.edit_page(work, agency_id)
    status = 422 if form else 200
    form = form or AgencyForm(data={"name": page.name, "sector": page.sector_code, "version": page.version,
                                    "domains": "\n".join(page.domains)})
    form.sector.offer(list(page.sectors.items()))
    return render_template("directory/agency_form.html", form=form, page=page), status


@bp.post("/directory/agencies/<uuid:agency_id>/edit")
def change_agency(agency_id: UUID):
    form = AgencyForm()
    with changing(form) as work:
        form.sector.offer(list(directory.edit_page(work, agency_id).sectors.items()))
        if form.validate():
            directory.change(work, agency_id, form.draft(), form.seen_version)
            return then(work, url_for("directory.agency", agency_id=agency_id), "The agency is saved.")
    return edit_agency(agency_id, form)


@bp.get("/directory/people")
def list_people():
    with reading() as work:
        page = people.people_page(work, request.args.get("agency", ""), request.args.get("status", ""),
                                  number_of(request.args.get("page")))
    return render_template("directory/people.html", page=page)


@bp.get("/directory/people/<uuid:user_id>")
def person(user_id: UUID):
    return _person_page(user_id, None)


def _person_page(user_id: UUID, form: PressForm | None):
    with reading() as work:
        page = people.person_page(work, user_id)
    return render_template("directory/person.html", page=page, form=form, press=PressForm()), 422 if form else 200


@bp.get("/directory/people/new")
def new_person(form: PersonForm | None = None):
    with reading() as work:
        agencies = people.agencies_to_choose(work)
    status, form = (422, form) if form else (200, PersonForm())
    form.agency.offer(agencies)
    return render_template("directory/person_form.html", form=form, page=None), status


@bp.post("/directory/people/new")
def invite_person():
    form = PersonForm()
    with changing(form) as work:
        form.agency.offer(people.agencies_to_choose(work))
        if form.validate():
            user_id = people.invite(work, form.draft())
            return then(work, url_for("directory.person", user_id=user_id),
                        "They are invited. The letter’s link works for 72 hours.")
    return new_person(form)


@bp.get("/directory/people/<uuid:user_id>/edit")
def edit_person(user_id: UUID, form: RenameForm | None = None):
    with reading() as work:
        page = people.edit_page(work, user_id)
    status = 422 if form else 200
    form = form or _person_form(page)(data={"name": page.name, "email": page.email, "agency": str(page.agency_id),
                                            "version": page.version})
    _offer_agencies(form, page)
    return render_template("directory/person_form.html", form=form, page=page), status


@bp.post("/directory/people/<uuid:user_id>/edit")
def change_person(user_id: UUID):
    with reading() as work:
        page = people.edit_page(work, user_id)
    form = _person_form(page)()
    _offer_agencies(form, page)
    with changing(form) as work:
        if form.validate():
            people.change(work, user_id, form.draft(), form.seen_version)
            return then(work, url_for("directory.person", user_id=user_id), "Their details are saved.")
    return edit_person(user_id, form)


def _person_form(page: people.EditPage) -> type[RenameForm]:
    return PersonForm if page.may_readdress else RenameForm


def _offer_agencies(form: RenameForm, page: people.EditPage) -> None:
    if isinstance(form, PersonForm):
        form.agency.offer(page.agencies)


@bp.post("/directory/people/<uuid:user_id>/invite")
def invite_again(user_id: UUID):
    return _press(user_id, people.invite_again,
                  "A new letter of invitation is on its way. The one before no longer works.")


@bp.post("/directory/people/<uuid:user_id>/reset")
def start_reset(user_id: UUID):
    return _press(user_id, people.start_reset, "A letter is on its way. Its link works for 72 hours.")


@bp.post("/directory/people/<uuid:user_id>/enable")
def enable(user_id: UUID):
    return _press(user_id, people.enable, "The account is open again.")


def _press(user_id: UUID, use_case, message: str):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            use_case(work, user_id)
            return then(work, url_for("directory.person", user_id=user_id), message)
    return _person_page(user_id, form)


@bp.get("/directory/people/<uuid:user_id>/disable")
def confirm_disable(user_id: UUID, form: PressForm | None = None):
    with reading() as work:
        page = people.edit_page(work, user_id)
    return render_template("directory/disable.html", page=page, form=form or PressForm()), 422 if form else 200


@bp.post("/directory/people/<uuid:user_id>/disable")
def disable(user_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            people.disable(work, user_id)
            return then(work, url_for("directory.person", user_id=user_id), "The account is disabled.")
    return confirm_disable(user_id, form)


@bp.get("/panels/<uuid:panel_id>/members")
def members(panel_id: UUID):
    with reading() as work:
        page = seats.members_page(work, panel_id, "ended" in request.args)
    return render_template("directory/members.html", page=page)


@bp.get("/panels/<uuid:panel_id>/members/new")
def new_member(panel_id: UUID, form: SeatForm | None = None):
    with reading() as work:
        page = seats.add_page(work, panel_id)
    status = 422 if form else 200
    if form is None:
        form = SeatForm()
        form.valid_from.process(None, page.today)
    form.offer(page.people, page.agencies, page.roles, page.members)
    return render_template("directory/member_form.html", form=form, page=page), status


@bp.post("/panels/<uuid:panel_id>/members/new")
def add_member(panel_id: UUID):
    form = SeatForm()
    with changing(form) as work:
        page = seats.add_page(work, panel_id)
        form.offer(page.people, page.agencies, page.roles, page.members)
        if form.validate():
            seats.add(work, panel_id, form.draft())
            return then(work, url_for("directory.members", panel_id=panel_id), "The membership is added.")
    return new_member(panel_id, form)


@bp.get("/memberships/<uuid:seat_id>")
def edit_member(seat_id: UUID, form: SeatChangeForm | None = None):
    with reading() as work:
        page = seats.seat_page(work, seat_id)
    status = 422 if form else 200
    if form is None:
        form = SeatChangeForm()
        form.show(page.valid_from, page.valid_until, page.deputy_for_id, page.version)
    form.deputy_for.offer(page.members)
    return render_template("directory/seat_form.html", form=form, page=page), status


@bp.post("/memberships/<uuid:seat_id>")
def change_member(seat_id: UUID):
    form = SeatChangeForm()
    with changing(form) as work:
        form.deputy_for.offer(seats.seat_page(work, seat_id).members)
        if form.validate():
            panel_id = seats.change(work, seat_id, form.change(), form.seen_version)
            return then(work, url_for("directory.members", panel_id=panel_id), "The membership is saved.")
    return edit_member(seat_id, form)
