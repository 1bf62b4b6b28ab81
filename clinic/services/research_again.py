"""Asking agencies again about a case that has changed since they answered.

What they said stays readable as it was, until they say it anew or say something else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.domain import research as rules
from clinic.domain.actors import SPEAKERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.research import AskAgainReason, ResearchStatus
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.research import ResearchRequest
from clinic.policy import research as policy
from clinic.services import audience, declarations, meetings, research
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class AgainPage:
    """A case of a meeting, and which agencies have answered about it."""

    meeting_id: UUID
    starts_at: datetime
    case_id: UUID
    reference: str
    agencies: tuple[tuple[UUID, str], ...]


def page(work: Work, meeting_id: UUID, case_id: UUID) -> AgainPage:
    """Return who could be asked again, to those who run the meeting."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_chase, meeting)
    rows = _answered(work, meeting, case_id)
    work.record(AuditVerb.VIEW, meeting, shown=[case_id])
    return AgainPage(meeting.id, meeting.starts_at, case_id, rows[0].reference,
                     tuple((row.ResearchRequest.agency_id, row.name) for row in rows
                           if row.ResearchRequest.status in rules.ANSWERED))


def ask(work: Work, meeting_id: UUID, case_id: UUID, reason: AskAgainReason, agency_ids: Collection[UUID]) -> int:
    """Ask those of the agencies again that have answered, and return how many that were."""
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_chase, meeting)
    if meeting.status is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has begun or is over: what changed is said there.")
    rows = _answered(work, meeting, case_id, lock=True)
    asked = [row.ResearchRequest for row in rows
             if row.ResearchRequest.agency_id in agency_ids and row.ResearchRequest.status in rules.ANSWERED]
    if not asked:
        raise RuleBroken("Choose an agency that has answered.", "agencies")
    due_on, hour = research.due(work, meeting), research.hour_of(work, meeting)
    for request in asked:
        request.status, request.due_on, request.answers_by = ResearchStatus.REQUESTED, due_on, hour
        request.asked_again_at, request.asked_again_why = work.now, reason
        work.record(AuditVerb.UPDATE, request, fields=["status", "asked_again_why"])
    work.session.flush()
    _tell(work, meeting, rows[0].reference, asked)
    return len(asked)


def _answered(work: Work, meeting: Meeting, case_id: UUID, lock: bool = False) -> Sequence[Any]:
    """Return what was asked about a case that is on the agenda, by agency, or raise NotFound."""
    query = (
        select(ResearchRequest, Agency.name, Case.reference)
        .join(Agency, Agency.id == ResearchRequest.agency_id).join(Case, Case.id == ResearchRequest.case_id)
        .where(ResearchRequest.meeting_id == meeting.id, ResearchRequest.case_id == case_id, research.on_agenda(),
               policy.visible_to(work.actor))
        .order_by(Agency.name)
    )
    rows = work.session.execute(query.with_for_update(of=ResearchRequest) if lock else query).all()
    if not rows:
        raise NotFound
    return rows


def _tell(work: Work, meeting: Meeting, reference: str, asked: Sequence[ResearchRequest]) -> None:
    present = audience.of(work.session, meeting, local_day(work.now), SPEAKERS)
    for request in asked:
        for member in present.members:
            knows = request.case_id not in member.actor.excluded
            if knows and request.agency_id in member.speaks_for(meeting.panel_id, SPEAKERS):
                work.post(Letter(
                    LetterKind.RESEARCH_AGAIN, to=member.actor.user_id, reference=reference,
                    link=f"/research/{request.id}", day=request.due_on, about=request.id, revision=request.version,
                    closes_at=request.answers_by,
                ), panel_id=meeting.panel_id)
