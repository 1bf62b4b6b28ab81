"""A locked agenda stays as its readers have it, until somebody unlocks it and says why."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.agenda import AgendaItemKind, AgendaStatus, Direction
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.meetings import MeetingStatus
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.models.agenda import Agenda
from clinic.models.meeting import Meeting
from clinic.policy.accounts import anyone
from clinic.services import agenda_pages, edition_pages, editions, locking, nominations, running_order
from tests import make
from tests.services.test_agenda import FORTNIGHT, cases_of, place, version


@pytest.fixture
def out(world):
    """A published agenda with two cases."""
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    ids = [make.case(world) for _ in range(2)]
    for case_id in ids:
        place(world, case_id, meeting_id)
    publish(world, meeting_id)
    return meeting_id, ids


def publish(world, meeting_id):
    with world.changing("coordinator") as work:
        editions.publish(work, meeting_id, version(world, meeting_id))


def lock(world, meeting_id, who="coordinator"):
    with world.changing(who) as work:
        locking.lock(work, meeting_id, version(world, meeting_id, who))


def unlock(world, meeting_id, reason="One more came in.", who="chair"):
    with world.changing(who) as work:
        locking.unlock(work, meeting_id, reason)


def add_break(world, meeting_id):
    with world.changing("coordinator") as work:
        running_order.add_break(work, meeting_id, version(world, meeting_id))


def page(world, meeting_id, who="coordinator"):
    with world.reading(who) as work:
        return locking.page(work, meeting_id)


def test_a_locked_agenda_is_changed_by_nobody_until_it_is_unlocked_with_a_reason(world, out):
    meeting_id, ids = out
    lock(world, meeting_id)
    with world.reading("coordinator") as work:
        shown = agenda_pages.page_for(work, meeting_id)
    assert not shown.open and shown.lock.locked_by == "Coordinator Testwell"
    item = shown.lines[0].id
    for change in (
        lambda work, seen: running_order.move(work, meeting_id, seen, item, Direction.DOWN),
        lambda work, seen: running_order.set_minutes(work, meeting_id, seen, {item: 3}),
        lambda work, seen: running_order.arrange(work, meeting_id, seen, [x.id for x in shown.lines]),
        lambda work, seen: running_order.remove(work, meeting_id, seen, item),
        lambda work, seen: running_order.add_break(work, meeting_id, seen),
        lambda work, seen: editions.publish(work, meeting_id, seen),
        lambda work, seen: locking.lock(work, meeting_id, seen),
    ):
        with pytest.raises(RuleBroken, match="locked. Unlock it"), world.changing("chair") as work:
            change(work, version(world, meeting_id))
    with pytest.raises(RuleBroken, match="Say why") as broken:
        unlock(world, meeting_id, "  ")
    assert broken.value.field == "reason"
    unlock(world, meeting_id)
    add_break(world, meeting_id)
    publish(world, meeting_id)
    line, = page(world, meeting_id).lines
    assert (line.reason, line.unlocked_by, line.locked_by) == (
        "One more came in.", "Chair Testwell", "Coordinator Testwell")
    with world.looking() as session:
        assert session.scalars(select(Agenda.status)).one() is AgendaStatus.REPUBLISHED


def test_only_what_its_readers_have_is_locked(world, out):
    meeting_id, _ = out
    add_break(world, meeting_id)
    assert "Publish it again" in page(world, meeting_id).refusal
    with pytest.raises(RuleBroken, match="Publish it again"):
        lock(world, meeting_id)
    drafted = make.meeting(world, world.now + 2 * FORTNIGHT)
    place(world, make.case(world), drafted)
    with pytest.raises(RuleBroken, match="not published yet"):
        lock(world, drafted)
    with pytest.raises(NotFound):
        page(world, make.meeting(world, world.now + 3 * FORTNIGHT))


def test_of_two_who_lock_and_change_at_once_the_later_is_told(world, out):
    meeting_id, _ = out
    seen = version(world, meeting_id)
    lock(world, meeting_id)
    with pytest.raises(RuleBroken, match="locked"), world.changing("chair") as work:
        running_order.add_break(work, meeting_id, seen)
    unlock(world, meeting_id)
    with pytest.raises(RuleBroken, match="is not locked"):
        unlock(world, meeting_id)
    add_break(world, meeting_id)
    with pytest.raises(Stale), world.changing("chair") as work:
        locking.lock(work, meeting_id, seen)


def test_what_is_accepted_meanwhile_goes_onto_the_next_agenda_that_is_not_locked(world, out):
    meeting_id, ids = out
    lock(world, meeting_id)
    with pytest.raises(RuleBroken, match="all coming meetings are locked"):
        place(world, make.case(world))
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    with pytest.raises(RuleBroken, match="locked. Unlock it"):
        place(world, make.case(world), meeting_id)
    assert place(world, make.case(world)) == later
    assert cases_of(world, meeting_id) == ids


def test_a_case_that_is_put_off_skips_a_locked_agenda(world, out):
    meeting_id, _ = out
    lock(world, meeting_id)
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    earlier = make.meeting(world, world.now - timedelta(hours=1), status=MeetingStatus.IN_PROGRESS)
    case_id = make.case(world)
    make.listed(world, case_id, earlier)
    assert place(world, case_id, kind=AgendaItemKind.CASE_DEFERRED_IN, deferred_from=earlier) == later


def test_what_is_withdrawn_leaves_a_locked_agenda_all_the_same(world):
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    nomination_id = make.nominated(world)
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))
    publish(world, meeting_id)
    lock(world, meeting_id)
    with world.changing("officer") as work:
        nominations.withdraw(work, nomination_id, "It is settled.")
    assert cases_of(world, meeting_id) == []
    assert page(world, meeting_id).is_locked


def test_every_reader_is_told_that_it_is_locked(world, out):
    meeting_id, _ = out
    for locked in (False, True):
        if locked:
            lock(world, meeting_id)
        with world.reading("officer") as work:
            assert edition_pages.reader_page(work, meeting_id).is_locked is locked


def test_an_excluded_chair_locks_the_agenda_as_they_see_it(world, out):
    meeting_id, ids = out
    make.excluded(world, ids[0], who="chair")
    with world.changing("coordinator") as work:
        item = next(x.id for x in agenda_pages.page_for(work, meeting_id).lines if x.case_id == ids[0])
        running_order.set_minutes(work, meeting_id, version(world, meeting_id), {item: 40})
    assert page(world, meeting_id, "chair").refusal == ""
    lock(world, meeting_id, "chair")


@pytest.mark.parametrize("who", ["officer", "minute_taker", "observer"])
def test_only_who_runs_the_panel_locks_and_unlocks(world, out, who):
    meeting_id, _ = out
    with pytest.raises(NotPermitted):
        lock(world, meeting_id, who)
    lock(world, meeting_id)
    with pytest.raises(NotPermitted):
        unlock(world, meeting_id, who=who)
    with pytest.raises(NotPermitted):
        page(world, meeting_id, who)


def test_the_agenda_of_a_cancelled_meeting_stays_as_it_is(world, out):
    meeting_id, _ = out
    lock(world, meeting_id)
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.get_one(Meeting, meeting_id).status = MeetingStatus.CANCELLED
        work.record("update", "Meeting")
    with pytest.raises(RuleBroken, match="cancelled"):
        unlock(world, meeting_id)
    assert "cancelled" in page(world, meeting_id).refusal
