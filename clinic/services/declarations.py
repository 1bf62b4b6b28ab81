"""The undertaking of confidentiality: each person gives it for each meeting, before its papers open to them.

Whatever shows a meeting's cases finds the meeting by `opened`, so that no page is forgotten. What changes
them is stopped by `check_papers`, for all forms whose address names a meeting or something of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from clinic.domain import declarations as rules
from clinic.domain.actors import Actor, MembershipRole, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.declarations import DeclarationKind
from clinic.domain.errors import NotFound, RuleBroken, Unsigned
from clinic.domain.meetings import MeetingStatus
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaAddition, AgendaItem
from clinic.models.declaration import Declaration
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.policy import declarations as policy
from clinic.policy import meetings as meeting_policy
from clinic.policy.agenda import READERS
from clinic.policy.once import ONCE, once
from clinic.services import attendance, directory, meetings
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class UndertakingPage:
    """What is signed or was signed; `signed_at` is None before."""

    meeting_id: UUID
    panel: str
    starts_at: datetime
    name: str
    agency: str
    wording: tuple[str, ...]
    number: int
    asked: bool
    open: bool
    observes: bool
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedLine:
    """Somebody who reads a meeting's papers, and when they signed."""

    name: str
    agency: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signed:
    """How it stands with the undertakings of a meeting: the reader's own and, for whoever runs it, everybody's."""

    mine: datetime | None
    people: tuple[SignedLine, ...]

    @property
    def missing(self) -> int:
        return sum(line.signed_at is None for line in self.people)


def opened(work: Work, meeting_id: UUID) -> Meeting:
    """Find a meeting whose papers are to be shown, or raise Unsigned. One statement; the caller still asks."""
    row = work.session.execute(_meeting(work.actor), {"meeting_id": meeting_id}).one_or_none()
    if row is None:
        raise NotFound
    meeting, owed = row
    check(meeting, owed)
    return meeting


@once
def _meeting(actor: Actor | SystemActor) -> Select:
    return (
        select(Meeting, policy.owed_by(actor))
        .where(Meeting.id == bindparam("meeting_id"), meeting_policy.visible_to(actor)).execution_options(**ONCE)
    )


def check(meeting: Meeting, owed: bool) -> None:
    """Refuse to open the papers of a meeting to whoever owes its undertaking."""
    if owed:
        raise Unsigned(meeting.id)


def check_papers(work: Work, named: Mapping[str, Any]) -> None:
    """Refuse a change of a meeting's papers to whoever owes its undertaking. One statement, if any.

    `named` is what the address of the form names: a meeting, or something that belongs to one.
    """
    of = next((_MEETING_OF[name](id_) for name, id_ in named.items() if name in _MEETING_OF), None)
    row = None if of is None else work.session.execute(
        select(Meeting, policy.owed_by(work.actor)).where(Meeting.id == of)).one_or_none()
    if row is not None:
        check(*row)


# Whose meeting is meant by each name that an address of a meeting's papers has.
_MEETING_OF: dict[str, Callable[[UUID], Any]] = {
    "meeting_id": lambda id_: id_,
    "hearing_id": lambda id_: select(Hearing.meeting_id).where(Hearing.id == id_).scalar_subquery(),
    "item_id": lambda id_: select(AgendaItem.meeting_id).where(AgendaItem.id == id_).scalar_subquery(),
    "addition_id": lambda id_: select(AgendaAddition.meeting_id).where(AgendaAddition.id == id_).scalar_subquery(),
}


def page(work: Work, meeting_id: UUID) -> UndertakingPage:
    """Return the words that the actor is asked to sign, or those that they have signed."""
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_sign, meeting)
    panel, asked, name, agency = work.session.execute(
        select(Panel.name, PanelRules.undertaking_required, User.name, Agency.name)
        .join(PanelRules, PanelRules.panel_id == Panel.id)
        .join(User, User.id == work.actor.user_id).join(Agency, Agency.id == agency_of(work, meeting))
        .where(Panel.id == meeting.panel_id)
    ).one()
    mine = _mine(work, meeting)
    number = mine.wording if mine else rules.NEWEST
    work.record(AuditVerb.VIEW, meeting, what="undertaking")
    return UndertakingPage(
        meeting.id, panel, meeting.starts_at, name, agency, rules.wording(number), number, asked,
        meeting.status is not MeetingStatus.CANCELLED, _observes(work, meeting), mine.signed_at if mine else None,
    )


def sign(work: Work, meeting_id: UUID, seen: int) -> None:
    """Keep the actor's undertaking for a meeting; `seen` is the wording that they read. A second changes nothing."""
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_sign, meeting)
    rules.check_signing(meeting.status, seen)
    if _mine(work, meeting) is not None:
        return
    if not work.session.scalar(
        select(PanelRules.undertaking_required).where(PanelRules.panel_id == meeting.panel_id)
    ):
        raise RuleBroken("This panel asks for no undertaking.")
    row = Declaration(
        panel_id=meeting.panel_id, meeting_id=meeting.id, user_id=work.actor.user_id,
        agency_id=agency_of(work, meeting), kind=DeclarationKind.CONFIDENTIALITY, wording=seen, signed_at=work.now,
    )
    work.session.add(row)
    work.record(AuditVerb.CREATE, row, meeting_id=meeting.id, wording=seen)


def _mine(work: Work, meeting: Meeting) -> Declaration | None:
    return work.session.scalar(select(Declaration).where(
        Declaration.meeting_id == meeting.id, Declaration.user_id == work.actor.user_id,
        Declaration.kind == DeclarationKind.CONFIDENTIALITY,
    ))


def agency_of(work: Work, meeting: Meeting) -> UUID:
    """Return the agency for which the actor sits on the panel: their own, where they sit for several."""
    there = work.actor.agencies(meeting.panel_id)
    return work.actor.agency_id if work.actor.agency_id in there else min(there)


def _observes(work: Work, meeting: Meeting) -> bool:
    """Return whether the actor only watches."""
    return not work.actor.holds(meeting.panel_id, READERS - {MembershipRole.OBSERVER})


def of_meeting(work: Work, meeting: Meeting) -> Signed:
    """Return who has signed for a meeting; to whom, the caller's page has asked. Two statements at most."""
    mine = _mine(work, meeting)
    if not policy.may_see_signed(work.actor, meeting):
        return Signed(mine.signed_at if mine else None, ())
    members = directory.members_of(work.session, meeting, attendance.day_of(meeting), READERS)
    signed = work.session.execute(
        select(Declaration.user_id, User.name, Agency.name.label("agency"), Declaration.signed_at)
        .join(User, User.id == Declaration.user_id).join(Agency, Agency.id == Declaration.agency_id)
        .where(Declaration.meeting_id == meeting.id, Declaration.kind == DeclarationKind.CONFIDENTIALITY)
    ).all()
    lines = {member.user_id: SignedLine(member.name, member.agency, None) for member in members}
    lines |= {row.user_id: SignedLine(row.name, row.agency, row.signed_at) for row in signed}
    people = sorted(lines.values(), key=lambda line: (line.agency, line.name))
    return Signed(mine.signed_at if mine else None, tuple(people))
