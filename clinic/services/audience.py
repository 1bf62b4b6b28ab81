"""Who sits on a panel on a day, each as the actor that they will be: with their seats, and what is closed to them.

Letters about a case are written by somebody who may know of it, to people who may not.
Whoever writes them asks here who is who, in two statements however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from clinic.domain.actors import Actor, MembershipRole, Seat, UserStatus
from clinic.domain.emergencies import comes
from clinic.models.account import Membership, User
from clinic.models.agency import Agency
from clinic.models.case import CaseExclusion
from clinic.models.meeting import Meeting

# Made once: making an alias, and its columns, takes longer than the rest of a statement.
_here = aliased(Membership)


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a seat on the panel; `agency` is the home agency's name."""

    name: str
    agency: str
    actor: Actor

    def speaks_for(self, panel_id: UUID, roles: frozenset[MembershipRole]) -> frozenset[UUID]:
        """Return the agencies that the person holds one of `roles` for on the panel."""
        return frozenset(s.agency_id for s in self.actor.seats if s.panel_id == panel_id and s.role in roles)


@dataclass(frozen=True, slots=True)
class Audience:
    """`closed` holds pairs of agency and case: what whole agencies must not know of."""

    members: tuple[Member, ...]
    closed: frozenset[tuple[UUID, UUID]]


def on(session: Session, panel_id: UUID, day: date, roles: frozenset[MembershipRole]) -> Audience:
    """Return the active people who hold one of `roles` on a panel on a day, by agency and name."""
    rows = _seats(session, panel_id, day, roles)
    closed = _exclusions(session, {r.user_id for r in rows}, {a for r in rows for a in (r.agency_id, r.home_id)})
    seats: dict[UUID, list] = {}
    for row in rows:
        seats.setdefault(row.user_id, []).append(row)
    members = tuple(_member(held, closed) for held in seats.values())
    return Audience(members, frozenset((agency, case) for user, agency, case in closed if agency is not None))


def of(session: Session, meeting: Meeting, day: date, roles: frozenset[MembershipRole]) -> Audience:
    """Return who of them has to do with a meeting: with an emergency meeting, who runs it or is called, and may know.
    """
    found = on(session, meeting.panel_id, day, roles)
    if meeting.case_id is None:
        return found
    members = []
    for member in found.members:
        seats = frozenset(seat for seat in member.actor.seats if seat.panel_id != meeting.panel_id or comes(
            seat.role, seat.agency_id, meeting.called))
        actor = replace(member.actor, seats=seats)
        if meeting.case_id not in actor.excluded and actor.holds(meeting.panel_id, roles):
            members.append(replace(member, actor=actor))
    return replace(found, members=tuple(members))


def _seats(session: Session, panel_id: UUID, day: date, roles: frozenset[MembershipRole]) -> list:
    sitting = select(_here.user_id).where(
        _here.panel_id == panel_id, _here.role.in_(list(roles)), *valid_on(_here, day)
    )
    return list(session.execute(
        select(
            Membership.user_id, Membership.panel_id, Membership.role, Membership.agency_id,
            User.agency_id.label("home_id"), User.name, Agency.name.label("agency"),
        )
        .join(User, User.id == Membership.user_id)
        .join(Agency, Agency.id == User.agency_id)
        .where(Membership.user_id.in_(sitting), *valid_on(Membership, day), User.status == UserStatus.ACTIVE)
        .order_by(Agency.name, User.name, User.id)
    ))


def valid_on(membership: type[Membership], day: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a seat is held on a day."""
    return (
        membership.valid_from <= day,
        or_(membership.valid_until.is_(None), membership.valid_until >= day),
    )


def _exclusions(session: Session, users: set[UUID], agencies: set[UUID]) -> list:
    return list(session.execute(
        select(CaseExclusion.user_id, CaseExclusion.agency_id, CaseExclusion.case_id).where(
            CaseExclusion.lifted_at.is_(None),
            or_(CaseExclusion.user_id.in_(list(users)), CaseExclusion.agency_id.in_(list(agencies))),
        )
    ))


def _member(held: list, closed: list) -> Member:
    row = held[0]
    seats = frozenset(Seat(r.panel_id, r.role, r.agency_id) for r in held)
    agencies = {row.home_id} | {s.agency_id for s in seats}
    excluded = frozenset(case for user, agency, case in closed if user == row.user_id or agency in agencies)
    return Member(row.name, row.agency, Actor(row.user_id, row.home_id, seats, excluded))
