"""What runs out in a case: set by what is known, moved by what is recorded, met by what is done.

Whatever a clock hangs on asks for it to be set anew (`ask_anew`); the timer does so within
seconds, and a step of the investigation at once. A clock that moves ends, and another begins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain import clocks as law
from clinic.domain import investigations, order_clocks
from clinic.domain.actors import Actor, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.clocks import ClockKind, ClockState, Reckoning
from clinic.domain.incidents import COUNTS_NOT
from clinic.domain.investigations import Step
from clinic.domain.meetings import local_day
from clinic.domain.nominations import NominationStatus
from clinic.domain.order_clocks import Watched
from clinic.domain.order_events import Standing
from clinic.domain.panels import Nation, PanelType, Rules
from clinic.models.case import Case, Incident
from clinic.models.clock import Clock, InvestigationStep
from clinic.models.nomination import Nomination
from clinic.models.order import Order
from clinic.models.panel import Panel, PanelRules
from clinic.models.risk import RiskPlan
from clinic.policy import clocks as policy
from clinic.services import holidays
from clinic.services.work import Work

# As many cases as the timer sets clocks for at a time.
AT_ONCE = 100
_OVER = (CaseStatus.CLOSED, CaseStatus.TRANSFERRED_OUT)
_VOID = (NominationStatus.WITHDRAWN, NominationStatus.REJECTED, NominationStatus.REDIRECTED)
_STALKING = (PanelType.STALKING_CLINIC, PanelType.STALKING_INTERVENTION_PANEL)
#: offences that must be laid before the court within six months: harassment and stalking
SUMMARY_OFFENCES = frozenset({"pha_s2", "pha_s2a"})
#: what a nomination says that clocks hang on
HANG_ON = frozenset({"last_incident_on", "incidents", "offences", "orders"})
_PRESSING = frozenset({ClockState.AMBER, ClockState.RED, ClockState.MISSED})
# Made once: making an alias, and its columns, takes longer than the rest of a condition.
_nearest = aliased(Clock)


@dataclass(frozen=True, slots=True)
class Running:
    """A clock as it stands today. `left` are the days to its end, below nothing once it is over."""

    id: UUID
    kind: ClockKind
    about_id: UUID | None
    since: date
    due_on: date
    met_on: date | None
    left: int
    state: ClockState
    #: of the order that it is of: code of the `order_kind` terms
    order_kind: str = ""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the clocks of one case hang on."""

    panel: Panel
    rules: PanelRules
    is_over: bool
    last_incident_on: date | None
    offences: frozenset[str]
    steps: tuple[Step, ...]
    orders: tuple[Watched, ...]
    #: the day of the latest plan
    review_on: date | None


def unset(work: Work) -> list[UUID]:
    """Return the cases whose clocks wait to be set. The timer's; it reads only, so that nobody waits for it."""
    work.require(policy.may_keep)
    return list(work.session.scalars(
        select(Case.id).where(Case.clocks_at.is_(None)).order_by(Case.opened_at, Case.id).limit(AT_ONCE)))


def set_unset(work: Work, case_ids: Collection[UUID]) -> None:
    """Set the clocks of the cases that `unset` has found. The timer's."""
    work.require(policy.may_keep)
    settle(work, case_ids)


def ask_anew(case: Case) -> None:
    """Let the timer set a case's clocks again. Completes a change of what they hang on, which has asked."""
    case.clocks_at = None


def settle(work: Work, case_ids: Collection[UUID]) -> None:
    """Set the clocks of cases by what is known now. Completes what somebody did, which has asked. Seven statements."""
    cases = work.session.scalars(select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update()).all()
    facts = _facts(work, cases)
    running = _live(work, case_ids)
    for case in cases:
        _settle(work, case, facts[case.id], running.get(case.id, []))
        case.clocks_at = work.now
    work.session.flush()
    work.record(AuditVerb.UPDATE, "Clock", cases=[case.id for case in cases])


def _settle(work: Work, case: Case, facts: _Facts, running: Iterable[Clock]) -> None:
    wanted = {} if facts.is_over else _wanted(facts)
    for clock in running:
        new = wanted.pop((clock.kind, clock.about_id), None)
        if new is not None and new.due_on == clock.due_on:
            clock.met_on = _met_on(facts, clock.kind, clock.about_id)
        else:
            clock.ended_at = work.now
            if new is not None:
                wanted[clock.kind, clock.about_id] = new
    for (kind, about_id), new in wanted.items():
        work.session.add(Clock(
            panel_id=case.panel_id, case_id=case.id, kind=kind, about_id=about_id, since=new.since, due_on=new.due_on,
            met_on=_met_on(facts, kind, about_id), set_at=work.now, set_by_id=work.actor.user_id))


def _met_on(facts: _Facts, kind: ClockKind, about_id: UUID | None) -> date | None:
    return investigations.met_on(kind, facts.steps) or order_clocks.met_on(kind, about_id, facts.orders)


def _wanted(facts: _Facts) -> dict[tuple[ClockKind, UUID | None], Reckoning]:
    """Return the clocks that a case has: those of its investigation, of its orders, and of its plan."""
    review = {} if facts.review_on is None else {
        (ClockKind.REVIEW_DUE, None): law.ends(ClockKind.REVIEW_DUE, facts.review_on)}
    return _of_investigation(facts) | order_clocks.wanted(facts.orders, facts.rules.order_renewal_days) | review


def _of_investigation(facts: _Facts) -> dict[tuple[ClockKind, UUID | None], Reckoning]:
    """Return the limit where a summary offence could still be charged, and the file's day."""
    summary = facts.panel.type in _STALKING or facts.offences & SUMMARY_OFFENCES
    if not summary or facts.last_incident_on is None or facts.panel.nation is not Nation.ENGLAND_WALES:
        return {}
    if investigations.is_over(facts.steps):
        return {}
    limit = law.summary_limit(facts.last_incident_on)
    days = holidays.around(facts.panel.nation, limit.due_on.year)
    return {(ClockKind.SUMMARY_LIMIT, None): limit,
            (ClockKind.CPS_FILE_TARGET, None): law.file_target(limit.due_on, facts.rules.cps_file_days, days)}


def _facts(work: Work, cases: Collection[Case]) -> dict[UUID, _Facts]:
    ids = [case.id for case in cases]
    panels = {row.Panel.id: row for row in work.session.execute(
        select(Panel, PanelRules).join(PanelRules, PanelRules.panel_id == Panel.id)
        .where(Panel.id.in_({case.panel_id for case in cases})))}
    said: dict[UUID, list[Nomination]] = {}
    for row in work.session.execute(
        select(Nomination.case_id, Nomination.last_incident_on, Nomination.offences)
        .where(Nomination.case_id.in_(ids), Nomination.status.not_in(_VOID))
    ):
        said.setdefault(row.case_id, []).append(row)
    happened = {row.case_id: row.last for row in work.session.execute(
        select(Incident.case_id, func.max(Incident.happened_on).label("last"))
        .where(Incident.case_id.in_(ids), Incident.taken_back_at.is_(None),
               or_(Incident.information.is_(None), Incident.information.not_in(COUNTS_NOT)))
        .group_by(Incident.case_id))}
    steps, orders, reviews = _steps(work, ids), _orders(work, ids), _reviews(work, ids)
    return {
        case.id: _Facts(
            panels[case.panel_id].Panel, panels[case.panel_id].PanelRules, case.status in _OVER,
            max((day for day in (happened.get(case.id), *(row.last_incident_on for row in said.get(case.id, ())))
                 if day is not None), default=None),
            frozenset(code for row in said.get(case.id, ()) for code in row.offences),
            tuple(steps.get(case.id, ())),
            tuple(orders.get(case.id, ())), reviews.get(case.id),
        )
        for case in cases
    }


def _steps(work: Work, case_ids: Collection[UUID]) -> dict[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = {}
    for case_id, status, taken_on in work.session.execute(
        select(InvestigationStep.case_id, InvestigationStep.status, InvestigationStep.taken_on)
        .where(InvestigationStep.case_id.in_(case_ids), InvestigationStep.taken_back_at.is_(None))
        .order_by(InvestigationStep.entered_at, InvestigationStep.id)
    ):
        found.setdefault(case_id, []).append(Step(status, taken_on))
    return found


def _orders(work: Work, case_ids: Collection[UUID]) -> dict[UUID, list[Watched]]:
    found: dict[UUID, list[Watched]] = {}
    for case_id, id_, kind, *stands in work.session.execute(
        select(Order.case_id, Order.id, Order.kind, Order.status, Order.made_on, Order.served_on, Order.notified_on,
               Order.expires_on)
        .where(Order.case_id.in_(case_ids)).order_by(Order.entered_at, Order.id)
    ):
        found.setdefault(case_id, []).append(Watched(id_, kind, Standing(*stands)))
    return found


def _reviews(work: Work, case_ids: Collection[UUID]) -> dict[UUID, date | None]:
    """Return the day on which each case's latest plan is to be looked at again."""
    rows = work.session.execute(select(RiskPlan.case_id, RiskPlan.review_on).where(RiskPlan.case_id.in_(case_ids))
                                .order_by(RiskPlan.entered_at, RiskPlan.id.desc()))
    return dict(rows.all())


def _live(work: Work, case_ids: Collection[UUID]) -> dict[UUID, list[Clock]]:
    found: dict[UUID, list[Clock]] = {}
    for clock in work.session.scalars(
        select(Clock).where(Clock.case_id.in_(case_ids), Clock.ended_at.is_(None)).order_by(Clock.due_on, Clock.id)
    ):
        found.setdefault(clock.case_id, []).append(clock)
    return found


def of_cases(work: Work, case_ids: Collection[UUID]) -> dict[UUID, tuple[Running, ...]]:
    """Return the clocks of cases that the actor may know of, the nearest first. One statement."""
    if not case_ids:
        return {}
    rows: dict[UUID, list[Any]] = {}
    for row in work.session.execute(standing(work.actor, Clock.case_id.in_(case_ids))):
        rows.setdefault(row.case_id, []).append(row)
    return {case_id: as_they_stand(work, several) for case_id, several in rows.items()}


def standing(actor: Actor | SystemActor, which: ColumnElement[bool]) -> Select:
    """Select the clocks of those cases that the actor may know of."""
    return (
        select(Clock.id, Clock.case_id, Clock.kind, Clock.about_id, Clock.since, Clock.due_on, Clock.met_on,
               PanelRules.clock_amber_days, PanelRules.clock_red_days, Order.kind.label("order_kind"))
        .select_from(Clock).join(PanelRules, PanelRules.panel_id == Clock.panel_id)
        .outerjoin(Order, Order.id == Clock.about_id)
        .where(which, Clock.ended_at.is_(None), policy.visible_to(actor))
    )


def as_they_stand(work: Work, rows: Iterable[Any]) -> tuple[Running, ...]:
    """Return the clocks that `standing` selects as they stand today, the nearest first."""
    today = local_day(work.now)
    return tuple(running(row, today, row.clock_amber_days, row.clock_red_days, row.order_kind)
                 for row in sorted(rows, key=lambda row: (row.due_on, row.id)))


def nearest_of(case_id: Any) -> ScalarSelect[UUID]:
    """Return the id of a case's nearest clock that runs and is not met, as a scalar subquery."""
    return (
        select(_nearest.id).where(_nearest.case_id == case_id, _nearest.ended_at.is_(None), _nearest.met_on.is_(None))
        .order_by(_nearest.due_on, _nearest.id).limit(1).scalar_subquery()
    )


def if_near(clock: Clock | None, today: date, rules: PanelRules) -> Running | None:
    """Return a clock that is near its end or past it; nothing where there is none, or time enough."""
    if clock is None:
        return None
    found = running(clock, today, rules.clock_amber_days, rules.clock_red_days)
    return found if found.state in _PRESSING else None


def running(clock: Any, today: date, amber_days: int, red_days: int, order_kind: str | None = None) -> Running:
    """Return a clock, or a row of its columns, as it stands on a day."""
    return Running(clock.id, clock.kind, clock.about_id, clock.since, clock.due_on, clock.met_on,
                   (clock.due_on - today).days, law.state_of(clock.due_on, clock.met_on, today, amber_days, red_days),
                   order_kind or "")


def reckoned(clock: Running, rules: Rules, nation: Nation) -> Reckoning:
    """Return the law and the sum of a clock, as a page says them."""
    match clock.kind:
        case ClockKind.SUMMARY_LIMIT:
            return law.summary_limit(clock.since)
        case ClockKind.CPS_FILE_TARGET:
            return law.file_target(clock.since, rules.cps_file_days, holidays.around(nation, clock.since.year))
        case ClockKind.SPO_NOTIFICATION:
            return law.spo_notification(clock.since)
        case ClockKind.ORDER_RENEWAL_WINDOW:
            return law.renewal_window(clock.since, rules.order_renewal_days)
    return law.ends(clock.kind, clock.due_on)
