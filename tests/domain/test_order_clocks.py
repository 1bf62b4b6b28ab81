"""Which clocks the orders of a case have, and when they end, move or are met."""

from datetime import date
from uuid import uuid4

import pytest

from clinic.domain.clocks import ClockKind
from clinic.domain.order_clocks import Watched, met_on, wanted
from clinic.domain.order_events import Standing
from clinic.domain.orders import OrderStatus

MADE = date(2026, 3, 10)
END = date(2026, 12, 10)
S = OrderStatus


def order(kind, status=S.SERVED, made_on=MADE, served_on=None, notified_on=None, expires_on=None):
    return Watched(uuid4(), kind, Standing(status, made_on, served_on, notified_on, expires_on))


def days(*orders):
    return {(kind, id_): reckoning.due_on for (kind, id_), reckoning in wanted(orders, 42).items()}


def test_an_order_with_an_end_is_watched_to_it_and_from_the_day_of_its_renewal():
    one = order("restraining_conviction", expires_on=END)
    assert days(one) == {(ClockKind.ORDER_EXPIRY, one.id): END,
                         (ClockKind.ORDER_RENEWAL_WINDOW, one.id): date(2026, 10, 29)}


def test_an_order_until_further_order_has_no_end_to_watch():
    assert days(order("restraining_conviction")) == {}


@pytest.mark.parametrize(("kind", "clock"), [("police_bail", ClockKind.BAIL_END), ("court_bail", ClockKind.BAIL_END),
                                             ("custody", ClockKind.CUSTODY_RELEASE)])
def test_bail_and_custody_end_and_are_not_renewed(kind, clock):
    one = order(kind, expires_on=END)
    assert days(one) == {(clock, one.id): END}


def test_an_order_shorter_than_the_window_has_its_end_alone():
    one = order("dvpo", expires_on=date(2026, 4, 7))
    assert days(one) == {(ClockKind.ORDER_EXPIRY, one.id): date(2026, 4, 7)}


@pytest.mark.parametrize("status", [
    S.CONSIDERED, S.NOT_PURSUED, S.APPLIED, S.EXPIRED, S.DISCHARGED, S.REFUSED])
def test_what_is_not_in_force_is_not_watched(status):
    assert days(order("spo", status, served_on=MADE, expires_on=END)) == {}


@pytest.mark.parametrize("kind", ["spo", "interim_spo"])
def test_three_days_that_begin_with_service_are_watched_and_met_by_telling(kind):
    one = order(kind, served_on=date(2026, 3, 12), notified_on=date(2026, 3, 14))
    assert days(one) == {(ClockKind.SPO_NOTIFICATION, one.id): date(2026, 3, 14)}
    assert met_on(ClockKind.SPO_NOTIFICATION, one.id, [one]) == date(2026, 3, 14)
    assert met_on(ClockKind.ORDER_EXPIRY, one.id, [one]) is None


def test_no_other_order_and_none_unserved_asks_for_name_and_address():
    assert days(order("restraining_conviction", served_on=MADE), order("spo", S.MADE)) == {}


@pytest.mark.parametrize(("told_on", "ended_on", "again"), [
    (date(2026, 2, 3), None, False), (date(2026, 2, 3), MADE, False),
    # never told, or told under an order that was over before
    (None, None, True), (date(2026, 2, 3), date(2026, 3, 9), True),
])
def test_a_full_order_that_replaces_an_interim_one_needs_no_second_telling(told_on, ended_on, again):
    interim = order("interim_spo", S.EXPIRED, date(2026, 2, 1), date(2026, 2, 1), told_on, ended_on)
    full = order("spo", served_on=date(2026, 3, 12))
    assert ((ClockKind.SPO_NOTIFICATION, full.id) in days(interim, full)) is again
