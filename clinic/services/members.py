"""Who sits on a panel: for which agency, in which role, from when until when, in whose place.

A membership's role and agency never change, since past meetings were held with them: it
ends, and another begins. Nobody adds, changes or ends a membership of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain import directory as rules
from clinic.domain.actors import SPEAKERS, TRIAGERS, MembershipRole, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.directory import FIRST_SEATS, SeatChange, SeatDraft
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.meetings import local_day
from clinic.models.account import Membership, User
from clinic.models.agency import Agency
from clinic.models.panel import Panel
from clinic.policy import directory as policy
from clinic.policy import panels as panel_policy
from clinic.services import newcomers, panels, unattended
from clinic.services.work import Work

OWN = "Nobody gives a seat to themselves: ask another coordinator or the administrator."


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A membership; `state` is current, coming or ended; `reachable` whether the reader may open the person."""

    id: UUID
    user_id: UUID
    name: str
    agency: str
    role: MembershipRole
    valid_from: date
    valid_until: date | None
    deputy_for: str
    status: UserStatus
    state: str
    reachable: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class MembersPage:
    id: UUID
    name: str
    lines: tuple[SeatLine, ...]
    ended: int
    show_ended: bool
    seated: bool
    may_add: bool
    may_coordinate: bool
    may_run: bool
    keeps_desk: bool
    #: first roles that nobody holds yet, and that of coordinator where none may know of a case that waits
    wanted: tuple[MembershipRole, ...]

    @property
    def wants_another(self) -> bool:
        """Whether there are coordinators, and a further one is wanted."""
        return MembershipRole.COORDINATOR in self.wanted and any(
            line.role is MembershipRole.COORDINATOR and line.state != "ended" for line in self.lines)


@dataclass(frozen=True, slots=True)
class AddPage:
    """What a new membership can be made of."""

    id: UUID
    name: str
    people: list[tuple[str, str]]
    agencies: list[tuple[str, str]]
    members: list[tuple[str, str]]
    roles: tuple[MembershipRole, ...]
    today: date


@dataclass(frozen=True, slots=True)
class SeatPage:
    id: UUID
    panel_id: UUID
    panel: str
    name: str
    agency: str
    role: MembershipRole
    valid_from: date
    valid_until: date | None
    deputy_for_id: UUID | None
    version: int
    members: list[tuple[str, str]]


def members_page(work: Work, panel_id: UUID, show_ended: bool = False) -> MembersPage:
    """Return who sits on the panel and who is going to; those who left only when asked for."""
    panel = panels.find(work, panel_id)
    work.require(panel_policy.may_see, panel)
    lines = _lines(work, panel.id)
    kept = tuple(line for line in lines if show_ended or line.state != "ended")
    taken = _taken(work, panel.id)
    work.record(AuditVerb.VIEW, "Membership", panel_id=panel.id, shown=[line.id for line in kept])
    return MembersPage(
        panel.id, panel.name, kept, sum(line.state == "ended" for line in lines), show_ended,
        panel.id in work.actor.panels(),
        policy.may_add_seats(work.actor, panel, taken), panel_policy.may_coordinate(work.actor, panel),
        panel_policy.may_run(work.actor, panel), panels.keeps_desk(work, panel), tuple(sorted(FIRST_SEATS - taken)),
    )


def _lines(work: Work, panel_id: UUID) -> list[SeatLine]:
    principal, today = aliased(User), local_day(work.now)
    sees_all = policy.sees_everybody(work.actor)
    rows = work.session.execute(
        select(Membership, User.name, User.status, Agency.name, principal.name)
        .join(User, User.id == Membership.user_id).join(Agency, Agency.id == Membership.agency_id)
        .outerjoin(principal, principal.id == Membership.deputy_for_id)
        .where(Membership.panel_id == panel_id)
        .order_by(func.lower(Agency.name), func.lower(User.name), Membership.valid_from)
    )
    return [
        SeatLine(seat.id, seat.user_id, name, agency, seat.role, seat.valid_from, seat.valid_until, deputy or "",
                 status, _state(seat, today), status is UserStatus.ACTIVE or sees_all,
                 policy.may_change_seat(work.actor, seat))
        for seat, name, status, agency, deputy in rows
    ]


def _state(seat: Membership, today: date) -> str:
    if seat.valid_until is not None and seat.valid_until < today:
        return "ended"
    return "coming" if seat.valid_from > today else "current"


def _taken(work: Work, panel_id: UUID) -> frozenset[MembershipRole]:
    """Return the roles that somebody with an account, or invited to one, holds today or later.

    For the administrator a panel's coordinators do not count where a case waits that none of
    them may know of. The panel itself is not told: that would be to tell of the case.
    """
    taken = frozenset(work.session.scalars(
        select(Membership.role).join(User, User.id == Membership.user_id).where(
            Membership.panel_id == panel_id, User.status != UserStatus.DISABLED,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= local_day(work.now)),
        )
    ))
    return taken - TRIAGERS if work.actor.system_admin and unattended.on(work, panel_id) else taken


def add_page(work: Work, panel_id: UUID) -> AddPage:
    """Return what a membership can be made of; the administrator is offered the first seats only."""
    panel = panels.find(work, panel_id)
    taken = _taken(work, panel.id)
    work.require(policy.may_add_seats, panel, taken)
    people = work.session.execute(
        select(User.id, User.name, Agency.name).join(Agency, Agency.id == User.agency_id)
        .where(User.status != UserStatus.DISABLED, ~User.system_admin, ~User.auditor, User.id != work.actor.user_id)
        .order_by(func.lower(User.name), User.id)
    )
    agencies = work.session.execute(select(Agency.id, Agency.name).order_by(func.lower(Agency.name)))
    work.record(AuditVerb.VIEW, "Membership", panel_id=panel.id)
    return AddPage(
        panel.id, panel.name, [(str(id_), f"{name}, {agency}") for id_, name, agency in people],
        [(str(id_), name) for id_, name in agencies], _principals(work, panel.id),
        tuple(role for role in MembershipRole if policy.may_add_seat(work.actor, panel, role, taken)),
        local_day(work.now),
    )


def _principals(work: Work, panel_id: UUID, kept: UUID | None = None) -> list[tuple[str, str]]:
    """Return whom a deputy can stand in for: who sits on the panel today or later, and who is kept, each once."""
    seated = select(Membership.user_id).where(
        Membership.panel_id == panel_id,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= local_day(work.now)),
    )
    rows = work.session.execute(
        select(User.id, User.name).where(or_(User.id.in_(seated), User.id == kept)).order_by(func.lower(User.name))
    )
    return [(str(id_), name) for id_, name in rows]


def add(work: Work, panel_id: UUID, draft: SeatDraft) -> UUID:
    """Give somebody a seat on the panel, and return the membership's id."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_add_seat, panel, draft.role, _taken(work, panel.id))
    if draft.user_id == work.actor.user_id:
        raise RuleBroken(OWN, "person")
    user = work.session.get(User, draft.user_id)
    _check_holder(user)
    agency = work.session.get(Agency, draft.agency_id or user.agency_id)
    if agency is None:
        raise RuleBroken("Choose the agency from the list.", "agency")
    rules.check_seat(draft.role, draft.user_id, draft)
    _check_principal(work, panel.id, draft.deputy_for_id)
    seat = Membership(user_id=user.id, panel_id=panel.id, agency_id=agency.id, role=draft.role,
                      valid_from=draft.valid_from, valid_until=draft.valid_until, deputy_for_id=draft.deputy_for_id)
    _refuse_double(work, seat)
    work.session.add(seat)
    work.record(AuditVerb.CREATE, seat, user=user.id, role=draft.role)
    _ask_of_listed_cases(work, seat)
    return seat.id


def _ask_of_listed_cases(work: Work, seat: Membership) -> None:
    """A speaker's agency may be new to the panel, or there on another meeting's day now."""
    if seat.role in SPEAKERS:
        newcomers.ask(work, seat.panel_id)


def _check_holder(user: User | None) -> None:
    if user is None or user.status is UserStatus.DISABLED:
        raise RuleBroken("Choose somebody with an account.", "person")
    if user.system_admin or user.auditor:
        raise RuleBroken("The administrator and the auditor have no seat on any panel.", "person")


def _check_principal(work: Work, panel_id: UUID, user_id: UUID | None) -> None:
    if user_id is not None and str(user_id) not in dict(_principals(work, panel_id)):
        raise RuleBroken("A deputy stands in for a member of this panel: choose from the list.", "deputy_for")


def _refuse_double(work: Work, seat: Membership) -> None:
    """Refuse a second stretch of the same seat that shares a day with another."""
    others = work.session.scalars(select(Membership).where(
        Membership.panel_id == seat.panel_id, Membership.user_id == seat.user_id, Membership.role == seat.role,
        Membership.agency_id == seat.agency_id, Membership.id != seat.id,
    ))
    mine = (seat.valid_from, seat.valid_until)
    if any(rules.overlap(mine, (other.valid_from, other.valid_until)) for other in others):
        raise RuleBroken("This person holds this seat in that time already: change its dates instead.", "valid_from")


def seat_page(work: Work, seat_id: UUID) -> SeatPage:
    """Return a membership for the page that changes or ends it."""
    seat = find(work, seat_id)
    work.require(policy.may_change_seat, seat)
    name, agency, panel = work.session.execute(
        select(User.name, Agency.name, Panel.name).select_from(Membership)
        .join(User, User.id == Membership.user_id).join(Agency, Agency.id == Membership.agency_id)
        .join(Panel, Panel.id == Membership.panel_id).where(Membership.id == seat.id)
    ).one()
    work.record(AuditVerb.VIEW, seat)
    return SeatPage(seat.id, seat.panel_id, panel, name, agency, seat.role, seat.valid_from, seat.valid_until,
                    seat.deputy_for_id, seat.version, _principals(work, seat.panel_id, seat.deputy_for_id))


def change(work: Work, seat_id: UUID, new: SeatChange, version: int) -> UUID:
    """Change or end a membership, and return its panel's id."""
    seat = find(work, seat_id, lock=True)
    work.require(policy.may_change_seat, seat)
    if seat.version != version:
        raise Stale(theirs=f"{seat.valid_from} – {seat.valid_until or ''}", version=seat.version)
    rules.check_seat(seat.role, seat.user_id, new)
    if new.deputy_for_id != seat.deputy_for_id:
        _check_principal(work, seat.panel_id, new.deputy_for_id)
    seat.valid_from, seat.valid_until = new.valid_from, new.valid_until
    seat.deputy_for_id = new.deputy_for_id
    with work.session.no_autoflush:
        _refuse_double(work, seat)
    work.record(AuditVerb.UPDATE, seat, fields=["valid_from", "valid_until", "deputy_for"], user=seat.user_id)
    panel_id = seat.panel_id
    _ask_of_listed_cases(work, seat)
    return panel_id


def find(work: Work, seat_id: UUID, lock: bool = False) -> Membership:
    """Find a membership of a panel that the actor sees, or raise NotFound."""
    query = select(Membership).where(Membership.id == seat_id, policy.seats_visible_to(work.actor))
    seat = work.session.scalar(query.with_for_update() if lock else query)
    if seat is None:
        raise NotFound
    return seat
