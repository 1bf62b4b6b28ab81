"""What is disputed in a case, with what was answered and by whom; and what waits for an answer of the reader's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from clinic.domain.audit import AuditVerb
from clinic.domain.disputes import DisputeOutcome, NewDispute, ResponseKind
from clinic.domain.errors import NotFound
from clinic.domain.pages import SIZE, Pages
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.dispute import Dispute, DisputeAnswer
from clinic.models.panel import Panel
from clinic.policy import disputes as policy
from clinic.services import cases, disputes, nominations
from clinic.services.work import Work

# Made once: making an alias, and its columns, takes longer than the rest of a select.
_responder, _answering, _later = aliased(Agency), aliased(Agency), aliased(DisputeAnswer)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    outcome: DisputeOutcome
    words: str
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A version of what is disputed; `answers` has the latest first. Open = it stands, and nobody has answered."""

    id: UUID
    response: ResponseKind
    responder: str
    responded_on: date
    words: str
    agency: str
    by: str
    entered_at: datetime
    corrects: bool
    ended_at: datetime | None
    ended_by: str
    why: str
    answers: tuple[AnswerLine, ...]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and not self.answers


@dataclass(frozen=True, slots=True)
class StandingLine:
    """What stands disputed, in a line and without a text; the answer is the latest, nothing = it waits for one."""

    id: UUID
    response: ResponseKind
    responder: str
    agency: str
    entered_at: datetime
    outcome: DisputeOutcome | None
    answered_by: str | None
    answering: str | None


@dataclass(frozen=True, slots=True)
class CaseDisputes:
    """All that is disputed in a case: what is open first, then by day. `agencies` may be named as who responded."""

    case_id: UUID
    reference: str
    lines: tuple[DisputeLine, ...]
    agencies: tuple[tuple[str, str], ...]
    may_raise: bool


@dataclass(frozen=True, slots=True)
class DisputePage:
    """One dispute, with its earlier versions, the latest first."""

    case_id: UUID
    reference: str
    line: DisputeLine
    said: NewDispute
    earlier: tuple[DisputeLine, ...]
    agencies: tuple[tuple[str, str], ...]
    may_correct: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    id: UUID
    case_id: UUID
    reference: str
    panel: str
    response: ResponseKind
    agency: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class TaskList:
    lines: tuple[TaskLine, ...]
    pages: Pages


def page(work: Work, case_id: UUID) -> CaseDisputes:
    """Return what is disputed in a case to whoever may know of it. Four statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_read, case)
    may_raise = policy.may_raise(work.actor, case)
    lines = of_case(work, case.id)
    work.record(AuditVerb.VIEW, case, what="disputes")
    agencies = _agencies(work, case, nominations.agency_for(work, case.panel_id)) if may_raise else ()
    return CaseDisputes(case.id, case.reference, lines, agencies, may_raise)


def one(work: Work, case_id: UUID, dispute_id: UUID) -> DisputePage:
    """Return one dispute with its versions to whoever may know of the case. Four statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_read, case)
    rows = _rows(work, case.id)
    lines = {line.id: line for line in _lines(rows)}
    by_id = {row.Dispute.id: row.Dispute for row in rows}
    row = by_id.get(dispute_id)
    if row is None:
        raise NotFound
    line = lines[row.id]
    work.record(AuditVerb.VIEW, row)
    return DisputePage(
        case.id, case.reference, line, disputes.of_row(row), tuple(lines[id_] for id_ in _earlier(by_id, row)),
        _agencies(work, case, row.agency_id), line.is_open and policy.may_correct(work.actor, row),
        line.ended_at is None and row.entered_by_id != work.actor.user_id and policy.may_answer(work.actor, row))


def of_case(work: Work, case_id: UUID) -> tuple[DisputeLine, ...]:
    """Return what stands or stood: open ones first, then the latest. Completes a page of somebody who knows the case.

    One statement.
    """
    lines = _lines(_rows(work, case_id))
    return tuple(sorted(lines, key=lambda line: (line.ended_at is not None, not line.is_open)))


def as_heard(work: Work, case_id: UUID) -> tuple[DisputeLine, ...]:
    """Return what stands disputed in a case as it is heard, as `of_case` does."""
    return tuple(line for line in of_case(work, case_id) if line.ended_at is None)


def standing(case_id: Any) -> Select:
    """Select what stands disputed in a case, in lines."""
    latest = (select(_later.id).where(_later.dispute_id == Dispute.id)
              .order_by(_later.entered_at.desc(), _later.id).limit(1).scalar_subquery())
    return (
        select(Dispute.id, Dispute.response, _responder.name.label("responder"), Agency.name.label("agency"),
               Dispute.entered_at, DisputeAnswer.outcome, User.name.label("answered_by"),
               _answering.name.label("answering"))
        .select_from(Dispute).join(_responder, _responder.id == Dispute.responder_id)
        .join(Agency, Agency.id == Dispute.agency_id)
        .outerjoin(DisputeAnswer, DisputeAnswer.id == latest)
        .outerjoin(User, User.id == DisputeAnswer.entered_by_id)
        .outerjoin(_answering, _answering.id == DisputeAnswer.agency_id)
        .where(Dispute.case_id == case_id, Dispute.taken_back_at.is_(None))
    )


def in_lines(rows: Iterable[Any]) -> tuple[StandingLine, ...]:
    """Return what `standing` selects: what waits for an answer first, then the latest."""
    latest_first = sorted(rows, key=lambda row: (row.entered_at, row.id), reverse=True)
    return tuple(StandingLine(*row) for row in sorted(latest_first, key=lambda row: row.outcome is not None))


def tasks(work: Work, number: int = 1) -> TaskList:
    """Return what waits for an answer of the reader's, what has waited longest first. One statement."""
    work.require(policy.may_list)
    rows = work.session.execute(
        select(Dispute.id, Case.id, Case.reference, Panel.name, Dispute.response, Agency.name, Dispute.entered_at,
               func.count().over().label("total"))
        .join(Case, Case.id == Dispute.case_id).join(Panel, Panel.id == Dispute.panel_id)
        .join(Agency, Agency.id == Dispute.agency_id).where(policy.waits_for(work.actor))
        .order_by(Dispute.entered_at, Case.reference, Dispute.id).limit(SIZE).offset((number - 1) * SIZE)).all()
    lines = tuple(TaskLine(*row[:-1]) for row in rows)
    work.record(AuditVerb.VIEW, "Dispute", shown=[line.case_id for line in lines])
    return TaskList(lines, Pages(number, rows[0].total if rows else 0))


def _rows(work: Work, case_id: UUID) -> list[Any]:
    """Return each dispute of a case, the latest first, once for each of its answers."""
    responder, answering = aliased(Agency), aliased(Agency)
    ender, answerer = aliased(User), aliased(User)
    return list(work.session.execute(
        select(Dispute, Agency.name.label("agency"), responder.name.label("responder"), User.name.label("by"),
               ender.name.label("ended_by"), DisputeAnswer, answering.name.label("answering"),
               answerer.name.label("answered_by"))
        .join(Agency, Agency.id == Dispute.agency_id).join(responder, responder.id == Dispute.responder_id)
        .join(User, User.id == Dispute.entered_by_id).outerjoin(ender, ender.id == Dispute.taken_back_by_id)
        .outerjoin(DisputeAnswer, DisputeAnswer.dispute_id == Dispute.id)
        .outerjoin(answering, answering.id == DisputeAnswer.agency_id)
        .outerjoin(answerer, answerer.id == DisputeAnswer.entered_by_id)
        .where(Dispute.case_id == case_id)
        .order_by(Dispute.entered_at.desc(), Dispute.id, DisputeAnswer.entered_at.desc(), DisputeAnswer.id)))


def _lines(rows: Iterable[Any]) -> tuple[DisputeLine, ...]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.Dispute.id, []).append(row)
    return tuple(_line(of_one) for of_one in found.values())


def _line(rows: list[Any]) -> DisputeLine:
    first = rows[0]
    said = first.Dispute
    answers = tuple(AnswerLine(row.DisputeAnswer.outcome, row.DisputeAnswer.words or "", row.answered_by,
                               row.answering, row.DisputeAnswer.entered_at) for row in rows if row.DisputeAnswer)
    return DisputeLine(
        said.id, said.response, first.responder, said.responded_on, said.words or "", first.agency, first.by,
        said.entered_at, said.replaces_id is not None, said.taken_back_at, first.ended_by or "", said.why or "",
        answers)


def _earlier(by_id: dict[UUID, Dispute], row: Dispute) -> list[UUID]:
    """Return the ids of the versions that one replaces, the latest first."""
    found = []
    while row.replaces_id in by_id:
        row = by_id[row.replaces_id]
        found.append(row.id)
    return found


def _agencies(work: Work, case: Case, own: UUID) -> tuple[tuple[str, str], ...]:
    """Return whose response may be disputed: everybody's but one's own."""
    return tuple((str(id_), name) for id_, name in disputes.taking_part(work.session, case).items() if id_ != own)
