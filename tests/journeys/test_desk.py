"""A coordinator clears a queue of twenty without touching a mouse: Tab, arrows, Space, Enter, and what they type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from clinic.models.account import User
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.services import demonstration, imports, nominations, sessions
from tests import make
from tests.journeys.inspector import Inspector
from tests.journeys.people import Person
from tests.journeys.served import Served

OFFICER = "quentin.fotheringay@westmarch.police.example"
COORDINATOR = "myfanwy.prosser-lyle@westmarch.gov.example"
PANEL = "Saltby MARAC"
TWENTY = 20
# The furthest that anything on the page is away by Tab.
FAR = 60


def test_a_coordinator_clears_a_queue_of_twenty_by_keyboard(served, person):
    make_twenty(served)
    somebody = person(COORDINATOR)
    page = somebody.page
    somebody.go(desk_of(served))
    somebody.sees(f"Waiting ({TWENTY})")
    tab_to(page, "Start with the first")
    page.keyboard.press("Enter")
    for number in range(TWENTY):
        page.wait_for_function("() => document.activeElement && document.activeElement.id === 'decide'")
        DECISIONS[number % len(DECISIONS)](page)
        tab_to(page, "Save and next")
        before = page.url
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=before: url != before)
    somebody.look()
    somebody.sees("Nothing waits for a decision", "Waiting (0)")
    with served.office.peeking("tests") as session:
        statuses = list(session.scalars(select(Nomination.status)))
    assert {status: statuses.count(status) for status in set(statuses)} == {
        "accepted": 5, "returned_for_information": 5, "redirected": 5, "offered": 5, "rejected": 5}


@pytest.mark.parametrize("width", [1280, 375])
def test_the_keys_are_off_until_they_are_turned_on(served, person, width):
    make_twenty(served, 2)
    somebody = person(COORDINATOR, width)
    page = somebody.page
    somebody.go(desk_of(served))
    tab_to(page, "Start with the first")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement && document.activeElement.id === 'decide'")
    somebody.look()
    page.keyboard.press("j")
    assert page.locator("input[name=outcome]:checked").count() == 0
    page.locator("#shortcuts").check()
    page.keyboard.press("j")
    assert page.locator("input[name=outcome]:checked").get_attribute("value") == "reject"
    page.get_by_label("Reason, which the agency reads").fill("n")
    assert page.get_by_label("Reason, which the agency reads").input_value() == "n"
    if width == 375:
        look_round(served, somebody)


def look_round(served: Served, somebody: Person) -> None:
    """Hold every page around a desk to what assistive technology asks of it."""
    somebody.inspector = Inspector()
    now = datetime.now(UTC)
    with served.office.peeking("tests") as session:
        panel, nomination = f"/panels/{panel_id(session)}", session.scalars(select(Nomination)).first()
        actor = sessions.actor_of(session, session.scalars(select(User.id).where(User.email == COORDINATOR)).one(), now)
    with served.office.changing(actor, now) as work:
        unread = imports.keep(work, nomination.panel_id, b"x")
    said, case = f"/nominations/{nomination.id}", f"/cases/{nomination.case_id}"
    for path in (f"{panel}/desk", f"{panel}/desk?tray=offered", f"{said}/triage", said, f"{case}/matches", "/search",
                 f"{panel}/import", f"{panel}/import/columns", f"/imports/{unread}", f"{panel}/questions"):
        somebody.go(path)


def accept(page) -> None:
    choose(page, 0)


def send_back(page) -> None:
    """Ask for what is missing by the link that writes the question."""
    tab_to(page, "Ask for what is missing")
    page.keyboard.press("Enter")
    page.wait_for_url("**ask=missing**")
    assert "Please add what is missing" in page.get_by_label("Reason, which the agency reads").input_value()


def redirect(page) -> None:
    choose(page, 2)
    tab_to(page, "Panel, if you redirect")
    page.keyboard.press("ArrowDown")
    reason(page)


def reject(page) -> None:
    choose(page, 3)
    tab_to(page, "Ground, if you reject")
    page.keyboard.press("ArrowDown")
    reason(page)


DECISIONS = (accept, send_back, redirect, reject)


def choose(page, down: int) -> None:
    """Tab to the decisions and go down to one."""
    tab_to(page, "Accept: put it on an agenda")
    page.keyboard.press("Space")
    for _ in range(down):
        page.keyboard.press("ArrowDown")


def reason(page) -> None:
    tab_to(page, "Reason, which the agency reads")
    page.keyboard.type("Please see the note of last week.")


def tab_to(page, words: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if words in page.evaluate(
            "() => { const e = document.activeElement; "
            "return [e.innerText, ...Array.from(e.labels || [], (l) => l.innerText)].join(' ') }"
        ):
            return
    raise AssertionError(f"Tab does not come to {words!r} on {page.url}")


def desk_of(served: Served) -> str:
    with served.office.peeking("tests") as session:
        return f"/panels/{panel_id(session)}/desk"


def panel_id(session):
    return session.scalars(select(Panel.id).where(Panel.name == PANEL)).one()


def make_twenty(served: Served, count: int = TWENTY) -> None:
    """Let the police nominate, one each hour; the panel's year is planned, so that there is room."""
    now = datetime.now(UTC) - timedelta(days=2)
    with served.office.peeking("tests") as session:
        panel = panel_id(session)
        officer = session.scalars(select(User.id).where(User.email == OFFICER)).one()
        actor = sessions.actor_of(session, officer, now)
    demonstration.fill_calendars(served.office, now)
    for hour in range(count):
        with served.office.changing(actor, now + timedelta(hours=hour)) as work:
            nominations.submit(work, panel, make.draft(criteria=("visible_high_risk",)))
