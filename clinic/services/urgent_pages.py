"""The pages of urgent decisions: those of a case, one with its answers, and what waits for its reader.

Reasons come with a row only to whom their handling code lets in; everybody else reads what was answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.meetings import MeetingMode, MeetingStatus, local_day
from clinic.domain.research import HandlingCode
from clinic.domain.urgent import Asked, UrgentOutcome, UrgentReply, check_case, usual_quorum
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from clinic.policy import meetings as meeting_policy
from clinic.policy import urgent as policy
from clinic.services import actions, cases, panels, urgent
from clinic.services.actions import ActionLine, Owners
from clinic.services.work import Work

# As many as a list shows.
MOST_SHOWN = 50
# Made once: making an alias, and its columns, takes longer than the rest of a select.
_asker, _decider, _giver = aliased(User), aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A question in a line and without a text."""

    id: UUID
    asked_at: datetime
    closes_at: datetime
    outcome: UrgentOutcome | None
    ratified: bool | None
    answered: int
    agencies: int


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What one agency answers. `reason` is empty where it is not for the reader; `mine` = theirs to give."""

    id: UUID
    agency: str
    reply: UrgentReply | None
    reason: str
    hidden: bool
    handling: HandlingCode
    by: str
    given_at: datetime | None
    version: int
    mine: bool


@dataclass(frozen=True, slots=True)
class CaseDecisions:
    """What was asked in a case, the latest first. `agencies` may be asked; `refusal` says why nobody can be."""

    case_id: UUID
    reference: str
    lines: tuple[DecisionLine, ...]
    agencies: tuple[tuple[str, str], ...]
    quorum: int
    may_ask: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    id: UUID
    case_id: UUID
    reference: str
    panel: str
    question: str
    asked_by: str
    asked_at: datetime
    asked: Asked
    answers: tuple[AnswerLine, ...]
    words: str
    decided_by: str
    decided_at: datetime | None
    actions: tuple[ActionLine, ...]
    owners: Owners
    ratified: bool | None
    ratified_words: str
    ratified_on: date | None
    ratified_in_id: UUID | None
    #: the meeting that runs and can ratify it, if any
    running_id: UUID | None
    takes_answers: bool
    may_decide: bool
    may_act: bool
    may_ratify: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits for its reader: to answer it, or to decide."""

    id: UUID
    reference: str
    panel: str
    agency: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class TaskList:
    to_answer: tuple[Waiting, ...]
    to_decide: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class BetweenLine:
    """What was decided between meetings, as a meeting has it before it."""

    id: UUID
    case_id: UUID
    reference: str
    words: str
    decided_at: datetime
    decided_by: str
    ratified: bool | None


def page(work: Work, case_id: UUID) -> CaseDecisions:
    """Return what was asked in a case to whoever may know of it."""
    case = cases.find(work, case_id)
    work.require(policy.may_read, case)
    lines = in_lines(work.session.execute(standing(case.id)))
    work.record(AuditVerb.VIEW, case, what="urgent decisions")
    if not policy.may_ask(work.actor, case):
        return CaseDecisions(case.id, case.reference, lines, (), 0, False, "")
    try:
        check_case(case.status, urgent.is_accepted(work, case.id))
    except RuleBroken as broken:
        return CaseDecisions(case.id, case.reference, lines, (), 0, False, broken.message)
    agencies = tuple((str(id_), name) for id_, name in actions.may_own_in(work, case).agencies)
    quorum = usual_quorum(panels.rules_of(work.session, case.panel_id).quorum_members, len(agencies))
    return CaseDecisions(case.id, case.reference, lines, agencies, quorum, True, "")


def standing(case_id: Any) -> Select:
    """Select what was asked in a case, in lines."""
    return (
        select(UrgentDecision.id, UrgentDecision.asked_at, UrgentDecision.closes_at, UrgentDecision.outcome,
               UrgentDecision.ratified, func.count(UrgentAnswer.reply).label("answered"),
               func.count(UrgentAnswer.id).label("agencies"))
        .select_from(UrgentDecision)
        .outerjoin(UrgentAnswer, and_(UrgentAnswer.decision_id == UrgentDecision.id, ~urgent.is_kept_out()))
        .where(UrgentDecision.case_id == case_id).group_by(UrgentDecision.id)
    )


def in_lines(rows: Iterable[Any]) -> tuple[DecisionLine, ...]:
    """Return what `standing` selects, the latest first."""
    return tuple(DecisionLine(*row) for row in sorted(rows, key=lambda row: (row.asked_at, row.id), reverse=True))


def one(work: Work, decision_id: UUID) -> DecisionPage:
    """Return one question with its answers to whoever may know of the case."""
    row = work.session.execute(
        select(UrgentDecision, Case.reference, Panel.name.label("panel"), _asker.name.label("asked_by"),
               _decider.name.label("decided_by"), Meeting.starts_at)
        .join(Case, Case.id == UrgentDecision.case_id).join(Panel, Panel.id == UrgentDecision.panel_id)
        .join(_asker, _asker.id == UrgentDecision.asked_by_id)
        .outerjoin(_decider, _decider.id == UrgentDecision.decided_by_id)
        .outerjoin(Meeting, and_(Meeting.id == UrgentDecision.ratified_in_id, meeting_policy.is_open_to(work.actor)))
        .where(UrgentDecision.id == decision_id, policy.visible_to(work.actor))).one_or_none()
    if row is None:
        raise NotFound
    decision = row.UrgentDecision
    work.require(policy.may_read, decision)
    asked, answers = urgent.asked_of(work, decision), _answers(work, decision)
    decides, decided = policy.may_decide(work.actor, decision), decision.outcome is UrgentOutcome.DECIDED
    running_id = urgent.running(work, decision) if decided and policy.may_ratify(work.actor, decision) else None
    work.record(AuditVerb.VIEW, decision)
    return DecisionPage(
        decision.id, decision.case_id, row.reference, row.panel, decision.question or "", row.asked_by,
        decision.asked_at, asked, answers, decision.words or "", row.decided_by or "", decision.decided_at,
        actions.of_decision(work.session, decision.id),
        actions.may_own_in(work, decision) if decides and decided else Owners((), ()), decision.ratified,
        decision.ratified_words or "", local_day(row.starts_at) if row.starts_at else None, decision.ratified_in_id,
        running_id, asked.takes_answers(work.now), decides and asked.waits_for_chair(work.now), decides and decided,
        running_id is not None and decision.ratified_in_id in (None, running_id),
    )


def to_answer(work: Work, answer_id: UUID) -> tuple[DecisionPage, AnswerLine]:
    """Return a question, and the answer to it that is the reader's to give."""
    row = urgent.find_answer(work, answer_id)
    work.require(policy.may_answer, row)
    found = one(work, row.decision_id)
    return found, next(line for line in found.answers if line.id == row.id)


def _answers(work: Work, decision: UrgentDecision) -> tuple[AnswerLine, ...]:
    """Return what each agency answers, by name. One statement."""
    rows = work.session.execute(
        select(UrgentAnswer, Agency.name.label("agency"), _giver.name.label("by"),
               policy.reasons_readable_to(work.actor).label("readable"))
        .join(Agency, Agency.id == UrgentAnswer.agency_id).outerjoin(_giver, _giver.id == UrgentAnswer.given_by_id)
        .where(UrgentAnswer.decision_id == decision.id, ~urgent.is_kept_out()).order_by(Agency.name))
    return tuple(
        AnswerLine(said.id, agency, said.reply, (said.reason or "") if readable else "",
                   said.reply is not None and not readable, said.handling, by or "", said.given_at, said.version,
                   policy.may_answer(work.actor, said))
        for said, agency, by, readable in rows)


def tasks(work: Work) -> TaskList:
    """Return what waits for the reader, what closes first before the rest. Two statements."""
    work.require(policy.may_list)
    to_answer = _waiting(work, select(*_COLUMNS, Agency.name.label("agency"))
                         .join(UrgentAnswer, UrgentAnswer.decision_id == UrgentDecision.id)
                         .join(Agency, Agency.id == UrgentAnswer.agency_id)
                         .where(policy.asked_of(work.actor), urgent.is_unanswered(work.now)))
    to_decide = _waiting(work, select(*_COLUMNS, Panel.name.label("agency"))
                         .where(policy.decided_by(work.actor), urgent.is_undecided(work.now)))
    work.record(AuditVerb.VIEW, "UrgentDecision", shown=[line.id for line in (*to_answer, *to_decide)])
    return TaskList(to_answer, to_decide)


_COLUMNS = (UrgentDecision.id, Case.reference, Panel.name.label("panel"), UrgentDecision.closes_at)


def _waiting(work: Work, query: Select) -> tuple[Waiting, ...]:
    rows = work.session.execute(
        query.join(Case, Case.id == UrgentDecision.case_id).join(Panel, Panel.id == UrgentDecision.panel_id)
        .order_by(UrgentDecision.closes_at, Case.reference).limit(MOST_SHOWN))
    return tuple(Waiting(row.id, row.reference, row.panel, row.agency, row.closes_at) for row in rows)


def before(work: Work, meeting: Meeting) -> tuple[BetweenLine, ...]:
    """Return what was decided between meetings and this one ratifies or has, as far as the reader may know. One
    statement.
    """
    dealt_with = UrgentDecision.ratified_in_id == meeting.id
    open_ = (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS)
    in_time = true() if meeting.status is MeetingStatus.IN_PROGRESS else UrgentDecision.decided_at < meeting.ends_at
    its_own = true() if meeting.case_id is None else UrgentDecision.case_id == meeting.case_id
    waits = and_(UrgentDecision.ratified_in_id.is_(None), in_time, its_own)
    ratifies = meeting.status in open_ and meeting.mode is not MeetingMode.ASYNCHRONOUS
    rows = work.session.execute(
        select(UrgentDecision, Case.reference, User.name)
        .join(Case, Case.id == UrgentDecision.case_id).join(User, User.id == UrgentDecision.decided_by_id)
        .where(UrgentDecision.panel_id == meeting.panel_id, UrgentDecision.outcome == UrgentOutcome.DECIDED,
               or_(dealt_with, waits) if ratifies else dealt_with, policy.visible_to(work.actor))
        .order_by(UrgentDecision.decided_at, UrgentDecision.id))
    return tuple(BetweenLine(said.id, said.case_id, reference, said.words or "", said.decided_at, by, said.ratified)
                 for said, reference, by in rows)
