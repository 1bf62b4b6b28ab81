"""What holds on every page, whoever opens it: the way out, and the lock when nobody is there.

How pages look, and what assistive technology makes of them, is seen to by the main job.
"""

from __future__ import annotations

from tests.journeys.people import Person
from tests.journeys.served import Served

COORDINATOR = "myfanwy.prosser-lyle@westmarch.gov.example"


def test_the_back_button_after_signing_out_shows_the_sign_in_page(person):
    somebody = person(COORDINATOR)
    somebody.go("/directory")
    somebody.press("Sign out", within=somebody.page.locator("header"))
    somebody.page.go_back()
    assert somebody.path == "/sign-in"


def test_leaving_in_a_hurry_ends_the_session_and_asks_nothing(person):
    somebody = person(COORDINATOR)
    somebody.go("/account/password")
    somebody.fill("Your password of today", "half a thought")
    somebody.exit()
    somebody.go("/")
    assert somebody.path == "/sign-in"


def test_a_warning_comes_two_minutes_before_the_session_ends_and_staying_keeps_the_text(browser, westmarch, tmp_path):
    with Served.on_copy(westmarch, tmp_path / "instance", CLINIC_IDLE_MINUTES="3") as served:
        somebody = Person(browser, served.base, COORDINATOR)
        somebody.page.clock.install()
        somebody.sign_in(served.password)
        somebody.go("/account/password")
        somebody.fill("Your password of today", "half a thought")
        warning = somebody.page.get_by_role("alertdialog", name="You will be signed out in 2 minutes")
        somebody.page.clock.fast_forward("00:55")
        assert warning.count() == 0
        somebody.page.clock.fast_forward("00:10")
        warning.wait_for()
        with somebody.page.expect_response("**/session/extend") as answer:
            warning.get_by_role("button", name="Stay signed in").click()
        assert answer.value.ok
        warning.wait_for(state="detached")
        assert somebody.main.get_by_label("Your password of today", exact=True).input_value() == "half a thought"
        assert not somebody.walk.faults
        somebody.leave()
