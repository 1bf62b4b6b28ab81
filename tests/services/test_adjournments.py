"""A meeting that is adjourned, and goes on: minutes later, after midnight, or on another day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.documents import markup
from clinic.domain.adjournments import Pause
from clinic.domain.attendance import Mark
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import AttendanceStatus
from clinic.models.audit import AuditEvent
from clinic.models.hearing import Hearing
from clinic.models.meeting import Adjournment
from clinic.models.minute import MinuteSection
from clinic.models.post import QueuedLetter
from clinic.services import adjournments, attendance, hearings, live, minutes
from tests import make
from tests.services.test_attendance import spells
from tests.services.test_following import begin, clock_of, page_of, tag_of
from tests.services.test_following import running as running
from tests.services.test_hearings import agree, close, decide, row, save

O = HearingOutcome  # noqa: E741


def adjourn(world, meeting_id, minutes=0, who="minute_taker", reason="The line is down.", expected=None):
    with world.changing(who, world.now + timedelta(minutes=minutes)) as work:
        adjournments.adjourn(work, meeting_id, reason, world.now + timedelta(minutes=expected) if expected else None)


def resume(world, meeting_id, minutes, who="minute_taker"):
    with world.changing(who, world.now + timedelta(minutes=minutes)) as work:
        adjournments.resume(work, meeting_id)


def test_while_a_meeting_is_adjourned_nothing_is_done_in_it_but_what_is_being_typed_is_kept(world, running):
    meeting_id, (first, hidden, third) = running
    begin(world, first, 0)
    adjourn(world, meeting_id, 10)
    for attempt in (lambda: begin(world, third, 11), lambda: decide(world, first, O.HEARD_NO_ACTIONS),
                    lambda: agree(world, first), lambda: close(world, meeting_id),
                    lambda: adjourn(world, meeting_id, 11)):
        with pytest.raises(RuleBroken, match="adjourned"):
            attempt()
    assert save(world, first, "Said before the line went down.", 0) == 1
    resume(world, meeting_id, 25)
    with pytest.raises(RuleBroken, match="not adjourned"):
        resume(world, meeting_id, 26)
    decide(world, first, O.HEARD_NO_ACTIONS)


def letters(world):
    names = {id_: name for name, id_ in world.users.items()}
    with world.looking() as session:
        return {names[row.user_id]: row.closes_at for row in session.scalars(
            select(QueuedLetter).where(QueuedLetter.kind == LetterKind.MEETING_ADJOURNED))}


def test_whoever_is_invited_is_told_when_a_meeting_goes_on_another_day(world, running):
    meeting_id, _ = running
    adjourn(world, meeting_id, 10, expected=60)
    assert letters(world) == {}, "who is there knows, and so does who looks at the screen"
    resume(world, meeting_id, 70)
    adjourn(world, meeting_id, 80, expected=60 * 24)
    told = letters(world)
    assert {"officer", "probation_officer", "advocate", "chair", "minute_taker"} <= told.keys()
    assert not {"observer", "recipient", "lapsed", "outsider"} & told.keys()
    assert set(told.values()) == {world.now + timedelta(days=1)}


def test_whoever_comes_or_goes_meanwhile_says_so(world, running):
    meeting_id, _ = running
    with world.changing("minute_taker") as work:
        attendance.mark(work, meeting_id, {world.users["officer"]: Mark(AttendanceStatus.PRESENT)})
    adjourn(world, meeting_id, 10)
    with world.changing("officer", world.now + timedelta(minutes=12)) as work:
        attendance.leave(work, meeting_id)
    resume(world, meeting_id, 30)
    with world.changing("officer", world.now + timedelta(minutes=40)) as work:
        attendance.come(work, meeting_id)
    assert spells(world) == [(0, 12), (40, None)]


def test_the_clock_of_a_case_stands_for_those_who_write_and_for_those_who_follow(world, running):
    meeting_id, (first, hidden, third) = running
    begin(world, first, 0)
    adjourn(world, meeting_id, 10)
    for who in ("minute_taker", "officer"):
        assert clock_of(world, first, 25, who) == (10 * 60, False)
    resume(world, meeting_id, 30)
    for who in ("minute_taker", "officer"):
        assert clock_of(world, first, 35, who) == (15 * 60, False)
    with world.changing("minute_taker", world.now + timedelta(minutes=36)) as work:
        hearings.decide(work, first, O.HEARD_NO_ACTIONS, None, None)
    assert clock_of(world, first, 99, "minute_taker") == (16 * 60, True)
    begin(world, hidden, 37)
    assert clock_of(world, first, 40) == (20 * 60, False), "who must not know of the next case hears this one on"


def test_everybody_is_told_at_the_next_look_and_nobody_of_a_case(world, running):
    meeting_id, (first, *_) = running
    begin(world, first, 0)
    people = ("officer", "probation_officer", "advocate")
    before = {who: tag_of(world, meeting_id, who, 11) for who in people}
    adjourn(world, meeting_id, 10, expected=40, reason="We wait for the officer in PM-2026-000001.")
    for who in people:
        assert tag_of(world, meeting_id, who, 11) != before[who]
        page = page_of(world, meeting_id, who, 11)
        pause = Pause(world.now + timedelta(minutes=10), None, world.now + timedelta(minutes=40))
        assert page.sitting.adjourned == pause and "PM-2026-000001" not in repr(page)
    assert page_of(world, meeting_id, "officer", 11).now.placed.until == world.now + timedelta(minutes=50)
    for who in ("officer", "minute_taker"):
        assert hearings.pulse(world.office, world.actor(who), first).adjourned
    assert page_of(world, meeting_id, "minute_taker").adjournments[0].reason.startswith("We wait")
    told = tag_of(world, meeting_id, "officer", 11)
    resume(world, meeting_id, 12)
    assert tag_of(world, meeting_id, "officer", 12) != told
    assert not hearings.pulse(world.office, world.actor("officer"), first).adjourned


def test_the_reason_is_sealed_and_the_journal_has_both_ends_without_it(world, running):
    meeting_id, _ = running
    adjourn(world, meeting_id, 10, reason="Fire alarm.")
    resume(world, meeting_id, 20)
    with world.looking() as session:
        kept = session.scalars(select(Adjournment)).one()
        events = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "Adjournment")).all()
        assert b"alarm" not in bytes(kept.reason_sealed) and kept.reason == "Fire alarm."
    assert [event.verb for event in events] == ["create", "update"] and "alarm" not in repr([e.detail for e in events])


def test_an_adjourned_meeting_goes_on_days_later_and_its_minutes_say_so(world, running):
    meeting_id, ids = running
    begin(world, ids[0], 0)
    adjourn(world, meeting_id, 40)
    resume(world, meeting_id, 55)
    adjourn(world, meeting_id, 60)
    resume(world, meeting_id, 60 + 48 * 60, "chair")
    for hearing_id in ids:
        decide(world, hearing_id, O.WITHDRAWN_AT_MEETING)
    with world.changing("coordinator", world.now + timedelta(minutes=70 + 48 * 60)) as work:
        hearings.close(work, meeting_id)
    with world.changing("coordinator", world.now + timedelta(days=3)) as work:
        minutes.draft(work, meeting_id, markup.render)
    with world.looking() as session:
        text = session.scalars(select(MinuteSection).order_by(MinuteSection.position)).first().text
    assert "On 25 November 2026, from 10am to 11:10am on 27 November 2026." in text
    assert "Adjourned from 10:40am to 10:55am." in text
    assert "Adjourned from 11am to 11am on 27 November 2026." in text and "line is down" not in text


def test_what_is_agreed_when_it_goes_on_days_later_is_due_from_that_day(world, running):
    meeting_id, (first, *_) = running
    adjourn(world, meeting_id)
    resume(world, meeting_id, 48 * 60)
    with pytest.raises(RuleBroken):
        agree(world, first, days=1)
    agree(world, first, days=2)


@pytest.mark.parametrize("who", ["officer", "advocate", "observer", "recipient", "outsider", "lapsed", "admin",
                                 "other_coordinator"])
def test_nobody_else_adjourns_a_meeting_or_lets_it_go_on(world, running, who):
    with pytest.raises((NotFound, NotPermitted)):
        adjourn(world, running[0], 1, who)
    adjourn(world, running[0], 2)
    with pytest.raises((NotFound, NotPermitted)):
        resume(world, running[0], 3, who)


def test_a_meeting_that_does_not_run_is_not_adjourned(world):
    meeting_id = make.meeting(world)
    with pytest.raises(RuleBroken, match="not been started"):
        adjourn(world, meeting_id)


def test_a_page_of_an_adjourned_meeting_offers_the_notes_and_nothing_else(world, running):
    meeting_id, (first, *_) = running
    adjourn(world, meeting_id)
    with world.reading("minute_taker") as work:
        page = live.hearing_page(work, first)
    assert (page.can_note, page.can_record) == (True, False)
    with world.reading("officer") as work:
        assert not live.hearing_page(work, first).can_note


def test_a_case_that_was_begun_ends_with_its_meeting_whoever_closes_it(world, running):
    meeting_id, (first, hidden, third) = running
    make.meeting(world, world.now + timedelta(days=28))
    begin(world, hidden, 5)
    make.excluded(world, row(world, Hearing, hidden).case_id, who="deputy")
    for hearing_id in (first, third):
        decide(world, hearing_id, O.HEARD_NO_ACTIONS)
    with world.changing("deputy", world.now + timedelta(minutes=30)) as work:
        hearings.close(work, meeting_id)
    ended = row(world, Hearing, hidden)
    assert (ended.outcome, ended.ended_at) == (O.NOT_REACHED, world.now + timedelta(minutes=30))
