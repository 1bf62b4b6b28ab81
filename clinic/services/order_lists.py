"""What ends when: the orders of a panel's cases, and those of the cases in which one's own agency takes part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.meetings import local_day
from clinic.domain.order_events import IN_FORCE
from clinic.domain.orders import OrderCut, OrderStatus
from clinic.domain.pages import SIZE, Pages
from clinic.models.case import Case
from clinic.models.order import Breach, Order
from clinic.models.panel import Panel, PanelRules
from clinic.policy import orders as policy
from clinic.policy import panels as panel_policy
from clinic.services import order_pages, panels, terms
from clinic.services.work import Work

_UNDECIDED = (OrderStatus.CONSIDERED, OrderStatus.APPLIED)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of orders is cut down to; `kind` is a code of the `order_kind` terms, nothing = every kind."""

    cut: OrderCut = OrderCut.RUNNING
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ListLine:
    """An order of a case: no names, no terms. `left` are the days to its end, below nothing once it is over."""

    case_id: UUID
    reference: str
    panel: str
    kind: str
    status: OrderStatus
    expires_on: date | None
    left: int | None
    is_over: bool
    breaches: int
    #: of those, how many wait for a word whether they are a repeat
    to_check: int


@dataclass(frozen=True, slots=True)
class PanelOrders:
    """`near` is how many days before its end an order counts as ending soon."""

    id: UUID
    name: str
    lines: tuple[ListLine, ...]
    pages: Pages
    only: Filter
    kinds: dict[str, str]
    near: int
    may_run: bool
    keeps_desk: bool


@dataclass(frozen=True, slots=True)
class AgencyOrders:
    lines: tuple[ListLine, ...]
    pages: Pages
    only: Filter
    kinds: dict[str, str]


def of_panel(work: Work, panel_id: UUID, only: Filter, number: int = 1) -> PanelOrders:
    """Return a page of the orders of a panel's cases, as far as the reader knows the cases. Four statements."""
    panel = panels.find(work, panel_id)
    work.require(panel_policy.may_see, panel)
    near = panels.rules_of(work.session, panel.id).order_renewal_days
    kinds = terms.labels(work.session, "order_kind", panel_id=panel.id)["order_kind"]
    cut = (Order.panel_id == panel.id, policy.visible_to(work.actor), *_only(work, only, {panel.id: near}))
    lines, pages = _lines(work, cut, kinds, number)
    work.record(AuditVerb.VIEW, "Order", panel_id=panel.id, shown=[line.case_id for line in lines])
    return PanelOrders(panel.id, panel.name, lines, pages, only, kinds, near, panel_policy.may_run(work.actor, panel),
                       panels.keeps_desk(work, panel))


def of_own_agency(work: Work, only: Filter, number: int = 1) -> AgencyOrders:
    """Return a page of the orders of cases in which the actor's agency takes part, on every panel. Three statements."""
    work.require(policy.may_list)
    rows = work.session.execute(
        select(PanelRules.panel_id, PanelRules.order_renewal_days)
        .where(PanelRules.panel_id.in_(list(work.actor.panels()))))
    near = {row.panel_id: row.order_renewal_days for row in rows}
    kinds = terms.labels(work.session, "order_kind")["order_kind"]
    lines, pages = _lines(work, (policy.of_own_agency(work.actor), *_only(work, only, near)), kinds, number)
    work.record(AuditVerb.VIEW, "Order", shown=[line.case_id for line in lines])
    return AgencyOrders(lines, pages, only, kinds)


def _lines(work: Work, conditions: Any, kinds: dict[str, str], number: int) -> tuple[tuple[ListLine, ...], Pages]:
    rows = work.session.execute(
        select(Order.case_id, Case.reference, Panel.name, Order.kind, Order.status, Order.expires_on,
               _breaches().label("breaches"), _breaches(to_check=True).label("to_check"),
               func.count().over().label("total"))
        .join(Case, Case.id == Order.case_id).join(Panel, Panel.id == Order.panel_id)
        .where(Order.status.is_not(None), is_held(Order), *conditions)
        .order_by(Order.expires_on.is_(None), Order.expires_on, Case.reference, Order.id)
        .limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    today = local_day(work.now)
    lines = tuple(
        ListLine(row.case_id, row.reference, row.name, kinds.get(row.kind, row.kind), row.status, row.expires_on,
                 (row.expires_on - today).days if row.expires_on else None,
                 row.status in IN_FORCE and order_pages.is_over(row.expires_on, today), row.breaches, row.to_check)
        for row in rows)
    return lines, Pages(number, rows[0].total if rows else 0)


def is_held(model: Any) -> ColumnElement[bool]:
    """Return the condition that the row's case is still the panel's: what was handed over is for the other to watch."""
    case = aliased(Case)
    return exists(select(case.id).where(case.id == model.case_id, case.status != CaseStatus.TRANSFERRED_OUT))


def _breaches(to_check: bool = False) -> Any:
    """Return how often an order was broken, or how often that waits to be looked at, as a scalar subquery."""
    breach = aliased(Breach)
    found = select(func.count(breach.id)).where(breach.order_id == Order.id, breach.taken_back_at.is_(None))
    return (found.where(breach.is_repeat.is_(None)) if to_check else found).scalar_subquery()


def _only(work: Work, only: Filter, near: Mapping[UUID, int]) -> list[ColumnElement[bool]]:
    conditions = [_cut(only.cut, local_day(work.now), near)]
    if only.kind:
        conditions.append(Order.kind == only.kind)
    return conditions


def _cut(cut: OrderCut, today: date, near: Mapping[UUID, int]) -> ColumnElement[bool]:
    running = Order.status.in_(list(IN_FORCE))
    match cut:
        case OrderCut.RUNNING:
            return running
        case OrderCut.ENDING:
            return and_(running, or_(false(), *(
                and_(Order.panel_id == id_, Order.expires_on <= today + timedelta(days=days))
                for id_, days in near.items())))
        case OrderCut.UNDECIDED:
            return Order.status.in_(_UNDECIDED)
        case OrderCut.BREACHED:
            return _is_breached()
        case OrderCut.TO_CHECK:
            return _is_breached(to_check=True)
    return Order.status.not_in([*IN_FORCE, *_UNDECIDED])


def _is_breached(to_check: bool = False) -> ColumnElement[bool]:
    breach = aliased(Breach)
    found = select(breach.id).where(breach.order_id == Order.id, breach.taken_back_at.is_(None))
    return exists(found.where(breach.is_repeat.is_(None)) if to_check else found)
