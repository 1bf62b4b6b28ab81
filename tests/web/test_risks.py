"""Risk on its pages: a tool in its own words, a lower result refused and then agreed, and a clinic's plan."""

from datetime import timedelta

from clinic.web import clock
from tests import make

FOUND = {"assessed_on-day": "1", "assessed_on-month": "11", "assessed_on-year": "2026", "assessor": "A. Assessor",
         "judgement": "He knows where she works."}


def case_of(site):
    case_id = make.case(site.world)
    make.listed(site.world, case_id, make.meeting(site.world, clock.now() + timedelta(days=9)))
    return f"/cases/{case_id}"


def enter(browser, case, result, **more):
    page = browser.get(f"{case}/risk/new?tool=sash")
    return browser.post(f"{case}/risk/new", {**FOUND, "result": result, **more}, page=page)


def test_a_lowering_is_refused_then_agreed_by_a_second_person(site):
    case = case_of(site)
    officer, coordinator = site.browser("officer"), site.browser("coordinator")
    assert f"{case}/risk" in dict(officer.get(case).links).values()
    page = officer.get(f"{case}/risk/new?tool=sash")
    refused = officer.post(f"{case}/risk/new", {**FOUND, "result": "moderate"}, page=page, status=422)
    assert "Before it was “high”, and this is lower" in refused.text and "He knows where she works." in refused.text
    shown = officer.follow(enter(officer, case, "moderate", because="He is in custody."))
    assert "waits for a second person" in shown.text and "You entered it" in shown.text
    assert "/risks" in dict(coordinator.get("/").links).values() and "A lower result" in coordinator.get("/risks").text
    assert "Lower result waits" in coordinator.get(case).text
    page = coordinator.get(f"{case}/risk")
    decide = next(url for url in page.urls if url.endswith("/decide"))
    assert "Say whether you agree" in coordinator.post(decide, page=page, status=422).text
    assert "Say why the earlier" in coordinator.post(decide, {"decision": "refuse"}, page=page, status=422).text
    answer = coordinator.post(decide, {"decision": "refuse", "refusal": "Custody ends on Friday."}, page=page)
    shown = coordinator.follow(answer)
    assert "The earlier result goes on counting." in shown.text and "SASH: high" in shown.text
    enter(officer, case, "moderate", because="He was sentenced on Friday.")
    page = coordinator.get(f"{case}/risk")
    decide = next(url for url in page.urls if url.endswith("/decide"))
    shown = coordinator.follow(coordinator.post(decide, {"decision": "agree"}, page=page))
    assert "The lower result counts from now on." in shown.text and "SASH: moderate" in shown.text


def test_the_tool_is_chosen_first_and_asks_in_its_own_words(site):
    case = case_of(site)
    officer = site.browser("officer")
    assert "Which tool was used?" in officer.get(f"{case}/risk/new").text
    assert "Choose the tool" in officer.get(f"{case}/risk/new?tool=", 422).text
    assert "Very high" in officer.get(f"{case}/risk/new?tool=oasys").text
    assert "Very high" not in officer.get(f"{case}/risk/new?tool=sash").text
    page = officer.get(f"{case}/risk/new?tool=sash")
    refused = officer.post(f"{case}/risk/new", {"judgement": "Kept."}, page=page, status=422)
    assert "Choose what the tool came to" in refused.text and "Kept." in refused.text


def test_a_new_assessment_is_asked_for_and_a_plan_has_its_review_day(site):
    case = case_of(site)
    officer = site.browser("officer")
    refused = officer.post(f"{case}/risk/ask", page=officer.get(f"{case}/risk"), status=422)
    assert "Say what has happened" in refused.text
    page = officer.get(f"{case}/risk")
    day = {"on-day": "20", "on-month": "11", "on-year": "2026", "cause": "release"}
    assert "Assess anew: a release" in officer.follow(officer.post(f"{case}/risk/ask", day, page=page)).text
    refused = officer.post(f"{case}/risk/plan", {"typology": "rejected"}, status=422)
    assert "Write how the case is understood" in refused.text
    review = {"review_on-day": "24", "review_on-month": "12", "review_on-year": "2099"}
    shown = officer.follow(officer.post(f"{case}/risk/plan", {"formulation": "Rejection.", **review}))
    assert "24 December 2099" in shown.text
    assert "Rejection." in officer.get(f"{case}/risk/plan").html
    assert "The panel has set this day" in officer.get(f"{case}/clocks").text
