"""Adjourning a meeting, and letting it go on.

Both take the meeting's row, which all who write in the meeting share: nothing is decided while it is adjourned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain import adjournments as rules
from clinic.domain import hearings as hearing_rules
from clinic.domain.actors import INVITED
from clinic.domain.adjournments import Pause
from clinic.domain.audit import AuditVerb
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.account import User
from clinic.models.meeting import Adjournment, Meeting
from clinic.models.sealed import DataKey
from clinic.policy import hearings as policy
from clinic.services import audience, meetings
from clinic.services.work import Work

#: the columns of a pause, in its order
PAUSE = (Adjournment.adjourned_at, Adjournment.resumed_at, Adjournment.expected_at)


@dataclass(frozen=True, slots=True)
class AdjournmentLine:
    pause: Pause
    reason: str
    by: str


def adjourn(work: Work, meeting_id: UUID, reason: str, expected_at: datetime | None = None) -> None:
    """Let a meeting that runs stand still, and say why; `expected_at` is when it is to go on, if that is known.

    Everybody invited is written to where that is another day: who has gone already learns it from no screen.
    """
    meeting = _running(work, meeting_id)
    rules.check_adjourn(_pause(_standing(work.session, meeting.id)), reason)
    if work.session.get(DataKey, meeting.id) is None:
        work.seal_for(meeting.id)
    row = Adjournment(panel_id=meeting.panel_id, meeting_id=meeting.id, adjourned_at=work.now,
                      adjourned_by_id=work.actor.user_id, expected_at=expected_at, reason=reason.strip())
    work.session.add(row)
    work.record(AuditVerb.CREATE, row, meeting=meeting.id)
    if expected_at is not None and local_day(expected_at) != local_day(work.now):
        _tell(work, meeting, row)


def _tell(work: Work, meeting: Meeting, row: Adjournment) -> None:
    for member in audience.of(work.session, meeting, local_day(work.now), INVITED).members:
        work.post(Letter(
            LetterKind.MEETING_ADJOURNED, member.actor.user_id, reference=meeting.reference,
            link=f"{meetings.link(meeting.id)}/hearing", about=meeting.id, revision=int(work.now.timestamp()) // 60,
            closes_at=row.expected_at,
        ), panel_id=meeting.panel_id)


def resume(work: Work, meeting_id: UUID) -> None:
    """Let a meeting that is adjourned go on."""
    meeting = _running(work, meeting_id)
    row = _standing(work.session, meeting.id)
    rules.check_resume(_pause(row))
    row.resumed_at, row.resumed_by_id = max(work.now, row.adjourned_at), work.actor.user_id
    work.record(AuditVerb.UPDATE, row, fields=["resumed_at"], meeting=meeting.id)


def _running(work: Work, meeting_id: UUID) -> Meeting:
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_attend_to, meeting)
    hearing_rules.check_running(meeting.status)
    return meeting


def _standing(session: Session, meeting_id: UUID) -> Adjournment | None:
    return session.scalar(
        select(Adjournment).where(Adjournment.meeting_id == meeting_id, Adjournment.resumed_at.is_(None)))


def _pause(row: Adjournment | None) -> Pause | None:
    return None if row is None else Pause(row.adjourned_at, row.resumed_at, row.expected_at)


def check_sitting(session: Session, meeting_id: UUID) -> None:
    """Refuse what waits until a meeting goes on. The caller holds the meeting's row. One statement."""
    rules.check_sitting(_pause(_standing(session, meeting_id)))


def of(session: Session, meeting_id: UUID) -> tuple[Pause, ...]:
    """Return when a meeting stood still, in order. One statement."""
    rows = session.execute(
        select(*PAUSE).where(Adjournment.meeting_id == meeting_id).order_by(Adjournment.adjourned_at, Adjournment.id))
    return tuple(Pause(*row) for row in rows)


def day_of_sitting(session: Session, meeting: Meeting) -> date:
    """Return the day on which a meeting that runs began to sit, or went on last. One statement."""
    ended = [pause.ended_at for pause in of(session, meeting.id) if pause.ended_at is not None]
    return local_day(max(ended, default=meeting.started_at))


def lines_of(session: Session, meeting_id: UUID) -> tuple[AdjournmentLine, ...]:
    """Return each time that a meeting was adjourned, and why, in order: for those who record. One statement."""
    rows = session.execute(
        select(Adjournment, User.name).join(User, User.id == Adjournment.adjourned_by_id)
        .where(Adjournment.meeting_id == meeting_id).order_by(Adjournment.adjourned_at, Adjournment.id))
    return tuple(AdjournmentLine(_pause(row), row.reason or "", by) for row, by in rows)
