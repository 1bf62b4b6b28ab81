"""Building, publishing, reading and printing an agenda, as people meet it."""

import io
import re
from datetime import date
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from clinic.blueprints.agenda import papers
from clinic.domain.hearings import HearingOutcome
from clinic.models.research import ResearchRequest
from clinic.services.repeats import Returned
from tests import make
from tests.conftest import NOW
from tests.services.test_agenda import FORTNIGHT, place, version
from tests.site import Page


@pytest.fixture(autouse=True)
def clock_of_the_world(monkeypatch):
    """Let the pages' clock stand where the world's does."""
    for module in ("clinic.web.work", "clinic.web.session", "clinic.web.clock"):
        monkeypatch.setattr(f"{module}.now", lambda: NOW)


@pytest.fixture
def built(site):
    return built_with(site.world, 3)


def built_with(world, cases):
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    ids = [make.case(world) for _ in range(cases)]
    for case_id in ids:
        place(world, case_id, meeting_id)
    return meeting_id, ids


def items(page):
    return re.findall(r'id="item-([0-9a-f-]{36})"', page.html)


def references(page):
    return [text for text, url in page.links if re.fullmatch(r"/cases/[0-9a-f-]{36}", url)]


def test_the_coordinator_moves_a_line_by_a_real_button(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    before = items(page)
    assert page.h1 == ["Build the agenda"] and page.title == "Build the agenda, 9 December 2026 – Panels"
    answer = browser.post(f"{url}/items/{before[3]}/up", page.form("/agenda"), page=False)
    assert answer.location == f"{url}#item-{before[3]}"
    page = browser.get(url)
    assert items(page)[2] == before[3] and "moved to position 3 of 11" in page.text


def test_the_first_button_of_the_order_saves_and_does_not_move(site, built):
    """Enter in a box of minutes presses it."""
    page = site.browser("coordinator").get(f"/meetings/{built[0]}/agenda")
    order = page.html[page.html.index('id="agenda-order"'):]
    first = re.search(r"<button[^>]*>", order)[0]
    assert "formaction" not in first and 'tabindex="-1"' in first
    assert order.index("Save timings") < order.index("formaction")


def test_our_script_gets_the_new_list_and_a_sentence(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    before = items(page)
    answer = browser.post(f"{url}/items/{before[3]}/down", page.form("/agenda"), page=False, status=200,
                          headers={"X-Requested-With": "fetch"})
    assert answer.json["message"].endswith("moved to position 5 of 11")
    assert "<html" not in answer.json["html"] and f"item-{before[3]}" in answer.json["html"]
    assert "moved to position" not in browser.get(url).text


def test_the_same_press_twice_is_carried_out_once(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    item = items(page)[3]
    for _ in range(2):
        browser.post(f"{url}/items/{item}/up", page.form("/agenda"), page=False)
    assert items(browser.get(url))[2] == item


@pytest.mark.parametrize("minutes", ["0", "1000", "-5", "ten", "", "5.5", "١٢"])
def test_wrong_minutes_are_shown_at_their_box_and_nothing_is_saved(site, built, minutes):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    first, second = items(page)[:2]
    answer = browser.post(url, page.form("/agenda") | {f"minutes-{first}": minutes, f"minutes-{second}": "77"},
                          page=False, status=422)
    assert f'id="minutes-{first}-error"' in answer.text and f'href="#minutes-{first}"' in answer.text
    assert f'value="{minutes}"' in answer.text and 'value="77"' in answer.text
    assert 'value="77"' not in browser.get(url).html


def test_timings_are_saved_together_and_the_clock_runs_on(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    browser.post(url, page.form("/agenda") | {f"minutes-{items(page)[0]}": "30"}, page=False)
    page = browser.get(url)
    assert "10:30am to 10:31am" in page.text and "The timings are saved." in page.text


def test_an_old_version_is_answered_with_the_order_that_is_kept(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    chair = site.browser("chair")
    chair.post(f"{url}/break", chair.get(url).form("/agenda"), page=False)
    answer = browser.post(f"{url}/items/{items(page)[3]}/up", page.form("/agenda"), page=False, status=409)
    assert "Break, 10 minutes" in answer.text


@pytest.mark.parametrize("tampered", ["", "x", "-1", "99999999999999999999", "1 "])
def test_a_version_that_is_none_is_stale(site, built, tampered):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    fields = browser.get(url).form("/agenda") | {"version": tampered}
    browser.post(f"{url}/break", fields, page=False, status=409)


def test_an_item_of_another_meeting_answers_as_one_that_does_not_exist(site, built):
    other, _ = built_with(site.world, 1)
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    foreign = items(browser.get(f"/meetings/{other}/agenda"))[3]
    bodies = {
        Page(browser.post(f"{url}/items/{item}/up", browser.get(url).form("/agenda"), page=False, status=404).text).text
        for item in (foreign, "00000000-0000-0000-0000-000000000000")
    }
    assert len(bodies) == 1
    browser.post(url, browser.get(url).form("/agenda") | {f"minutes-{foreign}": "5"}, page=False, status=404)


def test_a_removed_case_waits_beside_the_order_and_is_added_again(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    reference = references(page)[0]
    item = re.search(r'id="remove-([0-9a-f-]{36})"[^>]*>Remove<span[^>]*> ' + reference, page.html)[1]
    browser.post(f"{url}/items/{item}/remove", page.form("/agenda"), page=False)
    page = browser.get(url)
    add = next(f["action"] for f in page.forms if "/agenda/cases/" in f["action"])
    browser.post(add, page=page)
    assert f"{reference}: added to the agenda" in browser.get(url).text


def test_an_item_of_ones_own_needs_words(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    for title, status in (("", 422), ("x" * 121, 422), ("two\nlines", 422), ("<script>alert(1)</script>", 303)):
        browser.post(f"{url}/items", {"title": title}, page=browser.get(url), status=status)
    page = browser.get(url)
    assert "<script>alert(1)" not in page.html and "&lt;script&gt;alert(1)" in page.html
    assert "alert(1)" not in page.title


def test_publishing_says_first_what_changes_and_then_does_it(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(f"{url}/publish")
    assert "7 members, whose own agendas are new" in page.text
    browser.post(f"{url}/publish", page=page)
    officer = site.browser("officer")
    assert "Edition 1" in officer.get(url).text and "What changed" not in officer.get(url).text
    assert "Nothing has changed since this agenda was last published" in browser.get(f"{url}/publish").text
    browser.post(f"{url}/break", browser.get(url).form("/agenda"), page=False)
    assert "Break: added as number 10, 10 minutes" in browser.get(f"{url}/publish").text
    browser.post(f"{url}/publish")
    for _ in range(2):
        reader = officer.get(url)
        assert "Edition 2" in reader.text and "What changed since you read edition 1" in reader.text


def test_an_empty_agenda_is_not_published(site):
    meeting_id = make.meeting(site.world, site.world.now + FORTNIGHT)
    browser, url = site.browser("coordinator"), f"/meetings/{meeting_id}/agenda"
    page = browser.get(url)
    assert "There is no agenda yet" in page.text
    assert "There is nothing on this agenda yet" in browser.get(f"{url}/publish").text
    fields = page.form("/start") | {"version": "0"}
    assert "There is nothing on this agenda yet" in browser.post(f"{url}/publish", fields, page=False, status=422).text
    browser.post(f"{url}/start", page=browser.get(url))
    assert "Welcome and introductions" in browser.get(url).text


def test_everybody_else_reads_the_edition_at_the_same_address(site, built):
    url = f"/meetings/{built[0]}/agenda"
    assert "not published yet" in site.browser("officer").get(url).text
    coordinator = site.browser("coordinator")
    coordinator.post(f"{url}/publish")
    for who in ("officer", "advocate"):
        page = site.browser(who).get(url)
        assert page.h1 == ["Agenda"] and len(references(page)) == 3 and "10am to 10:02am" in page.text
    page = site.browser("observer").get(url)
    assert references(page) == [] and len(set(re.findall(r"PM-2026-\d{6}", page.html))) == 3
    assert not [u for u in page.urls if "/print" in u or "/cases/" in u or u.endswith("/research") and "meetings" in u]
    page = site.browser("minute_taker").get(url)
    assert page.h1 == ["Draft of the agenda"] and "formaction" not in page.html
    assert site.browser("minute_taker").get(f"{url}/edition").h1 == ["Agenda"]


@pytest.mark.parametrize("who", ["recipient", "outsider", "other_coordinator", "lapsed", "admin", "auditor"])
def test_to_all_others_an_agenda_is_not_there(site, built, who):
    browser, url = site.browser(who), f"/meetings/{built[0]}/agenda"
    for part in ("", "/edition", "/print", "/publish", ".pdf"):
        browser.get(url + part, status=404)


@pytest.mark.parametrize("who", ["officer", "observer", "minute_taker"])
def test_pressing_a_button_that_is_not_yours_is_not_found(site, built, who):
    form = site.browser("coordinator").get(f"/meetings/{built[0]}/agenda")
    browser = site.browser(who)
    token = browser.get("/account").forms[0]["fields"]["csrf_token"]
    for part in ("", "/break", f"/items/{items(form)[3]}/up", f"/items/{items(form)[3]}/remove", "/publish", "/start",
                 f"/cases/{built[1][0]}"):
        browser.post(f"/meetings/{built[0]}/agenda{part}",
                     {"csrf_token": token, "version": str(version(site.world, built[0]))}, page=False, status=404)


def test_an_excluded_reader_finds_no_trace(site, built):
    meeting_id, ids = built
    url = f"/meetings/{meeting_id}/agenda"
    make.excluded(site.world, ids[1], agency="police")
    coordinator = site.browser("coordinator")
    reference = references(coordinator.get(url))[1]
    coordinator.post(f"{url}/publish")
    page = site.browser("officer").get(url)
    assert reference not in page.html and len(references(page)) == 2 and str(ids[1]) not in page.html
    times = re.findall(r'data-label="Time">(\S+) to (\S+)<', page.html)
    assert all(a[1] == b[0] for a, b in zip(times, times[1:], strict=False))


def test_a_copy_to_print_is_marked_with_whose_it_is(site, built):
    url = f"/meetings/{built[0]}/agenda"
    site.browser("coordinator").post(f"{url}/publish")
    page = site.browser("officer").get(f"{url}/print")
    assert "OFFICIAL-SENSITIVE" in page.text and "Copy of Officer Testwell, Northmere Police" in page.text
    assert references(page) == []


def test_a_copy_as_a_file_holds_what_its_reader_may_see_and_is_marked_as_theirs(site, built):
    meeting_id, ids = built
    url = f"/meetings/{meeting_id}/agenda"
    make.excluded(site.world, ids[1], agency="police")
    coordinator = site.browser("coordinator")
    hidden = references(coordinator.get(url))[1]
    coordinator.post(f"{url}/publish")
    assert hidden in written(coordinator.client.get(f"{url}.pdf"))
    answer = site.browser("officer").client.get(f"{url}.pdf")
    assert answer.mimetype == "application/pdf" and "no-store" in answer.headers["Cache-Control"]
    text = written(answer)
    assert hidden not in text and len(set(re.findall(r"PM-2026-\d{6}", text))) == 2
    assert "Copy of Officer Testwell, Northmere Police" in text and "10am to 10:02am" in text


def test_before_it_is_published_the_file_is_the_page_that_says_so(site, built):
    url = f"/meetings/{built[0]}/agenda"
    assert site.browser("officer").client.get(f"{url}.pdf").location.endswith(f"{url}/print")


def written(answer) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)


def test_a_cancelled_meeting_keeps_its_agenda_to_be_read(site, built):
    url = f"/meetings/{built[0]}/agenda"
    coordinator = site.browser("coordinator")
    fields = coordinator.get(url).form("/agenda")
    coordinator.post(f"{url}/publish")
    cancel(site.world, built[0])
    page = coordinator.get(url)
    assert "This meeting is cancelled" in page.text and "formaction" not in page.html
    assert "This meeting is cancelled" in site.browser("officer").get(url).text
    coordinator.post(f"{url}/break", fields, page=False, status=422)
    assert "cancelled" in coordinator.get(f"{url}/publish").text


def cancel(world, meeting_id):
    with world.changing("coordinator") as work:
        work.require(make.anyone)
        work.session.get_one(make.Meeting, meeting_id).status = "cancelled"
        work.record("update", "Meeting")


def test_the_number_of_statements_does_not_grow_with_the_agenda(site):
    counts = {}
    for cases in (5, 30, 60):
        meeting_id, _ = built_with(site.world, cases)
        url = f"/meetings/{meeting_id}/agenda"
        coordinator, officer = site.browser("coordinator"), site.browser("officer")
        coordinator.post(f"{url}/publish")
        for who, browser in (("builder", coordinator), ("reader", officer)):
            browser.get(url)
            with site.statements() as seen:
                browser.get(url)
            counts.setdefault(who, []).append(len(seen))
        with site.statements() as seen:
            coordinator.get(f"{url}/publish")
        counts.setdefault("publish", []).append(len(seen))
    assert all(len(set(numbers)) == 1 for numbers in counts.values()), counts
    assert counts["builder"][0] <= 9 and counts["reader"][0] <= 9, counts


def test_an_order_is_suggested_and_taken_and_one_that_crossed_is_refused(site, built):
    world, (meeting_id, ids) = site.world, built
    for case_id, known in zip(ids, ("victim", "none", "children"), strict=True):
        with world.looking() as session:
            request = session.scalars(select(ResearchRequest.id).where(
                ResearchRequest.case_id == case_id, ResearchRequest.agency_id == world.agencies["probation"])).one()
        officer = site.browser("probation_officer")
        officer.post(f"/research/{request}", {"known": known})
    browser, url = site.browser("coordinator"), f"/meetings/{meeting_id}/agenda"
    assert ("Suggest an order", f"{url}/suggestion") in browser.get(url).links
    page = browser.get(f"{url}/suggestion")
    assert "agencies wait 20 minutes in all" in page.text and "In this order they wait 0 minutes" in page.text
    before = references(browser.get(url))
    sent = page.form("/arrange")
    taken = browser.follow(browser.post(f"{url}/arrange", sent, page=False))
    assert "The order is changed" in taken.text
    assert references(taken) != before and set(references(taken)) == set(before)
    assert "The order is as it would be suggested" in browser.get(f"{url}/suggestion").text
    browser.post(f"{url}/arrange", sent | {"form_key": "another"}, page=False, status=409)


def test_an_agenda_is_locked_and_unlocked_with_a_reason(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    assert "not published yet. Publish it, then lock it" in browser.get(f"{url}/lock").text
    browser.post(f"{url}/publish")
    fields = browser.get(url).form("/agenda")
    assert ("Lock the agenda", f"{url}/lock") in browser.get(url).links
    page = browser.follow(browser.post(f"{url}/lock"))
    assert "This agenda is locked, by Coordinator Testwell" in page.text and "formaction" not in page.html
    assert "It is locked" in site.browser("officer").get(url).text
    assert "locked. Unlock it" in browser.get(f"{url}/publish").text
    browser.post(f"{url}/break", fields, page=False, status=422)
    unlock = browser.get(f"{url}/lock")
    answer = browser.post(f"{url}/unlock", {"reason": " "}, page=unlock, status=422)
    assert "Say why it is unlocked" in answer.text and 'href="#reason"' in answer.text
    said = {"reason": "One more came in."}
    page = browser.follow(browser.post(f"{url}/unlock", said, page=browser.get(f"{url}/lock")))
    assert "can be changed again" in page.text and "formaction" in page.html
    assert "Unlocked by Coordinator Testwell" in browser.get(f"{url}/lock").text
    # A colleague has locked it meanwhile: the page says so and asks what unlocking asks.
    browser.post(f"{url}/lock")
    assert "locked. Unlock it" in browser.post(f"{url}/lock", fields, page=False, status=422).text


def test_a_dragged_line_keeps_what_was_typed_and_its_place_is_said(site, built):
    browser, url = site.browser("coordinator"), f"/meetings/{built[0]}/agenda"
    page = browser.get(url)
    first, *rest = items(page)
    sent = page.form("/agenda") | {"order": ",".join([*rest[:2], first, *rest[2:]]), "dragged": first}
    wrong = browser.post(f"{url}/arrange", sent | {f"minutes-{rest[0]}": "ten"}, page=False, status=422)
    assert f'id="minutes-{rest[0]}-error"' in wrong.text and 'value="ten"' in wrong.text
    answer = browser.post(f"{url}/arrange", sent | {f"minutes-{rest[0]}": "17"}, page=False, status=200,
                          headers={"X-Requested-With": "fetch"})
    assert answer.json["message"] == "Welcome and introductions: moved to position 3 of 11"
    page = browser.get(url)
    assert items(page)[:3] == [*rest[:2], first] and 'value="17"' in page.html
    browser.post(f"{url}/arrange", sent | {"form_key": "another"}, page=False, status=409)
    tampered = page.form("/agenda") | {"order": ",".join(items(page)), "dragged": "x"}
    assert browser.post(f"{url}/arrange", tampered, page=False, status=200,
                        headers={"X-Requested-With": "fetch"}).json["message"] == "The order is changed"


def test_paper_says_of_an_earlier_case_what_the_page_says(site):
    returned = Returned(uuid4(), "PM-2026-000001", "Saltby", date(2026, 1, 2), date(2026, 2, 3),
                        HearingOutcome.HEARD_NO_ACTIONS, 1, date(2027, 1, 1), True)
    with site.app.test_request_context():
        assert papers._note(returned) == (
            "Repeat of PM-2026-000001: nominated 2 Jan 2026, heard 3 Feb 2026, heard no actions, 1 open action.")
