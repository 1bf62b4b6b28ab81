"""What runs out in a case: set within seconds, moved by incidents, met by steps, told of in time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.clocks import ClockKind, ClockState
from clinic.domain.directory import SeatDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.incidents import Incident as Happened
from clinic.domain.investigations import FourAConsidered, InvestigationStatus, Step
from clinic.domain.letters import LetterKind
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.domain.orders import OrderStatus
from clinic.domain.panels import Nation, TaskKind
from clinic.models.account import Membership
from clinic.models.case import Case, Incident
from clinic.models.clock import Clock, ClockLetter
from clinic.models.nomination import Nomination
from clinic.models.order import Order
from clinic.models.panel import Panel
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy.accounts import anyone
from clinic.scheduler import timetable
from clinic.services import (
    case_pages,
    clock_letters,
    clock_pages,
    clocks,
    exclusions,
    investigations,
    members,
    nominations,
    overviews,
    panels,
)
from clinic.services.exclusions import Who
from tests import make

LAST = date(2026, 6, 10)
S = InvestigationStatus


@pytest.fixture
def case_id(world):
    return nominated(world)


def nominated(world, last_incident_on=LAST, **changes):
    nomination_id = make.nominated(world, last_incident_on=last_incident_on, contact_email="hallam@police.example",
                                   **changes)
    set_clocks(world)
    return case_of(world, nomination_id)


def set_clocks(world):
    timetable.set_clocks(world.office, None)


def case_of(world, nomination_id):
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id


def days_of(world, case_id):
    """Return the day of each clock that runs, by its kind."""
    with world.looking() as session:
        return {clock.kind: clock.due_on for clock in session.scalars(
            select(Clock).where(Clock.case_id == case_id, Clock.ended_at.is_(None)))}


def take(world, case_id, status, on, note="", who="officer"):
    with world.changing(who) as work:
        investigations.take(work, case_id, Step(status, on, note))


def states(world, case_id, who="officer"):
    with world.reading(who) as work:
        return {line.clock.kind: line.clock.state for line in clock_pages.page(work, case_id).lines}


def letters(world, now):
    with world.office.changing(SystemActor("timer"), now) as work:
        clock_letters.tell(work)
    with world.looking() as session:
        return [(row.address, row.revision) for row in session.scalars(
            select(QueuedLetter).where(QueuedLetter.kind == LetterKind.CLOCK_RUNNING,
                                       QueuedLetter.status == PostStatus.QUEUED)
            .order_by(QueuedLetter.revision.desc(), QueuedLetter.address))]


def test_a_new_case_has_its_limit_and_the_file_s_day_within_one_round_of_the_timer(world, case_id):
    assert days_of(world, case_id) == {
        ClockKind.SUMMARY_LIMIT: date(2026, 12, 10), ClockKind.CPS_FILE_TARGET: date(2026, 11, 12)}
    assert states(world, case_id) == {
        ClockKind.SUMMARY_LIMIT: ClockState.AMBER, ClockKind.CPS_FILE_TARGET: ClockState.MISSED}


def test_the_latest_incident_counts_whichever_way_it_was_told(world):
    case_id = nominated(world, incidents=(Happened(date(2026, 7, 1), "Followed."), Happened(date(2026, 5, 1), "Sent.")))
    assert days_of(world, case_id)[ClockKind.SUMMARY_LIMIT] == date(2027, 1, 1)


def test_a_limit_moves_with_what_the_nomination_says_and_its_history_stays(world):
    nomination_id = make.nominated(world, last_incident_on=LAST)
    case_id = case_of(world, nomination_id)
    set_clocks(world)
    with world.changing("officer") as work:
        nominations.edit(work, nomination_id, make.draft(last_incident_on=date(2026, 11, 1)), 1)
    set_clocks(world)
    assert days_of(world, case_id)[ClockKind.SUMMARY_LIMIT] == date(2027, 5, 1)
    with world.reading("officer") as work:
        moves = [m for m in clock_pages.page(work, case_id).moves if m.kind is ClockKind.SUMMARY_LIMIT]
    assert {(m.since, m.ended_at is None) for m in moves} == {(LAST, False), (date(2026, 11, 1), True)}


@pytest.mark.parametrize(("changes", "nation"), [
    ({"last_incident_on": None}, Nation.ENGLAND_WALES), ({}, Nation.SCOTLAND), ({}, Nation.NORTHERN_IRELAND)])
def test_nothing_runs_where_nothing_is_known_or_another_law_holds(world, changes, nation):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        work.session.get_one(Panel, world.clinic).nation = nation
        work.record("update", "Panel")
    assert days_of(world, nominated(world, **changes)) == {}


def test_a_marac_s_case_has_the_limit_only_where_a_summary_offence_is_named(world):
    for offences, watched in ((("assault",), False), (("pha_s2a",), True)):
        nomination_id = make.nominated(world, "outsider", panel=world.marac, last_incident_on=LAST, offences=offences,
                                       criteria=("visible_high_risk",), risk_tool="dash_police_2009")
        set_clocks(world)
        assert bool(days_of(world, case_of(world, nomination_id))) is watched


def test_a_file_with_the_cps_meets_the_target_and_a_charge_the_limit_and_both_can_be_taken_back(world):
    case_id = nominated(world, date(2026, 10, 1))
    take(world, case_id, S.FILE_TO_CPS, date(2026, 11, 20))
    assert states(world, case_id) == {
        ClockKind.CPS_FILE_TARGET: ClockState.MET, ClockKind.SUMMARY_LIMIT: ClockState.RUNNING}
    take(world, case_id, S.CHARGED, date(2026, 11, 24))
    assert set(states(world, case_id).values()) == {ClockState.MET}
    with world.reading("officer") as work:
        charged = next(step for step in clock_pages.page(work, case_id).steps if step.status is S.CHARGED)
    assert charged.may_take_back and charged.by == "Officer Testwell"
    with world.changing("officer") as work:
        investigations.take_back(work, case_id, charged.id)
    assert states(world, case_id)[ClockKind.SUMMARY_LIMIT] is ClockState.RUNNING
    with pytest.raises(RuleBroken), world.changing("officer") as work:
        investigations.take_back(work, case_id, charged.id)


def test_when_nothing_further_is_done_nothing_runs_until_it_is_taken_up_again(world, case_id):
    take(world, case_id, S.NFA, date(2026, 11, 1), "No evidence.")
    assert days_of(world, case_id) == {}
    take(world, case_id, S.UNDER_INVESTIGATION, date(2026, 11, 20))
    assert ClockKind.SUMMARY_LIMIT in days_of(world, case_id)


def test_a_case_that_is_closed_has_no_clock(world):
    nomination_id = make.nominated(world, last_incident_on=LAST)
    set_clocks(world)
    with world.changing("officer") as work:
        nominations.withdraw(work, nomination_id, "Sent by mistake.")
    set_clocks(world)
    assert days_of(world, case_of(world, nomination_id)) == {}


def test_the_answer_on_section_4a_is_signed_and_followed_by_another_never_overwritten(world, case_id):
    for answer, reason in ((FourAConsidered.NO, ""), (FourAConsidered.YES_NOT_MET, "One occasion.")):
        with world.changing("officer", world.now + timedelta(hours=len(reason))) as work:
            investigations.answer_four_a(work, case_id, answer, reason)
    with world.reading("coordinator") as work:
        said = clock_pages.page(work, case_id).four_a
    assert [(line.answer, line.reason, line.agency) for line in said] == [
        (FourAConsidered.YES_NOT_MET, "One occasion.", "Northmere Police"),
        (FourAConsidered.NO, "", "Northmere Police")]


def test_letters_go_once_at_each_of_their_days_to_the_officer_and_the_prosecutor(world):
    with world.changing("coordinator") as work:
        members.add(work, world.clinic, SeatDraft(
            world.users["outsider"], world.agencies["health"], MembershipRole.PROSECUTOR, date(2026, 1, 1)))
    case_id = nominated(world, date(2026, 9, 1))
    limit = world.now + (date(2027, 3, 1) - world.now.date())
    both = ["hallam@police.example", "officer@police.example", "outsider@health.example"]
    assert letters(world, limit - timedelta(days=95)) == []
    take(world, case_id, S.FILE_TO_CPS, date(2026, 11, 20))
    for _ in range(2):
        assert letters(world, limit - timedelta(days=60)) == [(one, 60) for one in both]
    assert letters(world, limit - timedelta(days=29))[3:] == [(one, 30) for one in both]
    assert len(letters(world, limit - timedelta(days=28))) == 6
    assert len(letters(world, limit - timedelta(days=3))) == 9
    assert len(letters(world, limit + timedelta(days=1))) == 9


def test_a_letter_that_waits_is_taken_back_from_whoever_is_shut_out_and_none_goes_to_them(world, case_id):
    now = world.now
    assert ("officer@police.example", 30) in letters(world, now)
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users["officer"]), "user_is_party")
    assert "officer@police.example" not in {address for address, _ in letters(world, now + timedelta(days=10))}


def test_whoever_is_shut_out_meets_no_clock_on_any_list_count_or_page(world, case_id):
    with world.reading("chair") as work:
        assert [line.case_id for line in clock_pages.of_panel(work, world.clinic, True).lines] == [case_id] * 2
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users["chair"]), "user_is_party")
    with world.reading("chair") as work:
        page = clock_pages.of_panel(work, world.clinic, True)
        assert page.lines == () and page.pages.total == 0
        assert clocks.of_cases(work, [case_id]) == {}
    for call in (clock_pages.page, case_pages.show):
        with pytest.raises(NotFound), world.reading("chair") as work:
            call(work, case_id)
    with pytest.raises(NotFound):
        take(world, case_id, S.CHARGED, date(2026, 11, 1), who="chair")


def test_who_chairs_reads_the_clocks_and_writes_down_no_step(world, case_id):
    assert states(world, case_id, "chair")
    with pytest.raises(NotPermitted):
        take(world, case_id, S.CHARGED, date(2026, 11, 1), who="chair")


def test_only_who_said_a_step_or_the_coordinator_takes_it_back(world, case_id):
    make.meeting(world, world.now + timedelta(days=14))
    with world.looking() as session:
        nomination_id = session.scalars(select(Nomination.id)).one()
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))
    take(world, case_id, S.FILE_TO_CPS, date(2026, 11, 1))
    with world.reading("probation_officer") as work:
        step, = clock_pages.page(work, case_id).steps
    assert not step.may_take_back
    with pytest.raises(NotPermitted), world.changing("probation_officer") as work:
        investigations.take_back(work, case_id, step.id)
    with world.changing("coordinator") as work:
        investigations.take_back(work, case_id, step.id)


def test_the_coordinator_s_home_counts_what_is_near_and_what_went_by(world, case_id):
    with world.reading("coordinator") as work:
        panel, = overviews.of_person(work).panels
    task = next(task for task in panel.tasks if task.kind is TaskKind.CLOCKS)
    assert (task.count, task.late) == (2, 1)
    with world.reading("chair") as work:
        assert TaskKind.CLOCKS not in {t.kind for p in overviews.of_person(work).panels for t in p.tasks}


def test_a_coordinator_who_is_shut_out_finds_no_clock_counted_at_home(world, case_id):
    with world.changing("coordinator") as work:
        members.add(work, world.clinic, SeatDraft(
            world.users["other_coordinator"], world.agencies["council"], MembershipRole.COORDINATOR, date(2026, 1, 1)))
    with world.changing("other_coordinator") as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users["coordinator"]), "user_is_party")
    with world.reading("coordinator") as work:
        assert TaskKind.CLOCKS not in {t.kind for p in overviews.of_person(work).panels for t in p.tasks}


def test_the_clocks_of_an_order_follow_it_and_stand_beside_those_of_the_investigation(world, case_id):
    served = {"status": OrderStatus.SERVED, "made_on": date(2026, 11, 2), "served_on": date(2026, 11, 3)}
    order_id = put_order(world, case_id, **served, expires_on=date(2028, 11, 1))
    assert days_of(world, case_id) == {
        ClockKind.SUMMARY_LIMIT: date(2026, 12, 10), ClockKind.CPS_FILE_TARGET: date(2026, 11, 12),
        ClockKind.SPO_NOTIFICATION: date(2026, 11, 5), ClockKind.ORDER_EXPIRY: date(2028, 11, 1),
        ClockKind.ORDER_RENEWAL_WINDOW: date(2028, 9, 20)}
    assert states(world, case_id)[ClockKind.SPO_NOTIFICATION] is ClockState.MISSED
    put_order(world, case_id, order_id, status=OrderStatus.RENEWED, notified_on=date(2026, 11, 5),
              expires_on=date(2029, 11, 1))
    assert days_of(world, case_id)[ClockKind.ORDER_EXPIRY] == date(2029, 11, 1)
    assert states(world, case_id)[ClockKind.SPO_NOTIFICATION] is ClockState.MET
    take(world, case_id, S.NFA, date(2026, 11, 6), "No evidence.")
    assert ClockKind.ORDER_EXPIRY in days_of(world, case_id)
    put_order(world, case_id, order_id, status=OrderStatus.DISCHARGED)
    assert days_of(world, case_id) == {}


def put_order(world, case_id, order_id=None, **values):
    """Put an order into a case, or change it, and let the timer set the case's clocks."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        case = work.session.get_one(Case, case_id)
        if order_id is None:
            order = Order(panel_id=case.panel_id, case_id=case.id, kind="spo", agency_id=world.agencies["police"],
                          entered_by_id=world.users["officer"], entered_at=world.now)
            work.session.add(order)
        else:
            order = work.session.get_one(Order, order_id)
        for name, value in values.items():
            setattr(order, name, value)
        work.session.flush()
        clocks.ask_anew(case)
        work.record("update", order)
        order_id = order.id
    set_clocks(world)
    return order_id


def test_an_incident_that_was_told_outside_a_nomination_moves_the_limit(world, case_id):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        case = work.session.get_one(Case, case_id)
        work.session.add(Incident(
            panel_id=case.panel_id, case_id=case.id, agency_id=world.agencies["police"], happened_on=date(2026, 11, 1),
            behaviours=["following"], entered_by_id=world.users["officer"], entered_at=world.now))
        clocks.ask_anew(case)
        work.record("create", case)
    set_clocks(world)
    assert days_of(world, case_id)[ClockKind.SUMMARY_LIMIT] == date(2027, 5, 1)


def test_a_rule_that_days_are_reckoned_by_moves_them_for_every_case(world, case_id):
    with world.changing("coordinator") as work:
        shown = panels.rules_page(work, world.clinic)
        panels.change(work, world.clinic, shown.frame, replace(shown.rules, cps_file_days=42), shown.version)
    set_clocks(world)
    assert days_of(world, case_id)[ClockKind.CPS_FILE_TARGET] == date(2026, 10, 29)


def test_so_many_clocks_are_told_of_at_once_and_the_others_next(world, monkeypatch):
    monkeypatch.setattr(clock_letters, "AT_ONCE", 2)
    for day in (date(2026, 6, 8), date(2026, 6, 10), date(2026, 6, 12)):
        nominated(world, day)
    letters(world, world.now)
    with world.looking() as session:
        assert session.scalar(select(func.count()).select_from(ClockLetter)) == 2
    letters(world, world.now)
    with world.looking() as session:
        assert session.scalar(select(func.count()).select_from(ClockLetter)) == 3


def test_a_step_is_signed_by_the_agency_that_its_writer_sits_for(world):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        seat = work.session.scalars(select(Membership).where(Membership.user_id == world.users["officer"])).one()
        seat.agency_id = world.agencies["housing"]
        work.record(AuditVerb.UPDATE, seat)
    case_id = nominated(world)
    take(world, case_id, S.FILE_TO_CPS, date(2026, 11, 1))
    with world.changing("officer") as work:
        investigations.answer_four_a(work, case_id, FourAConsidered.NO, "")
    with world.reading("coordinator") as work:
        page = clock_pages.page(work, case_id)
    assert {page.steps[0].agency, page.four_a[0].agency} == {"Northmere Housing"}
