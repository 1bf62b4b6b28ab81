"""From draft to approved version: to the chair, back again, or frozen.

Freezing is done whole (`Work.whole`): the version holds every section of the draft, also
those of cases that the chair must not know of.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinic.domain import minutes as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import Stale
from clinic.models.minute import Minute, MinuteSection, MinuteVersion
from clinic.policy import minutes as policy
from clinic.services import minutes
from clinic.services.work import Work


def send_to_chair(work: Work, meeting_id: UUID) -> None:
    """Give the draft to the chair; until it comes back or is approved, nobody edits it."""
    meeting, minute = minutes.drafted(work, meeting_id)
    work.require(policy.may_write, meeting)
    minute.status = rules.after_sending_to_chair(minute.status)
    work.record(AuditVerb.UPDATE, minute, fields=["status"])


def send_back(work: Work, meeting_id: UUID) -> None:
    """Give the draft back to those who write it: by the chair, or by a writer who still has to mend something."""
    meeting, minute = minutes.drafted(work, meeting_id)
    work.require(policy.may_see_draft, meeting)
    minute.status = rules.after_sending_back(minute.status, _newest(work.session, minute.id))
    work.record(AuditVerb.UPDATE, minute, fields=["status"])


def _newest(session: Session, minute_id: UUID) -> int:
    """Return the number of the newest approved version, 0 before the first."""
    return session.scalar(
        select(func.max(MinuteVersion.number)).where(MinuteVersion.minute_id == minute_id)
    ) or 0


def approve(work: Work, meeting_id: UUID, seen: str) -> UUID:
    """Freeze the draft as the next version and return its id.

    `seen` stands for the text that the chair's page showed: what has changed since is not approved.
    """
    meeting, minute = minutes.drafted(work, meeting_id)
    work.require(policy.may_approve, meeting)
    minute.status = rules.after_approval(minute.status)
    if minutes.digest(minutes.sections_of(work, minute.id, None)) != seen:
        raise Stale()
    number = _newest(work.session, minute.id) + 1
    with work.whole("minutes"):
        version = _freeze(work, minute, number)
    work.record(AuditVerb.APPROVE, version, number=number, hash=version.hash)
    return version.id


def _freeze(work: Work, minute: Minute, number: int) -> MinuteVersion:
    """Copy every section of the draft into a version that no longer changes."""
    drafted = work.session.scalars(
        select(MinuteSection)
        .where(MinuteSection.minute_id == minute.id, MinuteSection.version_id.is_(None))
        .order_by(MinuteSection.position)
    ).all()
    version = MinuteVersion(
        minute_id=minute.id, meeting_id=minute.meeting_id, panel_id=minute.panel_id, number=number,
        hash=rules.hash_of(minutes.values_of(drafted)), approved_by_id=work.actor.user_id, approved_at=work.now,
    )
    work.session.add(version)
    work.session.flush()
    for row, section in zip(drafted, minutes.values_of(drafted), strict=True):
        work.session.add(minutes.row_of(minute, row.position, section, row.html, version.id))
    return version
