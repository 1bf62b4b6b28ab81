"""How full the coming meetings of a panel are, from the moment of nomination on, and an extra one where all are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from clinic.domain.agenda import AgendaStatus, Capacity, standing_items
from clinic.domain.capacity import overflow_day
from clinic.domain.meetings import MeetingMode, MeetingStatus, local_day
from clinic.domain.panels import Nation, PanelType
from clinic.models.agenda import Agenda, AgendaItem
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.services import agenda, cutoffs, holidays
from clinic.services.work import Work

# As many coming meetings as a coordinator plans ahead with.
MOST_MEETINGS = 12


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting and how full it is, in minutes and in cases."""

    meeting_id: UUID
    starts_at: datetime
    used: int
    minutes: int
    cases: int
    most_cases: int
    is_out: bool
    is_locked: bool
    #: nominations for it are closed: the chair decides on what is added
    is_closed: bool

    @property
    def free(self) -> int:
        """Return the minutes that are left; below nothing where the agenda is over-full."""
        return self.minutes - self.used

    def has_room_for(self, minutes: int) -> bool:
        """Return whether another case of so many minutes goes onto its agenda, by the rule of placing."""
        return self.is_open and self.fits(minutes)

    @property
    def is_open(self) -> bool:
        """Return whether cases come onto its agenda without the chair."""
        return not (self.is_out or self.is_locked or self.is_closed)

    def fits(self, minutes: int) -> bool:
        """Return whether so many minutes more, and a case more, do not overfill it."""
        return Capacity(self.meeting_id, self.minutes, self.used, self.cases, self.most_cases).has_room_for(minutes)


def rooms(work: Work, panel_id: UUID, kind: PanelType, most_cases: int) -> tuple[Room, ...]:
    """Return the panel's next meetings, each with what its agenda holds so far. One statement.

    Rounds in writing and emergency meetings are none of them: no case is looked for room there.
    """
    return _rooms(work, kind, most_cases, Meeting.panel_id == panel_id, Meeting.status == MeetingStatus.PLANNED,
                  Meeting.starts_at > work.now, Meeting.mode != MeetingMode.ASYNCHRONOUS,
                  Meeting.case_id.is_(None))


def of_meeting(work: Work, meeting: Meeting, kind: PanelType, most_cases: int) -> Room:
    """Return how full one meeting is. One statement."""
    return _rooms(work, kind, most_cases, Meeting.id == meeting.id)[0]


def _rooms(work: Work, kind: PanelType, most_cases: int, *conditions: ColumnElement[bool]) -> tuple[Room, ...]:
    """Return how full meetings are, as far as the actor may know of their cases.

    A meeting whose agenda is not begun counts with the standing items that it will have.
    """
    rows = work.session.execute(
        select(Meeting, Agenda.status, Agenda.edition, Panel.nation, PanelRules.nomination_cutoff_days, *(
            select(counted).where(AgendaItem.meeting_id == Meeting.id).correlate(Meeting).scalar_subquery()
            for counted in (func.sum(AgendaItem.minutes), func.count(AgendaItem.case_id))))
        .join(Panel, Panel.id == Meeting.panel_id).join(PanelRules, PanelRules.panel_id == Meeting.panel_id)
        .outerjoin(Agenda, Agenda.meeting_id == Meeting.id)
        .where(*conditions).order_by(Meeting.starts_at, Meeting.id).limit(MOST_MEETINGS)
    )
    return tuple(room_of(meeting, kind, most_cases, used, cases, edition, status,
                         cutoffs.is_late_by(meeting, cutoff_days, nation, 0, local_day(work.now)))
                 for meeting, status, edition, nation, cutoff_days, used, cases in rows)


def room_of(meeting: Meeting, kind: PanelType, most_cases: int, used: int | None, cases: int, edition: int | None,
            status: AgendaStatus | None, is_closed: bool) -> Room:
    """Return how full a meeting is on whose agenda so many minutes stand, or nothing yet."""
    standing = sum(minutes for _, minutes in standing_items(kind))
    return Room(meeting.id, meeting.starts_at, standing if used is None else used, agenda.length_of(meeting), cases,
                most_cases, bool(edition), status is AgendaStatus.LOCKED, is_closed)


def extra_day(work: Work, found: Sequence[Room], takes: int, nation: Nation) -> date | None:
    """Return the day that is proposed for an extra meeting where none of `found` has room for a case, else None."""
    if any(room.has_room_for(takes) for room in found):
        return None
    today = local_day(work.now)
    return overflow_day(today, [local_day(room.starts_at) for room in found], holidays.around(nation, today.year))
