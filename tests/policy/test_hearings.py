"""Who knows of a hearing: the rule for a row and the rule for a list say the same."""

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.policy import hearings as policy
from clinic.policy.accounts import anyone
from tests import make

EVERYBODY = [who for who, *_ in make.PEOPLE]
KNOW = {"chair", "deputy", "coordinator", "minute_taker", "officer", "probation_officer"}
RECORD = {"chair", "deputy", "coordinator", "minute_taker"}


@pytest.fixture
def hearing_id(world):
    return make.listed(world, make.case(world), make.meeting(world), asked=("police", "probation"))


def seen(world, who, hearing_id):
    with world.reading(who) as work:
        work.require(anyone)
        work.record(AuditVerb.VIEW, "Hearing")
        return work.session.scalar(select(Hearing).where(Hearing.id == hearing_id, policy.visible_to(work.actor)))


def row(world, hearing_id):
    with world.looking() as session:
        return session.get_one(Hearing, hearing_id)


@pytest.mark.parametrize("who", EVERYBODY)
def test_whoever_knows_the_case_knows_the_hearing_and_nobody_else(world, hearing_id, who):
    assert (seen(world, who, hearing_id) is not None) is (who in KNOW)
    hearing, actor = row(world, hearing_id), world.actor(who)
    # The advocate's agency was not asked: only the database can say that.
    assert policy.may_see(actor, hearing) is (who in KNOW or who == "advocate")
    assert policy.may_record(actor, hearing) is (who in RECORD)


@pytest.mark.parametrize("who", sorted(KNOW))
@pytest.mark.parametrize("by_agency", [False, True])
def test_an_excluded_person_meets_nothing_whatever_their_role(world, hearing_id, who, by_agency):
    hearing = row(world, hearing_id)
    agency = next(a for w, a, *_ in make.PEOPLE if w == who)
    make.excluded(world, hearing.case_id, **({"agency": agency} if by_agency else {"who": who}))
    assert seen(world, who, hearing_id) is None
    assert not policy.may_see(world.actor(who), hearing) and not policy.may_record(world.actor(who), hearing)


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_follows_a_meeting_who_keeps_its_register_and_who_closes_it(world, hearing_id, who):
    with world.looking() as session:
        meeting = session.get_one(Meeting, row(world, hearing_id).meeting_id)
    actor = world.actor(who)
    assert policy.may_follow(actor, meeting) is (who in KNOW | {"advocate"})
    assert policy.may_attend_to(actor, meeting) is (who in RECORD)
    assert policy.may_close(actor, meeting) is (who in RECORD - {"minute_taker"})
