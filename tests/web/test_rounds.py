"""A round in writing, as those who add it, answer, and decide in it meet it."""

from datetime import timedelta

from sqlalchemy import select

from clinic.domain.meetings import local_day
from clinic.models.meeting import Meeting
from clinic.services import agenda
from clinic.web import clock
from tests import make


def test_a_round_is_added_like_a_meeting_and_its_pages_say_when_it_closes_and_who_has_answered(site):
    world, on = site.world, local_day(clock.now() + timedelta(days=5))
    coordinator, path = site.browser("coordinator"), f"/panels/{site.world.clinic}/meetings/new"
    page = coordinator.get(path)
    made = coordinator.post(path, {
        "kind": "extraordinary", "day-day": str(on.day), "day-month": str(on.month), "day-year": str(on.year),
        "starts": "17:00", "minutes": "180", "mode": "asynchronous"}, page=page)
    shown = coordinator.follow(made)
    assert "This is a round in writing: nobody meets." in shown.text and "at 5pm" in shown.text
    meeting = made.location
    with world.looking() as session:
        meeting_id = session.scalars(select(Meeting.id)).one()
    with world.changing("coordinator") as work:
        agenda.start(work, meeting_id)
    hearing = make.listed(world, make.case(world), meeting_id)
    assert "nobody meets, so the minutes of its items count for nothing" in coordinator.get(f"{meeting}/agenda").text
    live = coordinator.get(f"{meeting}/hearing")
    assert "0 agencies have answered." in live.text and "Who is here" not in live.text
    officer = site.browser("officer")
    followed = officer.get(f"{meeting}/hearing")
    assert "This round closes on" in followed.text and "I am here" not in followed.text
    assert "Will you come?" not in officer.get(meeting).text
    assert "Closes at 5pm." in officer.get(f"/panels/{world.clinic}").text
    assert "0 agencies have answered." in site.browser("chair").get(f"/hearings/{hearing}").text
    refused = coordinator.post(f"{meeting}/start", {"chair": str(world.users["chair"])}, page=live, status=422)
    assert "agencies answer until then." in refused.text
