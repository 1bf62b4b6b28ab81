"""Who counts as here, and who stands in for whom."""

from uuid import uuid4

import pytest

from clinic.domain import attendance
from clinic.domain.attendance import Mark
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import AttendanceStatus as A

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
