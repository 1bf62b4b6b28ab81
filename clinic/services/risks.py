"""Risk in a case: assessed with a tool, held against that tool's earlier result, lowered by two people only.

Nothing is overwritten. Whatever changes a risk (an order, a move, a release) asks for an
assessment anew (`note_cause`); the next one answers. Reading stands in `risk_pages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from clinic.domain import risks as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.clocks import ClockKind
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.meetings import local_day
from clinic.domain.panels import PanelType
from clinic.domain.risks import AskCause, NewAssessment, Plan, RiskChange, RiskStatus
from clinic.models.case import Case
from clinic.models.clock import Clock
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.models.risk import RiskAssessment, RiskPlan, RiskPrompt
from clinic.policy import risks as policy
from clinic.services import cases, clocks, nominations, terms
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work

# As many ends of bail as the timer asks after at a time.
AT_ONCE = 50
PLANNED = (PanelType.STALKING_CLINIC, PanelType.STALKING_INTERVENTION_PANEL)
_S = RiskStatus


def assess(work: Work, case_id: UUID, new: NewAssessment, seen: str) -> bool:
    """Enter an assessment; return whether it waits for a second person, as a lower result does.

    `seen` is the state of the case's assessments that its writer had before them.
    """
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_assess, case)
    rules.check(new, terms.labels(work.session, "risk_tool", panel_id=case.panel_id)["risk_tool"], local_day(work.now))
    rows = rows_of(work, case.id)
    if state_of(rows) != seen:
        raise Stale(theirs="Somebody else has entered or decided something since you opened this page.")
    version = " ".join(new.version.split())
    own = [row for row in rows if (row.tool, row.tool_version) == (new.tool, version)]
    waiting = next((row for row in own if row.status is _S.WAITING), None)
    before = before_of(rows, said_of(work, case.id), new.tool, version)
    change = rules.compare(new.tool, before, new.result)
    rules.check_lowering(change, new.because, before or "", waiting is not None)
    if waiting is not None:
        waiting.status = _S.OVERTAKEN
    lowered = change is RiskChange.LOWERED
    row = RiskAssessment(
        **_signed(work, case), tool=new.tool, tool_version=version, result=new.result,
        judgement=new.judgement.strip(), assessed_on=new.assessed_on, assessor=new.assessor.strip(), change=change,
        because=new.because.strip() if lowered else "", status=_S.WAITING if lowered else _S.COUNTS)
    work.session.add(row)
    for prompt in work.session.scalars(
        select(RiskPrompt).where(RiskPrompt.case_id == case.id, RiskPrompt.answered_at.is_(None))):
        prompt.answered_at = work.now
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    return lowered


def rows_of(work: Work, case_id: UUID) -> Sequence[RiskAssessment]:
    """Return the assessments of a case, the latest first. One statement."""
    return work.session.scalars(select(RiskAssessment).where(RiskAssessment.case_id == case_id)
                                .order_by(RiskAssessment.entered_at.desc(), RiskAssessment.id)).all()


def state_of(rows: Sequence[RiskAssessment]) -> str:
    """Return what two people who look at a case's assessments at once see alike: how many there are, and decided."""
    return f"{len(rows)}-{sum(row.status is not _S.WAITING for row in rows)}"


def said_of(work: Work, case_id: UUID) -> Nomination:
    """Return what the latest nomination says: its tool was the first to be used."""
    return work.session.scalars(select(Nomination).where(Nomination.id == latest_nomination(case_id))).one()


def before_of(rows: Sequence[RiskAssessment], said: Nomination, tool: str, version: str) -> str | None:
    """Return the result that a new one is held against: of this tool and version, else what a nomination said of it."""
    counting = [row for row in rows if row.status is _S.COUNTS and row.tool == tool]
    own = next((row for row in counting if row.tool_version == version), None)
    if own is not None:
        return own.result
    return said.risk_result if not counting and said.risk_tool == tool else None


def decide(work: Work, case_id: UUID, assessment_id: UUID, agreed: bool, refusal: str) -> None:
    """Agree to a lower result that somebody else has entered, or let the earlier one stay."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_decide, case)
    row = work.session.scalar(select(RiskAssessment).where(
        RiskAssessment.id == assessment_id, RiskAssessment.case_id == case.id).with_for_update())
    if row is None:
        raise NotFound
    rules.check_decider(row.entered_by_id, work.actor.user_id)
    if row.status is not _S.WAITING:
        raise RuleBroken("Somebody has decided this already, or assessed again. The page shows how it stands now.")
    if not agreed:
        rules.check_refusal(refusal)
        row.refusal = refusal.strip()
    row.status = _S.COUNTS if agreed else _S.REFUSED
    row.decided_by_id, row.decided_at = work.actor.user_id, work.now
    work.session.flush()
    work.record(AuditVerb.APPROVE if agreed else AuditVerb.REVOKE, row, fields=["status"])


def ask(work: Work, case_id: UUID, cause: AskCause, on: date) -> None:
    """Ask for an assessment anew, since something has happened."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_assess, case)
    rules.check_asked(on, local_day(work.now))
    note_cause(work, case, cause, on, nominations.agency_for(work, case.panel_id))


def note_cause(work: Work, case: Case, cause: AskCause, on: date, agency_id: UUID | None = None) -> None:
    """Ask for an assessment anew, once for one cause and day. Completes what somebody told, which has asked."""
    if work.session.scalar(select(RiskPrompt.id).where(
        RiskPrompt.case_id == case.id, RiskPrompt.cause == cause, RiskPrompt.happened_on == on,
        RiskPrompt.answered_at.is_(None)).limit(1)) is not None:
        return
    row = RiskPrompt(panel_id=case.panel_id, case_id=case.id, cause=cause, happened_on=on, agency_id=agency_id,
                     asked_by_id=work.actor.user_id if agency_id else None, asked_at=work.now)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)


def ask_after_releases(work: Work) -> int:
    """Ask for an assessment anew where bail or custody has ended, once for each end; return how many. The timer's."""
    work.require(policy.may_watch)
    today = local_day(work.now)
    asked = exists(select(RiskPrompt.id).where(
        RiskPrompt.case_id == Clock.case_id, RiskPrompt.cause == AskCause.RELEASE,
        RiskPrompt.happened_on == Clock.due_on))
    ended = work.session.execute(
        select(Case, Clock.due_on).join(Clock, Clock.case_id == Case.id)
        .where(Clock.kind.in_((ClockKind.BAIL_END, ClockKind.CUSTODY_RELEASE)), Clock.ended_at.is_(None),
               Clock.due_on < today, ~asked)
        .order_by(Clock.due_on, Clock.id).limit(AT_ONCE)).all()
    for case, day in ended:
        note_cause(work, case, AskCause.RELEASE, day)
    return len(ended)


def write_plan(work: Work, case_id: UUID, plan: Plan, seen: str) -> None:
    """Write a clinic's next plan for a case; its review day brings the case back. The clocks follow."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_assess, case)
    if not is_planned(work, case):
        raise NotFound
    typologies = terms.labels(work.session, "typology", panel_id=case.panel_id)["typology"]
    rules.check_plan(plan, typologies, local_day(work.now))
    latest = work.session.scalar(select(RiskPlan.id).where(RiskPlan.case_id == case.id)
                                 .order_by(RiskPlan.entered_at.desc(), RiskPlan.id).limit(1))
    if str(latest or "") != seen:
        raise Stale(theirs="Somebody else has written a plan since you opened this page.")
    row = RiskPlan(**_signed(work, case), typology=plan.typology, review_on=plan.review_on,
                   **{name: text.strip() for name, text in plan.texts().items()})
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    clocks.settle(work, [case.id])


def is_planned(work: Work, case: Case) -> bool:
    """Return whether the case's panel writes plans: those that manage stalking do."""
    return work.session.scalar(select(Panel.type).where(Panel.id == case.panel_id)) in PLANNED


def _signed(work: Work, case: Case) -> dict[str, Any]:
    return {"panel_id": case.panel_id, "case_id": case.id,
            "agency_id": nominations.agency_for(work, case.panel_id), "entered_by_id": work.actor.user_id,
            "entered_at": work.now}
