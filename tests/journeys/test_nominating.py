"""Nominating as people do it: on a telephone, in two sittings, without script, and with every page sent empty first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.journeys.inspector import Inspector
from tests.journeys.people import Person

POLICE = "quentin.fotheringay@westmarch.police.example"
HEALTH = "vaughan.goldsworthy@wmht.nhs.example"
CLINIC, MARAC, PANEL = "Westmarch Stalking Clinic", "Saltby MARAC", "Westmarch Stalking Intervention Panel"
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011  the browser's day is the machine's
_CRITERION = {CLINIC: "Breach of an order", MARAC: "Visible high risk", PANEL: "Breach of an order"}


def begin(somebody: Person, panel: str) -> str:
    """Begin a nomination from the list of nominations; return the path of its task list."""
    somebody.go("/nominations")
    somebody.follow(f"Nominate to {panel}")
    somebody.press("Begin a nomination")
    return somebody.path


def first_half(somebody: Person, panel: str) -> None:
    """Say who is in it, and what they do."""
    somebody.follow("The victim", exact=True)
    empty(somebody, "Enter the victim's given name", "Enter the victim's family name")
    somebody.fill("Given name", "Siân")
    somebody.fill("Family name", "Kestrelby")
    somebody.day("Date of birth", date(1991, 4, 2))
    somebody.press("Continue")
    empty(somebody, "Choose what the perpetrator is to the victim")
    somebody.fill("Given name", "Not known")
    somebody.choose("The perpetrator's date of birth is not known")
    somebody.select("What the perpetrator is to the victim", "Stranger")
    somebody.press("Continue")
    empty(somebody, "Add the other people, or say that there are none")
    somebody.press("Add a person")
    empty(somebody, "Choose what this person is in the case", button="Save")
    somebody.choose("Child")
    somebody.fill("Given name", "Noor")
    somebody.fill("School, of a child (optional)", "St Bees Primary")
    somebody.press("Save", exact=True)
    somebody.sees("Noor", "St Bees Primary")
    somebody.fill("Children in the household", "1")


def second_half(somebody: Person, panel: str) -> None:
    """Say the rest, from what is happening to the question, and leave nothing out that is required."""
    empty(somebody, "Say what has happened")
    somebody.fill("What has happened", "Letters every week, then at the gate.")
    somebody.choose("Following")
    if panel != MARAC:
        four = somebody.main.get_by_role("group", name="Is it")
        for group in four.all():
            group.get_by_label("Yes", exact=True).check()
    somebody.day("When was the last incident?", YESTERDAY)
    somebody.fill("How many incidents were there in the last 12 months?", "12")
    somebody.press("Continue")
    somebody.press("Paste many")
    empty(somebody, "Paste at least one line", button="Add these incidents")
    lines = "\n".join(f"{YESTERDAY:%d/%m/%Y}, Came to the gate, time {n}" for n in range(1, 31))
    somebody.fill("Incidents, one a line", lines)
    somebody.press("Add these incidents")
    somebody.sees("30 incidents are added.")
    somebody.press("Continue")
    empty(somebody, "Choose at least one criterion")
    somebody.choose(_CRITERION[panel])
    somebody.press("Continue")
    empty(somebody, "Choose the risk tool that was used")
    somebody.select("Which risk tool was used?", "Professional judgement only")
    somebody.choose("The day of the assessment is not known")
    somebody.press("Continue")
    empty(somebody, "Add the orders, or say that there are none")
    somebody.choose("There are no offences")
    somebody.choose("There are no orders")
    somebody.press("Continue")
    empty(somebody, "Say whether it is safe to ring the victim")
    if panel == MARAC:
        somebody.choose("The victim's postcode is not known")
    somebody.choose("Not known", within=somebody.main.get_by_role("group", name="Is it safe to ring the victim?"))
    somebody.fill("How can contact be made safely?", "Through the advocate, on Tuesdays.")
    somebody.press("Continue")
    consent(somebody)
    somebody.press("Continue")
    empty(somebody, "Enter the question that the panel should answer")
    somebody.fill("What is the question to the panel?", "What would make her safe at the gate?")
    somebody.choose("Our agency's representative presents it")
    somebody.press("Continue")


def consent(somebody: Person) -> None:
    """Without the victim's agreement the decision to share is asked for; with script only then."""
    empty(somebody, "Say what the victim's position on sharing is")
    purpose = somebody.main.get_by_label("For what purpose is it shared?", exact=True)
    if somebody.js:
        assert not purpose.is_visible()
    somebody.choose("Not asked: it would not be safe")
    assert purpose.is_visible()
    somebody.choose("No: telling the victim would not be safe")
    somebody.choose("The victim has not been asked")
    somebody.choose("No", within=somebody.main.get_by_role("group", name="Has an independent advocate been offered?"))
    empty(somebody, "say why it is right to share all the same")
    somebody.fill("For what purpose is it shared?", "To keep her safe")
    somebody.select("On what lawful basis?", "Public task (UK GDPR article 6(1)(e))")
    somebody.fill("Why is it right to share without the victim's agreement?", "He has come closer each week.")


def empty(somebody: Person, *sentences: str, button: str = "Continue") -> None:
    """Send a page as it stands; find each sentence above it, and at a field that it leads to."""
    with somebody.expecting(422):
        somebody.press(button, exact=True)
    summary = somebody.main.get_by_role("alert").first
    for sentence in sentences:
        link = summary.get_by_role("link").filter(has_text=sentence).first
        assert link.count(), f"{sentence!r} is not among {summary.inner_text()!r}"
        assert somebody.page.locator(link.get_attribute("href")).count() == 1
        assert somebody.main.locator(".govuk-error-message").filter(has_text=sentence).first.is_visible()


def send(somebody: Person) -> str:
    """Check and send; return the reference."""
    somebody.sees("Check your answers", "St Bees Primary", "30,")
    somebody.press("Send nomination")
    somebody.sees("Nomination sent", "What happens next")
    reference = somebody.main.locator(".govuk-panel__body strong").inner_text()
    somebody.follow("Open the nomination")
    somebody.sees(reference, "Siân Kestrelby", "Came to the gate, time 30", "Came to the gate, time 21",
                  "The 20 before")
    return reference


@pytest.mark.parametrize(("panel", "js"), [(CLINIC, True), (MARAC, False), (PANEL, True)],
                         ids=["clinic", "marac without script", "intervention panel"])
def test_an_officer_nominates_on_a_telephone_leaves_half_way_and_finishes_on_another_device(person, panel, js):
    officer = person(POLICE, 375, js)
    officer.inspector = Inspector() if panel == CLINIC else None
    tasks = begin(officer, panel)
    first_half(officer, panel)
    officer.press("Save and come back later")
    officer.sees("Your draft is kept")
    officer.leave()
    elsewhere = person(POLICE, 1280 if js else 375, js)
    elsewhere.inspector = officer.inspector
    elsewhere.go("/")
    elsewhere.go("/nominations")
    elsewhere.follow(f"To {panel}, begun on")
    assert elsewhere.path == tasks
    elsewhere.sees("Completed", "Not started yet")
    elsewhere.follow("What is happening")
    second_half(elsewhere, panel)
    send(elsewhere)
    elsewhere.go(tasks, 404)


def test_a_health_representative_nominates_a_stranger_case_to_the_clinic_as_an_emergency(person):
    health = person(HEALTH)
    tasks = begin(health, CLINIC)
    first_half(health, CLINIC)
    health.press("Save and come back later")
    health.go(tasks)
    health.follow("What is happening")
    health.fill("What has happened", "He waits outside the ward.")
    health.press("Save and come back later")
    health.go(tasks)
    health.follow("Send it half-full")
    empty(health, "Say why this cannot wait", button="Send as an emergency")
    health.fill("Why can it not wait?", "She goes home tonight.")
    health.press("Send as an emergency")
    health.sees("Emergency nomination sent", "Ring the coordinator now", "Still to be answered")
    health.follow("Open the nomination")
    health.sees("Emergency", "She goes home tonight.", "Stranger", "Missing:")
