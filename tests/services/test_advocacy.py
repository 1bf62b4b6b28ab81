"""An advocate brings the victim's views to the meeting, tells the victim after it, and nobody else does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.advocacy import VictimFeedback, VoiceKind
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.domain.panels import TaskKind
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.policy.accounts import anyone
from clinic.services import advocacy, exclusions, live, nominations, overviews
from clinic.services.exclusions import Who
from tests import make

V, F = VoiceKind.VIEWS, VoiceKind.FEEDBACK
S = VictimFeedback


@pytest.fixture
def listed(world):
    """A case on the agenda of a coming meeting, which the advocate's agency is asked about."""
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    nomination_id = make.nominated(world)
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.ACCEPT))
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id, meeting_id


def say(world, listed, kind=V, status=S.GIVEN, text="Wants it to stop.", who="advocate"):
    with world.changing(who) as work:
        advocacy.say(work, *listed, kind, status, text)


def tasks(world, who="advocate"):
    with world.reading(who) as work:
        return [(line.kind, line.case_id) for line in advocacy.tasks(work).lines]


def waits(world, who="advocate"):
    """Return the kinds of task that somebody's home counts."""
    with world.reading(who) as work:
        return {task.kind for panel in overviews.of_person(work).panels for task in panel.tasks}


def hear(world, listed, outcome=HearingOutcome.HEARD_ACTIONS_SET):
    """Let the meeting be over, and the case heard or put off."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.session.scalars(select(Hearing).where(Hearing.case_id == listed[0])).one().outcome = outcome
        work.session.get_one(Meeting, listed[1]).status = MeetingStatus.CLOSED
        work.record(AuditVerb.UPDATE, "Meeting")


def test_a_listed_case_asks_for_the_victim_s_views_until_they_are_brought(world, listed):
    assert tasks(world) == [(V, listed[0])] and TaskKind.VIEWS in waits(world)
    say(world, listed)
    assert tasks(world) == [] and TaskKind.VIEWS not in waits(world)


def test_a_heard_case_asks_whether_the_victim_was_told_and_one_that_was_put_off_does_not(world, listed):
    hear(world, listed)
    assert tasks(world) == [(F, listed[0])] and TaskKind.FEEDBACK in waits(world)
    say(world, listed, F, S.NOT_GIVEN_UNSAFE, "He reads her messages.")
    assert tasks(world) == []
    hear(world, listed, HearingOutcome.DEFERRED)
    assert tasks(world) == []


def test_the_views_come_first_when_the_case_is_heard_with_who_brought_them(world, listed):
    say(world, listed, text="Fears the weekend.")
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(Hearing.case_id == listed[0])).one()
    with world.reading("chair") as work:
        voice = live.hearing_page(work, hearing_id).voice
    assert (voice.text, voice.by, voice.agency) == ("Fears the weekend.", "Advocate Testwell", "Northmere Advocacy")


def test_everybody_who_knows_the_case_reads_what_was_said_meeting_by_meeting(world, listed):
    say(world, listed)
    hear(world, listed)
    with world.reading("officer") as work:
        page = advocacy.page(work, listed[0])
    line, = page.meetings
    assert [(said.kind, said.status) for said in line.said] == [(V, S.GIVEN)] and line.asks is F
    assert not page.may_speak


def test_more_can_follow_until_the_case_is_heard_and_nothing_is_said_before_its_time(world, listed):
    with pytest.raises(RuleBroken):
        say(world, listed, F)
    say(world, listed, V, S.NOT_GIVEN_NO_CONTACT, "No answer on Monday.")
    with world.changing("advocate", world.now + timedelta(hours=1)) as work:
        advocacy.say(work, *listed, V, S.GIVEN, "Reached on Tuesday.")
    with world.reading("officer") as work:
        line, = advocacy.page(work, listed[0]).meetings
    assert [said.text for said in line.said] == ["Reached on Tuesday.", "No answer on Monday."]
    assert line.asks is V and not line.waits
    hear(world, listed)
    with pytest.raises(RuleBroken):
        say(world, listed)
    with pytest.raises(NotFound):
        say(world, (listed[0], make.meeting(world, world.now + timedelta(days=40))))


@pytest.mark.parametrize("who", ["officer", "coordinator", "chair"])
def test_nobody_speaks_for_the_victim_in_the_advocate_s_place(world, listed, who):
    assert tasks(world, who) == []
    with pytest.raises(NotPermitted):
        say(world, listed, who=who)
    with pytest.raises(NotPermitted), world.reading(who) as work:
        advocacy.ask_page(work, *listed)


def test_an_advocate_who_must_not_know_of_the_case_finds_no_task_no_count_and_no_page(world, listed):
    with world.changing("coordinator") as work:
        exclusions.exclude(work, listed[0], Who(user_id=world.users["advocate"]), "user_is_party")
    assert tasks(world) == [] and TaskKind.VIEWS not in waits(world)
    for call in (lambda work: advocacy.page(work, listed[0]), lambda work: advocacy.ask_page(work, *listed)):
        with pytest.raises(NotFound), world.reading("advocate") as work:
            call(work)
    with pytest.raises(NotFound):
        say(world, listed)
