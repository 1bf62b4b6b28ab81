"""An emergency meeting is near, calls somebody, and has its answers before it starts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from clinic.domain import emergencies as rules
from clinic.domain.actors import MembershipRole as Role
from clinic.domain.emergencies import Emergency
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingMode, When

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
STARTS = NOW + timedelta(hours=5)
POLICE, HEALTH = uuid4(), uuid4()
NEW = Emergency(When(date(2026, 11, 25), time(15), 30), MeetingMode.VIRTUAL, frozenset({POLICE}),
                NOW + timedelta(hours=3))


def test_a_meeting_of_this_afternoon_has_answers_by_midday():
    rules.check(NEW, STARTS, {POLICE, HEALTH}, NOW)
    rules.check(replace(NEW, answers_by=STARTS), STARTS, {POLICE}, NOW)


@pytest.mark.parametrize(("change", "starts_at", "field"), [
    ({"mode": MeetingMode.ASYNCHRONOUS}, STARTS, "mode"), ({}, NOW + timedelta(days=5, minutes=1), "day"),
    ({"agencies": frozenset()}, STARTS, "agencies"), ({"agencies": frozenset({uuid4()})}, STARTS, "agencies"),
    ({"answers_by": NOW}, STARTS, "answers_at"), ({"answers_by": STARTS + timedelta(minutes=1)}, STARTS, "answers_at"),
])
def test_what_can_wait_or_comes_too_late_is_refused_at_its_field(change, starts_at, field):
    with pytest.raises(RuleBroken) as broken:
        rules.check(replace(NEW, **change), starts_at, {POLICE, HEALTH}, NOW)
    assert broken.value.field == field


def test_an_hour_that_the_clocks_leave_out_is_none_to_answer_by():
    assert rules.answering(date(2026, 11, 25), time(13)) == NOW + timedelta(hours=3)
    with pytest.raises(RuleBroken) as broken:
        rules.answering(date(2027, 3, 28), time(1, 30))
    assert broken.value.field == "answers_at"


@pytest.mark.parametrize(("role", "agency", "called", "comes"), [
    (Role.REPRESENTATIVE, HEALTH, (), True), (Role.OBSERVER, HEALTH, (), True),
    (Role.REPRESENTATIVE, POLICE, [str(POLICE)], True), (Role.REPRESENTATIVE, HEALTH, [str(POLICE)], False),
    (Role.OBSERVER, POLICE, [str(POLICE)], False), (Role.MINUTES_RECIPIENT, POLICE, [str(POLICE)], False),
    (Role.COORDINATOR, HEALTH, [str(POLICE)], True), (Role.MINUTE_TAKER, HEALTH, [str(POLICE)], True),
])
def test_the_whole_panel_comes_unless_agencies_are_called_by_name(role, agency, called, comes):
    assert rules.comes(role, agency, called) is comes
