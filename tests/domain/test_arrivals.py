"""Nominations are told of month by month, in whole months of a clock in the United Kingdom."""

from datetime import UTC, date, datetime

from clinic.domain.arrivals import begins, told


def test_six_months_are_told_of_and_one_without_a_nomination_had_none():
    found = told(date(2026, 11, 25), {0: 9, 4: 17, 5: 13})
    assert [(month.first.month, month.count) for month in found.months] == [
        (6, 9), (7, 0), (8, 0), (9, 0), (10, 17), (11, 13)]
    assert found.finding == "39 came in since 1 June 2026, the most in October: 17."
    assert [bar.label for bar in found.chart.bars] == ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    assert found.table()[:2] == [("2026-06", 9), ("2026-07", 0)]


def test_where_none_came_in_that_is_said():
    assert told(date(2027, 1, 1), {}).finding == "None came in since 1 August 2026."


def test_a_month_begins_at_midnight_in_the_united_kingdom():
    assert begins(date(2026, 11, 25))[4:] == [
        datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)]
