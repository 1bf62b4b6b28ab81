"""What has happened to an order, event by event, and how it stands by that.

An event is said by one agency and dated; what was said wrongly is taken back, never overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from clinic.domain.errors import RuleBroken
from clinic.domain.months import months_later
from clinic.domain.orders import OrderStatus
from clinic.domain.panels import Nation

LONGEST_NOTE = 2000
LONGEST_COURT, LONGEST_TERMS = 200, 4000
#: the kinds of order that the Stalking Protection Act 2019 knows, or its like in Northern Ireland
STALKING_PROTECTION = frozenset({"spo", "interim_spo"})


class OrderEventKind(StrEnum):
    CONSIDERED = "considered"
    NOT_PURSUED = "not_pursued"
    APPLIED = "applied"
    INTERIM = "interim"
    MADE = "made"
    SERVED = "served"
    #: name and address were given to the police
    NOTIFIED = "notified"
    VARIED = "varied"
    RENEWED = "renewed"
    EXPIRED = "expired"
    DISCHARGED = "discharged"
    REFUSED = "refused"


_K = OrderEventKind
#: events that say until when an order holds
SET_AN_END = frozenset({_K.INTERIM, _K.MADE, _K.VARIED, _K.RENEWED})
_MAKE = frozenset({_K.INTERIM, _K.MADE})
_END = frozenset({_K.EXPIRED, _K.DISCHARGED})
#: events after which a risk may be another
CHANGE_RISK = _MAKE | _END
#: events that only an order that was made can have
_NEED_MADE = frozenset({_K.SERVED, _K.NOTIFIED, _K.VARIED, _K.RENEWED, *_END})
_WANT_REASON = frozenset({_K.NOT_PURSUED, _K.REFUSED})
#: events that an order can begin with
FIRST = frozenset({_K.CONSIDERED, _K.NOT_PURSUED, _K.APPLIED, _K.INTERIM, _K.MADE, _K.REFUSED})
IN_FORCE = frozenset({
    OrderStatus.INTERIM, OrderStatus.MADE, OrderStatus.SERVED, OrderStatus.VARIED, OrderStatus.RENEWED})


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """`expires_on` belongs to the events that set an end; nothing there = until further order."""

    kind: OrderEventKind
    on: date
    expires_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order that somebody tells of, with what has happened to it first. `kind` is of the `order_kind` terms."""

    kind: str
    event: OrderEvent
    court: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands."""

    status: OrderStatus | None = None
    made_on: date | None = None
    served_on: date | None = None
    notified_on: date | None = None
    expires_on: date | None = None


def standing(events: Iterable[OrderEvent]) -> Standing:
    """Return how an order stands by its events; of several on one day, what was told later counts later."""
    found = Standing()
    for event in sorted(events, key=lambda event: event.on):
        found = _after(found, event)
    return found


def _after(before: Standing, event: OrderEvent) -> Standing:
    if event.kind is _K.NOTIFIED:
        return replace(before, notified_on=before.notified_on or event.on)
    found = replace(before, status=OrderStatus(event.kind.value))
    if event.kind in _MAKE:
        found = replace(found, made_on=event.on)
    if event.kind is _K.SERVED:
        found = replace(found, served_on=before.served_on or event.on)
    # What a nomination says of an order has no event before it: “served, until March” holds until March.
    sets_an_end = event.kind in SET_AN_END or event.expires_on is not None
    return replace(found, expires_on=event.expires_on) if sets_an_end else found


def in_force_on(events: Iterable[OrderEvent], day: date) -> bool:
    """Whether an order held on a day: the day on which it was made and the day on which it ended are its own."""
    known = [event for event in events if event.on < day or (event.on == day and event.kind not in _END)]
    found = standing(known)
    return found.status in IN_FORCE and (found.expires_on is None or day <= found.expires_on)


def check_new(order: NewOrder, kinds: Collection[str], nation: Nation, today: date) -> None:
    """Refuse an order that a panel has no name for, or that cannot have begun so."""
    if order.kind not in kinds:
        raise RuleBroken("Choose the order from the list", "kind")
    if order.event.kind not in FIRST:
        raise RuleBroken("Say first that it was considered, applied for or made.", "event")
    if len(order.court) > LONGEST_COURT:
        raise RuleBroken(f"This text must have {LONGEST_COURT} characters or fewer: shorten it.", "court")
    if len(order.terms) > LONGEST_TERMS:
        raise RuleBroken(f"This text must have {LONGEST_TERMS:,} characters or fewer: shorten it.", "terms")
    check(order.kind, nation, (), order.event, today)


def check(kind: str, nation: Nation, earlier: Sequence[OrderEvent], event: OrderEvent, today: date) -> None:
    """Refuse an event that an order of this kind cannot have had by `today`, after what happened earlier."""
    _check_day(event.on, today)
    if kind in STALKING_PROTECTION and nation is Nation.SCOTLAND:
        raise RuleBroken("The courts of Scotland make no Stalking Protection Orders: choose another order.", "kind")
    if event.kind in _NEED_MADE:
        _check_made(earlier, event)
    if event.kind is _K.NOTIFIED:
        _check_notified(kind, earlier, event)
    if event.kind in SET_AN_END:
        _check_end(kind, nation, earlier, event)
    elif event.expires_on is not None:
        raise RuleBroken("Only an order that is made, varied or renewed is given an end: leave this empty.",
                         "expires_on")
    if event.kind in _WANT_REASON and not event.note.strip():
        raise RuleBroken("Say why", "note")
    if len(event.note) > LONGEST_NOTE:
        raise RuleBroken(f"This text must have {LONGEST_NOTE:,} characters or fewer: shorten it.", "note")


def check_breach(events: Iterable[OrderEvent], day: date, today: date) -> None:
    """Refuse a breach of an order that did not hold on that day."""
    _check_day(day, today)
    if not in_force_on(events, day):
        raise RuleBroken("The order was not in force on this day: check the date.", "on")


def check_breaches(events: Sequence[OrderEvent], days: Iterable[date]) -> None:
    """Refuse to say of an order what leaves a breach that was told without an order in force."""
    if not all(in_force_on(events, day) for day in days):
        raise RuleBroken("A breach is told of a day on which the order would not have been in force: check the date, "
                         "or take the breach back first.", "on")


def check_taken_back(kind: str, nation: Nation, events: Sequence[OrderEvent], place: int, today: date) -> None:
    """Refuse to take back an event that others rest on. What a nomination said rests on nothing."""
    rest = [event for here, event in enumerate(events) if here != place]
    unsound = set(_unsound(kind, nation, events, today))
    if not unsound.issuperset(_unsound(kind, nation, rest, today)):
        raise RuleBroken("What is told of it after that rests on this: take back the later ones first.")


def _unsound(kind: str, nation: Nation, events: Sequence[OrderEvent], today: date) -> Iterator[OrderEvent]:
    """Return the events that could not be told after the others."""
    for place, event in enumerate(events):
        try:
            check(kind, nation, [other for here, other in enumerate(events) if here != place], event, today)
        except RuleBroken:
            yield event


def _check_day(day: date, today: date) -> None:
    if day > today:
        raise RuleBroken("What has happened cannot lie in the future: check the date.", "on")
    if day.year < 1950:
        raise RuleBroken("Check the year.", "on")


def _check_made(earlier: Sequence[OrderEvent], event: OrderEvent) -> None:
    if not any(known.kind in _MAKE for known in earlier):
        raise RuleBroken("This order has not been made: say first when it was made.", "kind")
    found = standing(known for known in earlier if known.on <= event.on)
    if found.made_on is None:
        raise RuleBroken("The order was made after this day: check the date.", "on")
    if event.kind is _K.SERVED and found.expires_on is not None and found.expires_on < event.on:
        raise RuleBroken("The order had ended before this day: check the date.", "on")


def _check_notified(kind: str, earlier: Sequence[OrderEvent], event: OrderEvent) -> None:
    if kind not in STALKING_PROTECTION:
        raise RuleBroken("Only under a Stalking Protection Order are name and address given to the police.", "kind")
    served_on = standing(earlier).served_on
    if served_on is None:
        raise RuleBroken("This order has not been served: say first when it was served.", "kind")
    if served_on > event.on:
        raise RuleBroken("The order was served after this day: check the date.", "on")


def _check_end(kind: str, nation: Nation, earlier: Sequence[OrderEvent], event: OrderEvent) -> None:
    served_on = standing(earlier).served_on
    if event.expires_on is not None:
        if event.expires_on < event.on:
            raise RuleBroken("An order ends on the day it was made or later: check its two dates.", "expires_on")
        if served_on is not None and event.expires_on < served_on:
            raise RuleBroken("An order ends on the day it was served or later: check its two dates.", "expires_on")
        if event.expires_on.year > 2100:
            raise RuleBroken("Check the year.", "expires_on")
    if kind == "spo" and event.kind is _K.MADE:
        _check_length(nation, event)


def _check_length(nation: Nation, made: OrderEvent) -> None:
    """Refuse a length that the law does not know.

    Source: Stalking Protection Act 2019 s.3, two years or more beginning with the day on which the
    order is made, or until further order; Northern Ireland: two to five years.
    """
    if nation is Nation.NORTHERN_IRELAND:
        if made.expires_on is None or not _last_day(made.on, 2) <= made.expires_on <= _last_day(made.on, 5):
            raise RuleBroken("In Northern Ireland a Stalking Protection Order holds for two to five years from the "
                             "day it was made: check the date.", "expires_on")
    elif made.expires_on is not None and made.expires_on < _last_day(made.on, 2):
        raise RuleBroken("A Stalking Protection Order holds for two years or more from the day it was made: check "
                         "the date, or leave it empty where it holds until further order.", "expires_on")


def _last_day(first: date, years: int) -> date:
    """Return the last day of so many years that begin with a day."""
    later = months_later(first, 12 * years)
    return later if later.day != first.day else later - timedelta(days=1)
