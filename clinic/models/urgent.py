"""What agencies were asked to decide between two meetings, what each answered, and what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.urgent import UrgentOutcome, UrgentReply
from clinic.models.case import CaseBound
from clinic.models.research import Handled
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class UrgentDecision(Identified, CaseBound, HasSealed, Base):
    """One question on a case, with its quorum and its closing time; what the chair decided, and the next meeting."""

    __tablename__ = "urgent_decision"
    __table_args__ = (
        CheckConstraint("quorum > 0", "quorum_of_some"),
        CheckConstraint("outcome IS NULL OR (words_sealed IS NOT NULL AND decided_at IS NOT NULL)",
                        "decided_with_words"),
        CheckConstraint("ratified IS NULL OR (outcome = 'decided' AND ratified_in_id IS NOT NULL)",
                        "ratified_what_was_decided"),
    )
    question_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    question = Sealed("question_sealed")
    quorum: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    closes_at: Mapped[datetime] = mapped_column(index=True)
    #: when those who run the panel were told that it has closed
    told_at: Mapped[datetime | None]
    outcome: Mapped[UrgentOutcome | None]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: what stands, as the chair says it
    words = Sealed("words_sealed")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    #: what the next meeting said to it, and which meeting that was
    ratified: Mapped[bool | None]
    ratified_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    ratified_words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    ratified_words = Sealed("ratified_words_sealed")


class UrgentAnswer(Identified, CaseBound, HasSealed, Handled, Base):
    """That an agency was asked, and what it answers; it may change that until the question closes."""

    __tablename__ = "urgent_answer"
    __table_args__ = (
        UniqueConstraint("decision_id", "agency_id"),
        CheckConstraint("reply IS NULL OR (given_at IS NOT NULL AND given_by_id IS NOT NULL)", "given_by_somebody"),
        # As `nomination` has one, and for the same reason.
        Index("ix_urgent_answer_engaged", "case_id", "agency_id"),
    )
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("urgent_decision.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    reply: Mapped[UrgentReply | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = Sealed("reason_sealed")
    given_at: Mapped[datetime | None]
    given_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
