"""The page on which a coordinator decides: what was said, without names, and which meetings have room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.agenda import standing_items
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import local_day
from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import PanelType
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaItem
from clinic.models.panel import Panel
from clinic.policy import nominations as policy
from clinic.services import meetings, nominations, terms
from clinic.services.nomination_pages import LISTS, Told, told
from clinic.services.work import Work

# As many coming meetings as a coordinator plans ahead with.
MOST_MEETINGS = 12


@dataclass(frozen=True, slots=True)
class Room:
    """A coming meeting and how full it is, in minutes."""

    meeting_id: UUID
    starts_at: datetime
    used: int
    minutes: int


@dataclass(frozen=True, slots=True)
class TriagePage:
    id: UUID
    reference: str
    panel: str
    agency: str
    status: NominationStatus
    submitted_at: datetime
    version: int
    told: Told
    rooms: tuple[Room, ...]
    reject_reasons: dict[str, str]
    panels: tuple[tuple[UUID, str], ...]
    is_own: bool


def page(work: Work, nomination_id: UUID) -> TriagePage:
    """Return what a decision needs, to the coordinator."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_triage, nomination)
    labels = terms.labels(work.session, *LISTS, panel_id=nomination.panel_id)
    rows = work.session.execute(
        select(Panel.id, Panel.name, Panel.type).order_by(Panel.name)
    ).all()
    kind = next(row.type for row in rows if row.id == nomination.panel_id)
    agency = work.session.get_one(Agency, nomination.agency_id)
    work.record(AuditVerb.VIEW, nomination)
    return TriagePage(
        nomination.id, nomination.reference, next(row.name for row in rows if row.id == nomination.panel_id),
        agency.name, nomination.status, nomination.submitted_at, nomination.version,
        told(nomination, labels, local_day(work.now)), rooms(work, nomination.panel_id, kind), labels["reject_reason"],
        tuple((row.id, row.name) for row in rows
              if row.id != nomination.panel_id and row.type is not PanelType.CPS_SCRUTINY_PANEL),
        nomination.sender_id == work.actor.user_id and nomination.source_reference is None,
    )


def rooms(work: Work, panel_id: UUID, kind: PanelType) -> tuple[Room, ...]:
    """Return the panel's next meetings, each with the minutes that its agenda takes so far. Two statements.

    A meeting whose agenda is not begun counts with the standing items that it will have.
    """
    standing = sum(minutes for _, minutes in standing_items(kind))
    coming = meetings.coming(work.session, panel_id, work.now)[:MOST_MEETINGS]
    used = dict(work.session.execute(
        select(AgendaItem.meeting_id, func.sum(AgendaItem.minutes))
        .where(AgendaItem.meeting_id.in_([meeting.id for meeting in coming])).group_by(AgendaItem.meeting_id)
    ).all())
    return tuple(
        Room(meeting.id, meeting.starts_at, used.get(meeting.id, standing),
             int((meeting.ends_at - meeting.starts_at).total_seconds() // 60))
        for meeting in coming
    )
