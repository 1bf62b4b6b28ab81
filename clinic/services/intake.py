"""Turns a draft into the rows of a case and its nomination, and back again.

Shared by the form and the import, so that both put the same things in the same places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clinic.domain import incidents, orders
from clinic.domain.cases import Answer, PartyKind
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft, SharingDraft
from clinic.domain.nominations import Four
from clinic.models.case import Case, Incident, Person, SafeContact, SharingDecision
from clinic.models.nomination import Nomination
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that a nomination is kept in."""

    nomination: Nomination
    victim: Person
    perpetrator: Person
    contact: SafeContact
    others: tuple[Person, ...] = ()
    incidents: tuple[Incident, ...] = ()
    sharing: SharingDecision | None = None


def take_in(
    work: Work, panel_id: UUID, agency_id: UUID, draft: NominationDraft, reference: str, submitted_at: datetime,
    source_reference: str | None = None,
) -> Nomination:
    """Add the rows of a new case, without a query, so that thousands go in at once."""
    case = Case(panel_id=panel_id, reference=reference, opened_at=work.now)
    bound = {"panel_id": panel_id, "case_id": case.id}
    victim = Person(**bound, kind=PartyKind.VICTIM, **_person(draft.victim))
    perpetrator = Person(**bound, kind=PartyKind.PERPETRATOR, **_person(draft.perpetrator))
    contact = SafeContact(**bound, person_id=victim.id, unchecked_since=work.now, **_contact(draft.contact))
    nomination = Nomination(
        **bound, agency_id=agency_id, sender_id=work.actor.user_id, reference=reference,
        source_reference=source_reference, submitted_at=submitted_at, urgent=draft.emergency,
        brought_in=source_reference is not None, repeat="repeat" in draft.criteria, **_nomination(draft),
    )
    work.session.add_all([case, victim, perpetrator, contact, nomination])
    work.seal_for(case.id)
    if draft.others or draft.incidents or draft.sharing.is_made:
        # What names the nomination goes in after it: nothing but the tables knows of the order.
        work.session.flush()
        _put_beside(work, Rows(nomination, victim, perpetrator, contact), draft)
    return nomination


def rows_of(session: Session, nomination: Nomination) -> Rows:
    """Return the rows beside a nomination. Four statements."""
    return rows_of_all(session, [nomination])[nomination.id]


def rows_of_all(session: Session, nominations: Sequence[Nomination]) -> dict[UUID, Rows]:
    """Return the rows beside each of several nominations. Four statements, however many they are."""
    cases, ids = [said.case_id for said in nominations], [said.id for said in nominations]
    people = _by(session.scalars(
        select(Person).where(Person.case_id.in_(cases)).order_by(Person.position, Person.id)), "case_id")
    contacts = _by(session.scalars(select(SafeContact).where(SafeContact.case_id.in_(cases))), "case_id")
    happened = _by(session.scalars(
        select(Incident).where(Incident.nomination_id.in_(ids), Incident.taken_back_at.is_(None))
        .order_by(Incident.position, Incident.id)
    ), "nomination_id")
    shared = _by(session.scalars(select(SharingDecision).where(SharingDecision.nomination_id.in_(ids))),
                 "nomination_id")
    return {
        said.id: _rows(said, people[said.case_id], contacts[said.case_id], happened.get(said.id, ()),
                       shared.get(said.id, ()))
        for said in nominations
    }


def _by(rows: Iterable[Any], name: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _rows(said: Nomination, people: Sequence[Person], contacts: Sequence[SafeContact], happened: Sequence[Incident],
          shared: Sequence[SharingDecision]) -> Rows:
    victim = next(p for p in people if p.kind is PartyKind.VICTIM and not p.position)
    perpetrator = next(p for p in people if p.kind is PartyKind.PERPETRATOR and not p.position)
    contact = next(contact for contact in contacts if contact.person_id == victim.id)
    return Rows(said, victim, perpetrator, contact, tuple(p for p in people if p.position), tuple(happened),
                next(iter(shared), None))


def put(work: Work, rows: Rows, draft: NominationDraft) -> list[str]:
    """Write a changed draft into its rows and return the names of what changed."""
    changed = (
        _change(rows.nomination, _nomination(draft)) + _change(rows.victim, _person(draft.victim), "victim")
        + _change(rows.perpetrator, _person(draft.perpetrator), "perpetrator")
        + _change(rows.contact, _contact(draft.contact), "contact")
        + _put_beside(work, rows, draft)
    )
    if changed:
        # Whoever reads the nomination meanwhile is to notice, whichever of its rows has changed.
        flag_modified(rows.nomination, "criteria")
    return changed


def _put_beside(work: Work, rows: Rows, draft: NominationDraft) -> list[str]:
    """Write the people besides the pair, the incidents and the decision to share."""
    said = rows.nomination
    bound = {"panel_id": said.panel_id, "case_id": said.case_id}
    entered = {"nomination_id": said.id, "agency_id": said.agency_id, "entered_by_id": work.actor.user_id,
               "entered_at": work.now}
    changed = _put_entries(
        work, rows.others, [(party.id, _other(party, place)) for place, party in enumerate(draft.others, 1)],
        lambda values: Person(**bound, **values), "others")
    changed += _put_entries(
        work, rows.incidents, [(one.id, _incident(one, place)) for place, one in enumerate(draft.incidents)],
        lambda values: Incident(**bound, **entered, **values), "incidents")
    return changed + _put_sharing(work, rows, draft, bound)


def _put_entries(work: Work, kept: Sequence[Any], said: Sequence[tuple[UUID | None, dict[str, Any]]],
                 make: Callable[[dict[str, Any]], Any], name: str) -> list[str]:
    """Make what is new, change what is kept, and take away what is no longer said."""
    here = {row.id: row for row in kept}
    changed = False
    for id_, values in said:
        row = here.pop(id_, None)
        if row is None:
            work.session.add(make(values))
        changed = bool(_change(row, values)) or changed if row is not None else True
    for row in here.values():
        work.session.delete(row)
    return [name] if changed or here else []


def _put_sharing(work: Work, rows: Rows, draft: NominationDraft, bound: dict[str, UUID]) -> list[str]:
    said = draft.sharing
    values = {"purpose": said.purpose, "basis": said.basis, "gateway": said.gateway, "reason": said.reason}
    if rows.sharing is not None:
        return _change(rows.sharing, values, "sharing")
    if not said.is_made:
        return []
    work.session.add(SharingDecision(
        **bound, **values, nomination_id=rows.nomination.id, decided_by_id=work.actor.user_id, decided_at=work.now,
    ))
    return ["sharing"]


def draft_of(rows: Rows) -> NominationDraft:
    """Return what the rows say as the draft that they were made of."""
    said, contact, sharing = rows.nomination, rows.contact, rows.sharing
    return NominationDraft(
        victim=_party(rows.victim), perpetrator=_party(rows.perpetrator),
        others=tuple(_party(person, person.kind) for person in rows.others),
        contact=SafeContactDraft(contact.postcode or "", contact.telephone or "", contact.telephone_safe,
                                 contact.notes or ""),
        relationship=said.relationship, behaviours=tuple(said.behaviours),
        four={Four(name): Answer(answer) for name, answer in said.four.items()},
        incidents=tuple(
            incidents.Incident(row.happened_on, row.what or "", tuple(row.behaviours), row.reported, row.breach,
                               row.information, row.id)
            for row in rows.incidents
        ),
        criteria=tuple(said.criteria), criteria_reasons=dict(said.criteria_reasons or {}), risk_tool=said.risk_tool,
        risk_result=said.risk_result or "", risk_assessed_on=said.risk_assessed_on,
        risk_assessor=said.risk_assessor or "", typology=said.typology, offences=tuple(said.offences),
        orders=tuple(orders.read(text) for text in said.orders), children=said.children,
        last_incident_on=said.last_incident_on, incidents_last_12_months=said.incidents_last_12_months,
        victim_aware=said.victim_aware, consent=said.consent,
        sharing=SharingDraft(sharing.purpose or "", sharing.basis, sharing.gateway, sharing.reason or "")
        if sharing else SharingDraft(),
        victim_wishes=said.wishes or "", advocate_offered=said.advocate_offered,
        question=said.question or "", narrative=said.narrative or "", presenter=said.presenter or "",
        contact_name=said.contact_name, contact_email=said.contact_email, emergency=said.emergency,
        emergency_reason=said.emergency_reason or "", nothing_to_say=frozenset(said.nothing_to_say),
    )


def _party(person: Person, kind: PartyKind | None = None) -> PartyDraft:
    return PartyDraft(person.given_name or "", person.family_name or "", tuple(person.aliases or ()),
                      person.born_on, person.gender, kind, person.relationship, person.school or "",
                      person.note or "", person.id)


def _person(party: PartyDraft) -> dict[str, Any]:
    return {
        "given_name": party.given_name, "family_name": party.family_name, "aliases": list(party.aliases) or None,
        "born_on": party.born_on, "gender": party.gender,
    }


def _other(party: PartyDraft, position: int) -> dict[str, Any]:
    return _person(party) | {"kind": party.kind, "relationship": party.relationship, "school": party.school,
                             "note": party.note, "position": position}


def _incident(incident: incidents.Incident, position: int) -> dict[str, Any]:
    return {"happened_on": incident.on, "what": incident.what, "behaviours": list(incident.behaviours),
            "reported": incident.reported, "breach": incident.breach, "information": incident.information,
            "position": position}


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
        "narrative": draft.narrative, "presenter": draft.presenter,
        "behaviours": list(draft.behaviours), "four": {str(k): str(v) for k, v in draft.four.items()},
        "criteria_reasons": dict(draft.criteria_reasons) or None, "risk_assessed_on": draft.risk_assessed_on,
        "risk_assessor": draft.risk_assessor, "consent": draft.consent, "emergency": draft.emergency,
        "emergency_reason": draft.emergency_reason, "nothing_to_say": sorted(draft.nothing_to_say),
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
    return None if value in ("", [], {}) else value
