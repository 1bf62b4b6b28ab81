"""Named agencies answer an urgent question until it closes, the chair decides, and the next meeting ratifies it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from clinic.domain.actions import NewAction
from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.closings import CloseReason, Closing
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.handovers import HandoverAnswer, HandoverDraft, HandoverItem
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingMode, MeetingStatus
from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import TaskKind
from clinic.domain.research import HandlingCode
from clinic.domain.urgent import Said, UrgentOutcome, UrgentQuestion, UrgentReply
from clinic.models.action import Action
from clinic.models.audit import AuditEvent
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.models.urgent import UrgentAnswer
from clinic.policy import actions as policy
from clinic.services import (
    action_pages,
    actions,
    adjournments,
    case_pages,
    closings,
    exclusions,
    following,
    handovers,
    hearings,
    minutes,
    overviews,
    urgent,
    urgent_pages,
)
from clinic.services.exclusions import Who
from tests import make

AGREE, NOT, MEETING = UrgentReply
DECIDED, MISSED, TAKEN = UrgentOutcome
ALL = ("police", "probation", "advocacy")
SPEAKS = {"police": "officer", "probation": "probation_officer", "advocacy": "advocate"}


@pytest.fixture
def case_id(world):
    """A case that the police nominated; nobody else has been asked about it."""
    return make.case(world)


def ask(world, case_id, who="coordinator", agencies=ALL, quorum=2, hours=3):
    with world.changing(who) as work:
        return urgent.ask(work, case_id, UrgentQuestion(
            "Is an alarm put in tonight?", frozenset(world.agencies[name] for name in agencies), quorum,
            world.now + timedelta(hours=hours)))


def answer(world, decision_id, agency, reply=AGREE, hours=1, who=None, **more):
    with world.looking() as session:
        row = session.scalars(select(UrgentAnswer).where(
            UrgentAnswer.decision_id == decision_id, UrgentAnswer.agency_id == world.agencies[agency])).one()
    said = {"reply": reply, "reason": f"{agency} says so.", "handling": HandlingCode.PANEL} | more
    version = said.pop("version", row.version)
    with world.changing(who or SPEAKS[agency], world.now + timedelta(hours=hours)) as work:
        urgent.answer(work, row.id, Said(**said), version)


def decide(world, decision_id, outcome=DECIDED, hours=4, who="chair"):
    with world.changing(who, world.now + timedelta(hours=hours)) as work:
        urgent.decide(work, decision_id, outcome, "An alarm is put in tonight.")


def decided(world, case_id, **more):
    decision_id = ask(world, case_id, **more)
    answer(world, decision_id, "police")
    answer(world, decision_id, "probation", NOT)
    decide(world, decision_id)
    return decision_id


def seen(world, decision_id, who="officer", hours=0):
    with world.reading(who, world.now + timedelta(hours=hours)) as work:
        return urgent_pages.one(work, decision_id)


def waits(world, who, hours=0):
    """Return how many questions somebody's home counts to answer and to decide, and how many their list shows."""
    at = world.now + timedelta(hours=hours)
    with world.reading(who, at) as work:
        counts = {task.kind: task.count for panel in overviews.of_person(work).panels for task in panel.tasks}
    with world.reading(who, at) as work:
        page = urgent_pages.tasks(work)
    listed = (len(page.to_answer), len(page.to_decide))
    assert listed == (counts.get(TaskKind.URGENT, 0), counts.get(TaskKind.URGENT_DECISIONS, 0))
    return listed


def letters(world, *kinds):
    names = {id_: name for name, id_ in world.users.items()}
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(QueuedLetter.kind.in_(kinds))).all()
    return sorted(names[row.user_id] for row in rows)


def timer(world, hours):
    with world.office.changing(SystemActor("timer"), world.now + timedelta(hours=hours)) as work:
        return urgent.tell_closed(work)


def test_an_agency_that_is_asked_knows_the_case_answers_by_one_letter_and_the_chair_decides(world, case_id):
    with pytest.raises(NotFound), world.reading("probation_officer") as work:
        case_pages.show(work, case_id)
    decision_id = ask(world, case_id)
    assert letters(world, LetterKind.URGENT_ASKED) == ["advocate", "officer", "probation_officer"]
    for who in SPEAKS.values():
        assert waits(world, who) == (1, 0)
    assert waits(world, "chair") == waits(world, "coordinator") == (0, 0)
    for agency in ALL:
        answer(world, decision_id, agency)
    assert letters(world, LetterKind.LOOK_NOW) == ["chair", "deputy"]
    assert waits(world, "officer", 1) == (0, 0) and waits(world, "chair", 1) == (0, 1)
    decide(world, decision_id, hours=2)
    assert waits(world, "chair", 2) == (0, 0)
    assert letters(world, LetterKind.LOOK_NOW) == [
        "advocate", "chair", "coordinator", "deputy", "officer", "probation_officer"]
    page = seen(world, decision_id, "probation_officer", 3)
    assert (page.asked.outcome, page.words, page.decided_by) == (
        DECIDED, "An alarm is put in tonight.", "Chair Testwell")
    assert {line.agency: line.reply for line in page.answers} == dict.fromkeys(
        ("Northmere Advocacy", "Northmere Police", "Northmere Probation"), AGREE)
    with world.reading("probation_officer") as work:
        line, = case_pages.show(work, case_id).urgent
    assert (line.outcome, line.answered, line.agencies) == (DECIDED, 3, 3)


def test_the_letter_says_until_when_and_what_was_done_stands_in_the_journal(world, case_id):
    decision_id = ask(world, case_id)
    answer(world, decision_id, "police")
    decide(world, decision_id, MISSED)
    with world.looking() as session:
        letter = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == LetterKind.URGENT_ASKED)).first()
        verbs = session.scalars(select(AuditEvent.verb).where(
            AuditEvent.object_type.in_(("UrgentDecision", "UrgentAnswer")), AuditEvent.case_id == case_id)).all()
    assert letter.closes_at == world.now + timedelta(hours=3) and letter.link == f"/urgent/{decision_id}"
    assert {AuditVerb.CREATE, AuditVerb.SEND, AuditVerb.UPDATE, AuditVerb.APPROVE} <= set(verbs)


def test_an_answer_changes_until_it_closes_and_a_colleague_s_is_not_written_over(world, case_id):
    decision_id = ask(world, case_id)
    answer(world, decision_id, "police")
    answer(world, decision_id, "police", MEETING, hours=2)
    assert seen(world, decision_id, "chair").asked.deciding == 0
    with pytest.raises(Stale):
        answer(world, decision_id, "police", version=1)
    with pytest.raises(RuleBroken, match="closed"):
        answer(world, decision_id, "police", hours=3)
    decide(world, decision_id, TAKEN)
    with pytest.raises(RuleBroken, match="chair has decided"):
        answer(world, decision_id, "probation", hours=2)


@pytest.mark.parametrize(("quorum", "kind", "told"), [
    (3, LetterKind.URGENT_SHORT, ["chair", "coordinator", "deputy"]), (2, LetterKind.LOOK_NOW, ["chair", "deputy"])])
def test_the_timer_tells_once_that_it_has_closed_and_the_coordinator_where_the_quorum_is_missed(
        world, case_id, quorum, kind, told):
    decision_id = ask(world, case_id, quorum=quorum)
    answer(world, decision_id, "police")
    answer(world, decision_id, "probation", NOT)
    assert timer(world, 2) == 0
    assert [timer(world, hours) for hours in (3, 4)] == [1, 0]
    assert letters(world, LetterKind.LOOK_NOW, LetterKind.URGENT_SHORT) == letters(world, kind) == told
    assert waits(world, "chair", 3) == (0, 1) and waits(world, "advocate", 3) == (0, 0)


def test_an_action_that_follows_is_owned_due_told_of_and_in_everybody_s_lists(world, case_id):
    decision_id = decided(world, case_id)
    new = NewAction("Put it in.", world.agencies["probation"], world.users["probation_officer"], world.now.date())
    with world.changing("chair", world.now + timedelta(hours=4)) as work:
        reference = urgent.agree(work, decision_id, new)
    assert letters(world, LetterKind.ACTIONS_AGREED) == ["probation_officer"]
    line, = seen(world, decision_id).actions
    assert (line.reference, line.owner, line.meeting_id) == (reference, "Northmere Probation", None)
    for who in ("probation_officer", "coordinator"):
        with world.reading(who) as work:
            listed = action_pages.mine_page(work, action_pages.Filters()).lines
        assert [line.reference for line in listed] == [reference]
    with world.reading("probation_officer") as work:
        assert action_pages.action_page(work, line.id).decision_id == decision_id
    meeting_id = make.meeting(world, world.now + timedelta(days=7))
    with world.reading("coordinator") as work:
        work.require(policy.may_list)
        work.record(AuditVerb.VIEW, "Action")
        assert actions.open_before(work.session, work.session.get_one(Meeting, meeting_id)) == (line,)
    with world.changing("chair") as work, pytest.raises(RuleBroken, match="decision"):
        urgent.agree(work, decision_id, NewAction("Late.", world.agencies["police"], None, date(2026, 1, 1)))


def running(world, days=1):
    return make.meeting(world, world.now + timedelta(days=days), status=MeetingStatus.IN_PROGRESS, chaired_by="chair")


def ratify(world, decision_id, yes=True, words="", who="chair"):
    with world.changing(who, world.now + timedelta(days=1)) as work:
        return urgent.ratify(work, decision_id, yes, words)


def on_screen(world, meeting_id, who="coordinator"):
    with world.reading(who, world.now + timedelta(days=1)) as work:
        return [(line.id, line.ratified) for line in following.page_for(work, meeting_id).between]


def test_the_next_meeting_has_it_on_its_screen_ratifies_it_and_its_minutes_say_so(world, case_id):
    decision_id = decided(world, case_id)
    with pytest.raises(RuleBroken, match="No meeting of this panel runs"):
        ratify(world, decision_id)
    meeting_id = running(world)
    assert on_screen(world, meeting_id) == [(decision_id, None)]
    assert ratify(world, decision_id, False, "Not like this.") == ratify(world, decision_id) == meeting_id
    assert on_screen(world, meeting_id) == [(decision_id, True)]
    for who, act in (("coordinator", hearings.close), ("coordinator", drafted)):
        with world.changing(who, world.now + timedelta(days=1)) as work:
            act(work, meeting_id)
    text = section(world, meeting_id, "coordinator")
    for said in ("Decided between meetings", "Is an alarm put in tonight?", "An alarm is put in tonight.",
                 "Northmere Police agreed", "Northmere Probation did not agree", "Northmere Advocacy did not answer",
                 "The meeting ratified it."):
        assert said in text
    assert "says so." not in text
    later = running(world, 2)
    assert on_screen(world, later) == []
    with pytest.raises(RuleBroken, match="Another meeting"):
        ratify(world, decision_id)


def drafted(work, meeting_id):
    minutes.draft(work, meeting_id, lambda text: text)


def section(world, meeting_id, who):
    """Return what a draft says of cases to its reader."""
    with world.reading(who) as work:
        return "\n".join(line.text for line in minutes.draft_page(work, meeting_id).sections if not line.is_frame)


def test_nobody_meets_in_a_round_in_writing_so_it_ratifies_nothing(world, case_id):
    decision_id = decided(world, case_id)
    sits, writes = running(world), running(world)
    with world.office.engine.begin() as connection:
        connection.execute(update(Meeting.__table__).where(Meeting.id == writes).values(
            mode=MeetingMode.ASYNCHRONOUS, started_at=world.now + timedelta(days=1, hours=1)))
    assert on_screen(world, writes) == [] and on_screen(world, sits) == [(decision_id, None)]
    assert ratify(world, decision_id) == sits


def test_a_meeting_that_sits_ratifies_before_one_that_is_adjourned(world, case_id):
    decision_id = decided(world, case_id)
    sits, stands = running(world), running(world, days=2)
    with world.changing("chair", world.now + timedelta(days=1)) as work:
        adjournments.adjourn(work, stands, "A fire alarm.")
    assert ratify(world, decision_id) == sits


def test_a_case_that_agencies_are_asked_about_is_neither_closed_nor_handed_over(world):
    case_id = make.accepted(world)
    decision_id = ask(world, case_id)
    for refused in (lambda work: closings.close(work, case_id, Closing(CloseReason.RISK_REDUCED)),
                    lambda work: handovers.offer(work, case_id, HandoverDraft(world.marac, "They moved."))):
        with world.changing("coordinator") as work, pytest.raises(RuleBroken, match="urgent decision"):
            refused(work)
    answer(world, decision_id, "police")
    answer(world, decision_id, "probation")
    decide(world, decision_id)
    with world.changing("coordinator") as work:
        closings.close(work, case_id, Closing(CloseReason.RISK_REDUCED))
    with world.changing("chair") as work, pytest.raises(RuleBroken, match="not open"):
        urgent.agree(work, decision_id, NewAction("Put it in.", world.agencies["police"], None, world.now.date()))


def test_an_action_that_goes_with_a_case_to_another_panel_is_none_of_this_decision_there(world):
    case_id = make.accepted(world)
    decision_id = decided(world, case_id)
    with world.changing("chair") as work:
        urgent.agree(work, decision_id, NewAction(
            "Put it in.", world.agencies["probation"], world.users["probation_officer"], world.now.date()))
    with world.changing("coordinator") as work:
        handovers.offer(work, case_id, HandoverDraft(world.marac, "They moved.", frozenset({HandoverItem.RISK_GIVEN})))
    with world.looking() as session:
        copy = session.scalars(select(Nomination).where(Nomination.panel_id == world.marac)).one()
    with world.changing("other_coordinator") as work:
        handovers.answer(work, copy.case_id, HandoverAnswer(True, "Ours."))
    with world.looking() as session:
        found = {row.case_id: row.decision_id for row in session.scalars(select(Action))}
    assert found == {case_id: decision_id, copy.case_id: None}


def test_whoever_must_not_know_of_the_case_finds_it_on_no_screen_and_in_no_minutes(world, case_id):
    decision_id = decided(world, case_id)
    meeting_id = running(world)
    make.excluded(world, case_id, who="deputy")
    assert on_screen(world, meeting_id, "deputy") == []
    with pytest.raises(NotFound):
        ratify(world, decision_id, who="deputy")
    ratify(world, decision_id)
    for act in (hearings.close, drafted):
        with world.changing("coordinator", world.now + timedelta(days=1)) as work:
            act(work, meeting_id)
    make.excluded(world, case_id, who="minute_taker")
    assert section(world, meeting_id, "minute_taker") == "" != section(world, meeting_id, "chair")


def test_a_reason_is_for_whom_its_agency_says(world, case_id):
    decision_id = ask(world, case_id)
    answer(world, decision_id, "police", handling=HandlingCode.OWN)
    answer(world, decision_id, "probation", handling=HandlingCode.STATUTORY)
    hidden = {who: {line.agency.rpartition(" ")[2] for line in seen(world, decision_id, who).answers if line.hidden}
              for who in ("officer", "probation_officer", "advocate", "chair", "coordinator")}
    assert hidden == {"officer": set(), "probation_officer": {"Police"}, "advocate": {"Police", "Probation"},
                      "chair": set(), "coordinator": set()}
    assert [line.reason for line in seen(world, decision_id, "advocate").answers if line.hidden] == ["", ""]


def test_whoever_is_shut_out_is_asked_nothing_counted_nothing_and_finds_nothing(world, case_id):
    for who in ("officer", "deputy"):
        make.excluded(world, case_id, who=who)
    decision_id = ask(world, case_id, agencies=("probation", "advocacy"))
    for agency in ("probation", "advocacy"):
        answer(world, decision_id, agency)
    decide(world, decision_id)
    told = letters(world, LetterKind.URGENT_ASKED, LetterKind.LOOK_NOW)
    assert not {"officer", "deputy"} & set(told) and waits(world, "officer") == waits(world, "deputy") == (0, 0)
    for call in (lambda work: urgent_pages.page(work, case_id), lambda work: urgent_pages.one(work, decision_id)):
        with pytest.raises(NotFound), world.reading("officer") as work:
            call(work)
    with pytest.raises(RuleBroken, match="agencies shown"):
        ask(world, case_id)


def test_an_agency_that_is_kept_from_the_case_afterwards_is_waited_for_no_more(world, case_id):
    decision_id = ask(world, case_id)
    answer(world, decision_id, "police")
    answer(world, decision_id, "probation")
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(agency_id=world.agencies["advocacy"]), "user_is_party")
    assert waits(world, "chair", 1) == (0, 1)
    assert [line.agency for line in seen(world, decision_id, "chair").answers] == [
        "Northmere Police", "Northmere Probation"]
    with pytest.raises(NotFound):
        answer(world, decision_id, "advocacy")
    decide(world, decision_id, hours=1)


@pytest.mark.parametrize(("who", "refusal"), [
    ("officer", NotPermitted), ("advocate", NotFound), ("other_coordinator", NotFound), ("admin", NotFound)])
def test_who_runs_the_panel_asks_and_nobody_else(world, case_id, who, refusal):
    with pytest.raises(refusal):
        ask(world, case_id, who)


def test_who_speaks_for_an_agency_answers_for_it_alone_and_only_a_chair_decides(world, case_id):
    decision_id = ask(world, case_id)
    for who in ("probation_officer", "coordinator", "chair", "outsider"):
        with pytest.raises(NotFound):
            answer(world, decision_id, "police", who=who)
    for agency in ALL:
        answer(world, decision_id, agency)
    for who in ("coordinator", "officer"):
        with pytest.raises(NotPermitted):
            decide(world, decision_id, who=who)
    decide(world, decision_id, who="deputy")
    running(world)
    with pytest.raises(NotPermitted):
        ratify(world, decision_id, who="officer")


def test_agencies_are_asked_about_no_case_that_waits_for_triage(world):
    waiting = make.case(world, status=NominationStatus.NOMINATED)
    with pytest.raises(RuleBroken, match="not accepted"):
        ask(world, waiting)
    with world.reading("coordinator") as work:
        page = urgent_pages.page(work, waiting)
    assert not page.may_ask and "not accepted" in page.refusal
