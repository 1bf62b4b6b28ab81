"""A case that a meeting did not hear goes onto the next list, and is taken off that one with a reason alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.documents.markup import render
from clinic.domain.additions import AdditionKind
from clinic.domain.audit import AuditVerb
from clinic.domain.drops import Drop, DropReason
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.hearings import HearingOutcome
from clinic.models.agenda import AgendaDrop, AgendaItem
from clinic.models.audit import AuditEvent
from clinic.services import additions, case_pages, drops, hearings, minutes, running_order
from tests import make
from tests.services.test_additions import publish
from tests.services.test_agenda import FORTNIGHT, cases_of, order, place, version

PRESS = Drop(DropReason.OTHER_CASES_PRESS, "Two victims are at risk today.")


@pytest.fixture
def carried(world):
    """A meeting that has ended, the next one, and the case that went from one to the other."""
    first, later = make.meeting(world), make.meeting(world, world.now + FORTNIGHT)
    case_id = make.case(world)
    make.listed(world, case_id, first)
    with world.changing("chair") as work:
        hearings.start(work, first, world.users["chair"])
    close(world, first)
    return first, later, case_id


def close(world, meeting_id):
    with world.changing("chair", world.now + timedelta(hours=3)) as work:
        for hearing in hearings.in_order(work.session, meeting_id):
            hearing.outcome = HearingOutcome.NOT_REACHED
        hearings.close(work, meeting_id)


def item_of(world, meeting_id, case_id):
    with world.looking() as session:
        return session.scalars(select(AgendaItem.id).where(
            AgendaItem.meeting_id == meeting_id, AgendaItem.case_id == case_id)).one()


def drop(world, meeting_id, case_id, said=PRESS, who="coordinator", seen=None):
    item_id = item_of(world, meeting_id, case_id)
    with world.changing(who) as work:
        return drops.drop(work, meeting_id, seen or version(world, meeting_id, who), item_id, said)


def case_page(world, case_id, who="officer"):
    with world.reading(who) as work:
        return case_pages.show(work, case_id)


def test_it_is_not_taken_off_in_silence(world, carried):
    _, later, case_id = carried
    item_id = item_of(world, later, case_id)
    with pytest.raises(RuleBroken, match="did not hear"), world.changing("coordinator") as work:
        running_order.remove(work, later, version(world, later), item_id)
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        drops.drop(work, later, version(world, later), item_id, Drop(DropReason.OTHER))
    assert cases_of(world, later) == [case_id] and case_page(world, case_id).drops == ()


def test_with_a_reason_it_waits_and_its_page_says_why_who_and_when(world, carried):
    _, later, case_id = carried
    assert "taken off the agenda" in drop(world, later, case_id)
    assert cases_of(world, later) == [] and [line.case_id for line in order(world, later).waiting] == [case_id]
    line, = case_page(world, case_id).drops
    assert (line.reason, line.words, line.by, line.dropped_at) == (
        DropReason.OTHER_CASES_PRESS, "Two victims are at risk today.", "Coordinator Testwell", world.now)
    with world.looking() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "AgendaDrop")).one()
        assert (event.verb, event.case_id, event.actor_id) == (AuditVerb.CREATE, case_id, world.users["coordinator"])
        assert "victims" not in str(event.detail)
        assert b"victims" not in bytes(session.scalars(select(AgendaDrop.words_sealed)).one())


def test_what_was_dropped_comes_back_as_carried_over_and_needs_a_reason_again(world, carried):
    first, later, case_id = carried
    drop(world, later, case_id)
    with world.changing("coordinator") as work:
        running_order.add_case(work, later, version(world, later), case_id)
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        running_order.remove(work, later, version(world, later), item_of(world, later, case_id))
    drop(world, later, case_id, Drop(DropReason.TO_BE_CLOSED))
    assert {line.reason for line in case_page(world, case_id).drops} == {
        DropReason.TO_BE_CLOSED, DropReason.OTHER_CASES_PRESS}


def test_a_carried_over_case_that_comes_late_is_still_carried_over(world, carried):
    first, later, case_id = carried
    drop(world, later, case_id)
    place(world, make.case(world), later)
    publish(world, later)
    with world.changing("chair") as work:
        additions.ask(work, later, case_id, AdditionKind.LATE, "He is out on bail.")
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        running_order.remove(work, later, version(world, later), item_of(world, later, case_id))


def test_the_minutes_of_the_meeting_say_what_was_taken_off_its_list(world, carried):
    _, later, case_id = carried
    drop(world, later, case_id)
    text = drafted(world, later, case_id)
    assert "Other cases press more" in text and "Two victims are at risk today." in text
    assert "Taken off by Coordinator Testwell, " in text


def test_the_minutes_do_not_speak_of_what_was_put_back(world, carried):
    _, later, case_id = carried
    drop(world, later, case_id)
    with world.changing("coordinator") as work:
        running_order.add_case(work, later, version(world, later), case_id)
    make.meeting(world, world.now + 2 * FORTNIGHT)
    assert "Not reached" in drafted(world, later, case_id)


def drafted(world, meeting_id, case_id):
    """Hold the meeting and return what its minutes say of the case, once."""
    with world.changing("chair") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    close(world, meeting_id)
    with world.changing("coordinator") as work:
        minutes.draft(work, meeting_id, render)
    reference = case_page(world, case_id).reference
    with world.reading("coordinator") as work:
        section, = (one for one in minutes.draft_page(work, meeting_id).sections if one.heading == reference)
    return section.text


def test_only_who_runs_the_panel_takes_it_off_and_nobody_who_must_not_know_of_it(world, carried):
    _, later, case_id = carried
    item_id = item_of(world, later, case_id)
    with pytest.raises(NotPermitted):
        drop(world, later, case_id, who="officer")
    with pytest.raises(NotPermitted), world.reading("officer") as work:
        drops.page(work, later, item_id)
    make.excluded(world, case_id, who="coordinator")
    with pytest.raises(NotFound):
        drop(world, later, case_id)
    with pytest.raises(NotFound), world.reading("coordinator") as work:
        drops.page(work, later, item_id)


def test_what_was_never_put_off_is_taken_off_the_plain_way(world):
    meeting_id, case_id = make.meeting(world, world.now + FORTNIGHT), make.case(world)
    place(world, case_id, meeting_id)
    with pytest.raises(NotFound):
        drop(world, meeting_id, case_id)


def test_two_who_change_an_agenda_at_once_do_not_cross(world, carried):
    _, later, case_id = carried
    with pytest.raises(Stale):
        drop(world, later, case_id, seen=version(world, later) + 1)
    assert cases_of(world, later) == [case_id]
