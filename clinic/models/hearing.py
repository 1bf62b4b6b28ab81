"""A case heard at a meeting: the notes typed then and there, section by section, and how it ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.hearings import HearingOutcome
from clinic.domain.notes import NoteSection
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Hearing(Identified, CaseBound, HasSealed, Base):
    """Made when the case is placed; `notes_version` guards the notes, `version` the row.

    Its own notes are those of what was shared: every panel has them. Other sections are rows of `HearingNote`.
    """

    __tablename__ = "hearing"
    __table_args__ = (UniqueConstraint("meeting_id", "case_id"),)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    notes = Sealed("notes_sealed")
    notes_version: Mapped[int] = mapped_column(default=0)
    notes_saved_at: Mapped[datetime | None]
    notes_saved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[HearingOutcome | None]
    #: code of the `deferral_reason` terms
    deferral_reason: Mapped[str | None] = mapped_column(String(60))
    #: when all actions that stand were read back to the meeting, and who says so
    read_back_at: Mapped[datetime | None]
    read_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    #: where a case that was not finished went
    next_meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"))
    started_at: Mapped[datetime | None]
    #: when it was taken up again, each time, after it had been left for another without an outcome
    taken_up: Mapped[list[str]] = mapped_column(default=list)
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class HearingNote(Identified, CaseBound, HasSealed, Base):
    """One more section of the notes of a hearing, made when it is first saved."""

    __tablename__ = "hearing_note"
    __table_args__ = (UniqueConstraint("hearing_id", "section"),)
    hearing_id: Mapped[UUID] = mapped_column(ForeignKey("hearing.id"))
    section: Mapped[NoteSection]
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    notes = Sealed("notes_sealed")
    notes_version: Mapped[int] = mapped_column(default=0)
    notes_saved_at: Mapped[datetime | None]
    notes_saved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class HearingGuest(Identified, CaseBound, HasSealed, Base):
    """Somebody without a seat or an account who was in the room for one case."""

    __tablename__ = "hearing_guest"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name = Sealed("name_sealed")
    agency_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: in words: it may be none of those that the directory knows
    agency = Sealed("agency_sealed")
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    #: of one who was written down by mistake: they stand nowhere any more, and nothing is forgotten
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
