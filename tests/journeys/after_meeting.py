"""After the meeting: minutes drafted, approved, circulated and read; actions reported and answered."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.journeys.job import EMAILS, Job
from tests.journeys.people import Person
from tests.journeys.served import path_in


def draft(job: Job) -> None:
    """The minute-taker finds the draft of the minutes, edits a section, and sends them to the chair."""
    writer = job["minute_taker"]
    writer.go(job.meeting)
    writer.follow("Draft of the minutes")
    writer.follow("Edit", within=section_of(writer, job.heard[0].reference))
    text = writer.main.get_by_label("Text of this section", exact=True)
    more = job.tokens.type(job.heard[0].row)
    text.fill(f"{text.input_value()}\n\n{more}")
    writer.press("Preview")
    writer.press("Save section")
    writer.sees(more)
    writer.press("Send to the chair")
    writer.sees("The chair is asked to approve this text")


def section_of(writer: Person, reference: str) -> Locator:
    return writer.main.locator("section").filter(has=writer.page.get_by_role("heading", name=reference))


def approve(job: Job) -> None:
    chair = job["chair"]
    chair.go("/")
    chair.follow("Minutes of")
    chair.follow("Read and approve")
    chair.press("Approve these minutes")
    chair.sees("Version 1")


def circulate(job: Job) -> None:
    """The coordinator circulates the minutes; each recipient gets one letter with a link and nothing else."""
    coordinator = job["coordinator"]
    coordinator.go(job.meeting)
    coordinator.follow("Draft of the minutes")
    coordinator.follow("Circulate")
    named = len(coordinator.rows("will be sent these minutes"))
    coordinator.press("Circulate now")
    letters = [letter for letter in job.served.deliver() if "/minutes/" in path_in(letter)]
    assert len(letters) == named == len({letter["To"] for letter in letters})
    letter = next(letter for letter in letters if EMAILS["probation"] in letter["To"])
    assert not list(letter.iter_attachments())
    job.minutes = path_in(letter)


def read(job: Job) -> None:
    """A recipient follows the letter's link, reads, and confirms it; the chair sees who has not."""
    reader = job["probation"]
    reader.go(job.minutes)
    reader.sees(*(case.reference for case in job.heard))
    reader.press("I have read these minutes")
    reader.sees("that you read these minutes")
    chair = job["chair"]
    chair.go(job.minutes)
    chair.follow("Who has read them")
    states = {row.locator("th").inner_text(): row.inner_text() for row in chair.rows("Receipts")}
    assert "Confirmed" in states["Delphine Hollingbourne"]
    assert "Confirmed" not in states["Gwilym Rowntree"]


def answer_for_actions(job: Job) -> None:
    """One action is reported, reopened, reported again and confirmed; another ends as not done."""
    case = next(case for case in job.heard if case is not job.hidden)
    report(job, "police", "Westmarch Police", case.row)
    coordinator = open_action(job, "coordinator", "Westmarch Police")
    coordinator.fill("What is still missing", job.tokens.type(case.row))
    coordinator.press("Reopen")
    report(job, "police", "Westmarch Police", case.row)
    coordinator = open_action(job, "coordinator", "Westmarch Police")
    coordinator.press("Confirm as done")
    coordinator.sees("Confirmed complete")
    coordinator = open_action(job, "coordinator", "Saltby District Council Housing")
    coordinator.fill("Why it was not done", job.tokens.type(case.row))
    coordinator.press("Close as not done")
    coordinator.sees("Not done")


def report(job: Job, role: str, agency: str, row: str) -> None:
    owner = open_action(job, role, agency)
    owner.choose("It is done")
    owner.fill("How do you know, or what has changed?", job.tokens.type(row))
    owner.press("Send the report")
    owner.sees("Reported complete")


def open_action(job: Job, role: str, agency: str):
    somebody = job[role]
    somebody.go("/actions")
    if not somebody.main.get_by_role("link", name=job.actions[agency]).count():
        somebody.go("/actions?state=reported")
    somebody.follow(job.actions[agency])
    return somebody
