"""Who counts as here, and who stands in for whom."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain import attendance
from clinic.domain.attendance import Expected, Mark, Spell, coming, outlook
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import AttendanceStatus as A
from clinic.domain.meetings import MeetingStatus as M

ME, COLLEAGUE, STRANGER = uuid4(), uuid4(), uuid4()


def test_who_is_here_counts_for_the_quorum_and_who_sent_word_or_watches_does_not():
    found = attendance.quorum([A.PRESENT, A.PRESENT_PART, A.DEPUTY_PRESENT, A.OBSERVER, A.APOLOGIES, None], 4)
    assert (found.present, found.needed, found.met) == (3, 4, False)
    assert attendance.quorum([A.PRESENT] * 4, 4).met


def test_who_stands_in_for_a_colleague_is_there_as_a_deputy():
    assert attendance.settled(ME, Mark(A.PRESENT, COLLEAGUE), {COLLEAGUE}) == Mark(A.DEPUTY_PRESENT, COLLEAGUE)
    assert attendance.settled(ME, Mark(A.APOLOGIES), {COLLEAGUE}) == Mark(A.APOLOGIES)


@pytest.mark.parametrize("mark", [
    Mark(A.DEPUTY_PRESENT), Mark(A.PRESENT, STRANGER), Mark(A.PRESENT, ME), Mark(A.APOLOGIES, COLLEAGUE),
    Mark(None, COLLEAGUE),
])
def test_a_deputy_is_here_and_of_the_same_agency(mark):
    with pytest.raises(RuleBroken):
        attendance.settled(ME, mark, {COLLEAGUE})


HEALTH, POLICE = uuid4(), uuid4()
CORE = {HEALTH: "Health", POLICE: "Police"}


def expected(comes, *agencies) -> Expected:
    return Expected(frozenset(agencies), comes)


def test_enough_people_and_somebody_of_each_core_agency_are_enough():
    people = [expected(True, HEALTH), expected(False, POLICE), expected(True, POLICE)]
    found = outlook(people, 2, CORE)
    assert found.enough and found.words == "2 of 2 needed have accepted"


def test_a_core_agency_is_missed_while_it_is_silent_and_when_all_of_it_have_declined():
    people = [expected(True, uuid4()), expected(None, POLICE), expected(False, POLICE), expected(False, HEALTH)]
    found = outlook(people, 1, CORE)
    assert not found.enough
    assert found.words == (
        "1 of 1 needed has accepted; no answer from Police (core); nobody of Health (core) can come")


def test_a_core_agency_without_anybody_who_is_invited_is_missed():
    assert outlook([expected(True)], 1, CORE).absent == ("Health", "Police")


def test_too_few_are_too_few_whoever_is_core():
    assert outlook([expected(None), expected(False)], 1, {}).words == "0 of 1 needed have accepted"


def test_what_the_register_says_goes_before_an_answer_and_watching_is_not_coming():
    assert coming(True, A.APOLOGIES) is False and coming(False, A.PRESENT) is True
    assert coming(None, None) is None and coming(None, A.OBSERVER) is None


# Coming and going

NINE = datetime(2026, 12, 3, 9, tzinfo=UTC)


def at(minutes):
    return NINE + timedelta(minutes=minutes)


def test_who_comes_twice_came_once_and_who_is_not_there_does_not_go():
    spells = attendance.came(attendance.came((), at(0)), at(5))
    assert spells == (Spell(at(0)),)
    assert attendance.left(attendance.left(spells, at(20)), at(30)) == (Spell(at(0), at(20)),)
    assert attendance.left((), at(1)) == ()


@given(st.lists(st.tuples(st.sampled_from(["came", "left"]), st.integers(0, 300)), max_size=20))
def test_somebody_s_spells_never_overlap_or_run_backwards_whatever_is_pressed_when(events):
    """Two clocks may disagree: what is pressed later may carry an earlier time."""
    spells = ()
    for what, minute in events:
        spells = getattr(attendance, what)(spells, at(minute))
    assert all(spell.left_at is None or spell.came_at <= spell.left_at for spell in spells)
    assert all(before.left_at is not None and before.left_at <= after.came_at
               for before, after in zip(spells, spells[1:], strict=False))


def test_the_register_follows_who_comes_and_goes():
    assert attendance.status_on_coming(A.APOLOGIES, again=False, watches=False) is A.PRESENT
    assert attendance.status_on_coming(A.DEPUTY_PRESENT, again=False, watches=False) is A.DEPUTY_PRESENT
    assert attendance.status_on_coming(None, again=True, watches=False) is A.PRESENT_PART
    assert attendance.status_on_coming(None, again=False, watches=True) is A.OBSERVER
    assert attendance.status_on_leaving(A.PRESENT, begun=True) is A.PRESENT_PART
    assert attendance.status_on_leaving(A.PRESENT, begun=False) is None
    assert attendance.status_on_leaving(A.DEPUTY_PRESENT, begun=True) is A.DEPUTY_PRESENT


@pytest.mark.parametrize(("status", "day", "says"), [
    (M.PLANNED, date(2026, 12, 4), "not today"), (M.CLOSED, date(2026, 12, 3), "closed"),
    (M.CANCELLED, date(2026, 12, 3), "closed"),
])
def test_nobody_is_at_a_meeting_on_another_day_or_when_it_is_over(status, day, says):
    attendance.check_coming(M.PLANNED, NINE.date(), NINE.date())
    attendance.check_coming(M.IN_PROGRESS, date(2026, 12, 2), NINE.date())
    with pytest.raises(RuleBroken, match=says):
        attendance.check_coming(status, day, NINE.date())
