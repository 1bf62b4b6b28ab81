"""What is missing from a nomination or wrong with it, and the sentence that says how to mend it.

Pure. A fault names the field where it was typed, whether on a form or in a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from clinic.domain import incidents as incident_rules
from clinic.domain import orders as order_rules
from clinic.domain.cases import PartyKind, age
from clinic.domain.drafts import NominationDraft, PartyDraft
from clinic.domain.errors import RuleBroken, RulesBroken
from clinic.domain.nominations import ConsentPosition
from clinic.domain.panels import PanelType

MOST_INCIDENTS = 100
MOST_CHILDREN = 30
MOST_PEOPLE = 40
YOUNGEST_AT_MARAC = 16
# The most characters that each text may have.
LIMITS = {
    "victim_given_name": 100, "victim_family_name": 100, "victim_aliases": 500,
    "perpetrator_given_name": 100, "perpetrator_family_name": 100, "perpetrator_aliases": 500,
    "victim_postcode": 40, "victim_phone": 60, "victim_safe_contact_notes": 1000,
    "victim_wishes": 4000, "risk_result": 100, "question": 1000, "narrative": 10_000,
    "presenter": 200, "contact_name": 200, "contact_email": 200, "risk_assessor": 200, "emergency_reason": 1000,
    "sharing_purpose": 1000, "sharing_reason": 2000, "criteria_reasons": 2000,
    "other_given_name": 100, "other_family_name": 100, "other_aliases": 500, "school": 200, "note": 1000,
}
_SEVERAL_LINES = frozenset({
    "victim_safe_contact_notes", "victim_wishes", "question", "narrative", "emergency_reason", "sharing_purpose",
    "sharing_reason", "criteria_reasons",
})
# What a panel can ask for, and the sentence that asks for it where it is missing. A panel says which of these must be
# answered (`domain.questions`).
MISSING = {
    "victim_given_name": "Enter the victim's given name",
    "victim_family_name": "Enter the victim's family name",
    "victim_date_of_birth": "Enter the victim's date of birth, or say that it is not known",
    "victim_postcode": "Enter the victim's postcode: it decides the area",
    "victim_phone_safe": "Say whether it is safe to ring the victim",
    "victim_safe_contact_notes": "Say how contact can be made safely",
    "perpetrator_given_name": "Enter a name of the perpetrator, or “Not known”",
    "perpetrator_date_of_birth": "Enter the perpetrator's date of birth, or say that it is not known",
    "relationship": "Choose what the perpetrator is to the victim",
    "others": "Add the other people, or say that there are none",
    "children": "Enter the number of children in the household, or say that it is not known",
    "typology": "Choose the kind of stalking, or “Not determined”",
    "behaviours": "Choose what the perpetrator does",
    "four": "Answer each of the four questions, if only with “Not known”",
    "last_incident_on": "Enter the day of the last incident, or say that it is not known",
    "incidents_last_12_months": "Enter the number of incidents in the last 12 months, or say that it is not known",
    "incidents": "Add the incidents that you know of, or say that there are none to add",
    "criteria": "Choose at least one criterion",
    "risk_tool": "Choose the risk tool that was used",
    "risk_result": "Enter the result of the risk tool, or choose professional judgement only",
    "risk_assessed_on": "Enter the day of the assessment",
    "risk_assessor": "Enter who made the assessment",
    "offences": "Choose the offences, or say that there are none",
    "orders": "Add the orders, or say that there are none",
    "victim_aware": "Say whether the victim knows",
    "consent": "Say what the victim's position on sharing is",
    "advocate_offered": "Say whether an advocate has been offered",
    "victim_wishes": "Say what the victim wants, or that they have not been asked",
    "question": "Enter the question that the panel should answer",
    "narrative": "Say what has happened",
    "presenter": "Enter who presents the case",
    "contact_name": "Enter who in your agency answers for this nomination",
    "contact_email": "Enter the e-mail address of who answers for this nomination",
}
# What every nomination must say, whatever else its panel asks. An import is held to these.
ALWAYS = (
    "victim_given_name", "victim_family_name", "perpetrator_given_name", "relationship", "criteria", "risk_tool",
    "risk_result", "victim_wishes", "victim_aware", "advocate_offered", "question", "narrative", "contact_name",
    "contact_email",
)
# What even an emergency must say: who is in danger, from whom, of what, and who answers for it.
IN_AN_EMERGENCY = (
    "victim_given_name", "victim_family_name", "perpetrator_given_name", "narrative", "contact_name", "contact_email",
    "emergency_reason",
)
MISSING["emergency_reason"] = "Say why this cannot wait"
# Where the victim has not agreed, the decision to share all the same is written down.
SHARED_WITHOUT_CONSENT = frozenset({
    ConsentPosition.REFUSED_SHARED_ANYWAY, ConsentPosition.NOT_SOUGHT_UNSAFE, ConsentPosition.NOT_SOUGHT_UNABLE,
    ConsentPosition.LACKS_CAPACITY, ConsentPosition.WITHDRAWN,
})
_WHY_SHARED = {
    "purpose": "The victim has not agreed: say for what purpose it is shared",
    "basis": "The victim has not agreed: choose on what lawful basis it is shared",
    "reason": "The victim has not agreed: say why it is right to share all the same",
}
# Criteria that mean nothing without the judgement behind them.
# Source: SafeLives, referral criteria: the reason for professional judgement must be articulated.
REASONED = frozenset({"professional_judgement", "advocate_concern", "high_profile_or_staff"})
_EMAIL = re.compile(r"[^@\s<>\"'()\[\],;:\\]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}", re.IGNORECASE)
UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, and how to mend it."""

    field: str
    message: str


def check(
    draft: NominationDraft, today: date, panel_type: PanelType, codes: Mapping[str, Collection[str]],
    must: Collection[str] = ALWAYS,
) -> None:
    """Refuse a draft for the first thing that is wrong with it."""
    for fault in of(draft, today, panel_type, codes, must):
        raise RuleBroken(fault.message, fault.field)


def needed(draft: NominationDraft) -> tuple[str, ...]:
    """Return what a nomination cannot go without, whatever its panel asks."""
    return IN_AN_EMERGENCY if draft.emergency else ALWAYS


def refuse(found: Iterable[Fault]) -> None:
    """Refuse what has faults, each at its field."""
    broken = [RuleBroken(fault.message, fault.field) for fault in found]
    if broken:
        raise RulesBroken(broken)


def of(
    draft: NominationDraft, today: date, panel_type: PanelType, codes: Mapping[str, Collection[str]],
    must: Collection[str] = ALWAYS,
) -> Iterator[Fault]:
    """Yield everything that is missing from a draft or wrong with it on its day.

    `must` names what has to be answered; `codes` holds, for each name of `lists_for`, the codes that the panel knows.
    """
    yield from missing(draft, must)
    yield from wrong(draft, today, panel_type, codes)


def missing(draft: NominationDraft, must: Collection[str]) -> Iterator[Fault]:
    """Yield what has to be answered and is not, in the order of the form."""
    unanswered = draft.unanswered()
    for name, sentence in MISSING.items():
        if name in must and name in unanswered:
            yield Fault(name, sentence)


def wrong(
    draft: NominationDraft, today: date, panel_type: PanelType, codes: Mapping[str, Collection[str]]
) -> Iterator[Fault]:
    """Yield everything that was answered and cannot be so."""
    yield from _wrong_texts(draft)
    yield from _wrong_codes(draft, codes)
    yield from _wrong_people(draft, today, panel_type)
    yield from _wrong_others(draft, today, codes)
    yield from _wrong_numbers(draft, today)
    yield from _wrong_orders(draft, codes)
    yield from _wrong_incidents(draft, today, codes)
    yield from _wrong_sharing(draft, codes)


def _wrong_texts(draft: NominationDraft) -> Iterator[Fault]:
    for name, text in draft.texts().items():
        yield from _wrong_text(name, text)
    if draft.contact_email and not _EMAIL.fullmatch(draft.contact_email):
        yield Fault("contact_email", "Enter an e-mail address like name@agency.example")


def _wrong_text(name: str, text: str, field_name: str = "") -> Iterator[Fault]:
    if len(text) > LIMITS.get(name, len(text)):
        yield Fault(field_name or name, f"This text must have {LIMITS[name]:,} characters or fewer: shorten it.")
    if "\n" in text and name not in _SEVERAL_LINES:
        yield Fault(field_name or name, "This must be one line: take the line break out.")
    if UNKEEPABLE.search(text):
        yield Fault(field_name or name, "This text holds a character that cannot be kept: type it again.")


def _wrong_codes(draft: NominationDraft, codes: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    chosen = {
        "criteria": draft.criteria, "relationship": (draft.relationship,), "typology": (draft.typology,),
        "risk_tool": (draft.risk_tool,), "offences": draft.offences, "behaviours": draft.behaviours,
    }
    for name, values in chosen.items():
        unknown = [value for value in values if value and value not in codes[name]]
        if unknown:
            yield Fault(name, f"“{unknown[0][:60]}” is not on this panel's list: choose from the list.")
    for criterion in draft.criteria:
        if criterion in REASONED and draft.criteria_reasons and not draft.criteria_reasons.get(criterion, "").strip():
            yield Fault("criteria_reasons", "Give the reason for each criterion that rests on judgement")


def _wrong_people(draft: NominationDraft, today: date, panel_type: PanelType) -> Iterator[Fault]:
    for who, party in (("victim", draft.victim), ("perpetrator", draft.perpetrator)):
        born = party.born_on
        if born is not None and born > today:
            yield Fault(f"{who}_date_of_birth", "A date of birth cannot lie in the future: check the year.")
        elif born is not None and born.year < 1900:
            yield Fault(f"{who}_date_of_birth", "A date of birth must be in 1900 or later: check the year.")
        if len(party.aliases) > 20:
            yield Fault(f"{who}_aliases", "Enter 20 other names or fewer.")
    if any(draft.victim.identity) and draft.victim.identity == draft.perpetrator.identity:
        yield Fault("perpetrator_given_name", "The victim and the perpetrator have the same name and date of birth: "
                                              "check who is who.")
    if panel_type is PanelType.MARAC and _younger(draft.victim.born_on, YOUNGEST_AT_MARAC, today):
        yield Fault("victim_date_of_birth", "A MARAC hears victims of 16 or over: this victim is younger today. "
                                            "Ask children's services at once.")


def _wrong_others(draft: NominationDraft, today: date, codes: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    if len(draft.others) > MOST_PEOPLE:
        yield Fault("others", f"Name {MOST_PEOPLE} other people or fewer, and the rest in the narrative.")
    for party in draft.others:
        yield from wrong_party(draft, party, today, codes)


def wrong_party(
    draft: NominationDraft, party: PartyDraft, today: date, codes: Mapping[str, Collection[str]]
) -> Iterator[Fault]:
    """Yield what is wrong with one of the other people; the fields are those of their page."""
    for name in ("given_name", "family_name"):
        yield from _wrong_text(f"other_{name}", getattr(party, name))
    yield from _wrong_text("other_aliases", ";".join(party.aliases))
    yield from _wrong_text("school", party.school)
    yield from _wrong_text("note", party.note.replace("\n", " "))
    if party.kind in (None, PartyKind.VICTIM):
        yield Fault("other_kind", "Choose what this person is in the case")
    if not party.given_name.strip() and not party.family_name.strip():
        yield Fault("other_given_name", "Enter a name, or “Not known”")
    if party.relationship and party.relationship not in codes["relationship"]:
        yield Fault("other_relationship", "Choose what this person is to the victim from the list")
    born = party.born_on
    if born is not None and not date(1900, 1, 1) <= born <= today:
        yield Fault("other_date_of_birth", "A date of birth lies between 1900 and today: check the year.")
    if party.kind is PartyKind.PERPETRATOR and party.identity == draft.victim.identity:
        yield Fault("other_given_name", "The victim and this perpetrator have the same name and date of birth: "
                                        "check who is who.")


def _younger(born: date | None, years: int, today: date) -> bool:
    return born is not None and born <= today and age(born, today) < years


def _wrong_numbers(draft: NominationDraft, today: date) -> Iterator[Fault]:
    last = draft.last_incident_on
    if last is not None and last > today:
        yield Fault("last_incident_on", "The last incident cannot lie in the future: check the date.")
    if last is not None and last.year < 1950:
        yield Fault("last_incident_on", "The last incident must lie in 1950 or later: check the year.")
    if draft.children is not None and not 0 <= draft.children <= MOST_CHILDREN:
        yield Fault("children", f"The number of children must be from 0 to {MOST_CHILDREN}.")
    if draft.incidents_last_12_months is not None and not 0 <= draft.incidents_last_12_months <= MOST_INCIDENTS:
        yield Fault("incidents_last_12_months", f"Enter {MOST_INCIDENTS} for {MOST_INCIDENTS} incidents or more.")


def _wrong_orders(draft: NominationDraft, codes: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    if len(draft.orders) > order_rules.MOST:
        yield Fault("orders", f"Name the {order_rules.MOST} most important orders, and the others in the narrative.")
    for order in draft.orders:
        if order.kind not in codes["order_kind"]:
            yield Fault("orders", f"“{order.kind[:60]}” is not a kind of order on this panel's list.")
        try:
            order_rules.check(order)
        except RuleBroken as broken:
            yield Fault("orders", broken.message)


def _wrong_incidents(draft: NominationDraft, today: date, codes: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    if len(draft.incidents) > incident_rules.MOST:
        yield Fault("incidents", f"Add {incident_rules.MOST} incidents or fewer, and tell of the others in the "
                                 "narrative.")
    for incident in draft.incidents:
        try:
            incident_rules.check(incident, today, codes["behaviours"])
        except RuleBroken as broken:
            yield Fault("incidents", broken.message)


def _wrong_sharing(draft: NominationDraft, codes: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    for name, code in (("basis", draft.sharing.basis), ("gateway", draft.sharing.gateway)):
        if code and code not in codes[name]:
            yield Fault(f"sharing_{name}", "Choose one from the list")
    if draft.consent in SHARED_WITHOUT_CONSENT and not draft.emergency:
        for name, sentence in _WHY_SHARED.items():
            if not getattr(draft.sharing, name).strip():
                yield Fault(f"sharing_{name}", sentence)
