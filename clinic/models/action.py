"""A task that one agency owns, what was said of it since, and the reminders that went out."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.actions import ActionStatus, EscalationLevel, RiskTarget
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Action(Identified, CaseBound, HasSealed, Base):
    __tablename__ = "action"
    #: that agreed it; nothing = between two meetings, or it came with a case that another panel has handed over
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    #: the urgent decision that it follows from, where it does
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("urgent_decision.id"), index=True)
    #: random within the year, `AC-2026-301472`
    reference: Mapped[str] = mapped_column(unique=True)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    text = Sealed("text_sealed")
    owner_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    due_on: Mapped[date] = mapped_column(index=True)
    risk_target: Mapped[RiskTarget] = mapped_column(default=RiskTarget.VICTIM)
    status: Mapped[ActionStatus] = mapped_column(default=ActionStatus.AGREED, index=True)
    agreed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class ActionUpdate(Identified, CaseBound, HasSealed, Base):
    """What somebody said of an action: a claim with its evidence, or the coordinator's answer."""

    __tablename__ = "action_update"
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    at: Mapped[datetime]
    status: Mapped[ActionStatus]
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text = Sealed("text_sealed")


class ActionReminder(Base):
    """Unique on action, level and day: running twice reminds once."""

    __tablename__ = "action_reminder"
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), primary_key=True)
    level: Mapped[EscalationLevel] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
