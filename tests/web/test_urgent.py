"""An urgent decision, as those who ask, answer, decide and ratify it meet it."""

from datetime import timedelta

from clinic.domain.meetings import MeetingStatus, local_day, local_time
from clinic.web import clock
from tests import make


def test_a_coordinator_asks_agencies_answer_the_chair_decides_and_the_next_meeting_ratifies(site):
    world, case_id = site.world, make.case(site.world)
    coordinator, path = site.browser("coordinator"), f"/cases/{case_id}/urgent"
    assert path in dict(coordinator.get(f"/cases/{case_id}").links).values()
    page, closes = coordinator.get(path), clock.now() + timedelta(hours=5)
    typed = {"question": "Is an alarm put in tonight?", "agencies": [str(world.agencies["police"])], "quorum": "2",
             "closes_at": f"{local_time(closes):%H:%M}", **parts("closes_on", local_day(closes))}
    refused = coordinator.post(path, {**typed, "question": "", "closes_at": "25"}, page=page, status=422)
    assert "Enter what is to be decided" in refused.text and "must be a time" in refused.text
    refused = coordinator.post(path, typed, page=page, status=422)
    assert "Name at least as many agencies as the quorum needs." in refused.text
    typed["agencies"].append(str(world.agencies["probation"]))
    asked = coordinator.post(path, typed, page=page)
    one = asked.location
    assert "The agencies are asked." in coordinator.follow(asked).text
    for who, reply in (("officer", "agree"), ("probation_officer", "do_not_agree")):
        browser = site.browser(who)
        assert one in dict(browser.get("/urgent").links).values()
        give, = {url for _, url in browser.get(one).links if url.startswith("/urgent/answers/")}
        page = browser.get(give)
        refused = browser.post(give, {"reply": reply, "readers": "own"}, page=page, status=422)
        assert "Say why" in refused.text
        done = browser.follow(browser.post(give, {"reply": reply, "readers": "own", "reason": f"So says {who}."},
                                           page=page))
        assert f"So says {who}." in done.text and "Nothing waits." in browser.get("/urgent").text
    assert "So says officer." not in site.browser("probation_officer").get(one).text
    chair = site.browser("chair")
    assert one in dict(chair.get("/urgent").links).values()
    page = chair.get(one)
    assert "So says officer." in page.text and "The quorum is met." in page.text
    refused = chair.post(f"{one}/decision", {"outcome": "quorum_missed", "words": "So."}, page=page, status=422)
    assert "quorum of 2 agencies is met" in refused.text
    page = chair.follow(chair.post(f"{one}/decision", {"outcome": "decided", "words": "It is put in."}, page=page))
    acted = chair.follow(chair.post(f"{one}/actions", {
        "text": "Put it in.", "owner": str(world.agencies["police"]), "risk": "victim",
        **parts("due_on", local_day(closes) + timedelta(days=1))}, page=page))
    assert "is agreed, and its agency is told." in acted.text
    assert "Put it in." in site.browser("officer").get("/actions").text
    meeting_id = make.meeting(world, clock.now() + timedelta(minutes=1), status=MeetingStatus.IN_PROGRESS,
                              chaired_by="chair")
    live = chair.get(f"/meetings/{meeting_id}/hearing")
    assert "Decided between meetings" in live.text and one in dict(live.links).values()
    page = chair.get(one)
    refused = chair.post(f"{one}/ratification", {"ratified": "no"}, page=page, status=422)
    assert "Say why the meeting does not ratify it" in refused.text
    ratified = chair.follow(chair.post(f"{one}/ratification", {"ratified": "yes"}, page=page))
    assert "What the meeting says is written down." in ratified.text and "Ratified" in ratified.text
    assert "ratified it." in coordinator.get(one).text


def parts(name, day):
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
