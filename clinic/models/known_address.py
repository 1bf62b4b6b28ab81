"""Where a perpetrator is known to live or stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class KnownAddress(Identified, CaseBound, HasSealed, Base):
    """As one agency has said it. What was wrong is taken back."""

    __tablename__ = "known_address"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    address = Sealed("address_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class KnownAddressMark(CaseBound, Base):
    """A keyed hash of what two writings of the address share, so that one is found among all cases at once."""

    __tablename__ = "known_address_mark"
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    known_address_id: Mapped[UUID] = mapped_column(ForeignKey("known_address.id"), primary_key=True, index=True)
