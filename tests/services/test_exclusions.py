"""A case that somebody must not know of is gone for them, and only for them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.drafts import PartyDraft, SafeContactDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.domain.research import ResearchStatus
from clinic.models.audit import AuditEvent
from clinic.models.case import Case, CaseExclusion
from clinic.models.nomination import Nomination
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.scheduler import timetable
from clinic.services import case_pages, cases, exclusions, nomination_lists, nomination_pages, nominations
from clinic.services.exclusions import Who
from tests import make


@pytest.fixture
def listed(world):
    """A case that the police nominated and that is on an agenda."""
    make.meeting(world, world.now + timedelta(days=14))
    nomination_id = make.nominated(world, contact_email="hallam@police.example")
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))
    with world.looking() as session:
        return nomination_id, session.get_one(Nomination, nomination_id).case_id


def exclude(world, case_id, who, ground="user_is_party", by="coordinator"):
    with world.changing(by) as work:
        exclusions.exclude(work, case_id, who, ground)


def sees(world, who, case_id):
    with world.reading(who) as work:
        shown = {line.id for line in cases.index(work, cases.Filter()).lines}
    try:
        with world.reading(who) as work:
            case_pages.show(work, case_id)
    except NotFound:
        assert case_id not in shown
        return False
    return case_id in shown


def waiting(world):
    with world.looking() as session:
        return {(letter.kind, letter.address) for letter in session.scalars(
            select(QueuedLetter).where(QueuedLetter.status == PostStatus.QUEUED))}


def test_the_case_is_gone_from_lists_and_pages_for_the_excluded_person_alone(world, listed):
    nomination_id, case_id = listed
    assert sees(world, "officer", case_id) and sees(world, "probation_officer", case_id)
    exclude(world, case_id, Who(user_id=world.users["officer"]))
    assert not sees(world, "officer", case_id) and sees(world, "probation_officer", case_id)
    with world.reading("officer") as work:
        assert nomination_lists.queue(work, None, None).pages.total == 0
    with pytest.raises(NotFound), world.reading("officer") as work:
        nomination_pages.show(work, nomination_id)


def test_it_is_gone_for_everybody_of_an_excluded_agency_the_chair_included(world, listed):
    _, case_id = listed
    exclude(world, case_id, Who(agency_id=world.agencies["police"]), "party_employed_by_agency")
    assert not sees(world, "officer", case_id) and not sees(world, "chair", case_id)
    assert sees(world, "coordinator", case_id)


def test_letters_that_have_not_left_are_taken_back_from_them_alone(world, listed):
    nomination_id, case_id = listed
    with world.changing("coordinator") as work:
        work.require(nominations.policy.may_triage, nominations.find(work, nomination_id))
        work.record(AuditVerb.SEND, "Nomination")
        work.post(Letter(LetterKind.RESEARCH_DUE, to=world.users["officer"], reference="", link="/", about=case_id))
    before = waiting(world)
    assert {address for _, address in before} >= {"officer@police.example", "hallam@police.example"}
    exclude(world, case_id, Who(agency_id=world.agencies["police"]))
    after = waiting(world)
    assert not [address for _, address in after if address.endswith("@police.example")]
    assert before - after == {letter for letter in before if letter[1].endswith("@police.example")}


def test_letters_about_other_cases_stay(world, listed):
    _, case_id = listed
    other = make.nominated(world, "probation_officer")
    exclude(world, case_id, Who(user_id=world.users["officer"]))
    with world.looking() as session:
        letters = session.scalars(select(QueuedLetter).where(QueuedLetter.about_id == other)).all()
        assert letters and {letter.status for letter in letters} == {PostStatus.QUEUED}


def test_an_excluded_agency_is_not_asked_and_is_asked_again_when_it_is_lifted(world, listed):
    _, case_id = listed
    probation = world.agencies["probation"]

    def status():
        with world.looking() as session:
            return session.scalars(select(ResearchRequest.status).where(
                ResearchRequest.case_id == case_id, ResearchRequest.agency_id == probation)).one()

    assert status() is ResearchStatus.REQUESTED
    exclude(world, case_id, Who(agency_id=probation))
    assert status() is ResearchStatus.EXEMPT_CONFLICT
    with world.looking() as session:
        exclusion_id = session.scalars(select(CaseExclusion.id)).one()
    with world.changing("coordinator") as work:
        exclusions.lift(work, case_id, exclusion_id)
    assert status() is ResearchStatus.REQUESTED and sees(world, "probation_officer", case_id)
    with pytest.raises(RuleBroken, match="already"), world.changing("coordinator") as work:
        exclusions.lift(work, case_id, exclusion_id)


def test_nobody_excludes_oneself_or_ones_own_agency(world, listed):
    _, case_id = listed
    for who in (Who(user_id=world.users["coordinator"]), Who(agency_id=world.agencies["council"])):
        with pytest.raises(RuleBroken, match="You cannot exclude"):
            exclude(world, case_id, who)
    with world.reading("coordinator") as work:
        page = exclusions.page(work, case_id)
    assert world.users["coordinator"] not in dict(page.people) and world.agencies["council"] not in dict(page.agencies)


@pytest.mark.parametrize(("who", "ground", "sentence"), [
    ("outsider", "user_is_party", "sits on the panel"), ("officer", "because", "ground"), ("officer", "", "ground"),
])
def test_an_exclusion_names_a_member_and_a_ground_of_the_list(world, listed, who, ground, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        exclude(world, listed[1], Who(user_id=world.users[who]), ground)


def test_the_same_exclusion_is_not_set_twice(world, listed):
    exclude(world, listed[1], Who(user_id=world.users["officer"]))
    with pytest.raises(RuleBroken, match="already"):
        exclude(world, listed[1], Who(user_id=world.users["officer"]))


@pytest.mark.parametrize("by", ["chair", "officer", "minute_taker", "other_coordinator", "admin"])
def test_only_the_coordinator_sets_and_reads_exclusions(world, listed, by):
    with pytest.raises((NotFound, NotPermitted)):
        exclude(world, listed[1], Who(user_id=world.users["advocate"]), by=by)
    with pytest.raises((NotFound, NotPermitted)), world.reading(by) as work:
        exclusions.page(work, listed[1])


def test_setting_and_lifting_are_written_down_with_the_case(world, listed):
    exclude(world, listed[1], Who(user_id=world.users["officer"]))
    with world.looking() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.verb == AuditVerb.EXCLUDE)).all()
        assert [event.case_id for event in events] == [listed[1]]


def compared(world):
    timetable.compare(world.office, None)


def test_a_new_case_of_the_pair_is_shut_to_whom_the_earlier_one_is_shut_before_anybody_judges(world, listed):
    exclude(world, listed[1], Who(user_id=world.users["chair"]))
    later = make.nominated(world)
    with world.looking() as session:
        case_id = session.get_one(Nomination, later).case_id
    compared(world)
    assert not sees(world, "chair", case_id) and sees(world, "coordinator", case_id)
    with world.looking() as session:
        assert session.scalars(select(Case.id).where(Case.compared_at.is_(None))).all() == []
        carried = session.scalars(select(CaseExclusion).where(CaseExclusion.case_id == case_id)).one()
        assert carried.set_by_id == world.users["coordinator"]


def test_an_exclusion_that_is_set_later_reaches_the_other_case_of_the_pair_too(world, listed):
    later = make.nominated(world)
    with world.looking() as session:
        case_id = session.get_one(Nomination, later).case_id
    compared(world)
    assert sees(world, "chair", case_id)
    exclude(world, listed[1], Who(user_id=world.users["chair"]))
    compared(world)
    assert not sees(world, "chair", case_id)


def test_whoever_sent_the_new_case_keeps_it_and_so_learns_of_no_other(world, listed):
    exclude(world, listed[1], Who(user_id=world.users["officer"]))
    later = make.nominated(world)
    compared(world)
    with world.looking() as session:
        assert sees(world, "officer", session.get_one(Nomination, later).case_id)


def test_a_case_of_other_people_is_shut_to_nobody(world, listed):
    exclude(world, listed[1], Who(user_id=world.users["chair"]))
    stranger = PartyDraft("Quentin", "Elsewhere", (), date(1971, 3, 4))
    later = make.nominated(world, victim=replace(stranger, given_name="Ottoline"), perpetrator=stranger,
                           contact=SafeContactDraft())
    compared(world)
    with world.looking() as session:
        assert sees(world, "chair", session.get_one(Nomination, later).case_id)
