"""Looking up and answering, as a representative meets it."""

import pytest
from sqlalchemy import select

from clinic.domain.meetings import MeetingStatus
from clinic.models.research import ResearchRequest
from tests import make
from tests.conftest import NOW
from tests.services.test_agenda import FORTNIGHT, place
from tests.services.test_research import only_readiness, requests_by_agency, set_meeting
from tests.site import Page


@pytest.fixture(autouse=True)
def clock_of_the_world(monkeypatch):
    """Let the pages' clock stand where the world's does."""
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.clock"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)


def asked(world, cases=1):
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    ids = [make.case(world) for _ in range(cases)]
    for case_id in ids:
        place(world, case_id, meeting_id)
    return meeting_id, ids, requests_by_agency(world, ids[0])


def test_a_representative_finds_the_request_looks_up_and_answers(site):
    meeting_id, _, ids = asked(site.world)
    browser = site.browser("officer")
    page = browser.get("/research")
    assert "Requested" in page.text and "7 Dec 2026" in page.text
    url = next(u for _, u in page.links if u == f"/research/{ids['police']}")
    page = browser.get(url)
    assert "Zelda Uniquename" in page.text and "Zelda" not in page.title and "Opened" in page.text
    answer = browser.post(url, {"known": ["victim", "children"], "text": "Seen in May.\nAnd in June."}, page=page)
    assert answer.location == "/research"
    page = browser.follow(answer)
    assert "your agency&#39;s answer is kept" in page.html and "There is nothing to answer" in page.text
    page = browser.get(url)
    assert "Returned" in page.text and "Seen in May." in page.text and "Change the answer" in page.text
    page = site.browser("advocate").get(f"/meetings/{meeting_id}/research")
    assert "Seen in May." in page.text and "Knows the victim, children" in page.text
    assert "Northmere Probation" not in page.text and "agencies have answered" not in page.text
    page = site.browser("coordinator").get(f"/meetings/{meeting_id}/research")
    assert "1 of 3 agencies have answered" in page.text and "Northmere Probation" in page.text


@pytest.mark.parametrize(("typed", "sentence"), [
    ({"known": []}, "Choose whom your agency knows"),
    ({"known": ["none", "victim"]}, "Choose either whom your agency knows"),
    ({"known": ["everybody"]}, "Choose from the answers shown"),
    ({"known": ["victim"], "text": "x" * 10_001}, "10,000 characters or fewer"),
    ({"known": ["victim"], "text": "a\x00b"}, "cannot be kept"),
])
def test_a_wrong_answer_is_refused_at_its_field_and_keeps_what_was_typed(site, typed, sentence):
    _, _, ids = asked(site.world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    page = browser.get(url)
    answer = browser.post(url, {"text": "Kept as it was typed"} | typed, page=page, status=422)
    assert sentence in answer.text and "There is a problem" in answer.text
    assert "Kept as it was typed" in answer.text or "text" in typed
    assert "Opened" in browser.get(url).text


def test_what_somebody_typed_is_shown_as_text(site):
    _, _, ids = asked(site.world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    browser.post(url, {"known": ["victim"], "text": "<script>alert(1)</script>"}, page=browser.get(url))
    assert "&lt;script&gt;alert(1)" in browser.get(url).html and "<script>alert(1)" not in browser.get(url).html


def test_a_colleagues_answer_is_shown_beside_yours(site):
    _, _, ids = asked(site.world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    page = browser.get(url)
    browser.post(url, {"known": ["victim"], "text": "The first answer"}, page=page)
    other = dict(page.form("/research/")) | {"form_key": "another", "known": ["none"], "text": "The second answer"}
    answer = browser.post(url, other, page=False, status=409)
    assert "The first answer" in answer.text and "The second answer" in answer.text


def test_an_answer_begins_with_the_one_for_an_earlier_meeting_and_nothing_is_kept_until_it_is_sent(site):
    world = site.world
    meeting_id, (case_id,), ids = asked(world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    assert "Begin with this" not in browser.get(url).text
    browser.post(url, {
        "known": ["victim", "children"], "text": "Seen in May.", "fact_for": "statutory",
        "professional_opinion": "He will not stop.", "professional_opinion_for": "named_agencies",
        "named": str(world.agencies["advocacy"]), "withheld": "third_party", "suggested": "Visit the school."})
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    place(world, case_id, deferred_from=meeting_id)
    url = f"/research/{requests_by_agency(world, case_id, later)['police']}"
    page = browser.get(url)
    assert "He will not stop." in page.text and page.form(url)["text"] == ""
    begun = browser.get(next(to for text, to in page.links if text == "Begin with this"))
    assert {name: begun.form(url)[name] for name in (
        "text", "fact_for", "professional_opinion", "professional_opinion_for", "named", "withheld", "suggested")} == {
        "text": "Seen in May.", "fact_for": "statutory", "professional_opinion": "He will not stop.",
        "professional_opinion_for": "named_agencies", "named": str(world.agencies["advocacy"]),
        "withheld": "third_party", "suggested": "Visit the school."}
    assert begun.html.count(" checked") == 3 and "Nothing of it is kept until you send it" in begun.text
    assert browser.get(url).form(url)["text"] == ""
    coordinator = site.browser("coordinator").get(f"{url}?begin=last")
    assert "Begin with this" not in coordinator.text and "There is no answer yet" in coordinator.text
    browser.post(url, {"text": "Seen in June."}, page=begun)
    assert "Seen in June." in browser.get(url).text and "Begin with this" not in browser.get(url).text


def test_sending_twice_is_answered_twice_and_kept_once(site):
    _, _, ids = asked(site.world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    page = browser.get(url)
    for _ in range(2):
        assert browser.post(url, {"known": ["none"]}, page=page).location == "/research"


@pytest.mark.parametrize("who", ["probation_officer", "advocate", "observer", "recipient", "outsider", "lapsed",
                                 "admin", "auditor"])
def test_another_agencys_request_answers_as_one_that_does_not_exist(site, who):
    _, _, ids = asked(site.world)
    browser = site.browser(who)
    missing = browser.get("/research/00000000-0000-0000-0000-000000000000", status=404).text
    assert browser.get(f"/research/{ids['police']}", status=404).text == missing


def test_an_excluded_representative_finds_nothing(site):
    meeting_id, cases, ids = asked(site.world, cases=2)
    make.excluded(site.world, cases[0], agency="police")
    browser = site.browser("officer")
    assert "1 request." in browser.get("/research").text
    browser.get(f"/research/{ids['police']}", status=404)
    assert str(cases[0]) not in browser.get(f"/meetings/{meeting_id}/research").html


def test_who_runs_a_panel_sees_how_many_answers_are_back(site):
    meeting_id, _, ids = asked(site.world)
    officer = site.browser("officer")
    officer.post(f"/research/{ids['police']}", {"known": ["none"]}, page=officer.get(f"/research/{ids['police']}"))
    page = site.browser("coordinator").get("/research")
    assert "1 of 3" in page.text and f"/meetings/{meeting_id}/research" in page.urls
    page = site.browser("coordinator").get(f"/research/{ids['advocacy']}")
    assert "There is no answer yet" in page.text and not [f for f in page.forms if "/research/" in f["action"]]


def test_answering_is_offered_to_those_alone_who_answer(site):
    meeting_id, _, ids = asked(site.world)
    with site.world.looking() as session:
        agencies = {row.id: row.agency_id for row in session.scalars(select(ResearchRequest))}
    for who, own in (("coordinator", ()), ("minute_taker", ()), ("officer", ("police",)), ("advocate", ("advocacy",))):
        page = site.browser(who).get(f"/meetings/{meeting_id}/research")
        offered = {request_id for request_id in agencies if f"/research/{request_id}" in page.urls}
        assert {agencies[request_id] for request_id in offered} == {site.world.agencies[name] for name in own}, who


def test_once_the_meeting_is_over_nobody_is_led_to_answer(site):
    world = site.world
    meeting_id, _, ids = asked(world)
    url = f"/meetings/{meeting_id}/research"
    for status, mine, theirs in ((MeetingStatus.IN_PROGRESS, "Answer", "No answer yet"),
                                 (MeetingStatus.CLOSED, "Open the request", "No answer was given")):
        set_meeting(world, meeting_id, status)
        page = site.browser("officer").get(url)
        assert next(text for text, to in page.links if to == f"/research/{ids['police']}") == mine
        assert theirs in site.browser("coordinator").get(url).text


def test_lists_that_are_empty_say_why(site):
    for who, words in (("officer", "There is nothing to answer"), ("observer", "You do not answer for an agency"),
                       ("admin", "You do not answer for an agency")):
        assert words in site.browser(who).get("/research").text
    assert "not answered a request" in site.browser("officer").get("/research?show=answered").text
    assert "asked nothing" in site.browser("officer").get("/research?show=past").text
    assert "There is nothing to answer" in site.browser("officer").get("/research?show=nonsense&page=x").text


def test_the_number_of_statements_does_not_grow_with_the_requests(site):
    counts = []
    for cases in (5, 45):
        meeting_id, _, ids = asked(site.world, cases)
        officer, coordinator = site.browser("officer"), site.browser("coordinator")
        numbers = []
        officer.get(f"/research/{ids['police']}")
        answers = f"/meetings/{meeting_id}/research"
        for browser, url in ((officer, "/research"), (officer, answers), (coordinator, answers),
                             (officer, f"/research/{ids['police']}")):
            with site.statements() as seen:
                browser.get(url)
            numbers.append(len(seen))
        counts.append(numbers)
    assert counts[0] == counts[1], counts
    assert max(counts[0]) <= 11, counts
    assert "Showing 26 to 50 of 50 requests" in officer.get("/research?page=2").text


def test_the_coordinator_sees_who_has_not_answered_and_chases_them(site):
    meeting_id, ids, requests = asked(site.world, cases=2)
    officer = site.browser("officer")
    officer.post(f"/research/{requests['police']}", {"known": "none"})
    browser, url = site.browser("coordinator"), f"/meetings/{meeting_id}/research/grid"
    assert ("Who has answered, and who has not", url) in browser.get(f"/meetings/{meeting_id}/research").links
    page = browser.get(url)
    assert page.h1 == ["Who has answered"] and "1 of 6 answers are in" in page.text and page.text.count("Chase") > 5
    one = browser.post(url, {"which": str(requests_by_agency(site.world, ids[1])["police"])}, page=page)
    assert "Missing answers chased: 1. People who get a letter: 1, of 1 agency." in browser.follow(one).text
    rest = browser.follow(browser.post(url, {"which": "all"}))
    assert "Missing answers chased: 4." in rest.text and "1 had been chased today already." in rest.text
    assert rest.text.count("Told 25 Nov") == 5
    again = browser.follow(browser.post(url, {"which": f"agency.{site.world.agencies['advocacy']}"}))
    assert "Nothing was sent. 2 had been chased today already." in again.text
    nothing = browser.follow(browser.post(url, {"which": "tampered."}))
    assert "Nothing is missing there, so nothing was sent." in nothing.text


def test_the_minute_taker_reads_the_grid_without_buttons(site):
    meeting_id, _, _ = asked(site.world)
    page = site.browser("minute_taker").get(f"/meetings/{meeting_id}/research/grid")
    assert "0 of 3 answers are in" in page.text and "Chase" not in page.text


def test_a_representative_goes_from_one_request_to_the_next_and_finishes_one_later(site):
    world = site.world
    _, ids, first = asked(world, cases=2)
    second = requests_by_agency(world, ids[1])["police"]
    browser, urls = site.browser("officer"), {f"/research/{first['police']}", f"/research/{second}"}
    here = next(url for _, url in browser.get("/research").links if url in urls)
    there = (urls - {here}).pop()
    onward = browser.post(here, {"known": "none", "onward": "yes"})
    assert onward.location == there
    later = browser.post(f"{there}/later", browser.get(there).form(there) | {
        "text": "Half of it.", "professional_opinion": "Not sure yet."}, page=False)
    assert "kept for your agency, and not sent yet" in browser.follow(later).text
    page = browser.get(there)
    assert "Half of it." in page.text and "Not sure yet." in page.text
    assert "Half of it." not in site.browser("coordinator").get(there).text
    assert browser.post(there, {"known": "victim", "onward": "yes"}).location == "/research"
    assert "Not sure yet." in site.browser("coordinator").get(there).text


def test_what_is_added_after_the_meeting_stands_beside_the_answer(site):
    world = site.world
    meeting_id, _, ids = asked(world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    browser.post(url, {"known": "victim", "text": "Seen in May.", "withheld": "third_party"})
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    page = browser.get(url)
    bad = browser.post(f"{url}/addendum", {"addition": "Kept."}, page=page, status=422)
    assert "Choose what it rests on" in bad.text and "Kept." in bad.text
    browser.post(f"{url}/addendum", {"information": "fact", "addition": "Seen again."}, page=page)
    text = site.browser("advocate").get(f"/meetings/{meeting_id}/research").text
    assert "Seen in May." in text and "added by Officer Testwell" in text and "Seen again." in text
    assert "Something is withheld: it is about somebody else" in text


def test_what_an_agency_adds_that_never_answered_stands_on_every_page_where_its_answer_would(site):
    world = site.world
    meeting_id, (case_id,), ids = asked(world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    page = browser.get(url)
    assert "its coordinator gets a letter" in page.text
    sent = browser.post(f"{url}/addendum", {"information": "fact", "addition": "Seen again."}, page=page)
    assert "your agency&#39;s answer" not in browser.follow(sent).html and "Seen again." in browser.get(url).text
    assert "Added late" in browser.get("/research?show=past").text
    read = site.browser("advocate").get(f"/meetings/{meeting_id}/research").text
    assert "No answer was given. Added later:" in read and "Seen again." in read and "Knows" not in read
    assert "Northmere Police Added late No answer was given." in read
    coordinator = site.browser("coordinator")
    grid = coordinator.get(f"/meetings/{meeting_id}/research/grid")
    assert "Added late" in grid.text and ("Added 25 Nov 2026", url) in [
        (" ".join(text.split()), to) for text, to in grid.links]
    assert "Seen again." in coordinator.get(url).text


@pytest.mark.parametrize("sent_to", ["", "/later"])
def test_an_answer_that_comes_when_the_meeting_is_over_stays_as_it_was_typed_and_can_be_added(site, sent_to):
    world = site.world
    meeting_id, _, ids = asked(world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    typed = browser.get(url).form(url) | {
        "known": "victim", "text": "Seen in May.", "professional_opinion": "He will not stop.",
        "professional_opinion_for": "named_agencies", "named": str(world.agencies["advocacy"]),
        "withheld": "third_party", "suggested": "Visit the school."}
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    refused = browser.post(url + sent_to, typed, page=False, status=422)
    assert "This meeting is over" in refused.text and "The victim" in refused.text
    assert "Visit the school." in refused.text and "It is about somebody else" in refused.text
    page = Page(refused.text)
    offered = page.form(f"{url}/addenda")
    assert (offered["text"], offered["professional_opinion"], offered["professional_opinion_for"]) == (
        "Seen in May.", "He will not stop.", "named_agencies")
    assert offered["named"] == str(world.agencies["advocacy"]) and "intelligence_restricted" not in offered
    bad = browser.post(f"{url}/addenda", offered | {"named": []}, page=False, status=422)
    assert "Tick the agencies that may read it" in bad.text and "He will not stop." in bad.text
    sent = browser.post(f"{url}/addenda", Page(bad.text).form("/addenda") | {"named": offered["named"]}, page=False)
    assert "added to what your agency says" in browser.follow(sent).text
    read = {who: site.browser(who).get(f"/meetings/{meeting_id}/research").text
            for who in ("advocate", "probation_officer")}
    assert all("Seen in May." in text for text in read.values())
    assert "He will not stop." in read["advocate"] and "He will not stop." not in read["probation_officer"]


def test_what_was_begun_and_not_sent_is_said_to_be_read_by_nobody_else(site):
    meeting_id, _, ids = asked(site.world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    browser.post(f"{url}/later", browser.get(url).form(url) | {"text": "Half of it."}, page=False)
    set_meeting(site.world, meeting_id, MeetingStatus.CLOSED)
    page = browser.get(url)
    assert "began and has not sent stands here: nobody else reads it" in page.text and "Half of it." in page.text
    assert "has not sent" not in site.browser("coordinator").get(url).text


def test_of_an_answer_that_is_changed_too_late_only_what_is_new_is_put_in_to_be_added(site):
    world = site.world
    meeting_id, _, ids = asked(world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    browser.post(url, {"known": "victim", "text": "Seen in May.\nAnd in June."})
    typed = browser.get(url).form(url) | {"professional_opinion": "He will not stop."}
    set_meeting(world, meeting_id, MeetingStatus.IN_PROGRESS)
    refused = browser.post(url, typed, page=False, status=422)
    offered = Page(refused.text).form("/addenda")
    assert "so the answer stays as it is" in refused.text
    assert offered["professional_opinion"] == "He will not stop." and "text" not in offered
    nothing = browser.post(f"{url}/addenda", offered | {"professional_opinion": " "}, page=False, status=422)
    assert "Enter what you add" in nothing.text


@pytest.mark.parametrize("end", ["cancelled", "readiness"])
def test_an_answer_that_nothing_can_be_done_with_any_more_stays_on_the_page_to_be_copied(site, end):
    world = site.world
    meeting_id, _, ids = asked(world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    typed = browser.get(url).form(url) | {"known": "victim", "text": "Seen <b>in May.", "suggested": "Visit them."}
    set_meeting(world, meeting_id, MeetingStatus.CANCELLED if end == "cancelled" else MeetingStatus.CLOSED)
    if end == "readiness":
        only_readiness(world)
    refused = browser.post(url, typed, page=False, status=422)
    assert "What you typed" in refused.text and "Seen &lt;b&gt;in May." in refused.text and "Visit" in refused.text
    assert not [form for form in Page(refused.text).forms if "/research/" in form["action"]]


def test_who_may_read_it_is_chosen_beside_each_piece_and_stands_there_for_those_who_do(site):
    world = site.world
    meeting_id, _, ids = asked(world)
    browser, url = site.browser("officer"), f"/research/{ids['police']}"
    page, advocacy = browser.get(url), str(world.agencies["advocacy"])
    said = {"known": "victim", "text": "Seen in May.", "professional_opinion": "He will not stop."}
    bad = browser.post(url, said | {"professional_opinion_for": "named_agencies"}, page=page, status=422)
    assert "Tick the agencies that may read it" in bad.text and "He will not stop." in bad.text
    tampered = browser.post(url, said | {"named": "x", "fact_for": "named_agencies"}, page=page, status=422)
    assert "does not sit on this panel any more" in tampered.text
    browser.post(url, said | {"professional_opinion_for": "named_agencies", "named": advocacy}, page=page)
    assert f'value="{advocacy}" checked' in browser.get(url).html
    read = {who: site.browser(who).get(f"/meetings/{meeting_id}/research").text
            for who in ("advocate", "probation_officer")}
    assert all("Seen in May. For the whole panel" in " ".join(text.split()) for text in read.values())
    assert "Only for Northmere Advocacy, Northmere Police and those who run the meeting" in read["advocate"]
    assert "He will not stop." in read["advocate"]
    assert not any(word in read["probation_officer"] for word in ("He will not stop.", "Opinion", "Only for"))


def test_what_is_asked_again_can_be_finished_later(site):
    world = site.world
    meeting_id, (case_id,), ids = asked(world)
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    url, list_of = f"/research/{ids['police']}", f"/meetings/{meeting_id}/research"
    officer.post(url, {"known": "victim", "text": "Seen in May."})
    assert "Finish later" not in officer.get(url).text
    coordinator.post(f"{list_of}/cases/{case_id}", {
        "reason": "new_incident", "agencies": str(world.agencies["police"])})
    page = officer.get(url)
    assert "Finish later" in page.text
    kept = officer.post(f"{url}/later", page.form(url) | {"text": "Half of what is new."}, page=False)
    assert "kept for your agency, and not sent yet" in officer.follow(kept).text
    page = officer.get(url)
    assert page.form(url)["text"] == "Half of what is new." and "begun anew" in page.text
    for browser, where in ((coordinator, list_of), (coordinator, url), (site.browser("advocate"), list_of)):
        text = browser.get(where).text
        assert "Seen in May." in text and "Half" not in text
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    offered = officer.get(url).form(f"{url}/addenda")
    assert offered["text"] == "Half of what is new."
    assert "Half" not in coordinator.get(url).text
    officer.post(f"{url}/addenda", offered, page=False)
    assert "Half" in coordinator.get(url).text


def test_a_case_that_changed_is_asked_about_again_and_a_bad_form_loses_nothing(site):
    world = site.world
    meeting_id, (case_id,), ids = asked(world)
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    list_of = f"/meetings/{meeting_id}/research"
    assert "Ask again" not in coordinator.get(list_of).text
    officer.post(f"/research/{ids['police']}", {"known": "victim", "text": "Seen in May."})
    url = next(u for _, u in coordinator.get(list_of).links if u.startswith(f"{list_of}/cases/"))
    page = coordinator.get(url)
    assert "Northmere Police" in page.text and "Probation" not in page.text and "Zelda" not in page.html
    police = str(world.agencies["police"])
    bad = coordinator.post(url, {"agencies": police}, page=page, status=422)
    assert "Choose what has changed" in bad.text and 'checked' in bad.text
    none = coordinator.post(url, {"reason": "new_incident", "agencies": []}, page=page, status=422)
    assert "Choose an agency that has answered" in none.text
    done = coordinator.post(url, {"reason": "new_incident", "agencies": police}, page=page)
    assert "1 agency is asked again" in coordinator.follow(done).text
    assert "Asked again: new incident. Before that it said what stands here." in coordinator.get(list_of).text
    page = officer.get(f"/research/{ids['police']}")
    assert "Your agency is asked again: new incident." in page.text and "Seen in May." in page.text
    officer.post(f"/research/{ids['police']}", {"known": "victim", "text": "Seen today."}, page=page)
    assert "Asked again" not in coordinator.get(list_of).text
    assert "No agency has answered" not in coordinator.get(url).text
