"""A select is built once for an actor, and who is shut out of something is another actor at once."""

from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Select, bindparam, select

from clinic.domain.errors import NotFound
from clinic.models.case import Case, Person
from clinic.policy.once import ONCE, forget, once
from clinic.services import case_pages
from tests import make

built = Counter()


@once
def people(actor) -> Select:
    built[actor] += 1
    return select(Person.case_id).where(Person.case_id == bindparam("case_id")).execution_options(**ONCE)


@pytest.fixture(autouse=True)
def nothing_built():
    built.clear()
    forget()


def asked(world, who, case_id) -> set:
    with world.reading(who) as work:
        work.require(lambda *_: True)
        work.record("view", "Case")
        return set(work.session.scalars(people(work.actor), {"case_id": case_id}))


def test_a_select_is_built_once_for_an_actor_and_takes_its_values_anew(world):
    first, second = make.case(world), make.case(world)
    assert asked(world, "officer", first) == {first}
    assert asked(world, "officer", second) == {second}
    assert built[world.actor("officer")] == 1


def test_two_actors_never_share_what_was_built(world):
    case_id = make.case(world)
    make.excluded(world, case_id, who="officer")
    assert asked(world, "coordinator", case_id) == {case_id}
    assert asked(world, "officer", case_id) == set()
    assert asked(world, "coordinator", case_id) == {case_id}


def test_who_is_shut_out_after_reading_a_case_reads_it_no_more(world):
    case_id = make.case(world)
    with world.reading("officer") as work:
        reference = case_pages.show(work, case_id).reference
    make.excluded(world, case_id, who="officer")
    with pytest.raises(NotFound), world.reading("officer") as work:
        case_pages.show(work, case_id)
    assert reference


def test_the_sessions_of_one_person_share_what_was_built(world):
    case_id, officer = make.case(world), world.actor("officer")
    for session_id in (uuid4(), uuid4()):
        with world.office.reading(replace(officer, session_id=session_id, address="192.0.2.7"), world.now) as work:
            work.require(lambda *_: True)
            work.record("view", "Case")
            assert work.session.scalars(people(work.actor), {"case_id": case_id}).first() == case_id
    assert sum(built.values()) == 1


def test_the_wall_is_that_of_who_asks_though_the_statement_is_somebody_else_s(world):
    case_id = make.case(world)
    make.excluded(world, case_id, who="officer")
    statement = people(world.actor("coordinator"))
    for who, found in (("coordinator", {case_id}), ("officer", set()), ("coordinator", {case_id})):
        with world.reading(who) as work:
            work.require(lambda *_: True)
            work.record("view", "Case")
            assert set(work.session.scalars(statement, {"case_id": case_id})) == found


def test_what_was_built_can_be_forgotten(world):
    case_id = make.case(world)
    asked(world, "officer", case_id)
    forget()
    asked(world, "officer", case_id)
    assert built[world.actor("officer")] == 2


def test_the_statement_of_a_system_actor_is_not_cut(world):
    hidden = make.case(world)
    make.excluded(world, hidden, who="officer")
    with world.office.peeking("a test") as session:
        assert hidden in set(session.scalars(select(Case.id).execution_options(**ONCE)))
