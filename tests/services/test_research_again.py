"""A case that has changed is asked about again; what was said stays readable until it is said anew."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.incidents import InformationKind
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.research import (
    AskAgainReason,
    Handling,
    HandlingCode,
    Known,
    ResearchAnswer,
    ResearchStatus,
    WithheldReason,
)
from clinic.models.case import CaseExclusion
from clinic.models.post import QueuedLetter
from clinic.services import exclusions, needed, requests, research, research_again, research_chasing, research_grid
from clinic.services.exclusions import Who
from clinic.services.requests import Show
from tests import make
from tests.services.test_agenda import FORTNIGHT, place
from tests.services.test_research import (
    KNOWN,
    NONE,
    give,
    give_later,
    listed_for,
    page_of,
    requests_by_agency,
    row,
    set_meeting,
)

LATER = timedelta(days=1)
WHY = AskAgainReason.NEW_INCIDENT


@pytest.fixture
def answered(world):
    """A meeting, a case on its agenda, and its requests by agency: police have answered, the others have not."""
    meeting_id, case_id = make.meeting(world, world.now + FORTNIGHT), make.case(world)
    place(world, case_id, meeting_id)
    ids = requests_by_agency(world, case_id)
    give(world, "officer", ids["police"])
    return meeting_id, case_id, ids


def again(world, meeting_id, case_id, *agencies, who="coordinator", now=None):
    with world.changing(who, now or world.now + LATER) as work:
        return research_again.ask(work, meeting_id, case_id, WHY, {world.agencies[name] for name in agencies})


def of_meeting(world, meeting_id, who="coordinator"):
    with world.reading(who) as work:
        return {line.agency_id: line for line in requests.of_meeting(work, meeting_id).cases[0].lines}


def test_an_agency_that_answered_is_asked_again_and_finds_its_answer_to_send_anew(world, answered):
    meeting_id, case_id, ids = answered
    assert again(world, meeting_id, case_id, "police") == 1
    assert listed_for(world, "officer") == [ids["police"]] and listed_for(world, "officer", Show.ANSWERED) == []
    page = page_of(world, "officer", ids["police"])
    assert (page.again, page.closed, page.answer.text) == (WHY, "", KNOWN.text)
    give(world, "officer", ids["police"], ResearchAnswer((Known.VICTIM,), "Seen today."), now=world.now + 2 * LATER)
    line = of_meeting(world, meeting_id)[world.agencies["police"]]
    assert (line.again, line.text, line.answered) == (None, "Seen today.", True)


def test_what_it_said_stays_readable_and_counts_no_more(world, answered):
    meeting_id, case_id, _ = answered
    again(world, meeting_id, case_id, "police")
    for who in ("coordinator", "probation_officer"):
        line = of_meeting(world, meeting_id, who)[world.agencies["police"]]
        assert (line.text, line.again, line.answered) == (KNOWN.text, WHY, False)
    with world.reading("coordinator") as work:
        assert research_grid.page(work, meeting_id).answered == 0


ANEW = ResearchAnswer(
    (), "Half of what is new.", professional_opinion="We think so.", suggested="Visit the school.",
    withheld=WithheldReason.THIRD_PARTY, handling={InformationKind.PROFESSIONAL_OPINION: HandlingCode.OWN})


def test_it_is_written_anew_in_two_sittings_and_others_read_what_was_said_until_it_is_sent(world, answered):
    meeting_id, case_id, ids = answered
    again(world, meeting_id, case_id, "police")
    seen = row(world, ids["police"]).version
    give_later(world, "officer", ids["police"], ANEW)
    for who in ("coordinator", "probation_officer", "officer"):
        line = of_meeting(world, meeting_id, who)[world.agencies["police"]]
        assert (line.known, line.text, line.parts, line.suggested, line.withheld, line.again) == (
            KNOWN.known, KNOWN.text, (), "", None, WHY), who
    mine, theirs = (page_of(world, who, ids["police"]) for who in ("officer", "coordinator"))
    assert (mine.begun, theirs.begun) == (ANEW, None) and mine.answer == theirs.answer == KNOWN
    assert listed_for(world, "officer") == [ids["police"]] and mine.again is WHY
    with pytest.raises(Stale) as stale:
        give(world, "officer", ids["police"], NONE, seen)
    assert stale.value.theirs == ANEW.text
    assert b"Half" not in bytes(row(world, ids["police"]).draft_sealed)
    give(world, "officer", ids["police"], replace(ANEW, known=(Known.VICTIM,)), now=world.now + 2 * LATER)
    assert of_meeting(world, meeting_id)[world.agencies["police"]].text == ANEW.text
    assert page_of(world, "officer", ids["police"]).begun is None and row(world, ids["police"]).draft_sealed is None


def test_what_was_written_anew_and_not_sent_is_there_to_be_added_when_the_meeting_is_over(world, answered):
    meeting_id, case_id, ids = answered
    again(world, meeting_id, case_id, "police")
    give_later(world, "officer", ids["police"], ANEW)
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    page = page_of(world, "officer", ids["police"])
    assert page.closed and page.begun == ANEW and page.answer == KNOWN
    with world.changing("officer") as work:
        research.add(work, ids["police"], InformationKind.FACT, "What is new.", Handling())
    assert page_of(world, "officer", ids["police"]).begun == ANEW
    with world.changing("officer") as work:
        research.add_all(work, ids["police"], {InformationKind.FACT: (ANEW.text, Handling())})
    assert page_of(world, "officer", ids["police"]).begun is None


def test_only_agencies_that_have_answered_are_asked_again(world, answered):
    meeting_id, case_id, ids = answered
    assert again(world, meeting_id, case_id, "police", "probation") == 1
    assert row(world, ids["probation"]).asked_again_at is None
    with pytest.raises(RuleBroken, match="Choose an agency that has answered"):
        again(world, meeting_id, case_id, "police")
    with world.reading("coordinator") as work:
        assert research_again.page(work, meeting_id, case_id).agencies == ()


def test_it_has_the_days_that_a_question_of_today_has(world, answered):
    meeting_id, case_id, ids = answered
    late = world.now + FORTNIGHT - LATER
    again(world, meeting_id, case_id, "police", now=late)
    assert row(world, ids["police"]).due_on == local_day(late)


def test_a_letter_asks_and_names_nobody(world, answered):
    meeting_id, case_id, ids = answered
    again(world, meeting_id, case_id, "police")
    with world.looking() as session:
        letters = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == LetterKind.RESEARCH_AGAIN)).all()
    assert {letter.about_id for letter in letters} == {ids["police"]}
    assert world.users["officer"] in {letter.user_id for letter in letters}


def test_whoever_is_kept_from_the_case_gets_no_letter(world, answered):
    meeting_id, case_id, _ = answered
    make.excluded(world, case_id, who="officer")
    again(world, meeting_id, case_id, "police")
    with world.looking() as session:
        assert world.users["officer"] not in set(session.scalars(
            select(QueuedLetter.user_id).where(QueuedLetter.kind == LetterKind.RESEARCH_AGAIN)))


def test_it_is_reminded_of_and_chased_as_if_it_were_asked_the_first_time(world, answered):
    meeting_id, case_id, ids = answered
    overdue = world.now + FORTNIGHT
    again(world, meeting_id, case_id, "police")
    due = row(world, ids["police"]).due_on
    for day in (due, due + LATER):
        with world.office.changing(SystemActor("timer"), overdue - FORTNIGHT + (day - local_day(world.now))) as work:
            research_chasing.remind(work)
    give(world, "officer", ids["police"], now=world.now + (due - local_day(world.now)) + 2 * LATER)
    again(world, meeting_id, case_id, "police", now=world.now + (due - local_day(world.now)) + 3 * LATER)
    assert row(world, ids["police"]).status is ResearchStatus.REQUESTED
    with world.looking() as session:
        assert research_chasing._sent(session, [ids["police"]]) == {}


def test_an_agency_that_said_it_knows_nobody_is_needed_until_it_says_so_again(world, answered):
    meeting_id, case_id, ids = answered
    give(world, "probation_officer", ids["probation"], NONE)

    def needed_for():
        with world.looking() as session:
            return needed.by_case(session, meeting_id, [case_id])[case_id]
    assert world.agencies["probation"] not in needed_for()
    again(world, meeting_id, case_id, "probation")
    assert world.agencies["probation"] in needed_for()


def test_an_exempt_agency_that_had_been_asked_again_still_has_to_answer(world, answered):
    meeting_id, case_id, ids = answered
    give(world, "probation_officer", ids["probation"], NONE)
    again(world, meeting_id, case_id, "probation")
    with world.changing("coordinator") as work:
        exclusions.exclude(work, case_id, Who(agency_id=world.agencies["probation"]), "user_is_party")
    with world.looking() as session:
        exclusion_id = session.scalars(select(CaseExclusion.id)).one()
    with world.changing("coordinator") as work:
        exclusions.lift(work, case_id, exclusion_id)
    assert row(world, ids["probation"]).status is ResearchStatus.REQUESTED


def test_once_the_meeting_has_begun_nobody_is_asked_again(world, answered):
    meeting_id, case_id, _ = answered
    set_meeting(world, meeting_id, MeetingStatus.IN_PROGRESS)
    with pytest.raises(RuleBroken, match="what changed is said there"):
        again(world, meeting_id, case_id, "police")


def test_only_those_who_run_the_meeting_ask_again(world, answered):
    meeting_id, case_id, _ = answered
    with pytest.raises(NotPermitted):
        again(world, meeting_id, case_id, "police", who="minute_taker")


def test_a_case_that_must_not_be_known_is_not_there_to_ask_about(world, answered):
    meeting_id, case_id, _ = answered
    make.excluded(world, case_id, who="coordinator")
    with pytest.raises(NotFound):
        again(world, meeting_id, case_id, "police")
    with pytest.raises(NotFound), world.reading("coordinator") as work:
        research_again.page(work, meeting_id, case_id)
