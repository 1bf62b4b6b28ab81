"""Adding a case late, as coordinator and chair meet it."""

import pytest

from tests import make
from tests.conftest import NOW
from tests.services.test_additions import publish
from tests.services.test_agenda import FORTNIGHT, place


@pytest.fixture(autouse=True)
def clock_of_the_world(monkeypatch):
    """Let the pages' clock stand where the world's does."""
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.clock"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)


def late(world):
    """Return a meeting whose agenda is out, and a case that waits."""
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    place(world, make.case(world), meeting_id)
    publish(world, meeting_id)
    return meeting_id, make.case(world)


def test_the_coordinator_asks_the_chair_who_lets_the_case_come(site):
    meeting_id, case_id = late(site.world)
    coordinator, chair = site.browser("coordinator"), site.browser("chair")
    page = coordinator.get(f"/meetings/{meeting_id}/agenda")
    url = f"/meetings/{meeting_id}/additions/{case_id}"
    assert url in [href for _, href in page.links] and f"/agenda/cases/{case_id}" not in page.html
    assert url in [href for _, href in coordinator.get(f"/meetings/{meeting_id}/additions").links]
    wrong = coordinator.post(url, {"kind": "emergency", "reason": " "}, page=coordinator.get(url), status=422)
    assert 'href="#reason"' in wrong.text and 'value="emergency" checked' in wrong.text
    page = coordinator.follow(coordinator.post(url, {"kind": "emergency", "reason": "He is out tonight."},
                                               page=coordinator.get(url)))
    assert "The chair has not answered yet" in page.text and "Answer" not in [f.get("submit") for f in page.forms]
    assert "Decide on what comes onto an agenda late" in chair.get("/").text
    listed = chair.get(f"/panels/{site.world.clinic}/additions")
    assert "Waits for the chair" in listed.text
    address = next(href for _, href in listed.links if href.startswith("/additions/"))
    refused = chair.post(address, {"approved": "no", "reason": ""}, page=chair.get(address), status=422)
    assert 'href="#reason"' in refused.text
    page = chair.follow(chair.post(address, {"approved": "yes"}, page=chair.get(address)))
    assert "Publish the agenda again" in page.text and "He is out tonight." in page.text
    assert "Emergency" in coordinator.get(f"/meetings/{meeting_id}/agenda").text
    assert "Waits for the chair" not in chair.get(f"/panels/{site.world.clinic}/additions").text


def test_a_button_that_was_pressed_too_late_says_what_to_do(site):
    meeting_id, case_id = late(site.world)
    coordinator, url = site.browser("coordinator"), f"/meetings/{meeting_id}/agenda"
    fields = coordinator.get(url).form("/agenda")
    assert "ask the chair to add it" in coordinator.post(
        f"{url}/cases/{case_id}", fields, page=False, status=422).text


def test_lists_cost_the_same_statements_for_one_and_for_ten(site):
    meeting_id, _ = late(site.world)
    coordinator, counts = site.browser("coordinator"), []
    urls = (f"/meetings/{meeting_id}/additions", f"/meetings/{meeting_id}/agenda")
    for _ in range(2):
        for url in urls:
            coordinator.get(url)
        seen = []
        for url in urls:
            with site.statements() as each:
                coordinator.get(url)
            seen.append(len(each))
        counts.append(tuple(seen))
        for _ in range(9):
            make.case(site.world)
    assert len(set(counts)) == 1 and counts[0][0] <= 9, counts


def test_accepting_offers_open_meetings_first_and_asks_what_the_chair_has_to_know(site):
    world = site.world
    near, open_ = (make.meeting(world, world.now + days * FORTNIGHT / 2) for days in (1, 4))
    nomination_id = make.nominated(world)
    coordinator, url = site.browser("coordinator"), f"/nominations/{nomination_id}/triage"
    page = coordinator.get(url)
    assert page.html.index(str(open_)) < page.html.index(str(near))
    assert "nominations are closed, ask the chair" in page.text
    said = {"outcome": "accept", "meeting": str(near), "addition_kind": "late", "addition_reason": " "}
    wrong = coordinator.post(url, said, page=page, status=422)
    assert 'href="#addition_reason"' in wrong.text and 'value="late" checked' in wrong.text
    none = coordinator.post(url, {"outcome": "accept", "meeting": str(near), "addition_reason": "He is out on bail."},
                            page=coordinator.get(url), status=422)
    assert 'href="#addition_kind"' in none.text and "He is out on bail." in none.text
    coordinator.post(url, said | {"addition_reason": "He is out on bail."}, page=coordinator.get(url))
    assert "Waits for the chair" in coordinator.get(f"/panels/{world.clinic}/additions").text


def test_where_every_meeting_is_open_nothing_is_asked_for_the_chair(site):
    make.meeting(site.world, site.world.now + 2 * FORTNIGHT)
    page = site.browser("coordinator").get(f"/nominations/{make.nominated(site.world)}/triage")
    assert "How pressing is it" not in page.text
