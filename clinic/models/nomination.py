"""A nomination: one agency asking one panel to hear one case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.actions import EscalationLevel
from clinic.domain.nominations import (
    AdvocateOffer,
    ConsentPosition,
    MessageKind,
    NominationStatus,
    VictimAwareness,
)
from clinic.domain.panels import PanelType
from clinic.domain.questions import Need
from clinic.models.case import CaseBound, MaybeCaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Nomination(Identified, CaseBound, HasSealed, Base):
    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint(
            "status NOT IN ('rejected', 'redirected', 'returned_for_information') OR triage_reason_sealed IS NOT NULL",
            "refusal_has_reason",
        ),
        UniqueConstraint("agency_id", "source_reference"),
        # Whether an agency takes part in a case is asked once for each case of a list: by both, or SQLite, which keeps
        # no statistics, walks the panel's rows each time.
        Index("ix_nomination_engaged", "case_id", "agency_id"),
        # They are counted by month, of the last few.
        Index("ix_nomination_arrivals", "panel_id", "submitted_at"),
    )
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    #: who typed or imported it
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    #: who in the nominating agency answers for it; need not have an account
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    #: the case's reference, which is the one that people quote
    reference: Mapped[str] = mapped_column(unique=True)
    #: the sender's own reference; makes importing again add nothing twice
    source_reference: Mapped[str | None]
    status: Mapped[NominationStatus] = mapped_column(default=NominationStatus.NOMINATED, index=True)
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    #: when it last came back into the queue, or, handed over, to this panel: it waits since then
    requeued_at: Mapped[datetime | None]
    #: must be decided before those that came in earlier
    urgent: Mapped[bool] = mapped_column(default=False)
    times_returned: Mapped[int] = mapped_column(default=0)
    #: of one that its agency has to answer: since when, and by when
    returned_at: Mapped[datetime | None]
    answer_due_on: Mapped[date | None] = mapped_column(index=True)
    #: codes of the panel's `criterion` terms
    criteria: Mapped[list[str]]
    #: code of the `relationship` terms
    relationship: Mapped[str] = mapped_column(String(60))
    typology: Mapped[str] = mapped_column(String(60), default="not_determined")
    children: Mapped[int | None]
    last_incident_on: Mapped[date | None]
    #: capped at 100
    incidents_last_12_months: Mapped[int | None]
    #: code of the `risk_tool` terms
    risk_tool: Mapped[str] = mapped_column(String(60))
    risk_result_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: in the tool's own scale; results of two tools are never compared
    risk_result = Sealed("risk_result_sealed")
    #: codes of the `offence` terms
    offences: Mapped[list[str]]
    #: `kind:status:on[:expires_on]` each
    orders: Mapped[list[str]]
    #: codes of the `behaviour` terms
    behaviours: Mapped[list[str]] = mapped_column(default=list)
    #: an answer (`yes`, `no`, `not_known`, `not_asked`) to each of `domain.nominations.Four` that was asked
    four: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: by criterion, where judgement is used
    criteria_reasons_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    criteria_reasons = Sealed("criteria_reasons_sealed", list)
    risk_assessed_on: Mapped[date | None]
    risk_assessor_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    risk_assessor = Sealed("risk_assessor_sealed")
    #: nothing = not answered, as only an emergency may be
    victim_aware: Mapped[VictimAwareness | None]
    advocate_offered: Mapped[AdvocateOffer | None]
    consent: Mapped[ConsentPosition | None]
    #: names of fields whose empty answer is an answer: “none”, or “not known”
    nothing_to_say: Mapped[list[str]] = mapped_column(default=list)
    #: sent before everything was known
    emergency: Mapped[bool] = mapped_column(default=False)
    emergency_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    emergency_reason = Sealed("emergency_reason_sealed")
    wishes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    wishes = Sealed("wishes_sealed")
    question_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    question = Sealed("question_sealed")
    narrative_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    narrative = Sealed("narrative_sealed")
    presenter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    presenter = Sealed("presenter_sealed")
    triage_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    triage_reason = Sealed("triage_reason_sealed")
    withdrawn_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    withdrawn_reason = Sealed("withdrawn_reason_sealed")
    #: code of the `reject_reason` terms
    reject_reason: Mapped[str | None] = mapped_column(String(60))
    redirected_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("panel.id"))
    #: of a copy: what it was made of, and where. Only who may see the first learns its reference.
    redirected_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("nomination.id"), index=True)
    redirected_from_panel_id: Mapped[UUID | None] = mapped_column(ForeignKey("panel.id"))
    #: nobody of its agency sits on the panel: the coordinator answers for it
    kept_by_panel: Mapped[bool] = mapped_column(default=False)
    #: its sender brought it in from a file, or it was made of one that was: they may decide on it
    brought_in: Mapped[bool] = mapped_column(default=False)
    #: found at submission: the same pair within the panel's window
    repeat: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


_is_copy = Nomination.redirected_from_id.is_not(None)
# Few are copies of one that another panel had; these are counted by when they came.
Index("ix_nomination_copies", Nomination.panel_id, sqlite_where=_is_copy, postgresql_where=_is_copy)


class NominationMessage(Identified, CaseBound, HasSealed, Base):
    """A line of the thread between the agency that nominated and the panel: what was done, and what was said."""

    __tablename__ = "nomination_message"
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nomination.id"), index=True)
    #: nobody, where the timer did it
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    at: Mapped[datetime]
    kind: Mapped[MessageKind]
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text = Sealed("text_sealed")


class NominationReminder(Base):
    """Unique on nomination, level and day: running twice reminds once."""

    __tablename__ = "nomination_reminder"
    nomination_id: Mapped[UUID] = mapped_column(ForeignKey("nomination.id"), primary_key=True)
    level: Mapped[EscalationLevel] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class Draft(Identified, MaybeCaseBound, HasSealed, Base):
    """What somebody is still writing: a nomination that no panel knows of, or changes to one that was sent.

    It is its writer's alone, sealed with a key of its own, and gone when it is sent. A new one
    belongs to no case yet; one that changes a nomination vanishes with the case.
    """

    __tablename__ = "draft"
    seal_owner = "id"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    nomination_id: Mapped[UUID | None] = mapped_column(ForeignKey("nomination.id"), index=True)
    #: of the nomination, when the writer began
    nomination_version: Mapped[int | None]
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: as `domain.keeping.plain` writes them
    answers = Sealed("answers_sealed", list)
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Question(Identified, Base):
    """Whether a panel asks for something in a nomination, and on which page.

    A row of a type of panel holds for all of that type, unless a panel has one of its own.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("(panel_type IS NULL) <> (panel_id IS NULL)", "one_of_type_or_panel"),
        UniqueConstraint("panel_type", "field"),
        UniqueConstraint("panel_id", "field"),
    )
    panel_type: Mapped[PanelType | None]
    panel_id: Mapped[UUID | None] = mapped_column(ForeignKey("panel.id"))
    #: code of the `nomination_page` terms
    page: Mapped[str] = mapped_column(String(60))
    #: a name of `domain.faults.MISSING`
    field: Mapped[str] = mapped_column(String(60))
    need: Mapped[Need]
    position: Mapped[int]
