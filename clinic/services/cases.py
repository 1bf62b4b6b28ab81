"""Cases: finding one, and the list. A case's own page stands in `services.case_pages`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, func, select

from clinic.domain.actors import Actor
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
from clinic.policy import meetings as meeting_policy
from clinic.policy.once import ONCE, once
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
    wanted = {name: value for name, value in _wanted(only).items() if value is not None}
    rows = work.session.execute(
        _listed(work.actor, frozenset(wanted)), {**wanted, "now": work.now, "skipped": (number - 1) * SIZE}).all()
    lines = tuple(CaseLine(*row[:-1]) for row in rows)
    verb = AuditVerb.SEARCH if only.reference else AuditVerb.VIEW
    work.record(verb, "Case", shown=[line.id for line in lines])
    return CaseList(lines, Pages(number, rows[0].total if rows else 0), panels_of(work))


def _wanted(only: Filter) -> dict[str, Any]:
    return {"panel_id": only.panel_id, "status": only.status, "reference": only.reference.strip().upper() or None}


@once
def _listed(actor: Actor, narrowed_by: frozenset[str]) -> Select:
    """Select a page of the list, cut down by these columns, each case with the next meeting that will hear it."""
    coming = _coming(actor)
    wanted = (policy.visible_to(actor), *(getattr(Case, name) == bindparam(name) for name in sorted(narrowed_by)))
    # Counted and chosen apart: what a window counts, and what is sorted, is joined and read whole.
    total = select(func.count(Case.id)).where(*wanted).scalar_subquery()
    order = (Case.opened_at.desc(), Case.id)
    shown = select(Case.id).where(*wanted).order_by(*order).limit(SIZE).offset(bindparam("skipped", type_=Integer()))
    return (
        select(Case.id, Case.reference, Panel.name, Case.status, coming.c.id, coming.c.starts_at, total.label("total"))
        .join(Panel, Panel.id == Case.panel_id)
        .outerjoin(coming, (coming.c.case_id == Case.id) & (coming.c.nth == 1))
        .where(Case.id.in_(shown)).order_by(*order).execution_options(**ONCE)
    )


def _coming(actor: Actor) -> Any:
    """Select the planned meetings that each case is listed for, as the actor knows them; `nth` counts them by time."""
    order = func.row_number().over(partition_by=AgendaItem.case_id, order_by=(Meeting.starts_at, Meeting.id))
    return (
        select(AgendaItem.case_id, Meeting.id, Meeting.starts_at, order.label("nth"))
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id.is_not(None), Meeting.status == MeetingStatus.PLANNED,
               Meeting.starts_at > bindparam("now"), meeting_policy.is_open_to(actor))
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
