"""Actions, as their agency and the coordinator meet them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actions import ActionStatus
from clinic.domain.actors import SystemActor
from clinic.domain.meetings import MeetingStatus
from clinic.models.action import Action
from clinic.models.hearing import Hearing
from clinic.policy.accounts import anyone
from clinic.web import clock
from tests import make
from tests.site import plain


@pytest.fixture
def hearing(site):
    site.world.now = clock.now()
    meeting_id = make.meeting(site.world, status=MeetingStatus.CLOSED)
    hearing_id = make.listed(site.world, make.case(site.world), meeting_id)
    with site.world.looking() as session:
        return session.get_one(Hearing, hearing_id)


def promised(site, hearing, count=1, agency="police", days=7):
    with site.world.office.changing(SystemActor("tests"), site.world.now) as work:
        work.require(anyone)
        made = [
            Action(panel_id=hearing.panel_id, case_id=hearing.case_id, meeting_id=hearing.meeting_id,
                   reference=f"AC-2026-{agency}-{days}-{n}", text="Visit her workplace",
                   owner_agency_id=site.world.agencies[agency], due_on=site.world.now.date() + timedelta(days=days),
                   agreed_at=site.world.now) for n in range(count)
        ]
        work.session.add_all(made)
        work.session.flush()
        work.record("create", "Action")
    return made[0].id


def status(site, action_id):
    with site.world.looking() as session:
        return session.scalar(select(Action.status).where(Action.id == action_id))


def test_reported_reopened_reported_and_confirmed(site, hearing):
    action_id = promised(site, hearing)
    url = f"/actions/{action_id}"
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    page = officer.get("/actions")
    assert "My agency’s actions" in page.text and url in [u for _, u in page.links]
    officer.post(f"{url}/report", {"how": "done", "text": "Seen on Monday"}, page=officer.get(url))
    assert [f["action"] for f in officer.get(url).forms] == ["/sign-out"]
    assert url in [u for _, u in coordinator.get("/actions?state=reported").links]
    coordinator.post(f"{url}/reopen", {"text": "No date was given"}, page=coordinator.get(url))
    assert "No date was given" in officer.get(url).text
    officer.post(f"{url}/report", {"how": "done", "text": "On 30 November"}, page=officer.get(url))
    coordinator.post(f"{url}/confirm", page=coordinator.get(url))
    assert status(site, action_id) is ActionStatus.CONFIRMED_COMPLETE
    assert "Nothing is open" in officer.get("/actions").text


def test_one_that_was_not_done_and_one_that_became_impossible_end_apart(site, hearing):
    first, second = promised(site, hearing), promised(site, hearing, days=8)
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    coordinator.post(f"/actions/{first}/not-done", {"text": "Forgotten"}, page=coordinator.get(f"/actions/{first}"))
    officer.post(f"/actions/{second}/report", {"how": "no_longer_possible", "text": "She has moved"},
                 page=officer.get(f"/actions/{second}"))
    assert (status(site, first), status(site, second)) == (ActionStatus.NOT_DONE, ActionStatus.NO_LONGER_POSSIBLE)
    page = officer.get("/actions?state=closed")
    assert "Not done" in page.text and "No longer possible" in page.text


@pytest.mark.parametrize("typed, sentence", [
    ({"how": "done", "text": ""}, "Say how you know"), ({"text": "Seen"}, "Say whether it is done"),
    ({"how": "maybe", "text": "Seen"}, "Choose one of the answers shown"),
    ({"how": "done", "text": "x" * 4001}, "4,000 characters or fewer"),
    ({"how": "done", "text": "a\x00b"}, "cannot be kept"),
])
def test_a_report_that_says_too_little_or_too_much_is_refused(site, hearing, typed, sentence):
    action_id = promised(site, hearing)
    officer = site.browser("officer")
    answer = officer.post(f"/actions/{action_id}/report", typed, page=officer.get(f"/actions/{action_id}"), status=422)
    assert sentence in answer.text and status(site, action_id) is ActionStatus.AGREED


def test_a_report_on_what_has_changed_since_shows_both(site, hearing):
    action_id = promised(site, hearing)
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    page = officer.get(f"/actions/{action_id}")
    coordinator.post(f"/actions/{action_id}/not-done", {"text": "Late"}, page=coordinator.get(f"/actions/{action_id}"))
    typed = {"how": "done", "text": "Seen on Monday"}
    answer = officer.post(f"/actions/{action_id}/report", typed, page=page, status=409)
    assert "Seen on Monday" in answer.text and "Not done" in answer.text


def test_a_double_click_reports_once(site, hearing):
    action_id = promised(site, hearing)
    officer = site.browser("officer")
    page = officer.get(f"/actions/{action_id}")
    for _ in range(2):
        officer.post(f"/actions/{action_id}/report", {"how": "done", "text": "Seen"}, page=page)
    assert officer.get(f"/actions/{action_id}").text.count("Seen") == 1


@pytest.mark.parametrize("who", ["advocate", "observer", "recipient", "outsider", "lapsed", "admin", "auditor",
                                 "other_coordinator", "excluded"])
def test_an_action_that_is_not_yours_is_not_there(site, hearing, who):
    action_id = promised(site, hearing)
    if who == "excluded":
        make.excluded(site.world, hearing.case_id, agency="police")
        who = "officer"
    browser = site.browser(who)
    missing = "5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10"
    answers = [browser.client.get(f"/actions/{i}") for i in (action_id, missing)]
    assert answers[0].status_code == 404 and plain(answers[0].text) == plain(answers[1].text)
    token = browser.get("/account").forms[0]["fields"]["csrf_token"]
    for verb in ("report", "confirm", "reopen", "not-done"):
        typed = {"csrf_token": token, "version": "1", "how": "done", "text": "Seen"}
        answers = [browser.client.post(f"/actions/{i}/{verb}", data=typed) for i in (action_id, missing)]
        assert answers[0].status_code == 404 and plain(answers[0].text) == plain(answers[1].text), verb
    assert str(action_id) not in browser.get("/actions").html and status(site, action_id) is ActionStatus.AGREED


@pytest.mark.parametrize("query", ["?state=odd", "?panel=x", "?page=0", "?page=-1", "?page=99999999999", "?page=%00",
                                   "?state=overdue&panel=5f2d8a52-7d0e-4a8b-9a55-0c8a1e3d7b10&page=3"])
def test_an_address_that_means_nothing_shows_a_list_all_the_same(site, hearing, query):
    promised(site, hearing)
    site.browser("officer").get(f"/actions{query}")


def test_pages_and_the_empty_list_say_what_next(site, hearing):
    promised(site, hearing, 26)
    browser = site.browser("officer")
    page = browser.get("/actions")
    assert "26 actions, 1 to 25" in page.text and "/actions?state=open&page=2" in [u for _, u in page.links]
    assert "26 actions, 26 to 26" in browser.get("/actions?page=2").text
    assert "There are only 2 pages" in browser.get("/actions?page=3").text
    assert "Nothing is overdue" in browser.get("/actions?state=overdue").text


def test_the_list_takes_six_statements_for_five_and_for_five_hundred(site, hearing):
    counts = []
    browser = site.browser("officer")
    for more in (5, 45, 450):
        promised(site, hearing, more, days=more)
        browser.get("/actions")
        with site.statements() as seen:
            browser.get("/actions")
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 6, counts


def test_no_word_of_an_action_is_in_a_title_or_address(site, hearing):
    action_id = promised(site, hearing)
    page = site.browser("officer").get(f"/actions/{action_id}")
    assert page.title.startswith("AC-2026-") and "workplace" not in page.title
