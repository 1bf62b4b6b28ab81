"""Drafts in the tables: whose they are, what becomes of them, and what they leave behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from clinic.domain.actors import SystemActor
from clinic.domain.drafts import NominationDraft
from clinic.domain.errors import NotFound, RuleBroken, RulesBroken
from clinic.domain.nominations import ConsentPosition, Four
from clinic.models.audit import AuditEvent
from clinic.models.case import Case
from clinic.models.nomination import Draft, Nomination
from clinic.models.post import QueuedLetter
from clinic.models.sealed import DataKey
from clinic.services import drafts, questions
from tests import make

WHOLE = make.draft(
    behaviours=("following",), four=dict.fromkeys(Four, "yes"), consent=ConsentPosition.GIVEN,
    nothing_to_say=frozenset({"perpetrator_date_of_birth", "others", "incidents", "risk_assessed_on"}),
)


def begun(world, who="officer", said=WHOLE):
    with world.changing(who) as work:
        draft_id = drafts.begin(work, world.clinic)
    with world.changing(who) as work:
        drafts.save(work, draft_id, "victim", lambda _: said, 1, later=True)
    return draft_id


def count(world, model):
    with world.looking() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_draft_is_no_case_and_tells_nobody_until_it_is_sent_and_then_it_is_gone(world):
    draft_id = begun(world)
    assert (count(world, Case), count(world, QueuedLetter)) == (0, 0)
    with world.changing("officer") as work:
        sent = drafts.send(work, draft_id)
    assert sent.is_new and count(world, Draft) == 0
    with world.looking() as session:
        assert session.get(DataKey, draft_id) is None
        nomination = session.get_one(Nomination, sent.nomination_id)
        assert nomination.agency_id == world.agencies["police"] and nomination.narrative == "Messages every night."
        assert session.scalar(select(func.count(QueuedLetter.id))) == 1


def test_nothing_of_a_draft_lies_open_in_the_tables(world):
    begun(world)
    with world.looking() as session:
        for table in ("draft", "audit_event"):
            for line in session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608  names of our own tables
                assert not [s for s in ("Zelda", "ZZ1", "every night") for value in line if s in str(value)], table


@pytest.mark.parametrize("who", ["coordinator", "chair", "advocate", "probation_officer", "admin", "lapsed"])
def test_nobody_else_finds_a_draft(world, who):
    draft_id = begun(world)
    for act in (drafts.send, drafts.discard):
        with pytest.raises(NotFound), world.changing(who) as work:
            act(work, draft_id)


def test_a_draft_with_gaps_is_refused_with_each_of_them_and_kept(world):
    draft_id = begun(world, said=NominationDraft(victim=WHOLE.victim))
    with pytest.raises(RulesBroken) as refused, world.changing("officer") as work:
        drafts.send(work, draft_id)
    assert len(refused.value.each) > 20 and "narrative" in {one.field for one in refused.value.each}
    assert count(world, Draft) == 1 and count(world, Case) == 0


def test_an_emergency_goes_half_full_and_is_completed_afterwards(world):
    half = NominationDraft(victim=WHOLE.victim, perpetrator=WHOLE.perpetrator, narrative="He is on his way.",
                           contact_name="Officer Testwell", contact_email="officer@police.example")
    draft_id = begun(world, said=half)
    with world.changing("officer") as work:
        nomination_id = drafts.send(work, draft_id, emergency="Released today").nomination_id
    with world.looking() as session:
        nomination = session.get_one(Nomination, nomination_id)
        assert nomination.emergency and nomination.victim_aware is None
        assert 0 < questions.completeness_of(session, nomination).percent < 40
        (letter,) = session.scalars(select(QueuedLetter)).all()
        assert "emergency" not in f"{letter.kind}{letter.reference}{letter.link}"
    with world.changing("officer") as work:
        draft_id = drafts.begin_change(work, nomination_id)
    with world.changing("officer") as work:
        drafts.save(work, draft_id, "victim", lambda said: replace(
            WHOLE, emergency=True, emergency_reason=said.emergency_reason), 1, later=True)
    with world.changing("officer") as work:
        drafts.send(work, draft_id, nomination.version)
    with world.looking() as session:
        assert questions.completeness_of(session, session.get_one(Nomination, nomination_id)).percent == 100


def test_two_who_change_the_same_nomination_write_two_drafts(world):
    nomination_id = make.nominated(world)
    with world.changing("chair") as work, pytest.raises(NotFound):
        drafts.begin_change(work, nomination_id)
    made = set()
    for who in ("officer", "officer", "detective"):
        if who == "detective":
            with world.office.changing(SystemActor("tests"), world.now) as work:
                work.require(make.anyone)
                colleague = work.session.scalar(select(make.User).where(make.User.id == world.users["observer"]))
                work.session.add(make.Membership(
                    user_id=colleague.id, panel_id=world.clinic, agency_id=world.agencies["police"],
                    role=make.MembershipRole.REPRESENTATIVE, valid_from=world.now.date()))
                work.record(make.AuditVerb.CREATE, "Membership")
            who = "observer"
        with world.changing(who) as work:
            made.add(drafts.begin_change(work, nomination_id))
    assert len(made) == 2 and count(world, Draft) == 2


def test_a_draft_of_a_case_vanishes_with_it_for_whoever_is_kept_from_it(world):
    nomination_id = make.nominated(world)
    with world.changing("officer") as work:
        draft_id = drafts.begin_change(work, nomination_id)
    with world.looking() as session:
        case_id = session.get_one(Nomination, nomination_id).case_id
    make.excluded(world, case_id, agency="police")
    with pytest.raises(NotFound), world.changing("officer") as work:
        drafts.find(work, draft_id)


def test_what_nobody_touches_for_weeks_is_forgotten_with_its_key(world):
    draft_id = begun(world)
    for later, left in ((drafts.LIFE - timedelta(hours=1), 1), (drafts.LIFE, 0)):
        with world.office.changing(SystemActor("timer"), world.now + later) as work:
            drafts.forget(work)
        assert count(world, Draft) == left
    with world.looking() as session:
        assert session.get(DataKey, draft_id) is None


def test_the_journal_names_what_was_changed_and_no_value(world):
    begun(world)
    with world.looking() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert "victim_given_name" in event.detail["fields"] and "Zelda" not in str(event.detail)


def test_a_scrutiny_panel_lets_nobody_begin(world):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(make.anyone)
        work.session.get_one(make.Panel, world.clinic).type = make.PanelType.CPS_SCRUTINY_PANEL
        work.record(make.AuditVerb.UPDATE, "Panel")
    with pytest.raises(RuleBroken, match="takes no nominations"), world.changing("officer") as work:
        drafts.begin(work, world.clinic)
