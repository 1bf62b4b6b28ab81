"""Six people at one meeting of eight cases, from start to close: once by keyboard alone, once without script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from clinic.domain.meetings import When, local_day
from clinic.models.account import User
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.nomination import Nomination
from clinic.services import demonstration, exclusions
from clinic.services.exclusions import Who
from tests.journeys import prepared
from tests.journeys.at_meeting import read_back
from tests.journeys.inspector import Inspector
from tests.journeys.job import EMAILS, PANEL
from tests.journeys.keyboard import Typist
from tests.journeys.people import Person
from tests.journeys.served import Served, path_in

EXCLUDED = "ingrid.llewellyn@westmarch.police.example"
VICTIMS = ("Abernqua", "Brixqole", "Coldquist", "Dunqworth", "Eskqvale", "Farqloch", "Gristquay", "Holmqove")
# Whose case cannot wait for the next meeting, on whose list it stands.
URGENT_VICTIM = "Kestqmoor"
# Which of the eight the excluded officer must not know of, and which the nurse says that they know somebody in.
HIDDEN, KNOWN = 2, 4
NOTES = "Notes for the minutes"
# A screen has what is new within the time between two of its questions.
SOON = 20_000
# The panel meets on the mornings of Thursdays: on one of those it has a meeting before this one.
AFTER_THE_MARAC = time(13)


@dataclass
class Sitting:
    """One run: who is at which screen, and what was typed of each case."""

    browser: Browser
    served: Served
    kind: type[Person]
    js: bool
    panel: UUID
    meeting: str = ""
    urgent: UUID | None = None
    people: dict[str, Person] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    hearings: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    #: what stands in the notes of a case, by its reference
    typed: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, role: str) -> Person:
        if role not in self.people:
            email = EXCLUDED if role == "excluded" else EMAILS[role]
            somebody = self.kind(self.browser, self.served.base, email, 375 if role == "health" else 1280, self.js)
            self.people[role] = somebody
            if self.js and role in ("minute_taker", "health"):
                somebody.inspector = Inspector()
            somebody.sign_in(self.served.password)
        return self.people[role]

    @property
    def live(self) -> str:
        return self.meeting + "/hearing"


@pytest.fixture(params=[True, False], ids=["by keyboard", "without script"])
def sitting(browser, served, request):
    js, now = request.param, datetime.now(UTC)
    begun = now - timedelta(days=21)
    demonstration.fill_calendars(served.office, begun)
    made = Sitting(browser, served, Typist if js else Person, js, prepared.panel_of(served, PANEL))
    meeting_id = prepared.schedule(served, made.panel, When(local_day(now), AFTER_THE_MARAC, 600), begun)
    made.meeting = f"/meetings/{meeting_id}"
    for hour, name in enumerate(VICTIMS):
        sent = prepared.nominate(served, made.panel, name, begun + timedelta(hours=hour), hour)
        prepared.accept(served, sent, meeting_id, begun + timedelta(days=1))
        look_up(made, sent, meeting_id)
    exclude(made, begun + timedelta(days=2))
    later = prepared.schedule(served, made.panel, When(local_day(now) + timedelta(days=7), AFTER_THE_MARAC, 600), begun)
    made.urgent = prepared.nominate(served, made.panel, URGENT_VICTIM, begun + timedelta(days=3), 9)
    prepared.accept(served, made.urgent, later, begun + timedelta(days=4))
    yield made
    for somebody in made.people.values():
        somebody.leave()
    faults = [fault for somebody in made.people.values() for fault in somebody.walk.faults]
    assert not faults, faults


def look_up(made: Sitting, nomination_id: UUID, meeting_id: UUID) -> None:
    with made.served.office.peeking("tests") as session:
        case = session.get_one(Case, session.get_one(Nomination, nomination_id).case_id)
        hearing_id = session.scalars(
            select(Hearing.id).where(Hearing.case_id == case.id, Hearing.meeting_id == meeting_id)).one()
    made.references.append(case.reference)
    made.cases.append(f"/cases/{case.id}")
    made.hearings.append(f"/hearings/{hearing_id}")


def exclude(made: Sitting, now: datetime) -> None:
    with made.served.office.peeking("tests") as session:
        officer = session.scalars(select(User.id).where(User.email == EXCLUDED)).one()
    with made.served.office.changing(prepared.acting(made.served, EMAILS["coordinator"], now), now) as work:
        exclusions.exclude(work, UUID(made.cases[HIDDEN].rpartition("/")[2]), Who(user_id=officer), "user_is_party")


def test_six_people_hold_a_meeting_of_eight_cases(sitting):
    gather(sitting)
    start(sitting)
    hear_with_a_broken_network(sitting, 0)
    hear_with_two_pens(sitting, 1)
    hear_what_one_must_not_know(sitting, HIDDEN)
    hear_with_a_late_arrival(sitting, 3)
    hear_with_a_conflict(sitting, KNOWN)
    put_off(sitting, 5)
    adjourn(sitting)
    hand_over(sitting)
    bring_in_an_emergency(sitting)
    hear_when_signed_out(sitting, 6)
    hear(sitting, 7, "He was told that she moved.")
    hear(sitting, 8, "He comes out tomorrow.")
    close(sitting)
    times_run_on(sitting)
    nothing_is_lost(sitting)
    excluded_meets_nothing(sitting)


# ── the meeting, step by step ───────────────────────────────────────────────────────────────────────────────────


def gather(sitting: Sitting) -> None:
    """Everybody opens the meeting before it starts, and has signed for its papers."""
    for role in ("chair", "police", "health", "advocate", "excluded"):
        sitting[role].go(sitting.meeting)
        sitting[role].follow("The meeting itself")
    sitting["police"].sees("The meeting has not started yet")


def start(sitting: Sitting) -> None:
    writer = sitting["minute_taker"]
    writer.go(sitting.live)
    chair = writer.main.get_by_label("Who chairs this meeting")
    writer.pick(chair, chair.locator("option", has_text="Philippa Ashdown").inner_text())
    writer.press("Start the meeting")
    for role in ("police", "health", "excluded"):
        sitting[role].go(sitting.live)
        sitting[role].press("I am here")
    writer.go(sitting.live)
    writer.press("Mark everybody else present")
    # The advocate comes later.
    writer.select("Attendance of Sunniva Yarborough", "Apologies")
    writer.press("Save the register")
    writer.follow(sitting.references[0], within=writer.page.get_by_role("navigation", name="Agenda"))
    writer.press("Start this item")


def is_heard(sitting: Sitting, role: str, reference: str) -> None:
    """Somebody's screen says by itself which case is heard; without script it does when they ask."""
    somebody = sitting[role]
    if not sitting.js:
        somebody.go(sitting.live)
    box = somebody.main.locator("section").filter(has_text="Being heard now")
    expect(box).to_contain_text(reference, timeout=SOON)


def all_follow(sitting: Sitting, number: int, *besides: str) -> None:
    for role in ("police", "health", "advocate"):
        if role not in besides:
            is_heard(sitting, role, sitting.references[number])


def read_in_order(somebody: Person, *parts: str) -> None:
    """A screen reader comes to the parts of a page in this order."""
    tree = somebody.main.aria_snapshot()
    places = [tree.find(part) for part in parts]
    assert -1 not in places and places == sorted(places), (list(zip(parts, places, strict=True)), tree)


def write(sitting: Sitting, number: int, text: str) -> None:
    """Type a note and see it saved: by itself where there is script."""
    writer = sitting["minute_taker"]
    assert writer.path == sitting.hearings[number]
    box = writer.main.get_by_label(NOTES, exact=True)
    writer.write(box, text)
    if sitting.js:
        expect(writer.page.locator("#app-saved")).to_contain_text("Saved at", timeout=SOON)
    else:
        writer.press("Save notes")
    sitting.typed[sitting.references[number]] = text


def agree(sitting: Sitting, agency: str, words: str) -> None:
    writer = sitting["minute_taker"]
    writer.fill("What needs to be done", words)
    writer.select("Owning agency", agency)
    writer.day("Due", datetime.now(UTC).date() + timedelta(days=60))
    writer.press("Add action")


def end(sitting: Sitting, outcome: str = "Heard no actions", reason: str = "") -> None:
    writer = sitting["minute_taker"]
    writer.choose(outcome)
    if reason:
        writer.select("Reason, when deferred or carried over", reason)
    read_back(writer)
    writer.press("Save outcome and start next")


def hear(sitting: Sitting, number: int, text: str) -> None:
    write(sitting, number, text)
    all_follow(sitting, number, *(("health",) if number == KNOWN else ()))
    end(sitting)


def hear_with_a_broken_network(sitting: Sitting, number: int) -> None:
    """The network goes in mid-word, and once an answer is lost that had been kept: every letter is there after it."""
    writer = sitting["minute_taker"]
    all_follow(sitting, number, "advocate")
    is_heard(sitting, "excluded", sitting.references[number])
    read_in_order(writer, sitting.references[number], "Victim’s view", "Question", "heading \"Research\"",
                  f"textbox \"{NOTES}\"", "heading \"Actions agreed\"", "group \"How it ends\"",
                  "button \"Save outcome and start next\"", "heading \"Who is here\"", "heading \"Agenda\"")
    read_in_order(sitting["health"], "button \"I must leave\"", "heading \"Being heard now\"",
                  "heading \"When your agency is needed\"", "heading \"Given to your agency at this meeting\"",
                  "heading \"Agenda\"")
    if not sitting.js:
        write(sitting, number, "He has her new address.")
        end(sitting)
        return
    write(sitting, number, "Police: three calls")
    writer.context.set_offline(True)
    with unheard(writer):
        writer.page.keyboard.type(" since Monday, the last")
        expect(writer.page.locator("#app-saved")).to_contain_text("Not saved yet", timeout=SOON)
        writer.page.keyboard.type(" at ten at night.")
        writer.context.set_offline(False)
        expect(writer.page.locator("#app-saved")).to_contain_text("Saved at", timeout=SOON)
    with unheard(writer), writer.expecting(409):
        writer.page.route("**/notes", lose_the_answer, times=1)
        writer.page.keyboard.type(" Her sister")
        expect(writer.page.locator("#app-saved")).to_contain_text("Not saved yet", timeout=SOON)
        writer.page.keyboard.type(" was there.")
        expect(writer.page.locator("#app-saved")).to_contain_text("Saved at", timeout=SOON)
    expect(writer.page.locator("#app-conflict")).to_be_hidden()
    whole = "Police: three calls since Monday, the last at ten at night. Her sister was there."
    assert writer.main.get_by_label(NOTES, exact=True).input_value() == whole
    sitting.typed[sitting.references[number]] = whole
    end(sitting)


def lose_the_answer(route) -> None:
    route.fetch()
    route.abort()


class unheard:  # noqa: N801  reads as words where it is used
    """What the browser says on its console of a network that is away, somebody was meant to meet."""

    def __init__(self, somebody: Person):
        self.walk = somebody.walk

    def __enter__(self) -> None:
        self.before = list(self.walk.faults)

    def __exit__(self, *_: object) -> None:
        self.walk.faults[:] = self.before


def hear_with_two_pens(sitting: Sitting, number: int) -> None:
    """The chair writes on the same note: both texts are kept, because a person puts them together."""
    writer, chair = sitting["minute_taker"], sitting["chair"]
    chair.go(sitting.hearings[number])
    write(sitting, number, "Housing: the lock was changed on Friday.")
    box, theirs = chair.main.get_by_label(NOTES, exact=True), "The lock is to be paid by the council."
    with chair.expecting(409):
        chair.write(box, theirs)
        if sitting.js:
            conflict = chair.page.get_by_role("alert").filter(has_text="Somebody else changed these notes")
            conflict.wait_for(timeout=SOON)
            assert "Housing: the lock was changed on Friday." in conflict.inner_text()
            chair.activate(conflict.get_by_role("button", name="Add theirs above mine"))
            with chair.page.expect_response(lambda answer: answer.request.method == "POST"):
                chair.activate(conflict.get_by_role("button", name="Keep my text"))
        else:
            chair.press("Save notes")
            chair.sees("Somebody else changed this first", theirs, "Housing: the lock was changed on Friday.")
            chair.go(sitting.hearings[number])
            chair.write(chair.main.get_by_label(NOTES, exact=True),
                        f"Housing: the lock was changed on Friday.\n\n{theirs}")
            chair.press("Save notes")
    sitting.typed[sitting.references[number]] = f"Housing: the lock was changed on Friday.\n\n{theirs}"
    sum_up(sitting, number)
    writer.go(sitting.hearings[number])
    agree(sitting, "Westmarch Police", "Visit her at the new address.")
    expect_given(sitting, "police", "Visit her at the new address.")
    end(sitting, "Heard actions set")


def sum_up(sitting: Sitting, number: int) -> None:
    """What the chair makes of the risk is a section of its own: nobody quarrels over it."""
    chair = sitting["chair"]
    chair.go(sitting.hearings[number])
    if sitting.js:
        with chair.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
            chair.fill("Risk, as the chair sums it up", "High: he knows her hours.")
    else:
        chair.fill("Risk, as the chair sums it up", "High: he knows her hours.")
        chair.press("Save notes")
    chair.go(sitting.hearings[number])
    shown = chair.main.get_by_label("Risk, as the chair sums it up", exact=True).input_value()
    assert shown == "High: he knows her hours."


def expect_given(sitting: Sitting, role: str, words: str) -> None:
    somebody = sitting[role]
    if not sitting.js:
        somebody.go(sitting.live)
    expect(somebody.main.get_by_text(words)).to_be_visible(timeout=SOON)


def hear_what_one_must_not_know(sitting: Sitting, number: int) -> None:
    """While it is heard, the excluded officer's screen stays at the case before it, whose end it does not tell."""
    officer, before = sitting["excluded"], sitting.references[number - 1]
    hear(sitting, number, "Only for those who may know.")
    is_heard(sitting, "excluded", sitting.references[number + 1])
    writer = sitting["minute_taker"]
    writer.go(sitting.hearings[number])
    assert sitting.references[number] not in officer.page.content()
    assert before in officer.page.content()
    writer.go(sitting.hearings[number + 1])


def hear_with_a_late_arrival(sitting: Sitting, number: int) -> None:
    advocate = sitting["advocate"]
    advocate.go(sitting.live)
    advocate.press("I am here")
    sitting["minute_taker"].go(sitting.hearings[number])
    here = sitting["minute_taker"].main.locator(".app-here li").filter(has_text="Sunniva Yarborough")
    expect(here).to_contain_text("Present")
    hear(sitting, number, "The advocate came at this case.")


def hear_with_a_conflict(sitting: Sitting, number: int) -> None:
    """The nurse finds in mid-meeting that they know somebody: from then on nothing of the case is on their screens."""
    nurse, known = sitting["health"], sitting.references[number]
    is_heard(sitting, "health", known)
    nurse.go(sitting.hearings[number])
    nurse.follow("I know somebody in it")
    nurse.choose("Yes, or I may")
    if not nurse.main.get_by_label(known, exact=True).is_checked():
        nurse.choose(known)
    nurse.select("How you know them", "Previous relationship")
    nurse.press("Declare", exact=True)
    nurse.go(sitting.hearings[number], 404)
    nurse.go(sitting.live)
    assert known not in nurse.page.content()
    hear(sitting, number, "Health keeps out of it.")


def put_off(sitting: Sitting, number: int) -> None:
    write(sitting, number, "Probation was not asked in time.")
    all_follow(sitting, number)
    end(sitting, "Deferred", "Research incomplete")


def adjourn(sitting: Sitting) -> None:
    """A break: every screen says so, what is being typed is kept, and the meeting goes on where it was."""
    chair, writer = sitting["chair"], sitting["minute_taker"]
    chair.go(sitting.live)
    chair.fill("Why", "A fire alarm.")
    chair.press("Adjourn", exact=True)
    for role in ("police", "excluded"):
        if not sitting.js:
            sitting[role].go(sitting.live)
        expect(sitting[role].main.get_by_text("The meeting is adjourned").last).to_be_visible(timeout=SOON)
    writer.go(sitting.hearings[6])
    write(sitting, 6, "She wants him")
    chair.go(sitting.live)
    chair.press("Resume")
    all_follow(sitting, 6)
    writer.go(sitting.hearings[6])


def hand_over(sitting: Sitting) -> None:
    """The chair has to go; the deputy goes on, and every screen says so."""
    chair = sitting["chair"]
    chair.go(sitting.live)
    chair.select("Who chairs from now on", "Cormac Hetherington (Westmarch Probation Delivery Unit)")
    chair.press("Hand over")
    chair.sees("Chaired by Cormac Hetherington")


def bring_in_an_emergency(sitting: Sitting) -> None:
    """One more case comes onto the list of the running meeting, and another is put before it."""
    chair, writer = sitting["chair"], sitting["minute_taker"]
    with sitting.served.office.peeking("tests") as session:
        reference = session.get_one(Nomination, sitting.urgent).reference
    chair.go(sitting.live)
    chair.follow("Bring in an emergency")
    chair.follow(reference, within=chair.main.locator("tr").filter(has_text=reference).locator("td").last)
    chair.fill("Why can it not wait?", "He is let out tomorrow.")
    chair.press("Add it")
    look_up(sitting, sitting.urgent, UUID(sitting.meeting.rpartition("/")[2]))
    chair.go(sitting.live)
    chair.sees("Emergency")
    chair.press(f"Hear next {sitting.references[7]}")
    for role in ("police", "advocate"):
        if not sitting.js:
            sitting[role].go(sitting.live)
        expect(sitting[role].main.get_by_role("link", name=reference).first).to_be_visible(timeout=SOON)
    writer.go(sitting.hearings[6])


def hear_when_signed_out(sitting: Sitting, number: int) -> None:
    """The minute-taker's visit ends in mid-word: they sign in again beside it, and go on with what they typed."""
    writer = sitting["minute_taker"]
    if not sitting.js:
        hear(sitting, number, "She wants him to know nothing.")
        return
    write(sitting, number, "She wants him")
    writer.context.clear_cookies()
    with writer.expecting(400, 401):
        writer.page.keyboard.type(" to know")
        expect(writer.page.locator("#app-saved")).to_contain_text("you are signed out", timeout=SOON)
        sign_in_beside(sitting, writer)
        writer.page.keyboard.type(" nothing.")
        expect(writer.page.locator("#app-saved")).to_contain_text("Saved at", timeout=SOON)
    whole = "She wants him to know nothing."
    assert writer.main.get_by_label(NOTES, exact=True).input_value() == whole
    sitting.typed[sitting.references[number]] = whole
    # Other buttons of the page belong to the visit that has ended.
    writer.go(sitting.hearings[number])
    all_follow(sitting, number)
    end(sitting)


def sign_in_beside(sitting: Sitting, somebody: Person) -> None:
    tab = somebody.tab()
    tab.goto("/sign-in")
    tab.get_by_label("E-mail address").fill(somebody.email)
    tab.get_by_label("Password", exact=True).fill(sitting.served.password)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url(lambda url: "/sign-in" not in url)
    tab.close()


def close(sitting: Sitting) -> None:
    coordinator = sitting["coordinator"]
    coordinator.go(sitting.live)
    coordinator.follow("Close the meeting")
    sitting.served.deliver()
    coordinator.press("Close the meeting")
    coordinator.sees("The meeting is closed", "Where unfinished cases went")
    letters = [letter for letter in sitting.served.deliver() if path_in(letter) == "/actions"]
    assert letters and len(letters) == len({letter["To"] for letter in letters})
    for role in ("police", "health", "advocate", "excluded"):
        if sitting.js:
            expect(sitting[role].main.get_by_text("The meeting is over.").last).to_be_visible(timeout=SOON)


# ── what is there after it ──────────────────────────────────────────────────────────────────────────────────────


# What was heard after midnight has its day beside its hour.
_CLOCK = r"(\S+(?: on \d+ \w+ \d+)?)"
_SPAN = re.compile(rf"{_CLOCK} to {_CLOCK},")


def times_run_on(sitting: Sitting) -> None:
    """For everybody who followed it each case was heard until the next of theirs began: no time is missing."""
    heard = {"police": 9, "advocate": 9, "excluded": 8, "health": 8}
    for role, count in heard.items():
        somebody = sitting[role]
        somebody.go(sitting.live)
        said = [line.inner_text() for line in somebody.main.locator(".app-order li").all()]
        spans = [found.groups() for line in said if (found := _SPAN.search(line))]
        assert len(spans) == count, said
        assert all(before[1] == after[0] for before, after in zip(spans, spans[1:], strict=False)), said


def nothing_is_lost(sitting: Sitting) -> None:
    """Whatever was typed stands in the notes, letter for letter, and the draft of the minutes has it."""
    with sitting.served.office.peeking("tests") as session:
        kept = {reference: session.get_one(Hearing, UUID(path.rpartition("/")[2])).notes
                for reference, path in zip(sitting.references, sitting.hearings, strict=True)}
    assert kept == sitting.typed
    assert len(sitting.typed) == len(VICTIMS) + 1
    writer = sitting["minute_taker"]
    writer.go(sitting.meeting + "/minutes")
    for text in sitting.typed.values():
        writer.sees(*text.split("\n\n"))
    writer.sees("High: he knows her hours.")


def excluded_meets_nothing(sitting: Sitting) -> None:
    walker, hidden = sitting["excluded"], sitting.references[HIDDEN]
    walker.roam(most=900)
    told = (hidden, sitting.cases[HIDDEN], sitting.hearings[HIDDEN], VICTIMS[HIDDEN])
    html = "".join(sight.html for sight in walker.walk.sights)
    assert not [word for word in told if word.lower() in html.lower()]
    assert all(reference in html for reference in sitting.references if reference != hidden)
    walker.go(sitting.cases[HIDDEN], 404)
    every = "".join(letter.as_string().lower() for letter in sitting.served.letters())
    assert not [name for name in (*VICTIMS, URGENT_VICTIM) if name.lower() in every]
    assert not re.search(hidden, "".join(letter.as_string() for letter in sitting.served.letters()
                                         if EXCLUDED in letter["To"]))
