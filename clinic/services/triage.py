"""The page on which a coordinator decides: what was said, without names, what is missing, which meetings have room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain import nominations as rules
from clinic.domain.agenda import minutes_for
from clinic.domain.audit import AuditVerb
from clinic.domain.desk import Tray
from clinic.domain.meetings import local_day
from clinic.domain.nominations import MessageKind, NominationStatus
from clinic.domain.panels import PanelType
from clinic.domain.questions import Completeness
from clinic.models.agency import Agency
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import nominations as policy
from clinic.services import (
    capacity,
    desk,
    handovers,
    intake,
    nominations,
    panels,
    questions,
    redirects,
    terms,
    threads,
)
from clinic.services.capacity import Room
from clinic.services.match_pages import Beside, beside
from clinic.services.nomination_pages import LISTS, Told, told
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class OtherPanel:
    """A panel that a nomination may be redirected to, and whether the agency that made it sits there."""

    id: UUID
    name: str
    has_agency: bool


@dataclass(frozen=True, slots=True)
class TriagePage:
    id: UUID
    reference: str
    panel_id: UUID
    panel: str
    agency: str
    status: NominationStatus
    submitted_at: datetime
    version: int
    told: Told
    #: how much of what the panel asks it says, and for each page what it lacks
    whole: Completeness
    lacking: tuple[tuple[str, tuple[str, ...]], ...]
    thread: tuple[threads.Line, ...]
    urgent: bool
    emergency: bool
    repeat: bool
    times_returned: int
    rooms: tuple[Room, ...]
    #: the minutes that this case would take
    takes: int
    #: where no coming meeting has room for it: the day that is proposed for an extra one
    extra_day: date | None
    reject_reasons: dict[str, str]
    panels: tuple[OtherPanel, ...]
    #: of what another panel has redirected here: that panel, and its reference there for who may see it
    redirected_from: str
    first_reference: str
    kept_by_panel: bool
    is_own: bool
    #: of what another panel hands over: its case, whose page of the handover has the answer
    handed_over: UUID | None
    #: the next in the same tray, and how many are left there besides this one
    next_id: UUID | None
    left: int
    #: what other cases have to do with it
    beside: Beside

    @property
    def asks_chair(self) -> bool:
        """Return whether a meeting may be chosen onto whose agenda the chair alone lets a case."""
        return any(not room.is_open and not room.is_locked for room in self.rooms)


@dataclass(frozen=True, slots=True)
class MarkPage:
    id: UUID
    reference: str
    urgent: bool


def page(work: Work, nomination_id: UUID) -> TriagePage:
    """Return what a decision needs, to the coordinator."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_triage, nomination)
    labels = terms.labels(work.session, *LISTS, questions.PAGES, panel_id=nomination.panel_id)
    rows = work.session.scalars(select(Panel).order_by(Panel.name)).all()
    panel = next(row for row in rows if row.id == nomination.panel_id)
    agency = work.session.get_one(Agency, nomination.agency_id)
    kept = intake.rows_of(work.session, nomination)
    whole = questions.completeness_of(work.session, nomination, kept)
    said = told(nomination, labels, local_day(work.now), kept.incidents, kept.sharing)
    tray = Tray.OFFERED if nomination.status is NominationStatus.OFFERED else Tray.WAITING
    next_id, left = desk.after(work, nomination, tray)
    sitting = redirects.sitting(work, nomination.agency_id)
    near = beside(work, nomination)
    panel_rules = panels.rules_of(work.session, panel.id)
    found = capacity.rooms(work, panel.id, panel.type, panel_rules.max_cases)
    takes = minutes_for(near.kind, panel_rules)
    work.record(AuditVerb.VIEW, nomination)
    return TriagePage(
        nomination.id, nomination.reference, panel.id, panel.name, agency.name, nomination.status,
        nomination.submitted_at, nomination.version, said, whole,
        whole.by_page(labels[questions.PAGES]), threads.of(work, nomination), nomination.urgent,
        nomination.emergency, near.is_repeat, nomination.times_returned, found, takes,
        capacity.extra_day(work, found, takes, panel.nation),
        labels["reject_reason"],
        tuple(OtherPanel(row.id, row.name, row.id in sitting) for row in rows
              if row.id != panel.id and row.type is not PanelType.CPS_SCRUTINY_PANEL),
        next((row.name for row in rows if row.id == nomination.redirected_from_panel_id), ""),
        _first_reference(work, nomination), nomination.kept_by_panel, desk.is_own(work, nomination),
        _handed_over(work, nomination), next_id, left,
        near,
    )


def _first_reference(work: Work, nomination: Nomination) -> str:
    """Return the reference of what a copy was made of, to who may see that too."""
    if nomination.redirected_from_id is None:
        return ""
    first = select(Nomination.reference).where(
        Nomination.id == nomination.redirected_from_id, policy.visible_to(work.actor))
    return work.session.scalar(first) or ""


def _handed_over(work: Work, nomination: Nomination) -> UUID | None:
    if nomination.status is not NominationStatus.OFFERED or not handovers.is_offered(work, nomination.case_id):
        return None
    return nomination.case_id


def mark_page(work: Work, nomination_id: UUID) -> MarkPage:
    """Return what the page names that asks why a nomination is urgent, or no longer so."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_triage, nomination)
    work.record(AuditVerb.VIEW, nomination)
    return MarkPage(nomination.id, nomination.reference, nomination.urgent)


def mark(work: Work, nomination_id: UUID, urgent: bool, reason: str) -> str:
    """Mark a nomination as urgent, or take the mark off, with the reason; return its reference."""
    nomination = nominations.find(work, nomination_id, lock=True)
    work.require(policy.may_triage, nomination)
    rules.check_mark(nomination.status, nomination.urgent, urgent, reason)
    nomination.urgent = urgent
    threads.say(work, nomination, MessageKind.MARKED_URGENT if urgent else MessageKind.NO_LONGER_URGENT, reason)
    work.record(AuditVerb.UPDATE, nomination, fields=["urgent"])
    return nomination.reference
