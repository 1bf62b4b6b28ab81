"""A reader's own copy of approved minutes: the frame, and the cases that this reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.minutes import UNOPENED, ReceiptStatus
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.meeting import Meeting
from clinic.models.minute import MinuteVersion, Receipt
from clinic.policy import minutes as policy
from clinic.services import minutes
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One reader's copy of one version."""

    id: UUID
    meeting_id: UUID
    reference: str
    starts_at: datetime
    ends_at: datetime
    number: int
    approved_by: str
    approved_at: datetime
    hash: str
    sections: tuple[minutes.SectionLine, ...]
    later: minutes.VersionLine | None
    receipt: ReceiptStatus | None
    acknowledged_at: datetime | None
    reader: str
    reader_agency: str
    read_at: datetime
    can_circulate: bool
    can_see_receipts: bool

    @property
    def is_new(self) -> bool:
        """Whether opening this page is to be noted on the reader's receipt."""
        return self.receipt in UNOPENED


def read(work: Work, version_id: UUID, printed: bool = False) -> ReadPage:
    """Show the actor's own copy of a version: the frame, and the cases that the actor may see."""
    row = work.session.execute(
        select(MinuteVersion, Meeting, User.name, Receipt.status, Receipt.acknowledged_at)
        .join(Meeting, Meeting.id == MinuteVersion.meeting_id)
        .join(User, User.id == MinuteVersion.approved_by_id)
        .outerjoin(Receipt, and_(Receipt.version_id == MinuteVersion.id, Receipt.user_id == work.actor.user_id))
        .where(MinuteVersion.id == version_id, policy.visible_to(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    version, meeting, approved_by, receipt, acknowledged_at = row
    work.require(policy.may_read, version, receipt)
    rows = minutes.sections_of(work, version.minute_id, version.id)
    work.record(AuditVerb.PRINT if printed else AuditVerb.VIEW, version, shown=minutes.cases_in(rows))
    return ReadPage(
        version.id, meeting.id, meeting.reference, meeting.starts_at, meeting.ends_at, version.number, approved_by,
        version.approved_at, version.hash, minutes.lines(rows), _later(work, version), receipt, acknowledged_at,
        *_reader(work), work.now, policy.may_circulate(work.actor, version),
        policy.may_see_receipts(work.actor, version),
    )


def _later(work: Work, version: MinuteVersion) -> minutes.VersionLine | None:
    """Return the newest version that the reader may open, if it is newer than this one."""
    versions = minutes.versions_of(work, version.minute_id)
    return versions[0] if versions and versions[0].number > version.number else None


def _reader(work: Work) -> tuple[str, str]:
    """Return the reader's name and agency, which stand on every copy."""
    return tuple(work.session.execute(
        select(User.name, Agency.name).join(Agency, Agency.id == User.agency_id).where(User.id == work.actor.user_id)
    ).one())
