"""A round in writing: agencies answer until it closes, then the chair decides each case and agrees actions."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actions import NewAction
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingKind, MeetingMode, When, local_day, local_time
from clinic.domain.panels import TaskKind
from clinic.domain.research import Known, ResearchAnswer
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.research import ResearchRequest
from clinic.services import (
    actions,
    agenda,
    expectations,
    following,
    hearings,
    meeting_pages,
    meetings,
    minutes,
    panel_home,
    research,
    running_order,
    scheduling,
)
from clinic.services.scheduling import Change, NewMeeting
from tests import make


@pytest.fixture
def closes(world):
    return world.now + timedelta(days=5)


@pytest.fixture
def round_id(world, closes):
    with world.changing("coordinator") as work:
        return scheduling.schedule(work, world.clinic, NewMeeting(MeetingKind.EXTRAORDINARY, when(closes),
                                                                  MeetingMode.ASYNCHRONOUS))


def when(at):
    return When(local_day(at), local_time(at), 180)


def listed(world, round_id):
    """Put a case onto the round's agenda, as the coordinator does, and return it with its hearing."""
    case_id = make.case(world)
    with world.changing("coordinator") as work:
        agenda.start(work, round_id)
    with world.changing("coordinator") as work:
        version = agenda.version_seen_by(work, agenda.standing(work, meetings.find(work, round_id)))
        running_order.add_case(work, round_id, version, case_id)
    with world.looking() as session:
        return case_id, session.scalars(select(Hearing.id).where(Hearing.case_id == case_id)).one()


def asked(world, case_id):
    with world.looking() as session:
        rows = session.scalars(select(ResearchRequest).where(ResearchRequest.case_id == case_id)).all()
    names = {id_: name for name, id_ in world.agencies.items()}
    return {names[row.agency_id]: row for row in rows}


def answer(world, case_id, agency, who):
    row = asked(world, case_id)[agency]
    with world.changing(who) as work:
        research.give(work, row.id, row.version, ResearchAnswer((Known.NONE,)))


def start(world, round_id, at):
    with world.changing("chair", at) as work:
        hearings.start(work, round_id, world.users["chair"])


def quorum(world, round_id, who="coordinator"):
    with world.reading(who) as work:
        return following.page_for(work, round_id).register.quorum


def test_agencies_answer_until_it_closes_and_the_chair_decides_agrees_closes_and_minutes_say_so(
        world, closes, round_id):
    case_id, hearing_id = listed(world, round_id)
    assert {row.due_on for row in asked(world, case_id).values()} == {local_day(closes)}
    with pytest.raises(RuleBroken, match="closes on 30 November 2026 at 10am"):
        start(world, round_id, closes - timedelta(minutes=1))
    answer(world, case_id, "police", "officer")
    start(world, round_id, closes)
    at = closes + timedelta(minutes=5)
    with world.changing("chair", at) as work:
        actions.agree(work, hearing_id, NewAction("Put it in.", world.agencies["police"], None, local_day(at)))
    with world.changing("chair", at) as work:
        hearings.decide(work, hearing_id, HearingOutcome.HEARD_ACTIONS_SET, None, None)
    with world.changing("chair", at) as work:
        hearings.close(work, round_id)
    with world.changing("coordinator", at) as work:
        minutes.draft(work, round_id, lambda text: text)
    with world.reading("chair", at) as work:
        frame, _, case = minutes.draft_page(work, round_id).sections
    assert frame.text.startswith("This was a round in writing: nobody met. Agencies answered until 30 November 2026 at")
    assert "Put it in." in case.text


def test_the_quorum_counts_agencies_by_the_answers_that_its_reader_may_read(world, round_id):
    first, second = listed(world, round_id)[0], make.case(world, nominated_by="probation_officer")
    make.listed(world, second, round_id, asked=("police", "probation"))
    assert (quorum(world, round_id).present, quorum(world, round_id).needed) == (0, 4)
    for agency, who in (("police", "officer"), ("probation", "probation_officer")):
        answer(world, first, agency, who)
    answer(world, second, "police", "officer")
    assert quorum(world, round_id).present == 2
    make.excluded(world, first, who="advocate")
    make.excluded(world, first, who="deputy")
    assert quorum(world, round_id, "deputy").present == 1 and quorum(world, round_id, "advocate").present == 0


def test_nobody_comes_to_it_nobody_presents_and_it_takes_no_case_by_itself(world, closes, round_id):
    case_id, _ = listed(world, round_id)
    with world.changing("officer") as work, pytest.raises(RuleBroken, match="Nobody comes"):
        expectations.answer(work, round_id, True)
    with world.reading("officer") as work:
        assert not meeting_pages.show(work, round_id).asked_to_come
    kinds = set()
    for who in ("coordinator", "chair", "officer"):
        with world.reading(who) as work:
            home = panel_home.of_panel(work, world.clinic)
            kinds |= {line.task.kind for line in home.lines} | {task.kind for task in home.others}
    assert TaskKind.SIGN not in kinds and TaskKind.RESEARCH in kinds
    assert not kinds & {TaskKind.COME, TaskKind.ATTENDANCE, TaskKind.NAME_PRESENTERS, TaskKind.PRESENT}
    later = make.meeting(world, closes + timedelta(days=20))
    with world.changing("coordinator") as work:
        case = work.session.get_one(agenda.Case, make.case(world))
        work.require(lambda actor: True)
        assert agenda.place(work, case, agenda.AgendaItemKind.CASE_NEW).id == later
    assert case_id != case.id


def test_a_round_is_in_nobody_s_way_moves_and_stays_a_round(world, closes, round_id):
    with world.changing("coordinator") as work:
        met = NewMeeting(MeetingKind.EXTRAORDINARY, when(closes), MeetingMode.VIRTUAL)
        scheduling.schedule(work, world.clinic, met)
    with world.looking() as session:
        row = session.get_one(Meeting, round_id)
    assert row.ends_at - row.starts_at == timedelta(minutes=15)
    with world.changing("coordinator") as work, pytest.raises(RuleBroken, match="cannot become"):
        scheduling.move(work, round_id, Change(when(closes), MeetingMode.VIRTUAL, "", row.version))
    later, (case_id, _) = closes + timedelta(days=1), listed(world, round_id)
    with world.changing("coordinator") as work:
        assert scheduling.move(work, round_id, Change(when(later), MeetingMode.ASYNCHRONOUS, "", row.version))
    assert {one.due_on for one in asked(world, case_id).values()} == {local_day(later)}
