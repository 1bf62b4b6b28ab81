"""Nominating, deciding and importing, as people meet it."""

from datetime import timedelta

import pytest

from clinic.web import clock
from tests import make


@pytest.fixture(autouse=True)
def the_worlds_day(monkeypatch, site):
    """Pages are read on the world's own day."""
    monkeypatch.setattr(clock, "now", lambda: site.world.now)
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.errors"):
        monkeypatch.setattr(f"{module}.now", lambda: site.world.now)


def send(site, who="officer", **changes):
    """Return somebody's browser and the address of a nomination that they have sent."""
    return site.browser(who), f"/nominations/{make.nominated(site.world, who, **changes)}"


def decide(site, url, status=303, **fields):
    return site.browser("coordinator").post(f"{url}/triage", fields, status=status)


def test_a_nomination_is_sent_read_and_decided(site):
    make.meeting(site.world, site.world.now + timedelta(days=14))
    browser, url = send(site)
    page = browser.get(url)
    for words in ("Zelda Uniquename", "Also Zed", "(36 today)", "Stalking protection order: served",
                  "Missing:", "Enter the perpetrator's date of birth"):
        assert words in page.text
    assert "07700" not in page.text and "ZZ1" not in page.text
    coordinator = site.browser("coordinator")
    queue = coordinator.get("/nominations?status=nominated")
    assert "Zelda" not in queue.text and page.h1[0].split()[-1] in queue.text
    triage = coordinator.get(f"{url}/triage")
    assert "minutes used" in triage.text and "Zelda" not in triage.text
    assert "Enter the perpetrator's date of birth" in triage.text
    decide(site, url, outcome="accept")
    accepted = browser.get(url).text
    assert "Accepted" in accepted and "(36 at the meeting on 9 Dec 2026)" in accepted


def test_what_was_returned_is_sent_again(site):
    browser, url = send(site)
    decide(site, url, outcome="return_for_information", reason="When was the last call?")
    assert "When was the last call?" in browser.get(url).text
    browser.post(f"{url}/send-again", page=browser.get(url))
    assert "Send again" not in browser.get(url).text


def test_withdrawing_asks_why_first(site):
    browser, url = send(site)
    assert "Say why it is withdrawn" in browser.post(f"{url}/withdraw", status=422).text
    browser.post(f"{url}/withdraw", {"reason": "Sent in error."})
    assert "Sent in error." in browser.get(url).text
    assert "already" in browser.get(f"{url}/withdraw", status=422).text


@pytest.mark.parametrize(("fields", "sentence"), [
    ({}, "Choose a decision"), ({"outcome": "burn"}, "Choose one of the answers shown"),
    ({"outcome": "reject", "reason": "No."}, "Choose why it is rejected"),
    ({"outcome": "redirect", "reason": "No."}, "Choose the panel that should hear it"),
    ({"outcome": "redirect", "reason": "No.", "redirect_to": "x"}, "Choose from the list"),
    ({"outcome": "return_for_information"}, "Give a reason"),
    ({"outcome": "accept", "meeting": "00000000-0000-4000-8000-000000000000"}, "Choose a coming meeting"),
    ({"outcome": "accept"}, "No meeting of this panel is planned"),
])
def test_a_decision_that_is_not_whole_is_refused_with_how_to_mend_it(site, fields, sentence):
    _, url = send(site)
    assert sentence in decide(site, url, status=422, **fields).text


def test_a_sent_nomination_says_to_its_own_sender_that_somebody_else_decides(site):
    browser, url = send(site, "coordinator")
    assert "somebody else has to decide it" in browser.get(f"{url}/triage").text


def test_what_is_not_yours_answers_like_what_is_missing(site):
    _, url = send(site)
    missing = site.browser("probation_officer").get("/nominations/00000000-0000-4000-8000-000000000000", 404)
    for who in ("probation_officer", "chair", "minute_taker", "outsider", "lapsed", "admin"):
        browser = site.browser(who)
        for path in ("", "/sent", "/withdraw", "/triage"):
            assert browser.get(url + path, 404).text.replace(who, "") .count(missing.h1[0]) == 1
    for who in ("chair", "observer", "outsider", "lapsed"):
        site.browser(who).get(f"/panels/{site.world.clinic}/nominations/new", 404)


def test_the_lists_hold_no_names_and_can_be_cut(site):
    browser, _ = send(site)
    page = browser.get("/nominations")
    assert "Zelda" not in page.text and "Northmere Police" in page.text and "Nominate to Northmere" in page.text
    assert "Clear filters" in browser.get("/nominations?status=rejected").text
    browser.get(f"/nominations?status=nonsense&panel=nonsense&page=x{'9' * 40}")
    browser.get("/nominations?page=99999")


def test_a_post_of_ten_megabytes_is_refused(site):
    browser = site.browser("officer")
    answer = browser.client.post(f"/panels/{site.world.clinic}/nominations/new", data={"narrative": "x" * 10_000_000})
    assert answer.status_code == 413


def test_the_queue_asks_the_same_number_of_questions_for_five_and_fifty(site):
    coordinator, counts = site.browser("coordinator"), []
    for more in (5, 45):
        for _ in range(more):
            make.case(site.world)
        coordinator.get("/nominations")
        with site.statements() as seen:
            coordinator.get("/nominations")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7


def test_where_all_meetings_are_full_an_extra_one_is_proposed_and_its_form_is_filled_in(site):
    world = site.world
    meeting_id = make.meeting(world, world.now + timedelta(days=30))
    nomination_id = make.nominated(world)
    browser, desk, decide = site.browser("coordinator"), f"/panels/{world.clinic}/desk", (
        f"/nominations/{nomination_id}/triage")
    for url in (desk, decide, f"/meetings/{meeting_id}"):
        assert "0 of 8 cases" in browser.get(url).text
        assert "extra meeting" not in browser.get(url).text
    for _ in range(8):
        make.listed(world, make.case(world), meeting_id)
    for url in (desk, decide):
        page = browser.get(url)
        assert "No coming meeting has room for 20 minutes more" in page.text
        link, = [href for text, href in page.links if text.startswith("Add an extra meeting on")]
        form = browser.get(link).form("/meetings/new")
        assert form["kind"] == "overflow" and form["day-day"] and form["starts"]
    assert browser.get(f"/panels/{world.clinic}/meetings/new?kind=x&day=y").form("/meetings/new")["day-day"] == ""
    assert "too full" in browser.get(decide).text
