"""The outbox: letters that wait, were rendered once, and were handed to the relay."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.letters import LetterKind
from clinic.models.types import Base, Identified


class PostStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    RETRY = "retry"
    ACCEPTED = "accepted"
    FAILED = "failed"
    CANCELLED = "cancelled"


class QueuedLetter(Identified, Base):
    """One letter to one address. `raw` is rendered once and never again; retries send those bytes."""

    __tablename__ = "queued_letter"
    __table_args__ = (Index("ix_queued_letter_due", "status", "next_at"),)
    dedup_key: Mapped[str] = mapped_column(String(300), unique=True)
    kind: Mapped[LetterKind]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    address: Mapped[str]
    reference: Mapped[str]
    day: Mapped[date | None]
    #: from when to when its reader is needed on that day
    needed_from: Mapped[datetime | None]
    needed_until: Mapped[datetime | None]
    #: until when it can be answered
    closes_at: Mapped[datetime | None]
    #: a path on our own site
    link: Mapped[str] = mapped_column(String(300))
    #: the one-use part of an account link, sealed with the installation's key until the letter is rendered
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    about_id: Mapped[UUID | None] = mapped_column(index=True)
    #: of a calendar letter: the revision it announces
    revision: Mapped[int] = mapped_column(default=0)
    panel_id: Mapped[UUID | None] = mapped_column(ForeignKey("panel.id"), index=True)
    status: Mapped[PostStatus] = mapped_column(default=PostStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(unique=True)
    #: sealed with the installation's key
    raw_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_reply: Mapped[str] = mapped_column(String(300), default="")
    accepted_at: Mapped[datetime | None]


class Heartbeat(Base):
    """When a part of the system was last seen alive."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
