"""Saying who presents a case, as people meet it."""

import pytest

from tests import make
from tests.conftest import NOW
from tests.services.test_agenda import place
from tests.services.test_presenting import FRIDAY, colleague, confirm, item


@pytest.fixture(autouse=True)
def clock_of_the_world(monkeypatch):
    """Let the pages' clock stand where the world's does, a day before the meeting."""
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.clock"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)


def listed(world, days=FRIDAY / 2):
    meeting_id, case_id = make.meeting(world, world.now + days), make.case(world)
    place(world, case_id, meeting_id)
    return meeting_id, case_id


def test_a_representative_says_on_their_page_that_they_present_and_the_gap_is_gone(site):
    meeting_id, _ = listed(site.world)
    coordinator, officer = site.browser("coordinator"), site.browser("officer")
    assert "1 of 1 cases." in coordinator.get("/").text
    assert "No presenter" in coordinator.get(f"/meetings/{meeting_id}/agenda").text
    assert ("/presenting" in [url for _, url in officer.get("/").links])
    page = officer.get("/presenting")
    assert "Nobody yet" in page.text
    page = officer.follow(officer.post(next(f["action"] for f in page.forms if f["action"].endswith("/me")), page=page))
    assert "You present PM-" in page.text and "Nobody yet" not in page.text
    page = coordinator.get(f"/meetings/{meeting_id}/agenda")
    assert "Presented by Officer Testwell" in page.text and "No presenter" not in page.text
    assert "Somebody presents each case." in coordinator.get("/").text


def test_a_colleague_is_named_and_a_wrong_choice_is_refused_at_its_field(site):
    world = site.world
    _, case_id = listed(world)
    colleague(world)
    officer, url = site.browser("officer"), f"/presenting/{item(world, case_id).id}"
    for wrong in ("", "x", str(world.users["chair"])):
        answer = officer.post(url, {"presenter": wrong}, page=officer.get(url), status=422)
        assert 'href="#presenter"' in answer.text
    page = officer.follow(officer.post(url, {"presenter": str(world.users["colleague"])}, page=officer.get(url)))
    assert "Colleague Testwell" in page.text and "Let this agency present it" not in page.text


def test_whoever_presents_says_when_they_can_be_there_and_the_builder_is_warned(site):
    world = site.world
    meeting_id, case_id = listed(world)
    place(world, make.case(world), meeting_id)
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    url, agenda = f"/presenting/{item(world, case_id).id}", f"/meetings/{meeting_id}/agenda"
    assert "can be there" not in officer.get(url).text
    confirm(world, case_id, "officer")
    bad = officer.post(f"{url}/hours", {"begins": "x", "ends": "7am"}, page=officer.get(url), status=422)
    assert "From must be a time" in bad.text and "7am" in bad.text
    early = officer.post(f"{url}/hours", {"ends": "7am"}, page=officer.get(url), status=422)
    assert "Enter a time at which the meeting runs" in early.text
    assert "Presenter not here" not in coordinator.get(agenda).text
    page = officer.follow(officer.post(f"{url}/hours", {"begins": "12:30"}, page=officer.get(url)))
    assert "Officer Testwell, who can be there from 12:30pm" in page.text
    draft = " ".join(coordinator.get(agenda).text.split())
    assert "Presenter not here Officer Testwell can be here from 12:30pm" in draft
    assert "They can be here from 12:30pm." in coordinator.get(f"{agenda}/suggestion").text


def test_the_coordinator_lets_another_agency_present(site):
    world = site.world
    _, case_id = listed(world)
    coordinator, url = site.browser("coordinator"), f"/presenting/{item(world, case_id).id}"
    page = coordinator.get(url)
    assert "Say who presents it" not in page.text
    coordinator.post(f"{url}/agency", {"agency": str(world.agencies["probation"])}, page=page)
    assert "Northmere Probation" in coordinator.get(url).text
    assert "presents no case" in site.browser("officer").get("/presenting").text


def test_the_list_costs_the_same_statements_for_one_and_for_ten(site):
    meeting_id, _ = listed(site.world)
    officer, counts = site.browser("officer"), []
    for _ in range(2):
        officer.get("/presenting")
        with site.statements() as seen:
            officer.get("/presenting")
        counts.append(len(seen))
        for _ in range(9):
            place(site.world, make.case(site.world), meeting_id)
    assert len(set(counts)) == 1 and counts[0] <= 7, counts
