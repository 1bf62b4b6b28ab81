"""An agency that comes to a panel late is asked about the cases that are listed already.

So it is with one that has its first speaker, whose first speaker's account opens, or that sits there on the day to
which a meeting moved. Who was asked before is not asked again.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import MeetingStatus
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.policy import research as policy
from clinic.services import research
from clinic.services.work import Work


def ask(work: Work, panel_id: UUID) -> None:
    """Ask whoever was not asked yet about the cases of the panel's meetings to come.

    Completes a change of seats or of a meeting's day, which has asked one. Cases are handled whole: what is asked
    must not hang on who gave the seat.
    """
    with work.whole("asking an agency that has come"):
        _ask(work, Meeting.panel_id == panel_id)


def ask_everywhere(work: Work) -> int:
    """The timer's: ask whoever has come since on any panel; return how many meetings it looked at."""
    work.require(policy.may_remind)
    looked_at = _ask(work)
    if work.changed:
        work.record(AuditVerb.UPDATE, "ResearchRequest", what="newcomers asked")
    return looked_at


def _ask(work: Work, *conditions: object) -> int:
    listed: dict[Meeting, list[Case]] = {}
    for meeting, case in work.session.execute(
        select(Meeting, Case).join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .join(Case, Case.id == AgendaItem.case_id)
        .where(Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > work.now, *conditions)
        .order_by(Meeting.starts_at, AgendaItem.position)
    ):
        listed.setdefault(meeting, []).append(case)
    for meeting, cases in listed.items():
        research.ask_about(work, cases, meeting)
    work.session.flush()
    return len(listed)
