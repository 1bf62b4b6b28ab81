"""What a declaration of interest must say."""

from dataclasses import replace
from uuid import uuid4

import pytest

from clinic.domain.errors import RuleBroken
from clinic.domain.interests import Declared, check
from clinic.domain.meetings import MeetingStatus

OF_A_CASE = Declared(True, frozenset({uuid4()}), "previous_relationship", "We were married.")


@pytest.mark.parametrize("said", [Declared(False), OF_A_CASE, Declared(True, somebody="My neighbour, Quill Street.")])
def test_nobody_cases_or_somebody_in_words_may_be_declared(said):
    for status in (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS, MeetingStatus.CLOSED):
        check(said, status)


@pytest.mark.parametrize(("said", "field"), [
    (Declared(True), "cases"), (Declared(True, somebody="  "), "cases"), (replace(OF_A_CASE, knows=False), "knows"),
    (Declared(False, somebody="My neighbour"), "knows"), (replace(OF_A_CASE, ground=""), "ground"),
])
def test_what_contradicts_itself_or_says_too_little_is_refused_at_its_field(said, field):
    with pytest.raises(RuleBroken) as refused:
        check(said, MeetingStatus.PLANNED)
    assert [one.field for one in refused.value.each] == [field]


def test_nothing_is_declared_for_a_meeting_that_is_cancelled():
    with pytest.raises(RuleBroken, match="cancelled"):
        check(Declared(False), MeetingStatus.CANCELLED)
