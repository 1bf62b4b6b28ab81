"""The live meeting, from its start to its close."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actions import NewAction
from clinic.domain.additions import AdditionAnswer, AdditionKind
from clinic.domain.clocks import ClockKind
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.hearings import HearingOutcome
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.notes import NoteSection
from clinic.domain.risks import Plan
from clinic.models.agenda import AgendaAddition, AgendaItem
from clinic.models.audit import AuditEvent
from clinic.models.case import Case
from clinic.models.clock import Clock
from clinic.models.hearing import Hearing, HearingNote
from clinic.models.meeting import Meeting
from clinic.models.post import QueuedLetter
from clinic.services import actions, additions, attendance, hearings, live, proceedings, risks
from clinic.services import following as screens
from clinic.services.hearings import Onward
from tests import make

O = HearingOutcome  # noqa: E741


@pytest.fixture
def running(world):
    """A meeting that runs, with three cases."""
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    ids = [make.listed(world, make.case(world), meeting_id) for _ in range(3)]
    make.meeting(world, world.now + timedelta(days=28))
    return meeting_id, ids


def row(world, kind, row_id):
    with world.looking() as session:
        return session.get_one(kind, row_id)


def save(world, hearing_id, text, version, who="coordinator"):
    with world.changing(who) as work:
        return hearings.save_notes(work, hearing_id, text, version)


def decide(world, hearing_id, outcome, reason=None, seen=None, who="coordinator", read_back=None):
    with world.changing(who) as work:
        hearings.decide(work, hearing_id, outcome, reason, seen, read_back)


def agree(world, hearing_id, owner="police", lead=None, days=7, who="coordinator", text="Visit her workplace"):
    with world.changing(who) as work:
        return actions.agree(work, hearing_id, NewAction(
            text, world.agencies[owner], world.users[lead] if lead else None,
            local_day(world.now) + timedelta(days=days)))


def close(world, meeting_id, who="coordinator"):
    with world.changing(who) as work:
        hearings.close(work, meeting_id)


# Starting

@pytest.mark.parametrize("who", ["coordinator", "chair", "deputy", "minute_taker"])
def test_those_who_run_or_record_start_a_meeting_and_say_who_chairs(world, who):
    meeting_id = make.meeting(world)
    with world.changing(who) as work:
        hearings.start(work, meeting_id, world.users["deputy"])
    meeting = row(world, Meeting, meeting_id)
    assert (meeting.status, meeting.chaired_by_id) == (MeetingStatus.IN_PROGRESS, world.users["deputy"])
    assert meeting.started_at == world.now
    with pytest.raises(RuleBroken), world.changing(who) as work:
        hearings.start(work, meeting_id, world.users["chair"])


@pytest.mark.parametrize("who", ["officer", "observer", "recipient"])
def test_nobody_else_starts_one_and_strangers_do_not_find_it(world, who):
    meeting_id = make.meeting(world)
    with pytest.raises(NotPermitted), world.changing(who) as work:
        hearings.start(work, meeting_id, world.users["chair"])
    with pytest.raises(NotFound), world.changing("other_coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])


@pytest.mark.parametrize("who", ["officer", "coordinator", "lapsed"])
def test_only_a_chair_or_deputy_of_the_day_can_be_named(world, who):
    meeting_id = make.meeting(world)
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users[who])


def test_a_deputy_takes_the_chair_of_a_meeting_that_runs(world, running):
    meeting_id, _ = running
    with pytest.raises(RuleBroken), world.changing("minute_taker") as work:
        hearings.hand_over(work, meeting_id, world.users["coordinator"])
    with pytest.raises(NotPermitted), world.changing("officer") as work:
        hearings.hand_over(work, meeting_id, world.users["deputy"])
    with world.changing("chair") as work:
        hearings.hand_over(work, meeting_id, world.users["deputy"])
    assert row(world, Meeting, meeting_id).chaired_by_id == world.users["deputy"]
    other = make.meeting(world)
    with pytest.raises(RuleBroken, match="not been started"), world.changing("chair") as work:
        hearings.hand_over(work, other, world.users["deputy"])


# The register

def test_notes_are_kept_with_a_version_and_the_second_of_two_writers_is_told(world, running):
    _, (hearing_id, *_) = running
    assert save(world, hearing_id, "First", 0) == 1
    with pytest.raises(Stale) as stale:
        save(world, hearing_id, "Second", 0, "minute_taker")
    assert (stale.value.theirs, stale.value.yours, stale.value.version) == ("First", "Second", 1)
    assert save(world, hearing_id, "First and second", 1, "minute_taker") == 2
    hearing = row(world, Hearing, hearing_id)
    assert hearing.notes_saved_by_id == world.users["minute_taker"] and b"second" not in bytes(hearing.notes_sealed)


def test_what_goes_on_from_the_writers_own_last_words_is_no_quarrel_and_what_would_lose_some_is(world, running):
    _, (hearing_id, *_) = running
    assert save(world, hearing_id, "First.", 0) == 1
    assert save(world, hearing_id, "First. Last words.", 0) == 2
    for text, who in (("First.", "coordinator"), ("First. Last words. Mine.", "chair")):
        with pytest.raises(Stale):
            save(world, hearing_id, text, 0, who)
    assert row(world, Hearing, hearing_id).notes_version == 2


def test_the_same_text_again_is_no_quarrel(world, running):
    _, (hearing_id, *_) = running
    save(world, hearing_id, "First", 0)
    assert save(world, hearing_id, "First", 0, "chair") == 1


def test_of_writers_at_the_same_moment_one_saves_and_the_others_are_told(world, running):
    _, (hearing_id, *_) = running
    told, kept, ready = [], [], threading.Barrier(4)

    def write(n):
        ready.wait()
        try:
            kept.append(save(world, hearing_id, f"Text {n}", 0, ("chair", "deputy", "coordinator", "minute_taker")[n]))
        except Stale as stale:
            told.append(stale.theirs)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == [1] and len(told) == 3 and len(set(told)) == 1


def test_a_clinic_hears_what_runs_out_its_plan_and_agencies_in_the_order_in_which_they_speak(world):
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    case_id = make.case(world, nominated_by="probation_officer")
    hearing_id = make.listed(world, case_id, meeting_id, asked=("housing", "advocacy", "police", "probation"))
    with world.changing("coordinator") as work:
        risks.write_plan(work, case_id, Plan("rejected", "Rejection."), "")
        work.session.add(Clock(panel_id=world.clinic, case_id=case_id, kind=ClockKind.SUMMARY_LIMIT,
                               since=local_day(world.now), due_on=local_day(world.now), set_at=world.now))
    with world.reading("chair") as work:
        page = live.hearing_page(work, hearing_id)
    assert [clock.kind for clock in page.clocks] == [ClockKind.SUMMARY_LIMIT]
    assert (page.plan.typology, page.plan.plan.formulation) == ("Rejected", "Rejection.")
    spoken = [line.agency for line in page.answers]
    assert spoken == [f"Northmere {name}" for name in ("Probation", "Advocacy", "Housing", "Police")]


def test_each_section_of_the_notes_has_a_version_of_its_own(world, running):
    hearing_id = running[1][0]
    with world.changing("minute_taker") as work:
        assert hearings.save_notes(work, hearing_id, "High.", 0, NoteSection.RISK) == 1
    with world.changing("chair") as work:
        assert hearings.save_notes(work, hearing_id, "He came twice.", 0) == 1
    with world.changing("chair") as work, pytest.raises(Stale) as stale:
        hearings.save_notes(work, hearing_id, "Very high.", 0, NoteSection.RISK)
    assert stale.value.theirs == "High." and stale.value.version == 1
    with world.reading("coordinator") as work:
        page = live.hearing_page(work, hearing_id)
    assert [note.text for note in page.notes.values()] == ["He came twice.", "High.", ""] and page.notes_version == 2
    with world.looking() as session:
        assert b"High" not in bytes(session.scalars(select(HearingNote.notes_sealed)).one())
        assert proceedings.heard(session, session.get_one(Meeting, running[0]))[0].notes == {
            NoteSection.SHARED: "He came twice.", NoteSection.RISK: "High."}


def test_an_empty_section_is_not_made_and_one_of_another_kind_of_panel_is_refused(world, running):
    with world.changing("minute_taker") as work:
        assert hearings.save_notes(work, running[1][0], "", 0, NoteSection.RISK) == 0
        work.record("update", "Hearing")
    with world.changing("minute_taker") as work, pytest.raises(RuleBroken):
        hearings.save_notes(work, running[1][0], "A lesson.", 0, NoteSection.LESSONS)
    with world.looking() as session:
        assert session.scalars(select(HearingNote.id)).all() == []


@pytest.mark.parametrize("who", ["officer", "probation_officer"])
def test_agencies_follow_the_case_without_its_notes_and_do_not_write(world, running, who):
    _, (hearing_id, *_) = running
    save(world, hearing_id, "First", 0)
    with world.reading(who) as work:
        page = live.hearing_page(work, hearing_id)
    assert page.notes == {} and not page.can_record and page.view.wishes == "Wants no contact at work."
    with pytest.raises(NotPermitted):
        save(world, hearing_id, "Mine", 1, who)


@pytest.mark.parametrize("who", ["advocate", "observer", "recipient", "outsider", "lapsed", "admin", "auditor",
                                 "other_coordinator"])
def test_whoever_does_not_know_the_case_finds_no_hearing(world, running, who):
    meeting_id, (hearing_id, *_) = running
    with pytest.raises(NotFound), world.reading(who) as work:
        live.hearing_page(work, hearing_id)
    with pytest.raises(NotFound):
        save(world, hearing_id, "Mine", 0, who)
    with pytest.raises(NotFound):
        hearings.pulse(world.office, world.actor(who), hearing_id)


def test_nothing_is_written_before_the_meeting_or_after_it(world):
    meeting_id = make.meeting(world)
    hearing_id = make.listed(world, make.case(world), meeting_id)
    attempts = (
        lambda: save(world, hearing_id, "Early", 0), lambda: decide(world, hearing_id, O.NOT_REACHED),
        lambda: agree(world, hearing_id),
    )
    for attempt in attempts:
        with pytest.raises(RuleBroken, match="not been started"):
            attempt()
    with world.changing("chair") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    decide(world, hearing_id, O.HEARD_NO_ACTIONS)
    close(world, meeting_id)
    for attempt in attempts:
        with pytest.raises(RuleBroken, match="closed"):
            attempt()


# A case that was left for another

def taken_up(world, hearing_id):
    return len(row(world, Hearing, hearing_id).taken_up)


def test_a_case_is_taken_up_again_once_it_was_left_and_as_long_as_it_has_no_outcome(world, running):
    _, (first, second, third) = running

    def begin(hearing_id, minutes, who="coordinator"):
        with world.changing(who, world.now + timedelta(minutes=minutes)) as work:
            hearings.begin(work, hearing_id)

    begin(first, 0)
    begin(first, 1)
    assert taken_up(world, first) == 0, "it was not left"
    begin(second, 2)
    begin(first, 3)
    begin(first, 4)
    assert taken_up(world, first) == 1 and row(world, Hearing, first).started_at == world.now
    begin(second, 5)
    assert (taken_up(world, first), taken_up(world, second)) == (1, 1)
    decide(world, first, O.HEARD_NO_ACTIONS)
    begin(first, 6)
    assert taken_up(world, first) == 1, "it is done"
    agree(world, third)
    decide(world, third, O.HEARD_ACTIONS_SET)
    begin(second, 7)
    assert taken_up(world, second) == 1, "it is being heard"


def test_none_is_taken_up_before_the_actions_of_one_that_is_done_were_read_back(world, running):
    _, (first, second, _) = running
    for hearing_id, minutes in ((first, 0), (second, 1)):
        with world.changing("coordinator", world.now + timedelta(minutes=minutes)) as work:
            hearings.begin(work, hearing_id)
    agree(world, second)
    decide(world, second, O.HEARD_ACTIONS_SET)
    with pytest.raises(RuleBroken, match="Read back the actions of"), world.changing("coordinator") as work:
        hearings.begin(work, first)
    decide(world, second, O.HEARD_ACTIONS_SET, seen=O.HEARD_ACTIONS_SET, read_back=1)
    with world.changing("coordinator", world.now + timedelta(minutes=2)) as work:
        hearings.begin(work, first)
    assert taken_up(world, first) == 1


def test_a_recorder_who_must_not_know_of_the_other_case_takes_nothing_up_and_sees_no_button_for_it(world, running):
    _, (first, hidden, _) = running
    for hearing_id, minutes in ((first, 0), (hidden, 1)):
        with world.changing("coordinator", world.now + timedelta(minutes=minutes)) as work:
            hearings.begin(work, hearing_id)
    make.excluded(world, row(world, Hearing, hidden).case_id, who="minute_taker")
    told = {}
    for who in ("minute_taker", "chair"):
        with world.reading(who) as work:
            here = live.hearing_page(work, first).here
        told[who] = (here.hearing_now, here.was_left)
    assert told == {"minute_taker": (True, False), "chair": (False, True)}
    for who, times in (("minute_taker", 0), ("chair", 1)):
        with world.changing(who, world.now + timedelta(minutes=2)) as work:
            hearings.begin(work, first)
        assert taken_up(world, first) == times


# Pulse, outcomes

def test_the_pulse_says_what_stands_now(world, running):
    _, (hearing_id, *_) = running
    save(world, hearing_id, "First", 0)
    agree(world, hearing_id)
    decide(world, hearing_id, O.HEARD_ACTIONS_SET)
    pulses = {who: hearings.pulse(world.office, world.actor(who), hearing_id) for who in ("minute_taker", "officer")}
    assert pulses["minute_taker"] == hearings.Pulse(1, O.HEARD_ACTIONS_SET, 1, False)
    assert pulses["officer"] == hearings.Pulse(0, None, 1, False), "who only follows is told when the next case begins"


def test_the_pulse_tells_whoever_writes_who_came_and_of_emergencies_that_they_may_know(world, running):
    meeting_id, (hearing_id, *_) = running
    with world.changing("minute_taker") as work:
        attendance.mark_all_present(work, meeting_id)
    with world.changing("officer", world.now + timedelta(minutes=1)) as work:
        attendance.leave(work, meeting_id)
    case_id = make.case(world)
    make.excluded(world, case_id, who="deputy")
    with world.changing("coordinator") as work:
        additions.ask(work, meeting_id, case_id, AdditionKind.EMERGENCY, "He was seen at her door.")
    told = {}
    for who in ("chair", "deputy", "minute_taker", "officer"):
        said = hearings.pulse(world.office, world.actor(who), hearing_id)
        told[who] = (said.present, said.emergencies)
    with world.reading("chair") as work:
        here = live.hearing_page(work, hearing_id).register.quorum.present
    assert told == {"chair": (here, 1), "deputy": (here, 0), "minute_taker": (here, 0), "officer": (0, 0)} and here
    with world.changing("chair") as work:
        waiting = work.session.scalars(select(AgendaAddition.id)).one()
        additions.answer(work, waiting, AdditionAnswer(False, "Not today."))
    assert hearings.pulse(world.office, world.actor("chair"), hearing_id).emergencies == 0


def test_an_outcome_may_be_changed_until_the_close_but_not_over_another_s(world, running):
    _, (hearing_id, *_) = running
    decide(world, hearing_id, O.DEFERRED, "presenter_absent")
    with pytest.raises(Stale):
        decide(world, hearing_id, O.HEARD_NO_ACTIONS, who="chair")
    decide(world, hearing_id, O.HEARD_NO_ACTIONS, seen=O.DEFERRED, who="chair")
    assert row(world, Hearing, hearing_id).deferral_reason is None
    with pytest.raises(RuleBroken):
        decide(world, hearing_id, O.DEFERRED, "no_such_reason", seen=O.HEARD_NO_ACTIONS)


def test_an_action_agreed_after_no_actions_corrects_the_outcome(world, running):
    _, (hearing_id, *_) = running
    decide(world, hearing_id, O.HEARD_NO_ACTIONS)
    agree(world, hearing_id)
    assert row(world, Hearing, hearing_id).outcome is O.HEARD_ACTIONS_SET


def test_saving_an_outcome_can_begin_the_next_case_without_one(world, running):
    meeting_id, (first, second, third) = running
    decide(world, second, O.NOT_REACHED)
    with world.changing("coordinator") as work:
        hearings.begin(work, first)
        assert hearings.decide_and_go_on(work, first, O.HEARD_NO_ACTIONS, None, None) == Onward(meeting_id, third)
    assert row(world, Hearing, first).ended_at == row(world, Hearing, third).started_at == world.now
    with world.changing("coordinator") as work:
        assert hearings.decide_and_go_on(work, third, O.HEARD_NO_ACTIONS, None, None) == Onward(meeting_id, None)


def test_what_was_agreed_is_read_back_before_the_next_case_and_once_more_when_more_is_agreed(world, running):
    meeting_id, (first, second, _) = running

    def go_on(read_back=None, seen=None):
        with world.changing("minute_taker") as work:
            return hearings.decide_and_go_on(work, first, O.HEARD_ACTIONS_SET, None, seen, read_back)

    agree(world, first)
    for read_back in (None, 2):
        with pytest.raises(RuleBroken) as broken:
            go_on(read_back)
        assert broken.value.field == "read_back"
    assert row(world, Hearing, first).outcome is None and row(world, Hearing, second).started_at is None
    decide(world, first, O.HEARD_ACTIONS_SET)
    assert go_on(1, O.HEARD_ACTIONS_SET) == Onward(meeting_id, second)
    kept = row(world, Hearing, first)
    assert (kept.read_back_at, kept.read_back_by_id) == (world.now, world.users["minute_taker"])
    with world.reading("coordinator") as work:
        assert live.hearing_page(work, first).read_back_by == "Minute Taker Testwell"
    go_on(seen=O.HEARD_ACTIONS_SET)
    agree(world, first, text="Ring her")
    with pytest.raises(RuleBroken):
        go_on(seen=O.HEARD_ACTIONS_SET)
    with world.looking() as session:
        said = [event.detail.get("fields") for event in session.scalars(
            select(AuditEvent).where(AuditEvent.object_type == "Hearing"))]
    assert ["outcome", "deferral_reason", "read_back_at"] in said


def test_no_case_begins_before_the_actions_of_one_that_is_done_were_read_back(world, running):
    meeting_id, (first, second, third) = running
    agree(world, first)
    with world.changing("coordinator") as work:
        hearings.begin(work, first)
        # It is not done yet: whoever has to leave soon may be heard between.
        hearings.begin(work, third)
    decide(world, first, O.HEARD_ACTIONS_SET)
    reference = row(world, Case, row(world, Hearing, first).case_id).reference
    with pytest.raises(RuleBroken, match=f"Read back the actions of {reference} first"), world.changing(
            "minute_taker") as work:
        hearings.begin(work, second)
    # Whoever goes on keeps the outcome, and is led to what is to be read back.
    with world.changing("minute_taker") as work:
        assert hearings.decide_and_go_on(work, third, O.HEARD_NO_ACTIONS, None, None) == Onward(
            meeting_id, None, (reference,))
    assert row(world, Hearing, third).outcome is O.HEARD_NO_ACTIONS
    assert row(world, Hearing, second).started_at is None
    with world.reading("coordinator") as work:
        assert live.close_page(work, meeting_id).unread == ((first, reference),)
    with world.changing("minute_taker") as work:
        hearings.decide(work, first, O.HEARD_ACTIONS_SET, None, O.HEARD_ACTIONS_SET, read_back=1)
        hearings.begin(work, second)
    with world.reading("coordinator") as work:
        assert live.close_page(work, meeting_id).unread == ()


def test_nobody_is_held_up_by_the_actions_of_a_case_that_they_must_not_know_of(world, running):
    meeting_id, (first, second, _) = running
    agree(world, first)
    with world.changing("coordinator") as work:
        hearings.begin(work, first)
    decide(world, first, O.HEARD_ACTIONS_SET)
    make.excluded(world, row(world, Hearing, first).case_id, who="chair")
    with world.reading("chair") as work:
        assert live.close_page(work, meeting_id).unread == ()
    with world.changing("chair") as work:
        hearings.begin(work, second)


def test_going_on_passes_over_a_case_that_the_writer_must_not_know_of(world, running):
    meeting_id, (first, second, third) = running
    make.excluded(world, row(world, Hearing, second).case_id, who="deputy")
    with world.changing("deputy") as work:
        assert hearings.decide_and_go_on(work, first, O.HEARD_NO_ACTIONS, None, None) == Onward(meeting_id, third)
    assert row(world, Hearing, second).started_at is None


# Closing

def test_a_meeting_does_not_close_while_a_case_has_no_outcome(world, running):
    meeting_id, (first, *_) = running
    decide(world, first, O.HEARD_NO_ACTIONS)
    with world.reading("coordinator") as work:
        assert len(live.close_page(work, meeting_id).missing) == 2
    with pytest.raises(RuleBroken, match="2 cases"):
        close(world, meeting_id)
    assert row(world, Meeting, meeting_id).status is MeetingStatus.IN_PROGRESS


def test_what_was_not_finished_goes_onto_the_next_meeting_that_is_not_cancelled(world):
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS)
    ids = [make.listed(world, make.case(world), meeting_id) for _ in range(5)]
    make.meeting(world, world.now + timedelta(days=14), status=MeetingStatus.CANCELLED)
    following = make.meeting(world, world.now + timedelta(days=28))
    outcomes = (O.DEFERRED, O.CARRIED_OVER, O.NOT_REACHED, O.WITHDRAWN_AT_MEETING, O.HEARD_NO_ACTIONS)
    for hearing_id, outcome in zip(ids, outcomes, strict=True):
        decide(world, hearing_id, outcome, "time_ran_out")
    close(world, meeting_id)
    kept = [row(world, Hearing, i) for i in ids]
    assert [h.next_meeting_id for h in kept] == [following] * 3 + [None] * 2
    with world.looking() as session:
        on = session.execute(
            select(AgendaItem.case_id, AgendaItem.deferred_from_id)
            .where(AgendaItem.meeting_id == following, AgendaItem.case_id.is_not(None))
        ).all()
    assert sorted(on) == sorted((h.case_id, meeting_id) for h in kept[:3])
    meeting = row(world, Meeting, meeting_id)
    assert (meeting.status, meeting.closed_at) == (MeetingStatus.CLOSED, world.now)
    with world.reading("coordinator") as work:
        assert sum(line.next_meeting_id == following for line in screens.page_for(work, meeting_id).order) == 3


def test_a_meeting_with_something_left_over_needs_a_next_one(world):
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS)
    hearing_id = make.listed(world, make.case(world), meeting_id)
    decide(world, hearing_id, O.NOT_REACHED)
    with pytest.raises(RuleBroken, match="Add a meeting"):
        close(world, meeting_id)


def test_a_case_that_stands_on_a_coming_agenda_already_is_not_put_there_twice(world, running):
    meeting_id, ids = running
    for hearing_id in ids:
        decide(world, hearing_id, O.NOT_REACHED)
    later = make.meeting(world, world.now + timedelta(days=56))
    make.listed(world, row(world, Hearing, ids[0]).case_id, later)
    close(world, meeting_id)
    assert row(world, Hearing, ids[0]).next_meeting_id == later


def letters(world):
    with world.looking() as session:
        return session.scalars(select(QueuedLetter).where(QueuedLetter.kind == LetterKind.ACTIONS_AGREED)).all()


def test_closing_sends_one_letter_to_each_speaker_of_an_owning_agency(world, running):
    meeting_id, (first, second, third) = running
    for days in (9, 5):
        agree(world, first, "police", days=days)
    agree(world, second, "probation")
    decide(world, third, O.NOT_REACHED)
    for hearing_id in (first, second):
        decide(world, hearing_id, O.HEARD_ACTIONS_SET)
    close(world, meeting_id)
    sent = {letter.address: letter for letter in letters(world)}
    assert set(sent) == {"officer@police.example", "probation_officer@probation.example"}
    assert len(letters(world)) == 2
    letter = sent["officer@police.example"]
    assert letter.day == local_day(world.now) + timedelta(days=5) and letter.link == "/actions"
    assert letter.reference.startswith("MT-")


def test_who_may_know_none_of_the_actions_gets_no_letter(world, running):
    meeting_id, (first, second, third) = running
    for hearing_id in (first, second):
        agree(world, hearing_id, "police")
        decide(world, hearing_id, O.HEARD_ACTIONS_SET)
    decide(world, third, O.NOT_REACHED)
    make.excluded(world, row(world, Hearing, first).case_id, who="officer")
    make.excluded(world, row(world, Hearing, second).case_id, agency="police")
    close(world, meeting_id)
    assert letters(world) == []


def test_an_excluded_chair_closes_the_whole_meeting_and_learns_nothing(world, running):
    meeting_id, (first, second, third) = running
    agree(world, first, "probation")
    make.excluded(world, row(world, Hearing, first).case_id, who="chair")
    for hearing_id in (second, third):
        decide(world, hearing_id, O.HEARD_NO_ACTIONS, who="chair")
    with world.reading("chair") as work:
        page = live.close_page(work, meeting_id)
    assert not page.missing and not page.told and [line.number for line in page.order] == [1, 2]
    close(world, meeting_id, "chair")
    hidden = row(world, Hearing, first)
    assert hidden.outcome is O.NOT_REACHED and hidden.next_meeting_id is not None
    assert [letter.address for letter in letters(world)] == ["probation_officer@probation.example"]
    with world.reading("chair") as work:
        assert not [line for line in screens.page_for(work, meeting_id).order if line.next_meeting_id]


def test_a_hidden_case_without_a_later_meeting_does_not_keep_an_excluded_chair_from_closing(world):
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS)
    hidden, seen = (make.listed(world, make.case(world), meeting_id) for _ in range(2))
    make.excluded(world, row(world, Hearing, hidden).case_id, who="chair")
    decide(world, seen, O.HEARD_NO_ACTIONS, who="chair")
    close(world, meeting_id, "chair")
    assert row(world, Meeting, meeting_id).status is MeetingStatus.CLOSED
    assert (row(world, Hearing, hidden).outcome, row(world, Hearing, hidden).next_meeting_id) == (O.NOT_REACHED, None)


def test_the_minute_taker_does_not_close_and_nobody_closes_twice(world, running):
    meeting_id, ids = running
    for hearing_id in ids:
        decide(world, hearing_id, O.WITHDRAWN_AT_MEETING)
    with pytest.raises(NotPermitted):
        close(world, meeting_id, "minute_taker")
    close(world, meeting_id, "deputy")
    with pytest.raises(RuleBroken):
        close(world, meeting_id, "chair")


def test_the_journal_names_fields_and_ids_and_no_text(world, running):
    _, (hearing_id, *_) = running
    save(world, hearing_id, "Zebra crossing", 0)
    agree(world, hearing_id, text="Zebra crossing")
    with world.looking() as session:
        lines = session.scalars(select(AuditEvent)).all()
        assert any(line.detail.get("fields") == ["notes"] and line.object_id == hearing_id for line in lines)
        assert "Zebra" not in str([line.detail for line in lines])
