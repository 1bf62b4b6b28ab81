"""What is signed before a meeting's papers open."""

import pytest

from clinic.domain import declarations
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus


def test_the_newest_wording_is_signed_while_the_meeting_stands():
    for status in MeetingStatus:
        if status is not MeetingStatus.CANCELLED:
            declarations.check_signing(status, declarations.NEWEST)


def test_nobody_signs_for_a_meeting_that_is_cancelled():
    with pytest.raises(RuleBroken, match="cancelled"):
        declarations.check_signing(MeetingStatus.CANCELLED, declarations.NEWEST)


@pytest.mark.parametrize("seen", [0, declarations.NEWEST + 1])
def test_nobody_signs_words_that_they_have_not_read(seen):
    with pytest.raises(RuleBroken, match="Read them again"):
        declarations.check_signing(MeetingStatus.PLANNED, seen)


def test_every_wording_that_was_ever_signed_can_be_read():
    for number in range(1, declarations.NEWEST + 1):
        assert all(sentence.startswith(("I ", "If ", "What ")) for sentence in declarations.wording(number))
