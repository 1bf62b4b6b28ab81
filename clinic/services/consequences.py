"""What hangs on a meeting and follows it when it moves, falls or closes: the cases listed, the answers due.

Both are handled whole: a case that whoever acts must not know of follows its meeting too.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from clinic.domain import research as rules
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.research import ResearchRequest
from clinic.policy import cases as policy
from clinic.services import agenda, research
from clinic.services.work import Work


def cases_go_on(work: Work, meeting: Meeting) -> int:
    """Put the cases of a cancelled meeting onto the next one that stands; return how many the actor may know of.

    Raises RuleBroken where the panel has no later meeting: the cases would be lost from sight.
    """
    with work.whole("cancelling a meeting"):
        left = work.session.scalars(
            select(Hearing).join(Case, Case.id == Hearing.case_id)
            .where(Hearing.meeting_id == meeting.id, Hearing.outcome.is_(None)).order_by(Case.reference)
        ).all()
        for hearing in left:
            hearing.outcome = HearingOutcome.CARRIED_OVER
        return send_on(work, meeting, left)


def send_on(work: Work, meeting: Meeting, unfinished: Sequence[Hearing]) -> int:
    """Put cases that a meeting did not finish onto the next one that stands, and keep where each went; return how many
    of them the actor may know of.

    Where the panel has no such meeting, RuleBroken says so; a case that the actor must not know of waits then
    for one to be added, since a refusal would tell them that it is there. Completes a closing or a cancellation.
    """
    if not unfinished:
        return 0
    ids = [hearing.case_id for hearing in unfinished]
    cases = {case.id: case for case in work.session.scalars(select(Case).where(Case.id.in_(ids)))}
    known = set(work.session.scalars(select(Case.id).where(Case.id.in_(ids), policy.visible_to(work.actor))))
    # Somebody may have put a case onto a coming agenda already, while it was being heard.
    # Of an emergency meeting about it, this meeting's record says nothing.
    listed = {row.case_id: row.meeting_id if row.about is None else None for row in work.session.execute(
        select(AgendaItem.case_id, AgendaItem.meeting_id, Meeting.case_id.label("about"))
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id.in_(ids), Meeting.status == MeetingStatus.PLANNED)
    )}
    for hearing in unfinished:
        case_id = hearing.case_id
        if case_id not in listed:
            try:
                listed[case_id] = agenda.place(work, cases[case_id], AgendaItemKind.CASE_DEFERRED_IN,
                                               deferred_from=meeting).id
            except RuleBroken:
                if case_id in known:
                    raise
        hearing.next_meeting_id = listed.get(case_id)
        work.record(AuditVerb.UPDATE, hearing, fields=["outcome", "next_meeting_id"])
    return len(known)


def answers_follow(work: Work, meeting: Meeting) -> None:
    """Give what agencies have still to answer the day that goes with the meeting's new one.

    An emergency meeting's own hour stays, unless the meeting is earlier now: then agencies are told the new one.
    """
    if meeting.answers_by is not None:
        meeting.answers_by = min(meeting.answers_by, meeting.starts_at)
        with work.whole("moving an emergency meeting"):
            research.hasten(work, meeting)
        return
    due_on = research.due(work, meeting)
    with work.whole("moving a meeting"):
        for request in work.session.scalars(
            select(ResearchRequest).where(ResearchRequest.meeting_id == meeting.id,
                                          ResearchRequest.status.in_(list(rules.WAITING)))
        ):
            request.due_on = due_on
