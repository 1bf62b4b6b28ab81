"""A standing forum, its rules, and the lists that it edits."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.panels import Nation, PanelType, RepeatAnchor, ReturnMode
from clinic.models.types import Base, Identified


class Panel(Identified, Base):
    __tablename__ = "panel"
    name: Mapped[str] = mapped_column(unique=True)
    type: Mapped[PanelType]
    nation: Mapped[Nation] = mapped_column(default=Nation.ENGLAND_WALES)
    #: neutral words for calendars and mail
    diary_name: Mapped[str]
    #: the rule of its dates, as `domain.recurrence` writes it; empty when dates are set one by one
    recurrence: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[time]
    minutes: Mapped[int]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class PanelRules(Base):
    """`domain.panels.Rules` as a row, one a panel."""

    __tablename__ = "panel_rules"
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    triage_due_days: Mapped[int]
    answer_due_days: Mapped[int]
    nomination_cutoff_days: Mapped[int]
    agenda_release_days: Mapped[int]
    research_due_days: Mapped[int]
    late_research_days: Mapped[int]
    actions_release_days: Mapped[int]
    minutes_due_days: Mapped[int]
    feedback_due_days: Mapped[int]
    receipt_chase_days: Mapped[int]
    action_reminder_days: Mapped[int]
    action_overdue_days: Mapped[int]
    clock_amber_days: Mapped[int]
    clock_red_days: Mapped[int]
    cps_file_days: Mapped[int]
    order_renewal_days: Mapped[int]
    contact_check_days: Mapped[int]
    risk_stale_days: Mapped[int]
    minutes_per_new_case: Mapped[int]
    minutes_per_repeat_case: Mapped[int]
    max_cases: Mapped[int]
    quorum_members: Mapped[int]
    repeat_window_months: Mapped[int]
    repeat_anchor: Mapped[RepeatAnchor]
    return_mode: Mapped[ReturnMode]
    red_clocks_first: Mapped[bool]
    repeats_first: Mapped[bool]
    children_together: Mapped[bool]
    undertaking_required: Mapped[bool]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class CoreAgency(Base):
    """An agency without which a panel does not sit well: it is warned where nobody of it will come."""

    __tablename__ = "core_agency"
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), primary_key=True)


class Term(Identified, Base):
    """An entry of a list that a panel edits. Columns elsewhere hold the code; no panel = for all."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("list", "code", "panel_id"),)
    list: Mapped[str]
    code: Mapped[str]
    label: Mapped[str]
    position: Mapped[int]
    panel_id: Mapped[UUID | None] = mapped_column(ForeignKey("panel.id"))
    active: Mapped[bool] = mapped_column(default=True)
