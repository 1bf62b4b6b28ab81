"""Each piece of an answer is for whom its agency chose; nobody else can tell that there is anything."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import MeetingStatus
from clinic.domain.research import Handling, HandlingCode, Known, ResearchAnswer
from clinic.models.account import Membership
from clinic.models.research import ResearchPart, ResearchRequest
from clinic.policy import cases as case_policy
from clinic.policy import research_parts as policy
from clinic.policy.accounts import anyone
from clinic.services import research, research_parts
from clinic.services.research_parts import Readers
from tests import make
from tests.services.test_agenda import FORTNIGHT, place
from tests.services.test_research import asked, give, give_later, lines_read, page_of, requests_by_agency, set_meeting

__all__ = ["asked"]
C, K = HandlingCode, InformationKind
SAID = ResearchAnswer((Known.VICTIM,), "Seen in May.", professional_opinion="We think so.",
                      suggested="Visit the school.")
RUN = {"coordinator", "chair"}
READERS = RUN | {"officer", "minute_taker", "advocate", "probation_officer"}


def for_whom(code, *named):
    """Return the answer with its facts and its opinion for these."""
    return replace(SAID, handling={K.FACT: code, K.PROFESSIONAL_OPINION: code}, named=frozenset(named))


@pytest.fixture
def naming(world):
    """The same, for the advocates by name."""
    return for_whom(C.NAMED_AGENCIES, world.agencies["advocacy"])


def add(world, request_id, kind, handling):
    with world.changing("officer") as work:
        return research.add(work, request_id, kind, "Since then.", handling)


def test_each_code_lets_in_whom_it_says_and_always_the_agency_and_those_who_run_the_panel(world, asked, naming):
    meeting_id, _, ids = asked
    for answer, readers in (
        (SAID, READERS),
        (for_whom(C.STATUTORY), RUN | {"officer", "probation_officer"}),
        (naming, RUN | {"officer", "advocate"}),
        (for_whom(C.OWN), RUN | {"officer"}),
    ):
        give(world, "officer", ids["police"], answer)
        lines = {who: lines_read(world, who, meeting_id) for who in READERS}
        assert {who for who, line in lines.items() if line.text} == readers, answer.handling
        assert {who for who, line in lines.items() if line.suggested} == readers, answer.handling
        assert {who for who, line in lines.items() if line.parts} == readers, answer.handling
        rows_and_queries_agree(world, ids["police"])


def rows_and_queries_agree(world, request_id):
    with world.looking() as session:
        part = session.scalars(select(ResearchPart).where(ResearchPart.request_id == request_id)).one()
        request = session.get_one(ResearchRequest, request_id)
    statutory = {world.agencies["police"], world.agencies["probation"]}
    for who in READERS:
        actor = world.actor(who)
        with world.reading(who) as work:
            work.require(case_policy.may_list)
            parts = work.session.scalars(select(ResearchPart.id).where(policy.visible_to(actor))).all()
            facts = work.session.scalars(select(ResearchRequest.id).where(
                ResearchRequest.id == request_id, policy.facts_readable_to(actor))).all()
            work.record(AuditVerb.VIEW, "ResearchPart")
        assert (parts == [part.id]) is policy.may_see(actor, part, statutory), who
        assert (facts == [request_id]) is policy.may_read_facts(actor, request, statutory), who


def test_an_answer_that_is_for_others_reads_like_one_that_says_nothing(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], for_whom(C.OWN))
    kept_from = lines_read(world, "advocate", meeting_id)
    give(world, "officer", ids["police"], ResearchAnswer((Known.VICTIM,)))
    assert lines_read(world, "advocate", meeting_id) == kept_from


def test_whoever_reads_a_piece_reads_for_whom_it_is(world, asked, naming):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], replace(naming, handling={K.PROFESSIONAL_OPINION: C.NAMED_AGENCIES}))
    for who in ("advocate", "officer", "chair"):
        line = lines_read(world, who, meeting_id)
        assert line.readers == Readers(C.PANEL)
        assert [part.readers for part in line.parts] == [Readers(C.NAMED_AGENCIES, ("Northmere Advocacy",))]
    assert page_of(world, "officer", ids["police"]).answer.handling == {K.PROFESSIONAL_OPINION: C.NAMED_AGENCIES}


def test_an_agency_that_has_left_the_panel_reads_no_more_though_it_sits_on_another(world, asked):
    _, _, ids = asked
    give(world, "officer", ids["police"], for_whom(C.NAMED_AGENCIES, world.agencies["probation"]))
    assert parts_of(world, "probation_officer", ids["police"])
    with world.changing("coordinator") as work:
        work.require(anyone)
        seat = work.session.scalars(select(Membership).where(
            Membership.user_id == world.users["probation_officer"], Membership.panel_id == world.clinic)).one()
        seat.valid_until = date(2026, 11, 1)
        work.record(AuditVerb.UPDATE, "Membership")
    assert parts_of(world, "probation_officer", ids["police"]) == ()


def parts_of(world, who, request_id):
    with world.reading(who) as work:
        work.require(case_policy.may_list)
        found = research_parts.of_requests(work.session, [request_id]).get(request_id, ())
        work.record(AuditVerb.VIEW, "ResearchPart")
    return found


def test_who_is_kept_from_the_case_reads_nothing_that_is_for_their_agency_by_name(world, asked, naming):
    meeting_id, case_id, ids = asked
    give(world, "officer", ids["police"], naming)
    make.excluded(world, case_id, who="advocate")
    assert parts_of(world, "advocate", ids["police"]) == () and lines_read(world, "advocate", meeting_id) is None


def test_the_page_of_a_request_and_what_was_said_for_an_earlier_meeting_keep_to_the_code(world, asked):
    meeting_id, case_id, ids = asked
    give(world, "officer", ids["police"], for_whom(C.OWN))
    page = page_of(world, "minute_taker", ids["police"])
    assert (page.answer.text, page.answer.suggested, page.parts) == ("", "", ())
    assert page_of(world, "chair", ids["police"]).answer.text == "Seen in May."
    set_meeting(world, meeting_id, MeetingStatus.CLOSED)
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    place(world, case_id, deferred_from=meeting_id)
    again = requests_by_agency(world, case_id, later)["police"]
    assert page_of(world, "minute_taker", again).earlier.answer.text == ""
    assert page_of(world, "officer", again).earlier.answer.text == "Seen in May."


def test_an_addition_has_a_code_of_its_own_and_what_is_restricted_stays_so(world, asked):
    meeting_id, _, ids = asked
    give(world, "officer", ids["police"], SAID)
    set_meeting(world, meeting_id, MeetingStatus.IN_PROGRESS)
    add(world, ids["police"], K.FACT, Handling(C.STATUTORY))
    add(world, ids["police"], K.INTELLIGENCE_RESTRICTED, Handling(C.PANEL))
    added = {who: {part.kind for part in lines_read(world, who, meeting_id).parts if part.addition}
             for who in ("advocate", "probation_officer", "chair")}
    assert added == {"advocate": set(), "probation_officer": {K.FACT}, "chair": {K.FACT, K.INTELLIGENCE_RESTRICTED}}
    with pytest.raises(RuleBroken, match="Tick the agencies"):
        add(world, ids["police"], K.FACT, Handling(C.NAMED_AGENCIES))


def test_only_an_agency_that_speaks_on_the_panel_is_named(world, asked):
    _, _, ids = asked
    assert [name for _, name in page_of(world, "officer", ids["police"]).to_name] == [
        "Northmere Advocacy", "Northmere Probation"]
    assert page_of(world, "coordinator", ids["police"]).to_name == ()
    with pytest.raises(RuleBroken, match="any more") as broken:
        give(world, "officer", ids["police"], for_whom(C.NAMED_AGENCIES, world.agencies["housing"]))
    assert broken.value.field == "named"


def test_what_is_finished_later_keeps_its_codes_and_its_ticks(world, asked, naming):
    unfinished = replace(naming, known=(), text="", suggested="", professional_opinion="", handling={})
    give_later(world, "officer", asked[2]["police"], unfinished)
    assert page_of(world, "officer", asked[2]["police"]).answer == unfinished
