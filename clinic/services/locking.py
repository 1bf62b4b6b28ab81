"""Locking an agenda, so that nothing moves any more under those who prepare, and unlocking it with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clinic.domain import agenda as rules
from clinic.domain.agenda import AgendaStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.models.account import User
from clinic.models.agenda import Agenda, AgendaLock
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.policy import agenda as policy
from clinic.services import agenda as agenda_
from clinic.services import editions, meetings, running_order
from clinic.services.work import Work

_locker, _unlocker = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class LockLine:
    """One time that the agenda was locked; while it is, nobody has unlocked it."""

    locked_at: datetime
    locked_by: str
    unlocked_at: datetime | None
    unlocked_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class LockPage:
    """What locking or unlocking asks; `refusal` says why neither can be done, and is empty when it can."""

    meeting_id: UUID
    panel: str
    starts_at: datetime
    ends_at: datetime
    version: int
    is_locked: bool
    lines: tuple[LockLine, ...]
    refusal: str


def lock(work: Work, meeting_id: UUID, version: int) -> None:
    """Lock an agenda that its readers have as it stands."""
    meeting, agenda, mine = running_order.opened(work, meeting_id, version)
    rules.check_lock(editions.published_to(work, agenda), agenda_.planned_items(mine))
    agenda.status = AgendaStatus.LOCKED
    agenda_.touch(work, agenda)
    work.session.add(AgendaLock(panel_id=meeting.panel_id, meeting_id=meeting.id, locked_at=work.now,
                                locked_by_id=work.actor.user_id))
    work.record(AuditVerb.UPDATE, agenda, fields=["status"])


def unlock(work: Work, meeting_id: UUID, reason: str) -> None:
    """Let an agenda be changed again, and say why."""
    meeting, agenda = _found(work, meeting_id, lock_it=True)
    rules.check_unlock(meeting.status, agenda.status, reason)
    row = work.session.scalars(select(AgendaLock).where(
        AgendaLock.meeting_id == meeting.id, AgendaLock.unlocked_at.is_(None))).one()
    row.unlocked_at, row.unlocked_by_id, row.reason = work.now, work.actor.user_id, reason.strip()
    agenda.status = rules.published_as(agenda.edition)
    agenda_.touch(work, agenda)
    work.record(AuditVerb.REVOKE, agenda, fields=["status"])


def page(work: Work, meeting_id: UUID) -> LockPage:
    """Return what somebody must see who locks or unlocks an agenda."""
    meeting, agenda = _found(work, meeting_id)
    panel = work.session.get_one(Panel, meeting.panel_id)
    work.record(AuditVerb.VIEW, agenda)
    return LockPage(meeting.id, panel.name, meeting.starts_at, meeting.ends_at,
                    agenda_.version_seen_by(work, agenda),
                    agenda.status is AgendaStatus.LOCKED, lines_of(work.session, meeting.id),
                    _refusal(work, meeting, agenda))


def _found(work: Work, meeting_id: UUID, lock_it: bool = False) -> tuple[Meeting, Agenda]:
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_build, meeting)
    query = select(Agenda).where(Agenda.meeting_id == meeting.id)
    agenda = work.session.scalar(query.with_for_update() if lock_it else query)
    if agenda is None:
        raise NotFound
    return meeting, agenda


def _refusal(work: Work, meeting: Meeting, agenda: Agenda) -> str:
    try:
        rules.check_open(meeting.status)
        if agenda.status is not AgendaStatus.LOCKED:
            order = [line.planned for line in agenda_.order_of(work.session, meeting.id)]
            rules.check_lock(editions.published_to(work, agenda), order)
    except RuleBroken as broken:
        return broken.message
    return ""


def lines_of(session: Session, meeting_id: UUID) -> tuple[LockLine, ...]:
    """Return each time that an agenda was locked, the latest first. One statement."""
    rows = session.execute(
        select(AgendaLock, _locker.name, _unlocker.name)
        .join(_locker, _locker.id == AgendaLock.locked_by_id)
        .outerjoin(_unlocker, _unlocker.id == AgendaLock.unlocked_by_id)
        .where(AgendaLock.meeting_id == meeting_id).order_by(AgendaLock.locked_at.desc(), AgendaLock.id)
    )
    return tuple(LockLine(row.locked_at, by, row.unlocked_at, opener or "", row.reason or "")
                 for row, by, opener in rows)


def standing(lines: Sequence[LockLine]) -> LockLine | None:
    """Return the lock that holds, if one does."""
    return lines[0] if lines and lines[0].unlocked_at is None else None
