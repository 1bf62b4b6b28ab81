"""Months are counted as calendars have them, over the ends of years and of February."""

from datetime import date

import pytest

from clinic.domain.months import last_months, months_later


@pytest.mark.parametrize(("day", "months", "later"), [
    (date(2026, 8, 31), 6, date(2027, 2, 28)), (date(2027, 8, 31), 6, date(2028, 2, 29)),
    (date(2024, 2, 29), 12, date(2025, 2, 28)), (date(2026, 12, 31), 12, date(2027, 12, 31)),
    (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2026, 11, 30), 1, date(2026, 12, 30)),
])
def test_months_are_calendar_months(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(("today", "many", "firsts"), [
    (date(2026, 11, 30), 1, [date(2026, 11, 1)]),
    (date(2027, 2, 28), 4, [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]),
    (date(2028, 2, 29), 2, [date(2028, 1, 1), date(2028, 2, 1)]),
])
def test_the_last_months_end_with_this_one(today, many, firsts):
    assert last_months(today, many) == firsts
