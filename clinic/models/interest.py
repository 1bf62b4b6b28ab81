"""What people have declared of cases in which they know somebody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.models.case import MaybeCaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Interest(Identified, MaybeCaseBound, HasSealed, Base):
    """One answer for a meeting as a whole, which names no case, or one case that its writer is kept from since.

    The two are rows of their own: whoever must not know of the case still knows that the person has answered.
    """

    __tablename__ = "interest"
    __table_args__ = (CheckConstraint("case_id IS NULL OR knows", "of_a_case_knows"),)
    #: the case, or the meeting where none is named
    key_owner_id: Mapped[UUID]
    seal_owner = "key_owner_id"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    #: for which agency they speak
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    knows: Mapped[bool]
    #: code of the `exclusion_ground` terms, of a case
    ground: Mapped[str] = mapped_column(default="")
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words = Sealed("words_sealed")
    declared_at: Mapped[datetime]
    #: who speaks for the agency in this case instead, if anybody; and when that was settled
    speaker_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
