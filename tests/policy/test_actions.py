"""Who knows of an action: the rule for a row and the rule for a list say the same."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import local_day
from clinic.models.action import Action
from clinic.models.hearing import Hearing
from clinic.policy import actions as policy
from clinic.policy.accounts import anyone
from tests import make

EVERYBODY = [who for who, *_ in make.PEOPLE]
KNOW = {"chair", "deputy", "coordinator", "minute_taker", "officer", "probation_officer"}


@pytest.fixture
def action(world):
    """An action of the advocacy service on a case that only police and probation were asked about."""
    hearing_id = make.listed(world, make.case(world), make.meeting(world), asked=("police", "probation"))
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        hearing = work.session.get_one(Hearing, hearing_id)
        made = Action(
            panel_id=hearing.panel_id, case_id=hearing.case_id, meeting_id=hearing.meeting_id,
            reference="AC-2026-100000", text="Ring her", owner_agency_id=world.agencies["advocacy"],
            due_on=local_day(world.now) + timedelta(days=7), agreed_at=world.now,
        )
        work.session.add(made)
        work.session.flush()
        work.record(AuditVerb.CREATE, made)
    return made


def seen(world, who):
    with world.reading(who) as work:
        work.require(anyone)
        work.record(AuditVerb.VIEW, "Action")
        return work.session.scalars(select(Action).where(policy.visible_to(work.actor))).all()


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_know_the_case_and_the_owner_know_the_action(world, action, who):
    knows = who in KNOW | {"advocate"}
    assert bool(seen(world, who)) is knows
    assert policy.may_see(world.actor(who), action) is knows
    assert policy.may_report(world.actor(who), action) is (who == "advocate")
    assert policy.may_decide(world.actor(who), action) is (who == "coordinator")


@pytest.mark.parametrize("who", sorted(KNOW | {"advocate"}))
@pytest.mark.parametrize("by_agency", [False, True])
def test_an_excluded_person_meets_nothing_the_owner_too(world, action, who, by_agency):
    agency = next(a for w, a, *_ in make.PEOPLE if w == who)
    make.excluded(world, action.case_id, **({"agency": agency} if by_agency else {"who": who}))
    assert not seen(world, who)
    for rule in (policy.may_see, policy.may_report, policy.may_decide):
        assert not rule(world.actor(who), action)


def test_only_the_system_reminds(world):
    assert policy.may_remind(SystemActor("timer"))
    assert not any(policy.may_remind(world.actor(who)) for who in EVERYBODY)
