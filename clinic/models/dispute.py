"""Responses of agencies that other agencies dispute, and what was answered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.disputes import DisputeOutcome, ResponseKind
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Dispute(Identified, CaseBound, HasSealed, Base):
    """One version of what an agency disputes; it stands until it is taken back, or another version replaces it."""

    __tablename__ = "dispute"
    #: the agency that disputes
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    #: the agency whose response it is
    responder_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    response: Mapped[ResponseKind]
    responded_on: Mapped[date]
    #: what was responded, and why it is disputed
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words = Sealed("words_sealed")
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("dispute.id"), index=True)
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    #: why it was put right or taken back
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    why = Sealed("why_sealed")


class DisputeAnswer(Identified, CaseBound, HasSealed, Base):
    """What was answered to a dispute. The latest counts; the earlier ones stay."""

    __tablename__ = "dispute_answer"
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("dispute.id"), index=True)
    #: the agency that responded, or the chair's
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    outcome: Mapped[DisputeOutcome]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words = Sealed("words_sealed")
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
