"""A case shows the cases that its people stand in too, to whoever may know of both, and to nobody else a trace."""

import pytest
from sqlalchemy import select

from clinic.domain.cases import PartyKind
from clinic.models.case import Person
from clinic.models.link import PersonLink
from clinic.services import case_pages, exclusions, links
from clinic.services.exclusions import Who
from tests import make


def somebody(world, case_id, kind):
    with world.looking() as session:
        return session.scalars(select(Person.id).where(Person.case_id == case_id, Person.kind == kind)).one()


def link(world, old, new, mine, theirs, same=True):
    with world.changing("coordinator") as work:
        links.judge(work, new, somebody(world, new, mine), somebody(world, old, theirs), same)


def shown(world, case_id, who="coordinator"):
    with world.reading(who) as work:
        return case_pages.show(work, case_id).linked


@pytest.fixture
def two(world):
    return make.case(world), make.case(world)


V, P = PartyKind.VICTIM, PartyKind.PERPETRATOR


def test_both_cases_show_the_other_with_who_has_said_so_and_why(world, two):
    old, new = two
    link(world, old, new, P, P)
    link(world, old, new, V, V)
    for here, there in (two, two[::-1]):
        line, = shown(world, here)
        assert (line.id, line.panel) == (there, "Northmere Stalking Clinic")
        assert sorted((tie.here, tie.there) for tie in line.ties) == [(P, P), (V, V)]
        assert {tie.by for tie in line.ties} == {"Coordinator Testwell"} and all(tie.reasons for tie in line.ties)


def test_what_was_taken_back_or_called_different_is_no_link(world, two):
    old, new = two
    link(world, old, new, P, P, same=False)
    assert shown(world, new) == ()
    link(world, old, new, V, V)
    with world.looking() as session:
        link_id = session.scalars(select(PersonLink.id).where(PersonLink.same)).one()
    with world.changing("coordinator") as work:
        links.undo(work, new, link_id)
    assert shown(world, new) == ()


def test_a_link_is_for_who_may_know_of_both_cases(world, two):
    """The police nominated one, probation the other; the coordinator knows both until they are kept from one."""
    mine, theirs = two[0], make.case(world, nominated_by="probation_officer")
    before = shown(world, mine, "officer")
    link(world, mine, theirs, P, P)
    assert shown(world, mine, "officer") == before == ()
    assert [line.id for line in shown(world, mine)] == [theirs]
    with world.changing("coordinator") as work:
        exclusions.exclude(work, theirs, Who(user_id=world.users["chair"]), "user_is_party")
    assert shown(world, mine, "chair") == () and shown(world, mine, "deputy") != ()
