"""The README's pictures, taken of the fictional area Westmarch when CLINIC_PICTURES is set.

Without it the same pages are opened and nothing is written, so that a test run leaves no trace.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.journeys.job import EMAILS
from tests.journeys.people import Person
from tests.journeys.served import Served

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 180_000
PANEL = "Westmarch Stalking Clinic"
ANSWERS = (
    ("delphine.hollingbourne@probation.gov.example", "A perpetrator",
     "Community order until March; two appointments missed in October. Licence conditions can be varied this week."),
    ("kamala.eversholt@wmht.nhs.example", "A perpetrator",
     "Known to the team since 2024; last seen 9 November. No current risk of harm to self was recorded."),
)
NOTES = (
    "Police set out the pattern since June: contact from new numbers most days, and the tracker found under the seat. "
    "The advocate said what the victim fears most, and that the move must not be named in any letter.\n\n"
    "The prosecutor would take early advice on section 4A once the device has been examined."
)
ACTIONS = (
    ("Examine the tracking device and put its account holder to the seller", "Westmarch Police"),
    ("Vary the licence conditions to exclude the new postcode area", "Westmarch Probation Delivery Unit"),
)


@pytest.fixture
def gallery(browser, sqlite_template, tmp_path):
    """Westmarch with its nominations, and a way to sign in to it."""
    folder = Served.westmarch(sqlite_template, tmp_path / "westmarch", datetime.now(UTC), nominations=True)
    people: list[Person] = []

    with Served.on_copy(folder, tmp_path / "instance") as served:
        def person(email: str) -> Person:
            somebody = Person(browser, served.base, email)
            people.append(somebody)
            return somebody.sign_in(served.password)

        yield person
        for somebody in people:
            somebody.leave()


def test_the_readme_shows_the_pages_as_they_are(gallery):
    coordinator = gallery(EMAILS["coordinator"])
    meeting = accept_some(coordinator)
    answer_research(gallery)
    coordinator.go(meeting + "/agenda")
    take(coordinator, "agenda", coordinator.main.get_by_role("listitem").filter(has_text="Open actions").first)
    writer = gallery(EMAILS["minute_taker"])
    hold(writer, meeting)
    coordinator.go(meeting + "/close")
    coordinator.press("Close the meeting")
    draft(writer, meeting)
    coordinator.go("/")
    coordinator.follow(PANEL)
    take(coordinator, "home")


def accept_some(coordinator: Person) -> str:
    """Accept the five that wait longest at the clinic; return the path of the meeting that hears them."""
    for _ in range(5):
        coordinator.go("/nominations")
        coordinator.select("Status", "Nominated")
        coordinator.select("Panel", PANEL)
        coordinator.press("Filter")
        coordinator.main.locator("tbody th a").first.click()
        coordinator.follow("Decide")
        coordinator.choose("Accept: put it on an agenda")
        coordinator.press("Save decision")
    coordinator.follow("The case")
    return coordinator.main.locator("a[href^='/meetings/']").first.get_attribute("href")


def answer_research(gallery) -> None:
    for email, known, text in ANSWERS:
        somebody = gallery(email)
        for _ in range(3):
            somebody.go("/research")
            somebody.main.locator("tbody th a").first.click()
            somebody.choose(known)
            somebody.fill("Facts", text)
            somebody.press("Send the answer")


def hold(writer: Person, meeting: str) -> None:
    """Hear one case, and take its picture while its clock runs."""
    writer.go(meeting + "/hearing")
    chair = writer.main.get_by_label("Who chairs this meeting")
    chair.select_option(label=chair.locator("option", has_text="Philippa Ashdown").inner_text())
    writer.press("Start the meeting")
    writer.press("Mark everybody else present")
    cases = writer.page.get_by_role("navigation", name="Agenda").get_by_role("link").all_inner_texts()
    for number, case in enumerate(cases):
        writer.go(meeting + "/hearing")
        writer.follow(case, within=writer.page.get_by_role("navigation", name="Agenda"))
        if number == 0:
            hear(writer)
        writer.choose("Heard actions set" if number == 0 else "Not reached")
        writer.press("Save outcome", exact=True)


def hear(writer: Person) -> None:
    writer.press("Start this item")
    writer.fill("Notes for the minutes", NOTES)
    writer.press("Save notes")
    for text, agency in ACTIONS:
        writer.fill("What needs to be done", text)
        writer.select("Owning agency", agency)
        writer.day("Due", datetime.now(UTC).date() + timedelta(days=40))
        writer.press("Add action")
    writer.go(writer.path)
    take(writer, "hearing")


def draft(writer: Person, meeting: str) -> None:
    writer.go(meeting + "/minutes")
    take(writer, "minutes", writer.main.get_by_role("heading", name=re.compile(r"PM-\d{4}-\d{6}")).first)


def take(somebody: Person, name: str, top: Locator | None = None) -> None:
    """Take the picture of a screen, from its top or from `top` on; keep it when pictures are wanted."""
    somebody.page.evaluate("() => window.scrollTo(0, 0)")
    if top is not None:
        top.evaluate("element => element.scrollIntoView({ block: 'start' })")
    picture = somebody.page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": 800})
    if os.environ.get("CLINIC_PICTURES"):
        assert len(picture) < LARGEST, f"the picture of {name} has {len(picture):,} bytes"
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / f"{name}.png").write_bytes(picture)
