"""Taking a case off a list that an earlier meeting had not heard: the reason, who gave it, and when.

The case waits for another list, like any other that is taken off. Its page shows the reason to whoever
knows it, and so do the minutes of the meeting from whose list it went.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clinic.domain import agenda as order_rules
from clinic.domain import drops as rules
from clinic.domain.agenda import AgendaStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.drops import Drop, DropReason
from clinic.domain.errors import NotFound, RuleBroken
from clinic.models.account import User
from clinic.models.agenda import Agenda, AgendaDrop, AgendaItem
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.policy import agenda as policy
from clinic.services import agenda as agenda_
from clinic.services import declarations, running_order
from clinic.services.work import Work

_deferring = aliased(Meeting)


@dataclass(frozen=True, slots=True)
class DropLine:
    """One list from which the case was taken off."""

    meeting_id: UUID
    starts_at: datetime
    reason: DropReason
    words: str
    by: str
    dropped_at: datetime


@dataclass(frozen=True, slots=True)
class DropPage:
    """What is asked of whoever takes a case off; `refusal` says why it cannot be, and is empty when it can."""

    meeting_id: UUID
    item_id: UUID
    panel: str
    starts_at: datetime
    reference: str
    deferred_from: datetime
    version: int
    refusal: str


def page(work: Work, meeting_id: UUID, item_id: UUID) -> DropPage:
    """Return what the page names that asks why a carried-over case is taken off."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_build, meeting)
    row = work.session.execute(
        select(AgendaItem, Agenda, Panel.name, Case.reference, _deferring.starts_at)
        .join(Agenda, Agenda.meeting_id == AgendaItem.meeting_id).join(Panel, Panel.id == AgendaItem.panel_id)
        .join(Case, Case.id == AgendaItem.case_id).join(_deferring, _deferring.id == AgendaItem.deferred_from_id)
        .where(AgendaItem.id == item_id, AgendaItem.meeting_id == meeting.id, policy.visible_to(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    item, agenda, panel, reference, deferred_from = row
    work.record(AuditVerb.VIEW, item)
    return DropPage(meeting.id, item.id, panel, meeting.starts_at, reference, deferred_from,
                    agenda_.version_seen_by(work, agenda),
                    _refusal(meeting, agenda.status))


def _refusal(meeting: Meeting, status: AgendaStatus) -> str:
    try:
        order_rules.check_open(meeting.status, status)
    except RuleBroken as broken:
        return broken.message
    return ""


def drop(work: Work, meeting_id: UUID, version: int, item_id: UUID, said: Drop) -> str:
    """Take a carried-over case off a list and keep why; return a sentence that says so."""
    _, agenda, items = running_order.opened(work, meeting_id, version)
    item = next((one for one in items if one.id == item_id and one.deferred_from_id is not None), None)
    if item is None:
        raise NotFound
    rules.check(said)
    row = AgendaDrop(
        panel_id=item.panel_id, case_id=item.case_id, meeting_id=item.meeting_id,
        deferred_from_id=item.deferred_from_id, reason=said.reason, words=said.words.strip() or None,
        dropped_at=work.now, dropped_by_id=work.actor.user_id,
    )
    work.session.add(row)
    agenda_.delete(work, [item])
    agenda_.touch(work, agenda)
    work.session.flush()
    work.record(AuditVerb.CREATE, row, meeting=row.meeting_id)
    reference = work.session.scalars(select(Case.reference).where(Case.id == row.case_id)).one()
    return f"{reference}: taken off the agenda"


def of_case(session: Session, case_id: UUID) -> tuple[DropLine, ...]:
    """Return the lists from which a case was taken off, the latest first; to whom, the caller has asked."""
    rows = session.execute(
        select(AgendaDrop, Meeting.starts_at, User.name).join(Meeting, Meeting.id == AgendaDrop.meeting_id)
        .join(User, User.id == AgendaDrop.dropped_by_id)
        .where(AgendaDrop.case_id == case_id).order_by(AgendaDrop.dropped_at.desc(), AgendaDrop.id)
    )
    return tuple(DropLine(row.meeting_id, starts_at, row.reason, row.words or "", by, row.dropped_at)
                 for row, starts_at, by in rows)
