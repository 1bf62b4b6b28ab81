"""The order changes while the meeting runs, and an emergency comes in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.documents import markup
from clinic.domain.additions import AdditionAnswer, AdditionKind
from clinic.domain.agenda import AgendaItemKind, AgendaStatus
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.hearings import HearingOutcome
from clinic.domain.letters import LetterKind
from clinic.domain.reordering import Move
from clinic.models.agenda import Agenda, AgendaItem, EditionItem
from clinic.models.audit import AuditEvent
from clinic.models.hearing import Hearing
from clinic.models.minute import MinuteSection
from clinic.models.post import QueuedLetter
from clinic.services import additions, editions, hearings, locking, minutes, reordering
from tests import make
from tests.services.test_additions import waiting
from tests.services.test_adjournments import adjourn, resume
from tests.services.test_agenda import place, version
from tests.services.test_following import begin, page_of, tag_of
from tests.services.test_hearings import close, decide

O = HearingOutcome  # noqa: E741
EMERGENCY = AdditionKind.EMERGENCY


@pytest.fixture
def running(world):
    """A meeting that runs by a published and locked agenda of three cases; its first case is being heard."""
    meeting_id = make.meeting(world, world.now + timedelta(days=1))
    cases = [make.case(world) for _ in range(3)]
    for case_id in cases:
        place(world, case_id, meeting_id)
    with world.changing("coordinator") as work:
        editions.publish(work, meeting_id, version(world, meeting_id))
    with world.changing("coordinator") as work:
        locking.lock(work, meeting_id, version(world, meeting_id))
    with world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    begin(world, hearing_of(world, cases[0]), 0)
    return meeting_id, cases


def hearing_of(world, case_id):
    with world.looking() as session:
        return session.scalars(select(Hearing.id).where(Hearing.case_id == case_id)).one()


def mark(world, meeting_id, who="minute_taker"):
    return page_of(world, meeting_id, who).seen


def move(world, meeting_id, case_id, way=Move.NEXT, who="minute_taker", seen=None):
    with world.looking() as session:
        item_id = session.scalars(select(AgendaItem.id).where(
            AgendaItem.meeting_id == meeting_id, AgendaItem.case_id == case_id)).one()
    seen = mark(world, meeting_id, who) if seen is None else seen
    with world.changing(who) as work:
        return reordering.move(work, meeting_id, seen, item_id, way)


def ordered(world, meeting_id):
    with world.looking() as session:
        return list(session.scalars(
            select(AgendaItem.case_id).where(AgendaItem.meeting_id == meeting_id, AgendaItem.case_id.is_not(None))
            .order_by(AgendaItem.position)))


def bring_in(world, meeting_id, case_id, who="chair", kind=EMERGENCY):
    with world.changing(who) as work:
        return additions.ask(work, meeting_id, case_id, kind, "He was seen at her door.").id


def test_those_who_record_move_what_is_to_come_though_the_agenda_is_locked(world, running):
    meeting_id, (first, second, third) = running
    published = select(EditionItem.item_id, EditionItem.position).order_by(EditionItem.id)
    with world.looking() as session:
        before = session.execute(published).all()
    assert "moved to position" in move(world, meeting_id, third)
    assert ordered(world, meeting_id) == [first, third, second]
    with world.changing("minute_taker") as work:
        following = hearings.decide_and_go_on(
            work, hearing_of(world, first), O.HEARD_NO_ACTIONS, None, None).hearing_id
    assert following == hearing_of(world, third)
    with world.looking() as session:
        assert session.execute(published).all() == before
        assert session.scalars(select(Agenda.status)).one() is AgendaStatus.LOCKED
        event = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "AgendaItem")
                                .order_by(AuditEvent.seq.desc())).first()
    assert event.detail["fields"] == ["position"] and event.detail["what"] == "running"
    with pytest.raises(RuleBroken, match="has begun"):
        move(world, meeting_id, third)


def test_who_moves_by_an_order_that_has_changed_since_is_shown_the_new_one(world, running):
    meeting_id, (first, second, third) = running
    seen = mark(world, meeting_id)
    move(world, meeting_id, third)
    with pytest.raises(Stale) as stale:
        move(world, meeting_id, second, seen=seen, who="chair")
    assert "minutes" in stale.value.theirs


def test_a_case_that_somebody_must_not_know_of_moves_without_a_trace_for_them(world, running):
    meeting_id, (_, second, third) = running
    make.excluded(world, third, who="minute_taker")
    seen = mark(world, meeting_id)
    move(world, meeting_id, third, who="coordinator")
    assert mark(world, meeting_id) == seen
    with pytest.raises(RuleBroken):
        move(world, meeting_id, ordered(world, meeting_id)[0], seen=seen)


def test_nothing_is_moved_while_the_meeting_is_adjourned(world, running):
    meeting_id, (_, _, third) = running
    adjourn(world, meeting_id)
    with pytest.raises(RuleBroken, match="adjourned"):
        move(world, meeting_id, third)
    with pytest.raises(RuleBroken, match="adjourned"):
        bring_in(world, meeting_id, make.case(world))
    resume(world, meeting_id, 5)
    move(world, meeting_id, third)


@pytest.mark.parametrize("who", ["officer", "observer", "outsider", "admin"])
def test_nobody_else_moves_anything(world, running, who):
    meeting_id, (*_, third) = running
    with pytest.raises((NotFound, NotPermitted)):
        move(world, meeting_id, third, who=who, seen="")


def test_a_case_that_somebody_must_not_know_of_is_not_theirs_to_move_and_keeps_its_place(world, running):
    meeting_id, (first, second, third) = running
    make.excluded(world, second, who="deputy")
    with pytest.raises(NotFound):
        move(world, meeting_id, second, who="deputy")
    extra = make.case(world)
    bring_in(world, meeting_id, extra)
    assert ordered(world, meeting_id) == [first, extra, second, third]
    move(world, meeting_id, third, who="deputy")
    assert ordered(world, meeting_id) == [first, third, second, extra]


def test_moving_a_hidden_case_changes_no_screen_of_whoever_must_not_know_of_it(world, running):
    meeting_id, (first, second, third) = running
    make.excluded(world, third, who="officer")
    before, other = tag_of(world, meeting_id, minutes=1), tag_of(world, meeting_id, "probation_officer", 1)
    move(world, meeting_id, third)
    assert tag_of(world, meeting_id, minutes=1) == before
    assert tag_of(world, meeting_id, "probation_officer", 1) != other


def test_the_chair_brings_in_an_emergency_which_is_heard_next_by_whoever_may_know(world, running):
    meeting_id, (first, second, third) = running
    later = make.meeting(world, world.now + timedelta(days=28))
    extra = make.case(world)
    place(world, extra, later)
    make.excluded(world, extra, who="officer")
    hidden = tag_of(world, meeting_id, minutes=1)
    bring_in(world, meeting_id, extra)
    assert ordered(world, meeting_id) == [first, extra, second, third] and ordered(world, later) == []
    assert tag_of(world, meeting_id, minutes=1) == hidden, "who must not know of it is told nothing"
    page = page_of(world, meeting_id, "probation_officer", 1)
    assert [one.line.case_id for one in page.coming] == [extra, second, third]
    with world.looking() as session:
        item = session.scalars(select(AgendaItem).where(AgendaItem.case_id == extra)).one()
        asked = set(session.scalars(select(QueuedLetter.user_id).where(QueuedLetter.kind == LetterKind.RESEARCH_ASKED)))
        assert session.scalars(select(EditionItem).where(EditionItem.case_id == extra)).all() == []
    assert item.kind is AgendaItemKind.CASE_EMERGENCY and world.users["probation_officer"] in asked
    begin(world, hearing_of(world, extra), 10)


def test_a_coordinator_asks_and_the_chair_answers_while_the_meeting_runs(world, running):
    meeting_id, cases = running
    extra = make.case(world)
    with world.reading("coordinator") as work:
        page = additions.choose(work, meeting_id)
    assert page.runs and not page.refusal and extra in [line.case_id for line in page.lines]
    asked = bring_in(world, meeting_id, extra, "coordinator")
    assert extra not in ordered(world, meeting_id)
    assert [line.case_id for line in page_of(world, meeting_id, "chair").emergencies] == [extra]
    assert waiting(world, "chair") == [1]
    with world.changing("chair") as work:
        additions.answer(work, asked, AdditionAnswer(True))
    assert ordered(world, meeting_id)[1] == extra
    assert page_of(world, meeting_id, "chair").emergencies == ()


def test_what_is_only_late_does_not_come_into_a_meeting_that_runs(world, running):
    with pytest.raises(RuleBroken, match="Only an emergency"):
        bring_in(world, running[0], make.case(world), kind=AdditionKind.LATE)


def test_a_case_of_this_meeting_is_not_brought_in_once_more(world, running):
    meeting_id, (first, *_) = running
    place(world, first, make.meeting(world, world.now + timedelta(days=28)))
    with pytest.raises(NotFound):
        bring_in(world, meeting_id, first)


def test_minutes_follow_the_order_in_which_cases_were_heard(world, running):
    meeting_id, (first, second, third) = running
    make.meeting(world, world.now + timedelta(days=28))
    extra = make.case(world)
    bring_in(world, meeting_id, extra)
    begin(world, hearing_of(world, third), 20)
    begin(world, hearing_of(world, extra), 30)
    for case_id, outcome in ((first, O.HEARD_NO_ACTIONS), (third, O.HEARD_NO_ACTIONS), (extra, O.HEARD_NO_ACTIONS),
                             (second, O.NOT_REACHED)):
        decide(world, hearing_of(world, case_id), outcome)
    close(world, meeting_id)
    with world.changing("coordinator") as work:
        minutes.draft(work, meeting_id, markup.render)
    with world.looking() as session:
        sections = session.scalars(select(MinuteSection.case_id).where(MinuteSection.case_id.is_not(None))
                                   .order_by(MinuteSection.position)).all()
    assert sections == [first, third, extra, second]
