"""People are found by name, alias, reference and birth, misspelt too, among the cases that the reader may know of."""

from datetime import date

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.drafts import PartyDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.searches import MOST_HITS, Query
from clinic.models.audit import AuditEvent
from clinic.services import search
from tests import make
from tests.services.test_statements import statements

VICTIM = PartyDraft("Siân", "Prydderch-Jones", ("Shan Pritchard",), date(1991, 4, 7))
PERPETRATOR = PartyDraft("Xiaoming", "Li", (), date(1980, 12, 24))


@pytest.fixture
def known(world):
    """Two nominations by the police: one of the default pair, one of people with names from two other languages."""
    make.nominated(world)
    make.nominated(world, victim=VICTIM, perpetrator=PERPETRATOR)
    return world


def find(world, who="officer", **query):
    with world.reading(who) as work:
        return search.find(work, Query(**query))


def names(hits):
    return [hit.name for hit in hits]


@pytest.mark.parametrize(("name", "found"), [
    ("sian", "Siân Prydderch-Jones"), ("SIÂN JON", "Siân Prydderch-Jones"), ("pritch", "Siân Prydderch-Jones"),
    ("jones sian", "Siân Prydderch-Jones"), ("prydderchjones", "Siân Prydderch-Jones"), ("li", "Xiaoming Li"),
    ("xiao", "Xiaoming Li"), ("Zel", "Zelda Uniquename"), ("Zed", "Zelda Uniquename"),
    ("uniquename", "Zelda Uniquename"),
])
def test_somebody_is_found_by_a_name_or_its_beginning(known, name, found):
    assert names(find(known, name=name).people) == [found]


@pytest.mark.parametrize(("name", "found"), [
    ("Shaan Pryderch", "Siân Prydderch-Jones"), ("Selda", "Zelda Uniquename"), ("uniquenaym", "Zelda Uniquename"),
])
def test_other_spellings_are_offered_apart(known, name, found):
    shown = find(known, name=name)
    assert not shown.people and names(shown.alike) == [found]


@pytest.mark.parametrize("name", ["ze", "eld", "zelda othername", "qqq", "%", "_el"])
def test_what_begins_no_name_finds_nobody(known, name):
    if name == "%":
        with pytest.raises(RuleBroken, match="letters"):
            find(known, name=name)
    else:
        shown = find(known, name=name)
        assert not shown.people and not shown.alike


def test_a_date_of_birth_finds_and_its_other_way_round_is_offered(known):
    assert names(find(known, born_on=date(1991, 4, 7)).people) == ["Siân Prydderch-Jones"]
    shown = find(known, born_on=date(1991, 7, 4))
    assert not shown.people and names(shown.alike) == ["Siân Prydderch-Jones"]
    assert names(find(known, name="sian", born_on=date(1991, 4, 7)).people) == ["Siân Prydderch-Jones"]
    assert not find(known, name="zelda", born_on=date(1991, 4, 7)).people


def test_a_reference_or_three_of_its_last_digits_find_its_case(known):
    reference = find(known, name="sian").people[0].case.reference
    for text in (reference, reference.lower(), reference[-6:], reference[-3:]):
        assert reference in {hit.reference for hit in find(known, reference=text).cases}
    assert not find(known, reference=reference[:-3] + f"{(int(reference[-3:]) + 1) % 1000:03}").cases
    assert names(find(known, name="sian", reference=reference).people) == ["Siân Prydderch-Jones"]
    with pytest.raises(RuleBroken, match="three or more"):
        find(known, reference=reference[-2:])


def test_a_search_for_nothing_is_refused(known):
    with pytest.raises(RuleBroken, match="Enter a name"):
        find(known)


@pytest.mark.parametrize(("who", "finds"), [
    ("coordinator", True), ("chair", True), ("officer", True), ("probation_officer", False), ("minute_taker", False),
    ("observer", False), ("other_coordinator", False), ("outsider", False), ("admin", False), ("auditor", False),
])
def test_everybody_finds_among_the_cases_that_they_may_know_of(known, who, finds):
    shown = find(known, who, name="sian")
    assert bool(shown.people or shown.alike) is finds
    digits = find(known, name="sian").people[0].case.reference[-6:]
    assert bool(find(known, who, reference=digits).cases) is finds


def test_an_agency_that_was_asked_nothing_finds_neither_a_person_nor_a_case(known):
    reference = find(known, name="sian").people[0].case.reference
    assert find(known, "probation_officer", name="sian") == search.Found()
    assert find(known, "probation_officer", reference=reference) == search.Found()


def test_an_excluded_person_finds_nobody(known):
    make.excluded(known, find(known, name="sian").people[0].case.case_id, who="chair")
    shown = find(known, "chair", name="sian")
    assert not shown.people and not shown.alike and find(known, "deputy", name="sian").people


def test_a_search_is_recorded_by_what_it_asked_for_and_not_by_what_was_typed(known):
    found = find(known, name="sian", born_on=date(1991, 4, 7)).people[0]
    with known.looking() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.verb == AuditVerb.SEARCH)).one()
    assert row.detail == {"by": ["name", "born_on"], "shown": [str(found.case.case_id)]}
    assert row.actor_id == known.users["officer"]


def test_no_more_than_a_page_is_opened_and_the_page_says_that_there_is_more(known):
    for _ in range(MOST_HITS):
        make.case(known)
    mine = make.case(known, nominated_by="probation_officer")
    for name in ("zelda", "zelda uniq"):
        shown = find(known, "coordinator", name=name)
        assert len(shown.people) == MOST_HITS and shown.more
        own = find(known, "probation_officer", name=name)
        assert [hit.case.case_id for hit in own.people] == [mine] and not own.more


def test_those_who_are_as_they_were_typed_are_not_crowded_out_by_those_who_only_sound_so(known):
    for _ in range(MOST_HITS + 1):
        make.case(known)
    make.nominated(known, victim=PartyDraft("Selda", "Uniquename", (), None))
    shown = find(known, "coordinator", name="selda")
    assert names(shown.people) == ["Selda Uniquename"] and len(shown.alike) == MOST_HITS - 1 and shown.more


def test_a_search_costs_six_statements_whoever_is_found(known):
    make.excluded(known, find(known, name="sian").people[0].case.case_id, who="chair")
    for query in ({"name": "sian"}, {"name": "sian jones", "born_on": date(1991, 4, 7)}, {"reference": "123"}):
        deputy = known.actor("deputy")
        with statements(known.office) as seen, known.office.reading(deputy, known.now) as work:
            search.find(work, Query(**query))
        assert len([text for text in seen if not text.startswith("BEGIN")]) <= 6
