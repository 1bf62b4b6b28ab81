"""That a case was closed, and opened again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.closings import CloseReason
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class CaseClosing(Identified, CaseBound, HasSealed, Base):
    """One closing, from when the case was closed until it was opened again."""

    __tablename__ = "case_closing"
    reason: Mapped[CloseReason]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words = Sealed("words_sealed")
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    reopened_at: Mapped[datetime | None]
    reopened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: why it was opened again
    why = Sealed("why_sealed")
