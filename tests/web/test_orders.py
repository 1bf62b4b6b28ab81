"""Orders, as people meet them: written down, broken, judged, and refused with a sentence at the field."""

from datetime import date, timedelta

from clinic.domain.meetings import local_day
from clinic.web import clock
from tests import make

ORDER = {"kind": "spo", "event": "made", **{f"on-{part}": text for part, text in (
    ("day", "5"), ("month", "10"), ("year", "2026"))}}


def until(day: date) -> dict[str, str]:
    return {"expires_on-day": str(day.day), "expires_on-month": str(day.month), "expires_on-year": str(day.year)}


def told_on(day: date) -> dict[str, str]:
    return {"on-day": str(day.day), "on-month": str(day.month), "on-year": str(day.year)}


def written(site, case_id, who="officer", **more):
    """Write an order down through its page, and return the browser with the register that follows."""
    browser = site.browser(who)
    register = browser.get(f"/cases/{case_id}/orders")
    path = dict(register.links)["Write down an order"]
    return browser, browser.follow(browser.post(path, {**ORDER, **more}, page=browser.get(path)))


def link(page, words):
    return next(path for text, path in page.links if text.startswith(words))


def test_an_officer_writes_an_order_down_says_that_it_was_served_and_takes_that_back(site):
    case_id = make.case(site.world)
    browser, page = written(site, case_id, court="Northmere Magistrates", terms="Not to go near.")
    for words in ("Stalking protection order", "Holds until further order.", "Northmere Magistrates",
                  "Not to go near.", "Officer Testwell, Northmere Police"):
        assert words in page.text, words
    path = link(page, "Say what has happened")
    asked = browser.get(path)
    page = browser.follow(browser.post(path, {"kind": "served", **told_on(date(2026, 10, 7))}, page=asked))
    assert "It is written down." in page.text and "Name and address to the police" in browser.get(
        f"/cases/{case_id}/clocks").text
    undo = next(form["action"] for form in page.forms if form["action"].endswith("/take-back"))
    page = browser.follow(browser.post(undo, page=page))
    assert "It stays to be read." in page.text and "Taken back on" in page.text
    assert "Stalking protection order" in browser.get(f"/cases/{case_id}").text


def test_an_order_that_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(site):
    case_id = make.case(site.world)
    browser, path = site.browser("officer"), f"/cases/{case_id}/orders/new"
    page = browser.get(path)
    for more, words in (
        (until(date(2026, 10, 4)), "An order ends on the day it was made or later"),
        (until(date(2027, 10, 4)), "A Stalking Protection Order holds for two years or more"),
        ({"kind": ""}, "Choose the order from the list"),
        ({"event": "not_pursued"}, "Say why"),
    ):
        refused = browser.post(path, {**ORDER, "terms": "Typed before.", **more}, page=page, status=422)
        assert words in refused.text and "Typed before." in refused.text, words


def test_a_breach_of_an_order_that_was_not_in_force_is_refused_at_its_day(site):
    case_id = make.case(site.world)
    browser, page = written(site, case_id)
    path = link(page, "Say that it was broken")
    asked = browser.get(path)
    typed = {**told_on(date(2026, 10, 4)), "what": "Typed before it was refused."}
    refused = browser.post(path, typed, page=asked, status=422)
    assert "The order was not in force on this day" in refused.text and "Typed before it was refused." in refused.text
    refused = browser.post(path, {}, page=asked, status=422)
    assert "Enter the day on which it was broken" in refused.text and "Say what happened" in refused.text


def test_the_coordinator_comes_from_home_to_a_breach_and_says_whether_it_is_a_repeat(site):
    case_id = make.case(site.world)
    browser, page = written(site, case_id)
    path = link(page, "Say that it was broken")
    typed = {**told_on(date(2026, 11, 1)), "what": "Waited outside the gate.", "behaviours": "following"}
    page = browser.follow(browser.post(path, typed, page=browser.get(path)))
    assert "Waited outside the gate." in page.text and "Repeat or not?" in page.text
    coordinator = site.browser("coordinator")
    register = coordinator.get(link(coordinator.get("/"), "Say whether breaches of orders are repeats"))
    assert "Broken once" in register.text
    case = coordinator.get(link(register, "PM-"))
    path = link(case, "Say whether it is a repeat")
    asked = coordinator.get(path)
    assert "Say why the panel need not hear it again" in coordinator.post(
        path, {"is_repeat": "no"}, page=asked, status=422).text
    assert "No meeting of this panel is planned" in coordinator.post(
        path, {"is_repeat": "yes"}, page=asked, status=422).text
    make.meeting(site.world, clock.now() + timedelta(days=14))
    after = coordinator.follow(coordinator.post(path, {"is_repeat": "yes"}, page=coordinator.get(path)))
    assert "Your answer is written down." in after.text and "A repeat" in after.text
    assert "repeats" not in coordinator.get("/").text


def test_what_ends_when_is_listed_for_the_panel_and_for_an_agency_and_cut_down(site):
    # Pages tell the day by the real clock.
    today = local_day(clock.now())
    case_id = make.case(site.world)
    written(site, case_id, kind="non_molestation", **until(today + timedelta(days=9)))
    written(site, case_id, kind="dapo", event="applied")
    for who, path in (("coordinator", f"/panels/{site.world.clinic}/orders"), ("officer", "/orders")):
        page = site.browser(who).get(path)
        assert "Non-molestation order" in page.text and "9 days left." in page.text
        assert "Applied for</strong>" not in page.html
        cut = site.browser(who).get(f"{path}?show=undecided&kind=dapo")
        assert "Applied for" in cut.text and "9 days left." not in cut.text
        assert "Clear filters" in site.browser(who).get(f"{path}?show=over").text
        assert "Clear filters" in site.browser(who).get(f"{path}?show=humbug&page=900").text
    assert "No order is known to be in force" in site.browser("outsider").get("/orders").text
