"""Cases as people meet them: the list, one case, its contact details, its exclusions, its journal."""

import re
from uuid import UUID

from tests import make
from tests.web.test_nominations import send, the_worlds_day  # noqa: F401  a fixture


def case_of(browser, url):
    page = browser.get(url)
    return next(link for _, link in page.links if re.fullmatch(r"/cases/[0-9a-f-]{36}", link))


def test_a_case_is_found_by_its_whole_reference_and_shows_the_victims_view_first(site):
    browser, url = send(site)
    case = case_of(browser, url)
    page = browser.get(case)
    assert page.text.index("The victim’s view") < page.text.index("Zelda Uniquename") < page.text.index("SASH: high")
    assert "ZZ1" not in page.text and "07700" not in page.text
    reference = page.h1[0].split()[-1]
    assert reference in browser.get(f"/cases?reference={reference}").text
    assert "No case is of this kind" in browser.get(f"/cases?reference={reference[:-1]}").text
    assert "Zelda" not in browser.get("/cases").text


def test_the_contact_details_stand_on_a_page_of_their_own_for_few(site):
    browser, url = send(site)
    case = case_of(browser, url)
    for who in ("officer", "coordinator"):
        page = site.browser(who).get(f"{case}/contact")
        assert "ZZ1 1ZZ" in page.text and "07700 900000" in page.text
    for who in ("deputy", "minute_taker", "probation_officer", "observer", "other_coordinator", "admin"):
        site.browser(who).get(f"{case}/contact", 404)


def test_excluding_names_the_consequence_first_and_then_the_case_is_missing(site):
    officer, url = send(site)
    case = case_of(officer, url)
    coordinator = site.browser("coordinator")
    page = coordinator.get(f"{case}/exclusions")
    assert "Nobody is excluded" in page.text and f"user:{site.world.users['coordinator']}" not in page.html
    chosen = f"{case}/exclusions/new?who=user:{site.world.users['officer']}&ground=user_is_party"
    asked = coordinator.get(chosen)
    assert "They are not told" in asked.text and "Officer Testwell" in asked.text
    officer.get(case)
    coordinator.post(f"{case}/exclusions/new", page=asked)
    for path in (case, url, f"{case}/contact"):
        officer.get(path, 404)
    assert "There are no cases for you to see" in officer.get("/cases").text
    assert "There are no nominations here" in officer.get("/nominations").text
    lift = next(link for _, link in coordinator.get(f"{case}/exclusions").links if link.endswith("/lift"))
    coordinator.post(lift)
    officer.get(case)
    coordinator.get(lift, 404)


def test_an_exclusion_that_is_not_whole_is_refused_at_its_field(site):
    officer, url = send(site)
    case = case_of(officer, url)
    coordinator = site.browser("coordinator")
    officer_only = f"?who=user:{site.world.users['officer']}"
    for query, sentence in (("", "Choose one person or one agency"), (officer_only, "Choose the ground"),
                            ("?who=user:x&ground=user_is_party", "Choose from")):
        assert sentence in coordinator.get(f"{case}/exclusions/new{query}", 422).text
    key = coordinator.get(f"{case}/exclusions/new?who=user:{site.world.users['officer']}&ground=user_is_party")
    own = {"who": f"user:{site.world.users['coordinator']}"}
    assert "Choose from the list" in coordinator.post(f"{case}/exclusions/new", own, page=key, status=422).text
    for who in ("officer", "chair", "other_coordinator"):
        site.browser(who).get(f"{case}/exclusions", 404)


def test_the_journal_names_who_opened_the_case(site):
    officer, url = send(site)
    case = case_of(officer, url)
    officer.get(case)
    page = site.browser("chair").get(f"{case}/journal")
    assert "Officer Testwell" in page.text and "Zelda" not in page.text
    site.browser("officer").get(f"{case}/journal", 404)
    assert "First page" in site.browser("chair").get(f"{case}/journal?page=9").text


def test_the_list_asks_the_same_number_of_questions_for_five_fifty_and_five_hundred(site):
    coordinator, counts = site.browser("coordinator"), []
    for more in (5, 45, 450):
        for _ in range(more):
            make.case(site.world)
        coordinator.get("/cases")
        with site.statements() as seen:
            coordinator.get("/cases")
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 6


def test_a_cases_page_asks_twelve_questions_whatever_its_length(site):
    officer, url = send(site)
    case = case_of(officer, url)
    counts = []
    for meetings in (0, 5, 45):
        for number in range(meetings):
            make.listed(site.world, UUID(case.rpartition("/")[2]), make.meeting(site.world), minutes=number + 1)
        with site.statements() as seen:
            officer.get(case)
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 12
