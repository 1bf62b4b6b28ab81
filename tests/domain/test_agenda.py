"""The running order as a chair would state its rules."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from clinic.domain.agenda import (
    AgendaItemKind,
    AgendaStatus,
    Capacity,
    Change,
    ChangeKind,
    Direction,
    PlannedItem,
    as_read,
    changes,
    check_changed,
    check_lock,
    check_minutes,
    check_open,
    check_ready,
    check_unlock,
    clock_times,
    first_with_room,
    fits,
    minutes_for,
    moved,
    published_as,
    standing_items,
)
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus
from clinic.domain.panels import PanelType, Rules

K = AgendaItemKind
TEN = datetime(2026, 12, 9, 10, 0, tzinfo=UTC)


def item(minutes=10, kind=K.CASE_NEW):
    return PlannedItem(uuid4(), kind, minutes, uuid4() if kind is K.CASE_NEW else None)


def test_clock_times_run_on_without_a_gap():
    slots = clock_times([item(10), item(25), item(5)], TEN)
    assert [s.starts_at for s in slots] == [TEN, TEN + timedelta(minutes=10), TEN + timedelta(minutes=35)]
    assert slots[-1].ends_at == TEN + timedelta(minutes=40)


def test_clock_times_run_on_through_the_hour_that_comes_twice():
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock_times([item(60), item(60)], start)[1].ends_at == start + timedelta(hours=2)


def test_fit_says_how_many_minutes_are_too_many():
    assert fits([item(60), item(30)], 100).over == 0
    assert fits([item(60), item(50)], 100).over == 10


@pytest.mark.parametrize(("planned", "cases", "found"), [
    (160, 3, True), (161, 3, False), (100, 8, False), (0, 0, True),
])
def test_a_meeting_has_room_while_minutes_and_cases_allow(planned, cases, found):
    meeting = Capacity(uuid4(), minutes=180, planned=planned, cases=cases, most_cases=8)
    assert (first_with_room([meeting], 20) is meeting) is found


def test_the_first_meeting_with_room_is_taken_not_the_emptiest():
    full, next_, empty = (Capacity(uuid4(), 180, planned, 0, 8) for planned in (170, 100, 0))
    assert first_with_room([full, next_, empty], 20) is next_


def test_up_and_down_swap_neighbours_and_stop_at_the_ends():
    a, b, c = (uuid4() for _ in range(3))
    assert moved((a, b, c), b, Direction.UP) == (b, a, c)
    assert moved((a, b, c), b, Direction.DOWN) == (a, c, b)
    assert moved((a, b, c), a, Direction.UP) == (a, b, c) == moved((a, b, c), c, Direction.DOWN)


@pytest.mark.parametrize("minutes", [0, -5, 241, 1000])
def test_minutes_have_bounds(minutes):
    with pytest.raises(RuleBroken, match="from 1 to 240"):
        check_minutes(minutes)


def test_an_empty_agenda_is_not_published_and_the_same_not_twice():
    with pytest.raises(RuleBroken, match="nothing on this agenda"):
        check_ready([])
    line = item()
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        check_changed([line], [line])
    check_changed(None, [line])
    check_changed([line], [line, item()])


@pytest.mark.parametrize("status", [s for s in MeetingStatus if s is not MeetingStatus.PLANNED])
def test_the_agenda_of_a_meeting_that_has_begun_or_fell_stays_as_it_is(status):
    with pytest.raises(RuleBroken):
        check_open(status)
    with pytest.raises(RuleBroken):
        check_open(MeetingStatus.PLANNED, AgendaStatus.LOCKED)


def test_an_agenda_is_locked_as_its_readers_have_it_and_unlocked_with_a_reason():
    line = item()
    check_lock([line], [line])
    for before, words in ((None, "not published yet"), ([], "Publish it again")):
        with pytest.raises(RuleBroken, match=words):
            check_lock(before, [line])
    check_unlock(MeetingStatus.PLANNED, AgendaStatus.LOCKED, "One more came in.")
    for meeting, agenda, reason in ((MeetingStatus.PLANNED, AgendaStatus.PUBLISHED, "So."),
                                    (MeetingStatus.HELD, AgendaStatus.LOCKED, "So."),
                                    (MeetingStatus.PLANNED, AgendaStatus.LOCKED, " ")):
        with pytest.raises(RuleBroken):
            check_unlock(meeting, agenda, reason)
    assert [published_as(edition) for edition in (0, 1, 2, 9)] == [
        AgendaStatus.DRAFT, AgendaStatus.PUBLISHED, AgendaStatus.REPUBLISHED, AgendaStatus.REPUBLISHED]


@pytest.mark.parametrize("panel_type", PanelType)
def test_every_panel_begins_with_a_welcome_and_ends_with_the_close(panel_type):
    kinds = [kind for kind, _ in standing_items(panel_type)]
    assert kinds[0] is K.WELCOME and kinds[-1] is K.CLOSE and K.ACTIONS_OUTSTANDING in kinds
    assert (K.FLAGS_LAPSED in kinds) is (panel_type is PanelType.MARAC)


def test_standing_items_leave_room_for_the_cases_that_a_panel_may_have():
    """A clinic of three hours hears 8 new cases of 20 minutes, a MARAC of three and a half 16 of 12."""
    for panel_type, minutes, cases in ((PanelType.STALKING_CLINIC, 180, 8 * 20), (PanelType.MARAC, 210, 16 * 12)):
        assert sum(m for _, m in standing_items(panel_type)) + cases <= minutes


def test_a_repeat_takes_less_time_than_a_new_case():
    rules = Rules(minutes_per_new_case=20, minutes_per_repeat_case=15)
    assert [minutes_for(k, rules) for k in (K.CASE_NEW, K.CASE_REPEAT, K.CASE_REVIEW, K.CASE_EMERGENCY)] == [
        20, 15, 15, 20]


def test_adding_a_line_moves_none_of_the_others():
    a, b, c = item(), item(), item()
    assert changes([a, c], [a, b, c]) == (Change(ChangeKind.ADDED, b.id, 0, 2, 0, 10),)
    assert changes([a, b, c], [a, c]) == (Change(ChangeKind.REMOVED, b.id, 2, 0, 10, 0),)


def test_moving_one_line_past_others_moves_that_line_only():
    a, b, c, d = item(), item(), item(), item()
    assert changes([a, b, c, d], [d, a, b, c]) == (Change(ChangeKind.MOVED, d.id, 4, 1, 10, 10),)


def test_a_change_of_minutes_is_told_with_both():
    a, b = item(), item()
    longer = PlannedItem(b.id, b.kind, 25, b.case_id)
    assert changes([a, b], [a, longer]) == (Change(ChangeKind.MINUTES, b.id, 2, 2, 10, 25),)


def test_numbers_are_the_readers_own():
    """For a reader who may not know of `hidden`, the lines around it are numbered as if it were not there."""
    a, b, new = item(), item(), item()
    assert changes([a, b], [a, new, b])[0].after == 2


def test_a_case_that_was_taken_off_and_put_back_is_the_same_line_to_its_readers():
    case_id = uuid4()
    before, after = (PlannedItem(uuid4(), K.CASE_NEW, 12, case_id) for _ in range(2))
    assert as_read([before]) == as_read([after]) and changes([before], [after]) == ()
