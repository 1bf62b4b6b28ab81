"""Nominations of every kind, and what is decided of them: drafts, acceptance, waiting, handing over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Answer, PartyKind
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft, SharingDraft
from clinic.domain.drops import Drop, DropReason
from clinic.domain.handovers import HandoverAnswer, HandoverDraft
from clinic.domain.incidents import Incident
from clinic.domain.nominations import (
    AdvocateOffer,
    ConsentPosition,
    Four,
    TriageDecision,
    TriageOutcome,
    VictimAwareness,
)
from clinic.models.agenda import AgendaItem
from clinic.models.handover import Handover
from clinic.models.nomination import Draft, Nomination
from clinic.policy.accounts import may_install
from clinic.services import (
    drafts,
    drops,
    exclusions,
    handovers,
    nominations,
    running_order,
)
from clinic.services.exclusions import Who
from tests import make
from tests.house.scenery.made import NOW, PRIOR, Scenery, agency_of, doing


def nominate(made: Scenery, name: str, who: str, panel_id: UUID) -> None:
    def said(kind: str) -> str:
        return made.token(kind, name, agency=agency_of(who))

    with doing(made, who, PRIOR) as work:
        draft = _said(said, who, panel_id == made.world.clinic, len(made.cases))
        nomination_id = nominations.submit(work, panel_id, draft)
    with made.world.looking() as session:
        nomination = session.get_one(Nomination, nomination_id)
    relation, stage = name.split("_")
    made.things[f"{stage}_nomination"][relation] = nomination.id
    made.things[f"{stage}_case"][relation] = nomination.case_id
    made.references[nomination.reference] = name
    made.cases[name] = nomination.case_id


def _said(said: Callable[[str], str], who: str, on_clinic: bool, number: int) -> NominationDraft:
    """Return a nomination in which every text is a token of its own, and nothing is left out."""
    # The words are spelt almost alike: days of birth of their own keep people from being taken for one another.
    later = timedelta(days=411 * number)
    criteria = ("persistent_or_recurring", "advocate_concern") if on_clinic else (
        "visible_high_risk", "professional_judgement")
    child = PartyDraft(said("person"), "", (), date(1985, 2, 28) + later, kind=PartyKind.CHILD, school=said("person"),
                       note=said("person"), id=uuid4())
    return NominationDraft(
        victim=PartyDraft(said("person"), said("person"), (said("person"),), date(1970, 5, 17) + later),
        perpetrator=PartyDraft(said("person"), said("person"), (said("person"),), date(1965, 3, 2) + later),
        others=(child,), relationship="ex_partner", behaviours=("following",), four=dict.fromkeys(Four, Answer.YES),
        incidents=(Incident(date(2026, 10, 2), said("nomination"), id=uuid4()),), criteria=criteria,
        criteria_reasons={criteria[1]: said("nomination")}, risk_tool="s_dash", risk_result=said("nomination"),
        risk_assessed_on=date(2026, 10, 3), risk_assessor=said("nomination"), children=1,
        last_incident_on=date(2026, 10, 2), incidents_last_12_months=4, victim_aware=VictimAwareness.AWARE,
        consent=ConsentPosition.NOT_SOUGHT_UNSAFE,
        sharing=SharingDraft(said("nomination"), "art6_1_e_public_task", "", said("nomination")),
        victim_wishes=said("nomination"), advocate_offered=AdvocateOffer.ACCEPTED, question=said("nomination"),
        narrative=said("nomination"), presenter=said("nomination"), contact_name="A Contact",
        contact_email=f"contact@{agency_of(who)}.example",
        contact=SafeContactDraft(said("contact"), said("contact"), Answer.NO, said("contact")),
        emergency=True, emergency_reason=said("nomination"), nothing_to_say=frozenset({"offences", "orders"}),
    )


def write_draft(made: Scenery, relation: str, who: str, panel_id: UUID) -> None:
    """Let somebody write a whole nomination and not send it."""
    told = _said(lambda _: made.token("draft", f"{relation}write_draft", who), who, panel_id == made.world.clinic,
                 len(made.cases))
    with doing(made, who, PRIOR) as work:
        draft_id = drafts.begin(work, panel_id)
    with doing(made, who, PRIOR) as work:
        drafts.save(work, draft_id, "victim", lambda _: told, 1, later=True)
    made.things["draft_id"][relation] = draft_id
    made.things["person_entry"][relation] = told.others[0].id
    made.things["incident_entry"][relation] = told.incidents[0].id


def begin_change(made: Scenery, who: str, nomination_id: UUID) -> None:
    """Let somebody begin to change what their agency has said of a case from which they are kept afterwards."""
    token = made.token("draft", "excluded_draft", who)
    with doing(made, who, PRIOR) as work:
        draft_id = drafts.begin_change(work, nomination_id)
    with doing(made, who, PRIOR) as work:
        drafts.save(work, draft_id, "behaviour", lambda said: replace(said, narrative=token), 1, later=True)
    with made.world.looking() as session:
        said = drafts.answers_of(session.get_one(Draft, draft_id))
    made.things["draft_id"]["excluded"] = draft_id
    made.things["person_entry"]["excluded"] = said.others[0].id
    made.things["incident_entry"]["excluded"] = said.incidents[0].id


def shut_out(made: Scenery, case: str) -> None:
    """Close a case to some who would read it, and to housing, before anybody is asked about it."""
    users, agencies = made.world.users, made.world.agencies
    people_ = (Who(user_id=users[name]) for name in ("detective", "minute_taker", "deputy"))
    for who in (*people_, Who(agency_id=agencies["housing"])):
        with doing(made, "coordinator", PRIOR) as work:
            exclusions.exclude(work, made.cases[case], who, "user_is_party")


def accept(made: Scenery, name: str, who: str, meeting_id: UUID) -> None:
    relation, stage = name.split("_")
    with doing(made, who, PRIOR) as work:
        nominations.triage(work, made.things[f"{stage}_nomination"][relation],
                           TriageDecision(TriageOutcome.ACCEPT, meeting_id=meeting_id))


def wait(made: Scenery, name: str, who: str, meeting_id: UUID) -> None:
    """Accept a case and take it off its agenda again: it waits for one."""
    accept(made, name, who, meeting_id)
    with made.world.looking() as session:
        item = session.scalars(select(AgendaItem).where(AgendaItem.case_id == made.cases[name])).one()
    with doing(made, who, PRIOR) as work:
        running_order.remove(work, meeting_id, make.agenda_version(made.world, meeting_id), item.id)


def carry_over(made: Scenery, relation: str, who: str, sittings: dict[str, UUID]) -> None:
    """Let an earlier meeting not have heard two cases: one is taken off with a reason and put back, one stays."""
    meeting_id = sittings["planned"]
    accept(made, f"{relation}_carried", who, meeting_id)
    for name in (f"{relation}_planned", f"{relation}_carried"):
        with made.world.office.changing(SystemActor("command line"), PRIOR) as work:
            work.require(may_install)
            item = work.session.scalars(select(AgendaItem).where(
                AgendaItem.case_id == made.cases[name], AgendaItem.meeting_id == meeting_id)).one()
            item.deferred_from_id = sittings["closed"]
            work.record(AuditVerb.IMPORT, "World")
        if name.endswith("carried"):
            made.things["carried_item"][relation] = item.id
            continue
        with doing(made, who, PRIOR) as work:
            drops.drop(work, meeting_id, make.agenda_version(made.world, meeting_id), item.id,
                       Drop(DropReason.OTHER, f"For {made.token('drop', name)}."))
        with doing(made, who, PRIOR) as work:
            running_order.add_case(work, meeting_id, make.agenda_version(made.world, meeting_id), made.cases[name])


def give_back(made: Scenery, name: str, who: str) -> None:
    relation, stage = name.split("_")
    reason = made.token("nomination", name)
    with doing(made, who, PRIOR) as work:
        nominations.triage(work, made.things[f"{stage}_nomination"][relation],
                           TriageDecision(TriageOutcome.RETURN_FOR_INFORMATION, f"Say more of {reason}."))


def redirect(made: Scenery, relation: str, sender: str, coordinator: str, panels: tuple[UUID, UUID]) -> None:
    """Let one panel redirect a nomination to the other. What it says is plain: it is the same in both cases."""
    here, there = panels
    criteria = ("persistent_or_recurring",) if here == made.world.clinic else ("visible_high_risk",)
    with doing(made, sender, PRIOR) as work:
        first_id = nominations.submit(work, here, make.draft(criteria=criteria, last_incident_on=None))
    with doing(made, coordinator, PRIOR) as work:
        nominations.triage(work, first_id, TriageDecision(
            TriageOutcome.REDIRECT, "It belongs there.", redirect_to=there))
    with made.world.looking() as session:
        first = session.get_one(Nomination, first_id)
        copy = session.scalars(select(Nomination).where(Nomination.redirected_from_id == first_id)).one()
    other = "own" if relation == "foreign" else "foreign"
    made.references |= {first.reference: f"{other}_redirected", copy.reference: f"{relation}_offered"}
    made.things["offered_nomination"][relation] = copy.id


def hand_over(made: Scenery, relation: str, sender: str, coordinator: str, partner: str) -> None:
    """Let one panel hand a case over to the other: refused once, and open now. What goes to the other is plain."""
    name, clinic, marac = f"{relation}_handed", made.world.clinic, made.world.marac
    here, there = (marac, clinic) if relation == "foreign" else (clinic, marac)
    criteria = ("visible_high_risk",) if here == marac else ("persistent_or_recurring",)
    with doing(made, sender, PRIOR) as work:
        nomination_id = nominations.submit(work, here, make.draft(criteria=criteria, last_incident_on=None, orders=()))
    with made.world.looking() as session:
        said = session.get_one(Nomination, nomination_id)
    made.things["handed_nomination"][relation], made.things["handed_case"][relation] = said.id, said.case_id
    made.references[said.reference], made.cases[name] = name, said.case_id
    if relation == "excluded":
        shut_out(made, name)
    wait(made, name, coordinator, made.things["drafted_meeting"]["foreign" if here == marac else "own"])
    with doing(made, coordinator, PRIOR) as work:
        handovers.offer(work, said.case_id, HandoverDraft(there, made.token("handover", name)))
    with doing(made, partner, PRIOR) as work:
        handovers.answer(work, _handed(made, said.case_id).case_id, HandoverAnswer(False, made.token("handover", name)))
    with doing(made, coordinator, NOW - timedelta(hours=1)) as work:
        handovers.offer(work, said.case_id, HandoverDraft(there, "They live together now."))
    copy, other = _handed(made, said.case_id), "own" if there == clinic else "foreign"
    made.references[copy.reference] = f"{other}_handing"
    made.things["handing_case"].setdefault(other, copy.case_id)


def _handed(made: Scenery, case_id: UUID) -> Nomination:
    """Return the nomination of the case that another panel is offered."""
    with made.world.looking() as session:
        return session.scalars(select(Nomination).join(Handover, Handover.case_id == Nomination.case_id).where(
            Handover.partner_case_id == case_id)).one()
