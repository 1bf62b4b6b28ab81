"""Lists of meetings: one's own on all panels, and a panel's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.meetings import MeetingKind, MeetingMode, MeetingStatus, local_day
from clinic.domain.pages import Pages
from clinic.domain.recurrence import parse
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.policy import meetings as policy
from clinic.services import panels
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class PanelName:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting on a list. `mode` is empty for whoever sees dates only; `holiday` for whoever cannot move it."""

    id: UUID
    reference: str
    starts_at: datetime
    ends_at: datetime
    kind: MeetingKind
    status: MeetingStatus
    mode: MeetingMode | None
    holiday: str
    invited: bool
    panel: str


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    lines: tuple[MeetingLine, ...]


@dataclass(frozen=True, slots=True)
class MinePage:
    panels: tuple[PanelName, ...]
    chosen: UUID | None
    months: tuple[Month, ...]
    pages: Pages


@dataclass(frozen=True, slots=True)
class PanelPage:
    """A panel's meetings. `rule` is in words, empty where dates are set one by one."""

    panel: PanelName
    rule: str
    starts: time
    minutes: int
    months: tuple[Month, ...]
    pages: Pages
    earlier: bool
    proposals: tuple[MeetingLine, ...]
    may_schedule: bool
    keeps_desk: bool = False


def mine(work: Work, panel_id: UUID | None, page: int) -> MinePage:
    """Return the actor's coming meetings, of all their panels or of one."""
    work.require(policy.may_list)
    own = tuple(PanelName(*row) for row in work.session.execute(
        select(Panel.id, Panel.name).where(Panel.id.in_(list(work.actor.panels()))).order_by(Panel.name)
    ))
    if panel_id is not None and panel_id not in {panel.id for panel in own}:
        raise NotFound
    which = [policy.visible_to(work.actor), Meeting.ends_at > work.now]
    if panel_id is not None:
        which.append(Meeting.panel_id == panel_id)
    lines, pages = _lines(work, which, page)
    work.record(AuditVerb.VIEW, "Meeting", shown=[line.id for line in lines])
    return MinePage(own, panel_id, _months(lines), pages)


def of_panel(work: Work, panel_id: UUID, page: int, earlier: bool) -> PanelPage:
    """Return a panel's meetings, coming or earlier, and those that fall on a bank holiday."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_list_of, panel)
    which = [Meeting.panel_id == panel.id, policy.is_open_to(work.actor),
             Meeting.ends_at <= work.now if earlier else Meeting.ends_at > work.now]
    lines, pages = _lines(work, which, page, newest_first=earlier)
    may_schedule = policy.may_schedule(work.actor, panel)
    proposals = _proposals(work, panel.id) if may_schedule and not earlier else ()
    work.record(AuditVerb.VIEW, panel, shown=[line.id for line in lines])
    return PanelPage(
        PanelName(panel.id, panel.name), parse(panel.recurrence).words() if panel.recurrence else "", panel.starts_at,
        panel.minutes, _months(lines), pages, earlier, proposals, may_schedule,
        panels.keeps_desk(work, panel),
    )


def new(work: Work, panel_id: UUID) -> PanelPage:
    """Return the panel that an extra meeting is to be added to."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_schedule, panel)
    work.record(AuditVerb.VIEW, panel)
    return PanelPage(PanelName(panel.id, panel.name), "", panel.starts_at, panel.minutes, (), Pages(1, 0), False, (),
                     True)


def _lines(work: Work, which: list, page: int, newest_first: bool = False) -> tuple[list[MeetingLine], Pages]:
    total = work.session.scalar(select(func.count(Meeting.id)).where(*which))
    pages = Pages(min(page, Pages(1, total).last), total)
    order = (Meeting.starts_at.desc(), Meeting.id) if newest_first else (Meeting.starts_at, Meeting.id)
    rows = work.session.execute(
        _columns().where(*which).order_by(*order).limit(pages.size).offset(pages.first_line - 1)
    )
    return [_line(work, row) for row in rows], pages


def _proposals(work: Work, panel_id: UUID) -> tuple[MeetingLine, ...]:
    """Return the coming meetings that fall on a bank holiday and of which nobody has said what becomes."""
    rows = work.session.execute(
        _columns().where(Meeting.panel_id == panel_id, Meeting.holiday != "", Meeting.starts_at > work.now,
                         Meeting.status == MeetingStatus.PLANNED).order_by(Meeting.starts_at)
    )
    return tuple(_line(work, row) for row in rows)


def _columns():
    return (
        select(Meeting.id, Meeting.panel_id, Meeting.reference, Meeting.starts_at, Meeting.ends_at, Meeting.kind,
               Meeting.status, Meeting.mode, Meeting.holiday, Meeting.invited_at, Panel.name)
        .join(Panel, Panel.id == Meeting.panel_id)
    )


def _line(work: Work, row) -> MeetingLine:
    return MeetingLine(
        row.id, row.reference, row.starts_at, row.ends_at, row.kind, row.status,
        row.mode if policy.may_know_place(work.actor, row) else None,
        row.holiday if policy.may_run(work.actor, row) else "", row.invited_at is not None, row.name,
    )


def _months(lines: list[MeetingLine]) -> tuple[Month, ...]:
    """Group lines by the month in which they begin, in the order in which they come."""
    months: dict[date, list[MeetingLine]] = {}
    for line in lines:
        months.setdefault(local_day(line.starts_at).replace(day=1), []).append(line)
    return tuple(Month(first, tuple(group)) for first, group in months.items())
