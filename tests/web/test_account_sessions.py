"""How long a visit lasts, what ends it, and where signing in leads."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.blueprints.accounts import views as account_views
from clinic.models.account import Throttle, User, UserSession
from clinic.models.audit import AuditEvent
from clinic.services import accounts, passwords
from clinic.web import clock
from clinic.web import session as web_session
from clinic.web import work as web_work
from tests import make
from tests.conftest import NOW
from tests.make import PASSWORD

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the pages to so long after NOW."""
    def set_to(after=timedelta(0)):
        for module in (clock, web_session, web_work, account_views):
            monkeypatch.setattr(module, "now", lambda: NOW + after)

    set_to()
    return set_to


def signed_in(browser) -> bool:
    return browser.client.get("/account").status_code == 200


def test_a_visit_ends_after_fifteen_minutes_in_which_nobody_did_anything(site, at):
    browser = site.browser("officer")
    at(14 * MINUTE)
    assert signed_in(browser)
    at(28 * MINUTE)
    assert signed_in(browser), "what somebody does keeps the visit"
    at(44 * MINUTE)
    assert not signed_in(browser)


def test_a_visit_ends_after_ten_hours_whatever_is_done(site, at):
    browser = site.browser("officer")
    for minutes in range(10, 600, 10):
        at(minutes * MINUTE)
        assert signed_in(browser), minutes
    at(600 * MINUTE)
    assert not signed_in(browser)


def test_extend_keeps_the_visit(site, at):
    browser = site.browser("officer")
    token = browser.get("/account").forms[0]["fields"]["csrf_token"]
    at(14 * MINUTE)
    answer = browser.client.post("/session/extend", data={"csrf_token": token})
    assert answer.json == {"minutes": 15}
    at(28 * MINUTE)
    assert signed_in(browser)


def test_extending_a_visit_that_is_over_is_refused_in_words(site, at):
    browser = site.browser("officer")
    token = browser.get("/account").forms[0]["fields"]["csrf_token"]
    at(20 * MINUTE)
    answer = browser.client.post("/session/extend", data={"csrf_token": token})
    assert answer.status_code in (400, 401)


@pytest.mark.parametrize("header", [{}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}])
def test_leaving_ends_the_visit_and_shows_the_weather(site, at, header):
    browser = site.browser("officer")
    answer = browser.client.get("/leave", headers=header)
    assert answer.status_code == 303 and answer.location == "https://www.bbc.co.uk/weather"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not signed_in(browser)


def test_what_a_page_was_still_sending_when_it_was_left_arrives_and_nothing_later(site, at):
    browser, name = site.browser("officer"), site.app.session_interface.name
    cookie = browser.client.get_cookie(name)
    browser.client.get("/leave")
    assert browser.client.get_cookie(name) is None
    browser.client.set_cookie(name, cookie.value)
    at(timedelta(seconds=4))
    assert signed_in(browser)
    at(timedelta(seconds=5))
    assert not signed_in(browser)


@pytest.mark.parametrize("site_of", ["cross-site", "same-site", "nonsense"])
def test_another_site_cannot_end_a_visit_through_leave(site, at, site_of):
    browser = site.browser("officer")
    answer = browser.client.get("/leave", headers={"Sec-Fetch-Site": site_of})
    assert answer.location == "https://www.bbc.co.uk/weather" and "Clear-Site-Data" not in answer.headers
    assert signed_in(browser)


def test_leaving_without_a_visit_is_no_fault(site, at):
    assert site.browser(None).client.get("/leave").location == "https://www.bbc.co.uk/weather"


def test_one_of_ones_own_sessions_can_be_ended_and_nobody_elses(site, at):
    desk, phone, other = site.browser("officer"), site.browser("officer"), site.browser("advocate")
    page = desk.get("/account")
    ends = [form["action"] for form in page.forms if form["action"].endswith("/end")]
    assert len(ends) == 1, "the session in use has no button"
    fields = page.form(ends[0])
    stolen = other.get("/account").forms[0]["fields"] | {"form_key": "1" * 32}
    assert other.client.post(ends[0], data=stolen).status_code == 404 and signed_in(phone)
    desk.client.post(ends[0], data=fields)
    assert not signed_in(phone) and signed_in(desk)


def test_changing_ones_password_ends_the_other_sessions(site, at):
    desk, phone = site.browser("officer"), site.browser("officer")
    new = "umbrella-quarry-sandwich-9"
    answer = desk.post("/account/password", {"current": "wrong", "password": new, "again": new}, status=422)
    assert "not your password of today" in answer.text and signed_in(phone)
    desk.post("/account/password", {"current": PASSWORD, "password": new, "again": new})
    assert signed_in(desk) and not signed_in(phone)


def test_the_cookie_holds_a_number_that_is_not_in_the_database(site, at):
    browser = site.browser(None)
    browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    token = browser.client.get_cookie(site.app.session_interface.name).value
    with site.world.looking() as session:
        rows = session.scalars(select(UserSession)).all()
    assert token.encode() not in b"".join(row.token_hash for row in rows)
    assert not any(token in str(row.data) for row in rows)


def test_signing_in_gives_a_new_number_whatever_came_before(site, at):
    browser = site.browser(None)
    browser.get("/sign-in")
    before = browser.client.get_cookie(site.app.session_interface.name).value
    browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    assert browser.client.get_cookie(site.app.session_interface.name).value != before


@pytest.mark.parametrize("onward", [
    "https://evil.example", "http://evil.example/", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r//evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example", "https:evil.example",
    "https:/evil.example", "/account\\..\\evil", "", " //evil.example", "\x00//evil.example", "mailto:a@evil.example",
])
def test_signing_in_leads_to_pages_of_ours_only(site, at, onward):
    browser = site.browser(None)
    browser.get("/sign-in")
    with browser.client.session_transaction() as session:
        session["next"] = onward
    answer = browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    assert answer.location == "/"


@pytest.mark.parametrize("onward", ["/account", "/directory?page=2&sector=police", "/meetings"])
def test_signing_in_leads_on_to_where_somebody_wanted_to_go(site, at, onward):
    browser = site.browser(None)
    browser.client.get(onward)
    answer = browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    assert answer.location == onward


def test_what_stands_in_the_sign_in_address_leads_nowhere(site, at):
    browser = site.browser(None)
    for argument in ("next", "url", "return_to", "redirect"):
        browser.get("/sign-in", query_string={argument: "https://evil.example"})
    answer = browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    assert answer.location == "/"


@pytest.fixture
def hashes(monkeypatch):
    """Count the slow checks of passwords."""
    seen = []
    matches = passwords._HASHER.verify

    class Counting:
        def __getattr__(self, name):
            return getattr(real, name)

        def verify(self, hashed, password):
            seen.append(hashed)
            return matches(hashed, password)

    real = passwords._HASHER
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    return seen


def status_of(site, who, **values):
    with site.world.changing("admin") as work:
        work.require(accounts.anyone)
        user = work.session.get_one(User, site.world.users[who])
        for name, value in values.items():
            setattr(user, name, value)
        work.record("update", user)


def test_the_hash_for_strangers_costs_what_a_person_s_costs():
    assert not passwords.is_dated(passwords._NOBODY)
    assert passwords._NOBODY.rsplit("$", 2)[0] == passwords.hash_of(PASSWORD).rsplit("$", 2)[0]


def test_whoever_may_not_sign_in_gets_one_sentence_after_the_same_work(site, at, hashes):
    status_of(site, "advocate", status="disabled")
    status_of(site, "observer", status="invited", password_hash=None)
    tries = [("officer@police.example", "a wrong password of some length"), ("nobody@police.example", PASSWORD),
             ("advocate@advocacy.example", PASSWORD), ("observer@health.example", PASSWORD)]
    answers, work, statements = set(), set(), set()
    for number, (email, password) in enumerate(tries):
        browser = site.browser(None)
        page = browser.get("/sign-in")
        hashes.clear()
        with site.statements() as seen:
            answer = browser.post("/sign-in", {"email": email, "password": password}, page=page, status=422,
                                  environ_base={"REMOTE_ADDR": f"10.0.{number}.1"})
        assert accounts.WRONG in answer.text
        answers.add(re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.text))
        work.add((len(hashes), hashes[0].split("$")[3]))
        statements.add(len(seen))
    assert len(answers) == 1 and len(work) == 1 and len(statements) == 1, (work, statements)
    assert {count for count, _ in work} == {1}


def test_the_door_of_an_unknown_user_shuts_too_and_as_long(site, at):
    told = []
    for email in ("officer@police.example", "nobody@police.example"):
        browser = site.browser(None)
        for _ in range(6):
            browser.post("/sign-in", {"email": email, "password": "not the password at all"}, status=422)
        answer = browser.post("/sign-in", {"email": email, "password": PASSWORD}, status=422)
        told.append(re.search(r"too many tries\. Try again in (\d+ minutes?)", answer.text)[1])
    assert told[0] == told[1]


def test_a_door_opens_again_by_itself_and_the_right_password_forgets_the_failures(site, at):
    browser = site.browser(None)
    for _ in range(6):
        browser.post("/sign-in", {"email": "officer@police.example", "password": "not the password"}, status=422)
    at(3 * MINUTE)
    browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    with site.world.looking() as session:
        door = session.scalars(select(Throttle).where(Throttle.bucket.startswith("account:"))).one()
    assert door.failures == 0 and door.shut_until is None


def test_signing_in_failing_and_leaving_are_recorded_without_what_was_typed(site, at):
    browser = site.browser(None)
    browser.post("/sign-in", {"email": "officer@police.example", "password": "not the password"}, status=422)
    browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    browser.client.get("/leave")
    with site.world.looking() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [e.verb for e in events[-3:]] == ["login_failed", "login", "logout"]
    assert not any("police.example" in str(e.detail) or "password" in str(e.detail) for e in events[-3:])


# Hiding the screen

@pytest.fixture
def meeting(site):
    """The path of a meeting's screen, which has the button."""
    return f"/meetings/{make.meeting(site.world)}/hearing"


def test_a_hidden_screen_shows_nothing_until_its_person_says_their_password(site, meeting):
    browser = site.browser("coordinator")
    answer = browser.post("/hide", page=browser.get(meeting))
    for path in ("/", "/cases", meeting, "/account"):
        assert browser.client.get(path).location == "/hidden", path
    assert browser.client.get(f"{meeting}/now", headers={"X-Requested-With": "fetch"}).status_code == 401
    page = browser.follow(answer)
    assert page.h1 == ["This screen is hidden"]
    assert "Coordinator Testwell" not in page.text and 'href="/cases"' not in page.html
    assert "This is not your password" in browser.post("/hidden", {"password": "wrong"}, page=page, status=422).text
    assert browser.client.get(meeting).location == "/hidden"
    answer = browser.post("/hidden", {"password": PASSWORD}, page=page)
    assert answer.location == meeting and browser.follow(answer).h1


def test_nothing_is_changed_from_a_hidden_screen_and_its_person_may_sign_out(site, meeting):
    browser = site.browser("coordinator")
    page = browser.get(meeting)
    start = page.form("/start")
    browser.post("/hide", page=page)
    refused = browser.client.post(meeting.replace("/hearing", "/start"), data=start)
    assert refused.status_code == 401 and "what you typed is still on its page" in refused.text
    fields = next(form["fields"] for form in browser.get("/hidden").forms if form["action"] == "/sign-out")
    assert browser.client.post("/sign-out", data=dict(fields)).status_code == 303
    assert not signed_in(browser)


def test_a_hidden_screen_goes_on_to_no_other_place_than_ours(site, meeting):
    browser = site.browser("coordinator")
    browser.post("/hide", {"onward": "https://elsewhere.example/"}, page=browser.get(meeting))
    assert browser.post("/hidden", {"password": PASSWORD}, page=browser.get("/hidden")).location == "/"
