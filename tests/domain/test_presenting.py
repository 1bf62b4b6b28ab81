"""Who presents a case is known a working day before the meeting, or else it is a gap."""

from datetime import date
from uuid import uuid4

import pytest

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus
from clinic.domain.presenting import check_open, check_presenter, near_until

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
