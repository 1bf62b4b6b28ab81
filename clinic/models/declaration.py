"""What somebody has declared for a meeting."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.declarations import DeclarationKind
from clinic.models.types import Base, Identified


class Declaration(Identified, Base):
    """One person's declaration for one meeting. It is about no case."""

    __tablename__ = "declaration"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id", "kind"),)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    #: for which agency they spoke when they signed
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[DeclarationKind]
    #: number of the wording that was signed
    wording: Mapped[int]
    signed_at: Mapped[datetime]
