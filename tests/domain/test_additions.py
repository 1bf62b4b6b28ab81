"""What makes an addition late, and what the chair is asked and answers."""

from datetime import date

import pytest

from clinic.domain.additions import (
    AdditionAnswer,
    AdditionKind,
    check_accepting,
    check_answer,
    check_asking,
    check_in_time,
    check_late,
    is_late,
)
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingKind
from clinic.domain.panels import Rules
from clinic.domain.research import due, due_soon

CUTOFF = date(2026, 11, 25)
DAY_AFTER = date(2026, 11, 26)


def test_an_addition_is_late_once_nominations_are_closed_or_the_agenda_is_out():
    assert not is_late(0, MeetingKind.SCHEDULED, CUTOFF, CUTOFF)
    assert is_late(0, MeetingKind.SCHEDULED, CUTOFF, DAY_AFTER)
    assert is_late(1, MeetingKind.SCHEDULED, CUTOFF, CUTOFF)


@pytest.mark.parametrize("kind", [kind for kind in MeetingKind if kind is not MeetingKind.SCHEDULED])
def test_nominations_for_a_meeting_beside_the_panel_s_dates_close_with_its_agenda_alone(kind):
    assert not is_late(0, kind, CUTOFF, DAY_AFTER)
    assert is_late(1, kind, CUTOFF, CUTOFF)


def test_the_chair_is_asked_once_with_a_reason_and_refuses_with_one():
    check_asking("He is out tonight.", asked=False)
    check_answer(False, AdditionAnswer(True))
    check_answer(False, AdditionAnswer(False, "Hear it in December."))
    check_late(True)
    check_in_time(False)
    for broken in (
        lambda: check_asking(" ", asked=False), lambda: check_asking("So.", asked=True), lambda: check_late(False),
        lambda: check_in_time(True), lambda: check_answer(True, AdditionAnswer(True)),
        lambda: check_answer(False, AdditionAnswer(False, " ")),
    ):
        with pytest.raises(RuleBroken):
            broken()


@pytest.mark.parametrize(("asked_on", "short", "soon"), [
    # Long before the meeting, within the short days; near it, when the others are due; at the end, on the day itself.
    (date(2026, 11, 25), 1, date(2026, 11, 26)), (date(2026, 11, 27), 1, date(2026, 11, 30)),
    (date(2026, 11, 25), 9, date(2026, 12, 7)), (date(2026, 12, 8), 1, date(2026, 12, 8)),
    (date(2026, 12, 9), 3, date(2026, 12, 9)),
])
def test_research_on_what_comes_late_has_a_short_clock_and_is_never_due_after_the_rest(asked_on, short, soon):
    rules, meeting_day = Rules(late_research_days=short), date(2026, 12, 9)
    assert due_soon(meeting_day, rules, set(), asked_on) == soon <= due(meeting_day, rules, set(), asked_on)


def test_accepting_for_a_closed_meeting_says_how_pressing_it_is_and_why():
    check_accepting(AdditionKind.LATE, "He is out on bail.")
    for kind, reason, field in ((None, "He is out.", "addition_kind"), (AdditionKind.LATE, " ", "addition_reason")):
        with pytest.raises(RuleBroken) as broken:
            check_accepting(kind, reason)
        assert broken.value.field == field
