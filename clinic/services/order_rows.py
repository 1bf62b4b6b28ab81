"""Rows of orders: one begins with its first event, and how it stands follows from its events.

Asks no permission of its own: it completes what an agency tells, or an acceptance, which has asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from clinic.domain import order_events as rules
from clinic.domain import orders
from clinic.domain.audit import AuditVerb
from clinic.domain.order_events import NewOrder, OrderEventKind
from clinic.models.nomination import Nomination
from clinic.models.order import Order, OrderEvent
from clinic.services.work import Work


def begin(work: Work, new: NewOrder, **signed: Any) -> Order:
    """Add an order with its first event; `signed` says of which case it is, and who says so since when."""
    order = Order(**signed, kind=new.kind, court=new.court.strip() or None, terms=new.terms.strip() or None)
    _stand(order, [new.event])
    work.session.add(order)
    # Its event names it: nothing but the tables knows of the order.
    work.session.flush()
    work.record(AuditVerb.CREATE, order)
    signed.pop("nomination_id", None)
    add_event(work, order, new.event, **signed)
    return order


def add_event(work: Work, order: Order, event: rules.OrderEvent, **signed: Any) -> OrderEvent:
    """Add an event to an order. How it stands is for `restate`."""
    row = OrderEvent(**signed, order_id=order.id, kind=event.kind, happened_on=event.on, expires_on=event.expires_on,
                     note=event.note.strip() or None)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    return row


def restate(work: Work, order: Order) -> None:
    """Let an order stand as its events say."""
    _stand(order, [said(row) for row in live(work, order)])
    work.session.flush()
    work.record(AuditVerb.UPDATE, order, fields=["status"])


def live(work: Work, order: Order) -> Sequence[OrderEvent]:
    """Return what is said of an order and not taken back, as it was told. One statement."""
    return work.session.scalars(
        select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.taken_back_at.is_(None))
        .order_by(OrderEvent.entered_at, OrderEvent.id)
    ).all()


def said(row: OrderEvent) -> rules.OrderEvent:
    """Return an event as the domain's value."""
    return rules.OrderEvent(row.kind, row.happened_on, row.expires_on, row.note or "")


def carry(work: Work, nomination: Nomination) -> None:
    """Make orders of what a nomination says of them, as it says it and in the name of who said it.

    A nomination says how an order stands, not how it came there: “served” stands without “made”.
    """
    signed = {"panel_id": nomination.panel_id, "case_id": nomination.case_id, "agency_id": nomination.agency_id,
              "entered_by_id": nomination.sender_id, "entered_at": nomination.submitted_at}
    for text in nomination.orders:
        told = orders.read(text)
        event = rules.OrderEvent(OrderEventKind(told.status.value), told.on, told.expires_on)
        begin(work, NewOrder(told.kind, event), nomination_id=nomination.id, **signed)


def _stand(order: Order, events: Sequence[rules.OrderEvent]) -> None:
    found = rules.standing(events)
    order.status, order.made_on, order.served_on, order.notified_on, order.expires_on = (
        found.status, found.made_on, found.served_on, found.notified_on, found.expires_on)
