"""Row rule and query rule agree, for everybody, on every line."""

import pytest
from sqlalchemy import select

from clinic.models.agenda import AgendaItem
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.research import ResearchRequest
from clinic.policy import agenda as policy
from clinic.policy import research as research_policy
from clinic.policy.accounts import anyone
from clinic.services import running_order
from tests import make
from tests.services.test_agenda import FORTNIGHT, place, version

WHO = [name for name, *_ in make.PEOPLE]


@pytest.fixture
def scene(world):
    """Five cases on two panels: one open to all, one closed to an agency, one to a person, one to the chair."""
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    cases = [make.case(world) for _ in range(4)]
    make.excluded(world, cases[1], agency="probation")
    make.excluded(world, cases[2], who="officer")
    make.excluded(world, cases[3], who="chair")
    for case_id in cases:
        place(world, case_id, meeting_id)
    with world.changing("coordinator") as work:
        running_order.add_item(work, meeting_id, version(world, meeting_id), "Visitors")
    other = make.meeting(world, world.now + FORTNIGHT, panel=world.marac)
    place(world, make.case(world, panel=world.marac, nominated_by="outsider"), other, who="other_coordinator")
    with world.looking() as session:
        pairs = [session.execute(select(m.agency_id, m.case_id)).all() for m in (Nomination, ResearchRequest)]
        return {
            "items": session.scalars(select(AgendaItem)).all(),
            "requests": session.scalars(select(ResearchRequest)).all(),
            "meetings": session.scalars(select(Meeting)).all(),
            "engaged": {(agency, case) for rows in pairs for agency, case in rows},
        }


def selected(world, who, model, condition):
    with world.reading(who) as work:
        work.require(anyone)
        work.record("view", "Agenda")
        return {row.id for row in work.session.scalars(select(model).where(condition))}


@pytest.mark.parametrize("who", WHO)
def test_lines_that_may_be_seen_are_those_that_are_selected(world, scene, who):
    actor = world.actor(who)
    seen = selected(world, who, AgendaItem, policy.visible_to(actor))
    assert seen == {i.id for i in scene["items"] if policy.sees(actor, i, scene["engaged"])}
    assert seen <= {i.id for i in scene["items"] if policy.may_see(actor, i)}


@pytest.mark.parametrize("who", WHO)
def test_requests_that_may_be_seen_are_those_that_are_selected(world, scene, who):
    actor = world.actor(who)
    assert selected(world, who, ResearchRequest, research_policy.visible_to(actor)) == {
        r.id for r in scene["requests"] if research_policy.may_see(actor, r)}
    own = research_policy.visible_to(actor) & research_policy.of_own_agency(actor)
    assert selected(world, who, ResearchRequest, own) == {
        r.id for r in scene["requests"] if research_policy.may_answer(actor, r)}


@pytest.mark.parametrize("who", WHO)
def test_answers_that_may_be_read_are_those_that_are_selected(world, scene, who):
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.record("update", "ResearchRequest")
        for number, request in enumerate(work.session.scalars(select(ResearchRequest).order_by(ResearchRequest.id))):
            request.answered_at = world.now if number % 2 else None
            request.status = "returned" if number % 2 else "requested"
    actor = world.actor(who)
    with world.looking() as session:
        rows = session.scalars(select(ResearchRequest)).all()
    readable = selected(world, who, ResearchRequest, research_policy.readable_to(actor))
    assert readable == {
        r.id for r in rows if research_policy.may_read(actor, r) and knows(actor, r, scene["engaged"])}


def knows(actor, request, engaged):
    """Whether the case is known beyond what the row tells: runs the panel, or the agency takes part."""
    return actor.holds(request.panel_id, research_policy.FOLLOWERS) or any(
        (s.agency_id, request.case_id) in engaged for s in actor.seats if s.panel_id == request.panel_id)


@pytest.mark.parametrize(("may", "who"), [
    (policy.may_build, {"coordinator", "chair", "deputy"}),
    (policy.may_read_draft, {"coordinator", "chair", "deputy", "minute_taker"}),
    (policy.may_print, {"coordinator", "chair", "deputy", "minute_taker", "officer", "probation_officer", "advocate"}),
    (policy.may_read, {"coordinator", "chair", "deputy", "minute_taker", "officer", "probation_officer", "advocate",
                       "observer"}),
    (research_policy.may_follow, {"coordinator", "chair", "deputy", "minute_taker", "officer", "probation_officer",
                                  "advocate"}),
])
def test_what_each_role_may_do_with_the_clinics_agenda(world, scene, may, who):
    clinic = next(m for m in scene["meetings"] if m.panel_id == world.clinic)
    assert {name for name in WHO if may(world.actor(name), clinic)} == who
