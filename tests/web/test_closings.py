"""Closing a case, as its coordinator meets it."""

from datetime import timedelta

from clinic.domain.meetings import local_day
from clinic.scheduler import timetable
from clinic.web import clock
from tests import make


def test_a_coordinator_is_told_what_presses_keeps_what_was_typed_closes_and_opens_again(site):
    case_id = make.case(site.world)
    browser, path = site.browser("coordinator"), f"/cases/{case_id}/closing"
    assert path in dict(browser.get(f"/cases/{case_id}").links).values()
    day = local_day(clock.now()) - timedelta(days=181)
    told = {"on-day": day.day, "on-month": day.month, "on-year": day.year, "what": "Waited.", "information": "fact"}
    browser.post(f"/cases/{case_id}/incidents/add", told, page=browser.get(f"/cases/{case_id}/incidents/add"))
    timetable.set_clocks(site.world.office, None)
    page = browser.get(path)
    assert "2 clocks are red." in page.text and "The flags on agencies’ files stay up" in page.text
    typed = {"reason": "risk_reduced", "words": "He was charged elsewhere."}
    refused = browser.post(path, typed, page=page, status=422)
    assert "see to that first, or tick this" in refused.text and "He was charged elsewhere." in refused.text
    after = browser.follow(browser.post(path, {**typed, "all_the_same": "y"}, page=page))
    for words in ("The case is closed.", "The risk is lower, and is managed without", "Closed by Coordinator Testwell"):
        assert words in after.text
    officer = site.browser("officer").get(path)
    assert "He was charged elsewhere." in officer.text and "Open it again" not in officer.text
    refused = browser.post(f"{path}/undo", {"why": ""}, page=after, status=422)
    assert "Say why it is opened again" in refused.text
    again = browser.follow(browser.post(f"{path}/undo", {"why": "He is out."}, page=after))
    assert "The case is open again." in again.text and "Opened again: He is out." in again.text
