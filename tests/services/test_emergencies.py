"""An emergency meeting is called about one case: invited at once, asked with hours, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.documents.markup import render
from clinic.domain.actions import NewAction
from clinic.domain.actors import SystemActor
from clinic.domain.advocacy import VictimFeedback, VoiceKind
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.emergencies import Emergency
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import InviteStatus, MeetingKind, MeetingMode, When, local_day, local_time
from clinic.domain.urgent import Said, UrgentOutcome, UrgentQuestion, UrgentReply
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Invitation, Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import CoreAgency, PanelRules
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from clinic.services import (
    actions,
    additions,
    advocacy,
    agenda,
    approvals,
    case_pages,
    cases,
    editions,
    emergencies,
    exclusions,
    feeds,
    following,
    hearings,
    interests,
    invitations,
    letters,
    live,
    meeting_lists,
    meeting_pages,
    minutes,
    newcomers,
    nomination_pages,
    overviews,
    panel_home,
    presenting,
    receipts,
    requests,
    research_grid,
    scheduling,
    urgent,
    urgent_pages,
)
from clinic.services.scheduling import Change
from tests import make


@pytest.fixture
def case_id(world):
    return on_an_agenda(world)


def on_an_agenda(world):
    """Return a case on the agenda of the next meeting."""
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


def told(world, kind):
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
    invited = [who for who, _ in told(world, LetterKind.INVITATION)]
    assert invited == ["chair", "coordinator", "deputy", "minute_taker", "officer", "probation_officer"]
    assert told(world, LetterKind.RESEARCH_ASKED) == [("officer", answers), ("probation_officer", answers)]
    assert asked(world, meeting_id) == dict.fromkeys(("police", "probation"), local_day(answers))
    with world.looking() as session:
        meeting = session.get_one(Meeting, meeting_id)
        items = session.scalars(select(AgendaItem).where(AgendaItem.case_id == case_id)).all()
    assert meeting.kind is MeetingKind.EMERGENCY and meeting.answers_by == answers
    assert [(item.meeting_id, item.kind) for item in items] == [(meeting_id, AgendaItemKind.CASE_EMERGENCY)]
    with world.looking() as session:
        order = session.scalars(select(AgendaItem.kind).where(AgendaItem.meeting_id == meeting_id)
                                .order_by(AgendaItem.position)).all()
    assert order == [AgendaItemKind.CONFIDENTIALITY, AgendaItemKind.INTERESTS, AgendaItemKind.CASE_EMERGENCY,
                     AgendaItemKind.CLOSE]


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


@pytest.mark.parametrize(("who", "refusal"), [
    ("officer", NotPermitted), ("minute_taker", NotPermitted), ("other_coordinator", NotFound), ("admin", NotFound)])
def test_who_runs_the_panel_calls_it_and_nobody_else(world, case_id, who, refusal):
    with pytest.raises(refusal):
        call(world, case_id, who)
    with pytest.raises(refusal), world.reading(who) as work:
        emergencies.page(work, case_id)


def test_whoever_may_not_call_it_is_not_told_what_the_form_lacks_either(world, case_id):
    with pytest.raises(NotPermitted):
        call(world, case_id, "officer", agencies=())


def test_whoever_is_shut_out_is_neither_invited_nor_asked_nor_finds_the_meeting_anywhere(world, case_id):
    for who in ("officer", "deputy"):
        make.excluded(world, case_id, who=who)
    make.excluded(world, case_id, agency="probation")
    with pytest.raises(RuleBroken, match="agencies shown"):
        call(world, case_id)
    meeting_id = call(world, case_id, agencies=("advocacy",))
    assert [who for who, _ in told(world, LetterKind.RESEARCH_ASKED)] == ["advocate"]
    assert [who for who, _ in told(world, LetterKind.INVITATION)] == [
        "advocate", "chair", "coordinator", "minute_taker"]
    for who in ("officer", "deputy", "probation_officer"):
        assert meeting_id not in listed_for(world, who)
        with pytest.raises(NotFound), world.reading(who) as work:
            meeting_pages.show(work, meeting_id)
    assert meeting_id in listed_for(world, "advocate")


def listed_for(world, who):
    """Return the meetings that somebody finds on their list, on the panel's, and on their home as the next."""
    found = set()
    with world.reading(who) as work:
        found |= {line.id for month in meeting_lists.mine(work, None, 1).months for line in month.lines}
    with world.reading(who) as work:
        page = meeting_lists.of_panel(work, world.clinic, 1, False)
        found |= {line.id for month in page.months for line in month.lines}
    with world.reading(who) as work:
        found |= {one.next.id for one in overviews.of_person(work).panels if one.next}
    return found


def test_core_agencies_and_who_nominated_the_case_are_proposed(world, case_id):
    with world.changing("coordinator") as work:
        work.require(lambda actor: True)
        work.session.add(CoreAgency(panel_id=world.clinic, agency_id=world.agencies["probation"]))
        work.record("update", "CoreAgency")
    with world.reading("coordinator") as work:
        proposed = emergencies.page(work, case_id).core
    # The police nominated it.
    assert set(proposed) == {str(world.agencies[name]) for name in ("probation", "police")}


def test_whoever_is_not_called_finds_no_meeting_even_if_they_know_of_the_case(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    for who in ("advocate", "probation_officer", "observer", "recipient"):
        assert meeting_id not in listed_for(world, who)
        with pytest.raises(NotFound), world.reading(who) as work:
            meeting_pages.show(work, meeting_id)
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(Hearing.meeting_id == meeting_id)).one()
    for who, called in (("officer", True), ("probation_officer", False)):
        with world.reading(who) as work:
            assert (meeting_id in {line.meeting_id for line in case_pages.show(work, case_id).hearings}) is called
        with world.reading(who) as work:
            line, = cases.index(work, cases.Filter()).lines
            assert (line.meeting_id == meeting_id) is called
        with world.reading(who) as work:
            assert (meeting_id in {one.meeting_id for one in advocacy.page(work, case_id).meetings}) is called
    with pytest.raises(NotFound), world.reading("probation_officer") as work:
        live.hearing_page(work, hearing_id)
    assert {who for who in ("coordinator", "chair", "deputy", "minute_taker", "officer")
            if meeting_id in listed_for(world, who)} == {"coordinator", "chair", "deputy", "minute_taker", "officer"}


def test_a_diary_holds_the_meeting_of_whoever_may_know_of_it_and_is_kept_for_nobody_else(world, case_id):
    make.excluded(world, case_id, who="deputy")
    addresses = {}
    for who in ("officer", "deputy"):
        with world.changing(who) as work:
            addresses[who] = feeds.make(work, feeds.NewFeed("Phone", with_deadlines=True))
    without = {who: diary(world, secret) for who, secret in addresses.items()}
    meeting_id = call(world, case_id, agencies=("police",))
    for who, secret in addresses.items():
        entries, state = diary(world, secret)
        assert state is None, "one reader's diary would be given to the next"
        added = [entry.link for entry in entries.entries if entry not in without[who][0].entries]
        assert added == ([f"/meetings/{meeting_id}"] if who == "officer" else [])
        assert entries.deadlines == without[who][0].deadlines


def diary(world, secret):
    with world.looking() as session:
        scope = feeds.scope(session, secret, world.now)
        return feeds.contents(session, scope, world.now), scope.state


def publish(world, meeting_id, who="chair"):
    with world.changing(who) as work:
        editions.publish(work, meeting_id, agenda.version_seen_by(
            work, agenda.standing(work, work.session.get_one(Meeting, meeting_id))))


def test_its_agenda_and_what_is_declared_for_it_are_told_to_nobody_who_must_not_know(world, case_id):
    make.excluded(world, case_id, who="coordinator")
    meeting_id = call(world, case_id, "chair", agencies=("police",))
    publish(world, meeting_id)
    assert [who for who, _ in told(world, LetterKind.AGENDA_READY)] == ["chair", "deputy", "minute_taker", "officer"]
    with world.changing("officer") as work:
        interests.declare(work, meeting_id, interests.Declared(True, somebody="A neighbour of mine."))
    assert told(world, LetterKind.INTEREST_DECLARED) == []


def test_the_post_of_the_panel_tells_no_coordinator_of_a_meeting_that_they_must_not_know(world, case_id):
    make.excluded(world, case_id, who="coordinator")
    before = posted(world)
    meeting_id = call(world, case_id, "chair", agencies=("police",))
    publish(world, meeting_id)
    version_id = held(world, meeting_id, case_id, "chair")
    with world.changing("chair") as work:
        receipts.circulate(work, version_id)
    assert posted(world) == before
    with world.looking() as session:
        assert session.scalars(select(QueuedLetter.id).where(QueuedLetter.kind == LetterKind.MINUTES_READY)).all()


def posted(world):
    with world.reading("coordinator") as work:
        return letters.page(work)


def held(world, meeting_id, case_id, who="coordinator"):
    """Hold the meeting, and return the approved version of its minutes."""
    with world.changing(who) as work:
        hearings.start(work, meeting_id, world.users["chair"])
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(
            Hearing.meeting_id == meeting_id, Hearing.case_id == case_id)).one()
    with world.changing(who) as work:
        hearings.begin(work, hearing_id)
    with world.changing(who) as work:
        hearings.decide(work, hearing_id, HearingOutcome.HEARD_NO_ACTIONS, None, None)
    with world.changing(who) as work:
        hearings.close(work, meeting_id)
    with world.changing("minute_taker") as work:
        minutes.draft(work, meeting_id, render)
    with world.changing("minute_taker") as work:
        approvals.send_to_chair(work, meeting_id)
    with world.reading("chair") as work:
        seen = minutes.approval_page(work, meeting_id).seen
    with world.changing("chair") as work:
        return approvals.approve(work, meeting_id, seen)


def test_its_minutes_go_to_those_who_come_and_chase_nobody_who_is_shut_out_since(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    version_id = held(world, meeting_id, case_id)
    with world.changing("coordinator") as work:
        receipts.circulate(work, version_id)
    assert [who for who, _ in told(world, LetterKind.MINUTES_READY)] == [
        "chair", "coordinator", "deputy", "minute_taker", "officer"]
    make.excluded(world, case_id, who="deputy")
    make.excluded(world, case_id, agency="police")
    with world.office.changing(SystemActor("timer"), world.now + timedelta(days=14)) as work:
        receipts.chase(work)
    # The chair works for the police.
    assert [who for who, _ in told(world, LetterKind.MINUTES_CHASE)] == ["coordinator", "minute_taker"]


def test_whoever_is_shut_out_later_hears_nothing_of_what_has_not_left_and_is_taken_off_what_has(world, case_id):
    meeting_id = call(world, case_id, agencies=("police", "probation"))
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(lambda actor: True)
        row = work.session.scalars(select(QueuedLetter).where(
            QueuedLetter.kind == LetterKind.INVITATION, QueuedLetter.user_id == world.users["officer"])).one()
        row.status = PostStatus.ACCEPTED
        work.record("update", "QueuedLetter")
    for who in ("officer", "probation_officer"):
        with world.changing("coordinator") as work:
            exclusions.exclude(work, case_id, exclusions.Who(user_id=world.users[who]), "user_is_party")
    assert waiting(world, "probation_officer", meeting_id) == []
    assert waiting(world, "officer", meeting_id) == [LetterKind.INVITATION_REMOVED]
    with world.office.changing(SystemActor("timer"), world.now) as work:
        invitations.invite_coming(work)
    assert waiting(world, "probation_officer", meeting_id) == []
    with world.looking() as session:
        invited = set(session.scalars(select(Invitation.user_id).where(
            Invitation.meeting_id == meeting_id, Invitation.status == InviteStatus.SENT)))
    assert not invited & {world.users["officer"], world.users["probation_officer"]}


def waiting(world, who, meeting_id):
    with world.looking() as session:
        return list(session.scalars(select(QueuedLetter.kind).where(
            QueuedLetter.user_id == world.users[who], QueuedLetter.about_id == meeting_id,
            QueuedLetter.status == PostStatus.QUEUED)))


def test_it_hears_its_own_case_alone_and_is_called_once(world, case_id):
    meeting_id, other = call(world, case_id), make.accepted(world)
    with pytest.raises(RuleBroken, match="one case alone"), world.changing("coordinator") as work:
        work.require(lambda actor: True)
        agenda.place(work, work.session.get_one(Case, other), AgendaItemKind.CASE_NEW,
                     meeting=work.session.get_one(Meeting, meeting_id), late=True)
    with world.reading("coordinator") as work:
        assert "one case alone" in additions.choose(work, meeting_id).refusal
    with pytest.raises(RuleBroken, match="called already"):
        call(world, case_id)
    with world.reading("coordinator") as work:
        assert "called already" in emergencies.page(work, case_id).refusal


def test_it_ratifies_what_was_decided_on_its_own_case_and_on_no_other(world, case_id):
    other = make.case(world)
    decided = [decide(world, id_) for id_ in (case_id, other)]
    meeting_id = call(world, case_id)
    with world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    with world.reading("coordinator") as work:
        work.require(lambda actor: True)
        meeting = work.session.get_one(Meeting, meeting_id)
        assert [line.id for line in urgent_pages.before(work, meeting)] == decided[:1]
        rows = [work.session.get_one(UrgentDecision, id_) for id_ in decided]
        assert [urgent.running(work, row) for row in rows] == [meeting_id, None]
        work.record("view", "UrgentDecision")


def decide(world, case_id):
    with world.changing("coordinator") as work:
        asked = urgent.ask(work, case_id, UrgentQuestion(
            "Is an alarm put in?", frozenset(world.agencies[name] for name in ("police", "probation")), 2,
            world.now + timedelta(hours=1)))
    for who in ("officer", "probation_officer"):
        with world.looking() as session:
            answer_id, version = session.execute(select(UrgentAnswer.id, UrgentAnswer.version).where(
                UrgentAnswer.decision_id == asked,
                UrgentAnswer.agency_id == world.actor(who).agency_id)).one()
        with world.changing(who) as work:
            urgent.answer(work, answer_id, Said(UrgentReply.AGREE, "Yes."), version)
    with world.changing("chair") as work:
        urgent.decide(work, asked, UrgentOutcome.DECIDED, "It is put in.")
    return asked


def test_an_answer_is_late_when_its_hour_is_over(world, case_id):
    meeting_id = call(world, case_id, hours=6, answers=4)
    for hours, late in ((3, False), (5, True)):
        at = world.now + timedelta(hours=hours)
        with world.reading("officer", at) as work:
            line = next(one for one in requests.requests_page(work, requests.Show.OPEN, 1).lines
                        if one.meeting_id == meeting_id)
        with world.reading("officer", at) as work:
            assert requests.request_page(work, line.id).overdue is line.overdue is late
        with world.reading("coordinator", at) as work:
            cells = [cell for row in research_grid.page(work, meeting_id).rows for cell in row.cells]
        assert {cell.overdue for cell in cells} == {late} and len(cells) == 2


def test_there_being_one_changes_nothing_of_the_panels_own_meetings(world, case_id):
    for days in (30, 60, 90, 120):
        make.meeting(world, world.now + timedelta(days=days))
    with world.office.changing(SystemActor("timer"), world.now) as work:
        invitations.invite_coming(work)
    with world.looking() as session:
        before = set(session.scalars(select(Meeting.id).where(Meeting.invited_at.is_not(None))))
    meeting_id = call(world, case_id)
    make.meeting(world, world.now + timedelta(days=150))
    with world.office.changing(SystemActor("timer"), world.now) as work:
        invitations.invite_coming(work)
    with world.looking() as session:
        assert set(session.scalars(select(Meeting.id).where(Meeting.invited_at.is_not(None)))) == before | {meeting_id}


def test_a_quorum_needs_no_more_than_are_called(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    with world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(lambda actor: True)
        work.session.scalars(select(PanelRules).where(PanelRules.panel_id == world.clinic)).one().quorum_members = 10
        work.record("update", "PanelRules")
    with world.reading("coordinator") as work:
        register = following.page_for(work, meeting_id).register
    assert register.quorum.needed == len(register.people) == 5


def test_whoever_may_know_again_is_invited_at_once_by_a_letter_of_its_own(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, exclusions.Who(user_id=world.users["officer"]), "user_is_party")
    assert LetterKind.INVITATION not in waiting(world, "officer", meeting_id)
    with world.reading("coordinator") as work:
        line, = exclusions.page(work, case_id).lines
    with world.changing("coordinator") as work:
        exclusions.lift(work, case_id, line.id)
    assert LetterKind.INVITATION in waiting(world, "officer", meeting_id)


def test_it_keeps_its_case_from_other_agendas(world, case_id):
    with world.looking() as session:
        ordinary = session.scalars(select(Meeting.id)).one()
    call(world, case_id)
    with world.reading("coordinator") as work:
        assert case_id not in {line.case_id for line in additions.choose(work, ordinary).lines}


def test_it_is_not_called_where_nobody_could_chair_it(world, case_id):
    for who in ("chair", "deputy"):
        make.excluded(world, case_id, who=who)
    with pytest.raises(RuleBroken, match="nobody could chair"):
        call(world, case_id)


def test_an_action_is_given_to_agencies_that_are_called(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    with world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    with world.looking() as session:
        hearing_id = session.scalars(select(Hearing.id).where(Hearing.meeting_id == meeting_id)).one()
    with world.changing("coordinator") as work:
        hearings.begin(work, hearing_id)
    due = local_day(world.now + timedelta(days=7))
    with pytest.raises(RuleBroken), world.changing("coordinator") as work:
        actions.agree(work, hearing_id, NewAction("Visit.", world.agencies["probation"], None, due))
    with world.changing("coordinator") as work:
        assert actions.agree(work, hearing_id, NewAction("Visit.", world.agencies["police"], None, due))


def test_a_receipt_is_nobodys_who_must_not_know_any_more(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    version_id = held(world, meeting_id, case_id)
    with world.changing("coordinator") as work:
        receipts.circulate(work, version_id)
    make.excluded(world, case_id, who="officer")
    with pytest.raises(NotFound), world.changing("officer") as work:
        receipts.acknowledge(work, version_id)


def test_whoever_declares_an_interest_in_its_case_is_out_of_the_meeting_and_told_where_to_go_on(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    with world.changing("officer") as work:
        assert not interests.declare(work, meeting_id, interests.Declared(
            True, frozenset({case_id}), "previous_relationship", "We were at school together."))
    with pytest.raises(NotFound), world.reading("officer") as work:
        meeting_pages.show(work, meeting_id)


def named_on_panel(world, who):
    with world.reading(who) as work:
        return [one.id for one in panel_home.of_panel(work, world.clinic).emergencies]


def test_the_panels_own_page_names_it_to_who_is_called_and_to_who_runs_the_panel_until_it_is_over(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    make.excluded(world, case_id, who="deputy")
    for who in ("officer", "coordinator", "chair", "minute_taker"):
        assert named_on_panel(world, who) == [meeting_id], who
    for who in ("probation_officer", "advocate", "deputy", "observer"):
        assert named_on_panel(world, who) == [], who
    with world.looking() as session:
        version = session.get_one(Meeting, meeting_id).version
    with world.changing("coordinator") as work:
        scheduling.cancel(work, meeting_id, version)
    assert named_on_panel(world, "officer") == [] == named_on_panel(world, "chair")


def test_the_panels_own_page_prepares_its_own_meeting(world, case_id):
    meeting_id = call(world, case_id)
    with world.reading("coordinator") as work:
        assert panel_home.of_panel(work, world.clinic).next.id != meeting_id
    with world.reading("coordinator") as work:
        assert meeting_id in {one.next.id for one in overviews.of_person(work).panels if one.next}


def test_a_removal_that_waits_is_not_taken_back_by_the_next_exclusion(world, case_id):
    meeting_id = call(world, case_id, agencies=("police", "probation"))
    arrived(world, "officer", LetterKind.INVITATION)
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, exclusions.Who(user_id=world.users["officer"]), "user_is_party")
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, exclusions.Who(agency_id=world.agencies["police"]), "user_is_party")
    assert waiting(world, "officer", meeting_id) == [LetterKind.INVITATION_REMOVED]


def arrived(world, who, kind):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(lambda actor: True)
        for row in work.session.scalars(select(QueuedLetter).where(
                QueuedLetter.kind == kind, QueuedLetter.user_id == world.users[who])):
            row.status = PostStatus.ACCEPTED
        work.record("update", "QueuedLetter")


def test_whoever_was_taken_off_and_may_know_again_is_invited_by_a_later_revision(world, case_id):
    meeting_id = call(world, case_id, agencies=("police",))
    arrived(world, "officer", LetterKind.INVITATION)
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, exclusions.Who(user_id=world.users["officer"]), "user_is_party")
    arrived(world, "officer", LetterKind.INVITATION_REMOVED)
    with world.reading("coordinator") as work:
        line, = exclusions.page(work, case_id).lines
    with world.changing("coordinator") as work:
        exclusions.lift(work, case_id, line.id)
    with world.looking() as session:
        revisions = {row.kind: row.revision for row in session.scalars(select(QueuedLetter).where(
            QueuedLetter.about_id == meeting_id, QueuedLetter.user_id == world.users["officer"])
            .order_by(QueuedLetter.revision))}
    assert revisions[LetterKind.INVITATION] > revisions[LetterKind.INVITATION_REMOVED]


def test_who_knows_the_case_and_is_not_called_meets_the_meeting_on_no_page(world):
    """The police nominated it and the advocate was asked about it for another meeting; probation alone is called."""
    case_id, ordinary = make.accepted(world), make.meeting(world, world.now + timedelta(days=14))
    make.listed(world, case_id, ordinary, asked=("police", "advocacy", "probation"))
    with world.changing("coordinator") as work:
        agenda.start(work, ordinary)
    decided = decide(world, case_id)
    meeting_id = call(world, case_id, agencies=("probation",))
    for who in ("officer", "advocate"):
        assert meeting_id not in home(world, who)
        with world.reading(who) as work:
            assert meeting_id not in {line.meeting_id for line in advocacy.tasks(work).lines}
        with world.reading(who) as work:
            assert presenting.mine(work) == ()
    with pytest.raises(NotFound), world.changing("advocate") as work:
        advocacy.say(work, case_id, meeting_id, VoiceKind.VIEWS, VictimFeedback.GIVEN, "She wants to be told first.")
    with world.looking() as session:
        nomination_id = session.scalars(select(Nomination.id).where(Nomination.case_id == case_id)).one()
    for who, day in (("officer", None), ("coordinator", local_day(world.now + timedelta(hours=6)))):
        with world.reading(who) as work:
            assert nomination_pages.show(work, nomination_id).meets_on == day
    with world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    with world.changing("coordinator") as work:
        urgent.ratify(work, decided, True, "")
    for who, day in (("officer", None), ("coordinator", local_day(world.now + timedelta(hours=6)))):
        with world.reading(who) as work:
            assert urgent_pages.one(work, decided).ratified_on == day


def home(world, who):
    """Return the meetings that somebody's home names."""
    with world.reading(who) as work:
        return {one.next.id for one in overviews.of_person(work).panels if one.next}


def test_a_meeting_that_closes_says_nothing_of_an_emergency_about_one_of_its_cases(world):
    case_id, meeting_id = make.case(world), make.meeting(world, world.now)
    hearing_id = make.listed(world, case_id, meeting_id)
    with world.changing("coordinator") as work:
        hearings.start(work, meeting_id, world.users["chair"])
    call(world, case_id)
    with world.changing("coordinator") as work:
        hearings.begin(work, hearing_id)
    with world.changing("coordinator") as work:
        hearings.decide(work, hearing_id, HearingOutcome.DEFERRED, "time_ran_out", None)
    with world.changing("coordinator") as work:
        hearings.close(work, meeting_id)
    with world.looking() as session:
        assert session.get_one(Hearing, hearing_id).next_meeting_id is None
        listed = session.scalars(select(AgendaItem.meeting_id).where(AgendaItem.case_id == case_id)).all()
    assert len(listed) == 2


def test_it_is_moved_within_its_days_alone(world, case_id):
    meeting_id = call(world, case_id)
    with world.looking() as session:
        version = session.get_one(Meeting, meeting_id).version
    with pytest.raises(RuleBroken, match="within 5 days"), world.changing("chair") as work:
        scheduling.move(work, meeting_id, Change(at(world, 24 * 9), MeetingMode.VIRTUAL, "", version))
