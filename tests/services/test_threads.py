"""The thread between an agency and the panel, and the clock of what was returned."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from clinic.domain.actors import SystemActor
from clinic.domain.clocks import ClockState
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.nominations import MessageKind, NominationStatus, TriageDecision, TriageOutcome
from clinic.models.nomination import Nomination, NominationReminder
from clinic.models.panel import PanelRules
from clinic.models.post import QueuedLetter
from clinic.services import chasing, nomination_pages, nominations
from tests import make

ASKED = TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, "When was the last call?")


def row(world, nomination_id):
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id)


def returned(world, who="officer", **changes):
    nomination_id = make.nominated(world, who, **changes)
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, ASKED)
    return nomination_id


def thread(world, nomination_id, who="officer"):
    with world.reading(who) as work:
        return nomination_pages.show(work, nomination_id).thread


def letters(world, kind):
    with world.looking() as session:
        return sorted(session.scalars(select(QueuedLetter.address).where(QueuedLetter.kind == kind)))


def test_what_was_asked_answered_and_noted_stays_in_order_for_both_sides(world):
    nomination_id = returned(world)
    with world.changing("officer", world.now + timedelta(hours=1)) as work:
        nominations.note(work, nomination_id, "We ask the control room.")
    with world.changing("officer", world.now + timedelta(hours=2)) as work:
        nominations.send_again(work, nomination_id, "On Monday.")
    with world.changing("coordinator", world.now + timedelta(hours=3)) as work:
        nominations.triage(work, nomination_id, TriageDecision(
            TriageOutcome.REJECT, "Known already.", reject_reason="outside_area"))
    expected = [(MessageKind.RETURNED, "Coordinator Testwell", "When was the last call?"),
                (MessageKind.NOTE, "Officer Testwell", "We ask the control room."),
                (MessageKind.ANSWERED, "Officer Testwell", "On Monday."),
                (MessageKind.REJECTED, "Coordinator Testwell", "Known already.")]
    for who in ("officer", "coordinator"):
        assert [(line.kind, line.by, line.text) for line in thread(world, nomination_id, who)] == expected


def test_a_line_of_the_thread_lies_sealed(world):
    nomination_id = returned(world)
    with world.looking() as session:
        (line,) = session.execute(text("SELECT * FROM nomination_message")).all()
        assert not [value for value in line if "last call" in str(value)]
    assert row(world, nomination_id).times_returned == 1


@pytest.mark.parametrize("who", ["probation_officer", "advocate", "minute_taker", "outsider", "other_coordinator"])
def test_another_agency_neither_reads_nor_writes_the_thread(world, who):
    nomination_id = returned(world)
    with pytest.raises(NotFound), world.changing(who) as work:
        nominations.note(work, nomination_id, "x")


def test_an_excluded_coordinator_neither_reads_nor_writes_it_and_is_told_nothing(world):
    nomination_id = returned(world)
    make.excluded(world, row(world, nomination_id).case_id, who="coordinator")
    before = letters(world, LetterKind.NOMINATION_NOTED)
    with pytest.raises(NotFound), world.changing("coordinator") as work:
        nominations.note(work, nomination_id, "x")
    with world.changing("officer") as work:
        nominations.note(work, nomination_id, "To whoever reads it.")
    assert letters(world, LetterKind.NOMINATION_NOTED) == before == []


def test_a_note_is_told_to_the_other_side(world):
    nomination_id = make.nominated(world)
    with world.changing("officer") as work:
        nominations.note(work, nomination_id, "One more thing.")
    assert letters(world, LetterKind.NOMINATION_NOTED) == ["coordinator@council.example"]
    with world.changing("coordinator") as work:
        nominations.note(work, nomination_id, "Thank you.")
    assert letters(world, LetterKind.NOMINATION_NOTED) == ["coordinator@council.example", "officer@police.example"]


@pytest.mark.parametrize("said", ["  ", "x" * 2001])
def test_a_note_says_something_and_not_too_much(world, said):
    nomination_id = make.nominated(world)
    with pytest.raises(RuleBroken), world.changing("officer") as work:
        nominations.note(work, nomination_id, said)


def test_the_agencys_clock_runs_by_the_panels_working_days_and_stops_when_it_answers(world):
    nomination_id = returned(world)
    assert row(world, nomination_id).answer_due_on == date(2026, 11, 30)
    with world.reading("officer", world.now + timedelta(days=6)) as work:
        page = nomination_pages.show(work, nomination_id)
    assert (page.answer_clock.state, page.answer_clock.days) == (ClockState.RED, 6)
    with world.changing("officer") as work:
        nominations.send_again(work, nomination_id)
    after = row(world, nomination_id)
    assert (after.returned_at, after.answer_due_on) == (None, None) and after.requeued_at == world.now


def test_the_panels_own_number_of_days_counts(world):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(lambda actor: True)
        work.session.get_one(PanelRules, world.clinic).answer_due_days = 10
        work.record("update", "PanelRules")
    assert row(world, returned(world)).answer_due_on == date(2026, 12, 9)


def chase(world, nomination_id, days, who="coordinator"):
    with world.changing(who, world.now + timedelta(days=days)) as work:
        return chasing.chase(work, nomination_id)


def test_a_late_answer_is_chased_once_a_day_and_not_before_it_is_late(world):
    nomination_id = returned(world)
    with pytest.raises(RuleBroken, match="still has time"):
        chase(world, nomination_id, 5)
    chase(world, nomination_id, 6)
    with pytest.raises(RuleBroken, match="one letter a day"):
        chase(world, nomination_id, 6)
    chase(world, nomination_id, 7)
    assert letters(world, LetterKind.ANSWER_OVERDUE) == ["officer@police.example"] * 2
    assert [line.kind for line in thread(world, nomination_id)][1:] == [MessageKind.CHASED] * 2


def test_what_waits_for_no_agency_is_not_chased(world):
    with pytest.raises(RuleBroken, match="does not wait for its agency"):
        chase(world, make.nominated(world), 9)


@pytest.mark.parametrize("who", ["officer", "chair", "other_coordinator"])
def test_only_the_coordinator_chases(world, who):
    nomination_id = returned(world)
    with pytest.raises((NotFound, NotPermitted)):
        chase(world, nomination_id, 6, who)


def test_where_nobody_may_be_told_the_coordinator_is_told_to_ring(world):
    nomination_id = returned(world)
    make.excluded(world, row(world, nomination_id).case_id, agency="police")
    with pytest.raises(RuleBroken, match="ring them"):
        chase(world, nomination_id, 6)


def remind(world, days):
    with world.office.changing(SystemActor("timer"), world.now + timedelta(days=days)) as work:
        return chasing.remind(work)


def test_the_timer_reminds_once_before_and_once_after_on_working_days(world):
    returned(world)
    # Due on Monday 30 November; NOW is a Wednesday. Sunday is the day before, and no working day.
    assert [remind(world, days) for days in (0, 1, 2, 4, 5, 5, 6, 6, 7, 12)] == [0, 0, 0, 0, 1, 0, 1, 0, 0, 0]
    assert len(letters(world, LetterKind.ANSWER_DUE)) == len(letters(world, LetterKind.ANSWER_OVERDUE)) == 1


def test_the_timer_begins_anew_when_it_is_returned_again(world):
    nomination_id = returned(world)
    remind(world, 6)
    with world.changing("officer", world.now + timedelta(days=7)) as work:
        nominations.send_again(work, nomination_id)
    assert remind(world, 8) == 0
    with world.changing("coordinator", world.now + timedelta(days=8)) as work:
        nominations.triage(work, nomination_id, ASKED)
    assert remind(world, 14) == 1


def test_a_timer_that_finds_nobody_to_tell_marks_nothing(world):
    nomination_id = returned(world)
    make.excluded(world, row(world, nomination_id).case_id, agency="police")
    assert remind(world, 6) == 0
    with world.looking() as session:
        assert session.scalar(select(func.count()).select_from(NominationReminder)) == 0


def test_a_withdrawn_nomination_is_chased_no_more_and_says_why_in_its_thread(world):
    nomination_id = returned(world)
    with world.changing("officer", world.now + timedelta(hours=1)) as work:
        nominations.withdraw(work, nomination_id, "Sent in error.")
    assert row(world, nomination_id).status is NominationStatus.WITHDRAWN and remind(world, 6) == 0
    assert thread(world, nomination_id)[-1].text == "Sent in error."
