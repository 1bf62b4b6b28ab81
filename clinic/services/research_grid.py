"""The returns grid of a meeting: which agency has answered what about which case, and what was chased."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.actors import SPEAKERS
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.research import WAITING, ResearchStatus
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.research import ResearchPart, ResearchReminder, ResearchRequest
from clinic.policy import agenda as agenda_policy
from clinic.policy import research as policy
from clinic.policy import research_parts as parts_policy
from clinic.services import audience, declarations, research
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Cell:
    """What one agency has to do with one case. Nothing for `request_id` = it was not asked."""

    agency_id: UUID
    agency: str
    request_id: UUID | None
    status: ResearchStatus | None
    overdue: bool
    chased_on: date | None
    #: when something was added last, after the meeting had begun
    added_on: date | None = None

    @property
    def missing(self) -> bool:
        return self.status in WAITING


@dataclass(frozen=True, slots=True)
class GridRow:
    case_id: UUID
    reference: str
    cells: tuple[Cell, ...]

    @property
    def missing(self) -> int:
        return sum(cell.missing for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Column:
    agency_id: UUID
    agency: str
    missing: int


@dataclass(frozen=True, slots=True)
class GridPage:
    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime
    due_on: date | None
    #: of an emergency meeting
    answers_by: datetime | None
    rows: tuple[GridRow, ...]
    columns: tuple[Column, ...]
    asked: int
    answered: int
    may_chase: bool

    @property
    def missing(self) -> int:
        return self.asked - self.answered


def page(work: Work, meeting_id: UUID) -> GridPage:
    """Return the grid to whoever follows the panel's research: the cases that they know. Seven statements."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_see_grid, meeting)
    cases = _cases(work, meeting)
    requests = _requests(work, meeting, [case_id for case_id, _ in cases])
    agencies = _agencies(work, meeting, {agency_id for _, agency_id in requests})
    rows = tuple(
        GridRow(case_id, reference, tuple(
            _cell(agency_id, name, requests.get((case_id, agency_id)), work.now)
            for agency_id, name in agencies.items()))
        for case_id, reference in cases
    )
    work.record(AuditVerb.VIEW, meeting, shown=[row.case_id for row in rows])
    cells = [cell for row in rows for cell in row.cells]
    asked = [cell for cell in cells if cell.request_id and cell.status is not ResearchStatus.EXEMPT_CONFLICT]
    return GridPage(
        meeting.id, meeting.starts_at, meeting.ends_at, min((row.due_on for row in requests.values()), default=None),
        meeting.answers_by, rows, tuple(Column(id_, name, sum(c.missing for c in cells if c.agency_id == id_))
                    for id_, name in agencies.items()),
        len(asked), sum(not cell.missing for cell in asked),
        policy.may_chase(work.actor, meeting) and meeting.status is MeetingStatus.PLANNED,
    )


def _cases(work: Work, meeting: Meeting) -> list[tuple[UUID, str]]:
    return [tuple(row) for row in work.session.execute(
        select(Case.id, Case.reference).join(AgendaItem, AgendaItem.case_id == Case.id)
        .where(AgendaItem.meeting_id == meeting.id, agenda_policy.visible_to(work.actor))
        .order_by(AgendaItem.position, AgendaItem.id))]


def _requests(work: Work, meeting: Meeting,
              case_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Any]:
    """Return what was asked of these cases, when each was last chased and added to, in columns: there are hundreds."""
    chased = (select(func.max(ResearchReminder.day)).where(ResearchReminder.request_id == ResearchRequest.id)
              .correlate(ResearchRequest).scalar_subquery())
    added = (select(func.max(ResearchPart.said_at))
             .where(ResearchPart.request_id == ResearchRequest.id, ResearchPart.addition,
                    parts_policy.visible_to(work.actor))
             .correlate(ResearchRequest).scalar_subquery())
    rows = work.session.execute(
        select(ResearchRequest.id, ResearchRequest.case_id, ResearchRequest.agency_id, ResearchRequest.status,
               ResearchRequest.due_on, ResearchRequest.answers_by, chased.label("chased_on"),
               added.label("added_at")).where(
            ResearchRequest.meeting_id == meeting.id, ResearchRequest.case_id.in_(case_ids)))
    return {(row.case_id, row.agency_id): row for row in rows}


def _agencies(work: Work, meeting: Meeting, asked: Collection[UUID]) -> dict[UUID, str]:
    """Return the agencies that speak at the meeting or were asked for it, by name."""
    present = audience.of(work.session, meeting, local_day(meeting.starts_at), SPEAKERS)
    speaking = {a for member in present.members for a in member.speaks_for(meeting.panel_id, SPEAKERS)}
    return dict(work.session.execute(
        select(Agency.id, Agency.name).where(Agency.id.in_({*speaking, *asked})).order_by(Agency.name)
    ).all())


def _cell(agency_id: UUID, agency: str, asked: Any, now: datetime) -> Cell:
    if asked is None:
        return Cell(agency_id, agency, None, None, False, None)
    return Cell(agency_id, agency, asked.id, asked.status,
                research.is_overdue(asked.status, asked.due_on, now, asked.answers_by), asked.chased_on,
                local_day(asked.added_at) if asked.added_at else None)
