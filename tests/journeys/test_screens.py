"""What the scripts of a page do while nobody uses it, while its session ends, and while it is closed to its reader."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from clinic.domain.additions import AdditionKind
from clinic.domain.meetings import MeetingStatus
from clinic.models.account import UserSession
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.services import additions, adjournments, attendance, sessions
from tests import make
from tests.journeys.people import Person
from tests.journeys.served import Served

NOTES = "Notes for the minutes"
WARNING = "You will be signed out in 2 minutes"
OUT = "You have been signed out"
# A screen has what is new within the time between two of its questions, on a slow machine too.
SOON = 20_000


@dataclass
class Room:
    """A meeting that runs, with two cases, in a small world of its own."""

    served: Served
    world: make.World
    sign_in: Callable[..., Person]
    meeting_id: UUID
    hearings: list[UUID]

    @property
    def live(self) -> str:
        return f"/meetings/{self.meeting_id}/hearing"

    def case(self, number: int = 0) -> str:
        return f"/hearings/{self.hearings[number]}"

    def reference(self, number: int = 0) -> str:
        with self.world.looking() as session:
            return session.scalars(select(Case.reference).join(Hearing, Hearing.case_id == Case.id)
                                   .where(Hearing.id == self.hearings[number])).one()

    def case_id(self, number: int = 0) -> UUID:
        with self.world.looking() as session:
            return session.get_one(Hearing, self.hearings[number]).case_id

    def notes(self, number: int = 0) -> str:
        with self.world.looking() as session:
            return session.get_one(Hearing, self.hearings[number]).notes

    def comes_to(self, text: str) -> bool:
        """Return whether the notes are this text within some seconds."""
        ends = time.monotonic() + SOON / 1000
        while self.notes() != text and time.monotonic() < ends:
            time.sleep(0.1)
        return self.notes() == text

    def end_sessions(self) -> None:
        with self.served.office.beside("tests") as session:
            sessions.end(session, datetime.now(UTC), UserSession.ended_at.is_(None))

    def again(self, somebody: Person, who: str = "") -> Page:
        """Let somebody sign in in another tab of the same browser."""
        tab = somebody.tab()
        tab.goto("/sign-in")
        tab.get_by_label("E-mail address").fill(address(who) if who else somebody.email)
        tab.get_by_label("Password", exact=True).fill(make.PASSWORD)
        tab.get_by_role("button", name="Sign in", exact=True).click()
        tab.wait_for_url(lambda url: "/sign-in" not in url)
        return tab


def address(who: str) -> str:
    agency = next(agency for name, agency, *_ in make.PEOPLE if name == who)
    return f"{who}@{agency}.example"


@pytest.fixture(scope="module")
def house(sqlite_template, tmp_path_factory) -> Iterator[tuple[Served, make.World]]:
    """A small world that is served; each test has a meeting of its own in it."""
    with Served.on_copy(sqlite_template, tmp_path_factory.mktemp("house") / "instance") as served:
        yield served, make.world(served.office, datetime.now(UTC))


@pytest.fixture
def room(browser, house) -> Iterator[Room]:
    served, world = house
    people: list[Person] = []

    def sign_in(who: str, with_clock: bool = False) -> Person:
        somebody = Person(browser, served.base, address(who))
        somebody.context.set_default_timeout(SOON)
        people.append(somebody)
        if with_clock:
            somebody.page.clock.install()
        return somebody.sign_in(make.PASSWORD)

    world.now = datetime.now(UTC)
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    made = Room(served, world, sign_in, meeting_id,
                [make.listed(world, make.case(world), meeting_id) for _ in range(2)])
    yield made
    for somebody in people:
        somebody.leave()
    made.end_sessions()
    faults = [fault for somebody in people for fault in somebody.walk.faults]
    assert not faults, faults


def warning(page: Page, name: str = WARNING) -> Locator:
    return page.get_by_role("alertdialog", name=name)


def notes_of(somebody: Person) -> Locator:
    return somebody.main.get_by_label(NOTES, exact=True)


# Nobody is there, or somebody is

# A page says to the other tabs that it has been used as soon as it has noted so itself: this counts how often.
COUNT_USES = """() => {
    window.uses = new BroadcastChannel("app-used")
    window.uses.addEventListener("message", () => {
        document.body.dataset.uses = Number(document.body.dataset.uses || 0) + 1
    })
}"""


def has_noted(page: Page, uses: int) -> None:
    """Wait until the page itself has noted so many uses: an answer that has come is not yet handled."""
    expect(page.locator("body")).to_have_attribute("data-uses", str(uses), timeout=SOON)


def test_whoever_types_is_not_warned_and_notes_that_save_themselves_keep_the_session(room):
    taker = room.sign_in("minute_taker", with_clock=True)
    taker.go(room.case())
    taker.page.evaluate(COUNT_USES)
    notes = notes_of(taker)
    for said, letter in enumerate("abc", start=1):
        taker.page.clock.fast_forward("12:00")
        with taker.page.expect_response("**/notes") as saved, taker.page.expect_response("**/session/extend") as kept:
            # One letter, which is told once and saved once, however slowly a machine types.
            notes.press_sequentially(letter)
            taker.page.clock.fast_forward("00:02")
        assert saved.value.ok and kept.value.ok
        has_noted(taker.page, 2 * said)
        assert warning(taker.page).count() == 0
    taker.page.clock.fast_forward("13:10")
    warning(taker.page).wait_for()


def test_whoever_types_where_nothing_saves_itself_is_not_warned(room):
    chair = room.sign_in("chair", with_clock=True)
    chair.go("/account/password")
    chair.page.evaluate(COUNT_USES)
    box = chair.main.get_by_label("Your password of today", exact=True)
    for said in range(1, 4):
        chair.page.clock.fast_forward("12:30")
        with chair.page.expect_response("**/session/extend") as kept:
            box.press_sequentially("ab")
        assert kept.value.ok
        has_noted(chair.page, said)
    assert warning(chair.page).count() == 0
    asked = [url for url in chair.walk.urls if url.endswith("/session/extend")]
    assert len(asked) == 3, "the service is told once a minute, not with each letter"


def test_a_warning_takes_no_word_from_whoever_writes_and_goes_by_itself_when_they_go_on(room):
    chair = room.sign_in("chair", with_clock=True)
    chair.go("/account/password")
    box = chair.main.get_by_label("Your password of today", exact=True)
    box.press_sequentially("half a ")
    chair.page.clock.fast_forward("13:10")
    warning(chair.page).wait_for()
    with chair.page.expect_response("**/session/extend"):
        chair.page.keyboard.type("thought")
    expect(box).to_have_value("half a thought", timeout=SOON)
    expect(warning(chair.page)).to_have_count(0, timeout=SOON)


def test_whoever_uses_another_tab_is_not_called_signed_out_in_the_first(room):
    chair = room.sign_in("chair", with_clock=True)
    chair.go("/account")
    chair.page.clock.fast_forward("13:10")
    warning(chair.page).wait_for()
    tab = chair.tab()
    tab.goto("/")
    expect(warning(chair.page)).to_have_count(0, timeout=SOON)


def test_staying_when_the_session_has_ended_says_so(room):
    chair = room.sign_in("chair", with_clock=True)
    chair.go("/account")
    chair.page.clock.fast_forward("13:10")
    with chair.expecting(400, 401):
        room.end_sessions()
        warning(chair.page).get_by_role("button", name="Stay signed in").click()
        warning(chair.page, OUT).wait_for()


# A hidden screen

def hide(somebody: Person) -> Locator:
    with somebody.page.expect_response("**/hide"):
        somebody.page.get_by_role("button", name="Hide screen").click()
    return somebody.page.get_by_role("dialog")


def show(cover: Locator) -> None:
    cover.get_by_label("Your password").fill(make.PASSWORD)
    cover.get_by_role("button", name="Show it again").click()


def test_a_screen_that_was_hidden_until_the_session_ended_is_shown_to_its_person_alone(room):
    taker = room.sign_in("minute_taker")
    taker.go(room.case())
    # Of what the page asks by itself, something may be on its way whenever it is hidden or its session ends.
    with taker.expecting(400, 401):
        cover = hide(taker)
        taker.page.evaluate("document.querySelector('[name=outcome]').form.dataset.typed = 'yes'")
        room.end_sessions()
        show(cover)
        expect(cover.get_by_role("alert")).to_contain_text("Sign in again in another tab", timeout=SOON)
        tab = room.again(taker, "coordinator")
        show(cover)
        expect(cover.get_by_role("alert")).to_contain_text("Somebody else is signed in now", timeout=SOON)
        tab.goto(room.live)
        with tab.expect_response("**/hide"):
            tab.get_by_role("button", name="Hide screen").click()
        show(tab.get_by_role("dialog"))
        expect(tab.get_by_role("dialog")).to_have_count(0, timeout=SOON)
        expect(cover).to_have_count(1, timeout=SOON)
        tab.close()
        room.end_sessions()
        room.again(taker).close()
        show(cover)
        expect(cover).to_have_count(0, timeout=SOON)
    assert taker.page.evaluate("document.querySelector('[name=outcome]').form.dataset.typed") == "yes"
    # What stands on the page can be sent: each of its forms has the new session's token.
    taker.choose("Not reached")
    taker.press("Save outcome", exact=True)
    taker.sees("The outcome is saved.")


# A member's screen

def answering(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status)


def hears(page: Page, sign: Callable[..., None], *words: str) -> None:
    """Turn the clock on until the page shows this sign of what has changed.

    One question is not always enough: the answer to it may have been on its way, from before the change.
    """
    ends = time.monotonic() + SOON / 1000
    while True:
        page.clock.fast_forward("00:40")
        try:
            return sign(*words, timeout=3_000)
        except AssertionError:
            if time.monotonic() > ends:
                raise


def test_a_screen_that_is_not_up_to_date_says_so_and_goes_on_asking(room):
    officer, asked = room.sign_in("officer", with_clock=True), "**/hearing/now"
    officer.go(room.live)
    page, stale = officer.page, officer.page.locator("#app-following-stale")
    expect(stale).to_be_hidden(timeout=SOON)
    with officer.expecting(401, 404, 503):
        page.route(asked, answering(503))
        hears(page, expect(stale).to_contain_text, "Not up to date since")
        expect(stale).to_be_visible(timeout=SOON)
        page.unroute(asked)
        hears(page, expect(stale).to_be_hidden)
        room.end_sessions()
        hears(page, expect(stale).to_contain_text, "You are signed out")
        room.again(officer).close()
        hears(page, expect(stale).to_be_hidden)
        assert room.reference() in officer.text
        # Whom the meeting is closed to does not go on reading of it.
        page.route(asked, answering(404))
        hears(page, expect(stale).to_contain_text, "This meeting is not open to you now")
        assert room.reference() not in officer.text


def test_what_somebody_stands_on_and_has_opened_stays_so_while_it_is_shown_anew(room):
    officer = room.sign_in("officer", with_clock=True)
    officer.go(room.live)
    page = officer.page
    page.get_by_text("Who is here: 0 of 8").click()
    page.get_by_role("button", name="I am here").focus()
    with room.world.changing("minute_taker") as work:
        attendance.mark_all_present(work, room.meeting_id)
    hears(page, expect(page.get_by_role("button", name="I must leave")).to_be_focused)
    expect(page.get_by_text("The quorum of 4 is met.")).to_be_visible(timeout=SOON)


# A case that is closed to somebody, and last words

def test_whoever_steps_out_of_a_case_does_not_keep_it_on_their_screen(room):
    officer, taker = room.sign_in("officer", with_clock=True), room.sign_in("minute_taker", with_clock=True)
    for somebody in (officer, taker):
        somebody.go(room.case())
    officer.sees("Wants no contact at work.")
    # Each page asks every few seconds, so that either may hear it as soon as it is so.
    with officer.expecting(404), taker.expecting(404, 503):
        taker.page.route("**/notes", answering(503))
        notes_of(taker).press_sequentially("Half said of her.")
        for who in ("officer", "minute_taker"):
            make.excluded(room.world, room.case_id(), who=who)
        for somebody in (officer, taker):
            closed = somebody.page.get_by_role("heading", name="This page is not open to you any more")
            hears(somebody.page, expect(closed).to_be_visible)
            somebody.misses("Wants no contact at work.", room.reference(), "Half said")
            somebody.follow("Go to the meeting")
            assert somebody.path == room.live


def test_a_recorder_who_was_signed_out_keeps_their_notes_and_hears_of_what_happens(room):
    taker = room.sign_in("minute_taker", with_clock=True)
    taker.go(room.case())
    stale = taker.page.locator("#app-stale")
    with taker.expecting(400, 401, 404):
        room.end_sessions()
        hears(taker.page, expect(stale).to_contain_text, "You are signed out")
        notes_of(taker).press_sequentially("Half said.")
        # Somebody to whom the page is not open is signed in for a while.
        room.again(taker, "outsider").close()
        hears(taker.page, expect(stale).to_contain_text, "Somebody else is signed in now")
        expect(notes_of(taker)).to_have_value("Half said.", timeout=SOON)
        # The notes go on being sent until they too know who is there.
        hears(taker.page, expect(taker.page.locator("#app-saved")).to_contain_text, "Copy your text.")


def test_a_recorder_who_signs_in_again_hears_of_an_adjournment(room):
    taker = room.sign_in("minute_taker", with_clock=True)
    taker.go(room.case())
    stale = taker.page.locator("#app-stale")
    with taker.expecting(401):
        room.end_sessions()
        hears(taker.page, expect(stale).to_contain_text, "You are signed out")
        room.again(taker).close()
        hears(taker.page, expect(stale).to_be_hidden)
    with room.world.changing("coordinator") as work:
        adjournments.adjourn(work, room.meeting_id, "The line is down.", None)
    hears(taker.page, expect(taker.page.locator("#app-changed")).to_contain_text, "The meeting is adjourned.")


def test_a_recorder_learns_on_the_page_of_a_case_who_comes_and_of_an_emergency(room):
    chair = room.sign_in("chair", with_clock=True)
    chair.go(room.case())
    emergency, changed = (chair.page.locator(one) for one in ("#app-emergency", "#app-changed"))
    with chair.page.expect_response("**/pulse"):
        chair.page.clock.fast_forward("00:40")
    with room.world.changing("officer") as work:
        attendance.come(work, room.meeting_id)
    hears(chair.page, expect(changed).to_contain_text, "Somebody has come or gone.")
    expect(emergency).to_be_hidden(timeout=SOON)
    with room.world.changing("coordinator") as work:
        additions.ask(work, room.meeting_id, make.case(room.world), AdditionKind.EMERGENCY, "He was seen at her door.")
    hears(chair.page, expect(emergency).to_be_visible)


def test_notes_that_are_not_saved_are_not_left_without_a_question(room):
    taker = room.sign_in("minute_taker")
    taker.go(room.case())
    page, asked = taker.page, []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with taker.expecting(503):
        page.route("**/notes", answering(503))
        notes_of(taker).press_sequentially("Half said.")
        with page.expect_event("dialog"):
            page.evaluate("window.location.assign('/account')")
        expect(page.locator("#app-saved")).to_contain_text("Not saved yet", timeout=SOON)
        assert asked == ["beforeunload"] and taker.path == room.case()
        page.unroute("**/notes")
        notes_of(taker).press_sequentially(" Whole.")
        expect(page.locator("#app-saved")).to_contain_text("Saved at", timeout=SOON)
    notes_of(taker).press_sequentially(" And sent.")
    taker.press("Save notes")
    taker.go("/account")
    assert asked == ["beforeunload"]
    assert room.notes() == "Half said. Whole. And sent."


# The first saving never leaves the browser.
LOSE_THE_FIRST = """() => {
    const real = window.fetch
    window.fetch = (url, asked) => {
        if (!String(url).endsWith("/notes") || document.body.dataset.lost) return real(url, asked)
        document.body.dataset.lost = "yes"
        return new Promise(() => {})
    }
}"""


@pytest.mark.parametrize("length", [10, 20_000])
def test_what_was_typed_while_a_saving_got_lost_arrives_when_its_writer_leaves_in_a_hurry(room, length):
    taker = room.sign_in("minute_taker")
    taker.go(room.case())
    taker.page.evaluate(LOSE_THE_FIRST)
    notes_of(taker).fill("x" * length)
    taker.page.locator("body[data-lost]").wait_for()
    notes_of(taker).press_sequentially(" Last words.")
    # It is sent for either, since nobody knows whether the first arrives: one of both is refused.
    # Whoever leaves is signed out, which the page may still hear.
    with taker.expecting(401, 409):
        taker.exit()
        assert room.comes_to("x" * length + " Last words.")
        taker.leave()


def test_what_was_typed_while_notes_were_on_their_way_arrives_when_the_page_goes(room):
    taker = room.sign_in("minute_taker")
    taker.go(room.case())
    taker.page.on("dialog", lambda dialog: dialog.accept())
    # Somebody else writes for a while: the first saving waits, and so does what comes after it.
    with sqlite3.connect(room.served.folder / "clinic.sqlite3") as other:
        other.execute("BEGIN IMMEDIATE")
        with taker.page.expect_request("**/notes"):
            notes_of(taker).fill("First.")
        notes_of(taker).press_sequentially(" Last words.")
        with taker.expecting(409):
            taker.go("/help/privacy")
            other.rollback()
            assert room.comes_to("First. Last words.")
            taker.leave()
