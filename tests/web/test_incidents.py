"""What has happened in a case, as people meet it: written down, pasted, filtered, put right."""

import re

from clinic.scheduler import timetable
from tests import make
from tests.site import Page

SAID = {"on-day": "2", "on-month": "11", "on-year": "2026", "what": "Followed from work.", "information": "fact",
        "behaviours": ["following"]}
LOG = "1/10/2026; Silent call.\n2 Oct 2026, Waited at the gate.\n2026-10-03; Silent call again."


def pasted(browser, path, page=None, **typed):
    """Return the page to be checked that follows a paste."""
    return Page(browser.post(path, typed, page=page or browser.get(path), status=200).text)


def case_of(site):
    case_id = make.case(site.world)
    make.listed(site.world, case_id, make.meeting(site.world))
    timetable.set_clocks(site.world.office, None)
    return case_id


def test_an_officer_writes_down_what_happened_puts_it_right_and_takes_it_back(site):
    case_id = case_of(site)
    browser, path = site.browser("officer"), f"/cases/{case_id}/timeline"
    assert path in dict(browser.get(f"/cases/{case_id}").links).values()
    page = browser.get(path)
    assert "Nobody has written down an incident" in page.text and "Zelda" not in page.title
    after = browser.follow(browser.post(f"/cases/{case_id}/incidents/add", SAID,
                                        page=browser.get(f"/cases/{case_id}/incidents/add")))
    for words in ("The incident is written down.", "2 November 2026", "Followed from work.", "Following",
                  "Officer Testwell, Northmere Police", "1 entry"):
        assert words in after.text, words
    entry = next(url for text, url in after.links if text.startswith("Put right or take back"))
    right = {**SAID, "on-day": "1", "why": "The call log says so."}
    after = browser.follow(browser.post(entry, right, page=browser.get(entry)))
    assert "The six-month limit is earlier than it was: 1 May 2027." in after.text and "Corrected" in after.text
    shown = browser.get(f"{path}?ended=yes")
    assert "The call log says so." in shown.text and "No longer stands since" in shown.text
    newer = next(url for text, url in after.links if text.startswith("Put right or take back"))
    assert "Earlier versions" in browser.get(newer).text
    after = browser.follow(browser.post(f"{newer}/take-back", {"why": "Another man."}, page=browser.get(newer)))
    assert "The incident is taken back." in after.text and "No entry is of this kind" not in after.text


def test_what_was_typed_stays_with_an_incident_that_cannot_be(site):
    case_id = case_of(site)
    browser, path = site.browser("officer"), f"/cases/{case_id}/incidents/add"
    page = browser.get(path)
    refused = browser.post(path, {**SAID, "on-year": "2099"}, page=page, status=422)
    assert "An incident cannot lie in the future" in refused.text and "Followed from work." in refused.text
    refused = browser.post(path, {}, page=page, status=422)
    for words in ("Enter the day of the incident", "Say what happened", "Say what this rests on"):
        assert words in refused.text


def test_a_log_is_checked_before_it_is_written_down(site):
    case_id = case_of(site)
    browser, path = site.browser("officer"), f"/cases/{case_id}/incidents/paste"
    page = browser.get(path)
    refused = browser.post(path, {"lines": LOG + "\nand so on", "information": "fact"}, page=page, status=422)
    assert "1 line has to be mended; nothing has been added yet" in refused.text and "Line 4" in refused.text
    check = pasted(browser, path, page, lines=LOG, information="third_party_report")
    for words in ("3 incidents were understood. Nothing is written down yet.", "Silent call again."):
        assert words in check.text
    after = browser.follow(browser.post(path, {}, page=check))
    assert "3 incidents are written down." in after.text and "3 entries." in after.text
    assert "Report" in after.text
    # Lines that were changed after the check are checked again.
    check = pasted(browser, path, lines=LOG, information="fact")
    again = pasted(browser, path, check, lines=LOG + "\n4 Oct 2026, One more.")
    assert "4 incidents were understood" in again.text


def test_a_long_history_has_its_pages_and_its_filters(site):
    case_id = case_of(site)
    browser, path = site.browser("officer"), f"/cases/{case_id}/incidents/paste"
    log = "\n".join(f"{day}/{month}/2026; Call {month}-{day}." for month in (7, 8, 9) for day in range(1, 21))
    page = browser.follow(browser.post(path, {}, page=pasted(browser, path, lines=log, information="fact")))
    assert "Showing 1 to 50 of 60 entries." in page.text and page.text.index("Call 9-20") < page.text.index("Call 7-20")
    last = browser.get(f"/cases/{case_id}/timeline?page=2")
    assert "Call 7-1." in last.text and "Call 9-20" not in last.text
    assert re.search(r"September 2026\s+20\b", page.text)
    none = browser.get(f"/cases/{case_id}/timeline?behaviour=following")
    assert "No entry is of this kind." in none.text and "Clear filters" in none.text
    assert "Timeline (60)" in browser.get(f"/cases/{case_id}").text
