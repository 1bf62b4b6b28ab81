"""A round in writing closes at a time, is decided after that, and counts agencies that have answered."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from clinic.domain import meetings, research, rounds
from clinic.domain.entries import DeadlineKind, Place
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingMode
from clinic.domain.panels import PanelType, Rules

CLOSES = datetime(2026, 12, 9, 17, tzinfo=UTC)
ROUND, ONLINE = MeetingMode.ASYNCHRONOUS, MeetingMode.VIRTUAL
DAY = CLOSES.date()


def test_a_round_is_decided_when_it_has_closed():
    rounds.check_closed(CLOSES, CLOSES)
    with pytest.raises(RuleBroken, match="closes on 9 December 2026 at 5pm"):
        rounds.check_closed(CLOSES, CLOSES - timedelta(minutes=1))


def test_a_round_stays_one_and_so_does_a_meeting():
    rounds.check_stays(ROUND, ROUND)
    rounds.check_stays(ONLINE, MeetingMode.HYBRID)
    for before, after in ((ROUND, ONLINE), (ONLINE, ROUND)):
        with pytest.raises(RuleBroken) as broken:
            rounds.check_stays(before, after)
        assert broken.value.field == "mode"


def test_its_quorum_counts_each_agency_once():
    police, health = uuid4(), uuid4()
    assert rounds.quorum([police, police, health], 2).met
    assert not rounds.quorum([police, police], 2).met


def test_what_agencies_are_asked_is_due_when_it_closes():
    monday = date(2026, 12, 7)
    assert research.due(DAY, Rules(), (), monday, ROUND) == research.due_soon(DAY, Rules(), (), DAY, ROUND) == DAY
    assert research.due(DAY, Rules(), (), monday) < DAY
    due = meetings.deadlines_of(PanelType.MARAC, DAY, Rules(), (), ROUND)
    assert due[DeadlineKind.RESEARCH_DUE] == DAY and list(due.values()) == sorted(due.values())


def test_a_diary_has_words_for_every_way_of_meeting():
    assert {Place(mode.value).words for mode in MeetingMode} == {place.words for place in Place}
