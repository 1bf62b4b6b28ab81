"""The page of a panel: what each part has to do before the next meeting, counted of what its reader may know."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.clocks import ClockKind
from clinic.domain.errors import NotFound, NotPermitted
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.panels import TaskKind
from clinic.domain.preparations import LineState
from clinic.models.account import Membership
from clinic.models.action import Action
from clinic.models.clock import Clock
from clinic.models.nomination import Nomination
from clinic.policy.accounts import anyone
from clinic.services import expectations, invitations, panel_home, references, running_order
from tests import make
from tests.services.test_agenda import place, version
from tests.services.test_editions import copy_of, publish
from tests.services.test_handovers import answer, offer
from tests.services.test_presenting import confirm

TIMER = SystemActor("timer")


@pytest.fixture
def meeting(world):
    """The clinic's meeting of Wednesday in a week."""
    return make.meeting(world, world.now + timedelta(days=7))


def home(world, who, panel=None):
    with world.reading(who) as work:
        return panel_home.of_panel(work, panel or world.clinic)


def lines(world, who):
    """Return what is left of each line, where something is left, and the state of the others."""
    return {line.task.kind: line.task.count if line.state is LineState.TO_DO else line.state
            for line in home(world, who).lines}


def line(world, who, kind):
    return next(line for line in home(world, who).lines if line.task.kind is kind)


def a_case(world, meeting, put_on=place):
    """Return a case on the meeting's agenda, with a limit of today and an action that is overdue."""
    case_id = make.case(world)
    put_on(world, case_id, meeting)
    today = local_day(world.now)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        where = {"panel_id": world.clinic, "case_id": case_id}
        work.session.add_all((
            Clock(**where, kind=ClockKind.SUMMARY_LIMIT, since=today, due_on=today, set_at=world.now),
            Action(**where, meeting_id=meeting, reference=references.fresh(work.session, "AC", Action.reference,
                                                                           world.now),
                   text="Visit.", owner_agency_id=world.agencies["police"], due_on=today - timedelta(days=1),
                   agreed_at=world.now)))
        work.record(AuditVerb.CREATE, "Case")
    return case_id


def test_a_coordinator_finds_what_is_to_be_prepared_until_it_is(world, meeting):
    case_id = a_case(world, meeting)
    make.nominated(world)
    assert lines(world, "coordinator") == {
        TaskKind.TRIAGE: 1, TaskKind.CHASE_RESEARCH: 3, TaskKind.NAME_PRESENTERS: 1,
        TaskKind.ATTENDANCE: LineState.NOT_YET, TaskKind.PUBLISH: 1, TaskKind.OVERDUE: 1}
    assert line(world, "coordinator", TaskKind.CHASE_RESEARCH).said == (
        "Northmere Advocacy 1, Northmere Police 1, Northmere Probation 1.")
    assert line(world, "coordinator", TaskKind.OVERDUE).said == "Northmere Police 1."
    confirm(world, case_id, "officer")
    publish(world, meeting)
    found = lines(world, "coordinator")
    assert found[TaskKind.NAME_PRESENTERS] is found[TaskKind.PUBLISH] is LineState.DONE
    with world.changing("coordinator") as work:
        running_order.add_break(work, meeting, version(world, meeting))
    assert line(world, "coordinator", TaskKind.PUBLISH).said == "It has changed since it was published."


def test_the_next_meeting_says_how_full_it_is_to_those_who_run_it(world, meeting):
    a_case(world, meeting)
    make.accepted(world)
    for who in ("coordinator", "chair"):
        coming = home(world, who).next
        assert (coming.room.cases, coming.room.minutes, coming.ready) == (1, 180, 1), who
        assert (coming.answered, coming.asked) == (0, 3)
    coming = home(world, "officer").next
    assert coming.room is None and (coming.ready, coming.asked) == (0, 0)


def test_each_line_says_by_when_and_is_late_afterwards(world, meeting):
    a_case(world, meeting)
    days = {one.task.kind: one.task.due_on for one in home(world, "coordinator").lines}
    # The world's day is Wednesday the 25th of November, the meeting's the 2nd of December.
    assert days[TaskKind.CHASE_RESEARCH] == date(2026, 11, 30)
    assert days[TaskKind.NAME_PRESENTERS] == date(2026, 12, 1)
    assert days[TaskKind.PUBLISH] == date(2026, 11, 20) and line(world, "coordinator", TaskKind.PUBLISH).is_late
    make.nominated(world)
    assert line(world, "coordinator", TaskKind.TRIAGE).task.due_on == date(2026, 11, 27)


def test_those_who_run_the_panel_see_what_agencies_owe_due_first(world, meeting):
    for _ in range(7):
        a_case(world, meeting)
    for who, many in (("coordinator", 6), ("chair", 6), ("officer", 0), ("minute_taker", 0)):
        assert len(home(world, who).to_chase) == many, who
    assert {one.state for one in home(world, "chair").to_chase} == {"overdue"}


def test_the_chair_finds_red_clocks_and_an_agenda_to_read(world, meeting):
    a_case(world, meeting)
    assert lines(world, "chair") == {
        TaskKind.READ_AGENDA: LineState.NOT_YET, TaskKind.ATTENDANCE: LineState.NOT_YET, TaskKind.RED_CLOCKS: 1,
        TaskKind.OVERDUE: 1}
    publish(world, meeting)
    assert lines(world, "chair")[TaskKind.READ_AGENDA] == 1


def test_a_representative_is_told_what_their_agency_owes_and_when_it_is_needed(world, meeting):
    a_case(world, meeting)
    publish(world, meeting)
    assert lines(world, "officer") == {
        TaskKind.RESEARCH: 1, TaskKind.PRESENT: 1, TaskKind.READ_AGENDA: 1, TaskKind.ACTIONS: 1}
    needed = home(world, "officer").next.needed
    assert (needed.cases, needed.of) == (1, 1) and needed.slot.starts_at > world.now
    assert home(world, "observer").next.needed is None


def test_an_agenda_is_read_until_it_changes_for_its_reader(world, meeting):
    a_case(world, meeting)
    publish(world, meeting)
    copy_of(world, meeting, "officer")
    assert lines(world, "officer")[TaskKind.READ_AGENDA] is LineState.DONE
    make.excluded(world, hidden := make.case(world), who="officer")
    make.listed(world, hidden, meeting)
    publish(world, meeting)
    assert lines(world, "officer")[TaskKind.READ_AGENDA] is LineState.DONE
    make.listed(world, make.case(world), meeting)
    publish(world, meeting)
    assert line(world, "officer", TaskKind.READ_AGENDA).said == "It has changed since you read it."


def test_whoever_is_invited_says_whether_they_come(world, meeting):
    with world.office.changing(TIMER, world.now) as work:
        invitations.invite_coming(work)
    assert lines(world, "officer")[TaskKind.COME] == 1
    assert TaskKind.COME not in lines(world, "observer")
    for who in ("officer", "coordinator", "probation_officer", "advocate"):
        with world.changing(who) as work:
            expectations.answer(work, meeting, True)
    assert line(world, "officer", TaskKind.COME).said == "You said that you come."
    assert lines(world, "coordinator")[TaskKind.ATTENDANCE] is LineState.DONE


def test_the_undertaking_is_asked_for_and_the_agenda_waits_for_it(world, meeting):
    make.undertaking_asked(world)
    publish(world, meeting_with_a_case(world, meeting))
    found = lines(world, "officer")
    assert (found[TaskKind.SIGN], found[TaskKind.READ_AGENDA]) == (1, LineState.NOT_YET)
    before = lines(world, "coordinator")[TaskKind.UNDERTAKINGS]
    make.signed(world, meeting, "officer")
    found = lines(world, "officer")
    assert (found[TaskKind.SIGN], found[TaskKind.READ_AGENDA]) == (LineState.DONE, 1)
    assert lines(world, "coordinator")[TaskKind.UNDERTAKINGS] == before - 1


def meeting_with_a_case(world, meeting):
    a_case(world, meeting)
    return meeting


def test_whoever_is_kept_from_a_case_finds_each_number_as_if_it_were_not_there(world, meeting):
    readers = ("coordinator", "chair", "officer")
    a_case(world, meeting)
    publish(world, meeting)
    before = {who: home(world, who) for who in readers}
    hidden = (a_case(world, meeting, make.listed), make.accepted(world))
    publish(world, meeting)
    for who in readers:
        assert home(world, who) != before[who]
    for who, case_id in product(readers, hidden):
        make.excluded(world, case_id, who=who)
    for who in readers:
        assert home(world, who) == before[who], who


def test_a_person_with_two_seats_finds_both_parts_once(world, meeting):
    a_case(world, meeting)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.session.add(Membership(
            user_id=world.users["chair"], panel_id=world.clinic, agency_id=world.agencies["police"],
            role=MembershipRole.COORDINATOR, valid_from=date(2026, 1, 1)))
        work.record(AuditVerb.CREATE, "Membership")
    kinds = [one.task.kind for one in home(world, "chair").lines]
    assert {TaskKind.CHASE_RESEARCH, TaskKind.RED_CLOCKS, TaskKind.OVERDUE} <= set(kinds)
    assert len(kinds) == len(set(kinds))


def test_a_panel_without_a_meeting_says_what_to_do_first(world):
    assert lines(world, "coordinator") == {TaskKind.PLAN_MEETINGS: 1} == lines(world, "chair")
    assert lines(world, "officer") == {} and home(world, "officer").next is None


def test_a_meeting_that_has_begun_is_not_prepared_any_more(world):
    make.meeting(world, status=MeetingStatus.IN_PROGRESS)
    found = home(world, "coordinator")
    assert found.next.under_way and found.lines == ()


def test_the_page_is_for_whoever_sits_on_the_panel(world):
    for who in ("outsider", "lapsed", "other_coordinator"):
        with pytest.raises(NotFound):
            home(world, who)
    assert home(world, "admin").lines == () and home(world, "admin").glance is None


def came_in(world, at, **changes):
    """Have a nomination come in at a moment; return its case."""
    nomination_id = make.nominated(world, **changes)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        said = work.session.get_one(Nomination, nomination_id)
        said.submitted_at = at
        work.record(AuditVerb.UPDATE, said)
    return said.case_id


def each_month(world, who):
    return [month.count for month in home(world, who).arrivals.months]


def test_those_who_run_a_panel_see_how_many_nominations_came_in_each_month(world):
    # Half past eleven at night in summer is the last hour of a day, and half past midnight the first of the next.
    for at in (datetime(2026, 5, 31, 22, 30, tzinfo=UTC), datetime(2026, 5, 31, 23, 30, tzinfo=UTC),
               datetime(2026, 6, 30, 22, 30, tzinfo=UTC), datetime(2026, 6, 30, 23, 30, tzinfo=UTC), world.now):
        came_in(world, at)
    for who in ("coordinator", "chair"):
        assert each_month(world, who) == [2, 1, 0, 0, 0, 1], who
    assert home(world, "officer").arrivals is None is home(world, "minute_taker").arrivals
    with world.reading("coordinator") as work:
        assert panel_home.arrivals(work, world.clinic).total == 4
    for who, refused in (("officer", NotPermitted), ("outsider", NotFound)):
        with pytest.raises(refused), world.reading(who) as work:
            panel_home.arrivals(work, world.clinic)


def test_whoever_is_kept_from_a_case_is_told_of_no_nomination_of_it(world):
    case_id = came_in(world, world.now)
    make.excluded(world, case_id, who="chair")
    assert each_month(world, "chair")[-1] == 0 and each_month(world, "coordinator")[-1] == 1


def test_what_another_panel_offers_has_not_come_in_and_what_it_hands_over_came_when_it_was_taken(world):
    case_id = make.accepted(world)
    came_in(world, datetime(2026, 7, 1, tzinfo=UTC))
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        said = work.session.scalars(select(Nomination).where(Nomination.case_id == case_id)).one()
        said.submitted_at = datetime(2026, 7, 2, tzinfo=UTC)
        work.record(AuditVerb.UPDATE, said)
    of_marac = [0, 0, 0, 0, 0, 0]
    with world.reading("other_coordinator") as work:
        assert [month.count for month in panel_home.of_panel(work, world.marac).arrivals.months] == of_marac
    copy_id = offer(world, case_id)
    with world.reading("other_coordinator") as work:
        assert [month.count for month in panel_home.of_panel(work, world.marac).arrivals.months] == of_marac
    answer(world, copy_id)
    with world.reading("other_coordinator") as work:
        assert [month.count for month in panel_home.of_panel(work, world.marac).arrivals.months] == [*of_marac[:5], 1]
    assert each_month(world, "coordinator") == [0, 2, 0, 0, 0, 0]
