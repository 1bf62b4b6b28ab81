"""The screen of whoever follows a meeting: told what they may know, as it happens, and of nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.attendance import Mark
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, Unsigned
from clinic.domain.following import Stage
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import AttendanceStatus, MeetingStatus
from clinic.models.action import Action
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.policy.accounts import anyone
from clinic.services import agenda, attendance, case_pages, following, hearings, live
from clinic.services.following import FollowPage
from clinic.services.live import LivePage
from tests import make
from tests.services.test_agenda import place
from tests.services.test_editions import move_up, publish
from tests.services.test_hearings import agree, decide, row

O = HearingOutcome  # noqa: E741


@pytest.fixture
def running(world):
    """A meeting that runs, with three cases of the police's; its officer must not know of the second."""
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    ids = [make.listed(world, make.case(world), meeting_id, asked=("police", "probation")) for _ in range(3)]
    make.excluded(world, row(world, Hearing, ids[1]).case_id, who="officer")
    return meeting_id, ids


def begin(world, hearing_id, minutes):
    with world.changing("coordinator", world.now + timedelta(minutes=minutes)) as work:
        hearings.begin(work, hearing_id)


def page_of(world, meeting_id, who="officer", minutes=0):
    with world.reading(who, world.now + timedelta(minutes=minutes)) as work:
        return following.page_for(work, meeting_id)


def tag_of(world, meeting_id, who="officer", minutes=0):
    return following.tag(world.office, world.actor(who), meeting_id, world.now + timedelta(minutes=minutes))


def test_those_who_write_have_one_screen_and_those_who_follow_another(world, running):
    assert isinstance(page_of(world, running[0], "minute_taker"), LivePage)
    assert isinstance(page_of(world, running[0], "officer"), FollowPage)


def test_a_member_sees_what_is_heard_and_when_their_own_cases_come(world, running):
    meeting_id, (first, _, third) = running
    before = page_of(world, meeting_id)
    assert before.now is None and [one.line.hearing_id for one in before.coming] == [first, third]
    begin(world, first, 5)
    page = page_of(world, meeting_id, minutes=6)
    assert page.now.line.hearing_id == first and page.now.placed.at == world.now + timedelta(minutes=5)
    assert [one.placed.at for one in page.coming] == [world.now + timedelta(minutes=25)]


def test_a_hidden_case_is_begun_and_ends_and_the_screen_of_whoever_must_not_know_stays_as_it_is(world, running):
    meeting_id, (first, hidden, third) = running
    begin(world, first, 5)
    before, other = tag_of(world, meeting_id, minutes=6), tag_of(world, meeting_id, "probation_officer", minutes=6)
    agree(world, first)
    decide(world, first, O.HEARD_ACTIONS_SET, read_back=1)
    given = tag_of(world, meeting_id, minutes=6)
    assert given != before, "their agency was given an action"
    begin(world, hidden, 7)
    agree(world, hidden, owner="probation")
    decide(world, hidden, O.HEARD_ACTIONS_SET, read_back=1)
    assert tag_of(world, meeting_id, minutes=8) == given != other
    page = page_of(world, meeting_id, minutes=8)
    assert page.now.line.hearing_id == first and page.now.line.outcome is None
    assert len(page.lines) == 2 and len(page.given) == 1
    whole = page_of(world, meeting_id, "probation_officer", minutes=8)
    assert whole.now.line.hearing_id == hidden and whole.lines[0].line.outcome is O.HEARD_ACTIONS_SET
    begin(world, third, 9)
    page = page_of(world, meeting_id, minutes=10)
    assert page.now.line.hearing_id == third
    assert (page.lines[0].placed.stage, page.lines[0].line.outcome) == (Stage.OVER, O.HEARD_ACTIONS_SET)


def test_until_a_meeting_begins_a_member_reads_the_order_that_is_out_and_not_the_draft(world, built):
    meeting_id, (first, second) = built
    assert page_of(world, meeting_id).lines == ()
    assert len(page_of(world, meeting_id, "coordinator").order) > 2
    publish(world, meeting_id)
    out, tag = cases_of(world, meeting_id), tag_of(world, meeting_id)
    assert [reference for reference, _ in out] == [reference_of(world, first), reference_of(world, second)]
    move_up(world, meeting_id, second)
    assert (cases_of(world, meeting_id), tag_of(world, meeting_id)) == (out, tag)
    publish(world, meeting_id)
    assert [reference for reference, _ in cases_of(world, meeting_id)] == [reference for reference, _ in out][::-1]


def test_a_case_that_is_on_no_agenda_that_is_out_has_no_page_of_the_meeting_for_who_follows_it(world, built):
    meeting_id, (case_id, _) = built
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(Hearing.case_id == case_id)).one()
    with pytest.raises(NotFound), world.reading("officer") as work:
        live.hearing_page(work, hearing_id)
    publish(world, meeting_id)
    with world.reading("officer") as work:
        assert live.hearing_page(work, hearing_id).here.case_id == case_id


def test_a_case_that_was_taken_off_since_is_on_no_members_screen(world, built):
    meeting_id, (first, second) = built
    publish(world, meeting_id)
    with world.changing("coordinator") as work:
        work.require(anyone)
        agenda.take_off(work, work.session.get_one(Case, first))
        work.record("update", "Case")
    assert [reference for reference, _ in cases_of(world, meeting_id)] == [reference_of(world, second)]
    assert all(one.line.hearing_id for one in page_of(world, meeting_id).mine)


def test_the_clock_of_a_case_leaves_out_what_it_was_left_for(world, running):
    meeting_id, (first, hidden, third) = running
    for hearing_id, minutes in ((first, 0), (hidden, 3), (third, 10), (first, 40)):
        begin(world, hearing_id, minutes)
    assert [clock_of(world, one, 41, "minute_taker")[0] for one in (first, hidden, third)] == [
        (3 + 1) * 60, 7 * 60, 30 * 60]
    assert clock_of(world, first, 41)[0] == (10 + 1) * 60, "who must not know of the second finds no hole"


@pytest.fixture
def built(world):
    """A coming meeting with two cases on its agenda, which is not out."""
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    cases = [make.case(world), make.case(world)]
    for case_id in cases:
        place(world, case_id, meeting_id)
    return meeting_id, cases


def cases_of(world, meeting_id):
    page = page_of(world, meeting_id)
    return [(one.line.case_reference, one.placed.at) for one in page.lines if one.line.case_id]


def reference_of(world, case_id):
    return row(world, Case, case_id).reference


def test_a_case_that_was_left_for_a_hidden_one_and_taken_up_again_has_gone_on_for_whoever_must_not_know(world, running):
    meeting_id, (first, hidden, third) = running
    begin(world, first, 5)
    before = tag_of(world, meeting_id, minutes=6)
    begin(world, hidden, 7)
    whole = page_of(world, meeting_id, "probation_officer", minutes=8)
    assert whole.now.line.hearing_id == hidden and whole.lines[0].line.was_left
    begin(world, first, 9)
    assert tag_of(world, meeting_id, minutes=10) == before
    page, whole = (page_of(world, meeting_id, who, minutes=10) for who in ("officer", "probation_officer"))
    assert page.now.line.hearing_id == whole.now.line.hearing_id == first
    assert page.now.placed.at == world.now + timedelta(minutes=5)
    assert whole.now.placed.at == world.now + timedelta(minutes=9)
    assert [one.line.hearing_now for one in whole.lines] == [True, False, False]
    begin(world, third, 11)
    assert tag_of(world, meeting_id, minutes=12) != before
    assert [one.placed.at for one in page_of(world, meeting_id, minutes=12).lines] == [
        world.now + timedelta(minutes=n) for n in (5, 11)]


def test_no_other_page_tells_how_long_a_case_took_or_how_it_ended_before_the_next_one_begins(world, running):
    meeting_id, (first, hidden, third) = running
    begin(world, first, 0)
    decide(world, first, O.HEARD_NO_ACTIONS)
    begin(world, hidden, 1)
    case_id = row(world, Hearing, first).case_id
    assert clock_of(world, first, 9) == (9 * 60, False) and clock_of(world, first, 9, "minute_taker") == (0, True)
    assert outcome_on_the_case(world, case_id) is None
    assert outcome_on_the_case(world, case_id, "minute_taker") is O.HEARD_NO_ACTIONS
    begin(world, third, 20)
    assert clock_of(world, first, 21) == (None, True), "when it really ended is not told later either"


def clock_of(world, hearing_id, minutes, who="officer"):
    with world.reading(who, world.now + timedelta(minutes=minutes)) as work:
        page = live.hearing_page(work, hearing_id)
    return page.elapsed, page.ended


def outcome_on_the_case(world, case_id, who="officer"):
    with world.reading(who) as work:
        return case_pages.show(work, case_id).hearings[0].outcome


def test_what_another_agency_is_given_changes_no_other_screen(world, running):
    meeting_id, (first, *_) = running
    begin(world, first, 5)
    before = {who: tag_of(world, meeting_id, who, 6) for who in ("officer", "probation_officer")}
    agree(world, first, owner="probation")
    assert tag_of(world, meeting_id, "officer", 6) == before["officer"]
    assert tag_of(world, meeting_id, "probation_officer", 6) != before["probation_officer"]
    assert page_of(world, meeting_id, "officer", 6).given == ()


def test_what_was_given_in_a_case_that_is_closed_to_them_by_now_is_not_told(world, running):
    meeting_id, (first, _, third) = running
    begin(world, first, 5)
    before = tag_of(world, meeting_id, minutes=6)
    agree(world, first)
    assert tag_of(world, meeting_id, minutes=6) != before
    make.excluded(world, row(world, Hearing, first).case_id, who="officer")
    without = tag_of(world, meeting_id, minutes=6)
    agree(world, first, owner="probation")
    make.excluded(world, row(world, Hearing, third).case_id, who="officer")
    assert page_of(world, meeting_id, minutes=6).given == ()
    assert without != before != tag_of(world, meeting_id, minutes=6)


def test_an_action_in_a_case_that_is_closed_to_them_changes_no_screen(world, running):
    meeting_id, (first, *_) = running
    begin(world, first, 5)
    agree(world, first)
    make.excluded(world, row(world, Hearing, first).case_id, who="officer")
    with_it = tag_of(world, meeting_id, minutes=6)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        action = work.session.scalars(select(Action)).one()
        work.record(AuditVerb.UPDATE, action)
        work.session.delete(action)
    assert tag_of(world, meeting_id, minutes=6) == with_it


def test_the_screen_shows_anew_who_chairs_and_whether_its_reader_is_here_and_nobody_else(world, running):
    meeting_id, _ = running
    tags = [tag_of(world, meeting_id)]
    with world.changing("coordinator") as work:
        hearings.hand_over(work, meeting_id, world.users["deputy"])
    tags.append(tag_of(world, meeting_id))
    for change, minutes in ((attendance.come, 1), (attendance.leave, 2), (attendance.come, 3)):
        with world.changing("officer", world.now + timedelta(minutes=minutes)) as work:
            change(work, meeting_id)
        tags.append(tag_of(world, meeting_id))
    with world.changing("minute_taker") as work:
        attendance.mark(work, meeting_id, {world.users["officer"]: Mark(AttendanceStatus.OBSERVER)})
    tags.append(tag_of(world, meeting_id))
    assert len(set(tags)) == len(tags)
    with world.changing("probation_officer") as work:
        attendance.come(work, meeting_id)
    assert tag_of(world, meeting_id) == tags[-1] == page_of(world, meeting_id).tag


def test_the_screen_stays_the_same_until_a_step_of_five_minutes_has_passed(world, running):
    meeting_id, (first, *_) = running
    begin(world, first, 0)
    late = tag_of(world, meeting_id, minutes=21)
    assert tag_of(world, meeting_id, minutes=24) == late != tag_of(world, meeting_id, minutes=26)


@pytest.mark.parametrize("who", ["observer", "recipient", "outsider", "lapsed", "admin", "auditor",
                                 "other_coordinator"])
def test_nobody_else_follows_a_meeting(world, running, who):
    with pytest.raises((NotFound, NotPermitted)), world.reading(who) as work:
        following.page_for(work, running[0])
    with pytest.raises((NotFound, NotPermitted)), world.reading(who) as work:
        following.now_page(work, running[0])
    with pytest.raises(NotFound):
        tag_of(world, running[0], who)


def test_the_screen_opens_to_whoever_has_signed_the_undertaking(world, running):
    make.undertaking_asked(world)
    with pytest.raises(Unsigned):
        page_of(world, running[0])
    with pytest.raises(NotFound):
        tag_of(world, running[0])
    make.signed(world, running[0], "officer")
    assert tag_of(world, running[0]) == page_of(world, running[0]).tag
