"""What goes with a case that is handed over: open actions, orders, risk, safe contact, what was told beside it.

Rows never move from panel to panel: the case there gets rows of its own, under its own key,
in the name of who said them. An action whose agency nobody speaks for there stays where it is.
Asks no permission of its own, and is handled whole: it completes a handover, which has asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from clinic.domain.actions import OPEN, ActionStatus
from clinic.domain.actors import SPEAKERS
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.handovers import line_of_action, line_of_order
from clinic.domain.incidents import InformationKind
from clinic.domain.meetings import local_day
from clinic.models.action import Action, ActionUpdate
from clinic.models.agency import Agency
from clinic.models.case import Case, Incident, Person
from clinic.models.clock import FourAAnswer, InvestigationStep
from clinic.models.contact import ContactCard
from clinic.models.known_address import KnownAddress
from clinic.models.nomination import Nomination
from clinic.models.order import Breach, Order, OrderEvent
from clinic.models.risk import RiskAssessment
from clinic.models.sealed import Sealed
from clinic.services import actions, directory, known_addresses, references, terms
from clinic.services.work import Work

_KEPT_APART = frozenset({"id", "version"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go now, and which actions would stay, a line each."""

    goes: tuple[str, ...]
    stays: tuple[str, ...]


def plan(work: Work, case: Case, panel_id: UUID) -> Plan:
    """Return what goes with a case to another panel, in words."""
    may_own = {agency_id for agency_id, _ in _owners(work, case, panel_id).agencies}
    rows = work.session.execute(
        select(Action, Agency.name).join(Agency, Agency.id == Action.owner_agency_id)
        .where(Action.case_id == case.id, Action.status.in_(list(OPEN))).order_by(Action.due_on, Action.id)
    ).all()
    lines = [(action.owner_agency_id in may_own, line_of_action(agency, action.text or "", action.due_on))
             for action, agency in rows]
    kinds = terms.labels(work.session, "order_kind", panel_id=case.panel_id)["order_kind"]
    orders = [line_of_order(kinds.get(order.kind, order.kind), order.status, order.expires_on)
              for order in _orders(work, case)]
    return Plan((*(line for goes, line in lines if goes), *orders), tuple(line for goes, line in lines if not goes))


def carry(work: Work, old: Case, new: Case, nomination: Nomination) -> Plan:
    """Give the new case what goes with the old one; return it in words."""
    found = plan(work, old, new.panel_id)
    _carry_actions(work, old, new)
    # Restricted intelligence is not one panel's to give to another: who gave it can.
    told = {row.id: _again(work, row, new, replaces_id=None) for row in work.session.scalars(select(Incident).where(
        Incident.case_id == old.id, Incident.nomination_id.is_(None), Incident.taken_back_at.is_(None),
        Incident.information.is_distinct_from(InformationKind.INTELLIGENCE_RESTRICTED)))}
    # Of the risk too, or a result could be lowered there without anybody seeing that it is lower.
    for model in (InvestigationStep, FourAAnswer, RiskAssessment):
        for row in work.session.scalars(select(model).where(model.case_id == old.id)).all():
            _again(work, row, new)
    work.session.flush()
    _carry_orders(work, old, new, nomination, told)
    _carry_known_addresses(work, old, new)
    _carry_card(work, old, new)
    work.record(AuditVerb.CREATE, new, what="carried over")
    return found


def _carry_actions(work: Work, old: Case, new: Case) -> None:
    may_own = _owners(work, old, new.panel_id)
    agencies, leads = {agency_id for agency_id, _ in may_own.agencies}, {(u, a) for u, _, a in may_own.leads}
    rows = work.session.scalars(select(Action).where(
        Action.case_id == old.id, Action.status.in_(list(OPEN)), Action.owner_agency_id.in_(agencies),
    ).with_for_update()).all()
    for action in rows:
        leads_there = (action.lead_id, action.owner_agency_id) in leads
        copy = _again(work, action, new, meeting_id=None, decision_id=None,
                      lead_id=action.lead_id if leads_there else None,
                      reference=references.fresh(work.session, "AC", Action.reference, work.now))
        work.session.flush()
        for said in work.session.scalars(select(ActionUpdate).where(ActionUpdate.action_id == action.id)).all():
            _again(work, said, new, action_id=copy.id)
        action.status, action.closed_at = ActionStatus.TRANSFERRED, work.now
        work.session.add(ActionUpdate(
            panel_id=old.panel_id, case_id=old.id, action_id=action.id, by_id=work.actor.user_id,
            agency_id=work.actor.agency_id, at=work.now, status=action.status))
        work.session.flush()


def _carry_orders(work: Work, old: Case, new: Case, nomination: Nomination, told: dict[UUID, Any]) -> None:
    for order in _orders(work, old):
        copy = _again(work, order, new, nomination_id=nomination.id if order.nomination_id else None)
        work.session.flush()
        for event in work.session.scalars(select(OrderEvent).where(
                OrderEvent.order_id == order.id, OrderEvent.taken_back_at.is_(None))).all():
            _again(work, event, new, order_id=copy.id)
        for breach in work.session.scalars(select(Breach).where(
                Breach.order_id == order.id, Breach.taken_back_at.is_(None))).all():
            if breach.incident_id in told:
                _again(work, breach, new, order_id=copy.id, incident_id=told[breach.incident_id].id)
        work.session.flush()


def _carry_known_addresses(work: Work, old: Case, new: Case) -> None:
    """Let where perpetrators are known go along, so that a safe address is held against it there too."""
    there = {person.position: person.id for person in _perpetrators(work, new)}
    here = {person.id: person.position for person in _perpetrators(work, old)}
    for row in work.session.scalars(select(KnownAddress).where(
            KnownAddress.case_id == old.id, KnownAddress.taken_back_at.is_(None))).all():
        person_id = there.get(here.get(row.person_id))
        if person_id is not None:
            copy = _again(work, row, new, person_id=person_id)
            work.session.flush()
            known_addresses.mark(work, copy)


def _carry_card(work: Work, old: Case, new: Case) -> None:
    """Let the latest card of safe contact go along, as one that nobody there has checked yet.

    The safe address stays: nobody opens one without being written down, and the panel that gets it keeps its own
    count of who has looked. Its advocate proposes it anew, and a second person there confirms it.
    """
    card = work.session.scalar(select(ContactCard).where(ContactCard.case_id == old.id)
                               .order_by(ContactCard.entered_at.desc(), ContactCard.id).limit(1))
    if card is not None:
        _again(work, card, new)
        work.session.flush()


def _perpetrators(work: Work, case: Case) -> list[Person]:
    return list(work.session.scalars(select(Person).where(
        Person.case_id == case.id, Person.kind == PartyKind.PERPETRATOR)))


def _orders(work: Work, case: Case) -> list[Order]:
    return list(work.session.scalars(
        select(Order).where(Order.case_id == case.id, Order.status.is_not(None))
        .order_by(Order.expires_on.is_(None), Order.expires_on, Order.id)))


def _owners(work: Work, case: Case, panel_id: UUID) -> actions.Owners:
    """Return who of the other panel may own and lead actions of the case."""
    today = local_day(work.now)
    return actions.owners(work.session, case.id, directory.members_on(work.session, panel_id, today, SPEAKERS), today)


def _again(work: Work, row: Any, case: Case, **changes: Any) -> Any:
    """Add a row that says in another case what a row says in this one; `changes` differ."""
    kind = type(row)
    kept = {attribute.key: getattr(row, attribute.key) for attribute in inspect(kind).column_attrs
            if attribute.key not in _KEPT_APART and not attribute.key.endswith("_sealed")}
    texts = {name: getattr(row, name) for name, value in vars(kind).items() if isinstance(value, Sealed)}
    copy = kind(**{**kept, **texts, "panel_id": case.panel_id, "case_id": case.id, **changes})
    work.session.add(copy)
    return copy
