"""Asking the chair to let a case come onto an agenda late, and the chair's answer.

While the chair is asked, the case stays where it is: on a later agenda, or among those that wait.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import aliased

from clinic.domain import additions as rules
from clinic.domain import agenda as order_rules
from clinic.domain import emergencies as emergency_rules
from clinic.domain.actors import CHAIRS
from clinic.domain.additions import AdditionAnswer, AdditionKind
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.models.account import User
from clinic.models.agenda import Agenda, AgendaAddition
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import additions as policy
from clinic.policy import agenda as agenda_policy
from clinic.services import adjournments, agenda, audience, cutoffs, meetings, panels, waiting
from clinic.services.work import Work

# As many as a list shows.
MOST_SHOWN = 50
_asker, _answerer = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class AdditionLine:
    """What was asked about one case, and what was answered; `approved` is None until then."""

    id: UUID
    case_id: UUID
    reference: str
    meeting_id: UUID
    starts_at: datetime
    kind: AdditionKind
    reason: str
    asked_at: datetime
    asked_by: str
    approved: bool | None
    answer: str
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, slots=True)
class PanelAdditions:
    """What was asked on a panel: what waits first, then the latest."""

    id: UUID
    name: str
    lines: tuple[AdditionLine, ...]


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A case that could come onto the agenda late; `listed_on` is where it stands now, if anywhere."""

    case_id: UUID
    reference: str
    listed_on: datetime | None
    is_asked: bool


@dataclass(frozen=True, slots=True)
class AskPage:
    """The meeting, and the case or the cases that may come onto its agenda late."""

    meeting_id: UUID
    panel_id: UUID
    panel: str
    starts_at: datetime
    lines: tuple[CandidateLine, ...]
    decides: bool
    #: the meeting has begun: only an emergency comes in
    runs: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class AnswerPage:
    line: AdditionLine
    panel_id: UUID
    panel: str
    may_answer: bool
    runs: bool
    refusal: str


def of_panel(work: Work, panel_id: UUID) -> PanelAdditions:
    """Return what was asked on a panel to those who run it. One statement for the lines."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_list, panel)
    lines = _lines(work, AgendaAddition.panel_id == panel.id)
    work.record(AuditVerb.VIEW, panel, what="additions", shown=[line.case_id for line in lines])
    return PanelAdditions(panel.id, panel.name, lines)


def choose(work: Work, meeting_id: UUID) -> AskPage:
    """Return the cases that could come onto an agenda late."""
    meeting = meetings.find(work, meeting_id)
    work.require(agenda_policy.may_build, meeting)
    return _ask_page(work, meeting, _candidates(work, meeting))


def asking(work: Work, meeting_id: UUID, case_id: UUID) -> AskPage:
    """Return what the page names that asks why a case cannot wait."""
    meeting = meetings.find(work, meeting_id)
    work.require(agenda_policy.may_build, meeting)
    return _ask_page(work, meeting, [_candidate(work, meeting, case_id)])


def ask(work: Work, meeting_id: UUID, case_id: UUID, kind: AdditionKind, reason: str) -> AgendaAddition:
    """Ask the chairs to let a case come onto an agenda late; a chair who asks has decided."""
    # Held, so that a meeting that runs does not close meanwhile.
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(agenda_policy.may_build, meeting)
    row = _candidate(work, meeting, case_id)
    rules.check_late(_is_late(work, meeting))
    check_open(work, meeting, kind)
    rules.check_asking(reason, row.asked)
    addition = AgendaAddition(
        panel_id=meeting.panel_id, case_id=row.Case.id, meeting_id=meeting.id, kind=kind, reason=reason.strip(),
        asked_at=work.now, asked_by_id=work.actor.user_id,
    )
    work.session.add(addition)
    work.session.flush()
    work.record(AuditVerb.CREATE, addition)
    if policy.may_answer(work.actor, addition):
        _decide(work, addition, meeting, AdditionAnswer(True))
    else:
        _tell_chairs(work, addition, meeting)
    return addition


def page(work: Work, addition_id: UUID) -> AnswerPage:
    """Return what the chair is asked, with what hangs on it."""
    addition = _found(work, addition_id)
    work.require(policy.may_see, addition)
    line, = _lines(work, AgendaAddition.id == addition.id)
    panel = work.session.get_one(Panel, addition.panel_id)
    meeting = work.session.get_one(Meeting, addition.meeting_id)
    work.record(AuditVerb.VIEW, addition)
    may_answer = policy.may_answer(work.actor, addition) and addition.answered_at is None
    return AnswerPage(line, panel.id, panel.name, may_answer, _runs(meeting),
                      _refusal(work, meeting, addition.kind) if may_answer else "")


def answer(work: Work, addition_id: UUID, said: AdditionAnswer) -> AgendaAddition:
    """Let a case come onto an agenda late, or refuse it with a reason; whoever asked is told."""
    addition = _found(work, addition_id)
    work.require(policy.may_answer, addition)
    # The meeting first, as by whoever closes it: two who hold one each would wait for one another.
    meeting = meetings.find(work, addition.meeting_id, lock=True)
    work.session.refresh(addition, with_for_update=True)
    rules.check_answer(addition.answered_at is not None, said)
    _decide(work, addition, meeting, said)
    _tell(work, addition, meeting)
    return addition


def end(work: Work, meeting: Meeting) -> None:
    """Answer for a meeting that is over, or falls, what nobody has answered, and tell whoever asked.

    Completes a closing or a cancellation. It is the system's doing: what was asked about a case that whoever closes
    must not know of stands in no journal of theirs.
    """
    with work.whole("ending what the chair was asked"):
        system = replace(work, actor=work.session.info["actor"])
        for addition in work.session.scalars(select(AgendaAddition).where(
                AgendaAddition.meeting_id == meeting.id, AgendaAddition.answered_at.is_(None)).with_for_update()):
            addition.approved, addition.answer, addition.answered_at = False, rules.UNANSWERED, work.now
            system.record(AuditVerb.UPDATE, addition, fields=["approved"])
            _tell(system, addition, meeting)


def _tell(work: Work, addition: AgendaAddition, meeting: Meeting) -> None:
    work.post(Letter(
        LetterKind.ADDITION_ANSWERED, to=addition.asked_by_id, reference=meeting.reference,
        link=f"/additions/{addition.id}", day=local_day(meeting.starts_at), about=addition.id,
    ), panel_id=meeting.panel_id)


def _decide(work: Work, addition: AgendaAddition, meeting: Meeting, said: AdditionAnswer) -> None:
    addition.approved, addition.answer = said.approved, said.reason.strip() or None
    addition.answered_at, addition.answered_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record(AuditVerb.UPDATE, addition, fields=["approved"])
    if said.approved:
        check_open(work, meeting, addition.kind)
        _put_on(work, addition, meeting)


def _put_on(work: Work, addition: AgendaAddition, meeting: Meeting) -> None:
    """Take the case off the later agenda on which it stands, if it does, and put it onto this one."""
    try:
        row = _candidate(work, meeting, addition.case_id)
    except NotFound:
        raise RuleBroken("This case has been heard, withdrawn or put onto this agenda since.") from None
    if row.listed_on is not None:
        agenda.take_off(work, row.Case)
    deferred = row.deferred_from_id is not None and not row.review
    earlier = work.session.get(Meeting, row.deferred_from_id) if deferred else None
    kind = AgendaItemKind.CASE_EMERGENCY if addition.kind is AdditionKind.EMERGENCY else (
        waiting.kind_of(row.Nomination, deferred, bool(row.review)))
    agenda.place(work, row.Case, kind, meeting=meeting, deferred_from=earlier, late=True)


def _candidates(work: Work, meeting: Meeting, *conditions: Any) -> list[Any]:
    """Return the cases that wait, or stand on another agenda, with their nominations. One statement."""
    day, other = local_day(meeting.starts_at), aliased(Meeting)
    listed_on = (
        select(other.starts_at).where(other.id == waiting.listed_on(Case.id)).correlate(Case).scalar_subquery())
    asked = select(AgendaAddition.id).where(
        AgendaAddition.case_id == Case.id, AgendaAddition.meeting_id == meeting.id,
        AgendaAddition.answered_at.is_(None)).correlate(Case).exists()
    return list(work.session.execute(
        select(Case, Nomination, waiting.last_deferral(Case.id).label("deferred_from_id"),
               either((waiting.comes_back(day), True), else_=False).label("review"), listed_on.label("listed_on"),
               asked.label("asked"))
        .join(Nomination, Nomination.case_id == Case.id)
        .where(or_(waiting.ready(work.actor, meeting.panel_id, day),
                   waiting.movable(work.actor, meeting.panel_id, meeting.id)), *conditions)
        .order_by(Nomination.decided_at, Case.reference).limit(MOST_SHOWN)
    ))


def _candidate(work: Work, meeting: Meeting, case_id: UUID) -> Any:
    found = _candidates(work, meeting, Case.id == case_id)
    if not found:
        raise NotFound
    return found[0]


def _ask_page(work: Work, meeting: Meeting, found: list[Any]) -> AskPage:
    panel = work.session.get_one(Panel, meeting.panel_id)
    work.record(AuditVerb.VIEW, meeting, what="additions", shown=[row.Case.id for row in found])
    return AskPage(
        meeting.id, panel.id, panel.name, meeting.starts_at,
        tuple(CandidateLine(row.Case.id, row.Case.reference, row.listed_on, bool(row.asked)) for row in found),
        work.actor.holds(meeting.panel_id, CHAIRS), _runs(meeting), _refusal(work, meeting, AdditionKind.EMERGENCY),
    )


def _refusal(work: Work, meeting: Meeting, kind: AdditionKind) -> str:
    try:
        check_open(work, meeting, kind)
        rules.check_late(_is_late(work, meeting))
    except RuleBroken as broken:
        return broken.message
    return ""


def _runs(meeting: Meeting) -> bool:
    return meeting.status is MeetingStatus.IN_PROGRESS


def runs(work: Work, addition: AgendaAddition) -> bool:
    """Return whether the meeting of an addition has begun."""
    return _runs(work.session.get_one(Meeting, addition.meeting_id))


def _is_late(work: Work, meeting: Meeting) -> bool:
    return _runs(meeting) or cutoffs.is_late(work.session, meeting, work.now)


def check_open(work: Work, meeting: Meeting, kind: AdditionKind | None = None) -> None:
    """Refuse what is too late even for the chair: an agenda that is locked; in a meeting that runs, no emergency."""
    emergency_rules.check_takes(meeting.case_id, None)
    if _runs(meeting):
        rules.check_running(kind)
        adjournments.check_sitting(work.session, meeting.id)
        return
    status = work.session.scalar(select(Agenda.status).where(Agenda.meeting_id == meeting.id))
    order_rules.check_open(meeting.status, status or order_rules.AgendaStatus.DRAFT)


def _tell_chairs(work: Work, addition: AgendaAddition, meeting: Meeting) -> None:
    """Write to every chair who may know of the case; where none may, the question waits for one who does."""
    for member in audience.of(work.session, meeting, local_day(work.now), CHAIRS).members:
        if policy.may_answer(member.actor, addition):
            work.post(Letter(
                LetterKind.ADDITION_ASKED, to=member.actor.user_id, reference=meeting.reference,
                link=f"/additions/{addition.id}", day=local_day(meeting.starts_at), about=addition.id,
            ), panel_id=meeting.panel_id)


def _found(work: Work, addition_id: UUID, lock: bool = False) -> AgendaAddition:
    query = select(AgendaAddition).where(AgendaAddition.id == addition_id, policy.visible_to(work.actor))
    row = work.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def _lines(work: Work, *conditions: Any) -> tuple[AdditionLine, ...]:
    rows = work.session.execute(
        select(AgendaAddition, Case.reference, Meeting.starts_at, _asker.name.label("by"),
               _answerer.name.label("answered_by"))
        .join(Case, Case.id == AgendaAddition.case_id).join(Meeting, Meeting.id == AgendaAddition.meeting_id)
        .join(_asker, _asker.id == AgendaAddition.asked_by_id)
        .outerjoin(_answerer, _answerer.id == AgendaAddition.answered_by_id)
        .where(policy.visible_to(work.actor), *conditions)
        .order_by(AgendaAddition.answered_at.is_not(None), AgendaAddition.asked_at.desc(), AgendaAddition.id)
        .limit(MOST_SHOWN)
    )
    return tuple(
        AdditionLine(one.id, one.case_id, reference, one.meeting_id, starts_at, one.kind, one.reason or "",
                     one.asked_at, by, one.approved, one.answer or "", one.answered_at, answered_by or "")
        for one, reference, starts_at, by, answered_by in rows
    )


def is_waiting() -> Any:
    """Return the condition that the meeting of an addition has not begun, or runs, and the case is an emergency."""
    return AgendaAddition.meeting_id.in_(select(Meeting.id).where(or_(
        Meeting.status == MeetingStatus.PLANNED,
        and_(Meeting.status == MeetingStatus.IN_PROGRESS, AgendaAddition.kind == AdditionKind.EMERGENCY),
    )))


def waiting_at(work: Work, meeting_id: UUID) -> tuple[AdditionLine, ...]:
    """Return the emergencies that wait for an answer of the chair of a meeting that runs. One statement."""
    return _lines(work, AgendaAddition.meeting_id == meeting_id, AgendaAddition.answered_at.is_(None),
                  AgendaAddition.kind == AdditionKind.EMERGENCY)
