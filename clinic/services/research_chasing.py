"""Reminding agencies of research that they were asked for: by the timer, and by the coordinator's buttons.

Whoever speaks for an agency gets one letter for all that is missing, a day at most (for an emergency meeting one before
its hour and one after it), and only for cases that they may know of.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinic.domain import research as rules
from clinic.domain.actions import EscalationLevel
from clinic.domain.actors import SPEAKERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MeetingStatus, is_working_day, local_day
from clinic.domain.research import WAITING
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.models.research import ResearchReminder, ResearchRequest
from clinic.policy import research as policy
from clinic.services import audience, holidays, meetings, research
from clinic.services.audience import Member
from clinic.services.work import Work

_LETTERS = {
    EscalationLevel.REMINDER: LetterKind.RESEARCH_DUE, EscalationLevel.LEAD_CHASED: LetterKind.RESEARCH_OVERDUE,
}

# What was sent, and on which day.
Sent = tuple[EscalationLevel, date]


@dataclass(frozen=True, slots=True)
class Chased:
    """What one chase sent. `spared` had been chased today already; of `unreached` nobody can be written to."""

    requests: int
    agencies: int
    people: int
    spared: int
    unreached: int


def chase(work: Work, meeting_id: UUID, *, request_id: UUID | None = None, case_id: UUID | None = None,
          agency_id: UUID | None = None) -> Chased:
    """Remind of what is missing for a meeting: of one request, of one case, of one agency, or of all.

    Only what the actor may see is chased. Where nothing is missing, nothing is sent: it may have come in meanwhile.
    """
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_chase, meeting)
    if meeting.status is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has begun or is over: what is missing is said there.")
    chosen = [column == value for column, value in (
        (ResearchRequest.id, request_id), (ResearchRequest.case_id, case_id), (ResearchRequest.agency_id, agency_id),
    ) if value]
    missing = _missing(work.session, ResearchRequest.meeting_id == meeting.id, policy.visible_to(work.actor), *chosen)
    today = local_day(work.now)
    levels = {request.id: EscalationLevel.LEAD_CHASED if rules.is_past(work.now, request.due_on, request.answers_by)
              else EscalationLevel.REMINDER for request in missing}
    chased = last_chased(work.session, [request.id for request in missing])
    counts_hours = meeting.answers_by is not None
    sent = _sent(work.session, list(levels)) if counts_hours else {}
    # A day is long for an emergency meeting: who was reminded is chased once their hour is over.
    due = [request for request in missing if (
        levels[request.id] not in _kinds(sent.get(request.id, ())) if counts_hours
        else chased.get(request.id) != today)]
    told = _send(work, meeting, due, levels)
    work.record(AuditVerb.SEND, meeting, what="research chased", requests=list(told))
    sent = [request for request in due if request.id in told]
    return Chased(len(sent), len({request.agency_id for request in sent}),
                  len({user_id for people in told.values() for user_id in people}),
                  len(missing) - len(due), len(due) - len(sent))


def remind(work: Work) -> int:
    """Remind of research that is due, and chase what is late, once each, on working days; return how many.

    The timer's. What nobody can be told of is not marked, so that whoever comes next is told.
    """
    work.require(policy.may_remind)
    return sum(_remind(work, meeting, closed) for meeting, closed in _coming(work, Meeting.answers_by.is_(None))
               if is_working_day(local_day(work.now), closed))


def remind_by_hour(work: Work) -> int:
    """`remind` for emergency meetings: in the last hours that they give, and when these are over, whatever the day."""
    work.require(policy.may_remind)
    return sum(_remind(work, meeting, closed) for meeting, closed in _coming(work, Meeting.answers_by.is_not(None)))


def _remind(work: Work, meeting: Meeting, closed: Container[date]) -> int:
    missing = _missing(work.session, ResearchRequest.meeting_id == meeting.id)
    sent = _sent(work.session, [request.id for request in missing])
    levels = {request.id: level for request in missing
              if (level := _level(work, meeting, request, sent.get(request.id, ()), closed))}
    told = _send(work, meeting, [request for request in missing if request.id in levels], levels)
    if told:
        work.record(AuditVerb.SEND, meeting, what="research reminded", requests=list(told))
    return len(told)


def _level(work: Work, meeting: Meeting, request: ResearchRequest, sent: Collection[Sent],
           closed: Container[date]) -> EscalationLevel | None:
    if request.answers_by is not None:
        return rules.hour_reminder_due(request.answers_by, research.asked_at(request), work.now, _kinds(sent))
    return rules.reminder_due(request.due_on, local_day(work.now), sent, closed)


def _coming(work: Work, condition: Any) -> list[tuple[Meeting, Container[date]]]:
    """Return the meetings for which something is missing, each with its nation's holidays. One statement."""
    missing = select(ResearchRequest.meeting_id).where(ResearchRequest.status.in_(WAITING), research.on_agenda())
    rows = work.session.execute(
        select(Meeting, Panel.nation).join(Panel, Panel.id == Meeting.panel_id)
        .where(Meeting.status == MeetingStatus.PLANNED, Meeting.id.in_(missing), condition)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    return [(meeting, holidays.around(nation, local_day(work.now).year)) for meeting, nation in rows]


def _missing(session: Session, *conditions: object) -> Sequence[ResearchRequest]:
    """Return what nobody has answered of the cases that are on the agenda, what is due first before the rest."""
    return session.scalars(
        select(ResearchRequest).join(Case, Case.id == ResearchRequest.case_id)
        .where(ResearchRequest.status.in_(WAITING), research.on_agenda(), *conditions)
        .order_by(ResearchRequest.due_on, Case.reference, ResearchRequest.id)
    ).all()


def _sent(session: Session, request_ids: Collection[UUID]) -> dict[UUID, set[Sent]]:
    """Return what was sent of each request since it was last asked, and on which day."""
    found: dict[UUID, set[Sent]] = {}
    for sent, request in session.execute(
        select(ResearchReminder, ResearchRequest)
        .join(ResearchRequest, ResearchRequest.id == ResearchReminder.request_id)
        .where(ResearchReminder.request_id.in_(request_ids))
    ):
        if not _is_over(sent, request):
            found.setdefault(request.id, set()).add((sent.level, sent.day))
    return found


def _kinds(sent: Iterable[Sent]) -> set[EscalationLevel]:
    return {level for level, _ in sent}


def _is_over(sent: ResearchReminder, request: ResearchRequest) -> bool:
    """Return whether a reminder was of an earlier asking: of another day, or, where hours count, of a moment before."""
    if request.answers_by is not None and sent.sent_at is not None:
        return sent.sent_at < research.asked_at(request)
    return request.asked_again_at is not None and sent.day < local_day(request.asked_again_at)


def last_chased(session: Session, request_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return the day of the last letter about each request. One statement."""
    return dict(session.execute(
        select(ResearchReminder.request_id, func.max(ResearchReminder.day))
        .where(ResearchReminder.request_id.in_(request_ids)).group_by(ResearchReminder.request_id)).all())


def _send(work: Work, meeting: Meeting, due: Sequence[ResearchRequest],
          levels: dict[UUID, EscalationLevel]) -> dict[UUID, list[UUID]]:
    """Write to everybody who speaks for an asked agency, once each; return who was told of which request."""
    if not due:
        return {}
    today, told = local_day(work.now), {}
    present = audience.of(work.session, meeting, today, SPEAKERS)
    for member in present.members:
        theirs = _theirs(member, meeting.panel_id, due)
        if theirs:
            late = any(levels[request.id] is EscalationLevel.LEAD_CHASED for request in theirs)
            work.post(Letter(
                _LETTERS[EscalationLevel.LEAD_CHASED if late else EscalationLevel.REMINDER],
                to=member.actor.user_id, reference=meeting.reference, link="/research", day=theirs[0].due_on,
                about=theirs[0].id, revision=_revision(theirs[0], today), closes_at=theirs[0].answers_by,
            ), panel_id=meeting.panel_id)
        for request in theirs:
            told.setdefault(request.id, []).append(member.actor.user_id)
    # Where hours count, there may be two of one day.
    keep = work.session.merge if meeting.answers_by is not None else work.session.add
    for id_ in told:
        keep(ResearchReminder(request_id=id_, level=levels[id_], day=today, sent_at=work.now))
    return told


def _revision(request: ResearchRequest, today: date) -> int:
    """Return what tells a letter from the one before: its day, or, where hours count, the minute that it names."""
    return today.toordinal() if request.answers_by is None else int(request.answers_by.timestamp()) // 60


def _theirs(member: Member, panel_id: UUID, due: Iterable[ResearchRequest]) -> list[ResearchRequest]:
    agencies = member.speaks_for(panel_id, SPEAKERS)
    return [r for r in due if r.agency_id in agencies and r.case_id not in member.actor.excluded]
