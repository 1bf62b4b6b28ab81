"""The record of a meeting: sections, frozen versions, and who has read which."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.minutes import MinuteStatus, ReceiptStatus
from clinic.models.case import MaybeCaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Minute(Identified, Base):
    """One a meeting. Its sections of version 0 are the draft."""

    __tablename__ = "minute"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), unique=True)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    status: Mapped[MinuteStatus] = mapped_column(default=MinuteStatus.DRAFT)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class MinuteVersion(Identified, Base):
    """An approved text that no longer changes; `hash` is over its sections in order."""

    __tablename__ = "minute_version"
    __table_args__ = (UniqueConstraint("minute_id", "number"),)
    minute_id: Mapped[UUID] = mapped_column(ForeignKey("minute.id"), index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    approved_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime]
    circulated_at: Mapped[datetime | None]


class MinuteSection(Identified, MaybeCaseBound, HasSealed, Base):
    """One section (one case, or one part of the frame), as Markdown and as the HTML made of it on save."""

    __tablename__ = "minute_section"
    minute_id: Mapped[UUID] = mapped_column(ForeignKey("minute.id"), index=True)
    #: nothing while it is the draft
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("minute_version.id"), index=True)
    #: the case, or the meeting for the frame
    key_owner_id: Mapped[UUID]
    seal_owner = "key_owner_id"
    position: Mapped[int]
    #: neutral: a reference or a standing heading
    heading: Mapped[str]
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text = Sealed("text_sealed")
    html_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    html = Sealed("html_sealed")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Receipt(Identified, Base):
    """Who was sent which version, and how far it has come."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("version_id", "user_id"),)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("minute_version.id"), index=True)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    status: Mapped[ReceiptStatus] = mapped_column(default=ReceiptStatus.QUEUED)
    sent_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    chased_at: Mapped[datetime | None]
