"""Asking the agencies of a panel about a case, and keeping what each of them answers.

What has been asked is never deleted: a request whose case is taken off the agenda only
stops being shown, and is there again when the case comes back. The pages are in
`services.requests`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, tuple_, update
from sqlalchemy.orm import Session

from clinic.domain import research as rules
from clinic.domain.actors import RUNNERS, SPEAKERS, TRIAGERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, Stale
from clinic.domain.incidents import InformationKind
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.panels import ReturnMode
from clinic.domain.research import (
    WAITING,
    AskAgainReason,
    Handling,
    HandlingCode,
    Known,
    ResearchAnswer,
    ResearchStatus,
    WithheldReason,
)
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.research import ResearchPart, ResearchRequest
from clinic.policy import research as policy
from clinic.policy import research_parts as parts_policy
from clinic.services import audience, holidays, panels, research_parts
from clinic.services.research_parts import PartLine, Readers
from clinic.services.work import Work

_ASKING = (LetterKind.RESEARCH_ASKED, LetterKind.RESEARCH_AGAIN, LetterKind.RESEARCH_DUE, LetterKind.RESEARCH_OVERDUE)
NOT_OVER = (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """What one agency answered about one case; `text` is empty where only readiness is asked.

    `parts` is what it said beside the facts, and what it added later. All of it as far as the reader may read it.
    """

    request_id: UUID
    case_id: UUID
    agency_id: UUID
    agency: str
    status: ResearchStatus
    known: tuple[Known, ...]
    text: str
    answered_at: datetime | None
    parts: tuple[PartLine, ...]
    suggested: str
    withheld: WithheldReason | None
    #: an answer is given, but the case has changed since, and it is asked for once more
    again: AskAgainReason | None
    #: for whom the facts are, and what is suggested
    readers: Readers

    @property
    def answered(self) -> bool:
        return self.answered_at is not None and self.again is None

    @property
    def only_added(self) -> bool:
        """Whether the agency answered nothing in time, and has added something since."""
        return self.answered_at is None and bool(self.parts)


def ask(work: Work, case: Case, meeting: Meeting, soon: bool = False) -> None:
    """Ask every agency that speaks at the meeting about the case, those excluded from it left out.

    Asks no permission of its own: it completes the listing of the case, which has asked one.
    An agency that was asked before is not asked twice. What comes late is due `soon`.
    """
    ask_about(work, [case], meeting, soon)


def ask_about(work: Work, cases: Sequence[Case], meeting: Meeting, soon: bool = False) -> None:
    """`ask` for several cases in as many statements as for one."""
    if not cases:
        return
    day = local_day(meeting.starts_at)
    present = audience.of(work.session, meeting, day, SPEAKERS)
    asked_before = _requests(work.session, cases, meeting.id)
    due_on, hour = due(work, meeting, soon), hour_of(work, meeting)
    for case in cases:
        asked = []
        for agency_id in _agencies(present, meeting.panel_id):
            if (agency_id, case.id) in present.closed:
                continue
            request = _opened_anew(asked_before.get((case.id, agency_id)), due_on, hour)
            if request is None and (case.id, agency_id) not in asked_before:
                request = ResearchRequest(
                    panel_id=case.panel_id, case_id=case.id, meeting_id=meeting.id, agency_id=agency_id,
                    status=ResearchStatus.REQUESTED, due_on=due_on, answers_by=hour, asked_at=work.now, known=[],
                )
                work.session.add(request)
            if request is not None:
                asked.append(request)
        _tell(work, case, asked, present)


def _requests(session: Session, cases: Iterable[Case], meeting_id: UUID) -> dict[tuple[UUID, UUID], ResearchRequest]:
    rows = session.scalars(select(ResearchRequest).where(
        ResearchRequest.meeting_id == meeting_id, ResearchRequest.case_id.in_([c.id for c in cases]),
    ))
    return {(row.case_id, row.agency_id): row for row in rows}


def due(work: Work, meeting: Meeting, soon: bool = False) -> date:
    """Return the day by which to answer what is asked today for a meeting, sooner for what comes late.

    An emergency meeting has an hour of its own, and the panel's days count for nothing.
    """
    hour = hour_of(work, meeting)
    if hour is not None:
        return local_day(hour)
    nation = work.session.scalar(select(Panel.nation).where(Panel.id == meeting.panel_id))
    rules_ = panels.rules_of(work.session, meeting.panel_id)
    reckon, day = rules.due_soon if soon else rules.due, local_day(meeting.starts_at)
    return reckon(day, rules_, holidays.around(nation, day.year), local_day(work.now), meeting.mode)


def hour_of(work: Work, meeting: Meeting) -> datetime | None:
    """Return until when an agency answers that is asked now for an emergency meeting; of any other, nothing."""
    return rules.hour_for(meeting.answers_by, meeting.starts_at, work.now)


def _agencies(present: audience.Audience, panel_id: UUID) -> list[UUID]:
    """Return the agencies with a speaker, in the members' order and each once."""
    return list(dict.fromkeys(a for m in present.members for a in m.speaks_for(panel_id, SPEAKERS)))


def _opened_anew(request: ResearchRequest | None, due_on: date, hour: datetime | None) -> ResearchRequest | None:
    """Return a request of an agency that was exempt and no longer is, as it was before; else None."""
    if request is None or request.status is not ResearchStatus.EXEMPT_CONFLICT:
        return None
    if _waits(request):
        request.status, request.due_on, request.answers_by = ResearchStatus.REQUESTED, due_on, hour
        return request
    answer = ResearchAnswer(tuple(Known(value) for value in request.known))
    request.status = rules.status_after(answer, rules.is_past(request.answered_at, request.due_on, request.answers_by))
    return None


def asked_at(request: ResearchRequest) -> datetime:
    """Return when an agency was asked, for the last time."""
    return max(request.asked_at, request.asked_again_at or request.asked_at)


def _waits(request: ResearchRequest) -> bool:
    """Return whether an exempt request had no answer yet, or none since it was asked again."""
    again = request.asked_again_at
    return request.answered_at is None or (again is not None and request.answered_at < again)


def hasten(work: Work, meeting: Meeting) -> None:
    """Let whoever has still to answer for an emergency meeting do so before it starts, now that it is earlier, and tell
    them; what waits to tell them of the hour before is cancelled.

    Completes a move, which has asked. Handled whole: what agencies are told must not hang on who moved it.
    """
    waiting = work.session.scalars(select(ResearchRequest).where(
        ResearchRequest.meeting_id == meeting.id, ResearchRequest.status.in_(list(WAITING)))).all()
    late = [request for request in waiting if request.answers_by is not None and request.answers_by > meeting.starts_at]
    for request in late:
        request.answers_by, request.due_on = meeting.starts_at, local_day(meeting.starts_at)
    if late:
        work.session.flush()
        forget_letters(work, ResearchRequest.id.in_([request.id for request in late]))
        case = work.session.get_one(Case, meeting.case_id)
        present = audience.of(work.session, meeting, local_day(meeting.starts_at), SPEAKERS)
        _tell(work, case, late, present, meeting.sequence)


def forget_letters(work: Work, which: ColumnElement[bool]) -> None:
    """Cancel the letters that wait to ask agencies, of those requests: their meeting has fallen, or moved. Completes
    that, which has asked.
    """
    work.session.execute(
        update(QueuedLetter)
        .where(QueuedLetter.status.in_((PostStatus.QUEUED, PostStatus.RETRY)), QueuedLetter.kind.in_(_ASKING),
               QueuedLetter.about_id.in_(select(ResearchRequest.id).where(which)))
        .values(status=PostStatus.CANCELLED, raw_sealed=None, last_reply="taken back"),
        execution_options={"exempt": True, "synchronize_session": False},
    )


def _tell(work: Work, case: Case, asked: Sequence[ResearchRequest], present: audience.Audience,
          revision: int = 0) -> None:
    if not asked:
        return
    work.record(AuditVerb.SHARE, case, agencies=[r.agency_id for r in asked], meeting=asked[0].meeting_id)
    for request in asked:
        for member in present.members:
            knows = case.id not in member.actor.excluded
            if knows and request.agency_id in member.speaks_for(case.panel_id, SPEAKERS):
                work.post(Letter(
                    LetterKind.RESEARCH_ASKED, to=member.actor.user_id, reference=case.reference,
                    link=f"/research/{request.id}", day=request.due_on, about=request.id, closes_at=request.answers_by,
                    revision=revision,
                ), panel_id=case.panel_id)


def exempt(work: Work, case_id: UUID, agency_id: UUID) -> None:
    """Take back what an agency was asked about a case that it must not know of any more.

    Completes an exclusion, which has asked the permission. What the agency had answered
    stays with the case, for those who run the meeting.
    """
    waited = []
    for request, *_ in _of_agency(work, case_id, agency_id, ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT):
        waited += [request] if request.status in WAITING else []
        request.status = ResearchStatus.EXEMPT_CONFLICT
        work.record(AuditVerb.UPDATE, request, fields=["status"])
    for request in waited:
        _tell_when_all_in(work, request)


def taken_off(work: Work, pairs: Collection[tuple[UUID, UUID]]) -> None:
    """Tell that all is in where nothing was missing any more but answers about cases that were taken off, given as
    meeting and case. Completes that, which has asked.
    """
    with work.whole("taking a case off"):
        work.session.flush()
        waited = work.session.scalars(select(ResearchRequest).where(
            tuple_(ResearchRequest.meeting_id, ResearchRequest.case_id).in_(pairs),
            ResearchRequest.status.in_(list(WAITING))).order_by(ResearchRequest.id)).all()
        for request in {request.meeting_id: request for request in waited}.values():
            _tell_when_all_in(work, request)


def resume(work: Work, case_id: UUID, agency_id: UUID) -> None:
    """Ask an agency again that may know of the case again; what it had answered counts again. Completes a lifting."""
    shut_out = ResearchRequest.status == ResearchStatus.EXEMPT_CONFLICT
    for request, *when in _of_agency(work, case_id, agency_id, shut_out):
        hour = rules.hour_for(*when, work.now)
        due_on = max(request.due_on, local_day(work.now)) if hour is None else local_day(hour)
        if _opened_anew(request, due_on, hour) is not None and hour is not None:
            # Where hours count, those in which an agency was shut out do not.
            request.asked_at = work.now
        work.record(AuditVerb.UPDATE, request, fields=["status"])


def _of_agency(work: Work, case_id: UUID, agency_id: UUID, *conditions: object) -> Sequence[Any]:
    """Return what an agency was asked about a case, each with the hour of its meeting and when that starts."""
    return work.session.execute(
        select(ResearchRequest, Meeting.answers_by, Meeting.starts_at)
        .join(Meeting, Meeting.id == ResearchRequest.meeting_id)
        .where(
            ResearchRequest.case_id == case_id, ResearchRequest.agency_id == agency_id,
            Meeting.status.in_(NOT_OVER), *conditions,
        )
        .with_for_update(of=ResearchRequest)
    ).all()


def find(work: Work, request_id: UUID, lock: bool = False) -> ResearchRequest:
    """Find a request of the actor's agency (or, for who runs the panel, of any), or raise NotFound."""
    query = select(ResearchRequest).where(ResearchRequest.id == request_id, policy.visible_to(work.actor))
    request = work.session.scalar(query.with_for_update() if lock else query)
    if request is None or (request.status is ResearchStatus.EXEMPT_CONFLICT and policy.may_answer(work.actor, request)):
        raise NotFound
    return request


def mark_opened(work: Work, request_id: UUID) -> None:
    """Note that somebody of the asked agency has read what is asked."""
    request = find(work, request_id, lock=True)
    work.require(policy.may_answer, request)
    if request.status is ResearchStatus.REQUESTED:
        request.status = ResearchStatus.OPENED
    work.record(AuditVerb.OPEN, request)


def give(work: Work, request_id: UUID, version: int, answer: ResearchAnswer, *, later: bool = False) -> str:
    """Keep an agency's answer and return the case's reference; `later` keeps it hidden, to be finished another time.

    Raises Stale with both texts when a colleague has answered meanwhile.
    """
    request = find(work, request_id, lock=True)
    work.require(policy.may_answer, request)
    status, reference, mode, listed = _standing(work.session, request)
    waited = request.status in WAITING
    rules.check_open(status, listed, not waited)
    if request.version != version:
        theirs = request.draft["text"] if request.draft else request.text
        raise Stale(theirs=theirs or "", yours=answer.text, version=request.version)
    rules.check_later(later, waited)
    answer = rules.check(answer, mode, later)
    research_parts.check_seated(work, request, answer.named)
    if later and request.answered_at is not None:
        # What was said stays to be read until it is said anew.
        request.draft = answer.spelled()
        work.record(AuditVerb.UPDATE, request, fields=["draft"])
        return reference
    request.draft = None
    request.known, request.text = [k.value for k in answer.known], answer.text or None
    request.suggested, request.withheld = answer.suggested or None, answer.withheld
    request.handling = answer.handling_of(InformationKind.FACT).code
    request.named = research_parts.spelled(answer.named)
    research_parts.keep(work, request, answer, released=not later)
    if not later:
        request.status = rules.status_after(answer, rules.is_past(work.now, request.due_on, request.answers_by))
        request.answered_by_id, request.answered_at = work.actor.user_id, work.now
    work.record(AuditVerb.UPDATE, request, fields=["known", "text"])
    if waited and not later:
        _tell_when_all_in(work, request)
    return reference


def _tell_when_all_in(work: Work, request: ResearchRequest) -> None:
    """Tell each coordinator once no answer is missing any more that they may know of, after this request's case has
    changed so. Completes an answer, an exclusion or a taking off, which has asked.

    A coordinator who is kept from a case is told when everything else is in, as if there were no such case.
    """
    with work.whole("telling that research is in"):
        work.session.flush()
        meeting = work.session.get_one(Meeting, request.meeting_id)
        asked = work.session.execute(
            select(ResearchRequest.case_id, ResearchRequest.status).where(
                ResearchRequest.meeting_id == meeting.id, on_agenda(),
                ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT)
        ).all()
        present = audience.of(work.session, meeting, local_day(work.now), TRIAGERS)
        reference, panel_id, day = meeting.reference, meeting.panel_id, local_day(meeting.starts_at)
    for member in present.members:
        seen = [status for case_id, status in asked if case_id not in member.actor.excluded]
        if request.case_id not in member.actor.excluded and seen and not WAITING.intersection(seen):
            work.post(Letter(
                LetterKind.RESEARCH_IN, to=member.actor.user_id, reference=reference,
                link=f"/meetings/{request.meeting_id}/research", day=day, about=request.id, revision=len(seen),
            ), panel_id=panel_id)


def add(work: Work, request_id: UUID, kind: InformationKind, text: str, handling: Handling) -> str:
    """Add to an answer after the meeting has begun, and return the case's reference. What was said stays as it was."""
    _, reference = _add(work, request_id, {kind: (text, handling)})
    return reference


def add_all(work: Work, request_id: UUID, said: Mapping[InformationKind, tuple[str, Handling]]) -> str:
    """`add` several pieces, each with its own readers; of those that are empty there is nothing to add.

    What was begun anew and not sent is done with thereby.
    """
    request, reference = _add(work, request_id, said)
    request.draft = None
    return reference


def _add(work: Work, request_id: UUID,
         said: Mapping[InformationKind, tuple[str, Handling]]) -> tuple[ResearchRequest, str]:
    request = find(work, request_id, lock=True)
    work.require(policy.may_answer, request)
    status, reference, mode, listed = _standing(work.session, request)
    pieces = {kind: (text.strip(), handling) for kind, (text, handling) in said.items() if text.strip()}
    rules.check_addendum(status, listed, mode, "".join(text for text, _ in pieces.values()))
    named = frozenset().union(*(handling.named for _, handling in pieces.values()))
    rules.check_named(any(handling.code is HandlingCode.NAMED_AGENCIES for _, handling in pieces.values()), named)
    research_parts.check_seated(work, request, named)
    parts = [research_parts.put(work, request, kind, text, handling.of(kind), released=True, addition=True)
             for kind, (text, handling) in pieces.items()]
    work.session.flush()
    for part in parts:
        work.record(AuditVerb.CREATE, part)
    _tell_of_addition(work, request, parts[0], reference)
    return request, reference


def _tell_of_addition(work: Work, request: ResearchRequest, part: ResearchPart, reference: str) -> None:
    """Call the coordinators to look, or the chairs where no coordinator may know of the case: once a meeting has begun,
    nobody looks for more by themselves.
    """
    meeting = work.session.get_one(Meeting, request.meeting_id)
    present = audience.of(work.session, meeting, local_day(work.now), RUNNERS)
    others = [member.actor for member in present.members
              if request.case_id not in member.actor.excluded and member.actor.user_id != work.actor.user_id]
    for actor in [one for one in others if one.holds(request.panel_id, TRIAGERS)] or others:
        work.post(Letter(LetterKind.LOOK_NOW, to=actor.user_id, reference=reference, link=f"/research/{request.id}",
                         about=part.id), panel_id=request.panel_id)


def _standing(session: Session, request: ResearchRequest) -> tuple[MeetingStatus, str, ReturnMode, bool]:
    """Return the meeting's status, the case's reference, what is asked for, and whether the case is on the agenda."""
    return session.execute(
        select(Meeting.status, Case.reference, PanelRules.return_mode, on_agenda())
        .select_from(ResearchRequest)
        .join(Meeting, Meeting.id == ResearchRequest.meeting_id)
        .join(Case, Case.id == ResearchRequest.case_id)
        .join(PanelRules, PanelRules.panel_id == ResearchRequest.panel_id)
        .where(ResearchRequest.id == request.id)
    ).one()


def on_agenda():
    """Return the condition that the request's case is on its meeting's agenda now."""
    return exists().where(
        AgendaItem.meeting_id == ResearchRequest.meeting_id, AgendaItem.case_id == ResearchRequest.case_id
    ).correlate(ResearchRequest)


def answers_for(session: Session, case_id: UUID, meeting_id: UUID) -> tuple[ReturnLine, ...]:
    """Return what the session's actor may read of the agencies' answers about one case."""
    return lines(session, session.execute(
        returns(session, meeting_id).where(ResearchRequest.case_id == case_id).order_by(Agency.name)
    ).all())


def returns(session: Session, meeting_id: UUID):
    """Return the select of a meeting's requests as the session's actor may read them: each with its agency's name,
    and with whether its facts are for the actor.
    """
    actor = session.info["actor"]
    return (
        select(ResearchRequest, Agency.name, parts_policy.facts_readable_to(actor).label("for_reader"))
        .join(Agency, Agency.id == ResearchRequest.agency_id)
        .where(ResearchRequest.meeting_id == meeting_id, parts_policy.answer_readable_to(actor))
    )


def lines(session: Session, rows: Sequence[Any]) -> tuple[ReturnLine, ...]:
    """Return rows of `returns` as lines. What is still being written is nobody else's to read."""
    parts = research_parts.of_requests(session, [row[0].id for row in rows])
    names = research_parts.names_in(session, (request for request, _, for_reader, *_ in rows if for_reader))
    return tuple(
        _line(request, agency, for_reader, parts.get(request.id, ()), research_parts.readers(request, names))
        for request, agency, for_reader, *_ in rows
    )


def _line(request: ResearchRequest, agency: str, for_reader: bool, parts: tuple[PartLine, ...],
          readers: Readers) -> ReturnLine:
    answered = request.answered_at is not None
    open_ = answered and for_reader
    return ReturnLine(
        request.id, request.case_id, request.agency_id, agency, request.status,
        tuple(Known(value) for value in request.known if answered), request.text or "" if open_ else "",
        request.answered_at, tuple(part for part in parts if answered or part.addition),
        request.suggested or "" if open_ else "",
        request.withheld if answered else None, asked_again(request), readers if open_ else Readers(),
    )


def asked_again(request: ResearchRequest) -> AskAgainReason | None:
    """Return why an answer is asked for once more, while it is."""
    return request.asked_again_why if request.status in WAITING else None


def is_overdue(status: ResearchStatus, due_on: date, now: datetime, answers_by: datetime | None = None) -> bool:
    """Return whether an answer is late: after its day, or after the hour that an emergency meeting gives."""
    return status in WAITING and rules.is_past(now, due_on, answers_by)
