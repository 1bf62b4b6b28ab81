"""Who presents a case is known a working day before the meeting, or else it is a gap."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus, moment
from clinic.domain.presenting import Hours, check_open, check_presenter, hours, hours_of, near_until

CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28)}


@pytest.mark.parametrize(("today", "until"), [
    (date(2026, 12, 8), date(2026, 12, 9)), (date(2026, 12, 11), date(2026, 12, 14)),
    (date(2026, 12, 24), date(2026, 12, 29)), (date(2026, 12, 27), date(2026, 12, 29)),
])
def test_a_meeting_is_near_from_the_working_day_before(today, until):
    assert near_until(today, CHRISTMAS) == until


def test_only_whoever_sits_for_the_agency_presents_and_nobody_once_the_meeting_has_begun():
    mine = uuid4()
    check_presenter(mine, [mine])
    with pytest.raises(RuleBroken, match="sits on this panel"):
        check_presenter(uuid4(), [mine])
    check_open(MeetingStatus.PLANNED)
    for status in set(MeetingStatus) - {MeetingStatus.PLANNED}:
        with pytest.raises(RuleBroken):
            check_open(status)


SUMMER = date(2026, 7, 1)
MEETING = moment(SUMMER, time(10)), moment(SUMMER, time(13))


def test_hours_are_times_on_the_wall_within_the_meeting_and_may_be_left_out():
    found = hours(None, time(10, 30), *MEETING)
    assert found == Hours(None, MEETING[0] + timedelta(minutes=30)) and found.said
    assert hours(None, None, *MEETING) == Hours() and not Hours().said
    for begins, ends, field in ((time(9), None, "begins"), (time(13), None, "begins"), (None, time(10), "ends"),
                                (None, time(14), "ends"), (time(11), time(11), "ends")):
        with pytest.raises(RuleBroken) as broken:
            hours(begins, ends, *MEETING)
        assert broken.value.field == field


def test_hours_cover_what_lies_within_them():
    half_past, eleven = MEETING[0] + timedelta(minutes=30), MEETING[0] + timedelta(minutes=60)
    until, after = Hours(ends_at=half_past), Hours(half_past)
    assert until.cover(MEETING[0], half_past) and not until.cover(MEETING[0], eleven)
    assert after.cover(half_past, eleven) and not after.cover(MEETING[0], eleven)
    assert Hours().cover(*MEETING)


def test_a_meeting_that_has_moved_away_from_hours_has_none():
    half_past, later = MEETING[0] + timedelta(minutes=30), tuple(at + timedelta(hours=1) for at in MEETING)
    assert hours_of(None, half_past, MEETING) == Hours(ends_at=half_past)
    assert hours_of(None, half_past, later) == Hours() == hours_of(None, None, MEETING)
