"""A card says of each way whether it is safe, and a check runs out."""

from datetime import UTC, date, datetime

import pytest

from clinic.domain import contacts
from clinic.domain.contacts import Card, SafeChannel, Safety, Way
from clinic.domain.errors import RuleBroken

C, S = SafeChannel, Safety


@pytest.mark.parametrize("card", [
    Card({C.TEXT: Way(S.SAFE, "07700 900000")}), Card({C.EMAIL: Way(S.UNSAFE)}), Card(notes="Nobody could ask yet."),
])
def test_one_way_that_is_known_is_a_card_and_so_is_a_note(card):
    contacts.check(card)


@pytest.mark.parametrize(("card", "field"), [
    (Card(), "phone_call"), (Card({C.TEXT: Way()}), "phone_call"), (Card({C.TEXT: Way(S.NOT_KNOWN)}), "phone_call"),
    (Card({C.EMAIL: Way(S.NOT_KNOWN, "a@b.example")}, notes="See above."), "email"),
    (Card({C.TEXT: Way(S.SAFE)}, times="x" * 1001), "times"),
])
def test_a_card_by_which_nobody_is_reached_is_refused_at_its_field(card, field):
    with pytest.raises(RuleBroken) as refused:
        contacts.check(card)
    assert refused.value.field == field


def test_what_a_row_keeps_is_what_was_said_and_nothing_of_ways_that_nobody_knows():
    ways = {C.TEXT: Way(S.SAFE, "07700 900000"), C.LETTER: Way(S.UNSAFE), C.EMAIL: Way()}
    kept = Card(ways).written()
    assert contacts.ways_of(kept) == {C.TEXT: Way(S.SAFE, "07700 900000"), C.LETTER: Way(S.UNSAFE)}
    assert contacts.ways_of(None) == {}


def test_a_check_is_due_the_panels_days_after_the_last():
    assert contacts.due_on(date(2026, 2, 1), 28) == date(2026, 3, 1)
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert contacts.last_due(now, 28) == datetime(2026, 2, 1, 12, tzinfo=UTC)
