"""Two writings of one address are one; a perpetrator's stops whoever proposes it; a second person decides."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from clinic.domain import addresses as rules
from clinic.domain.addresses import AddressDraft
from clinic.domain.errors import RuleBroken

HOME = "14 High Street, Northmere ZZ1 1ZZ"


@pytest.mark.parametrize("other", [
    HOME, "14 HIGH STREET\nNORTHMERE\nZZ1 1ZZ", "14, High St., zz11zz", "Flat 2, 14 High Street ZZ1  1ZZ",
    "zz1 1zz, 14", "14 High St, Northmere, ZZ1 1ZZ.", "１４ High Street ZZ1 1ZZ",
])
def test_case_punctuation_spaces_and_short_forms_make_no_difference(other):
    assert rules.is_same(HOME, other)


@pytest.mark.parametrize("other", [
    "15 High Street, Northmere ZZ1 1ZZ", "14 High Street, Northmere ZZ1 1ZY", "140 High Street ZZ1 1ZZ", "ZZ1 1ZZ", "",
])
def test_another_door_or_another_street_is_another_address(other):
    assert not rules.is_same(HOME, other)


def test_without_a_postcode_all_its_words_decide_and_without_a_number_its_first():
    assert rules.is_same("14 High Street Northmere", "Northmere, 14 High St")
    assert not rules.is_same("14 High Street Northmere", "14 Low Street Northmere")
    assert rules.is_same("Rose Cottage, Lower Lane, ZZ1 1ZZ", "rose cottage zz1 1zz")
    assert not rules.is_same("Rose Cottage, ZZ1 1ZZ", "Mill Cottage, ZZ1 1ZZ")


def test_an_address_that_holds_nothing_or_too_much_is_refused():
    for address in ("", " \n,.", "x" * 501):
        with pytest.raises(RuleBroken):
            rules.check_address(address)
    rules.check_address(HOME)


def test_a_known_address_of_a_perpetrator_stops_until_it_is_said_why_it_is_right():
    rules.check_clash(AddressDraft(HOME), [])
    with pytest.raises(RuleBroken, match="Stop: .*PM-2026-000001") as stopped:
        rules.check_clash(AddressDraft(HOME, in_spite="He has moved out."), ["PM-2026-000001"])
    assert stopped.value.field == "address"
    with pytest.raises(RuleBroken) as stopped:
        rules.check_clash(AddressDraft(HOME, sure=True, in_spite="Yes."), ["PM-2026-000001"])
    assert stopped.value.field == "in_spite"
    rules.check_clash(AddressDraft(HOME, sure=True, in_spite="He has moved out."), ["PM-2026-000001"])


def test_whoever_proposed_decides_nothing_and_a_refusal_has_its_reason():
    mine = uuid4()
    with pytest.raises(RuleBroken):
        rules.check_decider(mine, mine)
    rules.check_decider(mine, uuid4())
    with pytest.raises(RuleBroken):
        rules.check_refusal("  ")
    rules.check_refusal("It is an old one.")


def test_ten_a_day_with_words_are_shown_and_no_eleventh():
    rules.check_reveal("A visit tomorrow.", 9)
    for words, seen in (("A visit tomorrow.", 10), ("visit", 0), ("x" * 501, 0)):
        with pytest.raises(RuleBroken):
            rules.check_reveal(words, seen)


def test_the_day_begins_at_midnight_of_the_panels_clock():
    assert rules.day_began(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == datetime(2026, 7, 1, 23, 0, tzinfo=UTC)
