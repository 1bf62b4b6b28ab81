"""How near a day is, in a panel's working days."""

from datetime import date

import pytest

from clinic.domain.clocks import ClockState, clock, last_late_day
from clinic.domain.meetings import working_days_after

FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28)}


@pytest.mark.parametrize(("due_on", "state"), [
    (date(2026, 11, 26), ClockState.RED),
    (FRIDAY, ClockState.AMBER),
    (MONDAY, ClockState.AMBER),
    (date(2026, 12, 1), ClockState.RUNNING),
])
def test_a_clock_is_amber_on_its_day_and_the_working_day_before_and_red_after(due_on, state):
    assert clock(date(2026, 11, 25), due_on, FRIDAY, ()).state is state


def test_a_bank_holiday_is_no_warning():
    assert clock(date(2026, 12, 21), date(2026, 12, 29), date(2026, 12, 24), CHRISTMAS).state is ClockState.AMBER


def test_a_clock_counts_the_days_that_have_passed():
    assert clock(date(2026, 11, 25), MONDAY, FRIDAY, ()).days == 2


@pytest.mark.parametrize("days", [0, 1, 2, 5, 60])
def test_what_came_in_on_the_last_late_day_is_late_and_what_came_a_day_later_is_not(days):
    today = date(2026, 12, 29)
    last = last_late_day(today, days, CHRISTMAS)
    assert working_days_after(last, days, CHRISTMAS) < today
    assert working_days_after(date.fromordinal(last.toordinal() + 1), days, CHRISTMAS) >= today
