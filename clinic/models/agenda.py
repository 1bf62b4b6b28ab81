"""The running order of one meeting, its lines, and each edition that was published."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.additions import AdditionKind
from clinic.domain.agenda import AgendaItemKind, AgendaStatus
from clinic.domain.drops import DropReason
from clinic.models.case import CaseBound, MaybeCaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Agenda(Identified, Base):
    """One a meeting. `version` rises with every change of order, so that two editors cannot cross."""

    __tablename__ = "agenda"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), unique=True)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    status: Mapped[AgendaStatus] = mapped_column(default=AgendaStatus.DRAFT)
    #: number of the edition that readers have; 0 before the first
    edition: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class AgendaLock(Identified, HasSealed, Base):
    """One time that an agenda was locked, from then until it was unlocked."""

    __tablename__ = "agenda_lock"
    __table_args__ = (CheckConstraint("unlocked_at IS NULL OR reason_sealed IS NOT NULL", "unlocked_with_reason"),)
    seal_owner = "meeting_id"
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    locked_at: Mapped[datetime]
    locked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    unlocked_at: Mapped[datetime | None]
    unlocked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: why it was unlocked
    reason = Sealed("reason_sealed")


class AgendaItem(Identified, MaybeCaseBound, HasSealed, Base):
    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "case_id"),)
    seal_owner = "meeting_id"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[AgendaItemKind]
    position: Mapped[int]
    minutes: Mapped[int]
    #: words of the coordinator for an item without a case
    title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    title = Sealed("title_sealed")
    #: the meeting it was deferred from, if it was
    deferred_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"))
    #: the day on which its review was due, of one that came for that
    review_on: Mapped[date | None]
    #: the agency that presents it, where it is not the one that nominated; and who of it has said that they will
    presenter_agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    presenter_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    presenter_confirmed_at: Mapped[datetime | None]


class PresenterHours(Base):
    """From when until when somebody who presents can be at a meeting; no row = the whole of it. Tells of no case."""

    __tablename__ = "presenter_hours"
    __table_args__ = (
        CheckConstraint("begins_at IS NOT NULL OR ends_at IS NOT NULL", "says_something"),
        CheckConstraint("begins_at IS NULL OR ends_at IS NULL OR begins_at < ends_at", "in_order"),
    )
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    begins_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]


class EditionItem(Identified, MaybeCaseBound, HasSealed, Base):
    """A line of a published edition, as its readers had it."""

    __tablename__ = "edition_item"
    __table_args__ = (UniqueConstraint("meeting_id", "edition", "item_id"),)
    seal_owner = "meeting_id"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    edition: Mapped[int]
    published_at: Mapped[datetime]
    #: id of the agenda item; no foreign key, since items are removed and editions stay
    item_id: Mapped[UUID]
    kind: Mapped[AgendaItemKind]
    position: Mapped[int]
    minutes: Mapped[int]
    #: the words of an item without a case, kept here too: the item may be removed, the edition stays
    title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    title = Sealed("title_sealed")


class EditionReading(Base):
    """That somebody has opened an edition. Which cases they read in it, their own wall says; here is none."""

    __tablename__ = "edition_reading"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    #: number of the edition as the meeting counts them, not as its reader does
    edition: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]


class AgendaAddition(Identified, CaseBound, HasSealed, Base):
    """That the chair was asked to let a case come onto an agenda late, and what they said."""

    __tablename__ = "agenda_addition"
    __table_args__ = (
        CheckConstraint("answered_at IS NULL OR approved IS NOT NULL", "answered_with_yes_or_no"),
    )
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[AdditionKind]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: why it cannot wait
    reason = Sealed("reason_sealed")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    approved: Mapped[bool | None]
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer = Sealed("answer_sealed")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class AgendaDrop(Identified, CaseBound, HasSealed, Base):
    """That a case which an earlier meeting had not heard was taken off a list, by whom, and why."""

    __tablename__ = "agenda_drop"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    #: the meeting that had not heard it
    deferred_from_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    reason: Mapped[DropReason]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words = Sealed("words_sealed")
    dropped_at: Mapped[datetime]
    dropped_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
