"""Until when a meeting takes cases without the chair: its agenda is not out, and nominations for it are not closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain import additions as rules
from clinic.domain.meetings import local_day, working_days_before
from clinic.domain.panels import Nation
from clinic.models.agenda import Agenda
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.services import holidays


def is_late(session: Session, meeting: Meeting, now: datetime) -> bool:
    """Return whether adding a case to a meeting's agenda needs the chair. One statement."""
    row = session.execute(
        select(PanelRules.nomination_cutoff_days, Panel.nation, Agenda.edition)
        .join(Panel, Panel.id == PanelRules.panel_id).outerjoin(Agenda, Agenda.meeting_id == meeting.id)
        .where(PanelRules.panel_id == meeting.panel_id)
    ).one()
    return is_late_by(meeting, row.nomination_cutoff_days, row.nation, row.edition or 0, local_day(now))


def is_late_by(meeting: Meeting, cutoff_days: int, nation: Nation, edition: int, today: date) -> bool:
    """Return the same, by what is known of the panel and of the agenda."""
    day = local_day(meeting.starts_at)
    cutoff = working_days_before(day, cutoff_days, holidays.around(nation, day.year))
    return rules.is_late(edition, meeting.kind, cutoff, today)
