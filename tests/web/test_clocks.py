"""What runs out in a case, as people meet it: the law and the sum in a sentence, steps written down and taken back."""

from dataclasses import replace
from datetime import date, timedelta

from clinic.domain.meetings import local_day
from clinic.models.nomination import Nomination
from clinic.scheduler import timetable
from clinic.web import clock
from tests import make

STEP = {"status": "file_to_cps", "on-day": "20", "on-month": "11", "on-year": "2026"}


def case_of(site, last_incident_on=date(2026, 8, 31), now=None):
    nomination_id = make.nominated(replace(site.world, now=now or site.world.now), last_incident_on=last_incident_on)
    timetable.set_clocks(site.world.office, None)
    with site.world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id


def test_an_officer_reads_the_limit_writes_down_a_step_and_takes_it_back(site):
    case_id = case_of(site)
    browser, path = site.browser("officer"), f"/cases/{case_id}/clocks"
    case = browser.get(f"/cases/{case_id}")
    assert "Six-month limit, 28 February 2027" in case.text and path in dict(case.links).values()
    page = browser.get(path)
    for words in ("Six-month limit: Sunday 28 February 2027", "Magistrates’ Courts Act 1980, section 127",
                  "Monday 31 August 2026 and six calendar months, cut to the end of the month",
                  "File to the CPS: Friday 29 January 2027", "no working day, so Friday 29 January 2027",
                  "No step is written down"):
        assert words in page.text, words
    assert "Zelda" not in page.title
    after = browser.follow(browser.post(f"/cases/{case_id}/investigation", STEP, page=page))
    assert "The step is written down." in after.text and "Done on 20 November 2026" in after.text
    undo = next(form["action"] for form in after.forms if form["action"].endswith("/take-back"))
    again = browser.follow(browser.post(undo, page=after))
    assert "It stays to be read." in again.text and "Taken back on" in again.text and "Done on" not in again.text


def test_what_was_typed_stays_with_a_step_or_an_answer_that_cannot_be(site):
    case_id = case_of(site)
    browser = site.browser("officer")
    page = browser.get(f"/cases/{case_id}/clocks")
    typed = {**STEP, "on-year": "2099", "note": "Typed before it was refused."}
    refused = browser.post(f"/cases/{case_id}/investigation", typed, page=page, status=422)
    assert "A step cannot lie in the future" in refused.text and "Typed before it was refused." in refused.text
    refused = browser.post(f"/cases/{case_id}/investigation", {}, page=page, status=422)
    assert "Choose what was done" in refused.text and "Enter the day on which it was done" in refused.text
    refused = browser.post(f"/cases/{case_id}/investigation", {**STEP, "status": "nfa"}, page=page, status=422)
    assert "Say why" in refused.text
    refused = browser.post(f"/cases/{case_id}/four-a", {"answer": "yes_not_met"}, page=page, status=422)
    assert "why the test is not met" in refused.text


def test_an_answer_on_section_4a_is_shown_with_its_reason_and_who_gave_it(site):
    case_id = case_of(site)
    browser = site.browser("officer")
    page = browser.get(f"/cases/{case_id}/clocks")
    answer = {"answer": "yes_not_met", "reason": "Alarm on one occasion only."}
    after = browser.follow(browser.post(f"/cases/{case_id}/four-a", answer, page=page))
    for words in ("Considered: the test is not met", "Alarm on one occasion only.",
                  "Officer Testwell, Northmere Police"):
        assert words in after.text


def test_the_coordinator_comes_from_home_to_what_is_near_and_on_to_the_case(site):
    # Pages tell the day by the real clock.
    case_id = case_of(site, local_day(clock.now()) - timedelta(days=170), clock.now())
    browser = site.browser("coordinator")
    link = f"/panels/{site.world.clinic}/clocks"
    assert link in dict(browser.get("/").links).values() or link in dict(
        browser.get(f"/panels/{site.world.clinic}").links).values()
    page = browser.get(link)
    assert "Six-month limit" in page.text and "days left." in page.text and "It went by" in page.text
    assert f"/cases/{case_id}/clocks" in dict(page.links).values()
    assert "Show all that run" in page.text


def test_a_panel_where_nothing_runs_out_says_so(site):
    page = site.browser("coordinator").get(f"/panels/{site.world.clinic}/clocks")
    assert "Nothing runs out within 30 days." in page.text
