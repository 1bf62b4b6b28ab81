"""The rule of a panel's dates."""

from datetime import date, timedelta

import pytest

from clinic.domain.errors import RuleBroken
from clinic.domain.recurrence import Frequency, Recurrence, parse

NOVEMBER, YEAR_ON = date(2026, 11, 1), date(2027, 10, 31)


@pytest.mark.parametrize(("text", "words"), [
    ("FREQ=MONTHLY;BYDAY=2WE", "second Wednesday of the month"),
    ("FREQ=MONTHLY;BYDAY=-1TU", "last Tuesday of the month"),
    ("FREQ=MONTHLY;INTERVAL=4;BYDAY=1MO", "first Monday, every 4 months"),
    ("FREQ=WEEKLY;BYDAY=TH", "every Thursday"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "every 2 weeks on Thursday"),
])
def test_a_rule_is_kept_as_text_and_said_in_words(text, words):
    assert parse(text).text() == text
    assert parse(text).words() == words


def test_case_order_and_a_plain_interval_of_one_make_no_difference():
    assert parse(" byday=2we;interval=1;freq=monthly ") == parse("FREQ=MONTHLY;BYDAY=2WE")


@pytest.mark.parametrize("text", [
    "", "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=2TH", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=WE",
    "FREQ=MONTHLY;BYDAY=5WE", "FREQ=MONTHLY;BYDAY=0WE", "FREQ=MONTHLY;BYDAY=-2WE", "FREQ=WEEKLY;INTERVAL=0;BYDAY=TH",
    "FREQ=WEEKLY;INTERVAL=13;BYDAY=TH", "FREQ=WEEKLY;INTERVAL=x;BYDAY=TH", "FREQ=WEEKLY;BYDAY=TH;COUNT=3",
    "FREQ=WEEKLY;BYDAY=TH;BYDAY=FR", "FREQ=WEEKLY;INTERVAL=²;BYDAY=TH", "FREQ=WEEKLY;BYDAY=TH;",
])
def test_other_rules_are_refused(text):
    with pytest.raises(RuleBroken):
        parse(text)


def test_the_second_wednesday_of_twelve_months():
    days = parse("FREQ=MONTHLY;BYDAY=2WE").days(NOVEMBER, YEAR_ON, NOVEMBER)
    assert len(days) == 12
    assert days[:3] == (date(2026, 11, 11), date(2026, 12, 9), date(2027, 1, 13))
    assert all(day.weekday() == 2 and 8 <= day.day <= 14 for day in days)


def test_the_last_tuesday_is_in_the_last_week_december_too():
    days = parse("FREQ=MONTHLY;BYDAY=-1TU").days(NOVEMBER, YEAR_ON, NOVEMBER)
    assert days[:2] == (date(2026, 11, 24), date(2026, 12, 29))
    assert all((day + timedelta(days=7)).month != day.month for day in days)


def test_both_ends_of_the_stretch_belong_to_it():
    rule = parse("FREQ=WEEKLY;BYDAY=TH")
    first, last = date(2026, 11, 26), date(2026, 12, 10)
    assert rule.days(first, last, first) == (first, date(2026, 12, 3), last)


@pytest.mark.parametrize("text", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "FREQ=MONTHLY;INTERVAL=4;BYDAY=1MO"])
def test_asking_for_a_later_stretch_continues_the_same_alternation(text):
    rule = parse(text)
    anchor = rule.first_from(NOVEMBER)
    whole = rule.days(NOVEMBER, YEAR_ON, anchor)
    assert anchor == whole[0]
    for start in (NOVEMBER + timedelta(days=n) for n in range(0, 300, 7)):
        assert rule.days(start, YEAR_ON, whole[-1]) == tuple(day for day in whole if day >= start)


def test_a_series_begins_with_the_first_day_that_fits():
    assert parse("FREQ=MONTHLY;INTERVAL=4;BYDAY=1MO").first_from(date(2026, 11, 25)) == date(2026, 12, 7)
    assert parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU").first_from(date(2026, 11, 25)) == date(2026, 12, 1)


def test_a_rule_knows_its_days_whatever_it_counts_from():
    rule = Recurrence(Frequency.MONTHLY, weekday=2, ordinal=2)
    assert rule.is_day(date(2026, 12, 9)) and not rule.is_day(date(2026, 12, 16))
