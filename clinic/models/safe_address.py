"""Where a victim is safe, and who has looked. Nothing joins these tables; an address is never loaded unasked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, column
from sqlalchemy.orm import Mapped, Session, mapped_column

from clinic.domain.addresses import AddressStatus, RevealReason
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed, ring
from clinic.models.types import Base, Identified

_WAITING = column("status", String) == AddressStatus.WAITING.value


class SafeAddress(Identified, CaseBound, HasSealed, Base):
    """An address as one person proposed it, and what a second one said. Of those confirmed the latest counts.

    Each has a key of its own, and opens with that and the case's together only: whoever holds
    the case's key has no address, and a case whose key is destroyed has none either.
    """

    __tablename__ = "safe_address"
    __table_args__ = (
        Index("ix_safe_address_waiting", "case_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", "second_person"),
        CheckConstraint("(status = 'waiting') = (decided_by_id IS NULL)", "decided_by_somebody"),
        CheckConstraint("status <> 'refused' OR refusal_sealed IS NOT NULL", "refusal_has_reason"),
    )
    status: Mapped[AddressStatus] = mapped_column(default=AddressStatus.WAITING)
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    address = Sealed("address_sealed")
    #: why it is right though it is where a perpetrator is known
    in_spite_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    in_spite = Sealed("in_spite_sealed")
    refusal_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    refusal = Sealed("refusal_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    #: when a perpetrator was first known there, after it was proposed
    clashes_at: Mapped[datetime | None]
    seal_owner = "id"

    def seal_key(self, session: Session) -> bytes:
        return ring(session).joined(session, (self.id, self.case_id), "clinic safe address")


class AddressReveal(Identified, CaseBound, HasSealed, Base):
    """Somebody looked at an address, and why."""

    __tablename__ = "address_reveal"
    __table_args__ = (Index("ix_address_reveal_by", "revealed_by_id", "revealed_at"),)
    address_id: Mapped[UUID] = mapped_column(ForeignKey("safe_address.id"), index=True)
    reason: Mapped[RevealReason]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words = Sealed("words_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    revealed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    revealed_at: Mapped[datetime]
    #: when a coordinator, and when an advocate of the case, has taken note of it
    coordinator_saw_at: Mapped[datetime | None]
    advocate_saw_at: Mapped[datetime | None]
