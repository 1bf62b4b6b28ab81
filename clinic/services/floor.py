"""Having the floor: a hearing to write in, while its meeting runs.

Whoever writes holds the meeting's row for sharing first, then the hearing's: closing takes
the meeting's row for itself, so nothing is written into a meeting that is closing.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from clinic.domain import hearings as rules
from clinic.domain.errors import NotFound
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.policy import hearings as policy
from clinic.services import adjournments
from clinic.services.work import Work


def take(work: Work, hearing_id: UUID, even_adjourned: bool = False) -> tuple[Hearing, Meeting]:
    """Find a hearing to write in, and its meeting that runs and is not adjourned. Raises NotFound or RuleBroken.

    Two statements, and a third one where it counts whether the meeting is adjourned.
    """
    meeting = work.session.scalar(
        select(Meeting).join(Hearing, Hearing.meeting_id == Meeting.id)
        .where(Hearing.id == hearing_id, policy.visible_to(work.actor))
        .with_for_update(read=True, of=Meeting)
    )
    if meeting is None:
        raise NotFound
    hearing = work.session.scalars(
        select(Hearing).where(Hearing.id == hearing_id).with_for_update(of=Hearing)
    ).one()
    work.require(policy.may_record, hearing)
    rules.check_running(meeting.status)
    if not even_adjourned:
        adjournments.check_sitting(work.session, meeting.id)
    return hearing, meeting
