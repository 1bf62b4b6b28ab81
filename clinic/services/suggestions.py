"""An order for the cases of an agenda in which its agencies wait least, beside the order as it stands.

What is suggested is reckoned from the lines that whoever builds the agenda may see, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import load_only

from clinic.domain import agenda as order_rules
from clinic.domain import suggestions as rules
from clinic.domain.agenda import AgendaItemKind, AgendaStatus, PlannedItem
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.clocks import ClockState
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import local_day
from clinic.domain.presenting import Hours
from clinic.domain.suggestions import Hearable, Placing, Reason
from clinic.models.agency import Agency
from clinic.models.agenda import Agenda, AgendaItem, PresenterHours
from clinic.models.case import Case, Person
from clinic.models.clock import Clock
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import PanelRules
from clinic.models.research import ResearchRequest
from clinic.policy import agenda as policy
from clinic.services import agenda as agenda_
from clinic.services import clocks, declarations, matches, needed, panels, presenters, repeats, waiting
from clinic.services.work import Work

_RED = (ClockState.RED, ClockState.MISSED)


@dataclass(frozen=True, slots=True)
class SuggestedLine:
    """A case where it is suggested to stand, and where it stands now; `shared` are names of agencies."""

    item_id: UUID
    number: int
    before: int
    reference: str
    kind: AgendaItemKind
    starts_at: datetime
    ends_at: datetime
    reasons: tuple[Reason, ...]
    shared: tuple[str, ...]
    #: when who presents it can be there, and whether it stands outside of that
    hours: Hours
    is_missed: bool


@dataclass(frozen=True, slots=True)
class StayLine:
    """When an agency is needed as the order stands and as it is suggested, and how many minutes of that it waits."""

    agency: str
    now: order_rules.Slot
    waits_now: int
    then: order_rules.Slot
    waits_then: int


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """`order` holds all lines as they would stand; `refusal` says why none can be taken, and is empty when one can."""

    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime
    version: int
    lines: tuple[SuggestedLine, ...]
    stays: tuple[StayLine, ...]
    waits_now: int
    waits_then: int
    #: minutes of cases for which who presents them is not there
    missed_now: int
    missed_then: int
    broken: bool
    is_new: bool
    order: tuple[UUID, ...]
    refusal: str


def page(work: Work, meeting_id: UUID) -> SuggestionPage:
    """Return the order that is suggested to those who build the agenda."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_build, meeting)
    rows = _rows(work, meeting)
    agenda = work.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id))
    planned = agenda_.planned_items([row.AgendaItem for row in rows])
    panel_rules = panels.rules_of(work.session, meeting.panel_id)
    names = _names(work, meeting.id, [item.case_id for item in planned if item.case_id])
    kinds = _kinds(work, meeting, rows)
    now = _hearables(work, meeting, rows, kinds)
    pauses = _pauses(planned)
    then = rules.suggested(now, panel_rules, pauses)
    order = _woven(planned, [one.item_id for one in then])
    work.record(AuditVerb.VIEW, meeting, shown=[item.case_id for item in planned if item.case_id])
    return SuggestionPage(
        meeting.id, meeting.starts_at, meeting.ends_at,
        agenda_.version_for(agenda, [row.AgendaItem for row in rows]),
        _lines(meeting, planned, order, rows, kinds, rules.placings(then, panel_rules, pauses), names),
        _stays(meeting, planned, order, now, then, names), rules.waiting(now), rules.waiting(then),
        rules.missed(now, pauses), rules.missed(then, pauses),
        rules.broken(now, panel_rules), tuple(then) != tuple(now), tuple(item.id for item in order),
        _refusal(meeting, agenda, now),
    )


def _rows(work: Work, meeting: Meeting) -> Sequence[Any]:
    """Return the lines of the draft with what is known of their cases. One statement."""
    child = exists().where(Person.case_id == AgendaItem.case_id, Person.kind == PartyKind.CHILD)
    return work.session.execute(
        select(AgendaItem, Case.reference, Nomination, Clock, PanelRules, child.label("children"), PresenterHours)
        .join(PanelRules, PanelRules.panel_id == AgendaItem.panel_id)
        .outerjoin(Case, Case.id == AgendaItem.case_id)
        .outerjoin(Nomination, Nomination.id == waiting.latest_nomination(AgendaItem.case_id))
        .outerjoin(Clock, Clock.id == clocks.nearest_of(AgendaItem.case_id))
        .outerjoin(PresenterHours, and_(presenters.said_hours(), presenters.is_confirmed()))
        .where(AgendaItem.meeting_id == meeting.id, policy.visible_to(work.actor))
        .order_by(AgendaItem.position, AgendaItem.id)
        .options(load_only(Nomination.urgent, Nomination.agency_id))
    ).all()


def _names(work: Work, meeting_id: UUID, case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of the agencies that may be needed. One statement."""
    engaged = [select(model.agency_id).where(model.case_id.in_(case_ids)) for model in (Nomination, ResearchRequest)]
    return dict(work.session.execute(select(Agency.id, Agency.name).where(
        Agency.id.in_(engaged[0].union(engaged[1])))).all())


def _kinds(work: Work, meeting: Meeting, rows: Sequence[Any]) -> dict[UUID, AgendaItemKind]:
    """Return as what the reader meets each case."""
    told = repeats.told(work, meeting.panel_id, [row.AgendaItem.case_id for row in rows if row.AgendaItem.case_id])
    return {
        row.AgendaItem.id: order_rules.kind_as_told(
            row.AgendaItem.kind, told[row.AgendaItem.case_id].may_say if row.AgendaItem.case_id in told else False)
        for row in rows if row.AgendaItem.case_id
    }


def _hearables(work: Work, meeting: Meeting, rows: Sequence[Any],
               kinds: dict[UUID, AgendaItemKind]) -> list[Hearable]:
    cases = {row.AgendaItem.case_id: row.AgendaItem.id for row in rows if row.AgendaItem.case_id}
    agencies = needed.by_case(work.session, meeting.id, list(cases))
    kin = matches.linked_perpetrators(work, list(cases))
    today, found = local_day(work.now), []
    for row in rows:
        item = row.AgendaItem
        if item.case_id is None:
            continue
        clock = clocks.if_near(row.Clock, today, row.PanelRules)
        found.append(Hearable(
            item.id, item.minutes, frozenset(agencies.get(item.case_id, set()) | {row.Nomination.agency_id}),
            row.Nomination.urgent or item.kind is AgendaItemKind.CASE_EMERGENCY,
            clock is not None and clock.state in _RED, kinds[item.id] is AgendaItemKind.CASE_REPEAT,
            row.children, frozenset(cases[other] for other in kin.get(item.case_id, ()) if other in cases),
            *_minutes(presenters.hours_of(row.PresenterHours, meeting), meeting),
        ))
    return found


def _minutes(hours: Hours, meeting: Meeting) -> tuple[int, int | None]:
    """Return hours as minutes of a meeting."""
    begins, ends = (
        None if at is None else (at - meeting.starts_at) // timedelta(minutes=1)
        for at in (hours.begins_at, hours.ends_at))
    return begins or 0, ends


def _pauses(planned: Sequence[PlannedItem]) -> list[int]:
    """Return for each place of a case how many minutes of other lines stand before it."""
    found, passed = [], 0
    for item in planned:
        if item.is_case:
            found.append(passed)
        else:
            passed += item.minutes
    return found


def _woven(planned: Sequence[PlannedItem], order: Sequence[UUID]) -> list[PlannedItem]:
    """Return all lines, the cases in the given order in the places of cases."""
    by_id, following = {item.id: item for item in planned}, iter(order)
    return [by_id[next(following)] if item.is_case else item for item in planned]


def _lines(meeting: Meeting, planned: Sequence[PlannedItem], order: Sequence[PlannedItem],
           rows: Sequence[Any], kinds: dict[UUID, AgendaItemKind], placings: Sequence[Placing],
           names: dict[UUID, str]) -> tuple[SuggestedLine, ...]:
    by_id = {row.AgendaItem.id: row for row in rows}
    hours = {id_: presenters.hours_of(row.PresenterHours, meeting) for id_, row in by_id.items()}
    before = {item.id: number for number, item in enumerate(planned, 1)}
    why = {placing.item_id: placing for placing in placings}
    slots = order_rules.clock_times(order, meeting.starts_at)
    return tuple(
        SuggestedLine(
            item.id, number, before[item.id], by_id[item.id].reference, kinds[item.id], slot.starts_at, slot.ends_at,
            why[item.id].reasons, tuple(sorted(names[agency_id] for agency_id in why[item.id].shared)),
            hours[item.id], not hours[item.id].cover(slot.starts_at, slot.ends_at))
        for number, (item, slot) in enumerate(zip(order, slots, strict=True), 1) if item.is_case
    )


def _stays(meeting: Meeting, planned: Sequence[PlannedItem], order: Sequence[PlannedItem], now: Sequence[Hearable],
           then: Sequence[Hearable], names: dict[UUID, str]) -> tuple[StayLine, ...]:
    waits = [{stay.agency_id: stay.waits for stay in rules.stays(one)} for one in (now, then)]
    agencies = {one.item_id: one.needed for one in now}
    slots = [_needed_from_to(meeting, one, agencies) for one in (planned, order)]
    return tuple(
        StayLine(names[agency_id], slots[0][agency_id], waits[0][agency_id], slots[1][agency_id], waits[1][agency_id])
        for agency_id in sorted(waits[0], key=lambda agency_id: names[agency_id])
    )


def _needed_from_to(meeting: Meeting, order: Sequence[PlannedItem],
                    agencies: dict[UUID, frozenset[UUID]]) -> dict[UUID, order_rules.Slot]:
    found: dict[UUID, order_rules.Slot] = {}
    for item, slot in zip(order, order_rules.clock_times(order, meeting.starts_at), strict=True):
        for agency_id in agencies.get(item.id, ()):
            begins = found[agency_id].starts_at if agency_id in found else slot.starts_at
            found[agency_id] = order_rules.Slot(begins, slot.ends_at)
    return found


def _refusal(meeting: Meeting, agenda: Agenda | None, now: Sequence[Hearable]) -> str:
    try:
        order_rules.check_open(meeting.status, agenda.status if agenda else AgendaStatus.DRAFT)
    except RuleBroken as broken:
        return broken.message
    return "" if len(now) > 1 else "An order is suggested once two cases or more are on the agenda."
