"""From sending to the decision, in the tables."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from clinic.domain.cases import Answer, CaseStatus, PartyKind
from clinic.domain.drafts import PartyDraft, SharingDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.incidents import Incident
from clinic.domain.letters import LetterKind
from clinic.domain.nominations import ConsentPosition, Four, NominationStatus, TriageDecision, TriageOutcome
from clinic.models.agenda import AgendaItem
from clinic.models.audit import AuditEvent
from clinic.models.case import Case, Person, SafeContact
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.services import intake, nomination_pages, nominations, triage
from tests import make

RETURNED = TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, "When was the last call?")
ACCEPTED = TriageDecision(TriageOutcome.ACCEPT)


def row(world, nomination_id):
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id)


def case_of(world, nomination_id):
    with world.looking() as session:
        return session.get_one(Case, row(world, nomination_id).case_id)


def letters(world, kind):
    with world.looking() as session:
        return {letter.address: letter for letter in session.scalars(
            select(QueuedLetter).where(QueuedLetter.kind == kind).order_by(QueuedLetter.queued_at))}


def decide(world, nomination_id, decision, who="coordinator"):
    with world.changing(who) as work:
        return nominations.triage(work, nomination_id, decision)


def test_sending_makes_a_case_with_its_people_and_tells_the_coordinator_neutrally(world):
    nomination = row(world, make.nominated(world))
    with world.looking() as session:
        people = session.scalars(select(Person).where(Person.case_id == nomination.case_id)).all()
        contact = session.scalars(select(SafeContact).where(SafeContact.case_id == nomination.case_id)).one()
        assert {p.full_name for p in people} == {"Zelda Uniquename", "Yorick Othername"}
        assert contact.postcode == "ZZ1 1ZZ" and session.get_one(Nomination, nomination.id).question
    assert nomination.reference.startswith("PM-2026-") and nomination.agency_id == world.agencies["police"]
    (letter,) = letters(world, LetterKind.NOMINATION_RECEIVED).values()
    assert letter.address == "coordinator@council.example" and letter.link == f"/nominations/{nomination.id}"


def test_nothing_that_was_said_lies_open_in_the_tables(world):
    make.nominated(world)
    secrets = ("Zelda", "Uniquename", "Yorick", "Zed", "ZZ1", "07700", "every night", "to stop", "Sergeant",
               "1990-03-27")
    with world.looking() as session:
        for table in ("case", "person", "safe_contact", "nomination", "queued_letter", "audit_event"):
            for line in session.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608  names of our own tables
                assert not [s for s in secrets for value in line if s in str(value)], table


@pytest.mark.parametrize("who", ["chair", "minute_taker", "observer", "recipient", "outsider", "lapsed", "admin"])
def test_only_who_speaks_for_an_agency_on_the_panel_nominates(world, who):
    with pytest.raises((NotFound, NotPermitted)):
        make.nominated(world, who)


def test_a_wrong_nomination_is_refused_at_its_field_and_leaves_nothing(world):
    with pytest.raises(RuleBroken) as refused:
        make.nominated(world, last_incident_on=world.now.date() + timedelta(days=1))
    assert refused.value.field == "last_incident_on"
    with world.looking() as session:
        assert session.scalar(select(func.count(Case.id))) == 0


def test_a_criterion_of_another_kind_of_panel_is_refused(world):
    with pytest.raises(RuleBroken, match="visible_high_risk"):
        make.nominated(world, criteria=("visible_high_risk",))
    make.nominated(world, "probation_officer", world.marac, criteria=("visible_high_risk",))


def test_accepting_places_the_case_on_the_next_meeting_and_tells_the_sender(world):
    meeting_id = make.meeting(world, world.now + timedelta(days=14))
    nomination_id = make.nominated(world)
    reference = decide(world, nomination_id, ACCEPTED)
    nomination = row(world, nomination_id)
    assert nomination.status is NominationStatus.ACCEPTED and nomination.reference == reference
    assert case_of(world, nomination_id).listed_at is not None
    with world.looking() as session:
        item = session.scalars(select(AgendaItem).where(AgendaItem.case_id == nomination.case_id)).one()
        assert item.meeting_id == meeting_id
    assert set(letters(world, LetterKind.NOMINATION_TRIAGED)) == {"officer@police.example"}


def test_accepting_onto_the_meeting_that_was_picked(world):
    make.meeting(world, world.now + timedelta(days=14))
    later = make.meeting(world, world.now + timedelta(days=42))
    nomination_id = make.nominated(world)
    decide(world, nomination_id, replace(ACCEPTED, meeting_id=later))
    with world.looking() as session:
        assert session.scalars(select(AgendaItem.meeting_id).where(AgendaItem.case_id.is_not(None))).one() == later


def test_a_meeting_of_another_panel_cannot_be_picked_and_nothing_is_decided(world):
    foreign = make.meeting(world, world.now + timedelta(days=14), panel=world.marac)
    nomination_id = make.nominated(world)
    with pytest.raises(RuleBroken, match="coming meeting of this panel"):
        decide(world, nomination_id, replace(ACCEPTED, meeting_id=foreign))
    assert row(world, nomination_id).status is NominationStatus.NOMINATED


def test_returned_changed_sent_again_and_accepted(world):
    make.meeting(world, world.now + timedelta(days=14))
    nomination_id = make.nominated(world)
    decide(world, nomination_id, RETURNED)
    with world.changing("officer") as work:
        nominations.edit(work, nomination_id, make.draft(narrative="The last call was on Monday."),
                         row(world, nomination_id).version)
    with world.changing("officer") as work:
        nominations.send_again(work, nomination_id)
    assert row(world, nomination_id).status is NominationStatus.NOMINATED
    decide(world, nomination_id, ACCEPTED)
    with world.looking() as session:
        assert session.get_one(Nomination, nomination_id).narrative == "The last call was on Monday."
        kinds = session.execute(select(QueuedLetter.kind, func.count()).group_by(QueuedLetter.kind)).all()
        assert dict(kinds)[LetterKind.NOMINATION_RECEIVED] == 2 and dict(kinds)[LetterKind.NOMINATION_TRIAGED] == 2


def test_a_change_names_its_fields_in_the_journal_and_not_their_values(world):
    nomination_id = make.nominated(world)
    with world.changing("officer") as work:
        nominations.edit(work, nomination_id, make.draft(
            question="Another?", victim=replace(make.draft().victim, given_name="Zelma")), 1)
    with world.looking() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert set(event.detail["fields"]) == {"question", "victim.given_name"}
        assert "Zelma" not in str(event.detail) and row(world, nomination_id).version == 2


def test_a_change_on_top_of_another_is_refused_with_the_text_that_is_kept(world):
    nomination_id = make.nominated(world)
    with world.changing("officer") as work:
        nominations.edit(work, nomination_id, make.draft(narrative="First."), 1)
    with pytest.raises(Stale) as stale, world.changing("officer") as work:
        nominations.edit(work, nomination_id, make.draft(narrative="Second."), 1)
    assert "First." in stale.value.theirs


def test_the_coordinator_does_not_decide_on_a_text_that_has_changed_meanwhile(world):
    nomination_id = make.nominated(world)
    with world.changing("officer") as work:
        nominations.edit(work, nomination_id, make.draft(narrative="Other."), 1)
    with pytest.raises(Stale), world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, RETURNED, version=1)


def test_redirecting_names_a_panel_that_takes_nominations_and_closes_the_case(world):
    nomination_id = make.nominated(world)
    with pytest.raises(RuleBroken, match="another panel"):
        decide(world, nomination_id, TriageDecision(TriageOutcome.REDIRECT, "Not here.", redirect_to=world.clinic))
    decide(world, nomination_id, TriageDecision(TriageOutcome.REDIRECT, "Domestic.", redirect_to=world.marac))
    assert row(world, nomination_id).redirected_to_id == world.marac
    assert case_of(world, nomination_id).status is CaseStatus.CLOSED
    with world.reading("officer") as work:
        page = nomination_pages.show(work, nomination_id)
    assert (page.redirected_to, page.triage_reason) == ("Northmere MARAC", "Domestic.")


def test_rejecting_takes_a_ground_of_the_list(world):
    nomination_id = make.nominated(world)
    with pytest.raises(RuleBroken):
        decide(world, nomination_id, TriageDecision(TriageOutcome.REJECT, "No.", reject_reason="because"))
    decide(world, nomination_id, TriageDecision(TriageOutcome.REJECT, "No.", reject_reason="outside_area"))
    assert row(world, nomination_id).status is NominationStatus.REJECTED


def test_triage_happens_once(world):
    nomination_id = make.nominated(world)
    decide(world, nomination_id, RETURNED)
    with pytest.raises(RuleBroken, match="already been decided"):
        decide(world, nomination_id, RETURNED)


@pytest.mark.parametrize("who", ["officer", "chair", "advocate", "other_coordinator", "admin", "lapsed"])
def test_only_the_coordinator_triages(world, who):
    nomination_id = make.nominated(world)
    with pytest.raises((NotFound, NotPermitted)):
        decide(world, nomination_id, RETURNED, who)


def test_whoever_sent_it_does_not_decide_it(world):
    nomination_id = make.nominated(world, "coordinator")
    with pytest.raises(RuleBroken, match="somebody else has to decide"):
        decide(world, nomination_id, RETURNED)


def test_a_contact_without_an_account_is_told_only_on_the_agencys_own_domain(world):
    for email in ("hallam@police.example", "hallam@webmail.example", "hallam@health.example"):
        decide(world, make.nominated(world, contact_email=email), RETURNED)
    assert set(letters(world, LetterKind.NOMINATION_TRIAGED)) == {"officer@police.example", "hallam@police.example"}


def test_an_excluded_sender_and_an_excluded_agencys_contact_are_not_told(world):
    nomination_id = make.nominated(world, contact_email="hallam@police.example")
    make.excluded(world, row(world, nomination_id).case_id, agency="police")
    decide(world, nomination_id, RETURNED)
    assert letters(world, LetterKind.NOMINATION_TRIAGED) == {}


def test_a_withdrawn_case_leaves_the_agenda_and_stays_in_the_tables(world):
    make.meeting(world, world.now + timedelta(days=14))
    nomination_id = make.nominated(world)
    decide(world, nomination_id, ACCEPTED)
    with world.changing("officer") as work:
        nominations.withdraw(work, nomination_id, "Nominated in error.")
    assert row(world, nomination_id).status is NominationStatus.WITHDRAWN
    assert case_of(world, nomination_id).status is CaseStatus.CLOSED
    with world.looking() as session:
        assert session.scalar(select(func.count(AgendaItem.id)).where(AgendaItem.case_id.is_not(None))) == 0
        assert session.get_one(Nomination, nomination_id).withdrawn_reason == "Nominated in error."


def test_another_agency_does_not_find_it(world):
    nomination_id = make.nominated(world)
    for act in (lambda work: nominations.withdraw(work, nomination_id, "x"),
                lambda work: nominations.edit(work, nomination_id, make.draft(), 1),
                lambda work: nominations.send_again(work, nomination_id)):
        with pytest.raises(NotFound), world.changing("probation_officer") as work:
            act(work)


def test_the_triage_page_shows_how_full_each_coming_meeting_is(world):
    first = make.meeting(world, world.now + timedelta(days=14))
    make.meeting(world, world.now + timedelta(days=42))
    decide(world, make.nominated(world), ACCEPTED)
    nomination_id = make.nominated(world)
    with world.reading("coordinator") as work:
        page = triage.page(work, nomination_id)
    used, standing = page.rooms[0].used, page.rooms[1].used
    assert page.rooms[0].meeting_id == first and page.rooms[0].minutes == 180 and used == standing + 20


def test_everybody_and_everything_that_was_said_comes_back_as_it_was_said(world):
    """Several perpetrators, children, incidents, the four questions, and why it is shared without agreement."""
    other = PartyDraft("Quillon", "Secondname", ("Q",), date(1991, 2, 3), kind=PartyKind.PERPETRATOR,
                       relationship="ex_partner")
    child = PartyDraft("Noor", "Uniquename", (), date(2016, 2, 29), kind=PartyKind.CHILD, school="St Bees Primary")
    followed = Incident(date(2026, 11, 1), "Followed to work.", ("following",), Answer.YES, Answer.NO)
    later = Incident(date(2026, 11, 1), "And home again.")
    said = make.draft(
        others=(other, child), behaviours=("following", "threats"), four=dict.fromkeys(Four, Answer.YES),
        incidents=(followed, later), consent=ConsentPosition.NOT_SOUGHT_UNSAFE, risk_assessor="DC Testwell",
        sharing=SharingDraft("To keep her safe", "art6_1_e_public_task", "", "The risk is high"),
        risk_assessed_on=date(2026, 11, 2), nothing_to_say=frozenset({"offences"}),
    )
    nomination_id = make.nominated(world, **_fields(said))
    kept = draft_of(world, nomination_id)
    assert without_ids(kept) == said
    with world.changing("officer") as work:
        row = work.session.get_one(Nomination, nomination_id)
        nominations.edit(work, nomination_id, replace(kept, others=(kept.others[1],), incidents=()), row.version)
    left = draft_of(world, nomination_id)
    assert left.others == (replace(kept.others[1]),) and left.incidents == () and left.sharing == said.sharing


def _fields(draft):
    return {field.name: getattr(draft, field.name) for field in fields(draft)}


def draft_of(world, nomination_id):
    with world.looking() as session:
        return intake.draft_of(intake.rows_of(session, session.get_one(Nomination, nomination_id)))


def without_ids(draft):
    return replace(
        draft, victim=replace(draft.victim, id=None), perpetrator=replace(draft.perpetrator, id=None),
        others=tuple(replace(one, id=None) for one in draft.others),
        incidents=tuple(replace(one, id=None) for one in draft.incidents),
    )
