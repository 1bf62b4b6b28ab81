"""Who is in the room for one case: guests who come for it alone, and members who step out of it.

Whoever steps out must not know of the case from there on, whatever the ground: nobody is told it but the coordinator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from clinic.domain import room as rules
from clinic.domain.attendance import HERE
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import CaseExclusion
from clinic.models.hearing import Hearing, HearingGuest
from clinic.models.meeting import Attendance, Meeting
from clinic.policy import actions as action_policy
from clinic.policy import hearings as policy
from clinic.services import attendance, floor, interests
from clinic.services.work import Work

# The wall, which stands around the hearing, asks for exclusions of its own.
_out = aliased(CaseExclusion)


@dataclass(frozen=True, slots=True)
class Guest:
    id: UUID
    name: str
    agency: str


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is at the meeting and must not know of a case."""

    user_id: UUID
    name: str
    agency: str
    #: while the case was heard, so that they were not in the room for it
    while_heard: bool
    #: at this moment, so that nothing of it is read to them
    now: bool

    def and_also(self, other: Away | None) -> Away:
        """Return what two exclusions of one person make together."""
        return self if other is None else replace(
            self, while_heard=self.while_heard or other.while_heard, now=self.now or other.now)


def welcome(work: Work, hearing_id: UUID, name: str, agency: str) -> UUID:
    """Write down somebody who has come for this case alone; they need no account, and sit on no panel. Returns the id
    under which they stand in the register.
    """
    hearing, _ = floor.take(work, hearing_id)
    rules.check_guest(name, agency)
    row = HearingGuest(panel_id=hearing.panel_id, case_id=hearing.case_id, meeting_id=hearing.meeting_id,
                       name=name.strip(), agency=agency.strip(), noted_at=work.now, noted_by_id=work.actor.user_id)
    work.session.add(row)
    work.record(AuditVerb.CREATE, row, meeting=hearing.meeting_id)
    return row.id


def take_back(work: Work, hearing_id: UUID, guest_id: UUID) -> None:
    """Take a guest off who was written down by mistake: the minutes name nobody who was not there."""
    hearing, _ = floor.take(work, hearing_id)
    row = work.session.scalar(select(HearingGuest).where(
        HearingGuest.id == guest_id, HearingGuest.meeting_id == hearing.meeting_id,
        HearingGuest.case_id == hearing.case_id, HearingGuest.taken_back_at.is_(None)).with_for_update())
    if row is None:
        raise RuleBroken("This guest is off the register already.")
    row.taken_back_at, row.taken_back_by_id = work.now, work.actor.user_id
    work.record(AuditVerb.UPDATE, row, fields=["taken_back_at"])


def step_out(work: Work, hearing_id: UUID, user_id: UUID) -> None:
    """Let a member step out of a case by decision of who runs the meeting: it is gone from all their screens.

    Whoever steps out by themselves declares it, which does the same.
    """
    hearing, meeting = floor.take(work, hearing_id)
    work.require(policy.may_close, meeting)
    if user_id == work.actor.user_id:
        raise RuleBroken("Declare it yourself: “I know somebody in it”.", "who")
    agency_id = work.session.scalar(select(Attendance.agency_id).where(
        Attendance.meeting_id == meeting.id, Attendance.user_id == user_id, Attendance.status.in_(list(HERE))))
    if agency_id is None:
        raise RuleBroken("Choose somebody who is here", "who")
    interests.let_out(work, meeting, hearing.case_id, user_id, agency_id)
    work.record(AuditVerb.UPDATE, hearing, what="steps_out", who=user_id)


def guests(session: Session, meeting_id: UUID, *conditions: Any) -> Mapping[UUID, tuple[Guest, ...]]:
    """Return who came for one case alone, by case, as far as the session's actor may know. One statement."""
    found = defaultdict(tuple)
    for row in session.scalars(select(HearingGuest).where(HearingGuest.meeting_id == meeting_id,
                                                            HearingGuest.taken_back_at.is_(None), *conditions)
                               .order_by(HearingGuest.noted_at, HearingGuest.id)):
        found[row.case_id] += (Guest(row.id, row.name or "", row.agency or ""),)
    return found


def away(session: Session, meeting: Meeting, *conditions: Any) -> Mapping[UUID, tuple[Away, ...]]:
    """Return who was at a meeting and must not know of a case: while it was heard, or now, by case. One statement.

    Seats are those of its day. Why is not among it. The caller has seen to it that the reader may know of these cases.
    """
    heard_until = func.coalesce(Hearing.ended_at, Meeting.closed_at, type_=Hearing.ended_at.type)
    heard_from = func.coalesce(Hearing.started_at, Meeting.started_at, type_=Hearing.started_at.type)
    meanwhile = and_(or_(heard_until.is_(None), _out.set_at <= heard_until),
                     or_(_out.lifted_at.is_(None), _out.lifted_at > heard_from))
    rows = session.execute(
        select(_out.case_id, User.id, User.name, Agency.name.label("agency"),
               case((meanwhile, True), else_=False).label("while_heard"),
               case((_out.lifted_at.is_(None), True), else_=False).label("now"))
        .join(Hearing, Hearing.case_id == _out.case_id)
        .join(Meeting, Meeting.id == Hearing.meeting_id)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .join(User, User.id == Attendance.user_id).join(Agency, Agency.id == Attendance.agency_id)
        .where(Meeting.id == meeting.id, Attendance.status.in_(list(HERE)),
               or_(action_policy.shuts_out(_out, attendance.day_of(meeting)), Attendance.agency_id == _out.agency_id),
               or_(meanwhile, _out.lifted_at.is_(None)), *conditions)
        .order_by(Agency.name, User.name)
    )
    found: dict[UUID, dict[UUID, Away]] = defaultdict(dict)
    for case_id, *who in rows:
        one = Away(*who)
        found[case_id][one.user_id] = one.and_also(found[case_id].get(one.user_id))
    return {case_id: tuple(people.values()) for case_id, people in found.items()}
