"""Where a meeting is, for whoever follows it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from clinic.domain.adjournments import Pause, sat
from clinic.domain.following import Followed, Placed, Span, Stage, placed

TEN = datetime(2026, 12, 3, 10, tzinfo=UTC)
WELCOME, APOLOGIES, FIRST, SECOND, THIRD, CLOSE = (UUID(int=n) for n in range(1, 7))
RUNNING = Span(TEN, TEN + timedelta(minutes=4), over=False)


def at(minutes):
    return TEN + timedelta(minutes=minutes)


def order(first=None, second=None, third=None):
    return [Followed(WELCOME, 2, False), Followed(APOLOGIES, 3, False), Followed(FIRST, 10, True, first),
            Followed(SECOND, 10, True, second), Followed(THIRD, 10, True, third), Followed(CLOSE, 1, False)]


def test_before_it_starts_everything_is_to_come_at_its_planned_time():
    found = placed(order(), Span(TEN, None, over=False), at(-30))
    assert found[WELCOME] == Placed(Stage.TO_COME, TEN, at(2))
    assert found[CLOSE] == Placed(Stage.TO_COME, at(35), at(36))


def test_what_opens_the_meeting_runs_from_when_it_really_started():
    found = placed(order(), RUNNING, at(7))
    assert found[WELCOME] == Placed(Stage.OVER, None)
    assert found[APOLOGIES] == Placed(Stage.NOW, at(6), at(9))
    assert found[FIRST] == Placed(Stage.TO_COME, at(9), at(19))


def test_the_case_that_was_begun_last_is_being_heard_and_the_rest_runs_on_from_it():
    found = placed(order(first=at(9), second=at(21)), RUNNING, at(24))
    assert found[FIRST] == Placed(Stage.OVER, at(9), at(21))
    assert found[SECOND] == Placed(Stage.NOW, at(21), at(31))
    assert found[THIRD] == Placed(Stage.TO_COME, at(31), at(41))


def test_a_case_that_was_left_is_heard_again_from_when_it_was_taken_up():
    lines = order(first=at(9), second=at(15))
    lines[2] = replace(lines[2], again=(at(20),))
    found = placed(lines, RUNNING, at(24))
    assert found[FIRST] == Placed(Stage.NOW, at(20), at(30))
    assert found[SECOND] == Placed(Stage.OVER, at(15), at(20))
    assert found[THIRD] == Placed(Stage.TO_COME, at(30), at(40))
    over = placed(lines, replace(RUNNING, over=True, ended_at=at(40)), at(50))
    assert (over[FIRST], over[SECOND]) == (Placed(Stage.OVER, at(9), at(40)), Placed(Stage.OVER, at(15), at(20)))


def test_what_was_taken_up_after_a_case_that_its_reader_must_not_know_of_has_gone_on_all_the_time():
    hidden = [line for line in order(first=at(9)) if line.id != SECOND]
    again = [replace(line, again=(at(20), at(26))) if line.id == FIRST else line for line in hidden]
    for now in (24, 30, 55):
        assert placed(again, RUNNING, at(now)) == placed(hidden, RUNNING, at(now))
    over = replace(RUNNING, over=True, ended_at=at(40))
    assert placed(again, over, at(50)) == placed(hidden, over, at(50))


def test_an_item_that_takes_longer_moves_the_rest_by_steps_of_five_minutes():
    late = placed(order(first=at(9)), RUNNING, at(22))
    assert late[FIRST] == Placed(Stage.NOW, at(9), at(25)) and late[SECOND].at == at(25)
    assert placed(order(first=at(9)), RUNNING, at(24)) == late
    assert placed(order(first=at(9)), RUNNING, at(25) + timedelta(seconds=1))[SECOND].at == at(30)


def test_a_case_that_was_passed_over_comes_before_the_close():
    found = placed(order(first=at(9), third=at(20)), RUNNING, at(21))
    assert found[SECOND] == Placed(Stage.TO_COME, at(30), at(40))
    assert found[CLOSE] == Placed(Stage.TO_COME, at(40), at(41))


def test_when_it_is_over_nothing_is_to_come():
    found = placed(order(first=at(9)), Span(TEN, at(4), over=True), at(70))
    assert {line.stage for line in found.values()} == {Stage.OVER}


def test_while_a_hidden_case_is_heard_the_one_before_it_is_still_being_heard():
    """The reader's lines lack the second case; it was begun at a quarter past, and nothing tells of it."""
    seen = [line for line in order(first=at(9), second=at(15)) if line.id != SECOND]
    assert placed(seen, RUNNING, at(16))[FIRST] == placed(seen, RUNNING, at(14))[FIRST] == Placed(
        Stage.NOW, at(9), at(19))


def adjourned(since, until=None, expected=None):
    pause = Pause(at(since), at(until) if until else None, at(expected) if expected else None)
    return replace(RUNNING, pauses=(pause,))


def test_while_the_meeting_stands_still_so_does_the_case_and_the_rest_waits_for_it_to_go_on():
    heard = order(first=at(9))
    assert placed(heard, adjourned(14, 30), at(31))[FIRST] == Placed(Stage.NOW, at(9), at(35))
    found = placed(heard, adjourned(14, expected=40), at(20))
    assert found[FIRST] == Placed(Stage.NOW, at(9), at(45)) and found[SECOND].at == at(45)
    assert placed(heard, adjourned(14, expected=40), at(41))[FIRST].until == at(50), "it did not go on as expected"
    unknown = placed(heard, adjourned(14), at(22))
    assert unknown[FIRST].until == at(30) and placed(heard, adjourned(14), at(24)) == unknown
    over = placed(heard, adjourned(25, expected=60), at(26))
    assert over[SECOND].at == at(60), "what is over its time ends when the meeting goes on"


def test_before_the_first_case_what_opens_the_meeting_stands_still_too():
    found = placed(order(), adjourned(5, 20), at(22))
    assert found[APOLOGIES] == Placed(Stage.NOW, at(21), at(24))
    assert placed(order(), adjourned(12, expected=30), at(15))[FIRST].at == at(30)
    assert placed(order()[2:], adjourned(5, expected=30), at(6))[FIRST].at == at(30)


def test_across_an_adjournment_nothing_tells_of_a_hidden_case_either():
    """The second case is hidden, begun before the adjournment, and heard until after it."""
    seen = [line for line in order(first=at(9), second=at(12), third=at(40)) if line.id != SECOND]
    before = [replace(line, began_at=None) if line.id == THIRD else line for line in seen]
    alone = [line for line in order(first=at(9)) if line.id != SECOND]
    for minute in (13, 20, 31, 39):
        assert placed(before, adjourned(14, 30), at(minute)) == placed(alone, adjourned(14, 30), at(minute))
    assert placed(seen, adjourned(14, 30), at(41))[FIRST] == Placed(Stage.OVER, at(9), at(40))


@st.composite
def meetings(draw):
    lines = []
    for number in range(draw(st.integers(1, 12))):
        is_case = draw(st.booleans())
        began = draw(st.none() | st.integers(5, 100)) if is_case else None
        lines.append(Followed(UUID(int=number + 1), draw(st.integers(1, 30)), is_case,
                              at(began) if began is not None else None))
    stood = sorted(draw(st.sets(st.integers(5, 100), max_size=5)))
    pauses = [Pause(at(since), at(until)) for since, until in zip(stood[::2], stood[1::2], strict=False)]
    if len(stood) % 2:
        pauses.append(Pause(at(stood[-1]), None, draw(st.none() | st.integers(100, 300).map(at))))
    return lines, tuple(pauses), draw(st.integers(100, 200))


@given(meetings())
def test_each_line_stands_somewhere_one_at_most_is_heard_and_what_comes_runs_on(made):
    lines, pauses, minute = made
    found = placed(lines, replace(RUNNING, pauses=pauses), at(minute))
    assert found.keys() == {line.id for line in lines}
    now = [one for one in found.values() if one.stage is Stage.NOW]
    assert len(now) <= 1
    coming = sorted((one for one in found.values() if one.stage is Stage.TO_COME), key=lambda one: one.at)
    ends = [one.until for one in (*now, *coming)]
    assert [one.at for one in coming] == ends[:len(coming)] if now else True
    assert all(before.until == after.at for before, after in zip(coming, coming[1:], strict=False))
    minutes = sum(line.minutes for line in lines if found[line.id].stage is Stage.TO_COME)
    assert not coming or coming[-1].until - coming[0].at == timedelta(minutes=minutes)
    assert all(one.at >= at(minute) for one in coming)


@given(st.lists(st.one_of(st.none(), st.integers(4, 90)), min_size=3, max_size=3),
       st.lists(st.integers(0, 40), max_size=6))
def test_the_times_of_all_items_together_are_the_meetings_time(begun, stops):
    closed, moments = at(100), [None if minute is None else at(minute) for minute in begun]
    halts = sorted(stops)[:len(stops) // 2 * 2]
    pauses = tuple(Pause(at(4 + one), at(4 + two)) for one, two in zip(halts[::2], halts[1::2], strict=True))
    found = placed(order(*moments), Span(TEN, at(4), over=True, pauses=pauses, ended_at=closed), at(120))
    heard = [found[one] for one in (FIRST, SECOND, THIRD) if found[one].at is not None]
    opening = sat(at(4), min((one.at for one in heard), default=closed), pauses)
    assert opening + sum((sat(one.at, one.until, pauses) for one in heard), timedelta()) == sat(at(4), closed, pauses)
