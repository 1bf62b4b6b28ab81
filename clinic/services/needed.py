"""From when to when an agency is needed at a meeting: by its page, its letter and the suggested order alike.

An agency is needed for a case that it nominated, where it knows somebody, and where it has not said yet whether
it does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from clinic.domain.agenda import Slot
from clinic.domain.research import ANSWERED, Known, ResearchStatus
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.policy import research as policy
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Needed:
    """From when to when somebody's agency is needed, for how many of how many cases."""

    slot: Slot
    cases: int
    of: int


def of_actor(work: Work, meeting: Meeting, lines: Sequence[Any]) -> Needed | None:
    """Return when the actor's own agencies are needed, by lines with a case, a beginning and an end; nothing where
    the actor speaks for none, or is needed for none of them. One statement.
    """
    agencies = policy.speaks_for(work.actor, meeting.panel_id)
    heard = [(line.case_id, Slot(line.starts_at, line.ends_at)) for line in lines if line.case_id]
    if not agencies or not heard or meeting.mode.is_in_writing:
        return None
    return among(heard, agencies, by_case(work.session, meeting.id, [case_id for case_id, _ in heard]))


def among(heard: Sequence[tuple[UUID, Slot]], agencies: Collection[UUID],
          needed: Mapping[UUID, Collection[UUID]]) -> Needed | None:
    """Return when any of `agencies` is needed among the cases that are heard, in order, each with its time."""
    theirs = [slot for case_id, slot in heard if not needed.get(case_id, frozenset()).isdisjoint(agencies)]
    if not theirs:
        return None
    return Needed(Slot(theirs[0].starts_at, theirs[-1].ends_at), len(theirs), len(heard))


def by_case(session: Session, meeting_id: UUID, case_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return for each of the cases the asked agencies that are needed for it. One statement."""
    return of_rows(session.execute(asked(meeting_id).where(ResearchRequest.case_id.in_(case_ids))))


def asked(meeting_id: Any) -> Select:
    """Select what `of_rows` tells from: which agency was asked for a meeting, about which case, and what it said."""
    nominated = exists().where(
        Nomination.case_id == ResearchRequest.case_id, Nomination.agency_id == ResearchRequest.agency_id)
    return (
        select(ResearchRequest.case_id, ResearchRequest.agency_id, ResearchRequest.status, ResearchRequest.known,
               nominated.label("theirs")).select_from(ResearchRequest)
        .where(ResearchRequest.meeting_id == meeting_id, ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT)
    )


def of_rows(rows: Iterable[Any]) -> dict[UUID, set[UUID]]:
    """Return for each case the asked agencies that are needed for it."""
    found: dict[UUID, set[UUID]] = {}
    for row in rows:
        if row.theirs or not _knows_nobody(row):
            found.setdefault(row.case_id, set()).add(row.agency_id)
    return found


def _knows_nobody(request: Any) -> bool:
    """Whether an agency has said so. What it still writes is not said."""
    return request.status in ANSWERED and Known.NONE in request.known
