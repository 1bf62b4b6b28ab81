"""After nominations are closed, or the agenda is out, a case is added with the chair's approval alone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.additions import UNANSWERED, AdditionAnswer, AdditionKind
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingKind, MeetingStatus
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.domain.panels import TaskKind
from clinic.models.agenda import AgendaAddition, AgendaItem
from clinic.models.audit import AuditEvent
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.services import (
    additions,
    agenda,
    agenda_pages,
    editions,
    hearings,
    live,
    locking,
    nominations,
    overviews,
    running_order,
    scheduling,
    triage,
)
from tests import make
from tests.services.test_agenda import FORTNIGHT, cases_of, place, version
from tests.services.test_presenting import change

LATE, EMERGENCY = AdditionKind.LATE, AdditionKind.EMERGENCY


@pytest.fixture
def out(world):
    """A meeting whose agenda is out with one case, and a later one with another case."""
    first, later = (make.meeting(world, world.now + n * FORTNIGHT) for n in (1, 2))
    ids = [make.case(world) for _ in range(2)]
    for case_id, meeting_id in zip(ids, (first, later), strict=True):
        place(world, case_id, meeting_id)
    publish(world, first)
    return first, later, ids


def publish(world, meeting_id):
    with world.changing("coordinator") as work:
        editions.publish(work, meeting_id, version(world, meeting_id))


def ask(world, meeting_id, case_id, kind=LATE, reason="He is out on bail.", who="coordinator"):
    with world.changing(who) as work:
        return additions.ask(work, meeting_id, case_id, kind, reason).id


def answer(world, addition_id, approved=True, reason="", who="chair"):
    with world.changing(who) as work:
        additions.answer(work, addition_id, AdditionAnswer(approved, reason))


def add(world, meeting_id, case_id):
    with world.changing("coordinator") as work:
        running_order.add_case(work, meeting_id, version(world, meeting_id), case_id)


def letters(world, kind):
    with world.looking() as session:
        return sorted(session.scalars(select(QueuedLetter.address).where(QueuedLetter.kind == kind)))


def on_lists(world, case_id):
    """Return how many agendas a case stands on, and whether it waits for one."""
    with world.looking() as session:
        meetings = session.scalars(select(AgendaItem.meeting_id).where(AgendaItem.case_id == case_id)).all()
    empty = make.meeting(world, world.now + 9 * FORTNIGHT)
    with world.reading("coordinator") as work:
        waits = case_id in [line.case_id for line in agenda_pages.page_for(work, empty).waiting]
    return len(meetings), waits


def due_days(world, case_id, meeting_id):
    with world.looking() as session:
        return set(session.scalars(select(ResearchRequest.due_on).where(
            ResearchRequest.case_id == case_id, ResearchRequest.meeting_id == meeting_id)))


def test_the_chair_lets_a_case_come_from_a_later_agenda_and_its_research_has_a_short_clock(world, out):
    first, later, (_, case_id) = out
    addition_id = ask(world, first, case_id)
    assert cases_of(world, later) == [case_id] and on_lists(world, case_id) == (1, False)
    assert letters(world, LetterKind.ADDITION_ASKED) == ["chair@police.example", "deputy@probation.example"]
    answer(world, addition_id)
    assert case_id in cases_of(world, first) and cases_of(world, later) == []
    assert on_lists(world, case_id) == (1, False)
    assert due_days(world, case_id, first) == {world.now.date() + timedelta(days=1)}
    assert letters(world, LetterKind.ADDITION_ANSWERED) == ["coordinator@council.example"]
    with world.reading("chair") as work:
        line, = additions.of_panel(work, world.clinic).lines
    assert (line.approved, line.answered_by, line.reason) == (True, "Chair Testwell", "He is out on bail.")


def test_an_emergency_that_waits_for_an_agenda_comes_as_one(world, out):
    first, _, _ = out
    case_id = make.case(world)
    answer(world, ask(world, first, case_id, EMERGENCY))
    with world.looking() as session:
        item = session.scalars(select(AgendaItem).where(AgendaItem.case_id == case_id)).one()
    assert (item.kind, item.meeting_id) == (AgendaItemKind.CASE_EMERGENCY, first)


def test_when_a_meeting_ends_whoever_asked_in_vain_is_told_and_the_case_waits(world):
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        agenda.standing(work, work.session.get_one(Meeting, meeting_id))
    waiting_id = ask(world, meeting_id, make.case(world), EMERGENCY, who="coordinator")
    with world.reading("coordinator") as work:
        assert [line.id for line in live.close_page(work, meeting_id).waiting] == [waiting_id]
    make.excluded(world, row_of(world, waiting_id).case_id, who="chair")
    with world.reading("chair") as work:
        assert live.close_page(work, meeting_id).waiting == ()
    with world.changing("chair") as work:
        hearings.close(work, meeting_id)
    with world.reading("coordinator") as work:
        line = additions.page(work, waiting_id).line
    assert (line.approved, line.answered_by, line.answer) == (False, "", UNANSWERED)
    assert letters(world, LetterKind.ADDITION_ANSWERED) == ["coordinator@council.example"]
    with world.looking() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.object_id == waiting_id)).all()
    assert [event.actor_id for event in told if event.verb == AuditVerb.UPDATE] == [None]


def test_of_a_meeting_that_is_cancelled_whoever_asked_is_told_too(world, out):
    first, _, (_, case_id) = out
    addition_id = ask(world, first, case_id)
    with world.looking() as session:
        version_ = session.get_one(Meeting, first).version
    with world.changing("coordinator") as work:
        scheduling.cancel(work, first, version_)
    assert row_of(world, addition_id).approved is False


def row_of(world, addition_id):
    with world.looking() as session:
        return session.get_one(AgendaAddition, addition_id)


def test_what_the_chair_refuses_stays_where_it_is_and_can_be_asked_again(world, out):
    first, later, (_, case_id) = out
    addition_id = ask(world, first, case_id)
    with pytest.raises(RuleBroken, match="Say why") as broken:
        answer(world, addition_id, approved=False)
    assert broken.value.field == "reason"
    answer(world, addition_id, approved=False, reason="Hear it in December.")
    assert cases_of(world, later) == [case_id] and case_id not in cases_of(world, first)
    with pytest.raises(RuleBroken, match="answered already"):
        answer(world, addition_id)
    ask(world, first, case_id, reason="He was seen there.")
    with pytest.raises(RuleBroken, match="asked about this case already"):
        ask(world, first, case_id)


def test_a_chair_who_asks_has_decided(world, out):
    first, _, (_, case_id) = out
    ask(world, first, case_id, who="deputy")
    assert case_id in cases_of(world, first) and letters(world, LetterKind.ADDITION_ASKED) == []


def test_a_case_is_added_without_the_chair_only_in_time(world, out):
    first, later, (_, listed) = out
    case_id = make.case(world)
    with pytest.raises(RuleBroken, match="ask the chair"):
        add(world, first, case_id)
    closed = make.meeting(world, world.now + timedelta(days=9))
    place(world, make.case(world), closed)
    with pytest.raises(RuleBroken, match="ask the chair"):
        add(world, closed, case_id)
    change(world, Meeting, closed, kind=MeetingKind.EMERGENCY)
    with pytest.raises(RuleBroken, match="still open"):
        ask(world, closed, case_id)
    add(world, closed, case_id)
    with pytest.raises(RuleBroken, match="still open"):
        ask(world, later, make.case(world))


def test_what_is_accepted_passes_an_agenda_that_is_out_and_none_is_chosen_that_is(world, out):
    first, later, _ = out
    assert place(world, make.case(world)) == later
    nomination_id = make.nominated(world)
    with world.reading("coordinator") as work:
        rooms = triage.page(work, nomination_id).rooms
    assert [(room.is_out, room.has_room_for(20)) for room in rooms] == [(True, False), (False, True)]
    with pytest.raises(RuleBroken, match="its agenda is out") as broken:
        accept(world, nomination_id, first)
    assert broken.value.field == "addition_kind"
    publish(world, later)
    with pytest.raises(RuleBroken, match="all coming meetings are out"):
        place(world, make.case(world))


def accept(world, nomination_id, meeting_id=None, kind=None, reason="", who="coordinator"):
    with world.changing(who) as work:
        nominations.triage(work, nomination_id, TriageDecision(
            TriageOutcome.ACCEPT, meeting_id=meeting_id, addition_kind=kind, addition_reason=reason))
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id


def test_accepting_passes_over_a_meeting_for_which_nominations_are_closed(world):
    near, open_ = (make.meeting(world, world.now + timedelta(days=days)) for days in (7, 28))
    nomination_id = make.nominated(world)
    with world.reading("coordinator") as work:
        page = triage.page(work, nomination_id)
    assert [(room.is_closed, room.has_room_for(20)) for room in page.rooms] == [(True, False), (False, True)]
    assert page.asks_chair
    case_id = accept(world, nomination_id)
    assert cases_of(world, open_) == [case_id]
    with world.looking() as session:
        assert session.scalars(select(AgendaAddition)).all() == []
    change(world, Meeting, near, kind=MeetingKind.EMERGENCY)
    assert place(world, make.case(world)) == near


def test_accepting_for_a_closed_meeting_asks_the_chair_and_the_case_waits_until_then(world):
    near = make.meeting(world, world.now + timedelta(days=7))
    nomination_id = make.nominated(world)
    for kind, reason in ((None, "He is out."), (EMERGENCY, "")):
        with pytest.raises(RuleBroken):
            accept(world, nomination_id, near, kind, reason)
    with world.looking() as session:
        assert session.get_one(Nomination, nomination_id).decided_at is None, "nothing is half decided"
    case_id = accept(world, nomination_id, near, EMERGENCY, "He is out tonight.")
    assert on_lists(world, case_id) == (0, True) and len(letters(world, LetterKind.ADDITION_ASKED)) == 2
    with world.looking() as session:
        asked = session.scalars(select(AgendaAddition)).one()
        assert (asked.case_id, asked.meeting_id, asked.kind, asked.approved) == (case_id, near, EMERGENCY, None)
    answer(world, asked.id)
    assert on_lists(world, case_id) == (1, False) and cases_of(world, near) == [case_id]


def test_where_nominations_for_all_meetings_are_closed_the_page_says_so_at_the_meeting(world):
    make.meeting(world, world.now + timedelta(days=7))
    with pytest.raises(RuleBroken, match="closed") as broken:
        accept(world, make.nominated(world))
    assert broken.value.field == "meeting"


def test_a_locked_agenda_is_not_asked_for(world, out):
    first, _, _ = out
    with world.changing("coordinator") as work:
        locking.lock(work, first, version(world, first))
    with pytest.raises(RuleBroken, match="locked"):
        accept(world, make.nominated(world), first, LATE, "He is out.")


def test_a_case_that_is_put_off_goes_onto_the_very_next_agenda_where_all_are_out(world, out):
    first, later, _ = out
    publish(world, later)
    earlier, case_id = make.meeting(world, world.now - timedelta(hours=1), status=MeetingStatus.IN_PROGRESS), (
        make.case(world))
    make.listed(world, case_id, earlier)
    assert place(world, case_id, kind=AgendaItemKind.CASE_DEFERRED_IN, deferred_from=earlier) == first


def test_an_addition_that_was_overtaken_is_not_carried_out(world, out):
    first, _, _ = out
    nomination_id = make.nominated(world)
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))
    with world.looking() as session:
        case_id = session.get_one(Nomination, nomination_id).case_id
    addition_id = ask(world, first, case_id)
    with world.changing("coordinator") as work:
        locking.lock(work, first, version(world, first))
    with world.reading("chair") as work:
        assert "locked" in additions.page(work, addition_id).refusal
    with pytest.raises(RuleBroken, match="locked"):
        answer(world, addition_id)
    with world.changing("chair") as work:
        locking.unlock(work, first, "One more.")
    with world.changing("officer") as work:
        nominations.withdraw(work, nomination_id, "It is settled.")
    with pytest.raises(RuleBroken, match="withdrawn"):
        answer(world, addition_id)
    answer(world, addition_id, approved=False, reason="Withdrawn.")


def test_the_minute_taker_who_knows_of_the_case_asks_for_nothing(world, out):
    first, _, (_, case_id) = out
    with pytest.raises(NotPermitted):
        ask(world, first, case_id, who="minute_taker")


@pytest.mark.parametrize("who", ["officer", "minute_taker", "advocate", "observer"])
def test_only_who_runs_the_panel_asks_and_only_a_chair_answers(world, out, who):
    first, _, (_, case_id) = out
    with pytest.raises((NotPermitted, NotFound)):
        ask(world, first, case_id, who=who)
    addition_id = ask(world, first, case_id)
    with pytest.raises((NotPermitted, NotFound)):
        answer(world, addition_id, who=who)
    with pytest.raises(NotPermitted):
        answer(world, addition_id, who="coordinator")
    with pytest.raises((NotPermitted, NotFound)), world.reading(who) as work:
        additions.page(work, addition_id)


def waiting(world, who):
    with world.reading(who) as work:
        return [task.count for one in overviews.of_person(work).panels for task in one.tasks
                if task.kind is TaskKind.ADDITIONS]


def test_a_chair_who_is_kept_from_the_case_is_neither_asked_nor_told_nor_counted(world, out):
    first, _, (_, case_id) = out
    make.excluded(world, case_id, who="chair")
    addition_id = ask(world, first, case_id)
    assert letters(world, LetterKind.ADDITION_ASKED) == ["deputy@probation.example"]
    assert (waiting(world, "chair"), waiting(world, "deputy"), waiting(world, "coordinator")) == ([], [1], [])
    with world.reading("chair") as work:
        assert additions.of_panel(work, world.clinic).lines == ()
    with world.reading("chair") as work:
        assert case_id not in [line.case_id for line in additions.choose(work, first).lines]
    for act in (lambda work: additions.page(work, addition_id), lambda work: additions.asking(work, first, case_id)):
        with pytest.raises(NotFound), world.reading("chair") as work:
            act(work)
    with pytest.raises(NotFound):
        answer(world, addition_id)
    answer(world, addition_id, who="deputy")
    assert waiting(world, "deputy") == []


def test_what_was_asked_stays_written_down(world, out):
    first, _, (_, case_id) = out
    answer(world, ask(world, first, case_id), approved=False, reason="Not yet.")
    with world.looking() as session:
        row = session.scalars(select(AgendaAddition)).one()
    assert (row.approved, row.answered_by_id, row.kind) == (False, world.users["chair"], LATE)
    assert date(2026, 11, 25) == row.asked_at.date()
