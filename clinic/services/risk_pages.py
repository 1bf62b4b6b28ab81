"""Pages of the risk in a case: what counts, what waits for a second person, what was before, and a clinic's plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain import risks as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.meetings import local_day
from clinic.domain.pages import SIZE, Pages
from clinic.domain.risks import AskCause, Plan, RiskChange, RiskStatus
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.panel import Panel, PanelRules
from clinic.models.risk import RiskAssessment, RiskPlan, RiskPrompt
from clinic.policy import risks as policy
from clinic.services import cases, contacts, risks, terms
from clinic.services.work import Work

_S = RiskStatus
# Made once: making an alias, and its columns, takes longer than the rest of a condition.
_counting, _lowering, _assessed = aliased(RiskAssessment), aliased(RiskAssessment), aliased(Case)


@dataclass(frozen=True, slots=True)
class RiskLine:
    """An assessment. `is_old` says that the panel wants a newer one; `is_own` that the reader entered it."""

    id: UUID
    tool: str
    version: str
    result: str
    judgement: str
    assessed_on: date
    assessor: str
    change: RiskChange
    because: str
    status: RiskStatus
    refusal: str
    by: str
    agency: str
    at: datetime
    decided_by: str
    decided_at: datetime | None
    is_old: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class PromptLine:
    cause: AskCause
    happened_on: date
    #: nobody, where it followed from what was told elsewhere
    by: str
    agency: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    plan: Plan
    typology: str
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RiskPage:
    """`counting` has one line for each tool and version; `state` tells a form which of all this it was written for."""

    case_id: UUID
    reference: str
    counting: tuple[RiskLine, ...]
    waiting: tuple[RiskLine, ...]
    earlier: tuple[RiskLine, ...]
    #: what the nomination said, where nobody has assessed with its tool since
    nominated: tuple[str, str] | None
    asked: tuple[PromptLine, ...]
    plans: tuple[PlanLine, ...]
    plan_id: str
    tools: dict[str, str]
    typologies: dict[str, str]
    state: str
    is_planned: bool
    may_assess: bool
    may_decide: bool


@dataclass(frozen=True, slots=True)
class RiskNow:
    """What a case's own page and a meeting say of risk in a line each."""

    tool: str
    version: str
    result: str
    assessed_on: date
    is_old: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    case_id: UUID
    reference: str
    panel: str
    waits: int
    asked: int
    #: how many results that count are older than the panel wants
    old: int


@dataclass(frozen=True, slots=True)
class TaskList:
    lines: tuple[TaskLine, ...]
    pages: Pages


def page(work: Work, case_id: UUID) -> RiskPage:
    """Return the risk in a case to whoever knows the case. Seven statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_see, case)
    panel, days = work.session.execute(
        select(Panel, PanelRules.risk_stale_days).join(PanelRules, PanelRules.panel_id == Panel.id)
        .where(Panel.id == case.panel_id)).one()
    labels = terms.labels(work.session, "risk_tool", "typology", panel_id=case.panel_id)
    rows = _rows(work, case.id)
    lines = [_line(work, row, labels["risk_tool"], days) for row in rows]
    counting = _latest(rows, lines)
    waiting = tuple(line for line in lines if line.status is _S.WAITING)
    plans = _plans(work, case.id)
    said = risks.said_of(work, case.id)
    of_tool = any(row.RiskAssessment.tool == said.risk_tool for row in rows
                  if row.RiskAssessment.status is _S.COUNTS)
    work.record(AuditVerb.VIEW, case, what="risk")
    return RiskPage(
        case.id, case.reference, counting, waiting, tuple(line for line in lines if line not in counting + waiting),
        None if of_tool or not said.risk_tool else (
            labels["risk_tool"].get(said.risk_tool, said.risk_tool), said.risk_result or ""),
        _asked(work, case.id), tuple(_plan_line(row, labels["typology"]) for row in plans),
        str(plans[0].RiskPlan.id) if plans else "", labels["risk_tool"], labels["typology"],
        risks.state_of([row.RiskAssessment for row in rows]), panel.type in risks.PLANNED,
        policy.may_assess(work.actor, case), policy.may_decide(work.actor, case),
    )


def _rows(work: Work, case_id: UUID) -> list[Any]:
    decider = aliased(User)
    return list(work.session.execute(
        select(RiskAssessment, User.name.label("by"), Agency.name.label("agency"), decider.name.label("decided_by"))
        .join(User, User.id == RiskAssessment.entered_by_id).join(Agency, Agency.id == RiskAssessment.agency_id)
        .outerjoin(decider, decider.id == RiskAssessment.decided_by_id)
        .where(RiskAssessment.case_id == case_id)
        .order_by(RiskAssessment.entered_at.desc(), RiskAssessment.id)))


def _line(work: Work, row: Any, tools: dict[str, str], days: int) -> RiskLine:
    one = row.RiskAssessment
    return RiskLine(
        one.id, tools.get(one.tool, one.tool), one.tool_version, one.result, one.judgement or "", one.assessed_on,
        one.assessor or "", one.change, one.because or "", one.status, one.refusal or "", row.by, row.agency,
        one.entered_at, row.decided_by or "", one.decided_at,
        one.status is _S.COUNTS and rules.is_stale(one.assessed_on, days, local_day(work.now)),
        one.entered_by_id == work.actor.user_id)


def _latest(rows: list[Any], lines: list[RiskLine]) -> tuple[RiskLine, ...]:
    """Return of each tool and version the latest that counts: the one that was entered, or agreed to, last."""
    found: dict[tuple[str, str], RiskLine] = {}
    for row, line in zip(rows, lines, strict=True):
        if line.status is _S.COUNTS:
            found.setdefault((row.RiskAssessment.tool, row.RiskAssessment.tool_version), line)
    return tuple(found.values())


def _asked(work: Work, case_id: UUID) -> tuple[PromptLine, ...]:
    rows = work.session.execute(
        select(RiskPrompt, User.name, Agency.name).outerjoin(User, User.id == RiskPrompt.asked_by_id)
        .outerjoin(Agency, Agency.id == RiskPrompt.agency_id)
        .where(RiskPrompt.case_id == case_id, RiskPrompt.answered_at.is_(None))
        .order_by(RiskPrompt.happened_on.desc(), RiskPrompt.id))
    return tuple(PromptLine(row.cause, row.happened_on, by or "", agency or "") for row, by, agency in rows)


def _plans(work: Work, case_id: UUID, most: int | None = None) -> list[Any]:
    return list(work.session.execute(
        select(RiskPlan, User.name.label("by"), Agency.name.label("agency"))
        .join(User, User.id == RiskPlan.entered_by_id).join(Agency, Agency.id == RiskPlan.agency_id)
        .where(RiskPlan.case_id == case_id).order_by(RiskPlan.entered_at.desc(), RiskPlan.id).limit(most)))


def plan_of(work: Work, case_id: UUID, typologies: dict[str, str]) -> PlanLine | None:
    """Return the plan that counts to whoever may know of the case: the caller has asked. One statement."""
    return next((_plan_line(row, typologies) for row in _plans(work, case_id, most=1)), None)


def _plan_line(row: Any, typologies: dict[str, str]) -> PlanLine:
    one = row.RiskPlan
    plan = Plan(one.typology, one.formulation or "", one.scenarios or "", one.victim_safety or "",
                one.management or "", one.review_on)
    return PlanLine(plan, typologies.get(one.typology, one.typology), row.by, row.agency, one.entered_at)


def assess_page(work: Work, case_id: UUID) -> RiskPage:
    """Return the page on which an assessment is entered, or a plan is written."""
    work.require(policy.may_assess, cases.find(work, case_id))
    return page(work, case_id)


def plan_page(work: Work, case_id: UUID) -> RiskPage:
    shown = assess_page(work, case_id)
    if not shown.is_planned:
        raise NotFound
    return shown


def of_case(work: Work, case_id: UUID, tools: dict[str, str]) -> tuple[RiskNow, ...]:
    """Return what counts of each tool and version, and what waits. Completes a page of somebody who knows the case.

    One statement.
    """
    rows = work.session.execute(
        select(RiskAssessment, PanelRules.risk_stale_days)
        .join(PanelRules, PanelRules.panel_id == RiskAssessment.panel_id)
        .where(RiskAssessment.case_id == case_id, RiskAssessment.status.in_((_S.COUNTS, _S.WAITING)))
        .order_by(RiskAssessment.entered_at.desc(), RiskAssessment.id))
    found: dict[tuple[str, str, RiskStatus], RiskNow] = {}
    for row, days in rows:
        if (row.tool, row.tool_version, row.status) not in found:
            found[row.tool, row.tool_version, row.status] = now_of(work, row, days, tools)
    return tuple(found.values())


def now_of(work: Work, row: RiskAssessment | None, days: int, tools: dict[str, str]) -> RiskNow | None:
    """Return an assessment in a line."""
    if row is None:
        return None
    return RiskNow(tools.get(row.tool, row.tool), row.tool_version, row.result, row.assessed_on,
                   rules.is_stale(row.assessed_on, days, local_day(work.now)), row.status is _S.WAITING)


def latest_of(case_id: Any) -> ScalarSelect[UUID]:
    """Return the id of the case's latest assessment that counts, as a scalar subquery."""
    return (select(_counting.id).where(_counting.case_id == case_id, _counting.status == _S.COUNTS)
            .order_by(_counting.entered_at.desc(), _counting.id).limit(1).scalar_subquery())


def is_lowering(case_id: Any) -> ColumnElement[bool]:
    """Return the condition that a lower result waits in a case."""
    return exists(select(_lowering.id).where(_lowering.case_id == case_id, _lowering.status == _S.WAITING))


def is_old(since: Mapping[UUID, Any]) -> ColumnElement[bool]:
    """Return the condition on `RiskAssessment` that its case is open, has none later, and this one is too old.

    `since` holds for each panel the day before which it is.
    """
    stands = exists(select(_assessed.id).where(
        _assessed.id == RiskAssessment.case_id, _assessed.status.in_(contacts.OPEN)))
    return and_(
        stands, RiskAssessment.id == latest_of(RiskAssessment.case_id),
        or_(false(), *(and_(RiskAssessment.panel_id == panel_id, RiskAssessment.assessed_on < day)
                       for panel_id, day in since.items())))


def tasks(work: Work, number: int = 1) -> TaskList:
    """Return the cases in which a lower result waits, or risk is to be assessed anew. Two statements."""
    work.require(policy.may_list)
    since = _since(work)
    waits = (select(func.count(RiskAssessment.id)).where(
        RiskAssessment.case_id == Case.id, policy.waits_for(work.actor)).correlate(Case).scalar_subquery())
    asked = (select(func.count(RiskPrompt.id)).where(
        RiskPrompt.case_id == Case.id, policy.asked_of(work.actor)).correlate(Case).scalar_subquery())
    old = (select(func.count(RiskAssessment.id)).where(
        RiskAssessment.case_id == Case.id, policy.watched_by(work.actor), is_old(since))
        .correlate(Case).scalar_subquery())
    rows = work.session.execute(
        select(Case.id, Case.reference, Panel.name, waits.label("waits"), asked.label("asked"), old.label("old"),
               func.count().over().label("total"))
        .join(Panel, Panel.id == Case.panel_id).where(Case.id.in_(_touched(work, since)))
        .order_by(Case.reference).limit(SIZE).offset((number - 1) * SIZE)).all()
    work.record(AuditVerb.VIEW, "RiskAssessment", shown=[row.id for row in rows])
    return TaskList(tuple(TaskLine(row.id, row.reference, row.name, row.waits, row.asked, row.old) for row in rows),
                    Pages(number, rows[0].total if rows else 0))


def _since(work: Work) -> dict[UUID, date]:
    """Return for each of the actor's panels the day before which an assessment is too old."""
    days = work.session.execute(select(PanelRules.panel_id, PanelRules.risk_stale_days).where(
        PanelRules.panel_id.in_(list(work.actor.panels()))))
    return {panel_id: local_day(work.now) - timedelta(days=of_panel) for panel_id, of_panel in days}


def _touched(work: Work, since: Mapping[UUID, date]) -> Any:
    """Select the cases of which something waits."""
    return (select(RiskAssessment.case_id).where(policy.waits_for(work.actor))
            .union(select(RiskPrompt.case_id).where(policy.asked_of(work.actor)),
                   select(RiskAssessment.case_id).where(policy.watched_by(work.actor), is_old(since))))
