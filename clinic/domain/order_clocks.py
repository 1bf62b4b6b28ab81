"""What runs out by the orders of a case: how each stands decides what is watched, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.domain import clocks
from clinic.domain.clocks import ClockKind, Reckoning
from clinic.domain.order_events import IN_FORCE, STALKING_PROTECTION, Standing

#: what ends, and is not renewed before a court as an order is
_ONLY_ENDS = {"police_bail": ClockKind.BAIL_END, "court_bail": ClockKind.BAIL_END,
              "custody": ClockKind.CUSTODY_RELEASE}


@dataclass(frozen=True, slots=True)
class Watched:
    """An order of a case, of the kind that the `order_kind` terms name."""

    id: UUID
    kind: str
    standing: Standing


def wanted(orders: Sequence[Watched], renewal_days: int) -> dict[tuple[ClockKind, UUID | None], Reckoning]:
    """Return the clocks of a case's orders: those in force alone have any."""
    return {(kind, order.id): reckoning for order in orders if order.standing.status in IN_FORCE
            for kind, reckoning in _of_one(order, orders, renewal_days).items()}


def met_on(kind: ClockKind, order_id: UUID | None, orders: Iterable[Watched]) -> date | None:
    """Return the day on which the police were told name and address, where a clock watches for that."""
    if kind is not ClockKind.SPO_NOTIFICATION:
        return None
    return next((order.standing.notified_on for order in orders if order.id == order_id), None)


def _of_one(order: Watched, orders: Iterable[Watched], renewal_days: int) -> dict[ClockKind, Reckoning]:
    found = {}
    if _is_notified_of(order, orders):
        found[ClockKind.SPO_NOTIFICATION] = clocks.spo_notification(order.standing.served_on)
    expires_on = order.standing.expires_on
    if expires_on is None:
        return found
    if order.kind in _ONLY_ENDS:
        kind = _ONLY_ENDS[order.kind]
        return {kind: clocks.ends(kind, expires_on)}
    found[ClockKind.ORDER_EXPIRY] = clocks.ends(ClockKind.ORDER_EXPIRY, expires_on)
    window = clocks.renewal_window(expires_on, renewal_days)
    # An order of a few days is over before a window could open.
    if order.standing.made_on is None or window.due_on > order.standing.made_on:
        found[ClockKind.ORDER_RENEWAL_WINDOW] = window
    return found


def _is_notified_of(order: Watched, orders: Iterable[Watched]) -> bool:
    """Whether the police are told name and address: not again where a full order replaces an interim one.

    Source: Stalking Protection Act 2019 s.9.
    """
    if order.kind not in STALKING_PROTECTION or order.standing.served_on is None:
        return False
    return order.kind == "interim_spo" or not any(_is_replaced_by(order, other) for other in orders)


def _is_replaced_by(full: Watched, other: Watched) -> bool:
    made_on, interim = full.standing.made_on, other.standing
    if other.kind != "interim_spo" or interim.notified_on is None or made_on is None:
        return False
    return interim.notified_on <= made_on and (interim.expires_on is None or made_on <= interim.expires_on)
