"""The pages of handovers: where a case goes or comes from, and what is open on a panel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.handovers import HandoverItem, HandoverSide, HandoverStatus
from clinic.domain.nominations import NominationStatus
from clinic.domain.pages import SIZE, Pages
from clinic.models.account import User
from clinic.models.case import Case
from clinic.models.handover import Handover
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import cases as case_policy
from clinic.policy import handovers as policy
from clinic.policy import panels as panel_policy
from clinic.services import cases, handovers, panels
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One handover as this side knows it. `partner_reference` is the other side's case, for who may know of it."""

    id: UUID
    side: HandoverSide
    status: HandoverStatus
    partner: str
    partner_case_id: UUID
    partner_reference: str
    done: frozenset[HandoverItem]
    reason: str
    carries: tuple[str, ...]
    stays: tuple[str, ...]
    offered_by: str
    offered_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    may_keep: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """`panels` are those that the case could be offered to now; none where it is not to be, or not by the reader."""

    case_id: UUID
    reference: str
    panel: str
    #: the latest first
    lines: tuple[HandoverLine, ...]
    panels: tuple[tuple[UUID, str], ...]

    @property
    def open(self) -> HandoverLine | None:
        """Return the handover that waits for an answer."""
        return next((line for line in self.lines if line.status is HandoverStatus.OPEN), None)


@dataclass(frozen=True, slots=True)
class PanelLine:
    case_id: UUID
    reference: str
    side: HandoverSide
    status: HandoverStatus
    partner: str
    offered_at: datetime
    #: how many of the things to see to are still to do
    to_do: int


@dataclass(frozen=True, slots=True)
class PanelHandovers:
    id: UUID
    name: str
    lines: tuple[PanelLine, ...]
    pages: Pages
    all_of_them: bool
    may_run: bool
    keeps_desk: bool


def page(work: Work, case_id: UUID) -> HandoverPage:
    """Return a case's handovers to whoever may know of the case. At most seven statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_see, case)
    panel = work.session.get_one(Panel, case.panel_id)
    answering = aliased(User)
    rows = work.session.execute(
        select(Handover, Panel.name, User.name, answering.name)
        .join(Panel, Panel.id == Handover.partner_panel_id).join(User, User.id == Handover.offered_by_id)
        .outerjoin(answering, answering.id == Handover.answered_by_id)
        .where(Handover.case_id == case.id).order_by(Handover.offered_at.desc(), Handover.id)
    ).all()
    known = _known(work, {row.Handover.partner_case_id for row in rows})
    lines = tuple(_line(work, *row, known) for row in rows)
    work.record(AuditVerb.VIEW, case, what="handover")
    return HandoverPage(case.id, case.reference, panel.name, lines, _choices(work, case, lines))


def _known(work: Work, case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the references of the other sides' cases that the reader may know of."""
    if not case_ids:
        return {}
    rows = work.session.execute(
        select(Case.id, Case.reference).where(Case.id.in_(case_ids), case_policy.visible_to(work.actor)))
    return {row.id: row.reference for row in rows}


def _line(work: Work, row: Handover, partner: str, by: str, answered_by: str | None,
          known: dict[UUID, str]) -> HandoverLine:
    is_open = row.status is HandoverStatus.OPEN
    return HandoverLine(
        row.id, row.side, row.status, partner, row.partner_case_id, known.get(row.partner_case_id, ""),
        frozenset(HandoverItem(code) for code in row.done), row.reason or "", tuple(row.carries or ()),
        tuple(row.stays or ()), by, row.offered_at, row.answer or "", answered_by or "", row.answered_at,
        is_open and policy.may_keep(work.actor, row), is_open and policy.may_answer(work.actor, row))


def _choices(work: Work, case: Case, lines: Collection[HandoverLine]) -> tuple[tuple[UUID, str], ...]:
    """Return the panels that the reader could offer the case to. Two statements, for a coordinator."""
    if not policy.may_offer(work.actor, case) or case.status is CaseStatus.TRANSFERRED_OUT or any(
            line.status is HandoverStatus.OPEN for line in lines):
        return ()
    status = work.session.scalar(select(Nomination.status).where(Nomination.id == latest_nomination(case.id)))
    if status is not NominationStatus.ACCEPTED:
        return ()
    return tuple((panel.id, panel.name) for panel in handovers.partners(work, case.panel_id))


def of_panel(work: Work, panel_id: UUID, all_of_them: bool = False, number: int = 1) -> PanelHandovers:
    """Return the handovers of a panel's cases that are open, or all, the latest first. Two statements."""
    panel = panels.find(work, panel_id)
    work.require(panel_policy.may_see, panel)
    only = () if all_of_them else (Handover.status == HandoverStatus.OPEN,)
    rows = work.session.execute(
        select(Handover.case_id, Case.reference, Handover.side, Handover.status, Panel.name, Handover.offered_at,
               Handover.done, func.count().over().label("total"))
        .join(Case, Case.id == Handover.case_id).join(Panel, Panel.id == Handover.partner_panel_id)
        .where(Handover.panel_id == panel.id, policy.visible_to(work.actor), *only)
        .order_by(Handover.offered_at.desc(), Case.reference, Handover.id).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    lines = tuple(_panel_line(*row[:-1]) for row in rows)
    work.record(AuditVerb.VIEW, "Handover", panel_id=panel.id, shown=[line.case_id for line in lines])
    return PanelHandovers(panel.id, panel.name, lines, Pages(number, rows[0].total if rows else 0), all_of_them,
                          panel_policy.may_run(work.actor, panel), panels.keeps_desk(work, panel))


def _panel_line(case_id: UUID, reference: str, side: HandoverSide, status: HandoverStatus, partner: str,
                offered_at: datetime, done: list[Any]) -> PanelLine:
    return PanelLine(case_id, reference, side, status, partner, offered_at, len(HandoverItem) - len(done))
