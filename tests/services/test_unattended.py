"""A case that no coordinator may know of: the administrator is told of the panel, nobody on it of anything."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.desk import Tray
from clinic.domain.directory import SeatDraft
from clinic.domain.errors import NotPermitted
from clinic.domain.letters import LetterKind
from clinic.models.account import Membership
from clinic.models.audit import AuditEvent
from clinic.models.case import CaseExclusion
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.policy.accounts import anyone
from clinic.scheduler import timetable
from clinic.services import desk, members, unattended
from tests import make


@contextmanager
def behind(world):
    """Change what no use case would leave so: the person who did it has left since."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        yield work.session
        work.record(AuditVerb.UPDATE, "Membership")


@pytest.fixture
def stranded(world):
    """The second case of a pair whose first is closed to the only coordinator."""
    first = make.nominated(world)
    with behind(world) as session:
        session.add(CaseExclusion(
            panel_id=world.clinic, case_id=session.get_one(Nomination, first).case_id,
            user_id=world.users["coordinator"], ground="user_is_party", set_by_id=world.users["chair"],
            set_at=world.now))
    second = make.nominated(world)
    timetable.compare(world.office, None)
    return second


def told(world, now=None):
    with world.office.changing(SystemActor("timer"), now or world.now) as work:
        unattended.tell(work)
    with world.looking() as session:
        return session.scalars(
            select(QueuedLetter).where(QueuedLetter.kind == LetterKind.COORDINATOR_WANTED)
            .order_by(QueuedLetter.revision)).all()


def wanted(world, who):
    with world.reading(who) as work:
        page = members.members_page(work, world.clinic)
        return page.wanted, page.wants_another


def name_another(world, who, holder="probation_officer"):
    with world.changing(who) as work:
        members.add(work, world.clinic, SeatDraft(
            world.users[holder], world.agencies["probation"], MembershipRole.COORDINATOR, date(2026, 1, 1)))


def test_the_administrator_is_told_of_the_panel_and_not_of_the_case(world, stranded):
    letter, = told(world)
    assert letter.address == "admin@council.example" and letter.link == f"/panels/{world.clinic}/members"
    assert (letter.reference, letter.about_id) == ("", world.clinic)


def test_it_is_said_once_a_day_until_another_coordinator_is_named(world, stranded):
    assert len(told(world)) == len(told(world, world.now + timedelta(hours=2))) == 1
    assert len(told(world, world.now + timedelta(days=1))) == 2
    name_another(world, "admin")
    assert len(told(world, world.now + timedelta(days=2))) == 2
    with world.reading("probation_officer") as work:
        assert stranded in {line.id for line in desk.page(work, world.clinic, Tray.WAITING).lines}


def test_the_coordinator_who_must_not_know_finds_nothing_that_tells(world, stranded):
    told(world)
    assert wanted(world, "coordinator") == ((), False)
    with world.reading("coordinator") as work:
        assert desk.page(work, world.clinic, Tray.WAITING).lines == ()
    with world.looking() as session:
        # In no panel's post, and in no panel's journal.
        assert session.scalars(select(QueuedLetter.panel_id).where(
            QueuedLetter.kind == LetterKind.COORDINATOR_WANTED)).all() == [None]
        assert session.scalars(select(AuditEvent.panel_id).where(
            AuditEvent.system == "timer", AuditEvent.verb == AuditVerb.SEND)).all() == [None]


def test_the_administrator_may_name_one_more_then_and_no_further(world, stranded):
    assert wanted(world, "admin") == ((MembershipRole.COORDINATOR,), True)
    name_another(world, "admin")
    assert wanted(world, "admin") == ((), False)
    with pytest.raises(NotPermitted):
        name_another(world, "admin", "advocate")


def test_where_another_coordinator_may_know_of_it_nobody_is_told(world, stranded):
    name_another(world, "coordinator")
    assert told(world) == [] and wanted(world, "admin") == ((), False)


def test_somebody_whose_agency_is_kept_from_the_case_does_not_attend_to_it(world, stranded):
    name_another(world, "coordinator")
    with behind(world) as session:
        for one in session.scalars(select(CaseExclusion)).all():
            one.user_id, one.agency_id = None, world.agencies["council"]
    assert told(world) == []
    with behind(world) as session:
        for seat in session.scalars(select(Membership).where(Membership.user_id == world.users["probation_officer"])):
            seat.agency_id = world.agencies["council"]
    assert [letter.about_id for letter in told(world)] == [world.clinic]


def test_a_panel_whose_coordinator_has_left_is_told_of_too_and_one_without_open_cases_is_not(world):
    make.nominated(world)
    assert told(world) == []
    with behind(world) as session:
        for seat in session.scalars(select(Membership).where(Membership.role == MembershipRole.COORDINATOR)):
            seat.valid_until = date(2026, 1, 1)
    assert [letter.about_id for letter in told(world)] == [world.clinic]
