"""An emergency meeting, as the coordinator calls it and an agency that is called meets it."""

from datetime import timedelta

from clinic.domain.meetings import local_day, local_time
from clinic.web import clock
from tests import make


def parts(name, at):
    day = local_day(at)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def test_a_coordinator_calls_a_meeting_from_the_case_and_the_agency_finds_until_when_it_answers(site):
    world, case_id = site.world, make.case(site.world)
    coordinator, path = site.browser("coordinator"), f"/cases/{case_id}/emergency-meeting"
    assert path in dict(coordinator.get(f"/cases/{case_id}").links).values()
    assert path not in dict(site.browser("officer").get(f"/cases/{case_id}").links).values()
    page, starts, answers = coordinator.get(path), clock.now() + timedelta(hours=30), clock.now() + timedelta(hours=28)
    typed = {"agencies": [str(world.agencies["police"])], **parts("day", starts), "minutes": "30", "mode": "virtual",
             "starts": f"{local_time(starts):%H:%M}", **parts("answers_on", answers)}
    refused = coordinator.post(path, typed, page=page, status=422)
    assert "Enter the time by which agencies answer" in refused.text
    refused = coordinator.post(path, {**typed, "answers_at": f"{local_time(answers):%H:%M}", **parts("answers_on",
        starts + timedelta(days=1))}, page=page, status=422)
    assert "Answers are needed before the meeting starts." in refused.text
    called = coordinator.post(path, {**typed, "answers_at": f"{local_time(answers):%H:%M}"}, page=page)
    shown = coordinator.follow(called)
    assert "people are invited, and agencies are asked." in shown.text and "Emergency meeting" in shown.text
    assert "Northmere Police" in shown.text
    officer = site.browser("officer")
    request, = {url for _, url in officer.get("/research").links if url.startswith("/research/")}
    assert " at " in officer.get(request).text.partition("Due ")[2][:30]
