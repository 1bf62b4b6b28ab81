"""Letters that let somebody choose a password: once, within 72 hours, by a POST."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.blueprints.accounts import views as account_views
from clinic.domain.actors import UserStatus
from clinic.domain.directory import PersonDraft
from clinic.models.account import User
from clinic.models.post import QueuedLetter
from clinic.services import outbox, people
from clinic.web import clock
from clinic.web import session as web_session
from clinic.web import work as web_work
from tests.conftest import NOW
from tests.site import check

PASSWORD = "umbrella-quarry-sandwich-9"


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the pages to so long after NOW."""
    def set_to(after=timedelta(0)):
        for module in (clock, web_session, web_work, account_views):
            monkeypatch.setattr(module, "now", lambda: NOW + after)

    set_to()
    return set_to


def invitation(site) -> str:
    """Invite somebody and return the path that their letter leads to."""
    with site.world.changing("coordinator") as work:
        people.invite(work, PersonDraft("Fern Firewright", "fern@police.example", site.world.agencies["police"]))
    return last_letter(site)


def reset(site, who="officer") -> str:
    with site.world.changing("coordinator") as work:
        people.start_reset(work, site.world.users[who])
    return last_letter(site)


def last_letter(site) -> str:
    with site.world.looking() as session:
        letter = session.scalars(select(QueuedLetter).order_by(QueuedLetter.queued_at)).all()[-1]
        return f"{letter.link}/{outbox.secret_of(session, letter)}"


def choose(browser, path, password=PASSWORD, again=None, status=303):
    fields = browser.get(path).form() | {"password": password, "again": password if again is None else again}
    answer = browser.client.post(path, data=fields)
    assert answer.status_code == status, answer.text
    if status == 422:
        check(answer)
    return answer


def fern(site) -> User:
    with site.world.looking() as session:
        return session.scalar(select(User).where(User.email == "fern@police.example"))


def test_an_invited_person_chooses_a_password_and_signs_in(site, at):
    browser, path = site.browser(None), invitation(site)
    page = browser.get(path)
    assert "Fern Firewright" in page.text
    page = browser.follow(choose(browser, path))
    assert "Your account is ready" in page.text
    browser.post("/sign-in", {"email": "Fern@Police.example ", "password": PASSWORD}, page=page)
    assert "Fern Firewright" in browser.get("/account").text


def test_reading_the_link_uses_nothing_up_and_choosing_does(site, at):
    path = invitation(site)
    for _ in range(3):
        site.browser(None).get(path)
    assert site.browser(None).client.head(path).status_code == 200
    browser = site.browser(None)
    choose(browser, path)
    browser.get(path, status=404)
    assert fern(site).status is UserStatus.ACTIVE


def test_a_used_link_does_not_choose_a_second_time(site, at):
    browser, path = site.browser(None), invitation(site)
    page = browser.get(path)
    choose(browser, path)
    answer = browser.client.post(path, data=page.form() | {"password": PASSWORD + "x", "again": PASSWORD + "x"})
    assert answer.status_code in (400, 404)
    browser.post("/sign-in", {"email": "fern@police.example", "password": PASSWORD + "x"}, status=422)


@pytest.mark.parametrize(("after", "status"), [
    (timedelta(hours=71, minutes=59), 200), (timedelta(hours=72), 404), (timedelta(days=30), 404),
])
def test_a_link_works_for_72_hours(site, at, after, status):
    path = invitation(site)
    at(after)
    site.browser(None).get(path, status=status)


def test_a_link_that_ends_while_the_form_is_open_chooses_nothing(site, at):
    browser, path = site.browser(None), invitation(site)
    page = browser.get(path)
    at(timedelta(hours=72))
    at_last = browser.client.post(path, data=page.form() | {"password": PASSWORD, "again": PASSWORD})
    assert at_last.status_code in (400, 404) and fern(site).status is UserStatus.INVITED


def test_an_invitations_link_is_no_resets_and_a_made_up_one_is_none(site, at):
    secret = invitation(site).rpartition("/")[2]
    for path in (f"/reset/{secret}", "/invitation/x", f"/invitation/{secret}x", f"/invitation/{secret[:-1]}"):
        site.browser(None).get(path, status=404)


def test_a_newer_letter_ends_the_older(site, at):
    first = reset(site)
    at(timedelta(minutes=1))
    with site.world.changing("coordinator", NOW + timedelta(minutes=1)) as work:
        people.start_reset(work, site.world.users["officer"])
    site.browser(None).get(first, status=404)


def test_a_reset_ends_every_session_when_it_is_used_and_none_before(site, at):
    phone, desk = site.browser("officer"), site.browser("officer")
    path = reset(site)
    assert phone.client.get("/account").status_code == 200
    choose(site.browser(None), path)
    for browser in (phone, desk):
        assert browser.client.get("/account").location == "/sign-in"
    browser = site.browser(None)
    browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    assert browser.client.get("/account").status_code == 200


def test_a_disabled_persons_letter_opens_nothing(site, at):
    path = reset(site)
    with site.world.changing("coordinator") as work:
        people.disable(work, site.world.users["officer"])
    site.browser(None).get(path, status=404)


@pytest.mark.parametrize(("password", "sentence"), [
    ("", "Enter a password"),
    ("fourteen-chars", "15 characters or more"),
    ("x" * 200, "128 characters or fewer"),
    ("passwordpassword", "easy to guess"),
    ("aaaaaaaaaaaaaaaaaaaa", "easy to guess"),
    ("qwertyuiopasdfgh", "easy to guess"),
    ("123456789012345678", "easy to guess"),
    ("fernfirewrightfern", "easy to guess"),
    ("firewrightpolice1", "easy to guess"),
    ("northmerepolice99", "easy to guess"),
    ("stalkingclinic2026", "easy to guess"),
    ("marac-coordinator-123456", "easy to guess"),
    ("Westmarch-Panels-2026!", "easy to guess"),
])
def test_a_password_that_is_short_common_or_made_of_our_words_is_refused(site, at, password, sentence):
    browser, path = site.browser(None), invitation(site)
    answer = choose(browser, path, password, status=422)
    assert sentence in answer.text
    assert not password or password not in answer.text, "a password is never sent back"
    assert fern(site).password_hash is None


@pytest.mark.parametrize("password", [PASSWORD, "police-lantern-otter-weather", "84029384756201938471"])
def test_three_random_words_and_long_numbers_are_passwords(site, at, password):
    choose(site.browser(None), invitation(site), password)


def test_the_two_passwords_must_be_the_same(site, at):
    answer = choose(site.browser(None), invitation(site), PASSWORD, PASSWORD + "!", status=422)
    assert "The two passwords differ" in answer.text


def test_a_refused_password_does_not_use_the_link_up(site, at):
    browser, path = site.browser(None), invitation(site)
    choose(browser, path, "too-short", status=422)
    choose(browser, path)
    assert fern(site).status is UserStatus.ACTIVE


def test_a_password_of_one_hundred_and_twenty_eight_characters_works(site, at):
    password = "umbrella quarry sandwich ".ljust(128, "é")
    browser, path = site.browser(None), invitation(site)
    choose(browser, path, password)
    browser.post("/sign-in", {"email": "fern@police.example", "password": password})
