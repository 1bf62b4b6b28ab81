"""Phrases that a panel keeps, and offers beside the notes of its cases."""

import pytest

from clinic.domain import phrases as rules
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.meetings import MeetingStatus
from clinic.services import live, phrases
from tests import make

KEPT = "Safe contact was confirmed.\nThe flag stays up."


def keep(world, text, seen="", who="coordinator"):
    with world.changing(who) as work:
        phrases.change(work, world.clinic, text, seen)


def kept(world, who="chair"):
    with world.reading(who) as work:
        return phrases.page(work, world.clinic).phrases


def test_phrases_are_one_a_line_each_once_and_not_too_many_or_too_long():
    assert rules.phrases(" One  a \n\n Two\nOne a") == ("One a", "Two")
    assert rules.phrases("") == ()
    for text in ("\n".join(f"Phrase {n}" for n in range(21)), "x" * 301):
        with pytest.raises(RuleBroken) as broken:
            rules.phrases(text)
        assert broken.value.field == "phrases"


def test_those_who_run_the_panel_keep_phrases_in_their_order(world):
    keep(world, KEPT)
    assert kept(world) == ("Safe contact was confirmed.", "The flag stays up.")
    keep(world, "The flag stays up.", KEPT, "deputy")
    assert kept(world, "coordinator") == ("The flag stays up.",)
    with pytest.raises(Stale) as stale:
        keep(world, "Mine.", KEPT)
    assert stale.value.theirs == "The flag stays up."


@pytest.mark.parametrize("who", ["minute_taker", "officer", "observer", "outsider", "admin", "other_coordinator"])
def test_nobody_else_does(world, who):
    with pytest.raises((NotFound, NotPermitted)):
        keep(world, KEPT, who=who)
    with pytest.raises((NotFound, NotPermitted)):
        kept(world, who)


def test_they_are_offered_to_who_writes_and_to_nobody_else_nor_on_another_panel(world):
    keep(world, KEPT)
    ids = [make.listed(world, make.case(world, panel=panel), make.meeting(
        world, panel=panel, status=MeetingStatus.IN_PROGRESS)) for panel in (world.clinic, world.marac)]
    found = {}
    for who, hearing_id in (("minute_taker", ids[0]), ("officer", ids[0]), ("other_coordinator", ids[1])):
        with world.reading(who) as work:
            found[who] = live.hearing_page(work, hearing_id).phrases
    assert found == {"minute_taker": tuple(KEPT.split("\n")), "officer": (), "other_coordinator": ()}
