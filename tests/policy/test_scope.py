"""The wall stands behind every shape of query: of a model, of its alias, joined, counted, nested."""

import pytest
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from clinic.domain.errors import UndoneDuty
from clinic.models.case import Case, Person
from clinic.policy import cases
from tests import make

other, beside = aliased(Person), aliased(Case)
SHAPES = {
    "the model": lambda: select(Person.case_id),
    "an alias": lambda: select(other.case_id),
    "an alias as entity": lambda: select(other),
    "an alias joined": lambda: select(other.case_id).select_from(Case).join(other, other.case_id == Case.id),
    "an alias joined to its model": lambda: select(other.case_id).select_from(Person).join(
        other, other.panel_id == Person.panel_id),
    "an alias joined outside": lambda: select(other.case_id).select_from(Case).outerjoin(
        other, other.panel_id == Case.panel_id),
    "two aliases": lambda: select(other.case_id).join(beside, beside.panel_id == other.panel_id),
    "an alias without a join": lambda: select(other.case_id).where(other.panel_id == Case.panel_id),
    "exists": lambda: select(Case.id).where(exists().where(other.case_id == Case.id)),
    "a subquery": lambda: select(select(other.case_id).subquery().c.case_id),
    "a common table": lambda: select(select(other.case_id).cte().c.case_id),
    "a union": lambda: select(other.case_id).union_all(select(Person.case_id)),
}


@pytest.fixture
def hidden(world):
    """Three cases: one the officer's to know, one kept from the officer, one of a panel without a seat of theirs."""
    known, kept, elsewhere = make.case(world), make.case(world), make.case(world, panel=world.marac)
    make.excluded(world, kept, who="officer")
    return known, {kept, elsewhere}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_of_query_goes_round_the_wall(world, hidden, shape):
    known, out_of_sight = hidden
    with world.looking() as session:
        everything = set(of_cases(session, SHAPES[shape]()))
    with world.reading("officer") as work:
        work.require(cases.may_list)
        found = set(of_cases(work.session, SHAPES[shape]()))
        work.record("view", "Case")
    assert everything >= {known} | out_of_sight and known in found and not found & out_of_sight


def of_cases(session, query) -> list:
    return [getattr(value, "case_id", value) for value in session.scalars(query)]


def test_a_count_counts_what_may_be_seen(world, hidden):
    joined = select(func.count(func.distinct(other.case_id))).select_from(Case).join(
        other, other.panel_id == Case.panel_id)
    with world.reading("officer") as work:
        work.require(cases.may_list)
        assert work.session.scalar(joined) == 1
        work.record("view", "Case")


def test_an_alias_of_the_table_itself_is_refused(world):
    nameless = Person.__table__.alias("nameless")
    with world.reading("officer") as work:
        work.require(cases.may_list)
        with pytest.raises(UndoneDuty):
            work.session.scalars(select(Case.id).join(nameless, nameless.c.case_id == Case.id)).all()
        work.record("view", "Case")
