"""What is known of a case beside its nominations: clocks, incidents, flags, orders, addresses, risks, disputes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import or_, select

from clinic.domain.actors import SystemActor
from clinic.domain.addresses import AddressStatus, RevealReason
from clinic.domain.breaches import NewBreach, RepeatAnswer
from clinic.domain.cases import PartyKind
from clinic.domain.closings import CloseReason, Closing
from clinic.domain.disputes import DisputeOutcome, ResponseKind
from clinic.domain.incidents import Incident, InformationKind
from clinic.domain.investigations import FourAConsidered, InvestigationStatus, Step
from clinic.domain.order_events import NewOrder, OrderEvent, OrderEventKind
from clinic.domain.risks import AskCause, RiskChange, RiskStatus
from clinic.models.case import Case, Person
from clinic.models.case import Incident as IncidentRow
from clinic.models.clock import InvestigationStep
from clinic.models.contact import ContactCard
from clinic.models.dispute import Dispute, DisputeAnswer
from clinic.models.known_address import KnownAddress
from clinic.models.link import PersonLink
from clinic.models.order import Breach, Order
from clinic.models.order import OrderEvent as OrderRow
from clinic.models.risk import RiskAssessment, RiskPlan, RiskPrompt
from clinic.models.safe_address import AddressReveal, SafeAddress
from clinic.services import (
    closings,
    flags,
    incidents,
    investigations,
    links,
    orders,
)
from tests.house.scenery.made import NOW, Scenery, agency_of, doing, victim_of


def tell(made: Scenery) -> None:
    """Write down all of it."""
    for part in (_judge, _investigate, _tell_incidents, _put_up_flags, _close_and_reopen, _put_orders, _put_addresses,
                 _assess, _dispute):
        part(made)


def _judge(made: Scenery) -> None:
    """Call a victim of each panel's coming case and one of its running case different people."""
    for relation, of, who in (("own", "other", "coordinator"), ("foreign", "foreign", "other_coordinator")):
        case_id, other_id = made.cases[f"{relation}_planned"], made.cases[f"{of}_running"]
        with doing(made, who, NOW - timedelta(hours=1)) as work:
            links.judge(work, case_id, victim_of(made, case_id), victim_of(made, other_id), same=False)
        with made.world.looking() as session:
            made.things["link_id"][relation] = session.scalars(select(PersonLink.id).where(
                or_(PersonLink.case_id == case_id, PersonLink.other_case_id == case_id))).one()


def _investigate(made: Scenery) -> None:
    """Say how each panel's coming cases stand, and what was considered."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation, case_id = name.removesuffix("_planned"), made.cases[name]
        who = "other_coordinator" if relation == "foreign" else "coordinator"
        with doing(made, who, NOW - timedelta(hours=1)) as work:
            investigations.take(work, case_id, Step(
                InvestigationStatus.EARLY_ADVICE_REQUESTED, date(2026, 11, 1), made.token("clock", name)))
            investigations.answer_four_a(work, case_id, FourAConsidered.YES_NOT_MET, made.token("clock", name))
        with made.world.looking() as session:
            made.things["step_id"][relation] = session.scalars(
                select(InvestigationStep.id).where(InvestigationStep.case_id == case_id)).one()


def _tell_incidents(made: Scenery) -> None:
    """Write down in each panel's coming cases what was put right since, and what is restricted to who told it."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation, case_id = name.removesuffix("_planned"), made.cases[name]
        who = "outsider" if relation == "foreign" else "probation_officer" if relation == "other" else "officer"
        told = Incident(date(2026, 11, 3), made.token("incident", name), ("following",),
                        information=InformationKind.FACT)
        secret = replace(told, what=made.token("restricted", name, agency_of(who)),
                         information=InformationKind.INTELLIGENCE_RESTRICTED)
        at = NOW - timedelta(hours=1)
        with doing(made, who, at) as work:
            incidents.tell(work, case_id, [told])
            incidents.tell(work, case_id, [secret])
        with made.world.looking() as session:
            rows = select(IncidentRow).where(IncidentRow.case_id == case_id, IncidentRow.nomination_id.is_(None))
            kinds = {row.information: row.id for row in session.scalars(rows)}
        with doing(made, who, at) as work:
            incidents.correct(work, case_id, kinds[told.information], replace(told, what=made.token("incident", name)),
                              made.token("incident", name))
        with made.world.looking() as session:
            made.things["incident_id"][relation] = session.scalars(rows.where(
                IncidentRow.replaces_id.is_not(None))).one().id


def _close_and_reopen(made: Scenery) -> None:
    """Close each panel's heard cases, and open them again."""
    for name in [name for name in made.cases if name.endswith("_closed")]:
        who = "other_coordinator" if name.startswith("foreign") else "coordinator"
        with doing(made, who, NOW - timedelta(hours=1)) as work:
            said = Closing(CloseReason.RISK_REDUCED, made.token("closing", name), all_the_same=True)
            closings.close(work, made.cases[name], said)
            closings.reopen(work, made.cases[name], made.token("closing", name))


def _put_up_flags(made: Scenery) -> None:
    """Let each agency that takes part in a panel's coming cases flag its own file."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        speakers = {"outsider"} if name.startswith("foreign") else {
            "officer", "probation_officer", "advocate", "housing_officer"}
        for who in sorted(speakers - ({"housing_officer"} if name.startswith("excluded") else set())):
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                flags.put_up(work, made.cases[name], made.token("flag", name, agency_of(who)))


def _put_orders(made: Scenery) -> None:
    """Tell of an order in each panel's coming cases, and of two breaches, one of which nobody has looked at."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        relation, case_id = name.removesuffix("_planned"), made.cases[name]
        foreign = relation == "foreign"
        who, keeper = ("outsider", "other_coordinator") if foreign else ("officer", "coordinator")

        def said(name=name) -> str:
            return made.token("order", name)

        with doing(made, who, NOW - timedelta(hours=3)) as work:
            orders.add(work, case_id, NewOrder("restraining_conviction", OrderEvent(
                OrderEventKind.MADE, date(2026, 11, 2), None, said()), said(), said()))
        with made.world.looking() as session:
            order_id = made.things["order_id"][relation] = session.scalars(
                select(Order.id).where(Order.case_id == case_id)).one()
        with doing(made, who, NOW - timedelta(hours=2)) as work:
            orders.tell(work, case_id, order_id, OrderEvent(OrderEventKind.SERVED, date(2026, 11, 3)))
        for day in (4, 5):
            with doing(made, who, NOW - timedelta(hours=1)) as work:
                orders.breach(work, case_id, order_id, NewBreach(date(2026, 11, day), said()))
        with made.world.looking() as session:
            made.things["event_id"][relation] = session.scalars(select(OrderRow.id).where(
                OrderRow.order_id == order_id, OrderRow.kind == OrderEventKind.SERVED)).one()
            looked_at, made.things["breach_id"][relation] = session.scalars(
                select(Breach.id).where(Breach.order_id == order_id).order_by(Breach.happened_on))
        with doing(made, keeper, NOW - timedelta(minutes=30)) as work:
            orders.check_repeat(work, case_id, looked_at, RepeatAnswer(False, said()))


def _put_addresses(made: Scenery) -> None:
    """Put a card, three addresses that somebody has looked at, and a known one into each panel's coming cases."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        first, second = ("other_coordinator", "chair") if name.startswith("foreign") else ("coordinator", "advocate")
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
            work.asked = True
            case = work.session.get_one(Case, made.cases[name])
            bound = {"panel_id": case.panel_id, "case_id": case.id, "agency_id": made.world.agencies["council"]}
            card = ContactCard(
                **bound, entered_by_id=made.world.users[first], entered_at=work.now,
                ways=[{"channel": "text", "safety": "safe", "to": made.token("contact", name)}],
                times=made.token("contact", name), may_answer=made.token("contact", name),
                code_word=made.token("contact", name), unsafe_people=made.token("contact", name),
                notes=made.token("contact", name))
            work.session.add(card)
            refused, kept, waiting = (SafeAddress(
                **bound, status=status, address=made.token("address", name), in_spite=made.token("address", name),
                refusal=made.token("refusal", name) if status is AddressStatus.REFUSED else "",
                proposed_by_id=made.world.users["lapsed"], proposed_at=work.now, decided_by_id=decider and
                made.world.users[decider], decided_at=work.now if decider else None,
            ) for status, decider in ((AddressStatus.REFUSED, first), (AddressStatus.CONFIRMED, second),
                                      (AddressStatus.WAITING, None)))
            perpetrator = work.session.scalars(select(Person).where(
                Person.case_id == case.id, Person.kind == PartyKind.PERPETRATOR)).one()
            for row in (refused, kept, waiting):
                work.seal_for(row.id)
                work.session.add(row)
            work.session.flush()
            work.session.add(AddressReveal(
                **bound, address_id=kept.id, reason=RevealReason.CHECK, words=made.token("refusal", name),
                revealed_by_id=made.world.users[second], revealed_at=work.now))
            known = KnownAddress(
                **bound, person_id=perpetrator.id, address=made.token("known", name),
                entered_by_id=made.world.users[first], entered_at=work.now)
            work.session.add(known)
            work.session.flush()
            relation = name.removesuffix("_planned")
            made.things["address_id"][relation], made.things["known_id"][relation] = kept.id, known.id
            made.things["waiting_address"][relation] = waiting.id
            work.record("create", card)


def _assess(made: Scenery) -> None:
    """Assess each panel's coming cases: one counts, a lower one was refused, another waits; a clinic plans."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        decider = "other_coordinator" if name.startswith("foreign") else "coordinator"
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
            work.asked = True
            case = work.session.get_one(Case, made.cases[name])
            signed = {"panel_id": case.panel_id, "case_id": case.id, "agency_id": made.world.agencies["council"],
                      "entered_by_id": made.world.users["lapsed"], "entered_at": work.now}
            rows = [RiskAssessment(
                **signed, tool=tool, tool_version="", change=change, result=made.token("risk", name),
                judgement=made.token("risk", name), assessed_on=date(2026, 11, 2), assessor=made.token("risk", name),
                because=made.token("risk", name), status=status,
                refusal=made.token("risk", name) if status is RiskStatus.REFUSED else "",
                decided_by_id=made.world.users[decider] if status is RiskStatus.REFUSED else None,
            ) for tool, change, status in (
                ("sash", RiskChange.FIRST, RiskStatus.COUNTS), ("sash", RiskChange.LOWERED, RiskStatus.REFUSED),
                ("srp", RiskChange.LOWERED, RiskStatus.WAITING))]
            work.session.add_all((*rows, RiskPrompt(
                panel_id=case.panel_id, case_id=case.id, cause=AskCause.MOVE, happened_on=date(2026, 11, 2),
                asked_at=work.now)))
            if not name.startswith("foreign"):
                parts = ("formulation", "scenarios", "victim_safety", "management")
                work.session.add(RiskPlan(**signed, typology="rejected", **{
                    part: made.token("plan", name) for part in parts}))
            work.session.flush()
            work.record("create", rows[0])
            made.things["assessment_id"][name.removesuffix("_planned")] = rows[-1].id


def _dispute(made: Scenery) -> None:
    """Dispute responses in each panel's coming cases: one waits, one was answered, one was taken back."""
    for name in [name for name in made.cases if name.endswith("_planned")]:
        disputes, responds = ("health", "probation") if name.startswith("foreign") else ("advocacy", "police")
        with made.world.office.changing(SystemActor("tests"), NOW - timedelta(hours=1)) as work:
            work.asked = True
            case, agencies = work.session.get_one(Case, made.cases[name]), made.world.agencies
            signed = {"panel_id": case.panel_id, "case_id": case.id, "entered_by_id": made.world.users["lapsed"],
                      "entered_at": work.now}
            waiting, answered, ended = (Dispute(
                **signed, agency_id=agencies[disputes], responder_id=agencies[responds],
                response=ResponseKind.LOW_PRIORITY, responded_on=date(2026, 11, 2), words=made.token("dispute", name),
            ) for _ in range(3))
            ended.taken_back_at, ended.why = work.now, made.token("dispute", name)
            ended.taken_back_by_id = made.world.users["lapsed"]
            work.session.add_all((waiting, answered, ended))
            work.session.flush()
            work.session.add(DisputeAnswer(
                **signed, dispute_id=answered.id, agency_id=agencies[responds], outcome=DisputeOutcome.STANDS,
                words=made.token("dispute", name)))
            work.session.flush()
            work.record("create", waiting)
            made.things["dispute_id"][name.removesuffix("_planned")] = waiting.id
