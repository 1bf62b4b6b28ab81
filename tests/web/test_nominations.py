"""Nominating, deciding and importing, as people meet it."""

from datetime import timedelta

import pytest

from clinic.web import clock
from tests import make

FIELDS = {
    "victim_given_name": "Zelda", "victim_family_name": "Uniquename", "victim_aliases": "Zed; Zee",
    "victim_date_of_birth-day": "27", "victim_date_of_birth-month": "March", "victim_date_of_birth-year": "1990",
    "victim_gender": "female", "victim_aware": "aware", "victim_wishes": "Wants it to stop.",
    "advocate_offered": "not_asked", "victim_postcode": "ZZ1 1ZZ", "victim_phone": "07700 900000",
    "victim_phone_safe": "not_known", "perpetrator_given_name": "Yorick", "perpetrator_gender": "not_known",
    "relationship": "ex_partner", "typology": "not_determined", "criteria": ["breach_of_order", "s4a_question"],
    "risk_tool": "sash", "risk_result": "high", "incidents_last_12_months": "118", "offences": "pha_s4a",
    "order_1_kind": "spo", "order_1_status": "served", "order_1_on-day": "26", "order_1_on-month": "9",
    "order_1_on-year": "2026", "question": "Is it enough?", "narrative": "Messages <b>every</b> night.",
    "contact_name": "Officer Testwell", "contact_email": "officer@police.example",
}


@pytest.fixture(autouse=True)
def the_worlds_day(monkeypatch, site):
    """Pages are read on the world's own day."""
    monkeypatch.setattr(clock, "now", lambda: site.world.now)
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.errors"):
        monkeypatch.setattr(f"{module}.now", lambda: site.world.now)


def new(site):
    return f"/panels/{site.world.clinic}/nominations/new"


def send(site, who="officer", **changes):
    browser = site.browser(who)
    answer = browser.post(new(site), FIELDS | changes)
    return browser, answer.location


def decide(site, url, status=303, **fields):
    return site.browser("coordinator").post(f"{url}/triage", fields, status=status)


def test_a_nomination_is_sent_read_and_decided(site):
    make.meeting(site.world, site.world.now + timedelta(days=14))
    browser, url = send(site)
    page = browser.get(url)
    for words in ("Zelda Uniquename", "Also Zed, Zee", "(36 today)", "100 or more", "Stalking protection order: served",
                  "Nobody has asked about an advocate", "Messages <b>every</b> night."):
        assert words in page.text
    assert "07700" not in page.text and "ZZ1" not in page.text and "<b>every" not in page.html
    coordinator = site.browser("coordinator")
    queue = coordinator.get("/nominations?status=nominated")
    assert "Zelda" not in queue.text and page.h1[0].split()[-1] in queue.text
    triage = coordinator.get(f"{url}/triage")
    assert "minutes used" in triage.text and "Zelda" not in triage.text
    decide(site, url, outcome="accept")
    assert "Accepted" in browser.get(url).text


def test_returned_changed_and_sent_again(site):
    browser, url = send(site)
    decide(site, url, outcome="return_for_information", reason="When was the last call?")
    assert "When was the last call?" in browser.get(url).text
    edit = browser.get(f"{url}/edit")
    fields = edit.form("/edit")
    assert fields["victim_given_name"] == "Zelda" and fields["victim_postcode"] == "ZZ1 1ZZ"
    assert fields["criteria"] == ["breach_of_order", "s4a_question"] and fields["order_1_on-year"] == "2026"
    browser.post(f"{url}/edit", {"narrative": "On Monday."}, page=edit)
    assert "On Monday." in browser.get(url).text
    browser.post(f"{url}/send-again", page=browser.get(url))
    assert "Send again" not in browser.get(url).text


def test_withdrawing_asks_why_first(site):
    browser, url = send(site)
    assert "Say why it is withdrawn" in browser.post(f"{url}/withdraw", status=422).text
    browser.post(f"{url}/withdraw", {"reason": "Sent in error."})
    assert "Sent in error." in browser.get(url).text
    assert "already" in browser.get(f"{url}/withdraw", status=422).text


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"victim_given_name": " "}, "Enter the victim's given name"),
    ({"victim_given_name": "x" * 101}, "must be 100 characters or fewer"),
    ({"victim_date_of_birth-day": "31", "victim_date_of_birth-month": "2"}, "Date of birth must be a real date"),
    ({"victim_date_of_birth-year": "2090"}, "cannot lie in the future"),
    ({"victim_date_of_birth-day": ""}, "must include a day"),
    ({"narrative": "a\0b"}, "a character that cannot be kept"),
    ({"narrative": "x" * 10_001}, "take out 1"),
    ({"victim_gender": "woman"}, "Choose one of the answers shown"),
    ({"criteria": "visible_high_risk"}, "is not on this panel's list"),
    ({"criteria": []}, "Choose at least one criterion"),
    ({"relationship": "enemy"}, "is not on this panel's list"),
    ({"perpetrator_given_name": ""}, "Enter a name of the perpetrator"),
    ({"perpetrator_given_name": "Zelda", "perpetrator_family_name": "uniquename", "perpetrator_date_of_birth-day": "27",
      "perpetrator_date_of_birth-month": "3", "perpetrator_date_of_birth-year": "1990"}, "check who is who"),
    ({"children": "many"}, "must be a whole number from 0 to 30"),
    ({"contact_email": "nobody"}, "Enter an e-mail address like"),
    ({"order_1_kind": ""}, "Choose what kind of order it is"),
    ({"order_1_status": ""}, "Choose how far this order is"),
    ({"order_1_on-day": "", "order_1_on-month": "", "order_1_on-year": ""}, "Enter the day of this order"),
    ({"order_1_until-day": "1", "order_1_until-month": "1", "order_1_until-year": "2020"}, "check its two dates"),
])
def test_bad_input_has_a_sentence_at_its_field_and_keeps_what_was_typed(site, changes, sentence):
    answer = site.browser("officer").post(new(site), FIELDS | changes, status=422)
    text = answer.text.replace("&#39;", "'")
    assert sentence in text and "govuk-error-summary" in text
    assert "Wants it to stop." in text and 'value="ZZ1 1ZZ"' in text
    assert "There are no nominations" in site.browser("officer").get("/nominations").text


def test_a_double_click_sends_once(site):
    browser = site.browser("officer")
    page = browser.get(new(site))
    first = browser.post(new(site), FIELDS, page=page)
    again = browser.post(new(site), FIELDS, page=page)
    assert again.location == first.location
    assert "1 nomination." in browser.get("/nominations").text


def test_a_stale_change_shows_both_texts(site):
    browser, url = send(site)
    page = browser.get(f"{url}/edit")
    browser.post(f"{url}/edit", {"narrative": "The first change."}, page=page)
    second = browser.get(f"{url}/edit").form("/edit")["form_key"]
    answer = browser.post(f"{url}/edit", {"narrative": "The second change.", "form_key": second}, page=page, status=409)
    assert "The first change." in answer.text and "The second change." in answer.text


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
        for path in ("", "/edit", "/withdraw", "/triage"):
            assert browser.get(url + path, 404).text.replace(who, "") .count(missing.h1[0]) == 1
    for who in ("chair", "observer", "outsider", "lapsed"):
        site.browser(who).get(new(site), 404)


def test_the_lists_hold_no_names_and_can_be_cut(site):
    browser, _ = send(site)
    page = browser.get("/nominations")
    assert "Zelda" not in page.text and "Northmere Police" in page.text and "Nominate to Northmere" in page.text
    assert "Clear filters" in browser.get("/nominations?status=rejected").text
    browser.get(f"/nominations?status=nonsense&panel=nonsense&page=x{'9' * 40}")
    browser.get("/nominations?page=99999")


def test_a_post_of_ten_megabytes_is_refused(site):
    browser = site.browser("officer")
    answer = browser.client.post(new(site), data={"narrative": "x" * 10_000_000})
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
    assert counts[0] == counts[1] <= 6


def test_nominating_takes_few_statements_however_much_is_said(site):
    browser, counts = site.browser("officer"), []
    more = {"offences": ["pha_s4a", "pha_s2", "assault"], "order_2_kind": "spo", "order_2_status": "made",
            "order_2_on-day": "1", "order_2_on-month": "9", "order_2_on-year": "2026"}
    # Of other people: for a pair that has come back, its earlier case is asked for too.
    more |= {"victim_given_name": "Branwen", "victim_family_name": "Tregenza", "victim_aliases": "",
             "victim_date_of_birth-year": "1971", "victim_postcode": "", "victim_phone": "",
             "perpetrator_family_name": "Polglaze"}
    for changes in ({}, more):
        page = browser.get(new(site))
        with site.statements() as seen:
            browser.post(new(site), FIELDS | changes, page=page)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 23
