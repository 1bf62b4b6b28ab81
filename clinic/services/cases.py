"""Cases: finding one, and the list. A case's own page stands in `services.case_pages`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.errors import NotFound
from clinic.domain.meetings import MeetingStatus
from clinic.domain.pages import SIZE, Pages
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import cases as policy
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case on the list, with the next meeting that it is to be heard at. No names: lists hold none."""

    id: UUID
    reference: str
    panel: str
    status: CaseStatus
    meeting_id: UUID | None
    meeting_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseList:
    lines: tuple[CaseLine, ...]
    pages: Pages
    panels: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a case list is cut down to; nothing = everything that the reader may see."""

    panel_id: UUID | None = None
    status: CaseStatus | None = None
    #: a whole reference; parts of one find nothing
    reference: str = ""


def find(work: Work, case_id: UUID, lock: bool = False) -> Case:
    """Find a case that the actor may know of, or raise NotFound."""
    query = select(Case).where(Case.id == case_id, policy.visible_to(work.actor))
    case = work.session.scalar(query.with_for_update() if lock else query)
    if case is None:
        raise NotFound
    return case


def index(work: Work, only: Filter, number: int = 1) -> CaseList:
    """Return a page of the cases that the actor may know of, the latest first. Two statements."""
    work.require(policy.may_list)
    coming = _coming(work)
    rows = work.session.execute(
        select(Case.id, Case.reference, Panel.name, Case.status, coming.c.id, coming.c.starts_at,
               func.count().over().label("total"))
        .join(Panel, Panel.id == Case.panel_id)
        .outerjoin(coming, (coming.c.case_id == Case.id) & (coming.c.nth == 1))
        .where(policy.visible_to(work.actor), *_only(only))
        .order_by(Case.opened_at.desc(), Case.id)
        .limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    lines = tuple(CaseLine(*row[:-1]) for row in rows)
    verb = AuditVerb.SEARCH if only.reference else AuditVerb.VIEW
    work.record(verb, "Case", shown=[line.id for line in lines])
    return CaseList(lines, Pages(number, rows[0].total if rows else 0), panels_of(work))


def _only(only: Filter) -> list[Any]:
    conditions = []
    if only.panel_id is not None:
        conditions.append(Case.panel_id == only.panel_id)
    if only.status is not None:
        conditions.append(Case.status == only.status)
    if only.reference.strip():
        conditions.append(Case.reference == only.reference.strip().upper())
    return conditions


def _coming(work: Work) -> Any:
    """Select the planned meetings that each case is listed for; `nth` counts them by time."""
    order = func.row_number().over(partition_by=AgendaItem.case_id, order_by=(Meeting.starts_at, Meeting.id))
    return (
        select(AgendaItem.case_id, Meeting.id, Meeting.starts_at, order.label("nth"))
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id.is_not(None), Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > work.now)
        .subquery()
    )


def panels_of(work: Work) -> tuple[tuple[UUID, str], ...]:
    """Return the actor's panels, to cut a list down to one of them. One statement."""
    rows = work.session.execute(
        select(Panel.id, Panel.name).where(Panel.id.in_(list(work.actor.panels()))).order_by(Panel.name)
    )
    return tuple((id_, name) for id_, name in rows)


def nominating(work: Work, case_id: UUID) -> set[UUID]:
    """Return the agencies that nominated the case."""
    return set(work.session.scalars(select(Nomination.agency_id).where(Nomination.case_id == case_id)))
