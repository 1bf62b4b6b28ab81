"""Risk in a case: entered by one, lowered by two, asked for anew, and brought back by a plan's review day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.clocks import ClockKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.order_events import NewOrder, OrderEvent, OrderEventKind
from clinic.domain.panels import TaskKind
from clinic.domain.risks import AskCause, NewAssessment, Plan, RiskChange, RiskStatus
from clinic.models.account import Membership, User
from clinic.models.clock import Clock
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.risk import RiskAssessment
from clinic.policy.accounts import anyone
from clinic.services import (
    agenda_pages,
    case_pages,
    exclusions,
    live,
    orders,
    overviews,
    risk_pages,
    risks,
    running_order,
)
from clinic.services.exclusions import Who
from tests import make

SHUT = (NotFound, NotPermitted)


@pytest.fixture
def case_id(world):
    """A case whose nomination says “SASH: high”, on the agenda of a coming meeting."""
    case_id = make.case(world)
    make.listed(world, case_id, make.meeting(world, world.now + timedelta(days=14)))
    return case_id


def new(world, **changes):
    return replace(NewAssessment("sash", "", "high", local_day(world.now), "A. Assessor", "He knows where she works."),
                   **changes)


def page(world, case_id, who="officer", now=None):
    with world.reading(who, now) as work:
        return risk_pages.page(work, case_id)


def assess(world, case_id, who="officer", seen=None, now=None, **changes):
    seen = page(world, case_id, who, now).state if seen is None else seen
    with world.changing(who, now) as work:
        return risks.assess(work, case_id, new(world, **changes), seen)


def lower(world, case_id, who="officer", **more):
    assert assess(world, case_id, who, **{"result": "moderate", "because": "He is in custody.", **more})
    return page(world, case_id, who).waiting[0].id


def decide(world, case_id, assessment_id, who, agreed=True, refusal=""):
    with world.changing(who) as work:
        risks.decide(work, case_id, assessment_id, agreed, refusal)


def counts(world, case_id):
    return [(line.tool, line.version, line.result) for line in page(world, case_id).counting]


def tasks(world, who):
    with world.reading(who) as work:
        lines = [(line.case_id, line.waits, line.asked) for line in risk_pages.tasks(work).lines]
    with world.reading(who) as work:
        counted = {task.kind: task.count for panel in overviews.of_person(work).panels for task in panel.tasks}
    assert counted.get(TaskKind.LOWERINGS, 0) == sum(waits for _, waits, _ in lines)
    assert counted.get(TaskKind.ASSESS, 0) == sum(asked for *_, asked in lines)
    return lines


def test_what_is_no_lower_counts_at_once_with_what_it_is_held_against(world, case_id):
    assert page(world, case_id).nominated == ("SASH", "high")
    assert not assess(world, case_id)
    shown = page(world, case_id)
    assert shown.nominated is None and [line.change for line in shown.counting] == [RiskChange.UNCHANGED]
    line, = shown.counting
    assert (line.assessor, line.by, line.agency) == ("A. Assessor", "Officer Testwell", "Northmere Police")


def test_another_tool_and_another_version_stand_beside_it_and_are_held_against_nothing(world, case_id):
    assess(world, case_id)
    for changes in ({"tool": "srp", "result": "low"}, {"version": " 2 ", "result": "low"}):
        assert not assess(world, case_id, now=world.now + timedelta(minutes=1), **changes)
    assert sorted(counts(world, case_id)) == [
        ("SASH", "", "high"), ("SASH", "2", "low"), ("Stalking Risk Profile", "", "low")]


def test_a_lower_result_wants_a_reason_and_counts_once_a_second_person_agrees(world, case_id):
    assess(world, case_id)
    with pytest.raises(RuleBroken) as refused:
        assess(world, case_id, result="moderate")
    assert refused.value.field == "because"
    later = world.now + timedelta(hours=1)
    lowered = lower(world, case_id, now=later)
    assert counts(world, case_id) == [("SASH", "", "high")]
    with pytest.raises(RuleBroken, match="second person"):
        decide(world, case_id, lowered, "officer")
    decide(world, case_id, lowered, "probation_officer")
    assert counts(world, case_id) == [("SASH", "", "moderate")]


def test_a_lower_result_that_is_refused_with_a_reason_changes_nothing(world, case_id):
    lowered = lower(world, case_id)
    with pytest.raises(RuleBroken):
        decide(world, case_id, lowered, "chair", agreed=False)
    decide(world, case_id, lowered, "chair", agreed=False, refusal="Custody ends on Friday.")
    shown = page(world, case_id)
    assert shown.counting == () and shown.nominated == ("SASH", "high") and shown.waiting == ()
    assert shown.earlier[0].refusal == "Custody ends on Friday."
    with pytest.raises(RuleBroken, match="decided this already"):
        decide(world, case_id, lowered, "probation_officer")


def test_of_two_who_lower_at_once_one_waits_and_the_other_is_told(world, case_id):
    seen = page(world, case_id).state
    lower(world, case_id, "officer", seen=seen)
    with pytest.raises(Stale):
        assess(world, case_id, "probation_officer", seen=seen, result="low", because="He has moved away.")
    with pytest.raises(RuleBroken, match="waits already"):
        assess(world, case_id, "probation_officer", result="low", because="He has moved away.")
    assert [line.result for line in page(world, case_id).waiting] == ["moderate"]


def test_whoever_assesses_again_as_high_as_before_overtakes_what_waits(world, case_id):
    lowered = lower(world, case_id)
    assess(world, case_id, "probation_officer", now=world.now + timedelta(hours=1))
    shown = page(world, case_id)
    assert shown.waiting == () and shown.earlier[0].status is RiskStatus.OVERTAKEN
    with pytest.raises(RuleBroken):
        decide(world, case_id, lowered, "chair")


def test_the_table_itself_wants_a_second_person_and_one_that_waits(world, case_id):
    lowered = lower(world, case_id)
    for change in ({"decided_by_id": world.users["officer"]}, {"status": RiskStatus.COUNTS}):
        with pytest.raises(IntegrityError), world.office.changing(SystemActor("tests"), world.now) as work:
            work.require(anyone)
            row = work.session.get_one(RiskAssessment, lowered)
            for name, value in change.items():
                setattr(row, name, value)
            work.record(AuditVerb.UPDATE, row)


def test_the_agenda_the_hearing_and_the_case_say_that_a_lower_result_waits(world, case_id):
    with world.looking() as session:
        hearing = session.scalars(select(Hearing).where(Hearing.case_id == case_id)).one()
    lowered = lower(world, case_id)
    with world.reading("coordinator") as work:
        line = next(one for one in agenda_pages.page_for(work, hearing.meeting_id).lines if one.case_id == case_id)
    assert line.about.lowering and (line.about.risk_tool, line.about.risk_result) == ("SASH", "high")
    with world.reading("chair") as work:
        assert [one.waits for one in live.hearing_page(work, hearing.id).risk] == [True]
    decide(world, case_id, lowered, "chair")
    with world.reading("coordinator") as work:
        line = next(one for one in agenda_pages.page_for(work, hearing.meeting_id).lines if one.case_id == case_id)
    assert not line.about.lowering and line.about.risk_result == "moderate"
    with world.reading("officer") as work:
        shown = case_pages.show(work, case_id)
    assert shown.risk.result == "moderate" and not shown.lowering


def test_an_assessment_grows_old_by_the_panels_days(world, case_id):
    assess(world, case_id)
    assert not page(world, case_id, now=world.now + timedelta(days=90)).counting[0].is_old
    assert page(world, case_id, now=world.now + timedelta(days=91)).counting[0].is_old


def test_an_order_that_is_made_or_ends_asks_for_an_assessment_until_there_is_one(world, case_id):
    day = local_day(world.now)
    with world.changing("officer") as work:
        orders.add(work, case_id, NewOrder("restraining_conviction", OrderEvent(OrderEventKind.APPLIED, day)))
    assert page(world, case_id).asked == ()
    with world.changing("officer") as work:
        orders.add(work, case_id, NewOrder("restraining_conviction", OrderEvent(OrderEventKind.MADE, day)))
    asked, = page(world, case_id).asked
    assert asked.cause is AskCause.ORDER and tasks(world, "coordinator") == [(case_id, 0, 1)]
    assess(world, case_id)
    assert page(world, case_id).asked == () and tasks(world, "coordinator") == []


def test_an_end_of_bail_asks_for_an_assessment_once(world, case_id):
    day = local_day(world.now)
    with world.changing("officer") as work:
        made = OrderEvent(OrderEventKind.MADE, day, day + timedelta(days=28))
        orders.add(work, case_id, NewOrder("police_bail", made))
    assess(world, case_id, now=world.now + timedelta(minutes=1))
    counts = []
    for days in (28, 29, 30):
        with world.office.changing(SystemActor("timer"), world.now + timedelta(days=days)) as work:
            counts.append(risks.ask_after_releases(work))
    assert counts == [0, 1, 0]
    assert [line.cause for line in page(world, case_id).asked] == [AskCause.RELEASE]


def test_somebody_says_that_there_was_a_move_and_it_is_asked_once(world, case_id):
    for _ in range(2):
        with world.changing("probation_officer") as work:
            risks.ask(work, case_id, AskCause.MOVE, date(2026, 11, 20))
    line, = page(world, case_id).asked
    assert (line.by, line.happened_on) == ("Probation Officer Testwell", date(2026, 11, 20))
    with pytest.raises(RuleBroken), world.changing("officer") as work:
        risks.ask(work, case_id, AskCause.MOVE, date(2027, 1, 1))
    for who in ("chair", "minute_taker", "observer"):
        with pytest.raises(SHUT), world.changing(who) as work:
            risks.ask(work, case_id, AskCause.MOVE, date(2026, 11, 20))


def test_what_was_decided_or_answered_waits_for_nobody(world, case_id):
    for cause in (AskCause.MOVE, AskCause.RELEASE):
        with world.changing("officer") as work:
            risks.ask(work, case_id, cause, date(2026, 11, 20))
        if cause is AskCause.MOVE:
            assess(world, case_id)
            lower(world, case_id, now=world.now + timedelta(minutes=1))
    assert tasks(world, "coordinator") == [(case_id, 1, 1)]


@pytest.mark.parametrize("who", ["chair", "minute_taker", "observer", "outsider", "admin"])
def test_nobody_else_assesses_or_plans(world, case_id, who):
    for call in (lambda work: risks.assess(work, case_id, new(world), "0-0"),
                 lambda work: risks.write_plan(work, case_id, Plan(formulation="Rejection."), "")):
        with pytest.raises(SHUT), world.changing(who) as work:
            call(work)


def test_a_minute_taker_agrees_to_nothing(world, case_id):
    lowered = lower(world, case_id)
    with pytest.raises(NotPermitted):
        decide(world, case_id, lowered, "minute_taker")


def test_an_assessment_that_is_too_old_waits_for_the_coordinator_and_stands_on_the_agenda(world, case_id):
    assess(world, case_id)
    made = local_day(world.now)
    with world.looking() as session:
        meeting_id = session.scalars(select(Hearing.meeting_id).where(Hearing.case_id == case_id)).one()
    for days, found in ((90, False), (91, True)):
        at = world.now + timedelta(days=days)
        with world.reading("coordinator", at) as work:
            lines = [(line.case_id, line.old) for line in risk_pages.tasks(work).lines]
        with world.reading("coordinator", at) as work:
            counted = {task.kind for panel in overviews.of_person(work).panels for task in panel.tasks}
        with world.reading("coordinator", at) as work:
            line, = agenda_pages.page_for(work, meeting_id).lines
        assert (lines == [(case_id, 1)], TaskKind.OLD_RISKS in counted, line.about.is_old) == (found,) * 3, days
    with world.reading("officer", at) as work:
        assert risk_pages.tasks(work).lines == ()
    with world.reading("officer", at) as work:
        assert TaskKind.OLD_RISKS not in {task.kind for one in overviews.of_person(work).panels for task in one.tasks}
    lower(world, case_id, now=at, assessed_on=made)
    with world.reading("chair", at) as work:
        assert [(line.waits, line.old) for line in risk_pages.tasks(work).lines] == [(1, 0)], "the coordinator's task"
    assess(world, case_id, now=at, assessed_on=made + timedelta(days=91))
    with world.reading("coordinator", at) as work:
        assert risk_pages.tasks(work).lines == (), "the latest counts"


def plan(world, case_id, review_on=None, seen="", now=None):
    with world.changing("officer", now) as work:
        risks.write_plan(work, case_id, Plan("rejected", "Rejection.", review_on=review_on), seen)


def test_a_plan_is_followed_by_the_next_and_its_review_is_a_clock(world, case_id):
    plan(world, case_id, date(2026, 12, 24))
    first = page(world, case_id)
    with pytest.raises(Stale):
        plan(world, case_id)
    plan(world, case_id, date(2027, 1, 13), first.plan_id, world.now + timedelta(hours=1))
    shown = page(world, case_id)
    assert [line.plan.review_on for line in shown.plans] == [date(2027, 1, 13), date(2026, 12, 24)]
    assert shown.plans[0].typology == "Rejected"
    with world.looking() as session:
        clocks = session.scalars(select(Clock).where(Clock.kind == ClockKind.REVIEW_DUE).order_by(Clock.due_on)).all()
    assert [(clock.due_on, clock.ended_at is None) for clock in clocks] == [
        (date(2026, 12, 24), False), (date(2027, 1, 13), True)]


def test_a_marac_writes_no_plan(world):
    case_id = make.case(world, panel=world.marac, nominated_by="probation_officer")
    with pytest.raises(NotFound), world.changing("probation_officer") as work:
        risks.write_plan(work, case_id, Plan(formulation="Rejection."), "")


def test_a_heard_case_comes_back_by_itself_for_the_first_meeting_from_its_review_day_on(world, case_id):
    hear(world, case_id)
    sooner, later = (make.meeting(world, world.now + timedelta(days=days)) for days in (21, 49))
    plan(world, case_id, local_day(world.now) + timedelta(days=30))
    assert ready(world, sooner) == [] and ready(world, later) == [(case_id, AgendaItemKind.CASE_REVIEW)]
    for meeting_id, found in ((sooner, False), (later, True)):
        with world.changing("coordinator") as work:
            agenda_pages.agenda_.start(work, meeting_id)
        with world.reading("coordinator") as work:
            version = agenda_pages.page_for(work, meeting_id).version
        if found:
            with world.changing("coordinator") as work:
                running_order.add_case(work, meeting_id, version, case_id)
        else:
            with pytest.raises(NotFound), world.changing("coordinator") as work:
                running_order.add_case(work, meeting_id, version, case_id)
    assert ready(world, later) == []
    hear(world, case_id, later)
    last = make.meeting(world, world.now + timedelta(days=70))
    assert ready(world, last) == [], "it has been reviewed"
    plan(world, case_id, local_day(world.now) + timedelta(days=60), page(world, case_id).plan_id,
         world.now + timedelta(days=50))
    assert ready(world, last) == [(case_id, AgendaItemKind.CASE_REVIEW)]


def hear(world, case_id, meeting_id=None):
    """Let the case's first meeting be over, or another, and the case heard."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        hearing = work.session.scalars(select(Hearing).where(
            Hearing.case_id == case_id, *([Hearing.meeting_id == meeting_id] if meeting_id else []))).one()
        hearing.outcome = HearingOutcome.HEARD_ACTIONS_SET
        work.session.get_one(Meeting, hearing.meeting_id).status = MeetingStatus.CLOSED
        work.record(AuditVerb.UPDATE, "Meeting")


def ready(world, meeting_id):
    with world.reading("coordinator") as work:
        return [(line.case_id, line.kind) for line in agenda_pages.page_for(work, meeting_id).waiting]


def test_a_coordinator_who_is_shut_out_meets_no_risk_no_task_and_no_count(world, case_id):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        user = work.session.get_one(User, world.users["lapsed"])
        work.session.add(Membership(user_id=user.id, panel_id=world.clinic, agency_id=user.agency_id,
                                    role=MembershipRole.COORDINATOR, valid_from=world.now.date()))
        work.record(AuditVerb.CREATE, "Membership")
    lower(world, case_id)
    with world.changing("officer") as work:
        risks.ask(work, case_id, AskCause.RELEASE, date(2026, 11, 20))
    assert tasks(world, "coordinator") == [(case_id, 1, 1)]
    with world.changing("lapsed") as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users["coordinator"]), "user_is_party")
    assert tasks(world, "coordinator") == []
    with pytest.raises(NotFound):
        page(world, case_id, "coordinator")
