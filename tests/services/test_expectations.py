"""Who will come, and when a coordinator is warned that too few do."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.attendance import Mark
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import AttendanceStatus, MeetingMode, MeetingStatus, When, local_day, local_time
from clinic.models.meeting import Meeting
from clinic.models.panel import CoreAgency
from clinic.models.post import QueuedLetter
from clinic.policy.accounts import anyone
from clinic.services import attendance, core_agencies, expectations, invitations, meeting_pages, overviews, scheduling
from clinic.services.scheduling import Change
from tests import make

TIMER = SystemActor("timer")


@pytest.fixture
def meeting(world):
    """A meeting of Wednesday in a week, with everybody invited."""
    made = make.meeting(world, world.now + timedelta(days=7))
    with world.office.changing(TIMER, world.now) as work:
        invitations.invite_coming(work)
    return made


def answer(world, meeting, comes, *people):
    for who in people:
        with world.changing(who) as work:
            expectations.answer(work, meeting, comes)


def outlook(world, meeting):
    with world.reading("coordinator") as work:
        return meeting_pages.show(work, meeting).outlook


def core(world, *agencies):
    with world.changing("coordinator") as work:
        core_agencies.choose(work, world.clinic, {world.agencies[name] for name in agencies})


def warned(world, now):
    with world.office.changing(TIMER, now) as work:
        count = expectations.warn(work)
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == LetterKind.QUORUM_SHORT)).all()
    return count, [(row.user_id, row.reference, row.about_id) for row in rows]


def test_those_who_accept_are_counted_and_core_agencies_are_missed(world, meeting):
    core(world, "police", "advocacy")
    assert outlook(world, meeting).words == (
        "0 of 4 needed have accepted; no answer from Northmere Advocacy (core); no answer from Northmere Police (core)")
    answer(world, meeting, True, "officer", "coordinator", "probation_officer")
    answer(world, meeting, False, "advocate")
    assert outlook(world, meeting).words == (
        "3 of 4 needed have accepted; nobody of Northmere Advocacy (core) can come")
    answer(world, meeting, True, "advocate")
    assert outlook(world, meeting).enough and outlook(world, meeting).words == "4 of 4 needed have accepted"


def test_what_the_register_says_before_the_meeting_goes_before_an_answer(world, meeting):
    answer(world, meeting, True, "officer")
    with world.changing("minute_taker") as work:
        attendance.mark(work, meeting, {world.users["officer"]: Mark(AttendanceStatus.APOLOGIES)})
    assert outlook(world, meeting).accepted == 0


def test_an_answer_is_of_the_time_that_it_was_asked_for(world, meeting):
    answer(world, meeting, True, "officer", "advocate")
    with world.looking() as session:
        row = session.get_one(Meeting, meeting)
    with world.changing("coordinator") as work:
        scheduling.move(work, meeting, Change(
            When(local_day(row.starts_at) + timedelta(days=1), local_time(row.starts_at), 180),
            MeetingMode.VIRTUAL, "", row.version))
    assert outlook(world, meeting).accepted == 0
    answer(world, meeting, True, "officer")
    assert outlook(world, meeting).accepted == 1


def test_only_who_is_invited_answers_and_only_before_the_meeting(world, meeting):
    with pytest.raises(NotPermitted):
        answer(world, meeting, True, "observer")
    with pytest.raises(NotFound):
        answer(world, meeting, True, "outsider")
    with pytest.raises(NotFound):
        answer(world, make.meeting(world), True, "officer")
    with world.office.changing(TIMER, world.now) as work:
        work.require(anyone)
        work.session.get_one(Meeting, meeting).status = MeetingStatus.IN_PROGRESS
        work.record(AuditVerb.UPDATE, "Meeting")
    with pytest.raises(RuleBroken, match="has begun"):
        answer(world, meeting, True, "officer")
    assert outlook(world, meeting) is None


def test_who_runs_the_meeting_is_told_and_others_know_their_own_answer(world, meeting):
    answer(world, meeting, False, "officer")
    with world.reading("officer") as work:
        page = meeting_pages.show(work, meeting)
    assert page.outlook is None and page.my_answer is False and page.asked_to_come
    assert not any("come" in line.state for line in page.invited)
    with world.reading("observer") as work:
        assert not meeting_pages.show(work, meeting).asked_to_come
    with world.reading("coordinator") as work:
        page = meeting_pages.show(work, meeting)
    assert [line.name for line in page.invited if "cannot come" in line.state] == ["Officer Testwell"]


def test_a_coordinators_home_warns_of_the_next_meeting_alone(world, meeting):
    make.meeting(world, world.now + timedelta(days=40))
    for who, expected in (("coordinator", "0 of 4 needed have accepted"), ("officer", "")):
        with world.reading(who) as work:
            assert overviews.of_person(work).panels[0].next.warning == expected
    answer(world, meeting, True, "officer", "coordinator", "probation_officer", "advocate")
    with world.reading("coordinator") as work:
        assert overviews.of_person(work).panels[0].next.warning == ""


def test_coordinators_are_warned_two_working_days_before_and_once(world, meeting):
    # A Wednesday: two working days before it is Monday.
    monday = world.now + timedelta(days=5)
    assert warned(world, monday - timedelta(days=1)) == (0, [])
    count, letters = warned(world, monday)
    assert count == 1 and [(user, about) for user, _, about in letters] == [(world.users["coordinator"], meeting)]
    assert letters[0][1].startswith("MT-")
    assert warned(world, monday + timedelta(hours=1)) == (0, letters)
    assert warned(world, monday + timedelta(days=1)) == (0, letters)


def test_nobody_is_warned_of_a_meeting_that_enough_have_accepted(world, meeting):
    answer(world, meeting, True, "officer", "coordinator", "probation_officer", "advocate")
    assert warned(world, world.now + timedelta(days=5)) == (0, [])
    core(world, "police")
    answer(world, meeting, False, "officer")
    assert warned(world, world.now + timedelta(days=6))[0] == 1


def test_the_coordinator_chooses_core_agencies_of_those_that_are_invited(world):
    core(world, "police", "probation")
    core(world, "police", "advocacy")
    with world.looking() as session:
        rows = session.scalars(select(CoreAgency)).all()
    assert {row.agency_id for row in rows} == {world.agencies["police"], world.agencies["advocacy"]}
    with world.reading("coordinator") as work:
        page = core_agencies.page(work, world.clinic)
    assert page.chosen == {row.agency_id for row in rows}
    assert "Northmere Housing" not in [name for _, name in page.agencies]
    with pytest.raises(NotFound):
        core(world, "housing")
    for who in ("chair", "officer"):
        with pytest.raises(NotPermitted), world.changing(who) as work:
            core_agencies.choose(work, world.clinic, ())
