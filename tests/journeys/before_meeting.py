"""Before the meeting: dates, the file of nominations, triage, an exclusion, research, the agenda, diaries."""

from __future__ import annotations

import re
import urllib.request
from datetime import datetime, time
from pathlib import Path
from urllib.error import HTTPError
from zoneinfo import ZoneInfo

import icalendar
from playwright.sync_api import expect

from tests.journeys.job import EMAILS, OTHER_PANEL, PANEL, Job, Listed, calendar_of
from tests.journeys.served import path_in

LONDON = ZoneInfo("Europe/London")


def plan_meetings(job: Job) -> None:
    """The coordinator puts a year of meetings into the calendar."""
    coordinator = job["coordinator"]
    coordinator.go("/panels")
    coordinator.follow(PANEL)
    job.panel = coordinator.path
    coordinator.follow("Meetings", within=coordinator.page.get_by_role("navigation", name="Panel"))
    coordinator.press("Plan twelve months")
    while coordinator.main.get_by_role("button", name="Keep this day").count():
        coordinator.press("Keep this day")
    links = coordinator.main.locator("a[href^='/meetings/']").all()
    paths = list(dict.fromkeys(link.get_attribute("href") for link in links))
    first = first_open(job, paths)
    job.meeting, job.next_meeting = paths[first:first + 2]


def first_open(job: Job, paths: list[str]) -> int:
    """Return which of the meetings is the first for which nominations are not closed: their pages say so."""
    coordinator = job["coordinator"]
    for number, path in enumerate(paths):
        coordinator.go(path)
        if not coordinator.main.get_by_text("Nominations are closed").count():
            return number
    raise AssertionError("nominations for all meetings are closed")


def receive_invitations(job: Job) -> None:
    """Each invited member has one letter for each of the next three meetings, and its time is right."""
    letters = [letter for letter in job.served.deliver() if calendar_of(letter)]
    coordinator = job["coordinator"]
    coordinator.go(job.meeting)
    invited = len(coordinator.rows("Who is invited"))
    ours = [letter for letter in letters if path_in(letter) == job.meeting]
    assert invited == len(ours) == len({letter["To"] for letter in ours}) > 20
    assert len(letters) == 3 * invited
    assert not [letter for letter in letters if EMAILS["lapsed"] in letter["To"]]
    day = re.search(r"\d{1,2} [A-Z][a-z]+ \d{4}", coordinator.main.locator("h1").inner_text())[0]
    begins = datetime.combine(datetime.strptime(day, "%d %B %Y").date(), time(9, 30), LONDON)  # noqa: DTZ007
    for letter in ours:
        calendar = calendar_of(letter)
        job.calendars.append(calendar)
        check_invitation(calendar, begins, letter["To"])


def check_invitation(calendar: str, begins: datetime, to: str) -> None:
    read = icalendar.Calendar.from_ical(calendar)
    (event,) = read.walk("VEVENT")
    assert read["METHOD"] == "REQUEST" and event["SEQUENCE"] == 0
    assert event.start == begins and (event.end - event.start).total_seconds() == 210 * 60
    assert str(event["ATTENDEE"]).removeprefix("mailto:") in to


def subscribe(job: Job) -> None:
    """A member makes a calendar address: it answers in full, then says that nothing is new."""
    member = job["probation"]
    member.go("/account/calendar")
    member.fill("Name", "Work phone")
    member.press("Make an address")
    address = member.main.get_by_label("Address for Work phone").input_value()
    job.feed_secret = re.search(r"/cal/(.+)\.ics$", address)[1]
    status, body, tag = fetch(address)
    assert status == 200 and len(icalendar.Calendar.from_ical(body).walk("VEVENT")) > 20
    job.calendars.append(body)
    assert fetch(address, tag)[0] == 304


def fetch(address: str, tag: str = "") -> tuple[int, str, str]:
    """Ask for a feed as a calendar program does: no cookie, but the tag of what it has."""
    request = urllib.request.Request(address, headers={"If-None-Match": tag} if tag else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read().decode(), answer.headers["ETag"]
    except HTTPError as answer:
        with answer:
            return answer.code, "", ""


def bring_in(job: Job, folder: Path) -> None:
    """The coordinator brings in the file of 72 rows."""
    look_at_file(job, folder)
    coordinator = job["coordinator"]
    coordinator.press("Bring in 72 rows")
    coordinator.sees("72 nominations are in.")


def bring_in_again(job: Job, folder: Path) -> None:
    """The same file adds nothing twice."""
    look_at_file(job, folder)
    coordinator = job["coordinator"]
    coordinator.sees("Every row of this file is here already")
    coordinator.press("Forget the file")


def look_at_file(job: Job, folder: Path) -> None:
    coordinator = job["coordinator"]
    coordinator.go("/nominations")
    coordinator.follow(f"import a file to {PANEL}")
    coordinator.main.get_by_label("CSV file").set_input_files(job.tokens.save(folder))
    coordinator.press("Check the file")


def find_nominations(job: Job) -> None:
    """Find every nomination by its row, as the coordinator's pages tell: each names its sender's reference."""
    for sight in job["coordinator"].roam("/nominations", r"/nominations(/[0-9a-f-]{36}$|\?page=|$)|/contact$"):
        row = re.search(r"own reference is (\S+?)\.</p>", sight.html)
        if row:
            reference = re.search(r"PM-\d{4}-\d{6}", sight.title)[0]
            case = re.search(r"/cases/[0-9a-f-]{36}", sight.html)[0]
            job.found[row[1]] = Listed(row[1], reference, sight.path, case)
    assert set(job.found) == {row["source_reference"] for row in job.tokens.rows}


def ten(job: Job) -> list[Listed]:
    """Return the ten nominations that are decided: the first of the police to the panel."""
    rows = [row for row in job.tokens.rows_of(PANEL) if row["nominating_agency"] == "Westmarch Police"]
    return [job.found[row["source_reference"]] for row in rows[:10]]


def accept(job: Job) -> None:
    """Five of the ten are accepted, and go onto the next meeting with room."""
    job.listed = ten(job)[:5]
    for listed in job.listed:
        decide(job, listed, "Accept: put it on an agenda")


def triage(job: Job) -> None:
    """The other five: each outcome is given, one of them after the agency has answered what was asked."""
    asked, redirected, rejected, later, accepted = ten(job)[5:]
    decide(job, asked, "Return it for information")
    decide(job, redirected, "Redirect it to another panel", ("Panel, if you redirect", OTHER_PANEL))
    decide(job, rejected, "Reject it", ("Ground, if you reject", "Outside the area"))
    decide(job, later, "Accept: put it on an agenda", meeting=3)
    decide(job, accepted, "Accept: put it on an agenda")
    answer_question(job, asked)
    decide(job, asked, "Accept: put it on an agenda")
    job.listed += [accepted, asked]
    job.later = later


def decide(job: Job, listed: Listed, outcome: str, select: tuple[str, str] = (), meeting: int = 0) -> None:
    """The coordinator decides; `meeting` is the number of the choice, 0 the next meeting with room."""
    coordinator = job["coordinator"]
    coordinator.go(listed.nomination)
    coordinator.follow("Decide")
    coordinator.choose(outcome)
    if select:
        coordinator.select(*select)
    if meeting:
        coordinator.main.get_by_label("Meeting, if you accept").select_option(index=meeting + 1)
    if not outcome.startswith("Accept"):
        coordinator.fill("Reason, which the agency reads", job.tokens.type(listed.row))
    coordinator.press("Save decision")
    coordinator.sees(f"{listed.reference} is decided.")


def answer_question(job: Job, listed: Listed) -> None:
    """The nominating agency reads what is asked, changes its nomination and sends it again."""
    officer = job["police"]
    officer.go(listed.nomination)
    officer.sees(*job.tokens.typed[listed.row])
    officer.press("Change", exact=True)
    officer.follow("What is happening")
    more = job.tokens.type(listed.row)
    officer.fill("What has happened", more)
    officer.press("Continue")
    officer.go(officer.path.partition("/pages")[0] + "/check")
    officer.press("Save changes")
    officer.sees(more)
    officer.press("Send again")
    officer.sees(f"{listed.reference} is sent again.")


def exclude(job: Job) -> None:
    """The coordinator keeps one representative from one case."""
    job.hidden = job.listed[1]
    coordinator = job["coordinator"]
    coordinator.go(job.hidden.case)
    coordinator.follow("Who must not know of it")
    who = coordinator.main.get_by_label("Person or agency")
    who.select_option(label=who.locator("option", has_text="Kamala Eversholt").inner_text())
    coordinator.select("Ground", "Related to a party")
    coordinator.press("Go on")
    coordinator.press("Exclude")
    coordinator.sees("They are not told.")


def research(job: Job) -> None:
    """Three agencies answer, one on the hidden case too; the meeting's page shows what they said."""
    first, hidden = job.listed[:2]
    for role, listed in (("health", first), ("health", hidden), ("probation", first), ("housing", first)):
        answer(job, role, listed)
    coordinator = job["coordinator"]
    coordinator.go(job.meeting + "/research")
    coordinator.sees(*job.tokens.typed[first.row][-3:], job.tokens.typed[hidden.row][-1])


def answer(job: Job, role: str, listed: Listed) -> None:
    somebody = job[role]
    somebody.go("/research")
    somebody.follow(listed.reference)
    somebody.choose("The victim")
    somebody.fill("Facts", job.tokens.type(listed.row))
    somebody.press("Send the answer")
    somebody.sees(f"{listed.reference}: your agency's answer is kept.")


def build_agenda(job: Job) -> None:
    """The coordinator orders the agenda, takes a case off it, publishes, changes and publishes again."""
    coordinator = job["coordinator"]
    coordinator.go(job.meeting)
    coordinator.follow("Agenda")
    assert cases(job) == [listed.reference for listed in job.listed]
    first, second = job.listed[:2]
    removed = job.listed.pop(-2)
    tap(job, "Up", second)
    tap(job, "Down", second)
    if job.js:
        drag(job, second, first)
        drag(job, first, second)
        assert cases(job) == [listed.reference for listed in job.listed[:2]] + cases(job)[2:]
    tap(job, "Remove", removed)
    coordinator.main.get_by_label(f"Minutes for {first.reference}").fill("25")
    tap(job, "Save timings")
    publish(job, edition=1)
    coordinator.follow("Go to the draft")
    tap(job, "Down", first)
    publish(job, edition=2)
    coordinator.sees("What changed since you read edition 1", f"{second.reference}: moved from number")
    job.listed[:2] = [second, first]
    coordinator.follow("Go to the draft")
    assert cases(job) == [listed.reference for listed in job.listed]


def cases(job: Job) -> list[str]:
    """Return the cases on the builder's lines, from the top."""
    return job["coordinator"].main.locator(".app-agenda__line .app-agenda__name a").all_inner_texts()


def tap(job: Job, words: str, listed: Listed | None = None) -> None:
    """Press a button of the builder, or of one case on it: with script the page stays where it is."""
    coordinator = job["coordinator"]
    place = coordinator.main.get_by_role("listitem").filter(has_text=listed.reference) if listed else coordinator.main
    button = place.get_by_role("button", name=words).last
    if not job.js:
        with coordinator.page.expect_navigation():
            button.click()
    else:
        with coordinator.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            button.click()
        assert answer.value.headers["content-type"] == "application/json"
        coordinator.page.locator("#agenda-builder:not([aria-busy])").wait_for()
    coordinator.look()


def drag(job: Job, listed: Listed, to: Listed) -> None:
    """Take a case by its handle to where another one stands; what changed is said, and the page stays."""
    coordinator = job["coordinator"]
    lines = [coordinator.main.get_by_role("listitem").filter(has_text=one.reference) for one in (listed, to)]
    with coordinator.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        lines[0].locator(".app-agenda__handle").hover()
        # Where it is by now: the page may have been moved to bring the handle into sight.
        there = lines[1].bounding_box()
        coordinator.page.mouse.down()
        coordinator.page.mouse.move(there["x"] + 5, there["y"] + there["height"] / 2, steps=12)
        coordinator.page.mouse.up()
    assert answer.value.headers["content-type"] == "application/json"
    coordinator.page.locator("#agenda-builder:not([aria-busy])").wait_for()
    expect(coordinator.page.locator("#agenda-status")).to_contain_text(f"{listed.reference}: moved to position")
    coordinator.look()


def publish(job: Job, edition: int) -> None:
    coordinator = job["coordinator"]
    coordinator.go(job.meeting + "/agenda")
    coordinator.follow("Publish agenda")
    told = coordinator.main.get_by_text("Show their names").count()
    assert told
    names = coordinator.main.locator("details li").count()
    coordinator.press("Publish agenda")
    letters = [letter for letter in job.served.deliver() if path_in(letter).endswith("/agenda")]
    assert len(letters) == names == len({letter["To"] for letter in letters})
    coordinator.follow("Read the published agenda")
    coordinator.sees(f"Edition {edition}, published on")
