"""Who counts as here, and who stands in for whom."""

from uuid import uuid4

import pytest

from clinic.domain import attendance
from clinic.domain.attendance import Expected, Mark, coming, outlook
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
