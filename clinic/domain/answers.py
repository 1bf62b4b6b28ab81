"""What a panel asks for, and what was answered, in words that people read.

A field whose empty answer is an answer says so: “Not known” is not the same as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from clinic.domain.cases import Answer, Gender, PartyKind
from clinic.domain.drafts import NominationDraft, PartyDraft
from clinic.domain.faults import MOST_INCIDENTS
from clinic.domain.nominations import AdvocateOffer, ConsentPosition, Four, VictimAwareness
from clinic.domain.orders import Order

# What each question is called. Its name is that of `faults.MISSING`.
LABELS = {
    "victim_given_name": "The victim's given name", "victim_family_name": "The victim's family name",
    "victim_date_of_birth": "The victim's date of birth", "victim_postcode": "The victim's postcode",
    "victim_phone_safe": "Whether it is safe to ring", "victim_safe_contact_notes": "How to make contact safely",
    "perpetrator_given_name": "The perpetrator's name",
    "perpetrator_date_of_birth": "The perpetrator's date of birth",
    "relationship": "What the perpetrator is to the victim", "others": "Other people",
    "children": "Children in the household", "typology": "Kind of stalking",
    "behaviours": "What the perpetrator does", "four": "Fixated, obsessive, unwanted, repeated",
    "last_incident_on": "The last incident", "incidents_last_12_months": "Incidents in the last 12 months",
    "incidents": "Incidents, each with its day", "criteria": "Criteria", "risk_tool": "Risk tool",
    "risk_result": "Its result", "risk_assessed_on": "Day of the assessment", "risk_assessor": "Who assessed",
    "offences": "Offences under investigation or charged", "orders": "Orders",
    "victim_aware": "Whether the victim knows of the nomination",
    "consent": "The victim's position on sharing, and the decision to share",
    "advocate_offered": "Whether an independent advocate was offered", "victim_wishes": "What the victim wants",
    "question": "The question to the panel", "narrative": "What has happened", "presenter": "Who presents the case",
    "contact_name": "Who answers for the nomination", "contact_email": "Their e-mail address",
}
# What an empty answer says, where it is an answer.
NOTHING = {
    "victim_date_of_birth": "Not known", "perpetrator_date_of_birth": "Not known", "others": "Nobody else",
    "children": "Not known", "last_incident_on": "Not known", "incidents_last_12_months": "Not known",
    "incidents": "None to add", "risk_assessed_on": "Not known", "offences": "None", "orders": "None",
    "victim_postcode": "Not known", "victim_wishes": "The victim has not been asked",
    "victim_phone_safe": "Not asked", "presenter": "The agency's representative",
}
AWARE = {
    VictimAwareness.AWARE: "Yes, the victim knows of it",
    VictimAwareness.NOT_AWARE_UNSAFE: "No: telling the victim would not be safe",
    VictimAwareness.NOT_AWARE_UNABLE_TO_CONTACT: "No: the victim could not be reached",
    VictimAwareness.NOT_AWARE_OTHER: "No: another reason",
}
ADVOCATE = {
    AdvocateOffer.ACCEPTED: "Yes, and accepted", AdvocateOffer.DECLINED: "Yes, and declined",
    AdvocateOffer.NOT_OFFERED: "No", AdvocateOffer.NOT_ASKED: "Nobody has asked", AdvocateOffer.NOT_KNOWN: "Not known",
}
CONSENT = {
    ConsentPosition.GIVEN: "The victim agrees",
    ConsentPosition.REFUSED_SHARED_ANYWAY: "The victim refuses; it is shared all the same",
    ConsentPosition.NOT_SOUGHT_UNSAFE: "Not asked: it would not be safe",
    ConsentPosition.NOT_SOUGHT_UNABLE: "Not asked: nobody could",
    ConsentPosition.LACKS_CAPACITY: "The victim lacks the capacity to decide",
    ConsentPosition.WITHDRAWN: "The victim has taken the agreement back",
}
FOUR = {
    Four.FIXATED: "Fixated", Four.OBSESSIVE: "Obsessive", Four.UNWANTED: "Unwanted", Four.REPEATED: "Repeated",
}
KINDS = {
    PartyKind.PERPETRATOR: "Another perpetrator", PartyKind.CHILD: "Child",
    PartyKind.SECONDARY_VICTIM: "Somebody else who is targeted",
    PartyKind.ASSOCIATE_OF_PERPETRATOR: "Somebody who helps the perpetrator",
    PartyKind.HOUSEHOLD_MEMBER: "Member of the household", PartyKind.PROFESSIONAL_AT_RISK: "Professional at risk",
}
Labels = Mapping[str, Mapping[str, str]]


def in_words(draft: NominationDraft, name: str, labels: Labels) -> tuple[str, ...]:
    """Return what was answered to a question, a line for each part; nothing where nobody has said anything.

    `labels` holds, for each name of `drafts.lists_for`, the codes with their labels.
    """
    lines = tuple(line for line in _lines(draft, name, labels) if line)
    if not lines and name in draft.nothing_to_say:
        return (NOTHING.get(name, "None"),)
    return lines


def _lines(draft: NominationDraft, name: str, labels: Labels) -> tuple[str, ...]:
    match name:
        case "victim_given_name":
            return (draft.victim.given_name,)
        case "victim_family_name":
            return (draft.victim.family_name, *_beside(draft.victim))
        case "perpetrator_given_name":
            party = draft.perpetrator
            return (f"{party.given_name} {party.family_name}".strip(), *_beside(party))
        case "victim_date_of_birth" | "perpetrator_date_of_birth":
            return (day(getattr(draft, name.partition("_")[0]).born_on),)
        case "last_incident_on" | "risk_assessed_on":
            return (day(getattr(draft, name)),)
        case "victim_postcode":
            return (draft.contact.postcode,)
        case "victim_phone_safe":
            safe = draft.contact.telephone_safe
            return (draft.contact.telephone, "" if safe is Answer.NOT_ASKED else f"Safe to ring: {_words(safe)}")
        case "victim_safe_contact_notes":
            return (draft.contact.notes,)
        case "others":
            return tuple(_person(party, labels) for party in draft.others)
        case "children":
            return (str(draft.children) if draft.children is not None else "",)
        case "incidents_last_12_months":
            return (_count(draft.incidents_last_12_months),)
        case "incidents":
            return _incidents(draft)
        case "four":
            return tuple(f"{FOUR[one]}: {_words(answer)}" for one, answer in draft.four.items())
        case "criteria":
            return tuple(_criterion(draft, code, labels) for code in draft.criteria)
        case "orders":
            return tuple(_order(order, labels) for order in draft.orders)
        case "consent":
            return _consent(draft, labels)
        case "victim_aware":
            return (AWARE[draft.victim_aware],) if draft.victim_aware else ()
        case "advocate_offered":
            return (ADVOCATE[draft.advocate_offered],) if draft.advocate_offered else ()
        case "relationship" | "typology" | "risk_tool":
            return (_label(labels, name, getattr(draft, name)),)
        case "behaviours" | "offences":
            return tuple(_label(labels, name, code) for code in getattr(draft, name))
    return (getattr(draft, name),)


def day(value: date | None) -> str:
    return f"{value.day} {value:%B %Y}" if value else ""


def _words(code: str) -> str:
    return code.replace("_", " ")


def _label(labels: Labels, name: str, code: str) -> str:
    return labels.get(name, {}).get(code, code)


def _beside(party: PartyDraft) -> tuple[str, ...]:
    also = f"Also {', '.join(party.aliases)}" if party.aliases else ""
    return also, "" if party.gender is Gender.NOT_KNOWN else _words(party.gender).capitalize()


def _person(party: PartyDraft, labels: Labels) -> str:
    parts = (f"{party.given_name} {party.family_name}".strip(), KINDS.get(party.kind, ""),
             f"born on {day(party.born_on)}" if party.born_on else "",
             _label(labels, "relationship", party.relationship), party.school)
    return ", ".join(part for part in parts if part)


def _count(number: int | None) -> str:
    if number is None:
        return ""
    return f"{MOST_INCIDENTS} or more" if number >= MOST_INCIDENTS else str(number)


def _incidents(draft: NominationDraft) -> tuple[str, ...]:
    if not draft.incidents:
        return ()
    days = sorted(incident.on for incident in draft.incidents)
    if len(days) == 1:
        return (f"1, on {day(days[0])}",)
    return (f"{len(days)}, from {day(days[0])} to {day(days[-1])}",)


def _criterion(draft: NominationDraft, code: str, labels: Labels) -> str:
    reason = draft.criteria_reasons.get(code, "")
    return _label(labels, "criteria", code) + (f": {reason}" if reason else "")


def _order(order: Order, labels: Labels) -> str:
    until = f", until {day(order.expires_on)}" if order.expires_on else ""
    return f"{_label(labels, 'order_kind', order.kind)}: {_words(order.status)} {day(order.on)}{until}"


def _consent(draft: NominationDraft, labels: Labels) -> tuple[str, ...]:
    if draft.consent is None:
        return ()
    sharing = draft.sharing
    return (CONSENT[draft.consent], sharing.purpose, _label(labels, "basis", sharing.basis),
            _label(labels, "gateway", sharing.gateway), sharing.reason)
