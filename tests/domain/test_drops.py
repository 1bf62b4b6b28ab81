"""What an earlier meeting had not heard is taken off a list with a reason."""

import pytest

from clinic.domain.drops import LONGEST_TEXT, Drop, DropReason, check, check_plain
from clinic.domain.errors import RuleBroken


def test_every_reason_has_words_of_its_own():
    assert len({reason.words for reason in DropReason}) == len(DropReason)


@pytest.mark.parametrize("drop", [Drop(DropReason.OTHER, " "), Drop(DropReason.TO_BE_CLOSED, "x" * (LONGEST_TEXT + 1))])
def test_something_else_is_said_in_words_and_words_have_an_end(drop):
    with pytest.raises(RuleBroken) as broken:
        check(drop)
    assert broken.value.field == "words"


def test_a_listed_reason_needs_no_words():
    check(Drop(DropReason.NOBODY_PRESENTS))
    check(Drop(DropReason.OTHER, "The hall is flooded."))


def test_a_carried_over_case_is_never_taken_off_in_silence():
    check_plain(False)
    with pytest.raises(RuleBroken, match="why this one does not either"):
        check_plain(True)
