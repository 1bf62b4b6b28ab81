"""What an advocate brought from the victim to a meeting, and took back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.advocacy import VictimFeedback, VoiceKind
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class VictimVoice(Identified, CaseBound, HasSealed, Base):
    """Said by one agency for one meeting. The latest of its kind counts; the earlier ones stay."""

    __tablename__ = "victim_voice"
    __table_args__ = (Index("ix_victim_voice_meeting", "meeting_id", "case_id", "kind"),)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    kind: Mapped[VoiceKind]
    status: Mapped[VictimFeedback]
    said_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    said = Sealed("said_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
