"""Who sees a nomination and its case: the rule for one row and the rule for a list say the same."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor, MembershipRole, Seat, SystemActor
from clinic.models.case import Case
from clinic.models.import_batch import ImportBatch
from clinic.models.nomination import Nomination
from clinic.policy import cases, nominations
from clinic.policy.accounts import anyone
from tests import make

ROLES = list(MembershipRole)


@pytest.fixture
def made(world):
    nomination_id = make.nominated(world)
    with world.looking() as session:
        nomination = session.get_one(Nomination, nomination_id)
        return world, nomination, session.get_one(Case, nomination.case_id)


def an_actor(world, nomination, role, own_agency, own_panel, excluded):
    agency = nomination.agency_id if own_agency else world.agencies["health"]
    seat = Seat(nomination.panel_id if own_panel else world.marac, role, agency)
    actor = Actor(world.users["observer"], agency, frozenset({seat}))
    if not excluded:
        return actor
    make.excluded(world, nomination.case_id, who="observer")
    return Actor(actor.user_id, agency, frozenset({seat}), frozenset({nomination.case_id}))


def found(world, actor, model, rule):
    with world.office.changing(actor, world.now) as work:
        work.require(anyone)
        return work.session.scalars(select(model).where(rule(actor))).all()


@pytest.mark.parametrize("excluded", [True, False])
@pytest.mark.parametrize("own_panel", [True, False])
@pytest.mark.parametrize("own_agency", [True, False])
def test_the_row_rule_and_the_query_rule_agree_for_every_role(made, own_agency, own_panel, excluded):
    world, nomination, case = made
    for number, role in enumerate(ROLES):
        actor = an_actor(world, nomination, role, own_agency, own_panel, excluded and number == 0)
        if excluded:
            actor = Actor(actor.user_id, actor.agency_id, actor.seats, frozenset({case.id}))
        sees = bool(found(world, actor, Nomination, nominations.visible_to))
        assert sees is nominations.may_see(actor, nomination), role
        expected = own_panel and not excluded and (role in TRIAGERS or (own_agency and role in SPEAKERS))
        assert sees is expected, role


@pytest.mark.parametrize("excluded", [True, False])
@pytest.mark.parametrize("own_panel", [True, False])
@pytest.mark.parametrize("takes_part", [True, False])
def test_the_two_rules_agree_for_a_case_where_the_agency_takes_part_or_the_role_sees_all(
        made, takes_part, own_panel, excluded):
    world, nomination, case = made
    for number, role in enumerate(ROLES):
        actor = an_actor(world, nomination, role, takes_part, own_panel, excluded and number == 0)
        if excluded:
            actor = Actor(actor.user_id, actor.agency_id, actor.seats, frozenset({case.id}))
        sees = bool(found(world, actor, Case, cases.visible_to))
        if role in SPEAKERS:
            assert sees is (takes_part and cases.may_see(actor, case)), role
        elif role is MembershipRole.MINUTE_TAKER:
            assert not sees, "it is on no agenda yet"
        else:
            assert sees is cases.may_see(actor, case), role


def test_the_minute_taker_knows_a_case_from_its_listing_on(made):
    world, nomination, case = made
    taker = world.actor("minute_taker")
    assert not found(world, taker, Case, cases.visible_to)
    make.listed(world, case.id, make.meeting(world))
    assert found(world, taker, Case, cases.visible_to) and cases.may_see(taker, case)


@pytest.mark.parametrize(("who", "rights"), [
    ("coordinator", {"see", "triage"}), ("officer", {"see", "edit", "withdraw"}), ("chair", set()),
    ("probation_officer", set()), ("advocate", set()), ("minute_taker", set()), ("observer", set()),
    ("other_coordinator", set()), ("lapsed", set()), ("admin", set()), ("auditor", set()),
])
def test_what_each_person_may_do_with_a_nomination(made, who, rights):
    world, nomination, _ = made
    rules = {"see": nominations.may_see, "triage": nominations.may_triage, "edit": nominations.may_edit,
             "withdraw": nominations.may_withdraw}
    actor = world.actor(who)
    assert {name for name, rule in rules.items() if rule(actor, nomination)} == rights


@pytest.mark.parametrize(("who", "may"), [
    ("coordinator", True), ("advocate", True), ("officer", True), ("probation_officer", False),
    ("minute_taker", False), ("deputy", False), ("other_coordinator", False), ("admin", False),
])
def test_who_may_open_the_safe_contact(made, who, may):
    world, nomination, case = made
    assert cases.may_see_contact(world.actor(who), case, {nomination.agency_id}) is may


def test_a_waiting_file_is_for_whoever_sent_it_and_the_timer_forgets(world):
    batch = ImportBatch(user_id=world.users["coordinator"])
    assert nominations.may_handle(world.actor("coordinator"), batch)
    assert not nominations.may_handle(world.actor("other_coordinator"), batch)
    assert nominations.may_forget(SystemActor("timer")) and not nominations.may_forget(world.actor("admin"))
    assert not nominations.may_handle(Actor(uuid4(), uuid4()), batch)
