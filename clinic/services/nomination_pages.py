"""What people read of nominations: the list that waits, one nomination, and what a form needs to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from clinic.domain import drafts, orders
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Gender, PartyKind, age
from clinic.domain.clocks import Clock, clock
from clinic.domain.drafts import NominationDraft
from clinic.domain.meetings import local_day
from clinic.domain.nominations import (
    EDITABLE,
    WITHDRAWABLE,
    AdvocateOffer,
    NominationStatus,
    VictimAwareness,
    check_editable,
    check_withdrawable,
)
from clinic.domain.orders import OrderStatus
from clinic.domain.pages import SIZE, Pages
from clinic.domain.panels import Nation, PanelType
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Person
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import cases as case_policy
from clinic.policy import nominations as policy
from clinic.services import holidays, intake, nominations, panels, repeats, terms, threads
from clinic.services.repeats import Returned
from clinic.services.work import Work

LISTS = ("relationship", "risk_tool", "typology", "offence", "order_kind", "criterion_marac", "criterion_clinic",
         "reject_reason")


@dataclass(frozen=True, slots=True)
class NominationLine:
    """A nomination on a list: no names. `waiting` days have passed since it was sent, if it still waits."""

    id: UUID
    reference: str
    panel: str
    agency: str
    status: NominationStatus
    submitted_at: datetime
    waiting: int | None


@dataclass(frozen=True, slots=True)
class PanelChoice:
    id: UUID
    name: str
    may_nominate: bool
    may_import: bool
    keeps_desk: bool


@dataclass(frozen=True, slots=True)
class Queue:
    lines: tuple[NominationLine, ...]
    pages: Pages
    panels: tuple[PanelChoice, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    kind: PartyKind
    name: str
    aliases: tuple[str, ...]
    born_on: date | None
    age: int | None
    gender: Gender


@dataclass(frozen=True, slots=True)
class OrderLine:
    kind: str
    status: OrderStatus
    on: date
    expires_on: date | None
    is_over: bool


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
    may_edit: bool
    may_send_again: bool
    may_withdraw: bool
    may_triage: bool
    may_see_contact: bool
    #: the earlier case of the same pair, if the reader may know of it
    returned: Returned | None


@dataclass(frozen=True, slots=True)
class FormPage:
    """What the form of a nomination is drawn with. `closed` says why there is none."""

    panel_id: UUID
    panel: str
    lists: dict[str, dict[str, str]]
    contact: tuple[str, str]
    closed: str = ""
    draft: NominationDraft | None = None
    reference: str = ""
    version: int = 0


_FIRST = case(
    (Nomination.status == NominationStatus.NOMINATED, 0),
    (Nomination.status == NominationStatus.RETURNED_FOR_INFORMATION, 1), else_=2,
)


def queue(work: Work, status: NominationStatus | None, panel_id: UUID | None, number: int = 1) -> Queue:
    """Return a page of the nominations that the actor may see. Two statements.

    Those that wait for a decision come first, then those that wait for their agency; the oldest of each first.
    """
    work.require(policy.may_list)
    conditions = [policy.visible_to(work.actor)]
    if status is not None:
        conditions.append(Nomination.status == status)
    if panel_id is not None:
        conditions.append(Nomination.panel_id == panel_id)
    rows = work.session.execute(
        select(Nomination.id, Nomination.reference, Panel.name, Agency.name, Nomination.status,
               Nomination.submitted_at, func.count().over().label("total"))
        .join(Panel, Panel.id == Nomination.panel_id).join(Agency, Agency.id == Nomination.agency_id)
        .where(*conditions).order_by(_FIRST, Nomination.submitted_at, Nomination.id)
        .limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    today = local_day(work.now)
    lines = tuple(NominationLine(*row[:6], _waiting(row.status, row.submitted_at, today)) for row in rows)
    work.record(AuditVerb.VIEW, "Nomination", shown=[line.id for line in lines])
    return Queue(lines, Pages(number, rows[0].total if rows else 0), _panels(work))


def _waiting(status: NominationStatus, submitted_at: datetime, today: date) -> int | None:
    return (today - local_day(submitted_at)).days if status in EDITABLE else None


def _panels(work: Work) -> tuple[PanelChoice, ...]:
    actor = work.actor
    rows = work.session.scalars(select(Panel).where(Panel.id.in_(list(actor.panels()))).order_by(Panel.name))
    return tuple(
        PanelChoice(panel.id, panel.name, policy.may_nominate(actor, panel) and _takes(panel),
                    policy.may_import(actor, panel), policy.may_keep_desk(actor, panel) and _takes(panel))
        for panel in rows
    )


def _takes(panel: Panel) -> bool:
    return panel.type is not PanelType.CPS_SCRUTINY_PANEL


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
    people = work.session.scalars(select(Person).where(Person.case_id == nomination.case_id)).all()
    thread = threads.of(work, nomination)
    labels = terms.labels(work.session, *LISTS, panel_id=nomination.panel_id)
    work.record(AuditVerb.VIEW, nomination)
    actor, today = work.actor, local_day(work.now)
    may_edit = policy.may_edit(actor, nomination) and nomination.status in EDITABLE
    return NominationPage(
        nomination.id, nomination.reference, nomination.case_id, nomination.panel_id, panel, agency, sender,
        nomination.contact_name, nomination.contact_email, nomination.source_reference, nomination.status,
        nomination.submitted_at, nomination.decided_at, nomination.triage_reason or "",
        labels["reject_reason"].get(nomination.reject_reason, ""), nomination.withdrawn_reason or "", redirected_to,
        told(nomination, labels, today), lines_of(people, today), thread, nomination.urgent,
        answer_clock(nomination, nation, today), policy.may_triage(actor, nomination) and is_late(nomination, today),
        may_edit,
        may_edit and nomination.status is NominationStatus.RETURNED_FOR_INFORMATION,
        policy.may_withdraw(actor, nomination) and nomination.status in WITHDRAWABLE,
        policy.may_triage(actor, nomination) and nomination.status is NominationStatus.NOMINATED,
        case_policy.may_see_contact(actor, nomination, {nomination.agency_id}), _returned(work, nomination),
    )


def _returned(work: Work, nomination: Nomination) -> Returned | None:
    """Return the earlier case of the pair; once the nomination is decided, only one that a coordinator has linked."""
    if nomination.status in EDITABLE:
        return repeats.of_nomination(work, nomination)
    sent = {nomination.case_id: nomination.submitted_at}
    return repeats.of_cases(work, nomination.panel_id, sent).get(nomination.case_id)


def answer_clock(nomination: Nomination, nation: Nation, today: date) -> Clock | None:
    """Return how long a nomination has been back with its agency, and how long it still may be."""
    if nomination.returned_at is None or nomination.answer_due_on is None:
        return None
    closed = holidays.around(nation, today.year)
    return clock(local_day(nomination.returned_at), nomination.answer_due_on, today, closed)


def is_late(nomination: Nomination, today: date) -> bool:
    return nomination.answer_due_on is not None and nomination.answer_due_on < today


def told(said: Nomination, labels: dict[str, dict[str, str]], today: date) -> Told:
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
    )


def _order(text: str, kinds: dict[str, str], today: date) -> OrderLine:
    order = orders.read(text)
    over = order.expires_on is not None and order.expires_on < today
    return OrderLine(kinds.get(order.kind, order.kind), order.status, order.on, order.expires_on, over)


_ORDER = {kind: place for place, kind in enumerate(PartyKind)}


def lines_of(people: Any, today: date) -> tuple[PersonLine, ...]:
    """Return the people of a case, the victim first, each as old as they are on the day."""
    return tuple(
        PersonLine(p.kind, p.full_name, tuple(p.aliases or ()), p.born_on, age(p.born_on, today) if p.born_on else None,
                   p.gender)
        for p in sorted(people, key=lambda p: _ORDER[p.kind])
    )


def new_page(work: Work, panel_id: UUID) -> FormPage:
    """Return what an empty form needs; for a panel that takes no nominations, the sentence that says so."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_nominate, panel)
    work.record(AuditVerb.VIEW, panel)
    if not _takes(panel):
        return FormPage(panel.id, panel.name, {}, ("", ""), drafts.CLOSED_PANEL)
    user = work.session.get_one(User, work.actor.user_id)
    return FormPage(panel.id, panel.name, nominations.codes_of(work, panel), (user.name, user.email))


def edit_page(work: Work, nomination_id: UUID) -> FormPage:
    """Return what an agency said, contact details too, so that it can change it."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_edit, nomination)
    check_editable(nomination.status)
    panel = panels.find(work, nomination.panel_id)
    rows = intake.rows_of(work.session, nomination)
    work.record(AuditVerb.VIEW, nomination)
    work.record(AuditVerb.VIEW, rows.contact)
    return FormPage(
        panel.id, panel.name, nominations.codes_of(work, panel), ("", ""), draft=intake.draft_of(rows),
        reference=nomination.reference, version=nomination.version,
    )


def withdraw_page(work: Work, nomination_id: UUID) -> NominationPage:
    """Return what the page that asks before a withdrawal names. Refuses who may not withdraw it."""
    nomination = nominations.find(work, nomination_id)
    work.require(policy.may_withdraw, nomination)
    check_withdrawable(nomination.status)
    return show(work, nomination_id)
