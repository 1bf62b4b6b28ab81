"""The undertaking on pages: asked for on the way, signed, and on to what was asked for."""

import pytest

from clinic.web.papers import OPEN_AREAS
from tests import make
from tests.site import Page, check


@pytest.fixture
def meeting(site):
    make.undertaking_asked(site.world)
    return make.meeting(site.world)


def test_who_has_not_signed_is_led_to_the_undertaking_and_back_to_what_they_asked_for(site, meeting):
    browser, edition = site.browser("officer"), f"/meetings/{meeting}/agenda/edition?from=letter"
    stopped = browser.client.get(edition)
    assert stopped.status_code == 303
    page = browser.follow(stopped)
    assert page.h1 == ["Undertaking of confidentiality"] and "strictly confidential" in page.text
    answer = browser.post(f"/meetings/{meeting}/undertaking", {"agree": "y"}, page=page)
    assert answer.location == edition
    assert "Your undertaking is kept." in browser.follow(answer).text
    again = browser.get(f"/meetings/{meeting}/undertaking")
    assert "You signed this on" in again.text and not [f for f in again.forms if "undertaking" in f["action"]]


def test_signing_needs_the_box_and_keeps_where_one_was_going(site, meeting):
    browser = site.browser("officer")
    page = browser.follow(browser.client.get(f"/meetings/{meeting}/hearing"))
    refused = browser.post(f"/meetings/{meeting}/undertaking", {}, page=page, status=422)
    assert "Tick the box to undertake it" in refused.text and f'value="/meetings/{meeting}/hearing"' in refused.text
    assert browser.client.get(f"/meetings/{meeting}/hearing").status_code == 303


@pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""])
def test_signing_leads_to_no_page_that_is_not_ours(site, meeting, onward):
    browser = site.browser("officer")
    page = browser.get(f"/meetings/{meeting}/undertaking")
    answer = browser.post(f"/meetings/{meeting}/undertaking", {"agree": "y", "onward": onward}, page=page)
    assert answer.location == f"/meetings/{meeting}/agenda"


def test_a_form_of_the_meeting_sent_by_who_has_not_signed_leads_to_the_undertaking(site, meeting):
    browser = site.browser("coordinator")
    refused = browser.client.post(f"/meetings/{meeting}/agenda/items", data={
        **browser.get(f"/meetings/{meeting}/undertaking").form("undertaking"), "title": ""})
    assert refused.status_code == 307
    assert refused.location == f"/meetings/{meeting}/undertaking/stopped?onward=/meetings/{meeting}/agenda/items"


def test_what_was_typed_goes_along_to_the_undertaking_and_is_sent_from_there(site, meeting):
    coordinator, undertaking = site.browser("coordinator"), f"/meetings/{meeting}/undertaking"
    url = f"/meetings/{meeting}/additions/{make.case(site.world)}"
    data = coordinator.get(url).form(url) | {"kind": "emergency", "reason": "He is out on bail.\r\nTonight."}
    answer = coordinator.client.post(url, data=data)
    assert answer.status_code == 307
    page = check(coordinator.client.post(answer.location, data=data))
    assert "Nothing is saved yet" in page.text
    missed = coordinator.post(undertaking, {}, page=page, status=422)
    signed = check(coordinator.client.post(undertaking, data=Page(missed.text).form("/undertaking") | {"agree": "y"}))
    assert signed.h1 == ["Send what you typed"] and "He is out on bail." in signed.text
    sent = coordinator.client.post(url, data=signed.form(url))
    assert sent.status_code == 303 and sent.location.startswith("/additions/")
    assert "Tonight." in coordinator.follow(sent).text and "Emergency" in coordinator.follow(sent).text


def test_only_what_must_come_before_signing_is_open_to_who_has_not_signed(site, meeting):
    """A form that nobody thought of is stopped: its area must be named to be open."""
    named = {"meeting_id", "hearing_id", "item_id", "addition_id"}
    stopped = {rule.endpoint for rule in site.app.url_map.iter_rules()
               if "POST" in rule.methods and named & rule.arguments
               and rule.endpoint.partition(".")[0] not in OPEN_AREAS}
    assert {endpoint.partition(".")[0] for endpoint in stopped} == {
        "agenda", "additions", "hearings", "presenting", "research"}
    assert {"hearings.save_notes", "hearings.decide", "agenda.arrange", "additions.send", "additions.answer",
            "presenting.present", "research.chase"} <= stopped
    assert not {endpoint for endpoint in stopped if endpoint in ("research.give", "research.keep", "research.add")}


def test_who_may_not_is_told_nothing_else_before_signing_and_a_script_is_told_in_words(site, meeting):
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    fields = officer.get(f"/meetings/{meeting}/undertaking").form("undertaking")
    assert officer.client.post(f"/meetings/{meeting}/agenda/start", data=fields).status_code == 404
    fields = coordinator.get(f"/meetings/{meeting}/undertaking").form("undertaking")
    said = coordinator.client.post(f"/meetings/{meeting}/agenda/start", data=fields,
                                   headers={"X-Requested-With": "fetch"})
    assert said.status_code == 403 and "not signed" in said.text


def test_what_was_tampered_with_on_the_way_is_nothing(site, meeting):
    officer, undertaking = site.browser("officer"), f"/meetings/{meeting}/undertaking"
    for typed in ("{", '{"a": 1}', '[["a"]]', '[[1, 2]]'):
        page = officer.get(undertaking)
        if page.forms and any("undertaking" in form["action"] for form in page.forms):
            refused = officer.post(undertaking, {"typed": typed}, page=page, status=422)
            assert "Nothing is saved yet" not in refused.text


def test_words_that_changed_meanwhile_are_read_again_before_they_are_signed(site, meeting):
    browser = site.browser("officer")
    page = browser.get(f"/meetings/{meeting}/undertaking")
    sent = {"agree": "y", "wording": "99"}
    refused = browser.post(f"/meetings/{meeting}/undertaking", sent, page=page, status=422)
    assert "Read them again" in refused.text and 'name="wording" value="99"' not in refused.text


def test_the_meetings_page_says_who_has_signed_to_whoever_runs_it(site, meeting):
    make.signed(site.world, meeting, "officer")
    page = site.browser("coordinator").get(f"/meetings/{meeting}")
    assert "Who has signed: 1 of 8" in page.text and "You have not signed it." in page.text
    own = site.browser("officer").get(f"/meetings/{meeting}")
    assert "signed it" in own.text and "Who has signed" not in own.text
    assert "Undertaking" not in site.browser("recipient").get(f"/meetings/{meeting}").text


def test_a_panel_may_stop_asking_and_says_so_where_it_was_asked_for(site):
    meeting = make.meeting(site.world)
    browser = site.browser("coordinator")
    browser.get(f"/meetings/{meeting}/agenda")
    assert "asks for no undertaking" in browser.get(f"/meetings/{meeting}/undertaking").text
    rules = f"/panels/{site.world.clinic}/rules"
    browser.post(rules, {"undertaking_required": "y"})
    assert browser.client.get(f"/meetings/{meeting}/agenda").status_code == 303
