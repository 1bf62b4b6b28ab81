"""A case is closed by who runs its panel, leaves nothing red or owed in silence, and can be opened again."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from clinic.domain.cases import CaseStatus
from clinic.domain.closings import CloseReason, Closing
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.models.case import Case
from clinic.models.clock import Clock
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.services import closings, flags, incidents
from tests import make
from tests.services.test_incidents import FOLLOWED

DONE = Closing(CloseReason.RISK_REDUCED)


def close(world, case_id, closing=DONE, who="coordinator"):
    with world.changing(who) as work:
        closings.close(work, case_id, closing)


def status(world, case_id):
    with world.looking() as session:
        return session.get_one(Case, case_id).status


def running(world, case_id):
    with world.looking() as session:
        return len(session.scalars(select(Clock).where(Clock.case_id == case_id, Clock.ended_at.is_(None))).all())


def test_closing_ends_the_clocks_and_lifts_no_flag_and_opening_again_sets_them_anew(world):
    case_id = make.case(world)
    with world.changing("officer") as work:
        incidents.tell(work, case_id, [FOLLOWED])
        flags.put_up(work, case_id, "NP/77")
    assert running(world, case_id) == 2
    close(world, case_id)
    assert (status(world, case_id), running(world, case_id)) == (CaseStatus.CLOSED, 0)
    with world.reading("officer") as work:
        assert flags.of_panel(work, world.clinic, False).lines[0].identifier == "NP/77"
    with world.changing("chair") as work:
        closings.reopen(work, case_id, "He is out.")
    assert (status(world, case_id), running(world, case_id)) == (CaseStatus.OPEN, 2)
    with world.reading("officer") as work:
        line = closings.page(work, case_id).lines[0]
    assert (line.by, line.why, line.reopened_by) == ("Coordinator Testwell", "He is out.", "Chair Testwell")


def test_a_red_clock_is_not_closed_over_in_silence(world):
    case_id = make.case(world)
    with world.changing("officer") as work:
        incidents.tell(work, case_id, [replace(FOLLOWED, on=date(2026, 6, 1))])
    with pytest.raises(RuleBroken, match="2 clocks are red") as broken:
        close(world, case_id)
    assert broken.value.each[0].field == "all_the_same"
    with pytest.raises(RuleBroken, match="Say why it is closed all the same"):
        close(world, case_id, replace(DONE, all_the_same=True))
    assert status(world, case_id) is CaseStatus.OPEN
    close(world, case_id, Closing(CloseReason.RISK_REDUCED, "He was charged elsewhere.", True))
    assert status(world, case_id) is CaseStatus.CLOSED


def test_a_case_that_is_on_its_way_is_not_closed(world):
    undecided = make.nominated(world)
    with world.looking() as session:
        undecided = session.get_one(Nomination, undecided).case_id
    listed, meeting = make.case(world), make.meeting(world, datetime(2026, 12, 9, 9, 30, tzinfo=UTC))
    make.listed(world, listed, meeting)
    for case_id, sentence in ((undecided, "nomination is not decided"), (listed, "meeting that is not closed")):
        with pytest.raises(RuleBroken, match=sentence):
            close(world, case_id)
    with world.office.peeking("tests") as session:
        session.execute(update(Meeting).where(Meeting.id == meeting).values(status="closed"),
                        execution_options={"exempt": True})
        session.commit()
    close(world, listed)
    with pytest.raises(RuleBroken, match="This case is not open"):
        close(world, listed)


def test_something_else_wants_words_and_opening_again_a_reason(world):
    case_id = make.case(world)
    with pytest.raises(RuleBroken, match="Say why"):
        close(world, case_id, Closing(CloseReason.OTHER, " "))
    with world.changing("coordinator") as work, pytest.raises(RuleBroken, match="was not closed here"):
        closings.reopen(work, case_id, "So.")
    close(world, case_id)
    with world.changing("coordinator") as work, pytest.raises(RuleBroken, match="Say why"):
        closings.reopen(work, case_id, " ")


@pytest.mark.parametrize(("who", "refusal"), [("officer", NotPermitted), ("probation_officer", NotFound),
                                              ("other_coordinator", NotFound)])
def test_whoever_does_not_run_the_panel_closes_nothing(world, who, refusal):
    case_id = make.case(world)
    with pytest.raises(refusal):
        close(world, case_id, who=who)
