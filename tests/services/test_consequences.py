"""What hangs on a meeting follows it, whoever may see it."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import When
from clinic.domain.research import ResearchStatus
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.services import scheduling, waiting
from clinic.services.scheduling import Change
from tests import make


@pytest.fixture
def meetings(world):
    """Three coming meetings of the clinic."""
    with world.changing("coordinator") as work:
        scheduling.plan(work, world.clinic)
    with world.looking() as session:
        return session.scalars(select(Meeting).order_by(Meeting.starts_at).limit(3)).all()


def cancel(world, meeting, who="coordinator"):
    with world.looking() as session:
        version = session.get_one(Meeting, meeting.id).version
    with world.changing(who) as work:
        return scheduling.cancel(work, meeting.id, version)


def move(world, meeting, day):
    with world.looking() as session:
        version = session.get_one(Meeting, meeting.id).version
    with world.changing("coordinator") as work:
        scheduling.move(work, meeting.id, Change(When(day, time(10), 180), meeting.mode, "", version))


def cases_on(world, meeting):
    with world.looking() as session:
        return set(session.scalars(select(AgendaItem.case_id).where(AgendaItem.meeting_id == meeting.id,
                                                                    AgendaItem.case_id.is_not(None))))


def test_the_cases_of_a_cancelled_meeting_go_onto_the_next_and_the_page_can_say_where(world, meetings):
    first, second, _ = meetings
    cases = {make.case(world), make.case(world)}
    for case in cases:
        make.listed(world, case, first.id)
    assert cancel(world, first) == 2
    assert cases_on(world, second) == cases
    with world.looking() as session:
        left = session.scalars(select(Hearing).where(Hearing.meeting_id == first.id)).all()
        assert {(h.outcome, h.next_meeting_id) for h in left} == {(HearingOutcome.CARRIED_OVER, second.id)}


def test_a_case_that_the_canceller_must_not_know_of_goes_on_too(world, meetings):
    case = make.case(world)
    make.listed(world, case, meetings[0].id)
    make.excluded(world, case, who="chair")
    cancel(world, meetings[0], "chair")
    assert cases_on(world, meetings[1]) == {case}


def test_a_case_that_the_canceller_must_not_know_of_is_not_counted_to_them(world, meetings):
    case = make.case(world)
    make.listed(world, case, meetings[0].id)
    make.excluded(world, case, who="chair")
    assert cancel(world, meetings[0], "chair") == 0


def test_a_hidden_case_does_not_keep_the_last_meeting_from_being_cancelled_and_waits(world):
    only, case = make.meeting(world, world.now + timedelta(days=7)), make.case(world)
    make.listed(world, case, only)
    make.excluded(world, case, who="chair")
    with world.looking() as session:
        meeting = session.get_one(Meeting, only)
    assert cancel(world, meeting, "chair") == 0
    with world.looking() as session:
        assert session.scalars(select(Hearing)).one().outcome is HearingOutcome.CARRIED_OVER
        waits = select(Case.id).join(Nomination, Nomination.case_id == Case.id).where(
            waiting.ready(world.actor("coordinator"), world.clinic, date(2027, 1, 13)))
        assert session.scalars(waits).all() == [case]


def test_the_last_meeting_is_not_cancelled_under_its_cases(world):
    only = make.meeting(world, world.now + timedelta(days=7))
    make.listed(world, make.case(world), only)
    with world.looking() as session:
        meeting = session.get_one(Meeting, only)
    with pytest.raises(RuleBroken, match="Add a meeting to the calendar first"):
        cancel(world, meeting)


def test_answers_still_owed_are_due_before_the_new_day(world, meetings):
    case = make.case(world)
    make.listed(world, case, meetings[0].id)
    with world.looking() as session:
        given = session.scalars(select(ResearchRequest.id).order_by(ResearchRequest.id)).first()
    with world.office.changing(make.SystemActor("tests"), world.now) as work:
        work.require(make.anyone)
        row = work.session.get_one(ResearchRequest, given)
        row.status = ResearchStatus.RETURNED
        work.record("update", row)
    move(world, meetings[0], date(2026, 12, 16))
    with world.looking() as session:
        due = {row.id == given: row.due_on for row in session.scalars(select(ResearchRequest))}
    assert due == {True: world.now.date(), False: date(2026, 12, 14)}
