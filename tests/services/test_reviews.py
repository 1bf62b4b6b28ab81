"""Reviews that are due come onto a list by themselves, once, and never more than fit."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, update

from clinic.domain.agenda import AgendaItemKind
from clinic.domain.cases import CaseStatus
from clinic.domain.errors import NotPermitted
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingKind, MeetingMode, MeetingStatus, When, local_day
from clinic.domain.risks import Plan
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.panel import PanelRules
from clinic.models.research import ResearchRequest
from clinic.scheduler import timetable
from clinic.services import reviews, risk_pages, risks, running_order, scheduling
from clinic.services.scheduling import Change, NewMeeting
from tests import make
from tests.services.test_additions import publish
from tests.services.test_agenda import cases_of, order, place, version
from tests.services.test_drops import item_of


def heard(world, **more):
    """Return a case that a meeting has heard, without a plan."""
    case_id = make.case(world, **more)
    before = make.meeting(world, world.now - timedelta(days=7), status=MeetingStatus.CLOSED)
    make.listed(world, case_id, before)
    with world.office.engine.begin() as connection:
        connection.execute(update(Hearing.__table__).where(Hearing.meeting_id == before).values(
            outcome=HearingOutcome.HEARD_ACTIONS_SET))
    return case_id


def plan(world, case_id, days, hours=0):
    with world.reading("officer") as work:
        seen = risk_pages.page(work, case_id).plan_id
    with world.changing("officer", world.now + timedelta(hours=hours)) as work:
        risks.write_plan(work, case_id, Plan(
            "rejected", "Rejection.", review_on=local_day(world.now) + timedelta(days=days)), seen)


def coming(world, days):
    return make.meeting(world, world.now + timedelta(days=days))


def run(world):
    with world.office.changing(timetable.SystemActor("timer"), world.now) as work:
        return reviews.list_due(work)


@pytest.fixture
def due(world):
    """A meeting in four weeks, and a case whose review is due before it."""
    case_id, meeting_id = heard(world), coming(world, 28)
    plan(world, case_id, 20)
    return meeting_id, case_id


def test_it_comes_once_says_what_for_and_the_agencies_are_asked(world, due):
    meeting_id, case_id = due
    sooner = coming(world, 14)
    assert (run(world), run(world)) == (1, 0)
    assert cases_of(world, sooner) == [] and cases_of(world, meeting_id) == [case_id]
    line, = (one for one in order(world, meeting_id).lines if one.case_id)
    assert line.kind is AgendaItemKind.CASE_REVIEW and line.review_on == local_day(world.now) + timedelta(days=20)
    with world.looking() as session:
        assert session.scalars(select(ResearchRequest.agency_id).where(
            ResearchRequest.case_id == case_id, ResearchRequest.meeting_id == meeting_id)).all()


def test_what_is_taken_off_is_not_put_back_until_another_plan_names_a_day(world, due):
    meeting_id, case_id = due
    run(world)
    with world.changing("coordinator") as work:
        running_order.remove(work, meeting_id, version(world, meeting_id), item_of(world, meeting_id, case_id))
    assert run(world) == 0 and cases_of(world, meeting_id) == []
    page = order(world, meeting_id)
    assert [line.case_id for line in page.waiting] == [case_id] and page.reviews_without_place == 0
    plan(world, case_id, 25, hours=1)
    assert run(world) == 1 and cases_of(world, meeting_id) == [case_id]


def test_what_was_added_by_hand_and_taken_off_stays_off(world, due):
    meeting_id, case_id = due
    place(world, make.case(world), meeting_id)
    with world.changing("coordinator") as work:
        running_order.add_case(work, meeting_id, version(world, meeting_id), case_id)
    with world.changing("coordinator") as work:
        running_order.remove(work, meeting_id, version(world, meeting_id), item_of(world, meeting_id, case_id))
    assert run(world) == 0


def test_a_list_that_is_out_or_locked_is_passed_over(world, due):
    meeting_id, case_id = due
    place(world, make.case(world), meeting_id)
    publish(world, meeting_id)
    assert run(world) == 0
    later = coming(world, 56)
    assert run(world) == 1 and cases_of(world, later) == [case_id]


def test_what_does_not_fit_waits_and_the_coordinator_is_warned(world, due):
    meeting_id, case_id = due
    with world.office.engine.begin() as connection:
        connection.execute(update(PanelRules.__table__).values(max_cases=1))
    place(world, make.case(world), meeting_id)
    coming(world, 56)
    assert run(world) == 0
    page = order(world, meeting_id)
    assert page.reviews_without_place == 1 and [line.case_id for line in page.waiting] == [case_id]
    make.excluded(world, case_id, who="coordinator")
    assert order(world, meeting_id).reviews_without_place == 0


def test_no_more_come_than_fit(world):
    with world.office.engine.begin() as connection:
        connection.execute(update(PanelRules.__table__).values(max_cases=2))
    ids = [heard(world) for _ in range(3)]
    for days, case_id in enumerate(ids, 20):
        plan(world, case_id, days)
    meeting_id = coming(world, 28)
    assert run(world) == 2 and cases_of(world, meeting_id) == ids[:2]


def test_a_closed_case_and_one_without_a_day_do_not_come(world, due):
    _, case_id = due
    other = heard(world)
    with world.changing("officer") as work:
        risks.write_plan(work, other, Plan("rejected", "Rejection."), "")
    with world.office.engine.begin() as connection:
        connection.execute(update(Case.__table__).where(Case.id == case_id).values(status=CaseStatus.CLOSED))
    assert run(world) == 0


def test_making_or_moving_a_meeting_brings_what_is_due_onto_its_list(world):
    case_id, day = heard(world), local_day(world.now)
    plan(world, case_id, 20)
    make.excluded(world, case_id, who="coordinator")
    with world.changing("coordinator") as work:
        meeting_id = scheduling.schedule(work, world.clinic, NewMeeting(
            MeetingKind.SCHEDULED, When(weekday(day + timedelta(days=10)), time(10), 180), MeetingMode.VIRTUAL))
    assert cases_of(world, meeting_id, "chair") == []
    with world.looking() as session:
        seen = session.get_one(Meeting, meeting_id).version
    with world.changing("coordinator") as work:
        scheduling.move(work, meeting_id, Change(
            When(weekday(day + timedelta(days=24)), time(10), 180), MeetingMode.VIRTUAL, "", seen))
    assert cases_of(world, meeting_id, "chair") == [case_id] and cases_of(world, meeting_id) == []


def weekday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def test_only_the_timer_lists_reviews_everywhere(world):
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        reviews.list_due(work)
