"""The directory as people meet it: agencies, people, memberships."""

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, UserStatus
from clinic.models.account import Membership, User
from clinic.models.agency import Agency
from clinic.policy.accounts import anyone
from clinic.web import clock
from clinic.web import session as web_session
from clinic.web import work as web_work
from tests.conftest import NOW

R = MembershipRole


@pytest.fixture(autouse=True)
def a_wednesday(monkeypatch):
    for module in (clock, web_session, web_work):
        monkeypatch.setattr(module, "now", lambda: NOW)


def first(site, model, **values):
    with site.world.looking() as session:
        return session.scalars(select(model).filter_by(**values)).first()


def test_a_coordinator_adds_an_agency_and_invites_somebody_of_it_who_gets_a_seat(site):
    browser = site.browser("coordinator")
    answer = browser.post("/directory/agencies/new", {"name": "Northmere Fire", "sector": "fire_service",
                                                       "domains": "fire.example"})
    page = browser.follow(answer)
    assert "The agency is added" in page.text and "fire.example" in page.text
    agency = first(site, Agency, name="Northmere Fire")
    answer = browser.post("/directory/people/new", {"name": "Fern Firewright", "agency": str(agency.id),
                                                     "email": "fern@fire.example"})
    assert "Invited" in browser.follow(answer).text
    user = first(site, User, email="fern@fire.example")
    url = f"/panels/{site.world.clinic}/members"
    answer = browser.post(f"{url}/new", {
        "person": str(user.id), "role": "representative",
        "valid_from-day": "25", "valid_from-month": "nov", "valid_from-year": "2026",
    })
    page = browser.follow(answer)
    assert "Fern Firewright" in page.text and "The membership is added" in page.text
    seat = first(site, Membership, user_id=user.id)
    answer = browser.post(f"/memberships/{seat.id}", {
        "valid_until-day": "24", "valid_until-month": "12", "valid_until-year": "2026"})
    assert "24 Dec 2026" in browser.follow(answer).text


@pytest.mark.parametrize("who", ["officer", "chair", "observer", "recipient", "auditor", "admin", "outsider"])
def test_everyone_sees_agencies_and_people(site, who):
    browser = site.browser(who)
    assert "Northmere Police" in browser.get("/directory").text
    assert "Officer Testwell" in browser.get("/directory/people").text
    browser.get(f"/directory/agencies/{site.world.agencies['police']}")
    page = browser.get(f"/directory/people/{site.world.users['officer']}")
    assert "Officer Testwell" in page.h1
    assert ("officer@police.example" in page.text) is (who == "admin")


@pytest.mark.parametrize("who", ["officer", "chair", "observer", "minute_taker", "auditor"])
def test_others_meet_nothing_that_changes_the_directory(site, who):
    browser, world = site.browser(who), site.world
    pages = [browser.get("/directory"), browser.get("/directory/people"),
             browser.get(f"/directory/people/{world.users['advocate']}")]
    for page in pages:
        assert not [url for url in page.urls if re.search(r"/(new|edit|disable|reset|invite)\b", url)]
    user, agency = world.users["advocate"], world.agencies["police"]
    for url in ("/directory/agencies/new", "/directory/people/new"):
        browser.get(url, status=403)
    for url in (f"/directory/agencies/{agency}/edit", f"/directory/people/{user}/edit",
                f"/directory/people/{user}/disable", f"/panels/{world.clinic}/members/new"):
        browser.get(url, status=404)


def test_a_stranger_is_sent_to_sign_in(site):
    client = site.browser(None).client
    for url in ("/directory", "/directory/people", f"/panels/{site.world.clinic}/members", "/", "/panels"):
        assert client.get(url).location == "/sign-in"


def test_missing_and_forbidden_look_the_same(site):
    browser, nobody = site.browser("outsider"), uuid4()
    seat = first(site, Membership, user_id=site.world.users["officer"])
    bodies = {
        re.sub(r'value="[^"]*"|data-token="[^"]*"', "", browser.client.get(url).text)
        for url in (f"/panels/{site.world.clinic}/members", f"/panels/{nobody}/members", f"/memberships/{seat.id}",
                    f"/memberships/{nobody}", f"/directory/people/{nobody}", f"/directory/agencies/{nobody}",
                    f"/directory/people/{site.world.users['officer']}/edit")
    }
    assert len(bodies) == 1


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("name", "", "Enter the agency’s name"), ("name", "x" * 121, "take out 1"), ("name", "a\x00b", "cannot be kept"),
    ("sector", "", "Choose the sector"), ("sector", "circus", "Choose from the list"),
    ("domains", "", "Enter at least one mail domain"), ("domains", "gmail.com", "Anybody can open a mailbox"),
    ("domains", "<script>alert(1)</script>", "is not a mail domain"), ("name", "NORTHMERE police", "already"),
])
def test_a_bad_agency_is_refused_at_its_field_and_keeps_what_was_typed(site, field, value, sentence):
    browser = site.browser("coordinator")
    good = {"name": "Northmere Fire", "sector": "fire_service", "domains": "fire.example"}
    answer = browser.post("/directory/agencies/new", good | {field: value}, status=422)
    assert sentence in answer.text and "Error: " in answer.text
    assert "<script>alert" not in answer.text
    assert all(kept in answer.text for name, kept in good.items() if name != field)
    assert first(site, Agency, name="Northmere Fire") is None


def test_the_same_form_twice_adds_one_agency(site):
    browser = site.browser("coordinator")
    page = browser.get("/directory/agencies/new")
    data = {"name": "Northmere Fire", "sector": "fire_service", "domains": "fire.example"}
    answers = [browser.post("/directory/agencies/new", data, page=page) for _ in range(2)]
    assert answers[0].location == answers[1].location


def test_a_stale_edit_shows_what_is_kept_and_what_was_typed(site):
    browser, url = site.browser("coordinator"), f"/directory/agencies/{site.world.agencies['housing']}/edit"
    page = browser.get(url)
    browser.post(url, {"name": "Northmere Homes"})
    for version in (None, "x", "99999999999999999999", ""):
        data = {"name": "Northmere Dwellings"} | ({} if version is None else {"version": version})
        page.forms[-1]["fields"]["form_key"] = uuid4().hex
        answer = browser.post(url, data, page=page, status=409)
        assert "Northmere Homes" in answer.text and "Northmere Dwellings" in answer.text


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("name", "", "Enter the person’s name"), ("agency", "", "Choose the agency"), ("agency", "x", "from the list"),
    ("email", "", "Enter their e-mail address"), ("email", "nobody", "like name@agency.example"),
    ("email", "a@gmail.com", "police.example"), ("email", "officer@police.example", "already"),
    ("email", "a@police.example\r\nBcc: b@c.example", "must be one line"),
])
def test_a_bad_person_is_refused_at_the_field(site, field, value, sentence):
    browser = site.browser("admin")
    good = {"name": "New Person", "agency": str(site.world.agencies["police"]), "email": "new@police.example"}
    answer = browser.post("/directory/people/new", good | {field: value}, status=422)
    assert sentence in answer.text
    assert first(site, User, name="New Person") is None


@pytest.mark.parametrize(("change", "sentence"), [
    ({"person": ""}, "Choose the person"), ({"person": str(uuid4())}, "Choose from the list"),
    ({"role": "emperor"}, "Choose from the list"), ({"agency": "x"}, "Choose from the list"),
    ({"valid_from-day": "31", "valid_from-month": "2"}, "must be a real date"),
    ({"valid_from-day": ""}, "must include a day"), ({"valid_from-year": "26"}, "must be a real date"),
    ({"valid_until-day": "24", "valid_until-month": "11", "valid_until-year": "2026"}, "the first day or later"),
])
def test_a_bad_membership_is_refused_at_the_field(site, change, sentence):
    browser, url = site.browser("coordinator"), f"/panels/{site.world.clinic}/members/new"
    good = {"person": str(site.world.users["outsider"]), "agency": str(site.world.agencies["health"]),
            "role": "representative", "valid_from-day": "25", "valid_from-month": "11", "valid_from-year": "2026"}
    answer = browser.post(url, good | change, status=422)
    assert sentence in answer.text
    assert first(site, Membership, user_id=site.world.users["outsider"], panel_id=site.world.clinic) is None


def test_a_coordinator_meets_no_link_to_their_own_membership_and_none_of_it_opens(site):
    browser = site.browser("coordinator")
    seat = first(site, Membership, user_id=site.world.users["coordinator"])
    page = browser.get(f"/panels/{site.world.clinic}/members")
    assert f"/memberships/{seat.id}" not in page.urls and "Your own" in page.text
    browser.get(f"/memberships/{seat.id}", status=404)
    form = {"csrf_token": page.form("")["csrf_token"] if page.forms[1:] else page.forms[0]["fields"]["csrf_token"],
            "valid_from-day": "1", "valid_from-month": "1", "valid_from-year": "2025"}
    assert browser.client.post(f"/memberships/{seat.id}", data=form).status_code == 404


def test_disabling_asks_first_and_then_ends_the_persons_session(site):
    officer, browser = site.browser("officer"), site.browser("coordinator")
    officer.get("/directory")
    url = f"/directory/people/{site.world.users['officer']}"
    assert "signed out everywhere" in browser.get(f"{url}/disable").text
    answer = browser.post(f"{url}/disable")
    assert "The account is disabled" in browser.follow(answer).text
    assert officer.client.get("/directory").location == "/sign-in"
    assert "open again" in browser.follow(browser.post(f"{url}/enable", page=browser.get(url))).text


def test_a_letter_is_sent_again_and_a_reset_started_from_the_persons_page(site):
    browser = site.browser("coordinator")
    url = f"/directory/people/{site.world.users['officer']}"
    answer = browser.post(f"{url}/reset", page=browser.get(url))
    assert "A letter is on its way" in browser.follow(answer).text
    answer = browser.post("/directory/people/new", {
        "name": "New Person", "agency": str(site.world.agencies["police"]), "email": "new@police.example"})
    answer = browser.post(f"{answer.location}/invite", page=browser.follow(answer))
    assert "new letter of invitation" in browser.follow(answer).text


def test_a_refused_press_says_why(site):
    browser = site.browser("coordinator")
    url = f"/directory/people/{site.world.users['officer']}"
    page = browser.get(url)
    fields = page.form(f"{url}/reset")
    answer = browser.client.post(f"{url}/invite", data=fields)
    assert answer.status_code == 422 and "Start a reset instead" in answer.text


def test_the_page_after_the_last_and_a_wrong_page_number_are_no_faults(site):
    browser = site.browser("officer")
    for page in ("0", "-1", "x", "99", "1e9", "9" * 30, "²"):
        browser.get("/directory", query_string={"page": page})
        browser.get("/directory/people", query_string={"page": page, "agency": "x'\"><script>", "status": "\x00"})


@pytest.mark.parametrize("url", ["/directory", "/directory/people", "/panels/{}/members", "/panels/{}/members/new"])
def test_lists_need_the_same_statements_for_few_rows_and_for_many(site, url):
    browser = site.browser("coordinator")
    browser.get("/account")
    counts = []
    for more in (5, 50):
        fill(site, more)
        with site.statements() as seen:
            browser.get(url.format(site.world.clinic))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 9


def fill(site, count):
    """Add agencies, each with one person who has a seat on the clinic."""
    with site.world.changing("coordinator") as work:
        work.require(anyone)
        for n in range(count):
            agency = Agency(name=f"Agency {count}-{n:02}", sector="refuge")
            work.session.add(agency)
            work.session.flush()
            user = User(name=f"Person {count}-{n:02}", email=f"p{count}.{n}@agency.example", agency_id=agency.id,
                        status=UserStatus.ACTIVE, created_at=work.now)
            work.session.add(user)
            work.session.flush()
            work.session.add(Membership(user_id=user.id, panel_id=site.world.clinic, agency_id=agency.id,
                                        role=R.OBSERVER, valid_from=date(2026, 1, 1)))
        work.record("create", "Agency")


def test_a_long_list_comes_in_pages_that_keep_the_filter(site):
    fill(site, 60)
    browser = site.browser("officer")
    page = browser.get("/directory?sector=refuge")
    assert "Showing 1 to 25 of 60 agencies" in page.text
    onward = [url for text, url in page.links if text.startswith("Next")]
    assert onward == ["/directory?page=2&sector=refuge"]
    assert "Showing 26 to 50 of 60" in browser.get(onward[0]).text
