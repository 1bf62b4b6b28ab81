"""That an agency has flagged its own file on a case, and under which number of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Flag(Identified, CaseBound, HasSealed, Base):
    """One flag, from when the agency put it up until it took it down. Putting it up again is another."""

    __tablename__ = "flag"
    __table_args__ = (Index("ix_flag_of_agency", "case_id", "agency_id"),)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    #: the agency's own number of the file, which may stand for a person
    identifier_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    identifier = Sealed("identifier_sealed")
    set_at: Mapped[datetime]
    set_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
