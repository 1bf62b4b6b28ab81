"""Who sees and runs a panel's meetings."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actors import INVITED, RUNNERS, Actor, MembershipRole, Seat
from clinic.models.meeting import CalendarFeed, Meeting
from clinic.policy import feeds, meetings
from clinic.services import feeds as feed_services
from clinic.services import scheduling
from clinic.services.feeds import NewFeed


@pytest.fixture
def meeting(world):
    with world.changing("coordinator") as work:
        scheduling.plan(work, world.clinic)
    with world.looking() as session:
        return session.scalars(select(Meeting).order_by(Meeting.starts_at)).first()


def somebody(panel_id, role):
    return Actor(uuid4(), uuid4(), frozenset({Seat(panel_id, role, uuid4())}))


@pytest.mark.parametrize("own_panel", [True, False])
@pytest.mark.parametrize("role", MembershipRole)
def test_the_row_rule_and_the_query_rule_agree_on_meetings(world, meeting, role, own_panel):
    actor = somebody(world.clinic if own_panel else world.marac, role)
    with world.looking() as session:
        found = session.scalars(select(Meeting).where(Meeting.id == meeting.id, meetings.visible_to(actor))).all()
    assert bool(found) is meetings.may_see(actor, meeting) is own_panel


@pytest.mark.parametrize("role", MembershipRole)
def test_recipients_and_subscribers_see_dates_only_and_nobody_runs_another_panels_meetings(world, meeting, role):
    here, elsewhere = somebody(world.clinic, role), somebody(world.marac, role)
    dates_only = role in (MembershipRole.MINUTES_RECIPIENT, MembershipRole.CALENDAR_SUBSCRIBER)
    assert meetings.may_know_place(here, meeting) is not dates_only
    assert meetings.may_know_invited(here, meeting) is (role in INVITED)
    assert meetings.may_run(here, meeting) is (role in RUNNERS)
    for may in (meetings.may_know_place, meetings.may_know_invited, meetings.may_run, meetings.may_see):
        assert not may(elsewhere, meeting)


def test_a_calendar_address_is_its_owners_alone(world):
    with world.changing("officer") as work:
        feed_services.make(work, NewFeed("phone"))
    with world.looking() as session:
        feed = session.scalars(select(CalendarFeed)).one()
        for who in world.users:
            actor = world.actor(who)
            found = session.scalars(select(CalendarFeed).where(feeds.visible_to(actor))).all()
            assert bool(found) is feeds.may_see(actor, feed) is feeds.may_revoke(actor, feed) is (who == "officer")


def test_who_has_no_seat_today_has_no_calendar_address(world):
    for who in ("lapsed", "admin", "auditor"):
        assert not feeds.may_have(world.actor(who))
    assert feeds.may_have(world.actor("recipient"))
