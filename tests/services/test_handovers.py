"""Handing a case over: what the other panel is offered and answers, what goes with it, and who learns of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from clinic.domain.actions import ActionStatus
from clinic.domain.actors import SystemActor
from clinic.domain.addresses import AddressDraft
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.breaches import NewBreach, RepeatAnswer
from clinic.domain.cases import CaseStatus, PartyKind
from clinic.domain.clocks import ClockKind
from clinic.domain.contacts import Card
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.handovers import HandoverAnswer, HandoverDraft, HandoverItem, HandoverSide, HandoverStatus
from clinic.domain.incidents import Incident as Happened
from clinic.domain.incidents import InformationKind
from clinic.domain.investigations import InvestigationStatus, Step
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import local_day
from clinic.domain.order_events import NewOrder, OrderEvent, OrderEventKind
from clinic.domain.panels import TaskKind
from clinic.domain.risks import AskCause, NewAssessment
from clinic.models.action import Action, ActionUpdate
from clinic.models.all import metadata
from clinic.models.case import Case, CaseExclusion, Incident, Person
from clinic.models.clock import Clock
from clinic.models.contact import ContactCard
from clinic.models.handover import Handover
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.models.sealed import DataKey
from clinic.scheduler import timetable
from clinic.services import (
    action_pages,
    addresses,
    agenda,
    agenda_pages,
    case_pages,
    clock_letters,
    clock_pages,
    contacts,
    exclusions,
    handover_pages,
    handovers,
    incidents,
    investigations,
    known_addresses,
    nominations,
    offers,
    order_lists,
    order_pages,
    orders,
    overviews,
    references,
    risk_pages,
    risks,
    triage,
)
from clinic.services.exclusions import Who
from clinic.services.order_lists import Filter
from tests import make

WHY = "They live together now."
YES = HandoverAnswer(True, "Ours from today.")
NO = HandoverAnswer(False, "Not of our area.")


@pytest.fixture
def case_id(world):
    """A case of the clinic with an order, a breach, a step, and open actions of probation and of the police."""
    case_id = make.accepted(world)
    meeting_id = make.meeting(world, world.now + timedelta(days=7))
    with world.changing("coordinator") as work:
        agenda.start(work, meeting_id)
    make.listed(world, case_id, meeting_id)
    with world.changing("officer") as work:
        made = OrderEvent(OrderEventKind.MADE, date(2026, 10, 5), date(2027, 10, 4))
        orders.add(work, case_id, NewOrder("dapo", made, "Northmere Magistrates", "Not to go near."))
    with world.changing("officer") as work:
        order_id = order_pages.page(work, case_id).orders[0].id
        orders.breach(work, case_id, order_id, NewBreach(date(2026, 11, 1), "Waited outside."))
    with world.changing("officer") as work:
        investigations.take(work, case_id, Step(InvestigationStatus.FILE_TO_CPS, date(2026, 11, 2), "Sent whole."))
    for agency, lead in (("probation", "probation_officer"), ("police", "officer")):
        action(world, case_id, meeting_id, agency, lead)
    return case_id


def action(world, case_id, meeting_id, agency, lead):
    """Let a meeting agree an action of an agency."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        row = Action(panel_id=world.clinic, case_id=case_id, meeting_id=meeting_id, text="Visit.", agreed_at=world.now,
                     reference=references.fresh(work.session, "AC", Action.reference, world.now),
                     due_on=date(2026, 12, 20), owner_agency_id=world.agencies[agency], lead_id=world.users[lead])
        work.session.add(row)
        work.session.flush()
        work.record("create", row)


def offer(world, case_id, who="coordinator", panel=None, reason=WHY, done=frozenset({HandoverItem.RISK_GIVEN})):
    with world.changing(who) as work:
        handovers.offer(work, case_id, HandoverDraft(panel or world.marac, reason, done))
    return there(world, case_id)


def there(world, case_id):
    """Return the id of the case that the other panel was offered."""
    with world.looking() as session:
        return session.scalars(select(Handover.partner_case_id).where(
            Handover.case_id == case_id, Handover.side == HandoverSide.OUT).order_by(
                Handover.status != HandoverStatus.OPEN, Handover.offered_at.desc())).first()


def answer(world, case_id, said=YES, who="other_coordinator"):
    with world.changing(who, world.now + timedelta(hours=1)) as work:
        return handovers.answer(work, case_id, said)


def page(world, case_id, who):
    with world.reading(who) as work:
        return handover_pages.page(work, case_id)


def waiting(world, who, kind):
    with world.reading(who) as work:
        return sum(task.count for panel in overviews.of_person(work).panels for task in panel.tasks
                   if task.kind is kind)


def letters(world, kind):
    with world.looking() as session:
        return sorted(session.scalars(select(QueuedLetter.address).where(QueuedLetter.kind == kind)))


def rows(world):
    tables = {name: table for name, table in metadata.tables.items() if name not in ("audit_event", "queued_letter")}
    with world.looking() as session:
        return {name: session.scalar(select(func.count()).select_from(table)) for name, table in tables.items()}


def test_a_case_that_is_offered_stays_with_its_panel_and_is_open_on_both_sides_until_it_is_acknowledged(world, case_id):
    copy_id = offer(world, case_id)
    assert waiting(world, "coordinator", TaskKind.HANDOVERS) == 1
    assert waiting(world, "other_coordinator", TaskKind.OFFERED) == 1
    assert letters(world, LetterKind.HANDOVER_OFFERED) == ["other_coordinator@council.example"]
    here, other = page(world, case_id, "coordinator").open, page(world, copy_id, "other_coordinator").open
    assert (here.side, here.partner, here.may_keep, here.may_answer) == ("out", "Northmere MARAC", True, False)
    assert (other.side, other.partner, other.may_keep, other.may_answer) == (
        "in", "Northmere Stalking Clinic", False, True)
    assert here.reason == other.reason == WHY and here.done == other.done == {HandoverItem.RISK_GIVEN}
    with world.looking() as session:
        assert session.get_one(Case, case_id).status is CaseStatus.OPEN
        assert session.scalar(select(func.count()).select_from(Action)) == 2
    answer(world, copy_id)
    assert waiting(world, "coordinator", TaskKind.HANDOVERS) == 0
    assert waiting(world, "other_coordinator", TaskKind.OFFERED) == 0
    assert letters(world, LetterKind.HANDOVER_ANSWERED) == ["coordinator@council.example"]
    with world.looking() as session:
        assert session.get_one(Case, case_id).status is CaseStatus.TRANSFERRED_OUT
    line, = page(world, case_id, "coordinator").lines
    assert (line.status, line.answer, line.answered_by) == (
        HandoverStatus.ACKNOWLEDGED, "Ours from today.", "Other Coordinator Testwell")


def test_open_actions_go_with_the_case_but_for_those_whose_agency_nobody_speaks_for_there(world, case_id):
    copy_id = offer(world, case_id)
    line = page(world, copy_id, "other_coordinator").open
    assert [text.split(",")[0] for text in line.carries] == ["Northmere Probation", "DAPO: made"]
    assert [text.split(",")[0] for text in line.stays] == ["Northmere Police"]
    answer(world, copy_id)
    with world.looking() as session:
        found = {(a.case_id, a.owner_agency_id): a for a in session.scalars(select(Action))}
        old, new = (found[id_, world.agencies["probation"]] for id_ in (case_id, copy_id))
        assert (old.status, new.status) == (ActionStatus.TRANSFERRED, ActionStatus.AGREED)
        assert (new.text, new.due_on, new.lead_id, new.meeting_id) == (old.text, old.due_on, old.lead_id, None)
        assert new.reference != old.reference and new.panel_id == world.marac
        assert found[case_id, world.agencies["police"]].status is ActionStatus.AGREED
        assert session.scalars(select(ActionUpdate.status)).all() == [ActionStatus.TRANSFERRED]
        action_id = new.id
    with world.reading("probation_officer") as work:
        assert action_pages.action_page(work, action_id).meeting_day is None
    make.meeting(world, world.now + timedelta(days=30), panel=world.marac)
    with world.reading("other_coordinator") as work:
        assert [line.case_id for line in action_pages.mine_page(work, action_pages.Filters()).lines] == [copy_id]


def test_orders_breaches_and_the_steps_of_the_investigation_go_with_it_and_its_clocks_run_there(world, case_id):
    copy_id = offer(world, case_id)
    answer(world, copy_id)
    with world.reading("other_coordinator") as work:
        order, = order_pages.page(work, copy_id).orders
        clocks = clock_pages.page(work, copy_id)
        assert [line.case_id for line in order_lists.of_panel(work, world.marac, Filter()).lines] == [copy_id]
    assert (order.kind, order.court, order.terms, order.expires_on) == (
        "DAPO", "Northmere Magistrates", "Not to go near.", date(2027, 10, 4))
    assert [event.by for event in order.events] == ["Officer Testwell"]
    assert [(breach.what, breach.may_check) for breach in order.breaches] == [("Waited outside.", True)]
    assert [(step.status, step.note, step.agency) for step in clocks.steps] == [
        (InvestigationStatus.FILE_TO_CPS, "Sent whole.", "Northmere Police")]
    assert "order_expiry" in {line.clock.kind for line in clocks.lines}
    with world.reading("coordinator") as work:
        assert order_lists.of_panel(work, world.clinic, Filter()).lines == ()
    assert waiting(world, "coordinator", TaskKind.BREACHES) == 0
    assert waiting(world, "other_coordinator", TaskKind.BREACHES) == 1


def test_what_was_told_beside_the_nomination_goes_with_it_as_it_stands_and_restricted_intelligence_does_not(world):
    case_id = make.accepted(world)
    fact, secret = (Happened(date(2026, 11, day), what, information=kind) for day, what, kind in (
        (2, "Waited outside.", None), (3, "A source says so.", InformationKind.INTELLIGENCE_RESTRICTED)))
    with world.changing("officer") as work:
        incidents.tell(work, case_id, [fact, secret])
    with world.looking() as session:
        first = session.scalars(select(Incident.id).where(
            Incident.case_id == case_id, Incident.happened_on == fact.on)).one()
    with world.changing("officer") as work:
        incidents.correct(work, case_id, first, replace(fact, what="Waited at the gate."), "It was the gate.")
    copy_id = offer(world, case_id)
    answer(world, copy_id)
    with world.looking() as session:
        told = session.scalars(select(Incident).where(Incident.case_id == copy_id)).all()
        assert [(row.what, row.replaces_id, row.entered_by_id) for row in told] == [
            ("Waited at the gate.", None, world.users["officer"])]


def test_what_is_acknowledged_waits_for_an_agenda_as_transferred_in_and_leaves_the_other(world, case_id):
    copy_id = offer(world, case_id)
    answer(world, copy_id)
    meeting_id = make.meeting(world, world.now + timedelta(days=30), panel=world.marac)
    with world.changing("other_coordinator") as work:
        agenda.start(work, meeting_id)
    with world.reading("other_coordinator") as work:
        built = agenda_pages.page_for(work, meeting_id)
    line, = built.waiting
    assert (line.case_id, line.kind) == (copy_id, AgendaItemKind.CASE_TRANSFER_IN)
    assert [(action.case_id, action.meeting_id) for action in built.actions] == [(copy_id, None)]
    with world.reading("coordinator") as work:
        assert not case_pages.show(work, case_id).hearings


def test_a_refusal_forgets_the_copy_with_its_key_and_leaves_the_case_as_it_was(world, case_id):
    before = rows(world)
    copy_id = offer(world, case_id)
    with pytest.raises(RuleBroken, match="Say why"):
        answer(world, copy_id, HandoverAnswer(False))
    assert answer(world, copy_id, NO) == world.marac
    assert rows(world) == before | {"handover": 1}
    with world.looking() as session:
        assert session.get(DataKey, copy_id) is None
        assert session.get_one(Case, case_id).status is CaseStatus.OPEN
    shown = page(world, case_id, "coordinator")
    assert (shown.lines[0].status, shown.lines[0].answer) == (HandoverStatus.REFUSED, "Not of our area.")
    assert (world.marac, "Northmere MARAC") in shown.panels
    assert letters(world, LetterKind.HANDOVER_ANSWERED) == ["coordinator@council.example"]
    offer(world, case_id)


def test_it_can_be_taken_back_until_it_is_answered(world, case_id):
    before = rows(world)
    copy_id = offer(world, case_id)
    with world.changing("coordinator") as work:
        handovers.take_back(work, case_id)
    assert rows(world) == before | {"handover": 1}
    assert page(world, case_id, "coordinator").lines[0].status is HandoverStatus.TAKEN_BACK
    for call in (lambda: answer(world, copy_id), lambda: page(world, copy_id, "other_coordinator")):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(NotFound), world.changing("coordinator") as work:
        handovers.take_back(work, case_id)


def test_what_has_been_seen_to_is_kept_on_both_sides_as_long_as_it_is_open(world, case_id):
    copy_id = offer(world, case_id)
    both = {HandoverItem.VICTIM_TOLD, HandoverItem.RISK_GIVEN}
    with world.changing("coordinator") as work:
        handovers.keep(work, case_id, both)
    assert page(world, case_id, "coordinator").open.done == page(world, copy_id, "other_coordinator").open.done == both
    with world.reading("other_coordinator") as work:
        line, = handover_pages.of_panel(work, world.marac).lines
    assert (line.case_id, line.to_do) == (copy_id, 5)
    answer(world, copy_id)
    with pytest.raises(NotFound), world.changing("coordinator") as work:
        handovers.keep(work, case_id, ())
    with world.reading("other_coordinator") as work:
        assert handover_pages.of_panel(work, world.marac).lines == ()
        assert len(handover_pages.of_panel(work, world.marac, all_of_them=True).lines) == 1


@pytest.mark.parametrize(("panel", "reason", "field"), [
    ("clinic", WHY, "panel"), (None, " ", "reason"), (None, "x" * 4001, "reason")])
def test_a_case_goes_to_another_panel_and_with_a_word(world, panel, reason, field):
    case_id = make.accepted(world)
    with pytest.raises(RuleBroken) as broken:
        offer(world, case_id, panel=panel and getattr(world, panel), reason=reason)
    assert broken.value.field == field


def test_a_case_is_offered_to_one_panel_at_a_time_and_only_once_it_is_accepted(world):
    case_id = make.accepted(world)
    copy_id = offer(world, case_id)
    for id_, who in ((case_id, "coordinator"), (copy_id, "other_coordinator")):
        with pytest.raises(RuleBroken):
            offer(world, id_, who, panel=world.marac if id_ == case_id else world.clinic)
        assert page(world, id_, who).panels == ()
    answer(world, copy_id)
    with pytest.raises(RuleBroken, match="Another panel holds"):
        offer(world, case_id)
    assert offer(world, copy_id, "other_coordinator", panel=world.clinic)


def test_only_coordinators_offer_keep_and_answer_and_each_for_their_own_panel(world, case_id):
    for who in ("chair", "officer"):
        with pytest.raises(NotPermitted):
            offer(world, case_id, who)
    copy_id = offer(world, case_id)
    with pytest.raises(NotPermitted), world.changing("chair") as work:
        handovers.keep(work, case_id, ())
    with pytest.raises(NotPermitted):
        answer(world, copy_id, who="chair")
    with pytest.raises(NotFound):
        answer(world, copy_id, who="coordinator")
    with pytest.raises(NotFound):
        answer(world, case_id, who="coordinator")


def test_what_was_assessed_goes_with_the_case_and_is_asked_for_anew(world, case_id):
    found = NewAssessment("sash", "", "high", local_day(world.now), "A. Assessor", "He knows where she works.")
    with world.changing("officer") as work:
        risks.assess(work, case_id, found, "0-0")
    copy_id = offer(world, case_id)
    answer(world, case_id=copy_id)
    with world.reading("other_coordinator") as work:
        shown = risk_pages.page(work, copy_id)
    assert [(line.result, line.by) for line in shown.counting] == [("high", "Officer Testwell")]
    assert [line.cause for line in shown.asked] == [AskCause.MOVE]


def test_where_the_perpetrator_is_known_goes_along_and_stops_a_safe_address_there(world, case_id):
    with world.looking() as session:
        person_id = session.scalars(select(Person.id).where(
            Person.case_id == case_id, Person.kind == PartyKind.PERPETRATOR)).one()
    with world.changing("officer") as work:
        known_addresses.add(work, case_id, person_id, "2 Known Road ZZ8 8ZZ")
    copy_id = offer(world, case_id)
    answer(world, case_id=copy_id)
    with world.reading("other_coordinator") as work:
        line, = known_addresses.page(work, copy_id).lines
    assert (line.address, line.by) == ("2 Known Road ZZ8 8ZZ", "Officer Testwell")
    with pytest.raises(RuleBroken, match="Stop"), world.changing("other_coordinator") as work:
        addresses.propose(work, copy_id, AddressDraft("2 known rd, ZZ88ZZ"))


def test_how_the_victim_is_reached_goes_along_to_be_checked_there_and_the_safe_address_does_not(world, case_id):
    for words in ("Only the sister.", "Ring twice, then once."):
        with world.changing("coordinator", world.now + timedelta(minutes=len(words))) as work:
            seen = contacts.page(work, case_id).cards
            contacts.write(work, case_id, Card(notes=words), str(seen[0].id) if seen else "")
    with world.changing("coordinator") as work:
        addresses.propose(work, case_id, AddressDraft("1 Hidden Lane ZZ9 9ZZ"))
    copy_id = offer(world, case_id)
    with world.looking() as session:
        assert not session.scalars(select(ContactCard).where(ContactCard.case_id == copy_id)).all()
    answer(world, copy_id)
    with world.reading("other_coordinator") as work:
        page = contacts.page(work, copy_id)
    assert [(line.card.notes, line.by) for line in page.cards] == [
        ("Ring twice, then once.", "Coordinator Testwell")] and page.checked is None
    with world.reading("other_coordinator") as work:
        page = addresses.page(work, copy_id)
    assert (page.standing, page.waiting, page.earlier) == (None, None, ())


def test_as_long_as_it_is_open_only_the_panel_that_holds_it_tells_of_its_limit(world):
    case_id = make.accepted(world, offences=("pha_s2a",), contact_email="hallam@police.example")
    copy_id = offer(world, case_id)
    timetable.set_clocks(world.office, None)

    def told(days):
        with world.looking() as session:
            due_on = session.scalars(select(Clock.due_on).where(
                Clock.case_id == copy_id, Clock.kind == ClockKind.SUMMARY_LIMIT, Clock.ended_at.is_(None))).one()
        with world.office.changing(SystemActor("timer"), world.now + (due_on - timedelta(days) - world.now.date())
                                   ) as work:
            clock_letters.tell(work)
        with world.looking() as session:
            return {link.split("/")[2] for link in session.scalars(select(QueuedLetter.link).where(
                QueuedLetter.kind == LetterKind.CLOCK_RUNNING, QueuedLetter.revision == days))}

    assert told(30) == {str(case_id)}
    answer(world, copy_id)
    timetable.set_clocks(world.office, None)
    assert told(14) == {str(copy_id)}


def test_a_handover_is_not_answered_as_if_it_were_redirected(world, case_id):
    copy_id = offer(world, case_id)
    with world.looking() as session:
        nomination_id = session.scalars(select(Nomination.id).where(Nomination.case_id == copy_id)).one()
    for call in (offers.take, lambda work, id_: offers.refuse(work, id_, "Not of our area.")):
        with pytest.raises(RuleBroken, match="hands this case over"), world.changing("other_coordinator") as work:
            call(work, nomination_id)
    with world.reading("other_coordinator") as work:
        assert triage.page(work, nomination_id).handed_over == copy_id


def test_what_its_agency_has_withdrawn_there_is_for_the_first_panel_to_take_back(world, case_id):
    copy_id = offer(world, case_id)
    with world.looking() as session:
        nomination_id = session.scalars(select(Nomination.id).where(Nomination.case_id == copy_id)).one()
    with world.changing("other_coordinator") as work:
        nominations.withdraw(work, nomination_id, "Sent by mistake.")
    with pytest.raises(RuleBroken, match="withdrawn"):
        answer(world, copy_id)
    with world.changing("coordinator") as work:
        handovers.take_back(work, case_id)


def test_who_is_kept_from_the_case_is_kept_from_what_the_other_panel_is_offered_then_and_later(world, case_id):
    make.excluded(world, case_id, who="probation_officer")
    copy_id = offer(world, case_id)
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(user_id=world.users["chair"]), "user_is_party")
    with world.looking() as session:
        assert set(session.scalars(select(CaseExclusion.user_id).where(CaseExclusion.case_id == copy_id))) == {
            world.users["probation_officer"], world.users["chair"]}
    for id_, panel_id in ((case_id, world.clinic), (copy_id, world.marac)):
        for who in ("chair", "probation_officer"):
            with pytest.raises(NotFound):
                page(world, id_, who)
            with world.reading(who) as work:
                shown = handover_pages.of_panel(work, panel_id, all_of_them=True)
            assert shown.lines == () and shown.pages.total == 0


def test_a_coordinator_who_is_shut_out_finds_no_handover_counted_at_home(world, case_id):
    offer(world, case_id)
    make.excluded(world, case_id, who="coordinator")
    assert waiting(world, "coordinator", TaskKind.HANDOVERS) == 0


def test_where_every_coordinator_there_is_kept_from_the_case_nothing_is_offered(world, case_id):
    make.excluded(world, case_id, who="other_coordinator")
    before = rows(world)
    with pytest.raises(RuleBroken) as broken:
        offer(world, case_id)
    assert broken.value.field == "panel" and rows(world) == before


def test_the_reference_of_the_other_side_is_for_who_may_know_of_that_case(world, case_id):
    copy_id = offer(world, case_id)
    assert page(world, case_id, "coordinator").open.partner_reference == ""
    assert page(world, copy_id, "other_coordinator").open.partner_reference == ""
    assert page(world, case_id, "chair").open.partner_reference.startswith("PM-")


def test_a_breach_that_was_judged_before_is_not_asked_again_there(world, case_id):
    with world.changing("coordinator") as work:
        breach_id = order_pages.page(work, case_id).orders[0].breaches[0].id
        orders.check_repeat(work, case_id, breach_id, RepeatAnswer(False, "Known before."))
    copy_id = offer(world, case_id)
    answer(world, copy_id)
    assert waiting(world, "other_coordinator", TaskKind.BREACHES) == 0
