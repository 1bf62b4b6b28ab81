"""Turns a draft into the rows of a case and its nomination, and back again.

Shared by the form and the import, so that both put the same things in the same places.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clinic.domain import orders
from clinic.domain.cases import PartyKind
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft
from clinic.models.case import Case, Person, SafeContact
from clinic.models.nomination import Nomination
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that a nomination is kept in."""

    nomination: Nomination
    victim: Person
    perpetrator: Person
    contact: SafeContact


def take_in(
    work: Work, panel_id: UUID, agency_id: UUID, draft: NominationDraft, reference: str, submitted_at: datetime,
    source_reference: str | None = None,
) -> Nomination:
    """Add the rows of a new case, without a query, so that thousands go in at once."""
    case = Case(panel_id=panel_id, reference=reference, opened_at=work.now)
    bound = {"panel_id": panel_id, "case_id": case.id}
    victim = Person(**bound, kind=PartyKind.VICTIM, **_person(draft.victim))
    perpetrator = Person(**bound, kind=PartyKind.PERPETRATOR, **_person(draft.perpetrator))
    contact = SafeContact(**bound, person_id=victim.id, **_contact(draft.contact))
    nomination = Nomination(
        **bound, agency_id=agency_id, sender_id=work.actor.user_id, reference=reference,
        source_reference=source_reference, submitted_at=submitted_at, **_nomination(draft),
    )
    work.session.add_all([case, victim, perpetrator, contact, nomination])
    work.seal_for(case.id)
    return nomination


def rows_of(session: Session, nomination: Nomination) -> Rows:
    """Return the rows beside a nomination. Two statements."""
    people = {
        person.kind: person for person in session.scalars(
            select(Person).where(
                Person.case_id == nomination.case_id,
                Person.kind.in_([PartyKind.VICTIM, PartyKind.PERPETRATOR]),
            ).order_by(Person.id.desc())
        )
    }
    victim = people[PartyKind.VICTIM]
    contact = session.scalars(select(SafeContact).where(SafeContact.person_id == victim.id)).one()
    return Rows(nomination, victim, people[PartyKind.PERPETRATOR], contact)


def put(rows: Rows, draft: NominationDraft) -> list[str]:
    """Write a changed draft into its rows and return the names of what changed."""
    changed = (
        _change(rows.nomination, _nomination(draft)) + _change(rows.victim, _person(draft.victim), "victim")
        + _change(rows.perpetrator, _person(draft.perpetrator), "perpetrator")
        + _change(rows.contact, _contact(draft.contact), "contact")
    )
    if changed:
        # Whoever reads the nomination meanwhile is to notice, whichever of its rows has changed.
        flag_modified(rows.nomination, "criteria")
    return changed


def draft_of(rows: Rows) -> NominationDraft:
    """Return what the rows say as the draft that they were made of."""
    said, contact = rows.nomination, rows.contact
    return NominationDraft(
        victim=_party(rows.victim), perpetrator=_party(rows.perpetrator),
        contact=SafeContactDraft(contact.postcode or "", contact.telephone or "", contact.telephone_safe,
                                 contact.notes or ""),
        relationship=said.relationship, criteria=tuple(said.criteria), risk_tool=said.risk_tool,
        risk_result=said.risk_result or "", typology=said.typology, offences=tuple(said.offences),
        orders=tuple(orders.read(text) for text in said.orders), children=said.children,
        last_incident_on=said.last_incident_on, incidents_last_12_months=said.incidents_last_12_months,
        victim_aware=said.victim_aware, victim_wishes=said.wishes or "", advocate_offered=said.advocate_offered,
        question=said.question or "", narrative=said.narrative or "", presenter=said.presenter or "",
        contact_name=said.contact_name, contact_email=said.contact_email,
    )


def _party(person: Person) -> PartyDraft:
    return PartyDraft(person.given_name or "", person.family_name or "", tuple(person.aliases or ()),
                      person.born_on, person.gender)


def _person(party: PartyDraft) -> dict[str, Any]:
    return {
        "given_name": party.given_name, "family_name": party.family_name, "aliases": list(party.aliases) or None,
        "born_on": party.born_on, "gender": party.gender,
    }


def _contact(contact: SafeContactDraft) -> dict[str, Any]:
    return {
        "postcode": contact.postcode, "telephone": contact.telephone, "telephone_safe": contact.telephone_safe,
        "notes": contact.notes,
    }


def _nomination(draft: NominationDraft) -> dict[str, Any]:
    return {
        "contact_name": draft.contact_name, "contact_email": draft.contact_email.lower(),
        "criteria": list(draft.criteria), "relationship": draft.relationship, "typology": draft.typology,
        "children": draft.children, "last_incident_on": draft.last_incident_on,
        "incidents_last_12_months": draft.incidents_last_12_months, "risk_tool": draft.risk_tool,
        "risk_result": draft.risk_result, "offences": list(draft.offences),
        "orders": [order.written() for order in draft.orders], "victim_aware": draft.victim_aware,
        "advocate_offered": draft.advocate_offered, "wishes": draft.victim_wishes, "question": draft.question,
        "narrative": draft.narrative, "presenter": draft.presenter, "repeat": "repeat" in draft.criteria,
    }


def _change(row: Any, values: dict[str, Any], prefix: str = "") -> list[str]:
    changed = []
    for name, value in values.items():
        if _empty(getattr(row, name)) != _empty(value):
            setattr(row, name, value)
            changed.append(f"{prefix}.{name}" if prefix else name)
    return changed


def _empty(value: Any) -> Any:
    """Take nothing typed and nothing kept for the same."""
    return None if value in ("", []) else value
