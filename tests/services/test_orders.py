"""Orders of a case: told and signed, taken back, broken, carried over from nominations, and listed by their end."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.breaches import NewBreach, RepeatAnswer
from clinic.domain.cases import Answer, CaseStatus
from clinic.domain.clocks import ClockKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.nominations import NominationStatus, TriageDecision, TriageOutcome
from clinic.domain.order_events import NewOrder, OrderEvent, OrderEventKind
from clinic.domain.orders import Order as Said
from clinic.domain.orders import OrderCut, OrderStatus
from clinic.domain.panels import TaskKind
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case, Incident
from clinic.models.clock import Clock
from clinic.models.nomination import Nomination
from clinic.models.order import Order
from clinic.scheduler import timetable
from clinic.services import (
    case_pages,
    clock_pages,
    exclusions,
    nominations,
    order_lists,
    order_pages,
    orders,
    overviews,
)
from clinic.services.exclusions import Who
from clinic.services.order_lists import Filter
from tests import make

K = OrderEventKind
MADE, SERVED, ENDS = date(2026, 10, 5), date(2026, 10, 7), date(2028, 12, 31)
LAST = date(2026, 6, 10)


@pytest.fixture
def case_id(world):
    return make.case(world)


def add(world, case_id, kind=K.MADE, on=MADE, expires_on=ENDS, who="officer", order="spo", **more):
    with world.changing(who) as work:
        orders.add(work, case_id, NewOrder(order, OrderEvent(kind, on, expires_on, more.pop("note", "")), **more))
    return shown(world, case_id, who).orders[0].id


def tell(world, case_id, order_id, kind, on, expires_on=None, note="", who="officer"):
    with world.changing(who) as work:
        orders.tell(work, case_id, order_id, OrderEvent(kind, on, expires_on, note))


def breach(world, case_id, order_id, on=date(2026, 11, 1), who="officer"):
    with world.changing(who) as work:
        orders.breach(work, case_id, order_id, NewBreach(on, "Waited outside the gate.", ("following",), Answer.YES))
    return shown(world, case_id, who).orders[0].breaches[0].id


def shown(world, case_id, who="officer"):
    with world.reading(who) as work:
        return order_pages.page(work, case_id)


def days_of(world, case_id):
    with world.looking() as session:
        return {clock.kind: clock.due_on for clock in session.scalars(
            select(Clock).where(Clock.case_id == case_id, Clock.ended_at.is_(None)))}


def test_an_order_is_signed_and_dated_and_its_clocks_begin_at_once(world, case_id):
    order_id = add(world, case_id, court="Northmere Magistrates", terms="Not to go near.")
    tell(world, case_id, order_id, K.SERVED, SERVED)
    order, = shown(world, case_id, "coordinator").orders
    assert (order.kind, order.status, order.in_force) == ("Stalking protection order", OrderStatus.SERVED, True)
    assert (order.made_on, order.served_on, order.expires_on) == (MADE, SERVED, ENDS)
    assert (order.court, order.terms) == ("Northmere Magistrates", "Not to go near.")
    assert [(event.kind, event.by, event.agency) for event in order.events] == [
        (K.SERVED, "Officer Testwell", "Northmere Police"), (K.MADE, "Officer Testwell", "Northmere Police")]
    assert days_of(world, case_id)[ClockKind.SPO_NOTIFICATION] == date(2026, 10, 9)
    assert days_of(world, case_id)[ClockKind.ORDER_EXPIRY] == ENDS


@pytest.mark.parametrize(("kind", "on", "expires_on", "field"), [
    (K.MADE, MADE, MADE - timedelta(days=1), "expires_on"),
    (K.MADE, MADE, date(2027, 10, 4), "expires_on"),
    (K.NOT_PURSUED, MADE, None, "note"),
    (K.SERVED, MADE, None, "event"),
    (K.MADE, date(2027, 1, 1), None, "on"),
])
def test_what_cannot_be_of_a_stalking_protection_order_is_refused_at_its_field(world, case_id, kind, on, expires_on,
                                                                               field):
    with pytest.raises(RuleBroken) as broken:
        add(world, case_id, kind, on, expires_on)
    assert broken.value.field == field
    with pytest.raises(RuleBroken) as unknown:
        add(world, case_id, order="restraint")
    assert unknown.value.field == "kind"
    assert shown(world, case_id).orders == ()


def test_what_was_said_wrongly_is_taken_back_and_the_order_stands_as_the_rest_says(world, case_id):
    order_id = add(world, case_id)
    tell(world, case_id, order_id, K.SERVED, SERVED)
    made, served = reversed(shown(world, case_id).orders[0].events)
    with pytest.raises(RuleBroken, match="later ones first"), world.changing("officer") as work:
        orders.take_back(work, case_id, made.id)
    for event in (served, made):
        with world.changing("officer") as work:
            orders.take_back(work, case_id, event.id)
    order, = shown(world, case_id).orders
    assert order.status is None and not order.in_force and all(event.taken_back_at for event in order.events)
    assert days_of(world, case_id) == {}
    with pytest.raises(RuleBroken, match="already"), world.changing("officer") as work:
        orders.take_back(work, case_id, made.id)


def test_only_who_said_it_or_the_coordinator_takes_it_back_and_who_chairs_tells_nothing(world, case_id):
    make.listed(world, case_id, make.meeting(world, world.now + timedelta(days=7)))
    order_id = add(world, case_id)
    breach_id = breach(world, case_id, order_id)
    order, = shown(world, case_id, "probation_officer").orders
    assert not order.events[0].may_take_back and not order.breaches[0].may_take_back
    for call in (lambda work: orders.take_back(work, case_id, order.events[0].id),
                 lambda work: orders.take_back_breach(work, case_id, breach_id)):
        with pytest.raises(NotPermitted), world.changing("probation_officer") as work:
            call(work)
    with pytest.raises(NotPermitted):
        add(world, case_id, who="chair")
    with pytest.raises(NotPermitted), world.changing("probation_officer") as work:
        orders.check_repeat(work, case_id, breach_id, RepeatAnswer(False, "No."))
    with world.changing("coordinator") as work:
        orders.take_back_breach(work, case_id, breach_id)
    with world.changing("coordinator") as work:
        orders.take_back(work, case_id, order.events[0].id)


def test_a_breach_is_an_incident_too_and_moves_the_six_month_limit_until_it_is_taken_back(world):
    case_id = nominated(world, orders=(), last_incident_on=LAST)
    order_id = add(world, case_id)
    breach_id = breach(world, case_id, order_id)
    assert days_of(world, case_id)[ClockKind.SUMMARY_LIMIT] == date(2027, 5, 1)
    with world.looking() as session:
        told = session.scalars(select(Incident).where(Incident.case_id == case_id)).one()
    assert (told.happened_on, told.breach, told.reported, told.nomination_id) == (
        date(2026, 11, 1), Answer.YES, Answer.YES, None)
    line, = shown(world, case_id).orders[0].breaches
    assert (line.what, line.behaviours, line.is_repeat) == ("Waited outside the gate.", ("Following",), None)
    with world.changing("officer") as work:
        orders.take_back_breach(work, case_id, breach_id)
    assert days_of(world, case_id)[ClockKind.SUMMARY_LIMIT] == date(2026, 12, 10)


def test_an_order_that_was_not_in_force_cannot_be_broken_nor_be_said_to_have_ended_before_it_was(world, case_id):
    order_id = add(world, case_id)
    for on in (MADE - timedelta(days=1), date(2026, 12, 24)):
        with pytest.raises(RuleBroken) as broken:
            breach(world, case_id, order_id, on)
        assert broken.value.field == "on"
    breach(world, case_id, order_id)
    with pytest.raises(RuleBroken, match="A breach is told"):
        tell(world, case_id, order_id, K.DISCHARGED, date(2026, 10, 20))
    made, = shown(world, case_id).orders[0].events
    with pytest.raises(RuleBroken, match="A breach is told"), world.changing("officer") as work:
        orders.take_back(work, case_id, made.id)


def test_the_coordinator_is_asked_at_home_whether_a_breach_is_a_repeat_and_a_repeat_is_heard_again(world, case_id):
    breach_id = breach(world, case_id, add(world, case_id))
    assert waiting(world) == 1 and waiting(world, "chair") == 0
    with pytest.raises(RuleBroken, match="Say why"), world.changing("coordinator") as work:
        orders.check_repeat(work, case_id, breach_id, RepeatAnswer(False))
    yes = RepeatAnswer(True)
    with pytest.raises(RuleBroken, match="No meeting"), world.changing("coordinator") as work:
        orders.check_repeat(work, case_id, breach_id, yes)
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    with world.changing("coordinator") as work:
        orders.check_repeat(work, case_id, breach_id, yes)
    assert waiting(world) == 0
    with world.looking() as session:
        item = session.scalars(select(AgendaItem).where(AgendaItem.case_id == case_id)).one()
        assert (item.meeting_id, item.kind) == (meeting_id, "case_repeat")
    with pytest.raises(RuleBroken, match="already"), world.changing("coordinator") as work:
        orders.check_repeat(work, case_id, breach_id, yes)


def test_a_repeat_goes_onto_the_meeting_that_is_chosen_even_when_nominations_for_it_are_closed(world, case_id):
    breach_id = breach(world, case_id, add(world, case_id))
    near = make.meeting(world, world.now + timedelta(days=5))
    with pytest.raises(RuleBroken, match="Choose one") as broken, world.changing("coordinator") as work:
        orders.check_repeat(work, case_id, breach_id, RepeatAnswer(True))
    assert broken.value.field == "meeting"
    with world.changing("coordinator") as work:
        orders.check_repeat(work, case_id, breach_id, RepeatAnswer(True, meeting_id=near))
    with world.looking() as session:
        assert session.scalars(select(AgendaItem.meeting_id).where(AgendaItem.case_id == case_id)).one() == near


def test_a_closed_case_is_opened_by_a_repeat_and_one_that_the_panel_never_took_is_not(world):
    closed, refused = make.case(world), make.case(world, status=NominationStatus.WITHDRAWN)
    make.meeting(world, world.now + timedelta(days=14))
    for case_id in (closed, refused):
        breach_id = breach(world, case_id, add(world, case_id))
        with world.changing("coordinator") as work:
            work.session.get_one(Case, case_id).status = CaseStatus.CLOSED
            answered(work, case_id, breach_id, case_id == refused)
    with world.looking() as session:
        assert session.get_one(Case, closed).status is CaseStatus.OPEN


def answered(work, case_id, breach_id, is_refused):
    if is_refused:
        with pytest.raises(RuleBroken, match="nominate it again"):
            orders.check_repeat(work, case_id, breach_id, RepeatAnswer(True))
    else:
        orders.check_repeat(work, case_id, breach_id, RepeatAnswer(True))


def waiting(world, who="coordinator"):
    with world.reading(who) as work:
        panels = overviews.of_person(work).panels
    return sum(task.count for panel in panels for task in panel.tasks if task.kind is TaskKind.BREACHES)


def test_what_a_nomination_says_of_orders_becomes_orders_when_it_is_accepted(world):
    case_id = nominated(world, orders=(
        Said("non_molestation", OrderStatus.SERVED, date(2026, 9, 26), date(2027, 3, 1)),
        Said("spo", OrderStatus.CONSIDERED, date(2026, 10, 1))))
    assert shown(world, case_id).orders == ()
    make.meeting(world, world.now + timedelta(days=14))
    accept(world, case_id)
    served, considered = shown(world, case_id).orders
    assert (served.status, served.made_on, served.expires_on) == (OrderStatus.SERVED, None, date(2027, 3, 1))
    assert (considered.status, considered.in_force) == (OrderStatus.CONSIDERED, False)
    assert [(event.kind, event.agency) for event in served.events] == [(K.SERVED, "Northmere Police")]
    timetable.set_clocks(world.office, None)
    assert days_of(world, case_id)[ClockKind.ORDER_EXPIRY] == date(2027, 3, 1)
    tell(world, case_id, served.id, K.MADE, date(2026, 9, 20), date(2027, 3, 1))
    with world.changing("officer") as work:
        orders.take_back(work, case_id, shown(world, case_id).orders[0].events[-1].id)


def nominated(world, **changes):
    nomination_id = make.nominated(world, **changes)
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id


def accept(world, case_id):
    with world.looking() as session:
        nomination_id = session.scalars(select(Nomination.id).where(Nomination.case_id == case_id)).one()
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))


def listed(world, who="coordinator", **only):
    with world.reading(who) as work:
        return order_lists.of_panel(work, world.clinic, Filter(**only)).lines


def mine(world, who, **only):
    with world.reading(who) as work:
        return order_lists.of_own_agency(work, Filter(**only)).lines


def test_a_panel_lists_its_orders_by_their_end_and_by_how_they_stand(world, case_id):
    today = world.now.date()
    ends = {"spo": None, "non_molestation": today + timedelta(days=30), "police_bail": today - timedelta(days=1)}
    for kind, expires_on in ends.items():
        add(world, case_id, expires_on=expires_on, order=kind)
    add(world, case_id, K.APPLIED, expires_on=None, order="dapo")
    add(world, case_id, K.REFUSED, expires_on=None, order="occupation", note="Not necessary.")
    assert [(line.kind, line.left, line.is_over) for line in listed(world)] == [
        ("Police bail", -1, True), ("Non-molestation order", 30, False), ("Stalking protection order", None, False)]
    assert [line.kind for line in listed(world, cut=OrderCut.ENDING)] == ["Police bail", "Non-molestation order"]
    assert [line.kind for line in listed(world, cut=OrderCut.UNDECIDED)] == ["DAPO"]
    assert [line.kind for line in listed(world, cut=OrderCut.OVER)] == ["Occupation order"]
    assert [line.kind for line in listed(world, kind="spo")] == ["Stalking protection order"]
    assert listed(world, cut=OrderCut.BREACHED) == ()
    breach(world, case_id, next(order.id for order in shown(world, case_id).orders if order.in_force))
    for cut in (OrderCut.BREACHED, OrderCut.TO_CHECK):
        line, = listed(world, cut=cut)
        assert (line.breaches, line.to_check) == (1, 1)


def test_an_agency_lists_the_orders_of_cases_in_which_it_takes_part_and_no_others(world, case_id):
    add(world, case_id)
    assert [line.case_id for line in mine(world, "officer")] == [case_id]
    assert len(mine(world, "officer", cut=OrderCut.ENDING)) == 0
    for who in ("probation_officer", "coordinator", "chair"):
        assert mine(world, who) == ()
    assert len(listed(world, "chair")) == 1 and listed(world, "probation_officer") == ()


def test_whoever_is_shut_out_meets_no_order_on_any_list_count_or_page(world, case_id):
    breach_id = breach(world, case_id, add(world, case_id))
    for who in ("officer", "chair"):
        with world.changing("coordinator") as work:
            exclusions.exclude(work, case_id, Who(user_id=world.users[who]), "user_is_party")
        assert listed(world, who) == () and listed(world, who, cut=OrderCut.TO_CHECK) == () and mine(world, who) == ()
        for call in (order_pages.page, order_pages.new_page):
            with pytest.raises(NotFound), world.reading(who) as work:
                call(work, case_id)
        with pytest.raises(NotFound), world.changing(who) as work:
            orders.take_back_breach(work, case_id, breach_id)
    assert waiting(world, "chair") == 0


def test_a_coordinator_who_is_shut_out_is_not_asked_whether_a_breach_is_a_repeat(world, case_id):
    breach(world, case_id, add(world, case_id))
    make.excluded(world, case_id, who="coordinator")
    assert waiting(world) == 0


def test_the_pages_of_a_case_name_the_orders_that_are_in_force_and_which_one_a_clock_is_of(world, case_id):
    add(world, case_id)
    add(world, case_id, K.CONSIDERED, expires_on=None, order="dapo")
    with world.reading("officer") as work:
        page = case_pages.show(work, case_id)
    assert page.orders == ("Stalking protection order",)
    with world.reading("officer") as work:
        lines = {line.clock.kind: line.order for line in clock_pages.page(work, case_id).lines}
    assert lines[ClockKind.ORDER_EXPIRY] == "Stalking protection order"
    with world.reading("coordinator") as work:
        assert {line.order for line in clock_pages.of_panel(work, world.clinic, True).lines} == {
            "Stalking protection order"}


def test_an_order_of_another_case_is_not_found_through_this_one(world, case_id):
    other = make.case(world)
    order_id = add(world, other)
    with pytest.raises(NotFound):
        tell(world, case_id, order_id, K.SERVED, SERVED)
    with world.looking() as session:
        assert session.get_one(Order, order_id).status is OrderStatus.MADE
