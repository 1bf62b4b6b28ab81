"""An emergency meeting is called about one case: invited at once, asked with hours, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.emergencies import Emergency
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingKind, MeetingMode, When, local_day, local_time
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.meeting import Invitation, Meeting
from clinic.models.panel import CoreAgency
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.services import (
    agenda,
    emergencies,
    expectations,
    following,
    invitations,
    meeting_lists,
    meeting_pages,
    newcomers,
    panel_home,
    scheduling,
)
from clinic.services.scheduling import Change
from tests import make


@pytest.fixture
def case_id(world):
    """A case on the agenda of the next meeting."""
    case_id = make.case(world)
    make.listed(world, case_id, make.meeting(world, world.now + timedelta(days=14)))
    with world.changing("coordinator") as work:
        agenda.start(work, work.session.scalars(select(Meeting.id)).one())
    return case_id


def at(world, hours):
    moment = world.now + timedelta(hours=hours)
    return When(local_day(moment), local_time(moment), 30)


def call(world, case_id, who="coordinator", agencies=("police", "probation"), hours=6, answers=4):
    with world.changing(who) as work:
        return emergencies.call(work, case_id, Emergency(
            at(world, hours), MeetingMode.VIRTUAL, frozenset(world.agencies[name] for name in agencies),
            world.now + timedelta(hours=answers)))


def letters(world, kind):
    names = {id_: name for name, id_ in world.users.items()}
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == kind)).all()
    return sorted((names[row.user_id], row.closes_at) for row in rows)


def asked(world, meeting_id):
    names = {id_: name for name, id_ in world.agencies.items()}
    with world.looking() as session:
        rows = session.scalars(select(ResearchRequest).where(ResearchRequest.meeting_id == meeting_id)).all()
    return {names[row.agency_id]: row.due_on for row in rows}


def test_who_runs_the_panel_and_who_is_called_is_invited_at_once_and_agencies_have_hours(world, case_id):
    meeting_id = call(world, case_id)
    answers = world.now + timedelta(hours=4)
    invited = [who for who, _ in letters(world, LetterKind.INVITATION)]
    assert invited == ["chair", "coordinator", "deputy", "minute_taker", "officer", "probation_officer"]
    assert letters(world, LetterKind.RESEARCH_ASKED) == [("officer", answers), ("probation_officer", answers)]
    assert asked(world, meeting_id) == dict.fromkeys(("police", "probation"), local_day(answers))
    with world.looking() as session:
        meeting = session.get_one(Meeting, meeting_id)
        items = session.scalars(select(AgendaItem).where(AgendaItem.case_id == case_id)).all()
    assert meeting.kind is MeetingKind.EMERGENCY and meeting.answers_by == answers
    assert [(item.meeting_id, item.kind) for item in items] == [(meeting_id, AgendaItemKind.CASE_EMERGENCY)]


def test_nobody_else_is_asked_invited_or_on_its_register_later_and_no_case_goes_onto_it(world, case_id):
    meeting_id = call(world, case_id)
    with world.office.changing(SystemActor("timer"), world.now) as work:
        invitations.invite_coming(work)
        newcomers.ask_everywhere(work)
    with world.looking() as session:
        invited = set(session.scalars(select(Invitation.user_id).where(Invitation.meeting_id == meeting_id)))
    assert world.users["officer"] in invited and world.users["advocate"] not in invited
    assert "advocacy" not in asked(world, meeting_id)
    with world.reading("coordinator") as work:
        people = {person.agency for person in following.page_for(work, meeting_id).register.people}
    assert "Northmere Advocacy" not in people and {"Northmere Police", "Northmere Probation"} <= people
    other = make.case(world)
    with world.changing("coordinator") as work:
        work.require(lambda actor: True)
        placed = agenda.place(work, work.session.get_one(Case, other), AgendaItemKind.CASE_NEW)
    assert placed.id != meeting_id


def test_a_meeting_that_is_earlier_now_has_its_answers_before_it(world, case_id):
    meeting_id = call(world, case_id)
    with world.looking() as session:
        version = session.get_one(Meeting, meeting_id).version
    with world.changing("chair") as work:
        scheduling.move(work, meeting_id, Change(at(world, 2), MeetingMode.VIRTUAL, "", version))
    with world.looking() as session:
        meeting = session.get_one(Meeting, meeting_id)
    assert meeting.answers_by == meeting.starts_at == world.now + timedelta(hours=2)


@pytest.mark.parametrize(("who", "refusal"), [
    ("officer", NotPermitted), ("minute_taker", NotPermitted), ("other_coordinator", NotFound), ("admin", NotFound)])
def test_who_runs_the_panel_calls_it_and_nobody_else(world, case_id, who, refusal):
    with pytest.raises(refusal):
        call(world, case_id, who)
    with pytest.raises(refusal), world.reading(who) as work:
        emergencies.page(work, case_id)


def test_whoever_is_shut_out_is_neither_invited_nor_asked_nor_finds_the_meeting_anywhere(world, case_id):
    for who in ("officer", "deputy"):
        make.excluded(world, case_id, who=who)
    make.excluded(world, case_id, agency="probation")
    with pytest.raises(RuleBroken, match="agencies shown"):
        call(world, case_id)
    meeting_id = call(world, case_id, agencies=("advocacy",))
    assert [who for who, _ in letters(world, LetterKind.RESEARCH_ASKED)] == ["advocate"]
    assert [who for who, _ in letters(world, LetterKind.INVITATION)] == [
        "advocate", "chair", "coordinator", "minute_taker"]
    for who in ("officer", "deputy", "probation_officer"):
        assert meeting_id not in listed_for(world, who)
        with pytest.raises(NotFound), world.reading(who) as work:
            meeting_pages.show(work, meeting_id)
    assert meeting_id in listed_for(world, "advocate")
    assert expectations_warned(world, world.now + timedelta(minutes=1)) == ["coordinator"]


def listed_for(world, who):
    """Return the meetings that somebody finds on their list, on the panel's, and on its page as the next."""
    found = set()
    with world.reading(who) as work:
        found |= {line.id for month in meeting_lists.mine(work, None, 1).months for line in month.lines}
    with world.reading(who) as work:
        page = meeting_lists.of_panel(work, world.clinic, 1, False)
        found |= {line.id for month in page.months for line in month.lines}
    with world.reading(who) as work:
        found.add(panel_home.of_panel(work, world.clinic).next.id)
    return found


def expectations_warned(world, at):
    """Return whom the timer warns of too few."""
    with world.office.changing(SystemActor("timer"), at) as work:
        expectations.warn(work)
    return [who for who, _ in letters(world, LetterKind.QUORUM_SHORT)]


def test_core_agencies_are_proposed(world, case_id):
    with world.changing("coordinator") as work:
        work.require(lambda actor: True)
        work.session.add(CoreAgency(panel_id=world.clinic, agency_id=world.agencies["police"]))
        work.record("update", "CoreAgency")
    with world.reading("coordinator") as work:
        assert emergencies.page(work, case_id).core == (str(world.agencies["police"]),)
