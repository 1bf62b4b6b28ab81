"""Actions from their agreement to their end, and the letters that remind of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actions import ActionStatus, EscalationLevel, NewAction, RiskTarget
from clinic.domain.actors import SystemActor
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.models.account import Membership
from clinic.models.action import Action, ActionReminder, ActionUpdate
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.post import QueuedLetter
from clinic.services import action_pages, actions, reminders
from clinic.services.action_pages import Filters, State
from tests import make


@pytest.fixture
def hearing_id(world):
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    return make.listed(world, make.case(world), meeting_id)


def agree(world, hearing_id, owner="police", lead=None, days=10, who="coordinator", text="Visit her workplace"):
    with world.changing(who) as work:
        actions.agree(work, hearing_id, NewAction(
            text, world.agencies[owner], world.users[lead] if lead else None,
            local_day(world.now) + timedelta(days=days), RiskTarget.CHILDREN))
    with world.looking() as session:
        return session.scalar(select(Action).order_by(Action.reference, Action.id).where(Action.due_on == local_day(
            world.now) + timedelta(days=days)))


def report(world, action, who="officer", done=True, text="Seen on Monday", minutes=0):
    with world.changing(who, world.now + timedelta(minutes=minutes)) as work:
        actions.report(work, action.id, done, text, action.version)
    return again(world, action)


def again(world, action):
    with world.looking() as session:
        return session.get_one(Action, action.id)


# Agreeing

@pytest.mark.parametrize("who", ["coordinator", "chair", "deputy", "minute_taker"])
def test_an_action_is_written_down_with_a_reference_and_a_sealed_text(world, hearing_id, who):
    action = agree(world, hearing_id, lead="officer", who=who)
    assert action.reference.startswith("AC-2026-") and action.status is ActionStatus.AGREED
    assert action.lead_id == world.users["officer"] and action.risk_target is RiskTarget.CHILDREN
    assert b"workplace" not in bytes(action.text_sealed)


@pytest.mark.parametrize("who, refusal", [
    ("officer", NotPermitted), ("advocate", NotFound), ("other_coordinator", NotFound), ("lapsed", NotFound),
])
def test_nobody_else_writes_one_down(world, hearing_id, who, refusal):
    with pytest.raises(refusal):
        agree(world, hearing_id, who=who)


@pytest.mark.parametrize("changes, field", [
    ({"owner": "housing"}, "owner"), ({"owner": "council"}, "owner"), ({"lead": "probation_officer"}, "lead"),
    ({"lead": "chair"}, "lead"), ({"days": -1}, "due_on"), ({"days": 800}, "due_on"), ({"text": " "}, "text"),
])
def test_an_action_without_an_owner_who_can_answer_for_it_is_refused(world, hearing_id, changes, field):
    with pytest.raises(RuleBroken) as refused:
        agree(world, hearing_id, **changes)
    assert refused.value.field == field


def test_an_excluded_agency_or_person_is_given_nothing(world, hearing_id):
    with world.looking() as session:
        case_id = session.get_one(Hearing, hearing_id).case_id
    make.excluded(world, case_id, agency="probation")
    make.excluded(world, case_id, who="officer")
    for owner in ("probation", "police"):
        with pytest.raises(RuleBroken):
            agree(world, hearing_id, owner)
    agree(world, hearing_id, "advocacy")


# Reporting and ending

def test_the_owner_reports_the_coordinator_reopens_the_owner_reports_again_and_it_is_confirmed(world, hearing_id):
    action = report(world, agree(world, hearing_id))
    assert action.status is ActionStatus.REPORTED_COMPLETE and action.closed_at is None
    with world.changing("coordinator", world.now + timedelta(minutes=1)) as work:
        actions.reopen(work, action.id, "No date was given", action.version)
    action = report(world, again(world, action), text="Seen on Monday 30 November", minutes=2)
    closed_at = world.now + timedelta(minutes=3)
    with world.changing("coordinator", closed_at) as work:
        actions.confirm(work, action.id, action.version)
    action = again(world, action)
    assert (action.status, action.closed_at) == (ActionStatus.CONFIRMED_COMPLETE, closed_at)
    with world.reading("officer") as work:
        page = action_pages.action_page(work, action.id)
    assert [(u.by.split()[0], u.status.value, u.text) for u in page.updates] == [
        ("Officer", "reported_complete", "Seen on Monday"), ("Coordinator", "in_progress", "No date was given"),
        ("Officer", "reported_complete", "Seen on Monday 30 November"), ("Coordinator", "confirmed_complete", "")]
    with world.looking() as session:
        for sealed in session.scalars(select(ActionUpdate.text_sealed).where(ActionUpdate.text_sealed.is_not(None))):
            assert b"Monday" not in bytes(sealed)


def test_reopening_tells_the_agency(world, hearing_id):
    action = report(world, agree(world, hearing_id))
    with world.changing("coordinator") as work:
        actions.reopen(work, action.id, "No date was given", action.version)
    assert [(letter.kind, letter.address) for letter in letters(world)] == [
        (LetterKind.ACTION_DUE, "officer@police.example")]


def test_not_done_is_the_coordinator_s_word_and_no_longer_possible_the_owner_s(world, hearing_id):
    gone = report(world, agree(world, hearing_id), done=False, text="She has moved away")
    assert gone.status is ActionStatus.NO_LONGER_POSSIBLE and gone.closed_at == world.now
    other = agree(world, hearing_id, days=12)
    with pytest.raises(NotPermitted), world.changing("officer") as work:
        actions.end_not_done(work, other.id, "Forgotten", other.version)
    with world.changing("coordinator") as work:
        actions.end_not_done(work, other.id, "Forgotten", other.version)
    assert again(world, other).status is ActionStatus.NOT_DONE


@pytest.mark.parametrize("who, refusal", [
    ("coordinator", NotPermitted), ("chair", NotPermitted), ("probation_officer", NotPermitted),
    ("advocate", NotFound), ("outsider", NotFound), ("lapsed", NotFound), ("recipient", NotFound),
])
def test_nobody_reports_for_another_agency(world, hearing_id, who, refusal):
    action = agree(world, hearing_id)
    with pytest.raises(refusal):
        report(world, action, who)


@pytest.mark.parametrize("who", ["officer", "chair", "minute_taker"])
def test_only_the_coordinator_confirms(world, hearing_id, who):
    action = report(world, agree(world, hearing_id))
    with pytest.raises(NotPermitted), world.changing(who) as work:
        actions.confirm(work, action.id, action.version)


def test_whoever_acts_on_what_has_changed_since_is_told(world, hearing_id):
    seen = agree(world, hearing_id)
    report(world, seen)
    with pytest.raises(Stale) as stale:
        report(world, seen, text="Also seen")
    assert (stale.value.theirs, stale.value.yours) == ("Reported complete", "Also seen")


# Lists

def page(world, who, **filters):
    with world.reading(who) as work:
        return action_pages.mine_page(work, Filters(**filters))


def test_an_agency_lists_its_own_and_those_who_run_the_panel_list_all(world, hearing_id):
    for owner in ("police", "probation", "advocacy"):
        agree(world, hearing_id, owner)
    for who, sees in (("officer", ["Northmere Police"]), ("advocate", ["Northmere Advocacy"]), ("outsider", []),
                      ("lapsed", []), ("recipient", []), ("admin", [])):
        found = page(world, who)
        assert [line.owner for line in found.lines] == sees and found.pages.total == len(sees), who
    assert page(world, "coordinator").pages.total == page(world, "minute_taker").pages.total == 3


def test_a_list_is_narrowed_by_state_and_panel_and_comes_in_pages(world, hearing_id):
    for n in range(27):
        agree(world, hearing_id, days=n)
    late = world.now + timedelta(days=2)
    with world.reading("officer", late) as work:
        overdue = action_pages.mine_page(work, Filters(State.OVERDUE))
    assert overdue.pages.total == 2 and all(line.state == "overdue" for line in overdue.lines)
    first, second = page(world, "officer"), page(world, "officer", page=2)
    assert (len(first.lines), len(second.lines), second.pages.last) == (25, 2, 2)
    report(world, again(world, first.lines[0]))
    assert page(world, "coordinator", state=State.REPORTED).pages.total == 1
    assert page(world, "coordinator", state=State.CLOSED).lines == ()
    assert page(world, "probation_officer", panel_id=world.marac).pages.total == 0
    beyond = page(world, "officer", page=9)
    assert beyond.lines == () and beyond.pages.total == 27


def test_what_is_still_open_from_earlier_meetings_is_shown_to_whoever_may_see_it(world, hearing_id):
    action = agree(world, hearing_id)
    agree(world, hearing_id, "probation", days=11)
    later = make.meeting(world, world.now + timedelta(days=28))
    with world.looking() as session:
        meeting, first = session.get_one(Meeting, later), session.get_one(Meeting, action.meeting_id)
    make.excluded(world, action.case_id, who="deputy")
    for who, sees in (("coordinator", 2), ("officer", 2), ("advocate", 0), ("deputy", 0)):
        with world.reading(who) as work:
            work.require(reminders.policy.may_list)
            work.record("view", "Action")
            assert len(actions.open_before(work.session, meeting)) == sees, who
            assert actions.open_before(work.session, first) == ()
            assert len(actions.of_meeting(work.session, first.id)) == len(
                actions.of_case(work.session, action.case_id)) == sees


# Reminders

def letters(world):
    with world.looking() as session:
        return session.scalars(select(QueuedLetter).order_by(QueuedLetter.kind, QueuedLetter.address)).all()


def remind(world, day):
    moment = world.now + timedelta(days=day)
    with world.office.changing(SystemActor("timer"), moment) as work:
        return reminders.remind(work)


def test_the_timer_reminds_once_before_and_chases_once_after(world, hearing_id):
    action = agree(world, hearing_id, days=10)
    assert [remind(world, day) for day in (6, 7, 7, 8, 10, 11, 12, 12, 13, 40)] == [0, 1, 0, 0, 0, 0, 1, 0, 0, 0]
    assert [(letter.kind, letter.address, letter.link) for letter in letters(world)] == [
        (LetterKind.ACTION_DUE, "officer@police.example", f"/actions/{action.id}"),
        (LetterKind.ACTION_OVERDUE, "officer@police.example", f"/actions/{action.id}")]
    with world.looking() as session:
        assert {r.level for r in session.scalars(select(ActionReminder))} == {
            EscalationLevel.REMINDER, EscalationLevel.LEAD_CHASED}


def test_what_was_reported_or_closed_is_not_chased(world, hearing_id):
    report(world, agree(world, hearing_id))
    report(world, agree(world, hearing_id, "probation", days=11), "probation_officer", done=False)
    assert remind(world, 10) == 0 and letters(world) == []


def test_the_lead_alone_is_told_and_without_one_every_speaker_who_may_know(world, hearing_id):
    colleague = second_officer(world)
    agree(world, hearing_id, lead="officer", days=2)
    remind(world, 0)
    assert {letter.address for letter in letters(world)} == {"officer@police.example"}
    action = agree(world, hearing_id, days=3)
    remind(world, 0)
    told = {letter.address for letter in letters(world) if letter.about_id == action.id}
    assert told == {"officer@police.example", "outsider@health.example"}
    make.excluded(world, action.case_id, who="outsider")
    assert remind(world, 5) == 2
    chased = {(letter.user_id) for letter in letters(world) if letter.kind is LetterKind.ACTION_OVERDUE}
    assert chased == {world.users["officer"]} and colleague not in chased


def second_officer(world):
    """Give the outsider a seat for the police, too."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(reminders.policy.may_remind)
        seat = Membership(user_id=world.users["outsider"], panel_id=world.clinic, agency_id=world.agencies["police"],
                          role="representative", valid_from=local_day(world.now) - timedelta(days=9))
        work.session.add(seat)
        work.session.flush()
        work.record("create", seat)
    return world.users["outsider"]


def test_an_action_whose_lead_has_left_goes_to_the_agency_and_one_without_anybody_waits(world, hearing_id):
    second_officer(world)
    action = agree(world, hearing_id, lead="outsider", days=2)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(reminders.policy.may_remind)
        for seat in work.session.scalars(select(Membership).where(Membership.agency_id == world.agencies["police"])):
            if seat.user_id == world.users["outsider"]:
                seat.valid_until = local_day(world.now)
        work.record("update", "Membership")
    assert remind(world, 1) == 1
    assert {letter.address for letter in letters(world)} == {"officer@police.example"}
    make.excluded(world, action.case_id, agency="police")
    assert remind(world, 30) == 0
    with world.looking() as session:
        assert session.scalars(select(ActionReminder.level)).all() == [EscalationLevel.REMINDER]


@pytest.mark.parametrize("by", [{"agency": "health"}, {"agency": "council"}, {"who": "probation_officer"}])
def test_an_exclusion_silences_the_excluded_alone(world, hearing_id, by):
    """Whoever else may know is still offered the action and told of it."""
    action = agree(world, hearing_id, lead="officer", days=2)
    make.excluded(world, action.case_id, **by)
    assert remind(world, 0) == 1
    assert [letter.address for letter in letters(world)] == ["officer@police.example"]
    assert agree(world, hearing_id, lead="officer", who="chair", days=3).lead_id == world.users["officer"]


def test_an_agency_excluded_from_one_case_is_told_of_its_actions_in_others_and_so_is_everybody_else(world, hearing_id):
    with world.looking() as session:
        meeting_id = session.get_one(Hearing, hearing_id).meeting_id
    elsewhere = make.listed(world, make.case(world), meeting_id)
    hidden = agree(world, hearing_id, days=2)
    agree(world, hearing_id, "probation", days=3)
    agree(world, elsewhere, days=3)
    make.excluded(world, hidden.case_id, agency="police")
    assert remind(world, 0) == 2
    assert [letter.address for letter in letters(world)] == [
        "officer@police.example", "probation_officer@probation.example"]
    assert hidden.id not in {letter.about_id for letter in letters(world)}
