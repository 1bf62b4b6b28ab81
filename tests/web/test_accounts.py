"""Signing in and out, as a person meets it."""

from clinic.services import accounts
from tests.make import PASSWORD


def test_a_stranger_is_sent_to_sign_in_and_then_on_to_where_they_wanted_to_go(site):
    browser = site.browser(None)
    answer = browser.client.get("/account")
    assert answer.status_code == 302 and answer.location == "/sign-in"
    answer = browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD})
    assert answer.location == "/account"
    assert "Officer Testwell" in browser.get("/account").text


def test_a_wrong_password_and_an_unknown_user_get_the_same_sentence(site):
    browser = site.browser(None)
    for email in ("officer@police.example", "nobody@police.example"):
        answer = browser.post("/sign-in", {"email": email, "password": "not the password at all"}, status=422)
        assert accounts.WRONG in answer.text


def test_after_six_wrong_passwords_the_door_stays_shut_for_the_right_one_too(site):
    browser = site.browser(None)
    for _ in range(6):
        browser.post("/sign-in", {"email": "officer@police.example", "password": "not the password at all"}, status=422)
    answer = browser.post("/sign-in", {"email": "officer@police.example", "password": PASSWORD}, status=422)
    assert "too many tries" in answer.text


def test_a_cookie_that_was_copied_before_signing_out_opens_nothing_afterwards(site):
    browser = site.browser("officer")
    cookie = browser.client.get_cookie(site.app.session_interface.name).value
    page = browser.get("/account")
    browser.client.post("/sign-out", data={"csrf_token": page.forms[0]["fields"]["csrf_token"]})
    thief = site.browser(None)
    thief.client.set_cookie(site.app.session_interface.name, cookie, domain="localhost")
    assert thief.client.get("/account").status_code == 302
