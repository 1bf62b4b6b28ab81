"""Declarations of interest: whoever knows somebody is out of the case at once, and nobody is told of a case by it."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.interests import Declared
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus
from clinic.models.account import Membership
from clinic.models.case import CaseExclusion, Person
from clinic.models.interest import Interest
from clinic.models.post import QueuedLetter
from clinic.policy.accounts import anyone
from clinic.services import agenda, edition_pages, editions, exclusions, interests, links, live, overviews
from tests import make

WHY = "We were at school together, and his brother is my landlord."


@pytest.fixture
def meeting(world):
    return make.meeting(world)


@pytest.fixture
def case(world, meeting):
    made = make.case(world)
    make.listed(world, made, meeting)
    return made


def of(*cases, **more) -> Declared:
    return replace(Declared(True, frozenset(cases), "previous_relationship", WHY), **more)


def declare(world, who, meeting, said):
    with world.changing(who) as work:
        interests.declare(work, meeting, said)


def shown(world, who, meeting):
    with world.reading(who) as work:
        return interests.page(work, meeting)


def declared(world, meeting, who="coordinator"):
    with world.reading(who) as work:
        return interests.declared_page(work, meeting)


def seated(world, who, role, panel=None):
    """Give somebody another seat on the clinic."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.session.add(Membership(user_id=world.users[who], panel_id=panel or world.clinic, role=role,
                                    agency_id=world.actor(who).agency_id, valid_from=date(2025, 1, 1)))
        work.record(AuditVerb.CREATE, "Membership")


def told(world, kind):
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == kind)).all()
    names = {id_: name for name, id_ in world.users.items()}
    return sorted(names[row.user_id] for row in rows), rows


def test_whoever_declares_a_case_is_out_of_it_from_their_next_request(world, meeting, case):
    assert [id_ for id_, _ in shown(world, "officer", meeting).cases] == [case]
    declare(world, "officer", meeting, of(case))
    assert case in world.actor("officer").excluded
    assert shown(world, "officer", meeting).cases == ()
    with world.looking() as session:
        exclusion = session.scalars(select(CaseExclusion)).one()
    assert exclusion.user_id == exclusion.set_by_id == world.users["officer"]
    assert exclusion.ground == "previous_relationship"


def test_the_reason_is_sealed_and_for_the_coordinator_alone(world, meeting, case):
    declare(world, "officer", meeting, of(case))
    line, = declared(world, meeting).lines
    assert (line.case_id, line.words, line.ground) == (case, WHY, "Previous relationship")
    with world.looking() as session:
        row = session.scalars(select(Interest).where(Interest.case_id.is_not(None))).one()
    assert WHY.encode() not in row.words_sealed and row.key_owner_id == case
    for who in ("chair", "officer", "observer", "minute_taker"):
        with pytest.raises(NotPermitted):
            declared(world, meeting, who)
    with pytest.raises(NotFound):
        declared(world, meeting, "outsider")


def test_each_declares_only_of_cases_that_they_see(world, meeting, case):
    hidden, elsewhere = make.case(world), make.case(world, panel=world.marac)
    make.listed(world, hidden, meeting, asked=("police", "health"))
    assert [id_ for id_, _ in shown(world, "probation_officer", meeting).cases] == [case]
    assert shown(world, "observer", meeting).cases == ()
    for unseen in (hidden, elsewhere, uuid4()):
        with pytest.raises(NotFound):
            declare(world, "probation_officer", meeting, of(unseen))
    assert not world.actor("probation_officer").excluded


def test_an_observer_declares_of_what_is_published(world, meeting, case):
    hidden = make.case(world)
    make.listed(world, hidden, meeting)
    make.excluded(world, hidden, who="observer")
    publish(world, meeting)
    assert [id_ for id_, _ in shown(world, "observer", meeting).cases] == [case]
    declare(world, "observer", meeting, of(case))
    with world.reading("observer") as work:
        assert not [line for line in edition_pages.reader_page(work, meeting).lines if line.case_id]


def publish(world, meeting):
    with world.changing("coordinator") as work:
        agenda.start(work, meeting)
    with world.reading("coordinator") as work:
        version = edition_pages.publish_page(work, meeting).version
    with world.changing("coordinator") as work:
        editions.publish(work, meeting, version)


def test_somebody_in_words_goes_to_the_coordinator_and_nothing_comes_back(world, meeting, case):
    before = shown(world, "officer", meeting)
    declare(world, "officer", meeting, Declared(True, somebody="Quilla Elsewhere, my neighbour"))
    after = shown(world, "officer", meeting)
    assert replace(after, declared_at=None, knew=False) == before and after.knew
    assert not world.actor("officer").excluded
    line, = declared(world, meeting).lines
    assert line.case_id is None and line.words == "Quilla Elsewhere, my neighbour"
    with world.looking() as session:
        assert b"Quilla" not in session.scalars(select(Interest)).one().words_sealed


def test_other_coordinators_are_told_once_by_a_neutral_letter(world, meeting, case):
    second = make.case(world)
    make.listed(world, second, meeting)
    declare(world, "officer", meeting, of(case, second, somebody="And a neighbour"))
    people, rows = told(world, LetterKind.INTEREST_DECLARED)
    assert people == ["coordinator"]
    assert rows[0].reference.startswith("MT-") and rows[0].panel_id is None


def test_a_coordinator_who_must_not_know_of_the_case_learns_nothing_of_it(world, meeting, case):
    seated(world, "other_coordinator", MembershipRole.COORDINATOR)
    make.excluded(world, case, who="other_coordinator")
    before = declared(world, meeting, "other_coordinator")
    declare(world, "officer", meeting, of(case))
    after = declared(world, meeting, "other_coordinator")
    assert after.lines == before.lines == ()
    nobody = declared(world, make.meeting(world), "other_coordinator")
    assert [at for *_, at in nobody.people] == [None] * len(nobody.people)
    assert told(world, LetterKind.INTEREST_DECLARED)[0] == ["coordinator"]
    with world.looking() as session:
        row = session.scalars(select(Interest).where(Interest.case_id.is_not(None))).one()
    for use in (interests.instead_page, lambda work, id_: interests.settle(work, id_, None)):
        with pytest.raises(NotFound), world.changing("other_coordinator") as work:
            use(work, row.id)
    assert not waiting(world, "other_coordinator") and waiting(world, "coordinator")


def waiting(world, who):
    with world.reading(who) as work:
        page = overviews.of_person(work)
    with world.reading(who) as work:
        lines = interests.tasks(work)
    counted = [task.count for panel in page.panels for task in panel.tasks if task.kind == "interests"]
    assert counted == ([len(lines)] if lines else [])
    return lines


def test_a_coordinator_may_declare_and_is_out_as_anybody_else(world, meeting, case):
    declare(world, "coordinator", meeting, of(case))
    assert case in world.actor("coordinator").excluded
    assert declared(world, meeting).lines == ()
    assert told(world, LetterKind.INTEREST_DECLARED)[0] == []


def test_the_coordinator_names_who_speaks_instead_deputies_first_and_they_get_a_letter(world, meeting, case):
    seated(world, "chair", MembershipRole.REPRESENTATIVE)
    seated(world, "auditor", MembershipRole.REPRESENTATIVE)
    seated(world, "lapsed", MembershipRole.REPRESENTATIVE)
    make.excluded(world, case, agency="housing")
    declare(world, "officer", meeting, of(case))
    line, = waiting(world, "coordinator")
    with world.reading("coordinator") as work:
        page = interests.instead_page(work, line.id)
    assert page.speakers == ((world.users["chair"], "Chair Testwell"),)
    with pytest.raises(RuleBroken, match="same agency"), world.changing("coordinator") as work:
        interests.settle(work, line.id, world.users["probation_officer"])
    with world.changing("coordinator") as work:
        assert interests.settle(work, line.id, world.users["chair"]) == meeting
    people, rows = told(world, LetterKind.LOOK_NOW)
    assert people == ["chair"] and rows[0].link == f"/cases/{case}"
    assert not waiting(world, "coordinator") and declared(world, meeting).lines[0].speaker == "Chair Testwell"
    with pytest.raises(RuleBroken, match="settled"), world.changing("coordinator") as work:
        interests.settle(work, line.id, None)
    with pytest.raises(NotFound), world.reading("coordinator") as work:
        interests.instead_page(work, line.id)


def test_a_deputy_representative_is_offered_first_and_nobody_who_is_shut_out(world, meeting, case):
    seated(world, "chair", MembershipRole.REPRESENTATIVE)
    for name in ("minute_taker", "coordinator"):
        seated(world, name, MembershipRole.REPRESENTATIVE)
    seated(world, "auditor", MembershipRole.DEPUTY_REPRESENTATIVE)
    seated(world, "admin", MembershipRole.REPRESENTATIVE)
    make.excluded(world, case, who="minute_taker")
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.session.add(Interest(
            panel_id=world.clinic, case_id=case, key_owner_id=case, meeting_id=meeting, user_id=world.users["admin"],
            agency_id=world.agencies["council"], knows=True, ground="user_is_party", declared_at=world.now))
        work.record(AuditVerb.CREATE, "Interest")
    line, = waiting(world, "coordinator")
    with world.reading("coordinator") as work:
        page = interests.instead_page(work, line.id)
    assert [name for _, name in page.speakers] == ["Auditor Testwell", "Coordinator Testwell"]


def test_once_somebody_is_let_in_again_nobody_is_sought_to_speak_for_them(world, meeting, case):
    declare(world, "officer", meeting, of(case))
    with world.reading("coordinator") as work:
        exclusion, = exclusions.page(work, case).lines
    with world.changing("coordinator") as work:
        exclusions.lift(work, case, exclusion.id)
    assert not waiting(world, "coordinator") and not world.actor("officer").excluded
    assert [id_ for id_, _ in shown(world, "officer", meeting).cases] == [case]


def test_whoever_speaks_for_no_agency_leaves_nobody_to_be_named(world, meeting, case):
    for who in ("chair", "minute_taker"):
        declare(world, who, meeting, of(case))
    assert not waiting(world, "coordinator")


def test_later_cases_of_the_same_pair_are_shut_too_though_their_reader_knows_nothing_of_them(world, meeting, case):
    later = make.case(world, panel=world.clinic, nominated_by="advocate")
    with world.looking() as session:
        people = {(row.case_id, row.kind): row.id for row in session.scalars(select(Person))}
    for kind in (PartyKind.VICTIM, PartyKind.PERPETRATOR):
        with world.changing("coordinator") as work:
            links.judge(work, case, people[case, kind], people[later, kind], same=True)
    declare(world, "probation_officer", meeting, of(case))
    assert {case, later} <= world.actor("probation_officer").excluded


def test_a_hearing_is_gone_for_whoever_has_just_declared(world):
    meeting, case = make.meeting(world, status=MeetingStatus.IN_PROGRESS), make.case(world)
    hearing = make.listed(world, case, meeting)
    with world.reading("probation_officer") as work:
        live.hearing_page(work, hearing)
    declare(world, "probation_officer", meeting, of(case))
    with pytest.raises(NotFound), world.reading("probation_officer") as work:
        live.hearing_page(work, hearing)


def test_who_reads_no_papers_declares_nothing_and_a_ground_must_be_one_of_the_panels(world, meeting, case):
    with pytest.raises(NotPermitted):
        declare(world, "recipient", meeting, Declared(False))
    with pytest.raises(NotFound):
        declare(world, "outsider", meeting, Declared(False))
    for ground in ("chair_decision", "nothing_like_it"):
        with pytest.raises(NotFound):
            declare(world, "officer", meeting, of(case, ground=ground))
