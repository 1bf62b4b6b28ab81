"""An extra meeting is proposed where there is room in the calendar, with notice, on a working day."""

from datetime import date

import pytest

from clinic.domain.capacity import overflow_day

WEDNESDAY = date(2026, 11, 25)
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28)}


@pytest.mark.parametrize(("coming", "day"), [
    # In the middle between the next two, and not on the week-end that is there.
    ([date(2026, 12, 2), date(2026, 12, 16)], date(2026, 12, 9)),
    ([date(2026, 12, 2), date(2026, 12, 10)], date(2026, 12, 7)),
    # The first gap leaves no notice: the one after it.
    ([date(2026, 11, 26), date(2026, 11, 28), date(2026, 12, 8)], date(2026, 12, 3)),
    # Bank holidays are no working days.
    ([date(2026, 12, 23), date(2026, 12, 30)], date(2026, 12, 24)),
    # Between two days that follow each other there is none: a week after the last.
    ([date(2026, 12, 2), date(2026, 12, 3)], date(2026, 12, 10)),
    ([date(2026, 12, 18)], date(2026, 12, 29)),
    ([], date(2026, 11, 30)),
])
def test_an_extra_meeting_is_proposed_between_two_others_or_a_week_after_the_last(coming, day):
    assert overflow_day(WEDNESDAY, coming, CHRISTMAS) == day
