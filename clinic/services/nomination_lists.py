"""The list of nominations: what waits first, and where the reader may nominate, import or decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, select

from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import local_day
from clinic.domain.nominations import EDITABLE, NominationStatus
from clinic.domain.pages import SIZE, Pages
from clinic.models.agency import Agency
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import nominations as policy
from clinic.services import draft_pages, panels
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class NominationLine:
    """A nomination on a list: no names. `waiting` days have passed since it was sent, if it still waits."""

    id: UUID
    reference: str
    panel: str
    agency: str
    status: NominationStatus
    submitted_at: datetime
    waiting: int | None


@dataclass(frozen=True, slots=True)
class PanelChoice:
    id: UUID
    name: str
    may_nominate: bool
    may_import: bool
    keeps_desk: bool


@dataclass(frozen=True, slots=True)
class Queue:
    lines: tuple[NominationLine, ...]
    pages: Pages
    panels: tuple[PanelChoice, ...]
    drafts: tuple[draft_pages.DraftLine, ...]


_FIRST = case(
    (Nomination.status == NominationStatus.NOMINATED, 0),
    (Nomination.status == NominationStatus.RETURNED_FOR_INFORMATION, 1), else_=2,
)


def queue(work: Work, status: NominationStatus | None, panel_id: UUID | None, number: int = 1) -> Queue:
    """Return a page of the nominations that the actor may see, and their own drafts. Three statements.

    Those that wait for a decision come first, then those that wait for their agency; the oldest of each first.
    """
    work.require(policy.may_list)
    conditions = [policy.visible_to(work.actor)]
    if status is not None:
        conditions.append(Nomination.status == status)
    if panel_id is not None:
        conditions.append(Nomination.panel_id == panel_id)
    rows = work.session.execute(
        select(Nomination.id, Nomination.reference, Panel.name, Agency.name, Nomination.status,
               Nomination.submitted_at, func.count().over().label("total"))
        .join(Panel, Panel.id == Nomination.panel_id).join(Agency, Agency.id == Nomination.agency_id)
        .where(*conditions).order_by(_FIRST, Nomination.submitted_at, Nomination.id)
        .limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    today = local_day(work.now)
    lines = tuple(NominationLine(*row[:6], _waiting(row.status, row.submitted_at, today)) for row in rows)
    work.record(AuditVerb.VIEW, "Nomination", shown=[line.id for line in lines])
    return Queue(lines, Pages(number, rows[0].total if rows else 0), _panels(work),
                 draft_pages.lines_of(work))


def _waiting(status: NominationStatus, submitted_at: datetime, today: date) -> int | None:
    return (today - local_day(submitted_at)).days if status in EDITABLE else None


def _panels(work: Work) -> tuple[PanelChoice, ...]:
    actor = work.actor
    rows = work.session.scalars(select(Panel).where(Panel.id.in_(list(actor.panels()))).order_by(Panel.name))
    return tuple(
        PanelChoice(panel.id, panel.name, policy.may_nominate(actor, panel) and panels.takes_nominations(panel),
                    policy.may_import(actor, panel), panels.keeps_desk(work, panel))
        for panel in rows
    )
