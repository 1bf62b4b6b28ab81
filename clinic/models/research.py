"""What one agency was asked about one case for one meeting, and what it answered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.actions import EscalationLevel
from clinic.domain.incidents import InformationKind
from clinic.domain.research import AskAgainReason, HandlingCode, ResearchStatus, WithheldReason
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Handled:
    """Something that is said, and who may read it. `policy.research_parts` cuts by both columns."""

    handling: Mapped[HandlingCode] = mapped_column(default=HandlingCode.PANEL)
    #: ids of the agencies that may read it, where it is for named ones
    named: Mapped[list[str]] = mapped_column(default=list)


class ResearchRequest(Identified, CaseBound, HasSealed, Handled, Base):
    """`handling` is that of the facts and of what is suggested."""

    __tablename__ = "research_request"
    __table_args__ = (
        UniqueConstraint("meeting_id", "case_id", "agency_id"),
        # As `nomination` has one, and for the same reason.
        Index("ix_research_request_engaged", "case_id", "agency_id"),
    )
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    status: Mapped[ResearchStatus] = mapped_column(default=ResearchStatus.REQUESTED)
    due_on: Mapped[date]
    #: of an emergency meeting: until when, on that day
    answers_by: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    #: values of `Known`
    known: Mapped[list[str]]
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text = Sealed("text_sealed")
    suggested_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    suggested = Sealed("suggested_sealed")
    withheld: Mapped[WithheldReason | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]
    #: when and why an answer that had been given was asked for once more
    asked_again_at: Mapped[datetime | None]
    asked_again_why: Mapped[AskAgainReason | None]
    #: what the agency writes anew since then and has not sent, as `ResearchAnswer.spelled`; nobody else reads it
    draft_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    draft = Sealed("draft_sealed", list)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class ResearchPart(Identified, CaseBound, HasSealed, Handled, Base):
    """What an agency says beside its facts, or adds after the meeting has begun. An addition is never changed."""

    __tablename__ = "research_part"
    request_id: Mapped[UUID] = mapped_column(ForeignKey("research_request.id"), index=True)
    #: the agency that was asked
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[InformationKind]
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    text = Sealed("text_sealed")
    #: no more being written
    released: Mapped[bool]
    addition: Mapped[bool]
    said_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    said_at: Mapped[datetime]


class ResearchReminder(Base):
    """Unique on request, level and day: running twice reminds once."""

    __tablename__ = "research_reminder"
    request_id: Mapped[UUID] = mapped_column(ForeignKey("research_request.id"), primary_key=True)
    level: Mapped[EscalationLevel] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    #: nothing in rows from before it was kept
    sent_at: Mapped[datetime | None]
