"""The register of a meeting: who came, who stood in for whom, and from when to when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.attendance import Mark
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import AttendanceStatus
from clinic.models.meeting import Attendance, AttendanceSpell, Invitation
from clinic.services import attendance, expectations, hearings, invitations
from clinic.services import following as screens
from tests import make
from tests.services.test_hearings import close, decide, running

__all__ = ["running"]

O = HearingOutcome  # noqa: E741


def test_the_register_holds_who_is_invited_and_observers_and_says_whether_there_are_enough(world, running):
    meeting_id, _ = running
    with world.reading("coordinator") as work:
        found = screens.page_for(work, meeting_id).register
    assert {p.name.split()[0] for p in found.people} == {
        "Chair", "Deputy", "Coordinator", "Minute", "Officer", "Probation", "Advocate", "Observer"}
    assert (found.quorum.present, found.quorum.met) == (0, False)
    with world.changing("minute_taker") as work:
        assert attendance.mark_all_present(work, meeting_id) == (8, 0)
    with world.reading("coordinator") as work:
        found = screens.page_for(work, meeting_id).register
    assert (found.quorum.present, found.quorum.met) == (7, True)
    assert {p.status for p in found.people if p.role is MembershipRole.OBSERVER} == {AttendanceStatus.OBSERVER}


def test_all_present_leaves_what_was_said_before_and_marking_may_be_taken_back(world, running):
    meeting_id, _ = running
    officer, deputy = world.users["officer"], world.users["probation_officer"]
    with world.changing("coordinator") as work:
        attendance.mark(work, meeting_id, {
            officer: Mark(AttendanceStatus.EXCUSED_CONFLICT),
            deputy: Mark(AttendanceStatus.PRESENT, world.users["deputy"])})
        attendance.mark_all_present(work, meeting_id)
    with world.looking() as session:
        said = {r.user_id: (r.status, r.deputy_for_id) for r in session.scalars(select(Attendance))}
    assert said[officer] == (AttendanceStatus.EXCUSED_CONFLICT, None)
    assert said[deputy] == (AttendanceStatus.DEPUTY_PRESENT, world.users["deputy"])
    with world.changing("coordinator") as work:
        attendance.mark(work, meeting_id, {officer: Mark(None)})
    with world.looking() as session:
        assert officer not in set(session.scalars(select(Attendance.user_id)))


def test_whoever_has_said_that_they_cannot_come_is_not_marked_present_with_the_others(world):
    meeting_id = make.meeting(world, world.now + timedelta(hours=1))
    invite(world)
    with world.changing("officer") as work:
        expectations.answer(work, meeting_id, comes=False)
    with world.changing("coordinator", world.now + timedelta(minutes=50)) as work:
        assert attendance.mark_all_present(work, meeting_id) == (7, 1)
    with world.reading("coordinator") as work:
        found = {p.user_id: p.status for p in screens.page_for(work, meeting_id).register.people}
    assert found[world.users["officer"]] is AttendanceStatus.APOLOGIES
    assert found[world.users["advocate"]] is AttendanceStatus.PRESENT


def invite(world):
    with world.office.changing(SystemActor("timer"), world.now) as work:
        invitations.invite_coming(work)


def test_an_answer_to_a_meeting_that_moved_since_is_none(world):
    meeting_id = make.meeting(world, world.now + timedelta(hours=1))
    invite(world)
    with world.changing("officer") as work:
        expectations.answer(work, meeting_id, comes=False)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.asked = True
        invitation = work.session.scalars(select(Invitation).where(Invitation.comes.is_(False))).one()
        invitation.sequence_sent += 1
        work.record("update", invitation)
    with world.changing("coordinator") as work:
        assert attendance.mark_all_present(work, meeting_id) == (8, 0)


def comes(world, meeting_id, minutes, who="officer", goes=False):
    with world.changing(who, world.now + timedelta(minutes=minutes)) as work:
        (attendance.leave if goes else attendance.come)(work, meeting_id)


def here(world, meeting_id, minutes=0):
    """Return who is here, and how many count for the quorum."""
    with world.reading("coordinator", world.now + timedelta(minutes=minutes)) as work:
        found = screens.page_for(work, meeting_id).register
    return {p.name.split()[0] for p in found.people if p.here}, found.quorum.present


def spells(world, who="officer"):
    with world.looking() as session:
        rows = session.scalars(select(AttendanceSpell).where(AttendanceSpell.user_id == world.users[who])
                               .order_by(AttendanceSpell.came_at))
        return [tuple(int((moment - world.now).total_seconds() // 60) if moment else None
                      for moment in (row.came_at, row.left_at)) for row in rows]


def test_a_member_comes_goes_and_comes_again_and_the_quorum_follows(world, running):
    meeting_id, _ = running
    comes(world, meeting_id, 5)
    assert here(world, meeting_id) == ({"Officer"}, 1)
    comes(world, meeting_id, 20, goes=True)
    assert here(world, meeting_id, 21) == (set(), 0)
    comes(world, meeting_id, 40)
    comes(world, meeting_id, 41)
    assert here(world, meeting_id, 42) == ({"Officer"}, 1)
    assert spells(world) == [(5, 20), (40, None)]
    assert row_of(world, "officer").status is AttendanceStatus.PRESENT_PART


def test_the_register_and_the_buttons_say_the_same(world, running):
    meeting_id, ids = running
    with world.changing("minute_taker") as work:
        attendance.mark_all_present(work, meeting_id)
    comes(world, meeting_id, 30, goes=True)
    assert here(world, meeting_id, 31) == (
        {"Chair", "Deputy", "Coordinator", "Minute", "Probation", "Advocate"}, 6), "the others are still there"
    with world.changing("minute_taker", world.now + timedelta(minutes=45)) as work:
        attendance.mark_present(work, meeting_id, world.users["officer"])
    for hearing_id in ids:
        decide(world, hearing_id, O.HEARD_NO_ACTIONS)
    with world.changing("coordinator", world.now + timedelta(minutes=90)) as work:
        hearings.close(work, meeting_id)
    assert spells(world) == [(0, 30), (45, 90)] and spells(world, "probation_officer") == [(0, 90)]


def test_a_closed_meeting_counts_who_was_there_to_its_end(world, running):
    meeting_id, ids = running
    with world.changing("minute_taker") as work:
        attendance.mark_all_present(work, meeting_id)
    comes(world, meeting_id, 30, goes=True)
    for hearing_id in ids:
        decide(world, hearing_id, O.HEARD_NO_ACTIONS)
    before = here(world, meeting_id, 89)
    with world.changing("coordinator", world.now + timedelta(minutes=90)) as work:
        hearings.close(work, meeting_id)
    assert here(world, meeting_id, 120) == before and len(before[0]) == before[1] == 6


def test_who_comes_again_keeps_for_whom_they_stand_in_whoever_writes_it_down(world, running):
    meeting_id, _ = running
    stands_in = {world.users["probation_officer"]: Mark(AttendanceStatus.PRESENT, world.users["deputy"])}
    with world.changing("minute_taker") as work:
        attendance.mark(work, meeting_id, stands_in)
    comes(world, meeting_id, 20, "probation_officer", goes=True)
    with world.changing("minute_taker", world.now + timedelta(minutes=30)) as work:
        attendance.mark_present(work, meeting_id, world.users["probation_officer"])
    kept = row_of(world, "probation_officer")
    assert (kept.status, kept.deputy_for_id) == (AttendanceStatus.DEPUTY_PRESENT, world.users["deputy"])
    assert spells(world, "probation_officer") == [(0, 20), (30, None)]


def test_a_mark_that_is_taken_back_before_the_start_leaves_no_stay_open(world):
    meeting_id = make.meeting(world, world.now)
    comes(world, meeting_id, 0)
    with world.changing("minute_taker", world.now + timedelta(minutes=1)) as work:
        attendance.mark(work, meeting_id, {world.users["officer"]: Mark(None)})
        hearings.start(work, meeting_id, world.users["chair"])
        attendance.mark_all_present(work, meeting_id)
    comes(world, meeting_id, 30, goes=True)
    assert spells(world) == [(0, 1), (1, 30)] and "Officer" not in here(world, meeting_id, 31)[0]


def test_whoever_was_marked_before_the_start_was_there_from_the_start_until_they_left(world):
    meeting_id = make.meeting(world)
    with world.changing("minute_taker", world.now - timedelta(minutes=30)) as work:
        attendance.mark(work, meeting_id, {world.users["officer"]: Mark(AttendanceStatus.PRESENT)})
    with world.changing("minute_taker", world.now) as work:
        hearings.start(work, meeting_id, world.users["chair"])
    comes(world, meeting_id, 20, goes=True)
    assert spells(world) == [(0, 20)]


@pytest.mark.parametrize("who", ["observer", "recipient", "outsider", "lapsed", "admin", "other_coordinator"])
def test_nobody_else_says_that_they_are_here(world, running, who):
    with pytest.raises((NotFound, NotPermitted)):
        comes(world, running[0], 1, who)


def row_of(world, who):
    with world.looking() as session:
        return session.scalars(select(Attendance).where(Attendance.user_id == world.users[who])).one()


def test_nobody_is_marked_who_is_not_on_the_register_nor_after_the_close(world, running):
    meeting_id, ids = running
    with pytest.raises(NotFound), world.changing("coordinator") as work:
        attendance.mark_present(work, meeting_id, world.users["outsider"])
    with pytest.raises(NotPermitted), world.changing("officer") as work:
        attendance.mark_present(work, meeting_id, world.users["officer"])
    for hearing_id in ids:
        decide(world, hearing_id, O.WITHDRAWN_AT_MEETING)
    close(world, meeting_id)
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        attendance.mark_present(work, meeting_id, world.users["officer"])


# Notes
