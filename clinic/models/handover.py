"""A case that one panel hands over to another: a record on either side, each in the case of its own panel."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.handovers import HandoverSide, HandoverStatus
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Handover(Identified, CaseBound, HasSealed, Base):
    """What one side knows of it. The two rows say the same, each under the key of its own case."""

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_status", "panel_id", "status"),)
    side: Mapped[HandoverSide]
    status: Mapped[HandoverStatus] = mapped_column(default=HandoverStatus.OPEN)
    #: the row and the case of the other side. No key of a table: what was refused is forgotten there
    twin_id: Mapped[UUID] = mapped_column(index=True)
    partner_case_id: Mapped[UUID]
    partner_panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    #: values of `domain.handovers.HandoverItem` that have been seen to
    done: Mapped[list[str]]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = Sealed("reason_sealed")
    #: what goes with the case and what stays, a line each
    carries_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    carries = Sealed("carries_sealed", list)
    stays_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    stays = Sealed("stays_sealed", list)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer = Sealed("answer_sealed")
    offered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    offered_at: Mapped[datetime]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
