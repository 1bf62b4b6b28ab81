"""Risk assessments of a case, why a new one is asked for, and how a clinic means to manage it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, column
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.risks import AskCause, RiskChange, RiskStatus
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified

_WAITING = column("status", String) == RiskStatus.WAITING.value


class RiskAssessment(Identified, CaseBound, HasSealed, Base):
    """One use of one tool, as one agency has entered it. Of those of a tool and version that count the latest does."""

    __tablename__ = "risk_assessment"
    __table_args__ = (
        Index("ix_risk_assessment_waiting", "case_id", "tool", "tool_version", unique=True, sqlite_where=_WAITING,
              postgresql_where=_WAITING),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> entered_by_id", "second_person"),
        CheckConstraint("change <> 'lowered' OR because_sealed IS NOT NULL", "lowering_has_reason"),
        CheckConstraint("change <> 'lowered' OR status <> 'counts' OR decided_by_id IS NOT NULL", "lowering_is_agreed"),
    )
    #: code of the `risk_tool` terms
    tool: Mapped[str] = mapped_column(String(60))
    tool_version: Mapped[str] = mapped_column(String(60))
    result_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    result = Sealed("result_sealed")
    judgement_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    judgement = Sealed("judgement_sealed")
    assessed_on: Mapped[date]
    assessor_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    assessor = Sealed("assessor_sealed")
    change: Mapped[RiskChange]
    because_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    because = Sealed("because_sealed")
    status: Mapped[RiskStatus]
    refusal_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    refusal = Sealed("refusal_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]


class RiskPrompt(Identified, CaseBound, Base):
    """Something happened after which the risk is to be assessed anew. Nobody = it was told of elsewhere."""

    __tablename__ = "risk_prompt"
    __table_args__ = (Index("ix_risk_prompt_open", "panel_id", "answered_at"),)
    cause: Mapped[AskCause]
    happened_on: Mapped[date]
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    #: when somebody assessed after it
    answered_at: Mapped[datetime | None]


class RiskPlan(Identified, CaseBound, HasSealed, Base):
    """How a clinic understands a case and means to manage it. The latest counts; the earlier ones stay."""

    __tablename__ = "risk_plan"
    #: code of the `typology` terms
    typology: Mapped[str] = mapped_column(String(60))
    formulation_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    formulation = Sealed("formulation_sealed")
    scenarios_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    scenarios = Sealed("scenarios_sealed")
    victim_safety_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    victim_safety = Sealed("victim_safety_sealed")
    management_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    management = Sealed("management_sealed")
    review_on: Mapped[date | None]
    #: when that review came onto a list, by itself or by hand; by itself it does so once
    listed_at: Mapped[datetime | None]
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
