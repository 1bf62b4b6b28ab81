"""Twelve months of the calendar from the latest referral, the anniversary included."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain import flags

TABLE = [
    (date(2025, 11, 25), 12, date(2026, 11, 25)),
    (date(2024, 2, 29), 12, date(2025, 2, 28)),
    (date(2025, 8, 31), 6, date(2026, 2, 28)),
    (date(2026, 1, 31), 1, date(2026, 2, 28)),
]


@pytest.mark.parametrize(("referred_on", "months", "last"), TABLE)
def test_the_last_day_of_a_flag(referred_on, months, last):
    assert flags.until(referred_on, months) == last
    assert flags.since(last, months) <= referred_on < flags.since(last + timedelta(days=1), months)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 60))
def test_the_earliest_referral_whose_flag_is_up_is_the_first_of_them(today, months):
    first = flags.since(today, months)
    assert flags.until(first, months) >= today > flags.until(first - timedelta(days=1), months)
