"""A breach is an incident of an order that was in force, and its coordinator says why it is passed over."""

from datetime import date

import pytest

from clinic.domain.breaches import NewBreach, RepeatAnswer, check, check_answer
from clinic.domain.errors import RuleBroken
from clinic.domain.order_events import OrderEvent, OrderEventKind

TODAY = date(2026, 11, 26)
EVENTS = [OrderEvent(OrderEventKind.MADE, date(2026, 3, 10), date(2026, 9, 1))]


@pytest.mark.parametrize(("breach", "field"), [
    (NewBreach(date(2026, 3, 9), "Waited outside."), "on"),
    (NewBreach(date(2026, 9, 2), "Waited outside."), "on"),
    (NewBreach(date(2026, 12, 1), "Waited outside."), "on"),
    (NewBreach(date(2026, 5, 1), " "), "what"),
    (NewBreach(date(2026, 5, 1), "Waited outside.", ("humming",)), "behaviours"),
])
def test_a_breach_that_cannot_be_is_refused_at_its_field(breach, field):
    with pytest.raises(RuleBroken) as broken:
        check(breach, EVENTS, TODAY, {"loitering"})
    assert broken.value.field == field


def test_a_breach_of_an_order_in_force_is_taken_with_what_was_done():
    check(NewBreach(date(2026, 9, 1), "Waited outside.", ("loitering",)), EVENTS, TODAY, {"loitering"})


def test_a_breach_is_not_passed_over_without_a_reason():
    with pytest.raises(RuleBroken):
        check_answer(RepeatAnswer(False, " "))
    with pytest.raises(RuleBroken):
        check_answer(RepeatAnswer(True, "x" * 2001))
    check_answer(RepeatAnswer(True))
