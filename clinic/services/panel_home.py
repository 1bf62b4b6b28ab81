"""The page of one panel: its next meeting, what somebody has to do before it, and what else waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.domain.arrivals import Arrivals
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.meetings import MeetingMode, MeetingStatus
from clinic.domain.panels import TaskKind
from clinic.domain.preparations import LineState
from clinic.policy import meetings as meeting_policy
from clinic.policy import panels as policy
from clinic.services import actions, overviews, preparations, preparing
from clinic.services.actions import ActionLine
from clinic.services.capacity import Room
from clinic.services.needed import Needed
from clinic.services.overviews import HomePage, Overview
from clinic.services.preparations import Preparations
from clinic.services.preparing import Line
from clinic.services.tasks import Task
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Coming:
    """The next meeting. `room` and `ready` are for those who run it, `needed` for who speaks for an agency."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    mode: MeetingMode | None
    place: str
    under_way: bool
    room: Room | None
    ready: int
    answered: int
    asked: int
    needed: Needed | None


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency meeting of the panel to which its reader is called, or which they run."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    under_way: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """How a panel stands, for those who run it."""

    open_cases: int
    near: int
    red: int
    #: cases that wait for an agenda
    ready: int
    #: nothing for those who do not decide on nominations
    to_triage: int | None
    open_actions: int
    late_actions: int


@dataclass(frozen=True, slots=True)
class PanelHome:
    """`lines` are what its reader does before the meeting, `others` what waits for them besides."""

    panel: Overview
    next: Coming | None
    lines: tuple[Line, ...]
    others: tuple[Task, ...]
    glance: Glance | None
    #: what agencies owe the panel, to those who run it
    to_chase: tuple[ActionLine, ...] = ()
    #: how many nominations came in, to those who run the panel
    arrivals: Arrivals | None = None
    #: emergency meetings that are not over, the next one first
    emergencies: tuple[Emergency, ...] = ()

    @property
    def id(self) -> UUID:
        return self.panel.id

    @property
    def to_do(self) -> int:
        return sum(line.state is LineState.TO_DO for line in self.lines)


def of_person(work: Work) -> HomePage | PanelHome:
    """Return the home of somebody: who sits on one panel finds its page at once, others find all of theirs."""
    mine = work.actor.panels()
    if len(mine) == 1 and not work.actor.system_admin:
        return of_panel(work, next(iter(mine)))
    return overviews.of_person(work)


def of_panel(work: Work, panel_id: UUID) -> PanelHome:
    """Return one panel for its own page. Two statements, whatever stands on it; two more for those who run it."""
    row = next(iter(overviews.rows_of(work, panel_id)), None)
    if row is None:
        raise NotFound
    work.require(policy.may_see, row.Panel)
    panel = overviews.of_row(work, row)
    if not panel.seated:
        work.record(AuditVerb.VIEW, row.Panel)
        return PanelHome(panel, None, (), (), None)
    found = preparations.of_row(work, row)
    lines, others = preparing.lines(found)
    to_chase = actions.to_chase(work.session, panel.id) if panel.may_run and found.hears_cases else ()
    work.record(AuditVerb.VIEW, row.Panel, shown=[line.case_id for line in to_chase])
    return PanelHome(panel, _coming(work, found), lines, others, _glance(found, panel), to_chase, found.arrivals,
                     _emergencies(found))


def arrivals(work: Work, panel_id: UUID) -> Arrivals:
    """Return how many nominations came in month by month, to be taken away: numbers, and nothing of anybody."""
    row = next(iter(overviews.rows_of(work, panel_id)), None)
    if row is None:
        raise NotFound
    work.require(policy.may_run, row.Panel)
    found = preparations.of_row(work, row).arrivals
    if found is None:
        raise NotFound
    work.record(AuditVerb.EXPORT, "Nomination", panel_id=panel_id)
    return found


def _coming(work: Work, found: Preparations) -> Coming | None:
    meeting = found.meeting
    if meeting is None:
        return None
    knows_place = meeting_policy.may_know_place(work.actor, meeting)
    research = found.found.get("research", ())
    asked = sum(row.asked for row in research)
    return Coming(
        meeting.id, meeting.starts_at, meeting.ends_at, meeting.mode if knows_place else None,
        (meeting.place or "") if knows_place else "", meeting.status is MeetingStatus.IN_PROGRESS, found.room,
        found.found["ready"][0].count if found.room else 0, asked - sum(row.missing for row in research), asked,
        found.needed,
    )


def _emergencies(found: Preparations) -> tuple[Emergency, ...]:
    rows = sorted(found.found["emergencies"], key=lambda row: (row.starts_at, row.id))
    return tuple(Emergency(row.id, row.starts_at, row.ends_at, row.status is MeetingStatus.IN_PROGRESS)
                 for row in rows)


def _glance(found: Preparations, panel: Overview) -> Glance | None:
    if "cases" not in found.found or not found.hears_cases:
        return None
    owed, clocks = found.found["actions"], found.found["clocks"][0]
    to_triage = sum(task.count for task in found.waiting if task.kind is TaskKind.TRIAGE)
    return Glance(
        found.found["cases"][0].open, clocks.near, clocks.red or 0, found.found["ready"][0].count,
        to_triage if panel.keeps_desk else None, sum(row.open for row in owed), sum(row.late for row in owed))
