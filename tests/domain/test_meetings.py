"""Wall times, working days, and what diaries must be told of."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from clinic.domain.entries import DeadlineKind
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import (
    MeetingMode,
    MeetingStatus,
    Sitting,
    When,
    changed,
    check_move,
    check_open,
    deadlines,
    deadlines_of,
    moment,
    next_change,
    working_days_after,
    working_days_before,
)
from clinic.domain.panels import PanelType, Rules

NOW = datetime(2026, 11, 25, 10, 0, 30, 500_000, tzinfo=UTC)
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})


def test_a_wall_time_is_one_hour_earlier_in_utc_in_summer_only():
    assert moment(date(2027, 1, 13), time(10)) == datetime(2027, 1, 13, 10, tzinfo=UTC)
    assert moment(date(2027, 7, 14), time(10)) == datetime(2027, 7, 14, 9, tzinfo=UTC)


@pytest.mark.parametrize("at", [time(1, 0), time(1, 30), time(1, 59)])
def test_a_local_time_that_does_not_exist_is_refused_with_a_sentence(at):
    with pytest.raises(RuleBroken, match="28 March 2027 the clocks go forward") as refused:
        moment(date(2027, 3, 28), at)
    assert refused.value.field == "starts"


@pytest.mark.parametrize("at", [time(1, 0), time(1, 30), time(1, 59)])
def test_a_local_time_that_comes_twice_is_refused_and_the_times_are_named(at):
    with pytest.raises(RuleBroken, match="31 October 2027 the clocks go back: each time from 1am to 2am comes twice"):
        moment(date(2027, 10, 31), at)


@pytest.mark.parametrize("at", [time(0, 59), time(2, 0)])
def test_the_hours_beside_the_change_of_clocks_are_good(at):
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        assert moment(day, at).tzinfo is UTC


@pytest.mark.parametrize(("when", "field"), [
    (When(date(2026, 11, 24), time(10), 60), "day"),
    (When(date(1, 1, 1), time(0), 60), "day"),
    (When(date(9999, 12, 31), time(23), 60), "day"),
    (When(date(2026, 11, 25), time(10), 60), "starts"),
    (When(date(2026, 11, 26), time(10), 0), "minutes"),
    (When(date(2026, 11, 26), time(10), 721), "minutes"),
])
def test_a_meeting_is_not_put_into_the_past_nor_too_far_nor_made_too_long(when, field):
    with pytest.raises(RuleBroken) as refused:
        check_move(when, NOW)
    assert refused.value.field == field


def test_a_meeting_may_run_over_the_change_of_clocks_by_its_true_length():
    starts_at, ends_at = check_move(When(date(2027, 3, 28), time(0, 30), 60), NOW)
    assert (starts_at, ends_at - starts_at) == (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), timedelta(hours=1))


def test_each_of_time_place_and_status_is_a_change_that_diaries_are_told_of():
    old = Sitting(NOW, NOW + timedelta(hours=1), MeetingMode.VIRTUAL, "Room 4")
    for different in (
        {"starts_at": NOW - timedelta(hours=1)}, {"ends_at": NOW + timedelta(hours=2)},
        {"mode": MeetingMode.HYBRID}, {"place": "Room 5"}, {"status": MeetingStatus.CANCELLED},
    ):
        assert changed(old, replace(old, **different))
    assert not changed(old, replace(old))


def test_the_moment_of_change_has_whole_seconds_and_always_rises():
    first = next_change(None, NOW)
    assert first == NOW.replace(microsecond=0)
    second = next_change(first, NOW)
    assert second == first + timedelta(seconds=1)
    assert next_change(second, NOW + timedelta(hours=1)) == first + timedelta(hours=1)


@pytest.mark.parametrize("status", [s for s in MeetingStatus if s is not MeetingStatus.PLANNED])
def test_what_has_begun_or_is_off_is_not_moved(status):
    with pytest.raises(RuleBroken):
        check_open(status)


def test_working_days_skip_weekends_and_bank_holidays_both_ways():
    assert working_days_before(date(2026, 12, 30), 2, CHRISTMAS) == date(2026, 12, 24)
    assert working_days_after(date(2026, 12, 23), 2, CHRISTMAS) == date(2026, 12, 29)
    assert working_days_before(date(2026, 12, 30), 0, CHRISTMAS) == date(2026, 12, 30)


def test_deadlines_stand_in_the_order_of_the_calendar():
    due = deadlines(date(2026, 12, 9), Rules(), CHRISTMAS)
    assert due == {
        DeadlineKind.NOMINATION_CUTOFF: date(2026, 11, 25), DeadlineKind.AGENDA_RELEASE: date(2026, 11, 27),
        DeadlineKind.RESEARCH_DUE: date(2026, 12, 7), DeadlineKind.ACTIONS_DUE: date(2026, 12, 10),
        DeadlineKind.MINUTES_DUE: date(2026, 12, 14),
    }
    assert list(due.values()) == sorted(due.values())


def test_a_scrutiny_panel_has_no_deadlines_about_cases():
    due = deadlines_of(PanelType.CPS_SCRUTINY_PANEL, date(2026, 12, 9), Rules(), CHRISTMAS)
    assert set(due) == {DeadlineKind.AGENDA_RELEASE, DeadlineKind.MINUTES_DUE}
