"""The register of one case: each order with what has happened to it, and how it was broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.meetings import local_day
from clinic.domain.order_events import IN_FORCE, OrderEventKind
from clinic.domain.orders import OrderStatus
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case, Incident
from clinic.models.order import Breach, Order, OrderEvent
from clinic.models.panel import Panel
from clinic.policy import orders as policy
from clinic.services import cases, meetings, terms
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class EventLine:
    id: UUID
    kind: OrderEventKind
    on: date
    expires_on: date | None
    note: str
    agency: str
    by: str
    entered_at: datetime
    taken_back_at: datetime | None
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class BreachLine:
    """`is_repeat` is what the coordinator says, `checked_by` who that was; nothing as long as nobody has looked."""

    id: UUID
    on: date
    what: str
    behaviours: tuple[str, ...]
    agency: str
    by: str
    entered_at: datetime
    taken_back_at: datetime | None
    is_repeat: bool | None
    reason: str
    checked_by: str
    checked_at: datetime | None
    may_take_back: bool
    may_check: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as it stands today. `is_over` says that its day went by; nothing there = taken back, all of it."""

    id: UUID
    kind: str
    status: OrderStatus | None
    is_over: bool
    in_force: bool
    made_on: date | None
    served_on: date | None
    expires_on: date | None
    court: str
    terms: str
    agency: str
    #: the latest first, both
    events: tuple[EventLine, ...]
    breaches: tuple[BreachLine, ...]


@dataclass(frozen=True, slots=True)
class OrdersPage:
    case_id: UUID
    reference: str
    panel_id: UUID
    panel: str
    orders: tuple[OrderLine, ...]
    kinds: dict[str, str]
    behaviours: dict[str, str]
    may_tell: bool


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A breach, and the meetings that could hear the case again."""

    page: OrdersPage
    order: OrderLine
    breach: BreachLine
    meetings: tuple[tuple[UUID, datetime], ...]


def page(work: Work, case_id: UUID) -> OrdersPage:
    """Return the orders of a case to whoever may know of it, what is in force first. Seven statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_see, case)
    panel = work.session.get_one(Panel, case.panel_id)
    labels = terms.labels(work.session, "order_kind", "behaviour", panel_id=panel.id)
    rows = work.session.execute(
        select(Order, Agency.name).join(Agency, Agency.id == Order.agency_id).where(Order.case_id == case.id)
        .order_by(Order.entered_at.desc(), Order.id)
    ).all()
    events, breaches = _events(work, case), _breaches(work, case, labels["behaviour"])
    today = local_day(work.now)
    lines = [_line(order, agency, labels["order_kind"], today, events, breaches) for order, agency in rows]
    work.record(AuditVerb.VIEW, case, what="orders")
    return OrdersPage(
        case.id, case.reference, panel.id, panel.name,
        tuple(sorted(lines, key=lambda line: (not line.in_force, line.status is None))), labels["order_kind"],
        labels["behaviour"], policy.may_tell(work.actor, case))


def new_page(work: Work, case_id: UUID) -> OrdersPage:
    """Return the page on which an order is written down."""
    work.require(policy.may_tell, cases.find(work, case_id))
    return page(work, case_id)


def order_page(work: Work, case_id: UUID, order_id: UUID) -> tuple[OrdersPage, OrderLine]:
    """Return the page on which something is told of one order."""
    shown = new_page(work, case_id)
    line = next((line for line in shown.orders if line.id == order_id), None)
    if line is None:
        raise NotFound
    return shown, line


def check_page(work: Work, case_id: UUID, breach_id: UUID) -> CheckPage:
    """Return the page on which a coordinator says whether a breach is a repeat."""
    case = cases.find(work, case_id)
    work.require(policy.may_check, case)
    shown = page(work, case_id)
    found = next(((order, breach) for order in shown.orders for breach in order.breaches
                  if breach.id == breach_id and breach.taken_back_at is None and breach.is_repeat is None), None)
    if found is None:
        raise NotFound
    coming = meetings.coming(work.session, case.panel_id, work.now)
    return CheckPage(shown, *found, tuple((meeting.id, meeting.starts_at) for meeting in coming))


def is_over(expires_on: date | None, today: date) -> bool:
    """Whether the day until which an order holds has gone by."""
    return expires_on is not None and expires_on < today


def _line(order: Order, agency: str, kinds: dict[str, str], today: date, events: dict[UUID, list[EventLine]],
          breaches: dict[UUID, list[BreachLine]]) -> OrderLine:
    over = is_over(order.expires_on, today)
    return OrderLine(
        order.id, kinds.get(order.kind, order.kind), order.status, over, order.status in IN_FORCE and not over,
        order.made_on, order.served_on, order.expires_on, order.court or "", order.terms or "", agency,
        tuple(events.get(order.id, ())), tuple(breaches.get(order.id, ())))


def _events(work: Work, case: Case) -> dict[UUID, list[EventLine]]:
    found: dict[UUID, list[EventLine]] = {}
    for row, agency, by in work.session.execute(
        select(OrderEvent, Agency.name, User.name)
        .join(Agency, Agency.id == OrderEvent.agency_id).join(User, User.id == OrderEvent.entered_by_id)
        .where(OrderEvent.case_id == case.id)
        .order_by(OrderEvent.happened_on.desc(), OrderEvent.entered_at.desc(), OrderEvent.id)
    ):
        found.setdefault(row.order_id, []).append(EventLine(
            row.id, row.kind, row.happened_on, row.expires_on, row.note or "", agency, by, row.entered_at,
            row.taken_back_at, _may_take_back(work, row)))
    return found


def _breaches(work: Work, case: Case, behaviours: dict[str, str]) -> dict[UUID, list[BreachLine]]:
    checker = aliased(User)
    found: dict[UUID, list[BreachLine]] = {}
    for row, incident, agency, by, checked_by in work.session.execute(
        select(Breach, Incident, Agency.name, User.name, checker.name)
        .join(Incident, Incident.id == Breach.incident_id)
        .join(Agency, Agency.id == Breach.agency_id).join(User, User.id == Breach.entered_by_id)
        .outerjoin(checker, checker.id == Breach.checked_by_id)
        .where(Breach.case_id == case.id)
        .order_by(Breach.happened_on.desc(), Breach.entered_at.desc(), Breach.id)
    ):
        there = row.taken_back_at is None
        found.setdefault(row.order_id, []).append(BreachLine(
            row.id, row.happened_on, incident.what or "",
            tuple(behaviours.get(code, code) for code in incident.behaviours), agency, by, row.entered_at,
            row.taken_back_at, row.is_repeat, row.reason or "", checked_by or "", row.checked_at,
            _may_take_back(work, row), there and row.is_repeat is None and policy.may_check(work.actor, row)))
    return found


def _may_take_back(work: Work, row: Any) -> bool:
    return row.taken_back_at is None and policy.may_take_back(work.actor, row)
