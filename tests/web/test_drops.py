"""Taking a carried-over case off a list, as the coordinator meets it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic.domain.agenda import AgendaItemKind
from clinic.domain.meetings import MeetingStatus
from clinic.web import clock
from tests import make
from tests.services.test_agenda import place
from tests.services.test_drops import drop, item_of


@pytest.fixture
def world(site):
    return replace(site.world, now=clock.now())


def carry(world, case_id, meeting_id):
    before = make.meeting(world, world.now - timedelta(days=7), status=MeetingStatus.CLOSED)
    place(world, case_id, meeting_id, kind=AgendaItemKind.CASE_DEFERRED_IN, deferred_from=before)


def test_remove_asks_why_and_loses_nothing_that_was_typed(site, world):
    meeting_id, case_id = make.meeting(world, world.now + timedelta(days=30)), make.case(world)
    carry(world, case_id, meeting_id)
    item_id = item_of(world, meeting_id, case_id)
    coordinator, draft = site.browser("coordinator"), f"/meetings/{meeting_id}/agenda"
    url = f"{draft}/items/{item_id}/drop"
    page = coordinator.get(draft)
    assert f"{url}/begin" in page.html and f"/items/{item_id}/remove" not in page.html
    asks = coordinator.follow(coordinator.post(
        f"{url}/begin", page.form("/agenda") | {f"minutes-{item_id}": "35"}, page=False))
    assert "did not hear it" in asks.text
    wrong = coordinator.post(url, {"reason": "other", "words": " "}, page=asks, status=422)
    assert 'href="#words"' in wrong.text and 'value="other" checked' in wrong.text
    none = coordinator.post(url, {"words": "The hall is shut."}, page=coordinator.get(url), status=422)
    assert 'href="#reason"' in none.text and "The hall is shut." in none.text
    assert 'value="35"' in coordinator.get(draft).html
    page = coordinator.follow(coordinator.post(
        url, {"reason": "other", "words": "The hall is shut."}, page=coordinator.get(url)))
    assert "taken off the agenda" in page.text and f"/agenda/cases/{case_id}" in page.html
    assert "The hall is shut." in coordinator.get(f"/cases/{case_id}").text


def test_a_case_that_was_dropped_once_or_often_costs_one_statement_more(site, world):
    meeting_id, case_id = make.meeting(world, world.now + timedelta(days=30)), make.case(world)
    reader, counts = site.browser("coordinator"), []
    for times in (0, 1, 3):
        for _ in range(times):
            carry(world, case_id, meeting_id)
            drop(world, meeting_id, case_id)
        reader.get(f"/cases/{case_id}")
        with site.statements() as each:
            reader.get(f"/cases/{case_id}")
        counts.append(len(each))
    assert counts[1] == counts[2] == counts[0] + 1
