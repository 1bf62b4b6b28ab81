"""The meeting itself: register, cases one by one, two pens on one note, actions, outcomes, the close."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.job import Job, Listed
from tests.journeys.people import Person
from tests.journeys.served import path_in

# Which agency owns each action of the four cases, and who leads it there.
OWNERS = (
    ((("Westmarch Mental Health NHS Trust"), "Vaughan Goldsworthy (Westmarch Mental Health NHS Trust)"),
     ("Westmarch Probation Delivery Unit", "")),
    (("Westmarch Police", "Quentin Fotheringay (Westmarch Police)"),),
    (("Lantern IDVA Service", ""),),
    (("Saltby District Council Housing", ""),),
)


def start(job: Job) -> None:
    """The minute-taker starts the meeting and keeps the register."""
    writer = job["minute_taker"]
    open_live(job, writer)
    chair = writer.main.get_by_label("Who chairs this meeting")
    chair.select_option(label=chair.locator("option", has_text="Philippa Ashdown").inner_text())
    writer.press("Start the meeting")
    writer.select("Attendance of Lowri Aldersey", "Apologies")
    writer.press("Save the register")
    writer.press("Mark everybody else present")
    writer.sees("The quorum of 4 is met")


def hear_all(job: Job) -> None:
    """Four cases are heard with five actions, one is put off, and time runs out for the last."""
    writer = open_case(job, job["minute_taker"], job.listed[0])
    open_live(job, job["probation"])
    job["probation"].sees("Being heard now", "Welcome and introductions")
    leave_and_come_again(job["probation"])
    hide_and_show(job, job["probation"])
    writer.press("Start this item")
    for case, owners in zip(job.heard, OWNERS, strict=True):
        writer.sees(case.reference)
        follows(job, case)
        hear(job, writer, case, owners)
    end(writer, "Deferred", "Research incomplete")
    end(writer, "Not reached")
    writer.sees("Every case has an outcome.")
    quarrel(job, job.heard[0])


def leave_and_come_again(member: Person) -> None:
    """A member who was marked present steps out and comes back, by buttons of their own."""
    member.press("I must leave")
    member.sees("You left at")
    member.press("I am here")
    member.sees("I must leave")


def hide_and_show(job: Job, member: Person) -> None:
    """Somebody looks over a member's shoulder: the screen goes blank, and comes back for the password alone."""
    here = member.path
    if job.js:
        hide_on_the_page(job, member)
    else:
        member.press("Hide screen")
        member.misses(*(listed.reference for listed in job.listed))
        with member.expecting(422):
            member.press("Show it again")
        member.fill("Your password", job.served.password)
        member.press("Show it again")
    assert member.path == here and "Being heard now" in member.text
    if job.js:
        # What a hidden page shows that is loaded anew, or opened in another tab.
        member.go("/hidden")
        member.go(here)


def hide_on_the_page(job: Job, member: Person) -> None:
    """With script the page itself is covered, another tab is answered nothing, and nothing is loaded anew."""
    cover = member.page.get_by_role("dialog")
    with member.page.expect_response("**/hide"):
        member.page.get_by_role("button", name="Hide screen").click()
    assert not member.page.locator("main").is_visible() and member.page.title() == "Hidden – Panels"
    tab = member.tab()
    tab.goto("/cases")
    assert tab.url.endswith("/hidden")
    tab.close()
    for password, says in (("not the password", "This is not your password."), (job.served.password, "")):
        cover.get_by_label("Your password").fill(password)
        with member.expecting(422):
            cover.get_by_role("button", name="Show it again").click()
            if says:
                expect(cover.get_by_role("alert")).to_have_text(says)
    expect(cover).to_have_count(0)
    assert member.page.locator("main").is_visible()


def follows(job: Job, case: Listed) -> None:
    """A member's screen says what is being heard, by itself where there is script, and what they were given."""
    member = job["probation"]
    if job.js:
        expect(member.page.locator("#app-following-said")).to_have_text(re.compile(f"^{case.reference} is being heard"))
    else:
        member.follow("Show how it stands now")
    assert case.reference in member.main.locator("section").filter(has_text="Being heard now").inner_text()
    if case is job.heard[1]:
        member.look()
        member.sees(job.actions["Westmarch Probation Delivery Unit"])


def open_live(job: Job, somebody: Person) -> None:
    if "/hearing" not in somebody.path:
        somebody.go(job.meeting)
        somebody.follow("The meeting itself")


def hear(job: Job, writer: Person, case: Listed, owners: tuple[tuple[str, str], ...]) -> None:
    """Hear one case: notes, an action for each owner, the outcome; the next case starts."""
    write_notes(writer, job.tokens.type(case.row))
    for agency, lead in owners:
        agree(job, writer, case, agency, lead)
    end(writer, "Heard actions set" if owners else "Heard no actions")


def open_case(job: Job, somebody: Person, case: Listed) -> Person:
    open_live(job, somebody)
    somebody.follow(case.reference, within=somebody.page.get_by_role("navigation", name="Agenda"))
    return somebody


def write_notes(writer: Person, text: str) -> None:
    writer.fill("Notes for the minutes", text)
    writer.press("Save notes")
    assert writer.main.get_by_label("Notes for the minutes", exact=True).input_value() == text


def agree(job: Job, writer: Person, case: Listed, agency: str, lead: str) -> None:
    writer.fill("What needs to be done", job.tokens.type(case.row))
    writer.select("Owning agency", agency)
    if lead:
        writer.select("Lead (optional)", lead)
    writer.day("Due", datetime.now(UTC).date() + timedelta(days=60))
    writer.press("Add action")
    reference = writer.main.locator(".app-actions").last.get_by_role("link").last.inner_text()
    job.actions[agency] = reference


def end(writer: Person, outcome: str, reason: str = "") -> None:
    writer.choose(outcome)
    if reason:
        writer.select("Reason, when deferred or carried over", reason)
    read_back(writer)
    writer.press("Save outcome and start next")


def read_back(writer: Person) -> None:
    """What was agreed is read back to the meeting before it goes on."""
    tick = writer.main.get_by_label("All actions were read back to the meeting", exact=True)
    if tick.count():
        writer.mark(tick)


def quarrel(job: Job, case: Listed) -> None:
    """Two people write on one note at once: the second is shown both texts, and nothing is lost."""
    first, second = (open_case(job, job[role], case) for role in ("minute_taker", "coordinator"))
    theirs, mine = job.tokens.type(case.row), job.tokens.type(case.row)
    write_notes(first, theirs)
    with second.expecting(409):
        if job.js:
            reconcile_on_the_page(second, theirs, mine)
        else:
            reconcile_by_hand(second, theirs, mine)
    open_case(job, first, case)
    kept = first.main.get_by_label("Notes for the minutes", exact=True).input_value()
    assert theirs in kept and mine in kept


def reconcile_on_the_page(second: Person, theirs: str, mine: str) -> None:
    notes = second.main.get_by_label("Notes for the minutes", exact=True)
    notes.fill(mine)
    notes.blur()
    conflict = second.page.get_by_role("alert").filter(has_text="Somebody else changed these notes")
    conflict.wait_for()
    assert theirs in conflict.inner_text() and notes.input_value() == mine
    second.look()
    conflict.get_by_role("button", name="Add theirs above mine").click()
    with second.page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        conflict.get_by_role("button", name="Keep my text").click()
    assert saved.value.ok


def reconcile_by_hand(second: Person, theirs: str, mine: str) -> None:
    address = second.path
    second.fill("Notes for the minutes", mine)
    second.press("Save notes")
    second.sees("Somebody else changed this first", theirs, mine)
    second.go(address)
    write_notes(second, f"{theirs}\n\n{mine}")


def leave_in_a_hurry(job: Job) -> None:
    """Somebody with unsaved notes leaves at once; nothing asks whether they are sure, and they are signed out."""
    coordinator = open_case(job, job["coordinator"], job.heard[0])
    notes = coordinator.main.get_by_label("Notes for the minutes", exact=True)
    notes.press_sequentially("Cut off in the mid")
    coordinator.exit()
    coordinator.go("/")
    assert coordinator.path == "/sign-in"
    coordinator.sign_in(job.served.password)


def close(job: Job) -> None:
    """The coordinator closes the meeting: each owning agency is told, and what was put off is on the next meeting."""
    coordinator = job["coordinator"]
    open_live(job, coordinator)
    coordinator.follow("Close the meeting")
    coordinator.press("Close the meeting")
    coordinator.sees("The meeting is closed", "Where unfinished cases went")
    letters = [letter for letter in job.served.deliver() if path_in(letter) == "/actions"]
    assert len(letters) == len({letter["To"] for letter in letters}) >= len(job.actions)
    coordinator.go(job.next_meeting)
    coordinator.follow("Agenda")
    coordinator.sees(*(case.reference for case in job.listed[4:]))
