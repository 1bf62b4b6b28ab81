"""Minutes as people meet them: drafted, edited, approved, circulated, read, confirmed."""

import re

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.minutes import ReceiptStatus
from clinic.models.audit import AuditEvent
from clinic.models.minute import Receipt
from tests import sitting
from tests.services.test_minutes import approved
from tests.services.test_receipts import circulate


@pytest.fixture
def held(site):
    return sitting.held(site.world)


@pytest.fixture
def circulated(site, held):
    version_id = approved(site.world, held)
    circulate(site.world, version_id)
    return version_id


def here(held):
    return f"/meetings/{held.meeting_id}/minutes"


def drafted(site, held, who="coordinator"):
    browser = site.browser(who)
    return browser, browser.follow(browser.post(here(held)))


def test_minutes_go_from_the_first_draft_to_a_confirmed_receipt(site, held):
    coordinator, page = drafted(site, held)
    assert "Discussion of number 0." in page.text and held.references[0] in page.text
    coordinator.post(f"{here(held)}/send", page=page)
    chair = site.browser("chair")
    page = chair.get(f"{here(held)}/approve")
    page = chair.follow(chair.post(f"{here(held)}/approve", page=page))
    version = next(url for text, url in page.links if text == "Version 1")
    page = coordinator.get(f"{version}/circulate")
    assert "Officer Testwell" in page.text and "8 people will be sent" in page.text
    page = coordinator.follow(coordinator.post(f"{version}/circulate", page=page))
    assert "8 sent, 0 opened, 0 confirmed" in page.text
    officer = site.browser("officer")
    page = officer.get(version)
    assert "Officer Testwell, Northmere Police" in page.text and "OFFICIAL-SENSITIVE" in page.text
    page = officer.follow(officer.post(f"{version}/acknowledge", page=page))
    assert "You confirmed on" in page.text
    assert "8 sent, 1 opened, 1 confirmed" in chair.get(f"{version}/receipts").text


def test_what_was_typed_with_tags_is_shown_as_typed_and_never_obeyed(site, held):
    coordinator, page = drafted(site, held)
    edit = [url for text, url in page.links if url.startswith("/minutes/sections/")][2]
    page = coordinator.get(edit)
    typed = "<script>alert(1)</script> ![x](https://spy.example/p.png) [a](javascript:alert(1)) **bold**"
    page = coordinator.follow(coordinator.post(edit, {"text": typed}, page=page))
    assert "<script>alert" not in page.html and "&lt;script&gt;" in page.html and "<strong>bold</strong>" in page.html
    assert "<img" not in page.html and 'href="javascript' not in page.html


def test_a_preview_shows_the_text_and_saves_nothing(site, held):
    coordinator, page = drafted(site, held)
    edit = [url for text, url in page.links if url.startswith("/minutes/sections/")][2]
    fields = coordinator.get(edit).form(edit)
    answer = coordinator.client.post(edit, data={**fields, "text": "Some **new** words", "preview": "1"})
    assert answer.status_code == 200 and "<strong>new</strong>" in answer.text and "not saved yet" in answer.text
    assert "Some **new** words" in answer.text and "Some **new** words" not in coordinator.get(edit).html


@pytest.mark.parametrize("typed, said", [
    ("", "Enter the text of this section"), ("x" * 60_001, "must be 60,000 characters or fewer"),
    ("[" * 201, "may have 200"), ("a\x00b", "cannot be kept"),
])
def test_bad_text_gets_a_sentence_at_its_field_and_keeps_what_was_typed(site, held, typed, said):
    coordinator, page = drafted(site, held)
    edit = [url for text, url in page.links if url.startswith("/minutes/sections/")][2]
    answer = coordinator.post(edit, {"text": typed}, status=422)
    assert said in answer.text and 'href="#text"' in answer.text


def test_a_stale_save_answers_409_with_both_texts(site, held):
    coordinator, page = drafted(site, held)
    taker = site.browser("minute_taker")
    edit = [url for text, url in page.links if url.startswith("/minutes/sections/")][2]
    before = taker.get(edit)
    coordinator.post(edit, {"text": "The first editor's words"})
    answer = taker.post(edit, {"text": "The second editor's words"}, page=before, status=409)
    assert "The first editor&#39;s words" in answer.text and "The second editor&#39;s words" in answer.text
    for wrong in ("", "x", "-1", "²", "9" * 30):
        assert taker.client.post(edit, data={**before.form(edit), "version": wrong}).status_code == 409


def test_what_the_chair_did_not_see_is_not_approved(site, held):
    coordinator, page = drafted(site, held)
    coordinator.post(f"{here(held)}/send", page=page)
    chair = site.browser("chair")
    before = chair.get(f"{here(held)}/approve")
    coordinator.post(f"{here(held)}/back", page=coordinator.get(here(held)))
    edit = [url for text, url in page.links if url.startswith("/minutes/sections/")][2]
    coordinator.post(edit, {"text": "Changed meanwhile"})
    coordinator.post(f"{here(held)}/send", page=coordinator.get(here(held)))
    chair.post(f"{here(held)}/approve", page=before, status=409)


def test_a_button_pressed_twice_acts_once(site, held):
    coordinator = site.browser("coordinator")
    page = coordinator.get(here(held))
    first, second = (coordinator.post(here(held), page=page) for _ in range(2))
    assert first.location == second.location
    page = coordinator.get(here(held))
    coordinator.post(f"{here(held)}/send", page=page)
    chair = site.browser("chair")
    page = chair.get(f"{here(held)}/approve")
    page = [chair.follow(chair.post(f"{here(held)}/approve", page=page)) for _ in range(2)][1]
    version_id = [url for text, url in page.links if text.startswith("Version")]
    assert len(version_id) == 1


def test_a_step_that_is_out_of_turn_is_refused_with_a_sentence(site, held):
    coordinator, page = drafted(site, held)
    coordinator.post(f"{here(held)}/send", page=page)
    answer = coordinator.post(f"{here(held)}/send", {"form_key": "another"}, page=page, status=422)
    assert "with the chair already" in answer.text


def test_two_readers_have_different_copies_and_neither_shows_a_gap(site, held, circulated):
    advocate, probation = site.browser("advocate"), site.browser("probation_officer")
    for browser, own, other in ((advocate, 1, 0), (probation, 0, 1)):
        for url in (f"/minutes/{circulated}", f"/minutes/{circulated}/print"):
            page = browser.get(url)
            assert held.references[own] in page.text and held.references[other] not in page.html
            assert re.findall(r"(\d)\. (?:Attendance|Confidentiality|PM-)", page.text) == ["1", "2", "3"]


@pytest.mark.parametrize("who", ["observer", "lapsed", "outsider", "admin", "auditor", "other_coordinator"])
def test_whoever_is_no_reader_meets_a_page_that_does_not_exist(site, held, circulated, who):
    browser = site.browser(who)
    missing = browser.get("/minutes/00000000-0000-4000-8000-000000000000", 404)
    for url in (f"/minutes/{circulated}", f"/minutes/{circulated}/print", f"/minutes/{circulated}/circulate",
                f"/minutes/{circulated}/receipts", here(held), f"{here(held)}/approve"):
        assert browser.get(url, 404).text == missing.text


def test_reading_notes_the_opening_once_and_printing_is_recorded(site, held, circulated):
    officer = site.browser("officer")
    for _ in range(2):
        officer.get(f"/minutes/{circulated}")
    officer.get(f"/minutes/{circulated}/print")
    with site.world.looking() as session:
        mine = session.scalars(select(AuditEvent.verb).where(
            AuditEvent.actor_id == site.world.users["officer"]).order_by(AuditEvent.seq)).all()
        own = session.scalar(select(Receipt).where(Receipt.user_id == site.world.users["officer"]))
    assert mine == [AuditVerb.VIEW, AuditVerb.OPEN, AuditVerb.VIEW, AuditVerb.PRINT]
    assert own.status is ReceiptStatus.OPENED


def test_ending_a_readers_access_works_from_the_page(site, held, circulated):
    chair, officer = site.browser("chair"), site.browser("officer")
    page = chair.get(f"/minutes/{circulated}/receipts")
    line = re.search(r'action="([^"]+/revoke)"(?:(?!</form>).)*access of Officer Testwell', page.html, re.S)
    officer.get(f"/minutes/{circulated}")
    page = chair.follow(chair.post(line[1], page=page))
    assert "Access ended" in page.text
    officer.get(f"/minutes/{circulated}", 404)


@pytest.mark.parametrize("path", ["draft", "read", "receipts"])
def test_the_number_of_statements_does_not_grow(site, path):
    counts = []
    for number, cases in ((1, 5), (2, 50)):
        held = sitting.held(site.world, cases=cases, number=number)
        version_id = approved(site.world, held)
        circulate(site.world, version_id)
        own = f"/minutes/{version_id}"
        url = {"draft": here(held), "read": own, "receipts": f"{own}/receipts"}[path]
        browser = site.browser("chair")
        browser.get("/account")
        browser.get(own)
        with site.statements() as seen:
            browser.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12, counts
