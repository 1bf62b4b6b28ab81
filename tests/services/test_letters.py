"""The list of letters: own panels' only, and nothing of a case that is closed to the reader."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotPermitted
from clinic.domain.letters import Letter, LetterKind
from clinic.models.account import User
from clinic.models.action import Action
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.policy import post as policy
from clinic.policy.accounts import anyone
from clinic.services import heartbeat, letters
from clinic.services.letters import Standing
from tests import sitting


def post(world, kind, who, about, panel="clinic", reference="X-1"):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.record(AuditVerb.SEND, "Tests")
        work.post(Letter(kind, world.users[who], reference=reference, link="/x", about=about),
                  panel_id=getattr(world, panel) if panel else None)


def listed(world, who="coordinator", **more):
    with world.reading(who, **({"now": more.pop("now")} if "now" in more else {})) as work:
        return letters.page(work, **more)


def kinds(world, who="coordinator"):
    return sorted(line.kind for line in listed(world, who).lines)


def row(world, model, *which):
    with world.looking() as session:
        return session.scalars(select(model).where(*which)).first()


@pytest.mark.parametrize("who", ["chair", "officer", "advocate", "minute_taker", "observer", "recipient", "auditor"])
def test_only_who_coordinates_or_administers_sees_letters(world, who):
    with pytest.raises(NotPermitted):
        listed(world, who)


def test_a_coordinator_sees_letters_of_own_panels_with_the_recipients_name(world):
    held = sitting.held(world)
    post(world, LetterKind.INVITATION, "officer", held.meeting_id)
    post(world, LetterKind.INVITATION, "advocate", held.meeting_id, panel="marac")
    assert [line.to for line in listed(world).lines] == ["Officer Testwell"]
    assert listed(world, "admin").lines == ()


@pytest.mark.parametrize("by", ["who", "agency"])
def test_a_letter_about_a_case_that_is_closed_to_the_coordinator_is_not_listed_nor_counted(world, by):
    held = sitting.held(world)
    request = row(world, ResearchRequest, ResearchRequest.case_id == held.cases[0])
    action = row(world, Action, Action.case_id == held.cases[0])
    post(world, LetterKind.RESEARCH_ASKED, "officer", request.id)
    post(world, LetterKind.ACTION_DUE, "officer", action.id)
    post(world, LetterKind.NOMINATION_TRIAGED, "officer", held.cases[0])
    post(world, LetterKind.ACTIONS_AGREED, "officer", held.meeting_id)
    post(world, LetterKind.INVITATION, "officer", held.meeting_id)
    assert len(kinds(world)) == 5
    sitting.exclude(world, held.cases[0], **{by: "coordinator" if by == "who" else "council"})
    assert kinds(world) == [LetterKind.INVITATION]
    assert listed(world).waiting == 1 and listed(world).pages.total == 1


def test_a_letter_about_something_unknown_is_not_listed_but_an_import_is(world):
    post(world, LetterKind.AGENDA_READY, "officer", uuid4())
    assert kinds(world) == []
    post(world, LetterKind.NOMINATION_RECEIVED, "coordinator", uuid4(), reference="")
    assert kinds(world) == [LetterKind.NOMINATION_RECEIVED]


def test_account_letters_are_for_whoever_may_manage_and_the_administrators_own_for_no_coordinator(world):
    for who in ("officer", "auditor", "admin", "coordinator"):
        post(world, LetterKind.PASSWORD_RESET, who, uuid4(), panel=None)
    assert {line.to for line in listed(world).lines} == {"Officer Testwell"}
    assert {line.to for line in listed(world, "admin").lines} == {
        "Officer Testwell", "Auditor Testwell", "Coordinator Testwell"}


def test_row_and_query_agree_on_letters(world):
    held = sitting.held(world)
    request = row(world, ResearchRequest, ResearchRequest.case_id == held.cases[0])
    about = {
        LetterKind.RESEARCH_ASKED: request, LetterKind.INVITATION: held.meeting_id,
        LetterKind.ACCOUNT_INVITATION: row(world, User, User.id == world.users["officer"]),
    }
    post(world, LetterKind.RESEARCH_ASKED, "officer", request.id)
    post(world, LetterKind.ACCOUNT_INVITATION, "officer", uuid4(), panel=None)
    for excluded in (False, True):
        if excluded:
            sitting.exclude(world, held.cases[0], who="coordinator")
        for who in ("coordinator", "other_coordinator", "admin", "chair", "officer", "lapsed"):
            actor = world.actor(who)
            with world.office.reading(actor, world.now) as work:
                work.require(anyone)
                work.record(AuditVerb.VIEW, "Tests")
                found = set(work.session.scalars(select(QueuedLetter.kind).where(policy.visible_to(actor))))
            with world.looking() as session:
                rows = session.scalars(select(QueuedLetter)).all()
            expected = {
                r.kind for r in rows if r.user_id != actor.user_id and policy.may_see(actor, r, about[r.kind])
            }
            assert found == expected, (who, excluded)


def test_letters_are_cut_to_those_that_wait_failed_or_were_taken(world):
    held = sitting.held(world)
    for who in ("officer", "advocate", "chair"):
        post(world, LetterKind.INVITATION, who, held.meeting_id)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.record(AuditVerb.UPDATE, "Tests")
        rows = work.session.scalars(select(QueuedLetter)).all()
        rows[0].status, rows[1].status = PostStatus.FAILED, PostStatus.ACCEPTED
    for standing in Standing:
        assert len(listed(world, standing=standing).lines) == 1
    page = listed(world)
    assert (page.waiting, page.failed, len(page.lines)) == (1, 1, 3)


def test_the_page_warns_when_letters_wait_too_long_or_the_timer_is_silent(world):
    held = sitting.held(world)
    assert listed(world).is_silent and not listed(world).is_slow
    post(world, LetterKind.INVITATION, "officer", held.meeting_id)
    with world.office.beside("heartbeat") as session:
        heartbeat.beat(session, "timer", world.now + timedelta(minutes=14))
    soon, later = world.now + timedelta(minutes=15), world.now + timedelta(minutes=20)
    assert not listed(world, now=soon).is_slow and not listed(world, now=soon).is_silent
    assert listed(world, now=later).is_slow and listed(world, now=later).is_silent
