"""What hangs on a meeting and follows it when it moves or falls: the cases listed, the answers due.

Both are handled whole: a case that whoever acts must not know of follows its meeting too.
"""

from __future__ import annotations

from sqlalchemy import select

from clinic.domain import research as rules
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.hearings import HearingOutcome
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.research import ResearchRequest
from clinic.services import agenda, research
from clinic.services.work import Work


def cases_go_on(work: Work, meeting: Meeting) -> int:
    """Put the cases of a cancelled meeting onto the next one that stands; return how many.

    Raises RuleBroken where the panel has no later meeting: the cases would be lost from sight.
    """
    with work.whole("cancelling a meeting"):
        rows = work.session.execute(
            select(Hearing, Case).join(Case, Case.id == Hearing.case_id)
            .where(Hearing.meeting_id == meeting.id, Hearing.outcome.is_(None)).order_by(Case.reference)
        ).all()
        for hearing, case in rows:
            following = agenda.place(work, case, AgendaItemKind.CASE_DEFERRED_IN, deferred_from=meeting)
            hearing.outcome, hearing.next_meeting_id = HearingOutcome.CARRIED_OVER, following.id
            work.record(AuditVerb.UPDATE, hearing, fields=["outcome", "next_meeting_id"])
    return len(rows)


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
