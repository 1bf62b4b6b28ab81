"""Declaring an interest on pages, from the agenda's line to who speaks instead."""

import pytest

from clinic.domain.meetings import MeetingStatus
from tests import make


@pytest.fixture
def meeting(site):
    return make.meeting(site.world)


@pytest.fixture
def case(site, meeting):
    made = make.case(site.world)
    make.listed(site.world, made, meeting)
    return made


def test_from_a_hearing_one_declares_its_case_and_it_is_gone(site):
    meeting, case = make.meeting(site.world, status=MeetingStatus.IN_PROGRESS), make.case(site.world)
    hearing = make.listed(site.world, case, meeting)
    browser = site.browser("probation_officer")
    link = next(url for words, url in browser.get(f"/hearings/{hearing}").links if words == "I know somebody in it")
    page = browser.get(link)
    assert page.form("interests")["cases"] == str(case) and page.form("interests")["knows"] == "yes"
    answer = browser.post(f"/meetings/{meeting}/interests", {
        "ground": "previous_relationship", "reason": "He was my husband."}, page=page)
    assert "The coordinator reads it." in browser.follow(answer).text
    for path in (f"/hearings/{hearing}", f"/cases/{case}"):
        browser.get(path, 404)
    declared = site.browser("coordinator").get(f"/meetings/{meeting}/interests/declared")
    assert "He was my husband." in declared.text and "Previous relationship" in declared.text


def test_a_line_of_the_agenda_leads_to_its_declaration_and_a_printed_one_does_not(site, meeting, case):
    coordinator = site.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/agenda/start", page=coordinator.get(f"/meetings/{meeting}/agenda"))
    coordinator.post(f"/meetings/{meeting}/agenda/publish")
    browser = site.browser("officer")
    links = browser.get(f"/meetings/{meeting}/agenda").links
    assert f"/meetings/{meeting}/interests?case={case}" in [url for _, url in links]
    assert "interests" not in browser.get(f"/meetings/{meeting}/agenda/print").html


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(site, meeting, case):
    browser, path = site.browser("officer"), f"/meetings/{meeting}/interests"
    refused = browser.post(path, {"knows": "yes", "cases": str(case), "reason": "Typed before"}, status=422)
    assert "Choose how you know them" in refused.text and "Typed before" in refused.text
    assert "Say whether you know anybody" in browser.post(path, {}, status=422).text
    assert "say yes, or take it out" in browser.post(path, {"knows": "no", "somebody": "A neighbour"}, status=422).text


def test_an_answer_tells_nothing_of_a_case_that_its_reader_does_not_see(site, meeting, case):
    hidden = make.case(site.world)
    make.listed(site.world, hidden, meeting)
    make.excluded(site.world, hidden, who="officer")
    browser, path = site.browser("officer"), f"/meetings/{meeting}/interests"
    answers = [browser.post(path, {"knows": "yes", "cases": str(id_), "ground": "user_is_party"}, status=422).text
               for id_ in (hidden, meeting)]
    assert all("Choose from the answers shown" in answer for answer in answers)
    said = [browser.follow(browser.post(path, {"knows": "yes", "somebody": words})).text
            for words in ("Zelda Uniquename", "Nobody Whatever")]
    assert said[0] == said[1]


def test_the_coordinator_finds_at_home_whom_to_name_and_names_them(site, meeting, case):
    browser = site.browser("probation_officer")
    browser.post(f"/meetings/{meeting}/interests", {
        "knows": "yes", "cases": str(case), "ground": "user_related_to_party"})
    coordinator = site.browser("coordinator")
    assert "/interests" in [url for _, url in coordinator.get("/").links]
    link = next(url for _, url in coordinator.get("/interests").links if url.startswith("/interests/"))
    assert "Nobody else who may know of it" in coordinator.get(link).text
    assert "Choose who speaks" in coordinator.post(link, {}, status=422).text
    page = coordinator.follow(coordinator.post(link, {"speaker": "nobody"}))
    assert "Nobody is named to speak instead." in page.text
    coordinator.get(link, 404)


def test_signing_comes_before_declaring(site, meeting, case):
    make.undertaking_asked(site.world)
    for who, path in (("officer", ""), ("coordinator", "/declared")):
        assert site.browser(who).client.get(f"/meetings/{meeting}/interests{path}").status_code == 303
