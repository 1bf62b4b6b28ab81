"""What becomes of an emergency meeting when it moves, when its hour passes, and when its case is taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.emergencies import Emergency
from clinic.domain.errors import RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingMode, MeetingStatus, When, local_day, local_time
from clinic.domain.research import AskAgainReason, Known, ResearchAnswer, ResearchStatus, hour_for
from clinic.models.agenda import AgendaItem
from clinic.models.case import CaseExclusion
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.services import (
    audits,
    emergencies,
    exclusions,
    nominations,
    research,
    research_again,
    research_chasing,
    running_order,
    scheduling,
)
from clinic.services.exclusions import Who
from clinic.services.scheduling import Change
from tests import make
from tests.services.test_agenda import version
from tests.services.test_emergencies import at, call, on_an_agenda, told
from tests.services.test_handovers import answer, offer


@pytest.fixture
def case_id(world):
    return on_an_agenda(world)


def move(world, meeting_id, hours):
    with world.looking() as session:
        version = session.get_one(Meeting, meeting_id).version
    with world.changing("chair") as work:
        scheduling.move(work, meeting_id, Change(at(world, hours), MeetingMode.VIRTUAL, "", version))


def test_a_meeting_that_is_earlier_now_has_its_answers_before_it(world, case_id):
    meeting_id = call(world, case_id)
    move(world, meeting_id, 2)
    with world.looking() as session:
        meeting = session.get_one(Meeting, meeting_id)
    sooner = world.now + timedelta(hours=2)
    assert meeting.answers_by == meeting.starts_at == sooner
    # Of the letter that still waits nobody hears; a move to a later hour writes no third.
    assert going(world, LetterKind.RESEARCH_ASKED) == [(who, sooner) for who in ("officer", "probation_officer")]
    move(world, meeting_id, 3)
    assert len(told(world, LetterKind.RESEARCH_ASKED)) == 4


def test_whoever_has_an_hour_before_the_sooner_start_keeps_the_letter_that_gives_it(world, case_id):
    meeting_id = call(world, case_id)
    move(world, meeting_id, 5)
    assert going(world, LetterKind.RESEARCH_ASKED) == [
        (who, world.now + timedelta(hours=4)) for who in ("officer", "probation_officer")]


@pytest.mark.parametrize(("hours", "status"), [(4, ResearchStatus.CHECKED_NOT_KNOWN), (5, ResearchStatus.LATE)])
def test_an_answer_after_the_hour_is_kept_as_late(world, case_id, hours, status):
    meeting_id = call(world, case_id)
    request = the_request(world, meeting_id)
    with world.changing("officer", world.now + timedelta(hours=hours)) as work:
        research.give(work, request.id, request.version, ResearchAnswer((Known.NONE,)))
    with world.looking() as session:
        assert session.get_one(ResearchRequest, request.id).status is status


def remind(world, hours):
    with world.office.changing(SystemActor("timer"), world.now + timedelta(hours=hours)) as work:
        return research_chasing.remind_by_hour(work)


def test_agencies_are_reminded_in_the_last_hours_and_chased_once_when_there_are_none(world, case_id):
    call(world, case_id, hours=8, answers=6)
    # The ordinary meeting of the case asks for nothing any more: the case is on this one.
    assert [remind(world, hours) for hours in (0.5, 3.5, 4, 5, 6)] == [0, 0, 2, 0, 0]
    assert [remind(world, hours) for hours in (6.1, 7)] == [2, 0]
    with world.office.changing(SystemActor("timer"), world.now + timedelta(days=1)) as work:
        assert research_chasing.remind(work) == 0
    hour = world.now + timedelta(hours=6)
    for kind in (LetterKind.RESEARCH_DUE, LetterKind.RESEARCH_OVERDUE):
        assert told(world, kind) == [("officer", hour), ("probation_officer", hour)]


def test_whoever_was_asked_a_moment_ago_is_left_alone_whatever_day_it_is(world, case_id):
    saturday = timedelta(days=3)
    with world.changing("coordinator", world.now + saturday) as work:
        when = world.now + saturday + timedelta(hours=2)
        emergencies.call(work, case_id, Emergency(
            When(local_day(when), local_time(when), 30), MeetingMode.VIRTUAL,
            frozenset({world.agencies["police"]}), world.now + saturday + timedelta(hours=1.5)))
    assert [remind(world, 72 + hours) for hours in (0.5, 1, 1.4)] == [0, 1, 0]


def test_an_agency_that_was_reminded_this_morning_is_chased_by_hand_once_its_hour_is_over(world, case_id):
    meeting_id = call(world, case_id, hours=8, answers=6)
    remind(world, 5)
    for hours, agencies in ((5.5, 0), (6.5, 2), (7, 0)):
        with world.changing("coordinator", world.now + timedelta(hours=hours)) as work:
            assert research_chasing.chase(work, meeting_id).agencies == agencies


def withdraw(world, case_id, minutes=0):
    with world.looking() as session:
        nomination = session.scalars(select(Nomination.id).where(Nomination.case_id == case_id)).one()
    with world.changing("officer", world.now + timedelta(minutes=minutes)) as work:
        nominations.withdraw(work, nomination, "It was sent by mistake.")


def going(world, kind):
    """Return who is written to, and which hour they are given: what was cancelled left out."""
    names = {id_: name for name, id_ in world.users.items()}
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(
            QueuedLetter.kind == kind, QueuedLetter.status != PostStatus.CANCELLED)).all()
    return sorted((names[row.user_id], row.closes_at) for row in rows)


def stands(world, meeting_id):
    with world.looking() as session:
        return session.get_one(Meeting, meeting_id).status


def states(world, kind):
    with world.looking() as session:
        return set(session.scalars(select(QueuedLetter.status).where(QueuedLetter.kind == kind)))


# Before it begins, and when its hour has come and nobody has started it.
@pytest.mark.parametrize("minutes", [0, 6 * 60 + 5])
def test_where_its_case_is_withdrawn_the_meeting_falls_and_everybody_who_was_called_is_told(world, case_id, minutes):
    meeting_id = call(world, case_id)
    withdraw(world, case_id, minutes)
    assert stands(world, meeting_id) is MeetingStatus.CANCELLED
    invited = [who for who, _ in told(world, LetterKind.INVITATION)]
    assert [who for who, _ in told(world, LetterKind.INVITATION_CANCEL)] == invited != []
    # Those who run the panel see to it at once; nobody is asked any more what they hold.
    assert [who for who, _ in told(world, LetterKind.LOOK_NOW)] == ["chair", "coordinator", "deputy"]
    assert states(world, LetterKind.RESEARCH_ASKED) == {PostStatus.CANCELLED}


def test_whoever_withdraws_a_case_and_is_not_called_learns_of_no_meeting_by_it(world, case_id):
    make.excluded(world, case_id, who="deputy")
    call(world, case_id, agencies=("probation",))
    withdraw(world, case_id)
    with world.reading("officer") as work:
        lines = audits.mine(work).lines
    assert lines and not [line for line in lines if "Meeting" in line.what]
    letters = {who for kind in LetterKind for who, _ in told(world, kind) if kind in (
        LetterKind.INVITATION_CANCEL, LetterKind.LOOK_NOW)}
    assert letters == {"chair", "coordinator", "minute_taker", "probation_officer"}


def test_where_another_panel_takes_its_case_over_the_meeting_falls_too(world):
    case_id = make.accepted(world)
    meeting_id = call(world, case_id)
    answer(world, offer(world, case_id))
    assert stands(world, meeting_id) is MeetingStatus.CANCELLED


def test_its_case_is_not_taken_off_it(world, case_id):
    meeting_id = call(world, case_id)
    with world.looking() as session:
        item_id = session.scalars(select(AgendaItem.id).where(
            AgendaItem.meeting_id == meeting_id, AgendaItem.case_id == case_id)).one()
    with world.changing("coordinator") as work, pytest.raises(RuleBroken, match="cancel the meeting"):
        running_order.remove(work, meeting_id, version(world, meeting_id), item_id)


def test_an_agency_that_is_asked_again_after_the_hour_has_time_to_answer(world, case_id):
    meeting_id = call(world, case_id)
    request = the_request(world, meeting_id)
    with world.changing("officer", world.now + timedelta(hours=3)) as work:
        research.give(work, request.id, request.version, ResearchAnswer((Known.NONE,)))
    with world.changing("coordinator", world.now + timedelta(hours=4.5)) as work:
        research_again.ask(work, meeting_id, case_id, AskAgainReason.NEW_INCIDENT, [world.agencies["police"]])
    assert told(world, LetterKind.RESEARCH_AGAIN) == [("officer", world.now + timedelta(hours=5.5))]
    assert remind(world, 4.6) == 1  # of probation, which has never answered
    with world.looking() as session:
        request = session.get_one(ResearchRequest, request.id)
    with world.changing("officer", world.now + timedelta(hours=5)) as work:
        research.give(work, request.id, request.version, ResearchAnswer((Known.NONE,)))
    with world.looking() as session:
        assert session.get_one(ResearchRequest, request.id).status is ResearchStatus.CHECKED_NOT_KNOWN


def the_request(world, meeting_id, agency="police"):
    with world.looking() as session:
        return session.scalars(select(ResearchRequest).where(
            ResearchRequest.meeting_id == meeting_id,
            ResearchRequest.agency_id == world.agencies[agency])).one()


def test_an_agency_that_was_chased_and_is_asked_again_the_same_day_is_chased_again(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",), hours=9, answers=4)
    assert remind(world, 4.2) == 1
    request = the_request(world, meeting_id)
    with world.changing("officer", world.now + timedelta(hours=4.5)) as work:
        research.give(work, request.id, request.version, ResearchAnswer((Known.NONE,)))
    with world.changing("coordinator", world.now + timedelta(hours=5)) as work:
        research_again.ask(work, meeting_id, case_id, AskAgainReason.NEW_INCIDENT, [world.agencies["police"]])
    assert the_request(world, meeting_id).answers_by == world.now + timedelta(hours=6)
    assert [remind(world, hours) for hours in (5.5, 6, 6.2, 7)] == [0, 1, 1, 0]
    assert [hour for _, hour in told(world, LetterKind.RESEARCH_OVERDUE)] == [
        world.now + timedelta(hours=4), world.now + timedelta(hours=6)]


def test_an_agency_that_may_know_of_the_case_again_has_time_of_its_own(world, case_id):
    meeting_id = call(world, case_id, hours=8)
    police = Who(agency_id=world.agencies["police"])
    with world.changing("coordinator", world.now + timedelta(hours=1)) as work:
        exclusions.exclude(work, case_id, police, "user_is_party")
    with world.looking() as session:
        exclusion = session.scalars(select(CaseExclusion).where(CaseExclusion.case_id == case_id)).one()
    with world.changing("coordinator", world.now + timedelta(hours=5)) as work:
        exclusions.lift(work, case_id, exclusion.id)
    assert the_request(world, meeting_id).answers_by == world.now + timedelta(hours=6)
    assert remind(world, 5.1) == 1  # of probation
    assert [who for who, _ in told(world, LetterKind.RESEARCH_OVERDUE)] == ["probation_officer"]


@pytest.mark.parametrize(("asked", "until"), [(1, 4), (4, 5), (5, 6), (7.5, 8), (8, 9)])
def test_whoever_is_asked_after_the_hour_has_one_and_no_longer_than_until_the_meeting_starts(asked, until):
    noon = datetime(2026, 11, 25, 8, tzinfo=UTC)
    at = [noon + timedelta(hours=hours) for hours in (4, 8, asked)]
    assert hour_for(*at) == noon + timedelta(hours=until)
