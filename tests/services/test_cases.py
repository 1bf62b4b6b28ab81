"""The list of cases, a case's page and its journal."""

from datetime import timedelta

import pytest

from clinic.domain.cases import CaseStatus, PartyKind
from clinic.domain.errors import NotFound, NotPermitted
from clinic.services import case_pages, cases, journals, nominations
from clinic.services.cases import Filter
from tests import make


def index(world, who, only=Filter(), number=1):  # noqa: B008  a frozen value
    with world.reading(who) as work:
        return cases.index(work, only, number)


def case_of(world, nomination_id):
    with world.reading("coordinator") as work:
        nomination = nominations.find(work, nomination_id)
        work.require(nominations.policy.may_see, nomination)
        work.record(journals.AuditVerb.VIEW, nomination)
    return nomination.case_id, nomination.reference


def test_each_reader_lists_the_cases_that_are_theirs(world):
    make.case(world)
    make.case(world, nominated_by="probation_officer")
    make.case(world, panel=world.marac, nominated_by="probation_officer")
    expected = {"coordinator": 2, "chair": 3, "officer": 1, "probation_officer": 2, "advocate": 0, "minute_taker": 0,
                "other_coordinator": 1, "observer": 0, "admin": 0, "lapsed": 0}
    assert {who: index(world, who).pages.total for who in expected} == expected


def test_the_list_is_cut_by_panel_status_and_whole_reference(world):
    nomination_id = make.nominated(world)
    make.case(world, panel=world.marac)
    _, reference = case_of(world, nomination_id)
    chair = lambda **only: index(world, "chair", Filter(**only)).pages.total  # noqa: E731
    assert chair() == 2 and chair(panel_id=world.clinic) == 1 and chair(status=CaseStatus.CLOSED) == 0
    assert chair(reference=f" {reference.lower()} ") == 1 and chair(reference=reference[:-1]) == 0


def test_the_next_meeting_is_the_first_planned_one_that_lists_it(world):
    case_id = make.case(world)
    make.listed(world, case_id, make.meeting(world, world.now - timedelta(days=7)))
    later = make.meeting(world, world.now + timedelta(days=40))
    sooner = make.meeting(world, world.now + timedelta(days=12))
    make.listed(world, case_id, later)
    make.listed(world, case_id, sooner)
    assert [line.meeting_id for line in index(world, "coordinator").lines] == [sooner]


def test_a_long_list_comes_in_pages_of_twenty_five(world):
    for _ in range(26):
        make.case(world)
    assert len(index(world, "coordinator").lines) == 25
    second = index(world, "coordinator", number=2)
    assert len(second.lines) == 1 and second.pages.total == 26


def test_the_page_of_a_case_says_what_was_told_with_ages_of_today(world):
    case_id, reference = case_of(world, make.nominated(world))
    with world.reading("officer") as work:
        page = case_pages.show(work, case_id)
    victim, perpetrator = page.people
    assert (victim.kind, victim.name, victim.age) == (PartyKind.VICTIM, "Zelda Uniquename", 36)
    assert perpetrator.age is None and page.reference == reference
    assert page.told.wishes == "Wants the contact to stop." and page.told.risk_tool == "SASH"
    assert page.told.criteria == ("Breach of an order",) and page.told.orders[0].kind == "Stalking protection order"
    assert page.may_see_contact and not page.may_exclude and not page.may_read_journal


def test_the_journal_of_a_case_names_who_opened_it_the_latest_first(world):
    case_id, _ = case_of(world, make.nominated(world))
    with world.reading("officer") as work:
        case_pages.show(work, case_id)
    with world.reading("chair") as work:
        page = journals.of_case(work, case_id)
    assert (page.lines[0].by, page.lines[0].what) == ("Officer Testwell", "Case")
    assert page.lines[-1].verb == "create" and page.pages.total == len(page.lines)
    for who in ("officer", "minute_taker", "observer", "other_coordinator", "admin"):
        with pytest.raises((NotFound, NotPermitted)), world.reading(who) as work:
            journals.of_case(work, case_id)
