"""Closing a case, with what it leaves behind said first, and opening it again. Nothing of it is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from clinic.domain import closings as rules
from clinic.domain.actions import OWED
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.clocks import ClockState
from clinic.domain.closings import CloseReason, Closing, Left
from clinic.domain.errors import RuleBroken
from clinic.domain.handovers import HandoverStatus
from clinic.domain.nominations import NominationStatus
from clinic.models.account import User
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.closing import CaseClosing
from clinic.models.handover import Handover
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.urgent import UrgentDecision
from clinic.policy import closings as policy
from clinic.services import cases, clocks
from clinic.services.waiting import STILL_TO_END
from clinic.services.work import Work

_UNDECIDED = (NominationStatus.NOMINATED, NominationStatus.RETURNED_FOR_INFORMATION, NominationStatus.OFFERED)
_RED = (ClockState.RED, ClockState.MISSED)


@dataclass(frozen=True, slots=True)
class ClosingLine:
    reason: CloseReason
    words: str
    by: str
    closed_at: datetime
    reopened_at: datetime | None
    reopened_by: str
    why: str


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """A case's closings, the latest first, and what would be left behind by another."""

    case_id: UUID
    reference: str
    status: CaseStatus
    lines: tuple[ClosingLine, ...]
    left: Left
    may_close: bool

    @property
    def is_open(self) -> bool:
        return self.status in (CaseStatus.OPEN, CaseStatus.UNDER_REVIEW)

    @property
    def can_reopen(self) -> bool:
        return self.status is CaseStatus.CLOSED and bool(self.lines) and self.lines[0].reopened_at is None


def page(work: Work, case_id: UUID) -> ClosingPage:
    """Return how a case stands to whoever knows it. Seven statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_read, case)
    work.record(AuditVerb.VIEW, case, what="closing")
    return ClosingPage(case.id, case.reference, case.status, _lines(work, case), _left(work, case),
                       policy.may_close(work.actor, case))


def close(work: Work, case_id: UUID, closing: Closing) -> None:
    """Close a case: its clocks end, its flags stay up. What presses must have been answered."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_close, case)
    rules.check(case.status, closing, _left(work, case))
    row = CaseClosing(panel_id=case.panel_id, case_id=case.id, reason=closing.reason, words=closing.words.strip(),
                      closed_at=work.now, closed_by_id=work.actor.user_id)
    work.session.add(row)
    case.status = CaseStatus.CLOSED
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    clocks.settle(work, [case.id])


def reopen(work: Work, case_id: UUID, why: str) -> None:
    """Open a case again that was closed here; its clocks are set anew."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_close, case)
    rules.check_reopening(why)
    row = work.session.scalar(select(CaseClosing).where(
        CaseClosing.case_id == case.id, CaseClosing.reopened_at.is_(None)))
    if row is None or case.status is not CaseStatus.CLOSED:
        raise RuleBroken("This case was not closed here: a nomination that was rejected or withdrawn is made anew.")
    row.reopened_at, row.reopened_by_id, row.why = work.now, work.actor.user_id, why.strip()
    case.status = CaseStatus.OPEN
    work.session.flush()
    work.record(AuditVerb.REVOKE, row, fields=["reopened_at"])
    clocks.settle(work, [case.id])


def _left(work: Work, case: Case) -> Left:
    """Return what a case would leave behind. Two statements."""
    owed = select(func.count(Action.id)).where(Action.case_id == case.id, Action.status.in_(list(OWED)))
    undecided = select(func.count(Nomination.id)).where(
        Nomination.case_id == case.id, Nomination.status.in_(_UNDECIDED))
    listed = (select(func.count(AgendaItem.id)).join(Meeting, Meeting.id == AgendaItem.meeting_id)
              .where(AgendaItem.case_id == case.id, Meeting.status.in_(STILL_TO_END)))
    given = select(func.count(Handover.id)).where(
        Handover.case_id == case.id, Handover.status == HandoverStatus.OPEN)
    asked = select(func.count(UrgentDecision.id)).where(
        UrgentDecision.case_id == case.id, UrgentDecision.outcome.is_(None))
    counts = work.session.execute(select(
        *(query.scalar_subquery() for query in (owed, undecided, listed, given, asked)))).one()
    running = clocks.of_cases(work, [case.id]).get(case.id, ())
    red = sum(clock.met_on is None and clock.state in _RED for clock in running)
    return Left(red, counts[0], *map(bool, counts[1:]))


def _lines(work: Work, case: Case) -> tuple[ClosingLine, ...]:
    closer, opener = aliased(User), aliased(User)
    rows = work.session.execute(
        select(CaseClosing, closer.name, opener.name).join(closer, closer.id == CaseClosing.closed_by_id)
        .outerjoin(opener, opener.id == CaseClosing.reopened_by_id)
        .where(CaseClosing.case_id == case.id).order_by(CaseClosing.closed_at.desc(), CaseClosing.id))
    return tuple(ClosingLine(row.reason, row.words or "", by, row.closed_at, row.reopened_at, again or "",
                             row.why or "") for row, by, again in rows)
