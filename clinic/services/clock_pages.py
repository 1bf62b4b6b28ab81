"""The page of what runs out in a case: each clock with its law and its sum, how it moved, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.audit import AuditVerb
from clinic.domain.clocks import ClockKind, Reckoning
from clinic.domain.investigations import FourAConsidered, InvestigationStatus
from clinic.domain.meetings import local_day
from clinic.domain.pages import SIZE, Pages
from clinic.domain.panels import Nation
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.clock import Clock, FourAAnswer, InvestigationStep
from clinic.models.order import Order
from clinic.models.panel import Panel
from clinic.policy import clocks as policy
from clinic.policy import panels as panel_policy
from clinic.services import cases, clocks, panels, terms
from clinic.services.clocks import Running
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class ClockLine:
    """`order` is the kind of the order that the clock is of, in words."""

    clock: Running
    reckoning: Reckoning
    order: str


@dataclass(frozen=True, slots=True)
class Move:
    """A day that a clock once had; `by` is nobody where the timer set it."""

    kind: ClockKind
    since: date
    due_on: date
    set_at: datetime
    by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepLine:
    id: UUID
    status: InvestigationStatus
    taken_on: date
    note: str
    agency: str
    by: str
    entered_at: datetime
    taken_back_at: datetime | None
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class AnswerLine:
    answer: FourAConsidered
    reason: str
    agency: str
    by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class PanelLine:
    case_id: UUID
    reference: str
    clock: Running
    order: str


@dataclass(frozen=True, slots=True)
class PanelClocks:
    """`near` is how many days before its end a clock counts as near."""

    id: UUID
    name: str
    lines: tuple[PanelLine, ...]
    pages: Pages
    all_of_them: bool
    near: int
    may_run: bool
    keeps_desk: bool


@dataclass(frozen=True, slots=True)
class ClocksPage:
    case_id: UUID
    reference: str
    panel: str
    nation: Nation
    lines: tuple[ClockLine, ...]
    moves: tuple[Move, ...]
    steps: tuple[StepLine, ...]
    #: the latest first
    four_a: tuple[AnswerLine, ...]
    may_tell: bool
    today: date


def page(work: Work, case_id: UUID) -> ClocksPage:
    """Return what runs out in a case to whoever may know of it. Nine statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_see, case)
    panel = work.session.get_one(Panel, case.panel_id)
    rules = panels.rules_of(work.session, panel.id)
    kinds = terms.labels(work.session, "order_kind", panel_id=panel.id)["order_kind"]
    lines = tuple(ClockLine(clock, clocks.reckoned(clock, rules, panel.nation), kinds.get(clock.order_kind, ""))
                  for clock in clocks.of_cases(work, [case.id]).get(case.id, ()))
    work.record(AuditVerb.VIEW, case, what="clocks")
    return ClocksPage(
        case.id, case.reference, panel.name, panel.nation, lines, _moves(work, case.id), _steps(work, case.id),
        _answers(work, case.id), policy.may_tell(work.actor, case), local_day(work.now))


def of_panel(work: Work, panel_id: UUID, all_of_them: bool = False, number: int = 1) -> PanelClocks:
    """Return a panel's clocks that are near, or all that run, the nearest first; of the cases that the reader knows.

    Five statements.
    """
    panel = panels.find(work, panel_id)
    work.require(panel_policy.may_see, panel)
    rules, today = panels.rules_of(work.session, panel.id), local_day(work.now)
    until = date.max if all_of_them else today + timedelta(days=rules.clock_amber_days)
    rows = work.session.execute(
        select(Clock, Case.reference, Order.kind, func.count().over().label("total"))
        .join(Case, Case.id == Clock.case_id).outerjoin(Order, Order.id == Clock.about_id)
        .where(Clock.panel_id == panel.id, Clock.ended_at.is_(None), Clock.met_on.is_(None), Clock.due_on <= until,
               policy.visible_to(work.actor))
        .order_by(Clock.due_on, Case.reference, Clock.id).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    kinds = terms.labels(work.session, "order_kind", panel_id=panel.id)["order_kind"]
    lines = tuple(
        PanelLine(row.Clock.case_id, row.reference,
                  clocks.running(row.Clock, today, rules.clock_amber_days, rules.clock_red_days, row.kind),
                  kinds.get(row.kind, "")) for row in rows)
    work.record(AuditVerb.VIEW, "Clock", panel_id=panel.id, shown=[line.case_id for line in lines])
    return PanelClocks(panel.id, panel.name, lines, Pages(number, rows[0].total if rows else 0), all_of_them,
                       rules.clock_amber_days, panel_policy.may_run(work.actor, panel), panels.keeps_desk(work, panel))


def _moves(work: Work, case_id: UUID) -> tuple[Move, ...]:
    """Return the days that the case's clocks had and have, the latest first."""
    rows = work.session.execute(
        select(Clock.kind, Clock.since, Clock.due_on, Clock.set_at, User.name, Clock.ended_at)
        .outerjoin(User, User.id == Clock.set_by_id)
        .where(Clock.case_id == case_id).order_by(Clock.set_at.desc(), Clock.kind))
    return tuple(Move(kind, since, due_on, set_at, by or "", ended_at)
                 for kind, since, due_on, set_at, by, ended_at in rows)


def _steps(work: Work, case_id: UUID) -> tuple[StepLine, ...]:
    rows = work.session.execute(
        select(InvestigationStep, Agency.name, User.name)
        .join(Agency, Agency.id == InvestigationStep.agency_id).join(User, User.id == InvestigationStep.entered_by_id)
        .where(InvestigationStep.case_id == case_id)
        .order_by(InvestigationStep.taken_on.desc(), InvestigationStep.entered_at.desc()))
    return tuple(
        StepLine(row.id, row.status, row.taken_on, row.note or "", agency, by, row.entered_at, row.taken_back_at,
                 row.taken_back_at is None and policy.may_take_back(work.actor, row))
        for row, agency, by in rows)


def _answers(work: Work, case_id: UUID) -> tuple[AnswerLine, ...]:
    rows = work.session.execute(
        select(FourAAnswer, Agency.name, User.name)
        .join(Agency, Agency.id == FourAAnswer.agency_id).join(User, User.id == FourAAnswer.entered_by_id)
        .where(FourAAnswer.case_id == case_id).order_by(FourAAnswer.entered_at.desc(), FourAAnswer.id))
    return tuple(AnswerLine(row.answer, row.reason or "", agency, by, row.entered_at) for row, agency, by in rows)
