"""Days that run out in a case, and how its investigation stands."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.clocks import ClockKind
from clinic.domain.investigations import FourAConsidered, InvestigationStatus
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Clock(Identified, CaseBound, Base):
    """A day that must not go by unnoticed. Where it moves, one ends and another begins: the rows are its history."""

    __tablename__ = "clock"
    __table_args__ = (Index("ix_clock_due", "panel_id", "ended_at", "due_on"),)
    kind: Mapped[ClockKind]
    #: the order that it is of, where it is of one
    about_id: Mapped[UUID | None] = mapped_column(index=True)
    #: the day that it is counted from
    since: Mapped[date]
    due_on: Mapped[date]
    #: when what had to be done was done
    met_on: Mapped[date | None]
    set_at: Mapped[datetime]
    #: nobody, where the timer did it
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]


class ClockLetter(Base):
    """Unique on clock and days before its end: running twice tells once."""

    __tablename__ = "clock_letter"
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("clock.id"), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class InvestigationStep(Identified, CaseBound, HasSealed, Base):
    """A step of the investigation, as one agency has said it. What was wrong is taken back."""

    __tablename__ = "investigation_step"
    status: Mapped[InvestigationStatus]
    taken_on: Mapped[date]
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = Sealed("note_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class FourAAnswer(Identified, CaseBound, HasSealed, Base):
    """Whether section 4A was considered, and why so. The latest counts; the earlier ones stay."""

    __tablename__ = "four_a_answer"
    answer: Mapped[FourAConsidered]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = Sealed("reason_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
