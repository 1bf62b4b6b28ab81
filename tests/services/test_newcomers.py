"""An agency that comes to a panel late is asked about what is listed, and about nothing that is closed to it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor, UserStatus
from clinic.domain.directory import SeatDraft
from clinic.domain.errors import NotPermitted
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.research import Known, ResearchAnswer
from clinic.models.account import User
from clinic.models.post import QueuedLetter
from clinic.services import members, newcomers
from tests import make
from tests.services.test_agenda import FORTNIGHT, place
from tests.services.test_research import give, requests_by_agency, row, set_meeting

BEFORE = {"police", "probation", "advocacy"}


@pytest.fixture
def listed(world):
    """A meeting with two cases, a fortnight on."""
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    ids = [make.case(world) for _ in range(2)]
    for case_id in ids:
        place(world, case_id, meeting_id)
    return meeting_id, ids


def asked(world, case_id):
    return set(requests_by_agency(world, case_id))


def join(world, role=MembershipRole.REPRESENTATIVE, who="coordinator", **more):
    """Give somebody of the health agency a seat."""
    with world.changing(who, more.pop("now", None)) as work:
        members.add(work, world.clinic, SeatDraft(
            world.users["outsider"], world.agencies["health"], role, local_day(work.now), **more))


def letters(world, who):
    with world.looking() as session:
        return session.scalars(select(QueuedLetter.about_id).where(
            QueuedLetter.kind == LetterKind.RESEARCH_ASKED, QueuedLetter.user_id == world.users[who])).all()


def test_an_agency_that_joins_is_asked_about_what_is_listed_already(world, listed):
    _, ids = listed
    before = asked(world, ids[0])
    join(world)
    assert [asked(world, id_) - before for id_ in ids] == [{"health"}, {"health"}]
    assert sorted(letters(world, "outsider")) == sorted(requests_by_agency(world, id_)["health"] for id_ in ids)


def test_one_that_joins_two_days_before_has_until_the_day_it_came(world, listed):
    _, ids = listed
    late = world.now + FORTNIGHT - timedelta(days=2)
    join(world, now=late)
    assert row(world, requests_by_agency(world, ids[0])["health"]).due_on == local_day(late)


def test_nobody_is_asked_twice_and_what_was_answered_stays(world, listed):
    _, ids = listed
    request_id = requests_by_agency(world, ids[0])["probation"]
    give(world, "probation_officer", request_id, ResearchAnswer((Known.VICTIM,), "Her address."))
    letters_before = letters(world, "probation_officer")
    join(world)
    assert row(world, request_id).known == ["victim"] and letters(world, "probation_officer") == letters_before


def test_an_agency_is_never_asked_about_a_case_that_is_closed_to_it(world, listed):
    _, ids = listed
    make.excluded(world, ids[1], agency="health")
    join(world)
    assert ["health" in asked(world, id_) for id_ in ids] == [True, False]
    assert len(letters(world, "outsider")) == 1


def test_a_case_that_the_coordinator_must_not_know_of_is_asked_about_too(world, listed):
    _, ids = listed
    make.excluded(world, ids[1], who="coordinator")
    join(world)
    assert "health" in asked(world, ids[1])


def test_an_observer_brings_no_question_and_no_meeting_that_is_over_asks(world, listed):
    meeting_id, ids = listed
    before = asked(world, ids[0])
    join(world, MembershipRole.OBSERVER)
    assert asked(world, ids[0]) == before
    set_meeting(world, meeting_id, MeetingStatus.HELD)
    join(world)
    assert asked(world, ids[0]) == before


def test_the_timer_asks_once_an_account_has_opened(world, listed):
    _, ids = listed
    status(world, UserStatus.INVITED)
    join(world)
    assert "health" not in asked(world, ids[0])
    status(world, UserStatus.ACTIVE)
    for _ in range(2):
        with world.office.changing(SystemActor("timer"), world.now) as work:
            assert newcomers.ask_everywhere(work) == 1
    assert "health" in asked(world, ids[0]) and len(letters(world, "outsider")) == 2


def status(world, status):
    with world.changing("admin") as work:
        work.require(make.anyone)
        work.session.get_one(User, world.users["outsider"]).status = status
        work.record("update", "User")


def test_nobody_but_the_timer_asks_everywhere(world):
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        newcomers.ask_everywhere(work)
