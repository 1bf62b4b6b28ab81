"""Row rule and query rule of minutes agree, for every role, panel, exclusion and receipt."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actors import Actor, MembershipRole, Seat, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.minutes import ReceiptStatus
from clinic.models.account import User
from clinic.models.meeting import Meeting
from clinic.models.minute import MinuteSection, MinuteVersion, Receipt
from clinic.policy import minutes as policy
from clinic.policy.accounts import anyone
from clinic.services import approvals, minutes
from tests import make, sitting

R = MembershipRole


@pytest.fixture
def approved(world):
    """A version that was approved and sent to nobody, of a meeting whose two cases all agencies were asked about."""
    return approve(world, sitting.held(world))


def approve(world, held):
    with world.changing("coordinator") as work:
        minutes.draft(work, held.meeting_id, str)
    with world.changing("coordinator") as work:
        approvals.send_to_chair(work, held.meeting_id)
    with world.reading("chair") as work:
        seen = minutes.approval_page(work, held.meeting_id).seen
    with world.changing("chair") as work:
        return approvals.approve(work, held.meeting_id, seen)


def somebody(world, role, own_panel=True, agency="police", excluded=()) -> Actor:
    seat = Seat(world.clinic if own_panel else world.marac, role, world.agencies[agency])
    return Actor(world.users["officer"], world.agencies[agency], frozenset({seat}), frozenset(excluded))


def under(world, actor, query):
    with world.office.reading(actor, world.now) as work:
        work.require(anyone)
        work.record(AuditVerb.VIEW, "Tests")
        return work.session.scalars(query).all()


def test_row_and_query_agree_on_who_may_read_a_version(world, approved):
    for standing in (None, *ReceiptStatus):
        with world.office.changing(SystemActor("tests"), world.now) as work:
            work.require(anyone)
            work.record(AuditVerb.UPDATE, "Tests")
            receipt = work.session.scalar(select(Receipt).where(Receipt.version_id == approved))
            if standing is not None and receipt is None:
                receipt = Receipt(version_id=approved, panel_id=world.clinic, user_id=world.users["officer"],
                                  sent_at=world.now)
                work.session.add(receipt)
            if receipt is not None:
                receipt.status = standing
        for role in MembershipRole:
            for own_panel in (True, False):
                actor = somebody(world, role, own_panel)
                found = under(world, actor, select(MinuteVersion).where(policy.visible_to(actor)))
                with world.looking() as session:
                    version = session.get_one(MinuteVersion, approved)
                assert bool(found) is policy.may_read(actor, version, standing), (role, own_panel, standing)
                assert not (found and role is R.OBSERVER)


@pytest.mark.parametrize("excluded", [True, False])
@pytest.mark.parametrize("own_panel", [True, False])
def test_row_and_query_agree_on_sections_of_cases_that_the_agency_takes_part_in(world, approved, own_panel, excluded):
    with world.looking() as session:
        rows = session.scalars(select(MinuteSection).where(MinuteSection.version_id == approved)).all()
    first = next(row for row in rows if row.case_id)
    if excluded:
        sitting.exclude(world, first.case_id, agency="police")
    for role in MembershipRole:
        actor = somebody(world, role, own_panel, excluded={first.case_id} if excluded else ())
        query = select(MinuteSection.id).where(MinuteSection.version_id == approved, policy.sections_visible_to(actor))
        assert set(under(world, actor, query)) == {r.id for r in rows if policy.may_see_section(actor, r)}, role


def test_a_recipient_of_minutes_sees_the_cases_of_their_own_agency_and_no_other(world, approved):
    def cases_of(role, agency):
        actor = somebody(world, role, agency=agency)
        return len(under(world, actor, select(MinuteSection).where(
            MinuteSection.version_id == approved, MinuteSection.case_id.is_not(None), policy.sections_visible_to(actor)
        )))

    for role in (R.MINUTES_RECIPIENT, R.PRESENTER, R.REPRESENTATIVE):
        assert [cases_of(role, a) for a in ("police", "health", "advocacy", "housing")] == [2, 1, 1, 0], role
    for role in (R.OBSERVER, R.CALENDAR_SUBSCRIBER, R.STEERING_MEMBER, R.COMMUNITY_MEMBER, R.FACILITATOR):
        assert cases_of(role, "police") == 0, role


@pytest.mark.parametrize("chaired", [True, False])
def test_row_and_query_agree_on_who_may_see_a_draft(world, chaired):
    held = sitting.held(world, chaired_by="officer" if chaired else "chair")
    with world.looking() as session:
        meeting = session.get_one(Meeting, held.meeting_id)
    for role in MembershipRole:
        for own_panel in (True, False):
            actor = somebody(world, role, own_panel)
            found = under(world, actor, select(Meeting.id).where(
                Meeting.id == held.meeting_id, policy.drafts_visible_to(actor)))
            assert bool(found) is policy.may_see_draft(actor, meeting), (role, own_panel)


def test_the_chair_approves_and_the_deputy_who_chaired_and_nobody_else(world):
    held = sitting.held(world, chaired_by="officer")
    with world.looking() as session:
        meeting = session.get_one(Meeting, held.meeting_id)
    for role in MembershipRole:
        actor = somebody(world, role)
        assert policy.may_approve(actor, meeting) is (role in (R.CHAIR, R.DEPUTY_CHAIR)), role
        assert policy.may_approve(replace(actor, user_id=uuid4()), meeting) is (role is R.CHAIR), role
        assert not policy.may_approve(somebody(world, role, own_panel=False), meeting)


def test_row_and_query_agree_on_who_may_see_a_receipt(world, approved):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.record(AuditVerb.CREATE, "Tests")
        own = Receipt(version_id=approved, panel_id=world.clinic, user_id=world.users["officer"], sent_at=world.now)
        other = Receipt(version_id=approved, panel_id=world.clinic, user_id=world.users["advocate"], sent_at=world.now)
        work.session.add_all((own, other))
    for role in MembershipRole:
        for own_panel in (True, False):
            actor = somebody(world, role, own_panel)
            found = set(under(world, actor, select(Receipt.id).where(policy.receipts_visible_to(actor))))
            assert found == {r.id for r in (own, other) if policy.may_see_receipt(actor, r)}, (role, own_panel)
            assert not policy.may_revoke(actor, own)


def test_only_the_timer_chases(world):
    assert policy.may_chase(SystemActor("timer"))
    assert not policy.may_chase(SystemActor("visitor"))
    assert not policy.may_chase(somebody(world, R.COORDINATOR))


def test_every_person_of_the_small_world_stands_where_the_roles_say(world, approved):
    readers = {who for who, *_ in make.PEOPLE
               if under(world, world.actor(who), select(User.id).where(
                   User.id == world.users[who],
                   select(MinuteVersion.id).where(policy.visible_to(world.actor(who))).exists()))}
    assert readers == {"chair", "deputy", "coordinator", "minute_taker"}
