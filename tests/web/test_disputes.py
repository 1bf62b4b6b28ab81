"""A disputed response, as the agencies on both sides of it meet it."""

from datetime import timedelta

from clinic.web import clock
from tests import make


def test_an_advocate_disputes_a_response_and_the_agency_finds_it_answers_and_it_stands_on_the_case(site):
    case_id = make.case(site.world)
    make.listed(site.world, case_id, make.meeting(site.world, clock.now() + timedelta(days=9)), asked=("advocacy",))
    advocate, path = site.browser("advocate"), f"/cases/{case_id}/disputes"
    assert path in dict(advocate.get(f"/cases/{case_id}").links).values()
    page = advocate.get(path)
    typed = {"responder": str(site.world.agencies["police"]), "response": "low_priority", "words": "He was there."}
    refused = advocate.post(path, typed, page=page, status=422)
    assert "Enter the day of the response" in refused.text and "He was there." in refused.text
    refused = advocate.post(path, {**typed, "responder": "nobody", "responded_on-day": "1", "responded_on-month": "11",
                                   "responded_on-year": "2026"}, page=page, status=422)
    assert "Choose the agency" in refused.text
    made = advocate.follow(advocate.post(path, {**typed, "responded_on-day": "1", "responded_on-month": "11",
                                                "responded_on-year": "2026"}, page=page))
    assert "The agency is asked to answer." in made.text and "Put it right" in made.text
    officer = site.browser("officer")
    assert "/disputes" in dict(officer.get(f"/panels/{site.world.clinic}").links).values()
    assert "Waits for an answer" in officer.get(f"/cases/{case_id}").text
    one, = (url for _, url in officer.get("/disputes").links if url.startswith(f"{path}/"))
    page = officer.get(one)
    refused = officer.post(f"{one}/answer", {"outcome": "changed"}, page=page, status=422)
    assert "Say what came of it, and why" in refused.text
    done = officer.follow(officer.post(f"{one}/answer", {"outcome": "changed", "words": "A car is sent."}, page=page))
    assert "Answered by Officer Testwell" in done.text and "A car is sent." in done.text
    assert "Nothing waits." in officer.get("/disputes").text
    assert "answered by Officer Testwell, Northmere Police" in advocate.get(f"/cases/{case_id}").text
