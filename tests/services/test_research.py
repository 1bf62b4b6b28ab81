"""Agencies are asked, look up, answer; each reads its own requests, and of the others what was answered."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.incidents import InformationKind
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus
from clinic.domain.panels import ReturnMode
from clinic.domain.research import Handling, HandlingCode, Known, ResearchAnswer, ResearchStatus, WithheldReason
from clinic.models.audit import AuditEvent
from clinic.models.meeting import Meeting
from clinic.models.panel import PanelRules
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchPart, ResearchRequest
from clinic.policy import cases as case_policy
from clinic.policy import research_parts as parts_policy
from clinic.policy.accounts import anyone
from clinic.services import requests, research, research_parts, running_order
from clinic.services.requests import Show
from tests import make
from tests.services.test_agenda import FORTNIGHT, order, place, version

S = ResearchStatus
KNOWN = ResearchAnswer((Known.VICTIM, Known.CHILDREN), "Seen in May.\nMissed in June.")
NONE = ResearchAnswer((Known.NONE,))


@pytest.fixture
def asked(world):
    """A meeting, a case on its agenda, and the requests by agency."""
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    case_id = make.case(world)
    place(world, case_id, meeting_id)
    return meeting_id, case_id, requests_by_agency(world, case_id)


def requests_by_agency(world, case_id, meeting_id=None):
    names = {agency_id: name for name, agency_id in world.agencies.items()}
    with world.looking() as session:
        rows = session.scalars(select(ResearchRequest).where(ResearchRequest.case_id == case_id)).all()
    return {names[r.agency_id]: r.id for r in rows if meeting_id in (None, r.meeting_id)}


def row(world, request_id):
    with world.looking() as session:
        return session.get_one(ResearchRequest, request_id)


def give(world, who, request_id, answer=KNOWN, version=None, now=None):
    version = row(world, request_id).version if version is None else version
    with world.changing(who, now) as work:
        return research.give(work, request_id, version, answer)


def listed_for(world, who, show=Show.OPEN):
    with world.reading(who) as work:
        return [line.id for line in requests.requests_page(work, show, 1).lines]


def page_of(world, who, request_id):
    with world.reading(who) as work:
        return requests.request_page(work, request_id)


def answers(world, who, meeting_id):
    with world.reading(who) as work:
        return requests.of_meeting(work, meeting_id)


def set_meeting(world, meeting_id, status):
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.get_one(Meeting, meeting_id).status = status
        work.record("update", "Meeting")


def test_an_agency_finds_what_it_is_asked_and_whom_to_look_up(world, asked):
    _, _, ids = asked
    assert listed_for(world, "officer") == [ids["police"]]
    page = page_of(world, "officer", ids["police"])
    assert [p.name for p in page.people] == ["Zelda Uniquename", "Yorick Othername"]
    assert page.may_answer and not page.closed and page.with_text and page.agency == "Northmere Police"
    assert page.due_on.isoformat() == "2026-12-07"


def test_looking_marks_the_request_as_opened_by_its_own_agency_only(world, asked):
    _, _, ids = asked
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        research.mark_opened(work, ids["police"])
    with world.changing("officer") as work:
        research.mark_opened(work, ids["police"])
    assert row(world, ids["police"]).status is S.OPENED


@pytest.mark.parametrize(("answer", "status"), [(KNOWN, S.RETURNED), (NONE, S.CHECKED_NOT_KNOWN)])
def test_an_answer_is_kept_sealed_with_who_gave_it(world, asked, answer, status):
    _, _, ids = asked
    give(world, "officer", ids["police"], answer)
    kept = row(world, ids["police"])
    assert kept.status is status and kept.known == [k.value for k in answer.known]
    assert (kept.answered_by_id, kept.answered_at) == (world.users["officer"], world.now)
    assert b"Seen in May" not in bytes(kept.text_sealed or b"")
    assert page_of(world, "officer", ids["police"]).answer.text == answer.text
    assert listed_for(world, "officer") == [] and listed_for(world, "officer", Show.ANSWERED) == [ids["police"]]


def test_an_answer_after_the_due_day_is_late(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], now=world.now + timedelta(days=13))
    assert row(world, ids["police"]).status is S.LATE
    with world.reading("officer", world.now + timedelta(days=13)) as work:
        page = requests.request_page(work, ids["police"])
    assert not page.overdue


@pytest.mark.parametrize("who", ["coordinator", "chair", "minute_taker"])
def test_who_runs_the_panel_reads_requests_and_answers_none(world, asked, who):
    _, _, ids = asked
    assert not page_of(world, who, ids["police"]).may_answer
    with pytest.raises(NotPermitted):
        give(world, who, ids["police"])


@pytest.mark.parametrize("who", ["probation_officer", "advocate", "observer", "recipient", "outsider", "lapsed",
                                 "admin", "auditor", "other_coordinator"])
def test_to_everybody_else_the_request_does_not_exist(world, asked, who):
    _, _, ids = asked
    for act in (lambda: page_of(world, who, ids["police"]), lambda: give(world, who, ids["police"])):
        with pytest.raises(NotFound):
            act()


def test_two_colleagues_do_not_overwrite_each_other(world, asked):
    _, _, ids = asked
    seen = row(world, ids["police"]).version
    give(world, "officer", ids["police"])
    with pytest.raises(Stale) as stale:
        give(world, "officer", ids["police"], ResearchAnswer((Known.VICTIM,), "Mine"), seen)
    assert (stale.value.theirs, stale.value.yours) == (KNOWN.text, "Mine")


def test_an_answer_may_be_changed_until_the_meeting_starts(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], NONE)
    give(world, "officer", ids["police"], KNOWN)
    set_meeting(world, meeting_id, MeetingStatus.IN_PROGRESS)
    with pytest.raises(RuleBroken, match="has started"):
        give(world, "officer", ids["police"], NONE)
    give(world, "advocate", ids["advocacy"], NONE)
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    with pytest.raises(RuleBroken, match="is over"):
        give(world, "probation_officer", ids["probation"])
    assert "is over" in page_of(world, "probation_officer", ids["probation"]).closed
    assert listed_for(world, "officer", Show.PAST) == [ids["police"]]


def test_a_case_that_is_taken_off_asks_nothing_any_more(world, asked):
    meeting_id, case_id, ids = asked
    item = next(line.id for line in order(world, meeting_id).lines if line.case_id == case_id)
    with world.changing("coordinator") as work:
        running_order.remove(work, meeting_id, version(world, meeting_id), item)
    assert listed_for(world, "officer") == []
    with pytest.raises(RuleBroken, match="taken off"):
        give(world, "officer", ids["police"])
    with world.changing("coordinator") as work:
        running_order.add_case(work, meeting_id, version(world, meeting_id), case_id)
    assert listed_for(world, "officer") == [ids["police"]]


def test_where_only_readiness_is_asked_no_text_is_kept(world, asked):
    _, _, ids = asked
    only_readiness(world)
    assert not page_of(world, "officer", ids["police"]).with_text
    give(world, "officer", ids["police"])
    assert row(world, ids["police"]).text_sealed is None


def test_where_only_readiness_is_asked_nothing_is_added_either(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"])
    only_readiness(world)
    for status in (MeetingStatus.IN_PROGRESS, MeetingStatus.CLOSED):
        set_meeting(world, meeting_id, status)
        assert not page_of(world, "officer", ids["police"]).may_add
        with pytest.raises(RuleBroken, match="takes no texts"):
            add(world, "officer", ids["police"])
    assert lines_read(world, "coordinator", meeting_id).parts == ()


def only_readiness(world):
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.get_one(PanelRules, world.clinic).return_mode = ReturnMode.READINESS_ONLY
        work.record("update", "PanelRules")


def test_an_answer_is_for_everyone_who_knows_the_case_and_silence_for_who_runs_it(world, asked):
    meeting_id, case_id, ids = asked
    give(world, "officer", ids["police"])
    for who in ("coordinator", "chair", "deputy", "minute_taker"):
        page = answers(world, who, meeting_id)
        assert len(page.cases[0].lines) == 3 and page.follows, who
        assert (page.cases[0].asked, page.cases[0].answered) == (3, 1)
    for who, own in (("probation_officer", "probation"), ("advocate", "advocacy")):
        lines = answers(world, who, meeting_id).cases[0].lines
        assert {line.request_id for line in lines} == {ids["police"], ids[own]}
        assert {line.text for line in lines} == {KNOWN.text, ""}
    with world.reading("advocate") as work:
        work.require(anyone)
        work.record(AuditVerb.VIEW, "Hearing")
        found = research.answers_for(work.session, case_id, meeting_id)
    assert {line.request_id for line in found} == {ids["police"], ids["advocacy"]}


@pytest.mark.parametrize("who", ["observer", "recipient"])
def test_observers_and_recipients_read_no_answers(world, asked, who):
    with pytest.raises(NotPermitted):
        answers(world, who, asked[0])


def test_an_excluded_agency_or_person_meets_nothing(world, asked):
    meeting_id, case_id, ids = asked
    give(world, "officer", ids["police"])
    make.excluded(world, case_id, agency="probation")
    make.excluded(world, case_id, who="advocate")
    for who, agency in (("probation_officer", "probation"), ("advocate", "advocacy"), ("deputy", "probation")):
        assert listed_for(world, who) == []
        assert answers(world, who, meeting_id).cases == ()
        with pytest.raises(NotFound):
            page_of(world, who, ids[agency])
        with pytest.raises(NotFound):
            give(world, who, ids[agency])


def test_what_an_agency_was_asked_is_taken_back_when_it_is_excluded(world, asked):
    meeting_id, case_id, ids = asked
    with world.changing("coordinator") as work:
        work.require(anyone)
        research.exempt(work, case_id, world.agencies["probation"])
    assert row(world, ids["probation"]).status is S.EXEMPT_CONFLICT
    page = answers(world, "coordinator", meeting_id).cases[0]
    assert page.asked == 2 and "exempt_conflict" in {line.status for line in page.lines}
    with pytest.raises(NotFound):
        page_of(world, "probation_officer", ids["probation"])
    with world.changing("coordinator") as work:
        work.require(anyone)
        research.resume(work, case_id, world.agencies["probation"])
    assert row(world, ids["probation"]).status is S.REQUESTED


def test_an_answer_that_was_given_before_an_exclusion_counts_again_after_it(world, asked):
    meeting_id, case_id, ids = asked
    give(world, "probation_officer", ids["probation"])
    for act, status in ((research.exempt, S.EXEMPT_CONFLICT), (research.resume, S.RETURNED)):
        with world.changing("coordinator") as work:
            work.require(anyone)
            act(work, case_id, world.agencies["probation"])
        assert row(world, ids["probation"]).status is status
        shown = [line.text for line in answers(world, "officer", meeting_id).cases[0].lines if line.text]
        assert shown == ([KNOWN.text] if status is S.RETURNED else [])


def test_the_earlier_answer_is_shown_when_a_deferred_case_is_asked_about_again(world, asked):
    meeting_id, case_id, ids = asked
    give(world, "officer", ids["police"])
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    place(world, case_id, deferred_from=meeting_id)
    again = requests_by_agency(world, case_id, later)["police"]
    page = page_of(world, "officer", again)
    assert page.earlier.answer.text == KNOWN.text and page.answer.text == "" and page.status is S.REQUESTED


def test_of_the_earlier_answer_the_agency_reads_everything_to_begin_with_and_others_what_is_for_them(world, asked):
    meeting_id, case_id, ids = asked
    whole = replace(WHOLE, handling={InformationKind.PROFESSIONAL_OPINION: HandlingCode.STATUTORY,
                                     InformationKind.THIRD_PARTY_REPORT: HandlingCode.NAMED_AGENCIES},
                    named=frozenset({world.agencies["advocacy"]}))
    give(world, "officer", ids["police"], whole)
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    add(world, "officer", ids["police"], "Since then.")
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    place(world, case_id, deferred_from=meeting_id)
    again = requests_by_agency(world, case_id, later)["police"]
    mine, theirs = (page_of(world, who, again).earlier for who in ("officer", "minute_taker"))
    assert mine.answer == whole and [part.text for part in mine.parts if part.addition] == ["Since then."]
    assert {part.text for part in theirs.parts} == {"Since then."}
    assert theirs.answer.parts == {} and theirs.answer.text == WHOLE.text


def test_the_journal_holds_names_of_fields_and_no_text(world, asked):
    _, case_id, ids = asked
    give(world, "officer", ids["police"])
    with world.looking() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.object_id == ids["police"])).all()
        shared = session.scalars(select(AuditEvent).where(AuditEvent.verb == AuditVerb.SHARE)).one()
    assert [e.detail for e in events] == [{"fields": ["known", "text"]}]
    assert set(shared.detail["agencies"]) == {str(world.agencies[a]) for a in ids} and shared.case_id == case_id


WHOLE = ResearchAnswer(
    (Known.VICTIM,), "Seen in May.", third_party_report="The school says he waits.",
    professional_opinion="We think so.", intelligence_restricted="A source says.", suggested="Visit the school.",
    withheld=WithheldReason.CLINICAL_CONFIDENCE)


def lines_read(world, who, meeting_id, agency="police"):
    """Return the line of an agency as somebody reads it in the answers for a meeting."""
    return next((line for case in answers(world, who, meeting_id).cases for line in case.lines
                 if line.agency_id == world.agencies[agency]), None)


def kinds_read(world, who, meeting_id):
    line = lines_read(world, who, meeting_id)
    return [part.kind.value for part in line.parts] if line else None


def test_an_answer_keeps_fact_apart_from_the_rest_and_says_that_something_is_withheld(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], WHOLE)
    assert page_of(world, "officer", ids["police"]).answer == WHOLE
    line = lines_read(world, "advocate", meeting_id)
    assert (line.text, line.suggested, line.withheld) == ("Seen in May.", "Visit the school.", WHOLE.withheld)
    assert {part.kind.value: part.text for part in line.parts} == {
        "third_party_report": "The school says he waits.", "professional_opinion": "We think so."}
    with world.looking() as session:
        kept = session.scalars(select(ResearchPart)).all()
    assert len(kept) == 3 and not any(b"school" in bytes(part.text_sealed) for part in kept)


def test_restricted_intelligence_is_for_the_agency_and_those_who_run_the_panel(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], WHOLE)
    restricted = {who: "intelligence_restricted" in kinds_read(world, who, meeting_id)
                  for who in ("officer", "coordinator", "chair", "minute_taker", "advocate", "probation_officer")}
    assert restricted == {"officer": True, "coordinator": True, "chair": True, "minute_taker": False,
                          "advocate": False, "probation_officer": False}


def test_whoever_is_kept_from_the_case_reads_no_part_of_an_answer(world, asked):
    meeting_id, case_id, ids = asked
    give(world, "officer", ids["police"], WHOLE)
    make.excluded(world, case_id, who="deputy")
    assert kinds_read(world, "deputy", meeting_id) is None
    with world.reading("deputy") as work:
        work.require(case_policy.may_list)
        assert research_parts.of_requests(work.session, [ids["police"]]) == {}
        work.record(AuditVerb.VIEW, "ResearchPart")


def test_what_is_still_written_is_nobody_else_s_to_read_until_it_is_sent(world, asked):
    meeting_id, _, ids = asked
    give_later(world, "officer", ids["police"], WHOLE)
    assert page_of(world, "officer", ids["police"]).answer == WHOLE
    for who in ("coordinator", "chair", "minute_taker"):
        page, line = page_of(world, who, ids["police"]), lines_read(world, who, meeting_id)
        assert page.answer == ResearchAnswer(()) and page.parts == () == line.parts
        assert (line.known, line.text, line.suggested, line.withheld) == ((), "", "", None)
    assert lines_read(world, "advocate", meeting_id) is None and listed_for(world, "officer") == [ids["police"]]
    give(world, "officer", ids["police"], WHOLE)
    assert kinds_read(world, "chair", meeting_id) == [
        "third_party_report", "professional_opinion", "intelligence_restricted"]
    with pytest.raises(RuleBroken, match="given already"):
        give_later(world, "officer", ids["police"], WHOLE)


def give_later(world, who, request_id, answer):
    version = row(world, request_id).version
    with world.changing(who) as work:
        return research.give(work, request_id, version, answer, later=True)


def test_nothing_needs_to_be_complete_that_is_finished_later(world, asked):
    give_later(world, "officer", asked[2]["police"], ResearchAnswer((), "Half a"))
    assert listed_for(world, "officer") == [asked[2]["police"]]
    assert page_of(world, "officer", asked[2]["police"]).answer == ResearchAnswer((), "Half a")


def test_an_answer_that_is_changed_replaces_its_parts(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], WHOLE)
    give(world, "officer", ids["police"], KNOWN)
    line = lines_read(world, "officer", meeting_id)
    assert (line.parts, line.suggested, line.withheld) == ((), "", None)


def test_after_the_meeting_has_begun_an_answer_is_added_to_and_not_rewritten(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], WHOLE)
    with pytest.raises(RuleBroken, match="change the answer itself"):
        add(world, "officer", ids["police"])
    for days, status in enumerate((MeetingStatus.IN_PROGRESS, MeetingStatus.CLOSED)):
        set_meeting(world, meeting_id, status)
        assert page_of(world, "officer", ids["police"]).may_add
        add(world, "officer", ids["police"], f"Since then: {status}.", world.now + timedelta(days=days))
    line = lines_read(world, "advocate", meeting_id)
    assert [part.text for part in line.parts if part.addition] == ["Since then: in_progress.", "Since then: closed."]
    assert {part.by for part in line.parts if part.addition} == {"Officer Testwell"} and line.text == "Seen in May."
    for who in ("advocate", "coordinator"):
        with pytest.raises((NotFound, NotPermitted)):
            add(world, who, ids["police"])


def add(world, who, request_id, text="More.", now=None, handling=None):
    with world.changing(who, now) as work:
        return research.add(work, request_id, InformationKind.FACT, text, handling or Handling())


def heard(world, who, case_id, meeting_id):
    """Return what somebody reads of the agencies on the page of a hearing, by agency."""
    with world.reading(who) as work:
        work.require(anyone)
        work.record(AuditVerb.VIEW, "Hearing")
        return {line.agency_id: [part.text for part in line.parts]
                for line in research.answers_for(work.session, case_id, meeting_id)}


def test_what_an_agency_adds_that_never_answered_is_read_by_whom_its_code_lets_in_and_by_nobody_else(world, asked):
    meeting_id, case_id, ids = asked
    give_later(world, "officer", ids["police"], WHOLE)
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    make.excluded(world, case_id, who="deputy")
    add(world, "officer", ids["police"], handling=Handling(HandlingCode.STATUTORY))
    police = world.agencies["police"]
    for who in ("probation_officer", "coordinator", "chair", "officer"):
        line = lines_read(world, who, meeting_id)
        assert [part.text for part in line.parts] == ["More."] == heard(world, who, case_id, meeting_id)[police], who
        assert (line.answered, line.answered_at, line.known, line.text, line.suggested) == (False, None, (), "", "")
    for who in ("advocate", "deputy"):
        assert lines_read(world, who, meeting_id) is None, who
        assert police not in heard(world, who, case_id, meeting_id), who
    assert lines_read(world, "minute_taker", meeting_id).parts == ()


def test_what_an_agency_added_before_it_was_excluded_is_for_who_follows_the_panel(world, asked):
    meeting_id, case_id, ids = asked
    set_meeting(world, meeting_id, MeetingStatus.IN_PROGRESS)
    add(world, "probation_officer", ids["probation"])
    assert lines_read(world, "officer", meeting_id, "probation").parts
    with world.changing("coordinator") as work:
        work.require(anyone)
        research.exempt(work, case_id, world.agencies["probation"])
    assert lines_read(world, "officer", meeting_id, "probation") is None
    assert lines_read(world, "chair", meeting_id, "probation").parts


def test_row_and_query_agree_on_answers_that_were_only_added_to(world, asked):
    meeting_id, case_id, ids = asked
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    add(world, "officer", ids["police"], handling=Handling(HandlingCode.STATUTORY))
    with world.looking() as session:
        rows, parts = session.scalars(select(ResearchRequest)).all(), session.scalars(select(ResearchPart)).all()
    statutory = {world.agencies["police"], world.agencies["probation"]}
    for who in ("officer", "probation_officer", "advocate", "coordinator", "minute_taker"):
        actor = world.actor(who)
        with world.reading(who) as work:
            work.require(case_policy.may_list)
            found = set(work.session.scalars(select(ResearchRequest.id).where(parts_policy.answer_readable_to(actor))))
            work.record(AuditVerb.VIEW, "ResearchRequest")
        assert found == {request.id for request in rows if parts_policy.may_read_answer(
            actor, request, [part for part in parts if part.request_id == request.id], statutory)}, who


def test_whoever_coordinates_the_panel_is_told_of_each_addition_or_the_chairs_where_none_may_know(world, asked):
    meeting_id, case_id, ids = asked
    give(world, "officer", ids["police"])
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    for who, agency in (("officer", "police"), ("probation_officer", "probation")):
        add(world, who, ids[agency])
    assert told_to_look(world) == {("coordinator", f"/research/{ids[name]}") for name in ("police", "probation")}
    make.excluded(world, case_id, who="coordinator")
    add(world, "advocate", ids["advocacy"])
    assert {who for who, link in told_to_look(world) if link == f"/research/{ids['advocacy']}"} == {"chair", "deputy"}


def test_several_pieces_are_added_at_once_each_with_its_code_and_told_of_once(world, asked):
    meeting_id, _, ids = asked
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    said = {InformationKind.FACT: ("Seen in May.", Handling()),
            InformationKind.PROFESSIONAL_OPINION: ("We think so.", Handling(HandlingCode.STATUTORY)),
            InformationKind.THIRD_PARTY_REPORT: (" ", Handling())}
    with world.changing("officer") as work:
        research.add_all(work, ids["police"], said)
    read = {who: [part.text for part in lines_read(world, who, meeting_id).parts]
            for who in ("advocate", "probation_officer")}
    assert read == {"advocate": ["Seen in May."], "probation_officer": ["Seen in May.", "We think so."]}
    assert told_to_look(world) == {("coordinator", f"/research/{ids['police']}")}
    with pytest.raises(RuleBroken, match="Enter what you add"), world.changing("officer") as work:
        research.add_all(work, ids["police"], {InformationKind.FACT: (" ", Handling())})


def test_the_list_of_past_meetings_says_what_was_added_late(world, asked):
    meeting_id, _, ids = asked
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    late = world.now + FORTNIGHT
    for added in (False, True):
        with world.reading("officer", late) as work:
            line, = requests.requests_page(work, Show.PAST, 1).lines
        assert (line.added, line.overdue) == (added, True)
        add(world, "officer", ids["police"], now=late)


def told_to_look(world):
    names = {user_id: name for name, user_id in world.users.items()}
    with world.looking() as session:
        rows = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == LetterKind.LOOK_NOW))
        return {(names[row.user_id], row.link) for row in rows}


def test_row_and_query_agree_on_the_parts_of_answers(world, asked):
    _, _, ids = asked
    give(world, "officer", ids["police"], WHOLE)
    give_later(world, "probation_officer", ids["probation"], WHOLE)
    with world.looking() as session:
        parts = session.scalars(select(ResearchPart)).all()
    for who in ("officer", "probation_officer", "advocate", "coordinator", "minute_taker", "observer", "outsider"):
        actor = world.actor(who)
        with world.reading(who) as work:
            work.require(case_policy.may_list)
            found = set(work.session.scalars(select(ResearchPart.id).where(parts_policy.visible_to(actor))))
            work.record(AuditVerb.VIEW, "ResearchPart")
        engaged = who not in ("observer", "outsider")
        assert found == {part.id for part in parts if engaged and parts_policy.may_see(actor, part)}, who
