"""What can happen to an order, and how it stands by that."""

from datetime import date

import pytest

from clinic.domain.errors import RuleBroken
from clinic.domain.order_events import (
    NewOrder,
    OrderEvent,
    OrderEventKind,
    Standing,
    check,
    check_breach,
    check_breaches,
    check_new,
    check_taken_back,
    in_force_on,
    standing,
)
from clinic.domain.orders import OrderStatus
from clinic.domain.panels import Nation

TODAY = date(2026, 11, 26)
MADE = date(2026, 3, 10)
SERVED = date(2026, 3, 12)
K = OrderEventKind
EW, NI, SCOTLAND = Nation.ENGLAND_WALES, Nation.NORTHERN_IRELAND, Nation.SCOTLAND


def event(kind, on=MADE, expires_on=None, note=""):
    return OrderEvent(kind, on, expires_on, note)


def refused(new, *earlier, kind="restraining_conviction", nation=EW):
    """Return the field at which an event is refused."""
    with pytest.raises(RuleBroken) as broken:
        check(kind, nation, earlier, new, TODAY)
    return broken.value.field


def test_an_order_stands_as_its_events_say_in_whatever_sequence_they_were_told():
    made, served = event(K.MADE, expires_on=date(2028, 3, 9)), event(K.SERVED, SERVED)
    expected = Standing(OrderStatus.SERVED, MADE, SERVED, None, date(2028, 3, 9))
    assert standing([made, served]) == standing([served, made]) == expected
    assert standing([]) == Standing()


def test_a_renewal_moves_the_end_and_until_further_order_takes_it_away():
    made = event(K.MADE, expires_on=date(2026, 9, 1))
    assert standing([made, event(K.RENEWED, date(2026, 8, 1), date(2027, 9, 1))]).expires_on == date(2027, 9, 1)
    assert standing([made, event(K.VARIED, date(2026, 8, 1))]).expires_on is None


def test_telling_the_police_name_and_address_leaves_the_status_as_it_is():
    events = [event(K.MADE), event(K.SERVED, SERVED), event(K.NOTIFIED, date(2026, 3, 14))]
    assert standing(events).status is OrderStatus.SERVED
    assert standing(events).notified_on == date(2026, 3, 14)


@pytest.mark.parametrize(("day", "holds"), [
    (date(2026, 3, 9), False), (MADE, True), (date(2026, 6, 1), True), (date(2026, 6, 2), False)])
def test_an_order_holds_from_the_day_it_was_made_to_the_day_of_its_end(day, holds):
    assert in_force_on([event(K.MADE, expires_on=date(2026, 6, 1))], day) is holds


def test_an_order_holds_on_the_day_of_its_discharge_and_no_longer():
    events = [event(K.MADE), event(K.DISCHARGED, date(2026, 5, 4))]
    assert in_force_on(events, date(2026, 5, 4)) and not in_force_on(events, date(2026, 5, 5))


def test_the_days_between_an_end_and_a_late_renewal_stay_without_an_order():
    events = [event(K.MADE, expires_on=date(2026, 6, 1)), event(K.RENEWED, date(2026, 7, 1), date(2027, 7, 1))]
    assert [in_force_on(events, day) for day in (date(2026, 6, 15), date(2026, 7, 1))] == [False, True]


@pytest.mark.parametrize("kind", [K.CONSIDERED, K.APPLIED, K.NOT_PURSUED, K.REFUSED])
def test_what_was_never_made_is_never_in_force(kind):
    assert not in_force_on([event(kind, note="No evidence.")], TODAY)
    with pytest.raises(RuleBroken) as broken:
        check_breach([event(kind)], TODAY, TODAY)
    assert broken.value.field == "on"


def test_a_breach_lies_on_a_day_on_which_the_order_held_and_not_in_the_future():
    check_breach([event(K.MADE)], TODAY, TODAY)
    for day in (date(2026, 3, 9), date(2026, 11, 27)):
        with pytest.raises(RuleBroken):
            check_breach([event(K.MADE)], day, TODAY)


@pytest.mark.parametrize("kind", [K.SERVED, K.VARIED, K.RENEWED, K.EXPIRED, K.DISCHARGED])
def test_only_an_order_that_was_made_is_served_changed_or_ended(kind):
    assert refused(event(kind), event(K.APPLIED)) == "kind"
    assert refused(event(kind, date(2026, 3, 9)), event(K.MADE)) == "on"
    check("restraining_conviction", EW, [event(K.MADE)], event(kind, SERVED), TODAY)


def test_an_order_ends_neither_before_it_was_made_nor_before_it_was_served():
    assert refused(event(K.MADE, expires_on=date(2026, 3, 9))) == "expires_on"
    assert refused(event(K.SERVED, SERVED), event(K.MADE, expires_on=date(2026, 3, 11))) == "on"
    assert refused(event(K.VARIED, date(2026, 3, 11), date(2026, 3, 11)), event(K.MADE),
                   event(K.SERVED, SERVED)) == "expires_on"


def test_nothing_that_happened_lies_in_the_future_or_beyond_memory():
    assert refused(event(K.MADE, date(2026, 11, 27))) == refused(event(K.MADE, date(1926, 11, 26))) == "on"
    assert refused(event(K.MADE, expires_on=date(2126, 1, 1))) == "expires_on"


def test_only_making_varying_and_renewing_set_an_end():
    assert refused(event(K.APPLIED, expires_on=date(2027, 1, 1))) == "expires_on"


@pytest.mark.parametrize("kind", [K.NOT_PURSUED, K.REFUSED])
def test_an_order_that_was_not_had_says_why(kind):
    assert refused(event(kind, note=" ")) == "note"
    check("spo", EW, [], event(kind, note="The evidence did not reach."), TODAY)
    assert refused(event(kind, note="x" * 2001)) == "note"


@pytest.mark.parametrize(("made_on", "expires_on", "nation", "allowed"), [
    # two years that begin with the day on which it was made
    (MADE, date(2028, 3, 9), EW, True), (MADE, date(2028, 3, 8), EW, False),
    (date(2024, 2, 29), date(2026, 2, 28), EW, True), (date(2024, 2, 29), date(2026, 2, 27), EW, False),
    (MADE, None, EW, True), (MADE, date(2040, 1, 1), EW, True),
    (MADE, date(2028, 3, 9), NI, True), (MADE, date(2028, 3, 8), NI, False),
    (MADE, date(2031, 3, 9), NI, True), (MADE, date(2031, 3, 10), NI, False), (MADE, None, NI, False),
])
def test_a_stalking_protection_order_has_the_length_that_the_law_of_the_nation_knows(
    made_on, expires_on, nation, allowed,
):
    made = event(K.MADE, made_on, expires_on)
    if allowed:
        check("spo", nation, [], made, TODAY)
    else:
        assert refused(made, kind="spo", nation=nation) == "expires_on"


def test_an_interim_order_may_be_shorter_and_scotland_makes_neither():
    check("interim_spo", EW, [], event(K.MADE, expires_on=date(2026, 4, 10)), TODAY)
    assert refused(event(K.MADE), kind="spo", nation=SCOTLAND) == "kind"
    assert refused(event(K.APPLIED), kind="interim_spo", nation=SCOTLAND) == "kind"


def test_name_and_address_are_given_under_a_served_stalking_protection_order_alone():
    told = event(K.NOTIFIED, date(2026, 3, 14))
    served = [event(K.MADE), event(K.SERVED, SERVED)]
    check("interim_spo", EW, served, told, TODAY)
    assert refused(told, *served, kind="restraining_conviction") == "kind"
    assert refused(told, event(K.MADE), kind="spo") == "kind"
    assert refused(event(K.NOTIFIED, date(2026, 3, 11)), *served, kind="spo") == "on"


@pytest.mark.parametrize(("new", "field"), [
    (NewOrder("spa", event(K.MADE)), "kind"),
    (NewOrder("spo", event(K.SERVED)), "event"),
    (NewOrder("spo", event(K.MADE), court="x" * 201), "court"),
    (NewOrder("spo", event(K.MADE), terms="x" * 4001), "terms"),
    (NewOrder("spo", event(K.MADE, expires_on=date(2027, 3, 9))), "expires_on"),
])
def test_a_new_order_is_one_of_the_panel_s_list_and_begins_with_what_an_order_can_begin_with(new, field):
    with pytest.raises(RuleBroken) as broken:
        check_new(new, {"spo"}, EW, TODAY)
    assert broken.value.field == field
    check_new(NewOrder("spo", event(K.MADE)), {"spo"}, EW, TODAY)


def test_what_a_nomination_says_of_an_order_holds_until_the_day_that_it_says():
    assert standing([event(K.SERVED, SERVED, date(2027, 3, 9))]).expires_on == date(2027, 3, 9)


def test_an_event_that_others_rest_on_is_taken_back_after_them():
    events = [event(K.MADE), event(K.SERVED, SERVED)]
    with pytest.raises(RuleBroken):
        check_taken_back("spo", EW, events, 0, TODAY)
    check_taken_back("spo", EW, events, 1, TODAY)
    check_taken_back("spo", EW, events[:1], 0, TODAY)


def test_what_rests_on_nothing_because_a_nomination_said_it_hinders_nobody():
    served, renewed = event(K.SERVED, SERVED), event(K.RENEWED, date(2026, 8, 1))
    check_taken_back("spo", EW, [served, event(K.APPLIED, date(2026, 3, 1))], 1, TODAY)
    check_taken_back("spo", EW, [served, renewed], 1, TODAY)


def test_no_event_leaves_a_breach_without_its_order():
    made = event(K.MADE)
    check_breaches([made], [date(2026, 5, 5)])
    with pytest.raises(RuleBroken) as broken:
        check_breaches([made, event(K.DISCHARGED, date(2026, 5, 4))], [date(2026, 5, 5)])
    assert broken.value.field == "on"
