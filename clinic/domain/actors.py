"""Who acts: a person with seats on panels, or a named part of the system."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class MembershipRole(StrEnum):
    """What a person is on one panel. Source: vocabulary of MARAC and clinic protocols."""

    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    COORDINATOR = "coordinator"
    MINUTE_TAKER = "minute_taker"
    REPRESENTATIVE = "representative"
    DEPUTY_REPRESENTATIVE = "deputy_representative"
    ADVOCATE = "advocate"
    PRESENTER = "presenter"
    SPECIALIST_ADVISER = "specialist_adviser"
    PROSECUTOR = "prosecutor"
    OBSERVER = "observer"
    COMMUNITY_MEMBER = "community_member"
    FACILITATOR = "facilitator"
    MINUTES_RECIPIENT = "minutes_recipient"
    CALENDAR_SUBSCRIBER = "calendar_subscriber"
    STEERING_MEMBER = "steering_member"
    AGENCY_LEAD = "agency_lead"


_R = MembershipRole

CHAIRS = frozenset({_R.CHAIR, _R.DEPUTY_CHAIR})
TRIAGERS = frozenset({_R.COORDINATOR})
# Those who run the panel read every case of it, listed or not.
RUNNERS = CHAIRS | {_R.COORDINATOR}
# Those who speak for an agency: they nominate, answer research and take actions.
SPEAKERS = frozenset({
    _R.REPRESENTATIVE, _R.DEPUTY_REPRESENTATIVE, _R.ADVOCATE,
    _R.SPECIALIST_ADVISER, _R.PROSECUTOR, _R.AGENCY_LEAD,
})
CASE_READERS = RUNNERS | SPEAKERS | {_R.MINUTE_TAKER}
# Those who are invited to a sitting (not recipients, subscribers, steering members).
INVITED = RUNNERS | SPEAKERS | {_R.MINUTE_TAKER}


class UserStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Seat:
    """One current membership: the panel, the role there, and the agency spoken for."""

    panel_id: UUID
    role: MembershipRole
    agency_id: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person for the length of one piece of work.

    `seats` are the memberships that are valid today; `excluded` the cases that this
    person, or an agency they speak for, must not know of.
    """

    user_id: UUID
    agency_id: UUID
    seats: frozenset[Seat] = frozenset()
    excluded: frozenset[UUID] = frozenset()
    system_admin: bool = False
    auditor: bool = False
    session_id: UUID | None = None
    address: str = ""

    def panels(self, *roles: MembershipRole) -> frozenset[UUID]:
        """Return the panels where the actor holds one of `roles` (any role if none is given)."""
        return frozenset(s.panel_id for s in self.seats if not roles or s.role in roles)

    def holds(self, panel_id: UUID, roles: frozenset[MembershipRole]) -> bool:
        return any(s.panel_id == panel_id and s.role in roles for s in self.seats)

    def agencies(self, panel_id: UUID | None = None) -> frozenset[UUID]:
        """Return the agencies the actor speaks for (on one panel, or on any)."""
        return frozenset(s.agency_id for s in self.seats if panel_id in (None, s.panel_id))


@dataclass(frozen=True, slots=True)
class SystemActor:
    """A part of the system acting by itself; `reason` says which and why, for the audit."""

    reason: str
    user_id: None = None
    agency_id: None = None
    seats: frozenset[Seat] = field(default=frozenset())
    excluded: frozenset[UUID] = field(default=frozenset())
    system_admin: bool = False
    auditor: bool = False
    session_id: None = None
    address: str = ""

    def panels(self, *roles: MembershipRole) -> frozenset[UUID]:
        return frozenset()

    def holds(self, panel_id: UUID, roles: frozenset[MembershipRole]) -> bool:
        return False

    def agencies(self, panel_id: UUID | None = None) -> frozenset[UUID]:
        return frozenset()
