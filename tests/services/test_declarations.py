"""The undertaking of confidentiality: signed by each person for each meeting before its papers open."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.declarations import NEWEST
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Unsigned
from clinic.domain.meetings import MeetingStatus
from clinic.models.account import Membership
from clinic.models.audit import AuditEvent
from clinic.models.declaration import Declaration
from clinic.models.meeting import Meeting
from clinic.policy.accounts import anyone
from clinic.services import (
    agenda_pages,
    declarations,
    edition_pages,
    following,
    hearings,
    live,
    meeting_pages,
    minutes,
    requests,
    research_grid,
    suggestions,
)
from tests import make, sitting

# Every page of a meeting's cases.
PAPERS = (agenda_pages.page_for, edition_pages.reader_page, edition_pages.print_page, edition_pages.publish_page,
          suggestions.page, requests.of_meeting, research_grid.page, following.page_for,
          following.now_page, live.close_page)


@pytest.fixture
def asking(world):
    """The clinic asks for the undertaking."""
    make.undertaking_asked(world)
    return world


def test_no_paper_of_a_meeting_opens_before_its_reader_has_signed(asking):
    meeting = make.meeting(asking)
    for paper in PAPERS:
        with pytest.raises(Unsigned), asking.reading("coordinator") as work:
            paper(work, meeting)
    make.signed(asking, meeting, "coordinator")
    for paper in PAPERS:
        with asking.reading("coordinator") as work:
            paper(work, meeting)


def test_a_hearing_opens_to_whoever_has_signed_for_its_meeting(asking):
    meeting = make.meeting(asking, status=MeetingStatus.IN_PROGRESS)
    hearing = make.listed(asking, make.case(asking), meeting)
    with pytest.raises(Unsigned), asking.reading("officer") as work:
        live.hearing_page(work, hearing)
    with pytest.raises(NotFound):
        hearings.pulse(asking.office, asking.actor("officer"), hearing)
    make.signed(asking, meeting, "officer")
    with asking.reading("officer") as work:
        assert live.hearing_page(work, hearing).id == hearing
    assert hearings.pulse(asking.office, asking.actor("officer"), hearing).outcome is None


def test_to_whoever_is_shut_out_of_a_case_its_hearing_is_not_there_whether_they_have_signed_or_not(asking):
    meeting, case = make.meeting(asking, status=MeetingStatus.IN_PROGRESS), make.case(asking)
    hearing = make.listed(asking, case, meeting)
    make.excluded(asking, case, who="officer")
    for sign in (False, True):
        if sign:
            make.signed(asking, meeting, "officer")
        with pytest.raises(NotFound), asking.reading("officer") as work:
            live.hearing_page(work, hearing)


def test_each_meeting_is_signed_for_by_itself_and_each_person_for_themselves(asking):
    first, second = make.meeting(asking), make.meeting(asking, asking.now + timedelta(days=14))
    make.signed(asking, first, "officer")
    for who, meeting in (("officer", second), ("advocate", first)):
        with pytest.raises(Unsigned), asking.reading(who) as work:
            edition_pages.reader_page(work, meeting)


def test_observers_sign_too_and_who_reads_no_papers_signs_nothing(asking):
    meeting = make.meeting(asking)
    with pytest.raises(Unsigned), asking.reading("observer") as work:
        edition_pages.reader_page(work, meeting)
    with asking.reading("observer") as work:
        assert declarations.page(work, meeting).observes
    make.signed(asking, meeting, "observer")
    with asking.reading("observer") as work:
        edition_pages.reader_page(work, meeting)
    with pytest.raises(NotPermitted), asking.changing("recipient") as work:
        declarations.sign(work, meeting, NEWEST)
    with pytest.raises(NotFound), asking.changing("outsider") as work:
        declarations.sign(work, meeting, NEWEST)
    with pytest.raises(NotPermitted), asking.reading("recipient") as work:
        edition_pages.reader_page(work, meeting)


def test_a_panel_that_asks_for_nothing_opens_its_papers_and_takes_no_signature(world):
    meeting = make.meeting(world)
    with world.reading("officer") as work:
        edition_pages.reader_page(work, meeting)
    with world.reading("coordinator") as work:
        assert meeting_pages.show(work, meeting).signed is None
    with pytest.raises(RuleBroken, match="asks for no undertaking"):
        make.signed(world, meeting, "officer")


def test_what_was_signed_is_kept_by_its_wording_for_the_agency_spoken_for_and_once(asking):
    meeting = make.meeting(asking)
    for _ in range(2):
        make.signed(asking, meeting, "officer")
    with asking.looking() as session:
        row = session.scalars(select(Declaration)).one()
        said = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "Declaration")).one()
    assert (row.user_id, row.agency_id) == (asking.users["officer"], asking.agencies["police"])
    assert (row.wording, row.signed_at) == (NEWEST, asking.now)
    assert said.verb is AuditVerb.CREATE and said.panel_id == asking.clinic
    with asking.reading("officer") as work:
        page = declarations.page(work, meeting)
    assert page.signed_at == asking.now and page.number == NEWEST


def test_nobody_signs_for_a_meeting_that_is_cancelled_or_words_that_have_changed(asking):
    meeting = make.meeting(asking)
    with pytest.raises(RuleBroken, match="Read them again"), asking.changing("officer") as work:
        declarations.sign(work, meeting, NEWEST + 1)
    with asking.office.changing(SystemActor("tests"), asking.now) as work:
        work.require(anyone)
        work.session.get_one(Meeting, meeting).status = "cancelled"
        work.record(AuditVerb.UPDATE, "Meeting")
    with pytest.raises(RuleBroken, match="cancelled"):
        make.signed(asking, meeting, "officer")


def test_who_runs_the_meeting_sees_who_has_signed_and_others_their_own_alone(asking):
    meeting = make.meeting(asking)
    make.signed(asking, meeting, "officer", "observer")
    with asking.reading("coordinator") as work:
        told = meeting_pages.show(work, meeting).signed
    assert {line.name for line in told.people if line.signed_at} == {"Officer Testwell", "Observer Testwell"}
    assert told.mine is None and told.missing == len(told.people) - 2
    assert "Recipient Testwell" not in {line.name for line in told.people}
    with asking.reading("officer") as work:
        own = meeting_pages.show(work, meeting).signed
    assert own.mine == asking.now and own.people == ()
    with asking.reading("recipient") as work:
        assert meeting_pages.show(work, meeting).signed is None


def test_who_has_signed_and_left_the_panel_since_is_still_told(asking):
    meeting = make.meeting(asking)
    make.signed(asking, meeting, "officer")
    with asking.office.changing(SystemActor("tests"), asking.now) as work:
        work.require(anyone)
        seat = work.session.scalars(select(Membership).where(Membership.user_id == asking.users["officer"])).one()
        seat.valid_until = date(2026, 11, 1)
        work.record(AuditVerb.UPDATE, "Membership")
    with asking.reading("coordinator") as work:
        people = meeting_pages.show(work, meeting).signed.people
    assert [line.name for line in people if line.signed_at] == ["Officer Testwell"]


def test_minutes_say_who_has_signed(asking):
    held = sitting.held(asking)
    make.signed(asking, held.meeting_id, "officer")
    with asking.changing("coordinator") as work:
        minutes.draft(work, held.meeting_id, str)
    with asking.reading("coordinator") as work:
        attendance = minutes.draft_page(work, held.meeting_id).sections[0].text
    assert "| Officer Testwell | Northmere Police | Present | Signed |" in attendance
    assert "| Chair Testwell | Northmere Police | Present | Not signed |" in attendance
