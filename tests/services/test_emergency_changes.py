"""What becomes of an emergency meeting when it moves, when its hour passes, and when its case is taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingMode, MeetingStatus
from clinic.domain.research import Known, ResearchAnswer, ResearchStatus
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.services import nominations, research, scheduling
from clinic.services.scheduling import Change
from tests.services.test_emergencies import at, call, on_an_agenda, told


@pytest.fixture
def case_id(world):
    return on_an_agenda(world)


def test_a_meeting_that_is_earlier_now_has_its_answers_before_it(world, case_id):
    meeting_id = call(world, case_id)
    with world.looking() as session:
        version = session.get_one(Meeting, meeting_id).version
    with world.changing("chair") as work:
        scheduling.move(work, meeting_id, Change(at(world, 2), MeetingMode.VIRTUAL, "", version))
    with world.looking() as session:
        meeting = session.get_one(Meeting, meeting_id)
    sooner = world.now + timedelta(hours=2)
    assert meeting.answers_by == meeting.starts_at == sooner
    # Both letters are there, for who had one hour and has another now; a move to a later hour writes no third.
    assert told(world, LetterKind.RESEARCH_ASKED) == [
        (who, hour) for who in ("officer", "probation_officer") for hour in (sooner, world.now + timedelta(hours=4))]
    with world.changing("chair") as work:
        scheduling.move(work, meeting_id, Change(at(world, 3), MeetingMode.VIRTUAL, "", meeting.version))
    assert len(told(world, LetterKind.RESEARCH_ASKED)) == 4


@pytest.mark.parametrize(("hours", "status"), [(4, ResearchStatus.CHECKED_NOT_KNOWN), (5, ResearchStatus.LATE)])
def test_an_answer_after_the_hour_is_kept_as_late(world, case_id, hours, status):
    meeting_id = call(world, case_id)
    with world.looking() as session:
        request = session.scalars(select(ResearchRequest).where(
            ResearchRequest.meeting_id == meeting_id,
            ResearchRequest.agency_id == world.agencies["police"])).one()
    with world.changing("officer", world.now + timedelta(hours=hours)) as work:
        research.give(work, request.id, request.version, ResearchAnswer((Known.NONE,)))
    with world.looking() as session:
        assert session.get_one(ResearchRequest, request.id).status is status


def test_where_its_case_is_withdrawn_the_meeting_falls_and_everybody_who_was_called_is_told(world, case_id):
    meeting_id = call(world, case_id)
    with world.looking() as session:
        nomination = session.scalars(select(Nomination.id).where(Nomination.case_id == case_id)).one()
    with world.changing("officer") as work:
        nominations.withdraw(work, nomination, "It was sent by mistake.")
    with world.looking() as session:
        assert session.get_one(Meeting, meeting_id).status is MeetingStatus.CANCELLED
    assert [who for who, _ in told(world, LetterKind.INVITATION_CANCEL)] == [
        who for who, _ in told(world, LetterKind.INVITATION)] != []
