"""What people read of one nomination: everything that was said, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from clinic.domain import orders
from clinic.domain.answers import NOTHING
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Answer, Gender, PartyKind, age
from clinic.domain.clocks import Clock, clock
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.nominations import (
    DECIDABLE,
    EDITABLE,
    WITHDRAWABLE,
    AdvocateOffer,
    ConsentPosition,
    NominationStatus,
    VictimAwareness,
    check_withdrawable,
)
from clinic.domain.orders import OrderStatus
from clinic.domain.panels import Nation
from clinic.domain.questions import Completeness
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Incident, SharingDecision
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import cases as case_policy
from clinic.policy import meetings as meeting_policy
from clinic.policy import nominations as policy
from clinic.services import holidays, intake, nominations, questions, repeats, terms, threads
from clinic.services.repeats import Returned
from clinic.services.work import Work

LISTS = ("relationship", "risk_tool", "typology", "offence", "order_kind", "criterion_marac", "criterion_clinic",
         "reject_reason", "behaviour", "lawful_basis", "gateway", "nomination_page")


@dataclass(frozen=True, slots=True)
class PersonLine:
    kind: PartyKind
    name: str
    aliases: tuple[str, ...]
    born_on: date | None
    #: on the day of the meeting, where one is known
    age: int | None
    gender: Gender
    #: to the victim; of everybody but the pair
    relationship: str
    school: str
    note: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    kind: str
    status: OrderStatus
    on: date
    expires_on: date | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class IncidentLine:
    on: date
    what: str
    behaviours: tuple[str, ...]
    reported: Answer
    breach: Answer


@dataclass(frozen=True, slots=True)
class SharingLine:
    """Why it was right to share without the victim's agreement."""

    purpose: str
    basis: str
    gateway: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a nomination says, with labels for codes. Nothing of how the victim can be reached."""

    wishes: str
    victim_aware: VictimAwareness | None
    advocate_offered: AdvocateOffer | None
    question: str
    narrative: str
    presenter: str
    relationship: str
    typology: str
    criteria: tuple[str, ...]
    risk_tool: str
    risk_result: str
    children: int | None
    last_incident_on: date | None
    incidents_last_12_months: int | None
    offences: tuple[str, ...]
    orders: tuple[OrderLine, ...]
    behaviours: tuple[str, ...]
    #: answers to the four questions that were asked, by their names
    four: dict[str, str]
    #: the judgement behind a criterion, by the criterion's label
    reasons: dict[str, str]
    risk_assessed_on: date | None
    risk_assessor: str
    consent: ConsentPosition | None
    sharing: SharingLine | None
    #: the latest first
    incidents: tuple[IncidentLine, ...]
    emergency: bool
    emergency_reason: str
    #: names of questions whose empty answer is an answer
    nothing: frozenset[str]

    def empty(self, question: str) -> str:
        """Return how to read an empty answer: as an answer, or as none."""
        return NOTHING[question] if question in self.nothing else "Not answered"


@dataclass(frozen=True, slots=True)
class NominationPage:
    id: UUID
    reference: str
    case_id: UUID
    panel_id: UUID
    panel: str
    agency: str
    sender: str
    contact_name: str
    contact_email: str
    source_reference: str | None
    status: NominationStatus
    submitted_at: datetime
    decided_at: datetime | None
    triage_reason: str
    reject_reason: str
    withdrawn_reason: str
    redirected_to: str | None
    told: Told
    people: tuple[PersonLine, ...]
    thread: tuple[threads.Line, ...]
    urgent: bool
    #: of one that its agency has to answer
    answer_clock: Clock | None
    may_chase: bool
    #: the day on which people are as old as it says; nothing = today
    meets_on: date | None
    #: what the panel asks and is not answered, to the coordinator and the agency
    whole: Completeness
    #: for each page what it lacks
    lacking: tuple[tuple[str, tuple[str, ...]], ...]
    may_edit: bool
    may_send_again: bool
    may_withdraw: bool
    may_triage: bool
    may_see_contact: bool
    #: the earlier case of the same pair, if the reader may know of it
    returned: Returned | None


def show(work: Work, nomination_id: UUID) -> NominationPage:
    """Return one nomination with everything that was said, but not how the victim is reached."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_see, nomination)
    other = aliased(Panel)
    panel, nation, agency, sender, redirected_to = work.session.execute(
        select(Panel.name, Panel.nation, Agency.name, User.name, other.name)
        .join_from(Nomination, Panel, Panel.id == Nomination.panel_id)
        .join(Agency, Agency.id == Nomination.agency_id).join(User, User.id == Nomination.sender_id)
        .outerjoin(other, other.id == Nomination.redirected_to_id)
        .where(Nomination.id == nomination.id)
    ).one()
    rows = intake.rows_of(work.session, nomination)
    thread = threads.of(work, nomination)
    labels = terms.labels(work.session, *LISTS, panel_id=nomination.panel_id)
    meets_on = meets(work.session, nomination.case_id)
    whole = questions.completeness_of(work.session, nomination, rows)
    work.record(AuditVerb.VIEW, nomination)
    actor, today = work.actor, local_day(work.now)
    may_edit = policy.may_edit(actor, nomination) and nomination.status in EDITABLE
    return NominationPage(
        nomination.id, nomination.reference, nomination.case_id, nomination.panel_id, panel, agency, sender,
        nomination.contact_name, nomination.contact_email, nomination.source_reference, nomination.status,
        nomination.submitted_at, nomination.decided_at, nomination.triage_reason or "",
        labels["reject_reason"].get(nomination.reject_reason, ""), nomination.withdrawn_reason or "", redirected_to,
        told(nomination, labels, today, rows.incidents, rows.sharing),
        lines_of((rows.victim, rows.perpetrator, *rows.others), meets_on or today, labels), thread, nomination.urgent,
        answer_clock(nomination, nation, today), policy.may_triage(actor, nomination) and is_late(nomination, today),
        meets_on, whole, whole.by_page(labels[questions.PAGES]), may_edit,
        may_edit and nomination.status is NominationStatus.RETURNED_FOR_INFORMATION,
        policy.may_withdraw(actor, nomination) and nomination.status in WITHDRAWABLE,
        policy.may_triage(actor, nomination) and nomination.status in DECIDABLE,
        case_policy.may_see_contact(actor, nomination, {nomination.agency_id}), repeats.so_far(work, nomination),
    )


def answer_clock(nomination: Nomination, nation: Nation, today: date) -> Clock | None:
    """Return how long a nomination has been back with its agency, and how long it still may be."""
    if nomination.returned_at is None or nomination.answer_due_on is None:
        return None
    closed = holidays.around(nation, today.year)
    return clock(local_day(nomination.returned_at), nomination.answer_due_on, today, closed)


def is_late(nomination: Nomination, today: date) -> bool:
    return nomination.answer_due_on is not None and nomination.answer_due_on < today


def meets(session: Session, case_id: UUID) -> date | None:
    """Return the day on which a case is to be heard next, as whoever asks knows it, or nothing. One statement."""
    starts_at = session.scalar(
        select(Meeting.starts_at).join(Hearing, Hearing.meeting_id == Meeting.id)
        .where(Hearing.case_id == case_id, Hearing.outcome.is_(None),
               Meeting.status.in_((MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS)),
               meeting_policy.is_open_to(session.info["actor"]))
        .order_by(Meeting.starts_at).limit(1)
    )
    return local_day(starts_at) if starts_at else None


def told(
    said: Nomination, labels: dict[str, dict[str, str]], today: date, happened: Sequence[Incident],
    sharing: SharingDecision | None,
) -> Told:
    """Return what a nomination says, with the labels of its codes."""
    criteria = labels["criterion_marac"] | labels["criterion_clinic"]
    return Told(
        said.wishes or "", said.victim_aware, said.advocate_offered, said.question or "", said.narrative or "",
        said.presenter or "", labels["relationship"].get(said.relationship, said.relationship),
        labels["typology"].get(said.typology, said.typology), tuple(criteria.get(c, c) for c in said.criteria),
        labels["risk_tool"].get(said.risk_tool, said.risk_tool), said.risk_result or "", said.children,
        said.last_incident_on, said.incidents_last_12_months,
        tuple(labels["offence"].get(code, code) for code in said.offences),
        tuple(_order(text, labels["order_kind"], today) for text in said.orders),
        tuple(labels["behaviour"].get(code, code) for code in said.behaviours), dict(said.four),
        {criteria.get(code, code): reason for code, reason in (said.criteria_reasons or {}).items() if reason},
        said.risk_assessed_on, said.risk_assessor or "", said.consent, _sharing(sharing, labels),
        tuple(_incident(one, labels["behaviour"]) for one in sorted(happened, key=_when, reverse=True)),
        said.emergency, said.emergency_reason or "", frozenset(said.nothing_to_say),
    )


def _when(incident: Incident) -> tuple[date, int]:
    return incident.happened_on, incident.position


def _incident(incident: Incident, behaviours: dict[str, str]) -> IncidentLine:
    return IncidentLine(incident.happened_on, incident.what or "",
                        tuple(behaviours.get(code, code) for code in incident.behaviours), incident.reported,
                        incident.breach)


def _sharing(sharing: SharingDecision | None, labels: dict[str, dict[str, str]]) -> SharingLine | None:
    return sharing and SharingLine(
        sharing.purpose or "", labels["lawful_basis"].get(sharing.basis, sharing.basis),
        labels["gateway"].get(sharing.gateway, sharing.gateway), sharing.reason or "", sharing.decided_at,
    )


def _order(text: str, kinds: dict[str, str], today: date) -> OrderLine:
    order = orders.read(text)
    over = order.expires_on is not None and order.expires_on < today
    return OrderLine(kinds.get(order.kind, order.kind), order.status, order.on, order.expires_on, over)


_ORDER = {kind: place for place, kind in enumerate(PartyKind)}


def lines_of(people: Any, day: date, labels: dict[str, dict[str, str]]) -> tuple[PersonLine, ...]:
    """Return the people of a case, the victim first, each as old as they are on the day."""
    return tuple(
        PersonLine(p.kind, p.full_name, tuple(p.aliases or ()), p.born_on, age(p.born_on, day) if p.born_on else None,
                   p.gender, labels["relationship"].get(p.relationship, p.relationship), p.school or "", p.note or "")
        for p in sorted(people, key=lambda p: (_ORDER[p.kind], p.position))
    )


def withdraw_page(work: Work, nomination_id: UUID) -> NominationPage:
    """Return what the page that asks before a withdrawal names. Refuses who may not withdraw it."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_withdraw, nomination)
    check_withdrawable(nomination.status)
    return show(work, nomination_id)
