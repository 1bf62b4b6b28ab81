"""What waits for somebody on coming in: counted of what they may know, and of nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actions import NewAction
from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.domain.panels import TaskKind
from clinic.models.account import Membership
from clinic.models.action import Action
from clinic.models.nomination import Nomination
from clinic.policy.accounts import anyone
from clinic.services import actions, nominations, overviews
from tests import make, sitting
from tests.services.test_minutes import approved
from tests.services.test_receipts import circulate


def waiting(world, who):
    """Return what waits for somebody on the clinic, or on the one panel they have, and how much of it."""
    with world.reading(who) as work:
        found = {panel.id: panel for panel in overviews.of_person(work).panels}
    panel = found.get(world.clinic) or found[world.marac]
    return {task.kind: task.count for task in panel.tasks}


def to_triage(world):
    nomination_id = make.nominated(world)
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id).case_id


def returned(world):
    case_id = to_triage(world)
    with world.changing("coordinator") as work:
        nomination_id = work.session.scalars(select(Nomination.id).where(Nomination.case_id == case_id)).one()
        nominations.triage(work, nomination_id, TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, "Say more"))
    return case_id


def overdue(world):
    case_id = returned(world)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        nomination = work.session.scalars(select(Nomination).where(Nomination.case_id == case_id)).one()
        nomination.answer_due_on = local_day(world.now) - timedelta(days=1)
        work.record(AuditVerb.UPDATE, nomination)
    return case_id


def offered(world):
    """Return the case that the other panel is offered."""
    case_id = to_triage(world)
    with world.changing("coordinator") as work:
        nomination_id = work.session.scalars(select(Nomination.id).where(Nomination.case_id == case_id)).one()
        nominations.triage(work, nomination_id, TriageDecision(
            TriageOutcome.REDIRECT, "Theirs to hear", redirect_to=world.marac))
    with world.looking() as session:
        return session.scalars(select(Nomination.case_id).where(Nomination.redirected_from_id == nomination_id)).one()


def agreed(world):
    meeting_id = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    case_id = make.case(world)
    hearing_id = make.listed(world, case_id, meeting_id)
    with world.changing("coordinator") as work:
        actions.agree(work, hearing_id, NewAction("Visit", world.agencies["police"], None, local_day(world.now)))
    return case_id


def reported(world):
    case_id = agreed(world)
    with world.looking() as session:
        action_id = session.scalars(select(Action.id).where(Action.case_id == case_id)).one()
    with world.changing("officer") as work:
        actions.report(work, action_id, True, "Seen on Monday", 1)
    return case_id


@pytest.mark.parametrize("who, kind, make_one", [
    ("coordinator", TaskKind.TRIAGE, to_triage), ("officer", TaskKind.RETURNED, returned),
    ("officer", TaskKind.ACTIONS, agreed), ("coordinator", TaskKind.CONFIRM, reported),
    ("coordinator", TaskKind.CHASE, overdue), ("other_coordinator", TaskKind.OFFERED, offered),
])
def test_of_two_that_wait_somebody_who_is_kept_from_one_counts_one(world, who, kind, make_one):
    case_id, _ = make_one(world), make_one(world)
    assert waiting(world, who)[kind] == 2
    make.excluded(world, case_id, who=who)
    assert waiting(world, who)[kind] == 1


def test_somebody_who_is_kept_from_a_case_finds_one_fewer_on_the_next_agenda(world):
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    case_id, other = make.case(world), make.case(world)
    for one in (case_id, other):
        make.listed(world, one, meeting_id)
    assert on_the_agenda(world) == 2
    make.excluded(world, case_id, who="coordinator")
    assert on_the_agenda(world) == 1


def on_the_agenda(world):
    with world.reading("coordinator") as work:
        return next(panel.next.cases for panel in overviews.of_person(work).panels if panel.next)


def test_minutes_wait_for_no_word_of_somebody_who_only_observes_by_now(world):
    circulate(world, approved(world, sitting.held(world)))
    assert TaskKind.ACKNOWLEDGE_MINUTES in waiting(world, "officer")
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        seat = work.session.scalars(select(Membership).where(Membership.user_id == world.users["officer"])).one()
        seat.valid_until = local_day(world.now) - timedelta(days=1)
        work.session.add(Membership(user_id=seat.user_id, panel_id=seat.panel_id, agency_id=seat.agency_id,
                                    role=MembershipRole.OBSERVER, valid_from=local_day(world.now)))
        work.record(AuditVerb.UPDATE, seat)
    assert waiting(world, "officer") == {}
