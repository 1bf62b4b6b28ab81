"""Protective and criminal orders, as a nomination names them.

An order is written `kind:status:on[:expires_on]` with ISO days. No expiry = until further order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic.domain.errors import RuleBroken

MOST = 4


class OrderStatus(StrEnum):
    CONSIDERED = "considered"
    NOT_PURSUED = "not_pursued"
    APPLIED = "applied"
    INTERIM = "interim"
    MADE = "made"
    SERVED = "served"
    VARIED = "varied"
    RENEWED = "renewed"
    EXPIRED = "expired"
    DISCHARGED = "discharged"
    REFUSED = "refused"


class OrderCut(StrEnum):
    """What a list of orders is cut down to."""

    #: in force, as far as anybody has said
    RUNNING = "running"
    #: of those, what ends soon or has ended
    ENDING = "ending"
    #: considered or applied for
    UNDECIDED = "undecided"
    BREACHED = "breached"
    #: of those, where the coordinator is asked whether it is a repeat
    TO_CHECK = "to_check"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Order:
    #: code of the `order_kind` terms
    kind: str
    status: OrderStatus
    on: date
    expires_on: date | None = None

    def written(self) -> str:
        """Return the order as the table keeps it."""
        parts = [self.kind, self.status.value, self.on.isoformat()]
        return ":".join([*parts, self.expires_on.isoformat()] if self.expires_on else parts)


def read(text: str) -> Order:
    """Return the order that `written` wrote."""
    kind, status, on, *expires = text.split(":")
    return Order(kind, OrderStatus(status), date.fromisoformat(on), date.fromisoformat(expires[0]) if expires else None)


def check(order: Order) -> None:
    """Refuse an order that ends before it begins."""
    if order.expires_on is not None and order.expires_on < order.on:
        raise RuleBroken("An order ends on the day it was made or later: check its two dates.", "orders")
    if not 1950 <= order.on.year <= 2100:
        raise RuleBroken("The day of an order must lie between 1950 and 2100.", "orders")
