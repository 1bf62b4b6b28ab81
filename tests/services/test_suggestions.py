"""An order is suggested to those who build an agenda, from what they may know."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.errors import NotFound, NotPermitted, Stale
from clinic.domain.research import Known, ResearchAnswer
from clinic.domain.suggestions import Reason
from clinic.models.agenda import Agenda
from clinic.models.case import Case, Person
from clinic.models.link import PersonLink
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.policy.accounts import anyone
from clinic.services import agenda, agenda_pages, edition_pages, editions, research, running_order, suggestions
from tests import make

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def meeting(world):
    return make.meeting(world, world.now + FORTNIGHT)


@pytest.fixture
def built(world, meeting):
    """A meeting with three cases, of which probation knows somebody in the first and in the last."""
    ids = [make.case(world) for _ in range(3)]
    for case_id, known in zip(ids, (Known.VICTIM, Known.NONE, Known.PERPETRATOR), strict=True):
        place(world, case_id, meeting)
        answer(world, case_id, "probation_officer", known)
    return meeting, ids


def place(world, case_id, meeting_id):
    with world.changing("coordinator") as work:
        work.require(anyone)
        agenda.place(work, work.session.get_one(Case, case_id), AgendaItemKind.CASE_NEW,
                     meeting=work.session.get_one(Meeting, meeting_id))


def answer(world, case_id, who, known, later=False):
    with world.looking() as session:
        request = session.scalars(select(ResearchRequest).where(
            ResearchRequest.case_id == case_id, ResearchRequest.agency_id == world.agencies["probation"])).one()
    with world.changing(who) as work:
        research.give(work, request.id, request.version, ResearchAnswer((known,)), later=later)


def page(world, meeting_id, who="coordinator"):
    with world.reading(who) as work:
        return suggestions.page(work, meeting_id)


def link(world, *case_ids):
    """Let a coordinator have said that the perpetrators of two cases are one."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        one, other = work.session.scalars(select(Person).where(
            Person.case_id.in_(case_ids), Person.kind == PartyKind.PERPETRATOR).order_by(Person.id))
        row = PersonLink(
            panel_id=world.clinic, case_id=one.case_id, person_id=one.id, other_panel_id=world.clinic,
            other_case_id=other.case_id, other_person_id=other.id, same=True, reasons=[],
            said_by_id=world.users["coordinator"], said_at=world.now)
        work.session.add(row)
        work.record(AuditVerb.CREATE, row)


def cases_of(world, page_):
    with world.looking() as session:
        ids = dict(session.execute(select(Case.reference, Case.id)).all())
    return [ids[line.reference] for line in page_.lines]


def take(world, page_, who="coordinator"):
    with world.changing(who) as work:
        return running_order.arrange(work, page_.meeting_id, page_.version, page_.order)


def test_an_agency_that_knows_nobody_in_a_case_need_not_wait_through_it(world, built):
    meeting, (_, second, _) = built
    shown = page(world, meeting)
    assert cases_of(world, shown)[1] != second
    assert (shown.waits_now, shown.waits_then, shown.is_new) == (20, 0, True)
    probation = next(stay for stay in shown.stays if stay.waits_now)
    assert probation.waits_then == 0 and probation.then.ends_at - probation.then.starts_at == timedelta(minutes=40)


def test_the_order_that_was_suggested_is_taken_and_then_is_the_order(world, built):
    meeting, _ = built
    shown = page(world, meeting)
    assert take(world, shown) == "The order is changed"
    after = page(world, meeting)
    assert cases_of(world, after) == cases_of(world, shown) and not after.is_new
    assert [line.before for line in after.lines] == [line.number for line in after.lines]


def test_two_who_arrange_at_once_do_not_cross(world, built):
    meeting, _ = built
    shown = page(world, meeting)
    take(world, shown)
    with pytest.raises(Stale):
        take(world, shown, "chair")


def test_an_order_that_lacks_a_line_or_names_one_twice_is_refused(world, built):
    meeting, _ = built
    shown = page(world, meeting)
    for order in (shown.order[1:], (*shown.order, shown.order[0]), (*shown.order[1:], shown.order[1])):
        with pytest.raises(NotFound), world.changing("coordinator") as work:
            running_order.arrange(work, meeting, shown.version, order)


def test_a_line_that_is_hidden_from_its_maker_keeps_its_place(world, built):
    meeting, (first, second, third) = built
    make.excluded(world, second, who="coordinator")
    shown = page(world, meeting)
    assert cases_of(world, shown) == [first, third] and shown.waits_now == 0
    swapped = list(shown.order)
    here, there = (swapped.index(line.item_id) for line in shown.lines)
    swapped[here], swapped[there] = swapped[there], swapped[here]
    with world.changing("coordinator") as work:
        running_order.arrange(work, meeting, shown.version, swapped)
    with world.reading("chair") as work:
        heard = [line.case_id for line in agenda_pages.page_for(work, meeting).lines if line.case_id]
    assert heard == [third, second, first]


def test_an_urgent_case_and_one_with_children_say_why_they_stand_where_they_do(world, built):
    meeting, (first, second, third) = built
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        urgent = work.session.scalars(select(Nomination).where(Nomination.case_id == third)).one()
        urgent.urgent = True
        for case_id in (first, second):
            work.session.add(Person(panel_id=world.clinic, case_id=case_id, kind=PartyKind.CHILD, aliases=[]))
        work.record(AuditVerb.UPDATE, urgent)
    shown = page(world, meeting)
    assert cases_of(world, shown)[0] == third
    assert [line.reasons[0] for line in shown.lines] == [Reason.URGENT, Reason.CHILDREN, Reason.CHILDREN]


def test_cases_whose_perpetrators_a_coordinator_has_linked_stand_together(world, meeting):
    ids = [make.case(world) for _ in range(3)]
    for case_id in ids:
        place(world, case_id, meeting)
    link(world, ids[0], ids[2])
    shown = page(world, meeting)
    assert cases_of(world, shown) in ([ids[0], ids[2], ids[1]], [ids[1], ids[0], ids[2]])
    assert shown.broken and Reason.SAME_PERPETRATOR in shown.lines[0].reasons + shown.lines[1].reasons


@pytest.mark.parametrize("who", ["officer", "minute_taker", "observer"])
def test_nobody_else_than_who_builds_the_agenda_is_suggested_anything(world, built, who):
    with pytest.raises((NotFound, NotPermitted)), world.reading(who) as work:
        suggestions.page(work, built[0])


def test_one_case_alone_is_not_ordered_and_an_agenda_that_was_heard_neither(world, meeting):
    place(world, make.case(world), meeting)
    assert page(world, meeting).refusal.startswith("An order is suggested once")


def needed(world, meeting_id, who):
    with world.changing("coordinator") as work:
        editions.publish(work, meeting_id, agenda_version(work, meeting_id))
    with world.reading(who) as work:
        return edition_pages.reader_page(work, meeting_id).needed


def agenda_version(work, meeting_id):
    out = work.session.scalars(select(Agenda).where(Agenda.meeting_id == meeting_id)).one()
    return agenda.version_seen_by(work, out)


def test_a_representative_is_told_from_when_to_when_their_agency_is_needed(world, built):
    meeting, (first, second, third) = built
    answer(world, third, "probation_officer", Known.NONE)
    found = needed(world, meeting, "probation_officer")
    with world.reading("probation_officer") as work:
        line = next(x for x in edition_pages.reader_page(work, meeting).lines if x.case_id == first)
    assert (found.slot.starts_at, found.slot.ends_at, found.cases, found.of) == (line.starts_at, line.ends_at, 1, 3)


def test_who_nominated_a_case_and_who_has_not_answered_are_needed_for_it(world, built):
    meeting, _ = built
    assert needed(world, meeting, "officer").cases == 3


def test_nobody_is_needed_who_speaks_for_no_agency_or_knows_nobody(world, built):
    meeting, (first, _, third) = built
    for case_id in (first, third):
        answer(world, case_id, "probation_officer", Known.NONE)
    assert needed(world, meeting, "probation_officer") is None
    with world.reading("chair") as work:
        assert edition_pages.reader_page(work, meeting).needed is None


def test_a_hidden_case_is_none_that_anybody_is_needed_for(world, built):
    meeting, (first, _, third) = built
    make.excluded(world, third, who="probation_officer")
    found = needed(world, meeting, "probation_officer")
    assert (found.cases, found.of) == (1, 2)


def test_what_an_agency_still_writes_moves_nobody(world, meeting):
    ids = [make.case(world) for _ in range(3)]
    for case_id in ids:
        place(world, case_id, meeting)
    before = page(world, meeting)
    answer(world, ids[1], "probation_officer", Known.NONE, later=True)
    after = page(world, meeting)
    assert (after.lines, after.stays) == (before.lines, before.stays)
    assert needed(world, meeting, "probation_officer").cases == 3
