"""The coordinator's desk: what waits on a panel, what is back with its agency, and what has been decided.

Urgent ones stand first, then the oldest. The number of statements is the same for one
nomination or for many: how whole each is, is read from the rows of a whole page at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from clinic.domain import questions as completeness_rules
from clinic.domain.audit import AuditVerb
from clinic.domain.clocks import Clock, clock
from clinic.domain.desk import STATUSES, Tray, tray_of
from clinic.domain.meetings import local_day, working_days_after
from clinic.domain.nominations import NominationStatus, TriageDecision
from clinic.domain.pages import SIZE, Pages
from clinic.domain.panels import Rules
from clinic.models.agency import Agency
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import nominations as policy
from clinic.services import capacity, holidays, intake, nomination_pages, nominations, panels, questions, sightings
from clinic.services.capacity import Room
from clinic.services.work import Work

# Of so many coming meetings the desk shows how full they are.
SHOWN_MEETINGS = 3


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A nomination on the desk: no names. `percent` is how much of what the panel must know it says.

    `sightings` is in how many other cases somebody of it may be, as far as the reader may know of them.
    """

    id: UUID
    reference: str
    agency: str
    status: NominationStatus
    submitted_at: datetime
    decided_at: datetime | None
    clock: Clock | None
    percent: int | None
    urgent: bool
    emergency: bool
    repeat: bool
    times_returned: int
    #: the panel that redirected it here
    redirected_from: str
    is_own: bool
    sightings: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    id: UUID
    name: str
    tray: Tray
    lines: tuple[DeskLine, ...]
    pages: Pages
    counts: dict[Tray, int]
    target_days: int
    #: the next meetings and how full they are; `takes` is what a new case takes of them
    rooms: tuple[Room, ...]
    takes: int
    extra_day: date | None


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a coordinator goes after a decision: to the next nomination, or back to an empty desk."""

    reference: str
    panel_id: UUID
    tray: Tray
    next_id: UUID | None


def page(work: Work, panel_id: UUID, tray: Tray, number: int = 1) -> DeskPage:
    """Return a page of one tray of a panel's desk to its coordinator, with the number in each tray."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_keep_desk, panel)
    rules = panels.rules_of(work.session, panel.id)
    first_panel = aliased(Panel)
    rows = work.session.execute(
        select(Nomination, Agency.name, first_panel.name.label("redirected_from"))
        .join(Agency, Agency.id == Nomination.agency_id)
        .outerjoin(first_panel, first_panel.id == Nomination.redirected_from_panel_id)
        .where(*_there(work, panel.id), Nomination.status.in_(list(STATUSES[tray])))
        .order_by(*_order(tray)).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    percents = {} if tray is Tray.DECIDED else _percents(work, panel, [row.Nomination for row in rows])
    seen = {} if tray is Tray.DECIDED else sightings.of_cases(work, [row.Nomination.case_id for row in rows])
    lines = tuple(_line(work, panel, rules, row, percents, seen) for row in rows)
    counts = _counts(work, panel.id)
    found = capacity.rooms(work, panel.id, panel.type, rules.max_cases)
    work.record(AuditVerb.VIEW, "Nomination", panel_id=panel.id, shown=[line.id for line in lines])
    return DeskPage(panel.id, panel.name, tray, lines, Pages(number, counts[tray]), counts, rules.triage_due_days,
                    found[:SHOWN_MEETINGS], rules.minutes_per_new_case,
                    capacity.extra_day(work, found, rules.minutes_per_new_case, panel.nation))


def _there(work: Work, panel_id: UUID) -> tuple[Any, ...]:
    return policy.visible_to(work.actor), Nomination.panel_id == panel_id


def _order(tray: Tray) -> tuple[Any, ...]:
    if tray is Tray.DECIDED:
        return Nomination.decided_at.desc(), Nomination.id
    if tray is Tray.RETURNED:
        return Nomination.answer_due_on, Nomination.submitted_at, Nomination.id
    return Nomination.urgent.desc(), Nomination.submitted_at, Nomination.id


def _counts(work: Work, panel_id: UUID) -> dict[Tray, int]:
    rows = work.session.execute(
        select(Nomination.status, func.count(Nomination.id)).where(*_there(work, panel_id)).group_by(Nomination.status)
    )
    counts = dict.fromkeys(Tray, 0)
    for status, count in rows:
        counts[tray_of(status)] += count
    return counts


def _percents(work: Work, panel: Panel, said: list[Nomination]) -> dict[UUID, int]:
    """Return how much of what the panel must know each nomination says. Six statements."""
    if not said:
        return {}
    asked = questions.of_panel(work.session, panel)
    rows = intake.rows_of_all(work.session, said)
    return {id_: completeness_rules.completeness(intake.draft_of(one), asked).percent for id_, one in rows.items()}


def _line(work: Work, panel: Panel, rules: Rules, row: Any, percents: dict[UUID, int],
          seen: dict[UUID, int]) -> DeskLine:
    said, today = row.Nomination, local_day(work.now)
    return DeskLine(
        said.id, said.reference, row.name, said.status, said.submitted_at, said.decided_at,
        _clock(panel, rules, said, today), percents.get(said.id), said.urgent, said.emergency, said.repeat,
        said.times_returned, row.redirected_from or "", is_own(work, said), seen.get(said.case_id, 0),
    )


def _clock(panel: Panel, rules: Rules, said: Nomination, today: date) -> Clock | None:
    """Return the clock that runs: the panel's own until it has decided, or the agency's until it has answered."""
    if said.status is NominationStatus.RETURNED_FOR_INFORMATION:
        return nomination_pages.answer_clock(said, panel.nation, today)
    if said.status in STATUSES[Tray.DECIDED]:
        return None
    since, closed = local_day(said.requeued_at or said.submitted_at), holidays.around(panel.nation, today.year)
    return clock(since, working_days_after(since, rules.triage_due_days, closed), today, closed)


def is_own(work: Work, said: Nomination) -> bool:
    """Return whether the actor sent it, so that somebody else has to decide it."""
    return said.sender_id == work.actor.user_id and not said.brought_in


def decide_and_go_on(work: Work, nomination_id: UUID, decision: TriageDecision, version: int) -> Onward:
    """Decide a nomination and find the next one in its tray that the actor may decide."""
    said = nominations.find(work, nomination_id)
    tray = tray_of(said.status)
    reference = nominations.triage(work, nomination_id, decision, version)
    next_id, _ = after(work, said, tray)
    return Onward(reference, said.panel_id, tray, next_id)


def after(work: Work, said: Nomination, tray: Tray) -> tuple[UUID | None, int]:
    """Return the next nomination in a tray, and how many are left in it besides this one.

    Those before it come last: whoever left one of them aside meets it again at the end. What
    the actor has sent is left out.
    """
    later = or_(
        and_(literal(said.urgent), ~Nomination.urgent),
        and_(Nomination.urgent.is_(said.urgent), or_(
            Nomination.submitted_at > said.submitted_at,
            and_(Nomination.submitted_at == said.submitted_at, Nomination.id > said.id))),
    )
    not_own = or_(Nomination.sender_id != work.actor.user_id, Nomination.brought_in)
    row = work.session.execute(
        select(Nomination.id, func.count().over().label("left"))
        .where(*_there(work, said.panel_id), Nomination.status.in_(list(STATUSES[tray])), Nomination.id != said.id,
               not_own)
        .order_by(case((later, 0), else_=1), *_order(Tray.WAITING)).limit(1)
    ).first()
    return (row.id, row.left) if row else (None, 0)
