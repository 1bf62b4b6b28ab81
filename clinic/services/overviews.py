"""What a person finds on coming in: their panels, the next meeting of each, and what waits for them.

What waits is counted in `services.tasks`. The number of statements is the same for one panel or many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain.actors import Actor
from clinic.domain.attendance import Outlook
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import MeetingMode, MeetingStatus, local_day
from clinic.domain.panels import PanelType
from clinic.models.account import Membership
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.policy import meetings as meeting_policy
from clinic.policy import nominations as nomination_policy
from clinic.policy import panels as policy
from clinic.policy.once import ONCE, once
from clinic.services import audience, expectations, panels, tasks
from clinic.services.panels import PanelLine
from clinic.services.tasks import Task
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """`cases` is how many stand on its agenda; nothing for those who do not build it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    mode: MeetingMode
    under_way: bool
    cases: int | None = None
    #: that too few have accepted it, to whoever runs it
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """One panel as one person meets it."""

    id: UUID
    name: str
    type: PanelType
    rhythm: str
    members: int
    next: NextMeeting | None
    tasks: tuple[Task, ...]
    seated: bool
    may_run: bool
    may_coordinate: bool
    may_nominate: bool
    keeps_desk: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    """`to_set_up` is the administrator's: every panel, with what is still to be named."""

    panels: tuple[Overview, ...]
    system_admin: bool
    auditor: bool
    to_set_up: tuple[PanelLine, ...]


def of_person(work: Work) -> HomePage:
    """Return a person's panels with what waits on each. Administrators get no count of anything."""
    work.require(policy.may_list)
    actor = work.actor
    mine = _overviews(work)
    lines = panels.index_page(work).lines if actor.system_admin else ()
    work.record(AuditVerb.VIEW, "Home", shown=[panel.id for panel in mine])
    return HomePage(mine, actor.system_admin, actor.auditor, lines)


def _overviews(work: Work) -> tuple[Overview, ...]:
    """Two statements: panels with their next meetings, and what waits; one more for who will come."""
    rows = rows_of(work)
    found = [of_row(work, row) for row in rows]
    if not found:
        return ()
    coming = [panel.next.id for panel in found if panel.next]
    waiting, listed = tasks.of_panels(work, rows, coming)
    run = [panel.next.id for panel in found if panel.next and panel.may_run]
    expected = expectations.outlooks(work.session, run, local_day(work.now))
    return tuple(_filled(panel, waiting.get(panel.id, ()), listed, expected) for panel in found)


def of_row(work: Work, row: Any) -> Overview:
    """Return a panel of `rows_of` as the actor meets it, before anything is counted."""
    actor, (panel, meeting, members, _) = work.actor, row
    coming = meeting and NextMeeting(meeting.id, meeting.starts_at, meeting.ends_at, meeting.mode,
                                     meeting.status is MeetingStatus.IN_PROGRESS)
    nominates = nomination_policy.may_nominate(actor, panel) and panels.takes_nominations(panel)
    return Overview(
        panel.id, panel.name, panel.type, panels.words_of(panel.recurrence), members, coming, (),
        panel.id in actor.panels(), policy.may_run(actor, panel), policy.may_coordinate(actor, panel), nominates,
        panels.keeps_desk(work, panel),
    )


def _filled(panel: Overview, found: tuple[Task, ...], listed: dict[UUID, int],
            expected: dict[UUID, Outlook]) -> Overview:
    coming = panel.next
    if coming and panel.may_run and panel.type is not PanelType.CPS_SCRUTINY_PANEL:
        coming = replace(coming, cases=listed.get(coming.id, 0))
    if coming and coming.id in expected and not expected[coming.id].enough:
        coming = replace(coming, warning=expected[coming.id].words)
    return replace(panel, next=coming, tasks=found)


def rows_of(work: Work, panel_id: UUID | None = None) -> Sequence[Any]:
    """Return the panels on which the actor sits, or one that they see: with its next meeting, how many sit on it, and
    its rules. One statement.
    """
    return work.session.execute(_rows(work.actor, panel_id is not None), {
        "panel_id": panel_id, "now": work.now, "today": local_day(work.now)}).all()


@once
def _rows(actor: Actor, is_one: bool) -> Select:
    """An emergency meeting is next for whoever is called; the panel's own page prepares the panel's own meetings."""
    later, today = aliased(Meeting), bindparam("today", type_=Date())
    next_id = (
        select(later.id)
        .where(later.panel_id == Panel.id,
               later.case_id.is_(None) if is_one else meeting_policy.is_open_to(actor, later),
               later.status.in_(tasks.OPEN_MEETINGS),
               or_(later.ends_at > bindparam("now"), later.status == MeetingStatus.IN_PROGRESS))
        .order_by(later.starts_at).limit(1).correlate(Panel).scalar_subquery()
    )
    members = (
        select(func.count(func.distinct(Membership.user_id)))
        .where(Membership.panel_id == Panel.id, *audience.valid_on(Membership, today))
        .correlate(Panel).scalar_subquery()
    )
    which = (Panel.id == bindparam("panel_id"), policy.visible_to(actor)) if is_one else (
        Panel.id.in_(list(actor.panels())),)
    return (
        select(Panel, Meeting, members, PanelRules)
        .join(PanelRules, PanelRules.panel_id == Panel.id).outerjoin(Meeting, Meeting.id == next_id)
        .where(*which)
        .order_by(Meeting.starts_at.is_(None), Meeting.starts_at, Panel.name).execution_options(**ONCE)
    )
