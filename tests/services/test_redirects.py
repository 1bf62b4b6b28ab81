"""Redirecting a nomination: what the other panel is offered, takes or refuses, and who learns of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from clinic.domain.actors import MembershipRole, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.desk import Tray
from clinic.domain.drafts import SharingDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.incidents import Incident as Happened
from clinic.domain.letters import LetterKind
from clinic.domain.nominations import ConsentPosition, MessageKind, NominationStatus, TriageDecision, TriageOutcome
from clinic.domain.panels import PanelType, TaskKind
from clinic.models.account import Membership
from clinic.models.all import metadata
from clinic.models.case import Case, CaseExclusion, Incident, SharingDecision
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.sealed import DataKey
from clinic.policy.accounts import anyone
from clinic.services import desk, exclusions, intake, nomination_pages, nominations, offers, overviews, triage
from clinic.services.exclusions import Who
from tests import make

REASON = "They are partners."


def redirected(world, who="officer", by="coordinator", **changes):
    """Return the ids of a nomination that the clinic has redirected to the MARAC, and of the copy there."""
    nomination_id = make.nominated(world, who, **changes)
    redirect(world, nomination_id, by)
    return nomination_id, copy_of(world, nomination_id)


def redirect(world, nomination_id, by="coordinator", to=None):
    decision = TriageDecision(TriageOutcome.REDIRECT, REASON, redirect_to=to or world.marac)
    with world.changing(by) as work:
        nominations.triage(work, nomination_id, decision)


def copy_of(world, nomination_id):
    with world.looking() as session:
        return session.scalar(select(Nomination.id).where(Nomination.redirected_from_id == nomination_id))


def row(world, nomination_id):
    with world.looking() as session:
        return session.get_one(Nomination, nomination_id)


def answer(world, copy_id, take=True, reason="Not of our area.", who="other_coordinator"):
    with world.changing(who, world.now + timedelta(hours=1)) as work:
        return offers.take(work, copy_id) if take else offers.refuse(work, copy_id, reason)


def letters(world, kind):
    with world.looking() as session:
        return sorted(session.scalars(select(QueuedLetter.address).where(QueuedLetter.kind == kind)))


def thread(world, nomination_id, who):
    with world.reading(who) as work:
        return [(line.kind, line.by, line.text) for line in nomination_pages.show(work, nomination_id).thread]


def test_the_other_panel_is_offered_a_copy_of_its_own_with_a_key_of_its_own(world):
    said = make.draft(incidents=(Happened(date(2026, 11, 1), "Followed."),), consent=ConsentPosition.NOT_SOUGHT_UNSAFE,
                      sharing=SharingDraft("To keep her safe", "art6_1_e_public_task", "", "High risk"))
    first_id, copy_id = redirected(world, incidents=said.incidents, consent=said.consent, sharing=said.sharing)
    first, copy = row(world, first_id), row(world, copy_id)
    assert (copy.panel_id, copy.status, copy.sender_id) == (world.marac, NominationStatus.OFFERED, first.sender_id)
    assert copy.case_id != first.case_id and copy.reference != first.reference
    with world.looking() as session:
        drafts = [intake.draft_of(intake.rows_of(session, session.get_one(Nomination, id_)))
                  for id_ in (first_id, copy_id)]
        assert drafts[0].texts() == drafts[1].texts() and drafts[0].incidents[0].what == drafts[1].incidents[0].what
        assert len({session.get_one(DataKey, n.case_id).wrapped for n in (first, copy)}) == 2
        told = session.scalars(select(Incident.entered_by_id)).all() + session.scalars(
            select(SharingDecision.decided_by_id)).all()
        assert set(told) == {world.users["officer"]}
    assert letters(world, LetterKind.REDIRECT_OFFERED) == ["other_coordinator@council.example"]


def test_the_offer_lies_in_its_own_tray_of_the_other_desk_and_on_its_home_page(world):
    _, copy_id = redirected(world)
    with world.reading("other_coordinator") as work:
        page = desk.page(work, world.marac, Tray.OFFERED)
        panel = next(p for p in overviews.of_person(work).panels if p.id == world.marac)
    assert [(line.id, line.redirected_from) for line in page.lines] == [(copy_id, "Northmere Stalking Clinic")]
    assert page.counts == {Tray.WAITING: 0, Tray.RETURNED: 0, Tray.OFFERED: 1, Tray.DECIDED: 0}
    assert [(task.kind, task.count) for task in panel.tasks] == [(TaskKind.OFFERED, 1)]


def test_taking_it_over_puts_it_into_the_queue_and_is_told_to_the_first_panel(world):
    first_id, copy_id = redirected(world)
    answer(world, copy_id)
    assert row(world, copy_id).status is NominationStatus.NOMINATED
    assert row(world, first_id).status is NominationStatus.REDIRECTED
    assert thread(world, first_id, "officer")[-1] == (MessageKind.REDIRECT_TAKEN, "Other Coordinator Testwell", "")
    assert letters(world, LetterKind.REDIRECT_ANSWERED) == ["coordinator@council.example", "officer@police.example"]
    make.meeting(world, world.now + timedelta(days=14), panel=world.marac)
    with world.changing("other_coordinator") as work:
        nominations.triage(work, copy_id, TriageDecision(TriageOutcome.ACCEPT))
    assert row(world, copy_id).status is NominationStatus.ACCEPTED


def test_refusing_it_forgets_the_copy_with_its_key_and_puts_the_first_back_with_the_reason(world):
    first_id, copy_id = redirected(world)
    copy = row(world, copy_id)
    answer(world, copy_id, take=False)
    first = row(world, first_id)
    assert first.status is NominationStatus.NOMINATED and first.requeued_at == world.now + timedelta(hours=1)
    assert (first.redirected_to_id, first.decided_at) == (None, None)
    with world.looking() as session:
        assert session.get_one(Case, first.case_id).status is CaseStatus.OPEN
        assert session.get(DataKey, copy.case_id) is None
        for table in metadata.tables.values():
            if "case_id" in table.c and table.name != "audit_event":
                assert session.scalar(select(func.count()).select_from(table).where(
                    table.c.case_id == copy.case_id)) == 0, table.name
        waiting = session.scalars(select(QueuedLetter.status).where(QueuedLetter.reference == copy.reference)).all()
        assert set(waiting) == {PostStatus.CANCELLED}
    kinds = [(MessageKind.REDIRECTED, "Coordinator Testwell", REASON),
             (MessageKind.REDIRECT_REFUSED, "Other Coordinator Testwell", "Not of our area.")]
    assert thread(world, first_id, "officer") == thread(world, first_id, "coordinator") == kinds
    with world.changing("coordinator") as work:
        nominations.triage(work, first_id, TriageDecision(TriageOutcome.REJECT, "No.", reject_reason="outside_area"))


def test_what_was_refused_can_be_redirected_again(world):
    first_id, copy_id = redirected(world)
    answer(world, copy_id, take=False)
    redirect(world, first_id)
    again = copy_of(world, first_id)
    assert again != copy_id and row(world, again).status is NominationStatus.OFFERED


@pytest.mark.parametrize("reason", [" ", "x" * 2001])
def test_a_refusal_has_a_reason_of_some_length(world, reason):
    _, copy_id = redirected(world)
    with pytest.raises(RuleBroken) as refused:
        answer(world, copy_id, take=False, reason=reason)
    assert refused.value.field == "reason" and row(world, copy_id).status is NominationStatus.OFFERED


def test_an_offer_is_answered_once(world):
    _, taken = redirected(world)
    answer(world, taken)
    for take in (True, False):
        with pytest.raises(RuleBroken, match="already"):
            answer(world, taken, take=take)
    _, refused = redirected(world)
    answer(world, refused, take=False)
    with pytest.raises(NotFound):
        answer(world, refused, take=False)


@pytest.mark.parametrize("who", ["coordinator", "officer", "outsider", "chair", "probation_officer", "admin"])
def test_only_the_other_panels_coordinator_answers(world, who):
    _, copy_id = redirected(world)
    for take in (True, False):
        with pytest.raises((NotFound, NotPermitted)):
            answer(world, copy_id, take=take, who=who)


def test_the_agency_whose_nomination_it_is_does_not_answer_for_the_panel(world):
    _, copy_id = redirected(world, "probation_officer")
    for take in (False, True):
        with pytest.raises(NotPermitted):
            answer(world, copy_id, take=take, who="probation_officer")


def test_an_offer_is_not_decided_before_it_is_taken(world):
    _, copy_id = redirected(world)
    with pytest.raises(RuleBroken), world.changing("other_coordinator") as work:
        nominations.triage(work, copy_id, TriageDecision(TriageOutcome.ACCEPT))


def test_neither_coordinator_finds_what_lies_on_the_other_panel(world):
    first_id, copy_id = redirected(world)
    for who, foreign in (("coordinator", copy_id), ("other_coordinator", first_id)):
        with pytest.raises(NotFound), world.reading(who) as work:
            nomination_pages.show(work, foreign)


def test_the_first_reference_is_known_only_to_who_may_see_the_first(world):
    first_id, copy_id = redirected(world)
    with world.reading("other_coordinator") as work:
        page = triage.page(work, copy_id)
    assert (page.redirected_from, page.first_reference) == ("Northmere Stalking Clinic", "")
    seat(world, "other_coordinator", world.clinic)
    with world.reading("other_coordinator") as work:
        assert triage.page(work, copy_id).first_reference == row(world, first_id).reference
    make.excluded(world, row(world, first_id).case_id, who="other_coordinator")
    with world.reading("other_coordinator") as work:
        assert triage.page(work, copy_id).first_reference == ""


def seat(world, who, panel_id, role=MembershipRole.COORDINATOR):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        work.session.add(Membership(user_id=world.users[who], panel_id=panel_id, role=role,
                                    agency_id=world.actor(who).agency_id, valid_from=date(2025, 1, 1)))
        work.record(AuditVerb.CREATE, "Membership")


def test_who_is_kept_from_the_first_case_is_kept_from_the_copy(world):
    seat(world, "minute_taker", world.marac)
    nomination_id = make.nominated(world, "probation_officer")
    case_id = row(world, nomination_id).case_id
    for shut in ({"who": "minute_taker"}, {"agency": "probation"}):
        make.excluded(world, case_id, **shut)
    redirect(world, nomination_id)
    copy_id = copy_of(world, nomination_id)
    assert letters(world, LetterKind.REDIRECT_OFFERED) == ["other_coordinator@council.example"]
    for who in ("minute_taker", "probation_officer"):
        with pytest.raises(NotFound), world.reading(who) as work:
            nomination_pages.show(work, copy_id)
    with pytest.raises(NotFound):
        answer(world, copy_id, who="minute_taker")
    with world.reading("minute_taker") as work:
        assert desk.page(work, world.marac, Tray.OFFERED).counts[Tray.OFFERED] == 0
    with world.looking() as session:
        carried = session.scalars(
            select(CaseExclusion).where(CaseExclusion.case_id == row(world, copy_id).case_id)).all()
        assert {shut.panel_id for shut in carried} == {world.marac} and len(carried) == 2


def test_who_is_shut_out_after_the_offer_is_shut_out_of_the_copy_too(world):
    nomination_id, copy_id = redirected(world, "probation_officer")
    with world.changing("coordinator") as work:
        exclusions.exclude(work, row(world, nomination_id).case_id, Who(agency_id=world.agencies["probation"]),
                           "user_is_party")
    for id_ in (nomination_id, copy_id):
        with pytest.raises(NotFound), world.reading("probation_officer") as work:
            nomination_pages.show(work, id_)


def test_where_every_coordinator_is_kept_from_the_case_nothing_is_offered(world):
    nomination_id = make.nominated(world)
    make.excluded(world, row(world, nomination_id).case_id, who="other_coordinator")
    with pytest.raises(RuleBroken, match="Nobody there could take it") as refused:
        redirect(world, nomination_id)
    assert refused.value.field == "redirect_to" and copy_of(world, nomination_id) is None
    assert row(world, nomination_id).status is NominationStatus.NOMINATED


def test_a_scrutiny_panel_ones_own_and_one_without_a_coordinator_are_refused(world):
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        ids = []
        for kind in (PanelType.CPS_SCRUTINY_PANEL, PanelType.STALKING_INTERVENTION_PANEL):
            panel = Panel(name=f"Northmere {kind}", type=kind, diary_name="A panel", starts_at=work.now.time(),
                          minutes=90)
            work.session.add(panel)
            ids.append(panel.id)
        work.record(AuditVerb.CREATE, "Panel")
    nomination_id = make.nominated(world)
    for panel_id in (*ids, world.clinic):
        with pytest.raises(RuleBroken):
            redirect(world, nomination_id, to=panel_id)
    assert copy_of(world, nomination_id) is None


def test_where_the_agency_does_not_sit_the_coordinator_answers_for_it(world):
    """Said before, and kept: nobody of the police speaks on the MARAC, somebody of probation does."""
    nomination_id = make.nominated(world)
    with world.reading("coordinator") as work:
        (other,) = triage.page(work, nomination_id).panels
    assert (other.id, other.has_agency) == (world.marac, False)
    _, kept = redirected(world)
    answer(world, kept)
    with world.changing("other_coordinator") as work:
        nominations.edit(work, kept, make.draft(narrative="Heard by telephone.", criteria=("visible_high_risk",)),
                         row(world, kept).version)
    _, theirs = redirected(world, "probation_officer")
    answer(world, theirs)
    with pytest.raises(NotPermitted), world.changing("other_coordinator") as work:
        nominations.edit(work, theirs, make.draft(), 1)
    with world.reading("probation_officer") as work:
        assert nomination_pages.show(work, theirs).may_edit


def test_what_was_brought_in_from_a_file_is_decided_by_who_brought_it_in_on_the_other_panel_too(world):
    seat(world, "coordinator", world.marac)
    with world.changing("coordinator") as work:
        said = intake.take_in(work, world.clinic, world.agencies["police"], make.draft(), "PM-2026-100000", work.now,
                              "7/26")
        work.require(anyone)
        work.record(AuditVerb.IMPORT, said)
        first_id = said.id
    redirect(world, first_id)
    copy_id = copy_of(world, first_id)
    answer(world, copy_id, who="coordinator")
    with world.changing("coordinator") as work:
        nominations.triage(work, copy_id, TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, "Say more."))


def test_an_offer_that_its_agency_withdraws_is_withdrawn(world):
    _, copy_id = redirected(world, "probation_officer")
    with world.changing("probation_officer") as work:
        nominations.withdraw(work, copy_id, "No longer needed.")
    with pytest.raises(RuleBroken):
        answer(world, copy_id)
