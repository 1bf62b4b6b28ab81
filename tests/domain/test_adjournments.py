"""A meeting that stands still: when it may, and what time counts."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain.adjournments import (
    Pause,
    check_adjourn,
    check_resume,
    check_sitting,
    expected,
    sat,
    standing,
)
from clinic.domain.errors import RuleBroken

TEN = datetime(2026, 12, 3, 10, tzinfo=UTC)


def at(minutes):
    return TEN + timedelta(minutes=minutes)


def test_a_meeting_is_adjourned_once_at_a_time_and_with_a_reason():
    check_adjourn(None, "A break.")
    for pause, reason in ((Pause(TEN), "A break."), (None, "  ")):
        with pytest.raises(RuleBroken):
            check_adjourn(pause, reason)
    check_resume(Pause(TEN))
    with pytest.raises(RuleBroken, match="not adjourned"):
        check_resume(None)


def test_what_is_adjourned_waits():
    check_sitting(None)
    with pytest.raises(RuleBroken, match="adjourned"):
        check_sitting(Pause(TEN))


def test_the_last_adjournment_stands_until_the_meeting_goes_on():
    assert standing(()) is None and standing((Pause(TEN, at(10)),)) is None
    assert standing((Pause(TEN, at(10)), Pause(at(20)))) == Pause(at(20))


def test_the_time_at_which_it_goes_on_is_to_come_and_may_be_of_another_day():
    assert expected(None, None, TEN) is None
    assert expected(None, time(10, 15), TEN) == at(15)
    assert expected(date(2026, 12, 4), time(9, 30), TEN) == at(23 * 60 + 30)
    for day, hour in ((date(2026, 12, 4), None), (None, time(9, 45)), (None, time(10))):
        with pytest.raises(RuleBroken) as refused:
            expected(day, hour, TEN)
        assert refused.value.field == "starts"


def test_time_that_stands_still_does_not_count():
    assert sat(at(0), at(30), ()) == timedelta(minutes=30)
    assert sat(at(0), at(30), (Pause(at(10), at(25)),)) == timedelta(minutes=15)
    assert sat(at(0), at(30), (Pause(at(10)),)) == timedelta(minutes=10)
    assert sat(at(12), at(20), (Pause(at(10), at(15)), Pause(at(18), at(40)))) == timedelta(minutes=3)
    assert sat(at(30), at(40), (Pause(at(10), at(25)),)) == timedelta(minutes=10)


def test_across_the_change_of_the_clocks_what_passed_counts():
    """At 1am on 25 October 2026 it is 2am, and 1am once more."""
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    assert sat(before, after, (Pause(before + timedelta(minutes=15), after - timedelta(minutes=15)),)) == timedelta(
        minutes=30)


@st.composite
def sittings(draw):
    """Moments of a meeting in order, and the pauses that lie between them."""
    moments = sorted(draw(st.lists(st.integers(0, 300), min_size=2, max_size=8)))
    paused = sorted(draw(st.sets(st.integers(0, 300), max_size=6)))
    return [at(moment) for moment in moments], tuple(
        Pause(at(since), at(until)) for since, until in zip(paused[::2], paused[1::2], strict=False))


@given(sittings())
def test_the_parts_of_a_meeting_add_up_to_the_whole(made):
    moments, pauses = made
    parts = [sat(since, until, pauses) for since, until in zip(moments, moments[1:], strict=False)]
    assert min(parts) >= timedelta()
    assert sum(parts, timedelta()) == sat(moments[0], moments[-1], pauses)
    stood = sum((pause.ended_at - pause.began_at for pause in pauses), timedelta())
    assert sat(at(0), at(300), pauses) == timedelta(minutes=300) - stood
