"""Each agency's flags on its own files: up for twelve months from the latest referral, run out, referred again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from clinic.domain.cases import CaseStatus, PartyKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.models.case import Case, Person
from clinic.models.flag import Flag
from clinic.services import flags, links
from tests import make

LONG_AGO = datetime(2025, 11, 24, 10, 0, tzinfo=UTC)


def seen(world, who="officer", lapsed=False):
    with world.reading(who) as work:
        return flags.of_panel(work, world.clinic, lapsed)


def references(world, *case_ids):
    with world.looking() as session:
        return [session.get_one(Case, id_).reference for id_ in case_ids]


def test_a_flag_is_up_for_twelve_months_from_the_referral_and_closing_does_not_lift_it(world):
    old = make.case(replace(world, now=LONG_AGO))
    anniversary = make.case(replace(world, now=datetime(2025, 11, 25, 23, 0, tzinfo=UTC)))
    new = make.case(world)
    with world.office.peeking("tests") as session:
        session.get_one(Case, new).status = CaseStatus.CLOSED
        session.commit()
    up, out = seen(world), seen(world, lapsed=True)
    assert [line.reference for line in up.lines] == references(world, anniversary, new)
    assert [line.reference for line in out.lines] == references(world, old)
    assert [line.until for line in up.lines] == [date(2026, 11, 25), date(2027, 11, 25)]


def test_a_pair_that_was_referred_again_keeps_its_flag_up(world):
    old, new = make.case(replace(world, now=LONG_AGO)), make.case(world)
    linked(world, old, new)
    line = seen(world, lapsed=True).lines[0]
    assert (line.again_on, line.until) == (date(2026, 11, 25), date(2027, 11, 25))
    with world.reading("officer") as work:
        _, rows = flags.table(work, world.clinic, True)
    assert rows[0][-1] == "Leave it up: referred again on 2026-11-25"


def linked(world, old, new):
    for kind in (PartyKind.VICTIM, PartyKind.PERPETRATOR):
        with world.looking() as session:
            one, other = (session.scalars(select(Person.id).where(Person.case_id == id_, Person.kind == kind)).one()
                          for id_ in (old, new))
        with world.changing("coordinator") as work:
            links.judge(work, old, one, other, same=True)


def test_a_later_referral_that_the_reader_may_not_know_of_says_nothing(world):
    old = make.case(replace(world, now=LONG_AGO))
    before = seen(world, lapsed=True)
    linked(world, old, make.case(world, nominated_by="probation_officer"))
    assert seen(world, lapsed=True) == before and before.lines[0].again_on is None
    assert seen(world, "coordinator", lapsed=True).lines[0].again_on is not None


def test_an_agency_writes_its_own_number_down_which_nobody_else_sees(world):
    case_id = make.case(world)
    make.listed(world, case_id, make.meeting(world))
    with world.changing("officer") as work:
        flags.put_up(work, case_id, " NP/77 ")
    assert [line.identifier for line in seen(world).lines] == ["NP/77"]
    for who in ("probation_officer", "coordinator", "chair"):
        assert [(line.identifier, line.set_at) for line in seen(world, who).lines] == [("", None)], who
        with world.reading(who) as work:
            assert "NP/77" not in str(flags.table(work, world.clinic, False))
    with world.changing("officer") as work, pytest.raises(RuleBroken, match="already"):
        flags.put_up(work, case_id, "NP/77")
    with world.changing("officer") as work:
        flags.put_up(work, case_id, "NP/78")
    with world.changing("officer") as work:
        flags.take_down(work, case_id)
    assert seen(world).lines[0].identifier == ""
    with world.looking() as session:
        assert [flag.lifted_at for flag in session.scalars(select(Flag))] == [world.now, world.now]


def test_whoever_speaks_for_nobody_flags_nothing(world):
    case_id = make.case(world)
    for who, refusal in (("coordinator", NotPermitted), ("chair", NotPermitted), ("probation_officer", NotFound)):
        with world.changing(who) as work, pytest.raises(refusal):
            flags.put_up(work, case_id, "1")
    with world.changing("officer") as work, pytest.raises(RuleBroken, match="no flag up"):
        flags.take_down(work, case_id)


def test_for_whoever_is_shut_out_the_list_is_as_if_the_case_were_not_there(world):
    before = seen(world), seen(world, lapsed=True)
    for now in (world.now, LONG_AGO):
        case_id = make.case(replace(world, now=now))
        with world.changing("officer") as work:
            flags.put_up(work, case_id, "NP/79")
        make.excluded(world, case_id, who="officer")
    assert (seen(world), seen(world, lapsed=True)) == before
    with world.changing("officer") as work, pytest.raises(NotFound):
        flags.put_up(work, case_id, "NP/80")
