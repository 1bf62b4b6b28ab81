"""The victim's voice as an advocate writes it and a meeting reads it."""

from datetime import timedelta

from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.models.nomination import Nomination
from clinic.services import nominations
from clinic.web import clock
from tests import make


def listed(site):
    meeting_id = make.meeting(site.world, clock.now() + timedelta(days=14))
    nomination_id = make.nominated(site.world)
    with site.world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT, meeting_id=meeting_id))
    with site.world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id, meeting_id


def test_an_advocate_goes_from_home_to_the_task_writes_and_finds_it_done(site):
    case_id, meeting_id = listed(site)
    browser, path = site.browser("advocate"), f"/cases/{case_id}/voice/{meeting_id}"
    assert "/victims-voice" in dict(browser.get(f"/panels/{site.world.clinic}").links).values()
    assert path in dict(browser.get("/victims-voice").links).values()
    page = browser.get(path)
    assert "It was not safe to ask" in page.text and "Zelda" not in page.title
    refused = browser.post(path, {"status": "not_given_unsafe"}, page=page, status=422)
    assert "Say why, and what was tried" in refused.text
    refused = browser.post(path, {"text": "Typed and kept."}, page=page, status=422)
    assert "Say whether the victim could be asked or told" in refused.text and "Typed and kept." in refused.text
    done = browser.follow(browser.post(path, {"status": "given", "text": "Fears the weekend."}, page=page))
    assert "It is written down" in done.text and "Fears the weekend." in done.text
    assert "Nothing waits." in browser.get("/victims-voice").text
    assert f"/cases/{case_id}/voice" in dict(browser.get(f"/cases/{case_id}").links).values()


def test_whoever_knows_the_case_reads_that_nothing_was_brought_yet(site):
    case_id, _ = listed(site)
    page = site.browser("officer").get(f"/cases/{case_id}/voice")
    assert "The advocate has not brought the victim’s views yet" in page.text
    assert "Bring the victim’s views" not in page.text
