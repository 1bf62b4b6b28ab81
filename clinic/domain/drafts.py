"""What somebody says when they nominate: everything that was typed or imported, and what is wrong with it.

The names of the fields are those of the form and of the import's columns, so that a fault
is shown where it was typed. There is no field for the victim's address.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from clinic.domain import orders as order_rules
from clinic.domain.cases import Answer, Gender, age
from clinic.domain.errors import RuleBroken
from clinic.domain.nominations import AdvocateOffer, VictimAwareness
from clinic.domain.orders import Order
from clinic.domain.panels import PanelType

MOST_INCIDENTS = 100
MOST_CHILDREN = 30
NO_TOOL = "professional_judgement_only"
YOUNGEST_AT_MARAC = 16
# Lists that hold a panel's criteria, by its type. Nobody is nominated to a panel that has none.
_CRITERIA = {
    PanelType.MARAC: "criterion_marac",
    PanelType.STALKING_CLINIC: "criterion_clinic",
    PanelType.STALKING_INTERVENTION_PANEL: "criterion_clinic",
}
CLOSED_PANEL = "This panel takes no nominations: it looks at finished cases, which are chosen for it."
# The most characters that each text may have.
LIMITS = {
    "victim_given_name": 100, "victim_family_name": 100, "victim_aliases": 500,
    "perpetrator_given_name": 100, "perpetrator_family_name": 100, "perpetrator_aliases": 500,
    "victim_postcode": 40, "victim_phone": 60, "victim_safe_contact_notes": 1000,
    "victim_wishes": 4000, "risk_result": 100, "question": 1000, "narrative": 10_000,
    "presenter": 200, "contact_name": 200, "contact_email": 200,
}
_SEVERAL_LINES = frozenset({"victim_safe_contact_notes", "victim_wishes", "question", "narrative"})
_MISSING = {
    "victim_given_name": "Enter the victim's given name",
    "victim_family_name": "Enter the victim's family name",
    "relationship": "Choose what the perpetrator is to the victim",
    "risk_tool": "Choose the risk tool that was used",
    "victim_wishes": "Say what the victim wants, or that they have not been asked",
    "question": "Enter the question that the panel should answer",
    "narrative": "Say what has happened",
    "contact_name": "Enter who in your agency answers for this nomination",
    "contact_email": "Enter the e-mail address of who answers for this nomination",
}
_EMAIL = re.compile(r"[^@\s<>\"'()\[\],;:\\]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}", re.IGNORECASE)
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, and how to mend it."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class PartyDraft:
    given_name: str
    family_name: str
    aliases: tuple[str, ...] = ()
    born_on: date | None = None
    gender: Gender = Gender.NOT_KNOWN

    @property
    def identity(self) -> tuple[str, str, date | None]:
        """Return what makes two people the same on paper, whatever the capitals."""
        return self.given_name.casefold(), self.family_name.casefold(), self.born_on


@dataclass(frozen=True, slots=True)
class SafeContactDraft:
    postcode: str = ""
    telephone: str = ""
    telephone_safe: Answer = Answer.NOT_ASKED
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationDraft:
    """A nomination before it is sent. `incidents_last_12_months` is capped at 100."""

    victim: PartyDraft
    perpetrator: PartyDraft
    #: of the perpetrator to the victim
    relationship: str
    criteria: tuple[str, ...]
    risk_tool: str
    #: in the tool's own scale
    risk_result: str = ""
    typology: str = "not_determined"
    offences: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    #: nothing = not known
    children: int | None = None
    last_incident_on: date | None = None
    incidents_last_12_months: int | None = None
    victim_aware: VictimAwareness
    victim_wishes: str
    advocate_offered: AdvocateOffer
    question: str
    narrative: str
    presenter: str = ""
    contact_name: str
    contact_email: str
    contact: SafeContactDraft = field(default_factory=SafeContactDraft)

    def texts(self) -> dict[str, str]:
        """Return every text that was typed, by the name of its field."""
        victim, perpetrator, contact = self.victim, self.perpetrator, self.contact
        return {
            "victim_given_name": victim.given_name, "victim_family_name": victim.family_name,
            "victim_aliases": ";".join(victim.aliases), "perpetrator_given_name": perpetrator.given_name,
            "perpetrator_family_name": perpetrator.family_name, "perpetrator_aliases": ";".join(perpetrator.aliases),
            "victim_postcode": contact.postcode, "victim_phone": contact.telephone,
            "victim_safe_contact_notes": contact.notes, "relationship": self.relationship, "risk_tool": self.risk_tool,
            "risk_result": self.risk_result, "victim_wishes": self.victim_wishes, "question": self.question,
            "narrative": self.narrative, "presenter": self.presenter, "contact_name": self.contact_name,
            "contact_email": self.contact_email,
        }


def criteria_list(panel_type: PanelType) -> str:
    """Return the name of the list that holds a panel's criteria, or refuse a panel that takes no nominations."""
    if panel_type not in _CRITERIA:
        raise RuleBroken(CLOSED_PANEL)
    return _CRITERIA[panel_type]


def lists_for(panel_type: PanelType) -> dict[str, str]:
    """Return for each coded field the list that its codes come from."""
    return {
        "criteria": criteria_list(panel_type), "relationship": "relationship", "typology": "typology",
        "risk_tool": "risk_tool", "offences": "offence", "order_kind": "order_kind",
    }


def check(draft: NominationDraft, today: date, panel_type: PanelType, codes: Mapping[str, Collection[str]]) -> None:
    """Refuse a draft for the first thing that is wrong with it."""
    for fault in faults(draft, today, panel_type, codes):
        raise RuleBroken(fault.message, fault.field)


def faults(
    draft: NominationDraft, today: date, panel_type: PanelType, codes: Mapping[str, Collection[str]]
) -> Iterator[Fault]:
    """Yield everything that is wrong with a draft on its day, in the order of the form.

    `codes` holds, for each name of `lists_for`, the codes that the panel knows.
    """
    yield from _wrong_texts(draft)
    yield from _wrong_codes(draft, codes)
    yield from _wrong_people(draft, today, panel_type)
    yield from _wrong_numbers(draft, today)
    yield from _wrong_orders(draft, codes)


def _wrong_texts(draft: NominationDraft) -> Iterator[Fault]:
    texts = draft.texts()
    for name, text in texts.items():
        if not text.strip() and name in _MISSING:
            yield Fault(name, _MISSING[name])
        if len(text) > LIMITS.get(name, len(text)):
            yield Fault(name, f"This text must have {LIMITS[name]:,} characters or fewer: shorten it.")
        if "\n" in text and name not in _SEVERAL_LINES:
            yield Fault(name, "This must be one line: take the line break out.")
        if _UNKEEPABLE.search(text):
            yield Fault(name, "This text holds a character that cannot be kept: type it again.")
    if not draft.perpetrator.given_name and not draft.perpetrator.family_name:
        yield Fault("perpetrator_given_name", "Enter a name of the perpetrator, or “Not known”")
    if not draft.criteria:
        yield Fault("criteria", "Choose at least one criterion")
    if draft.contact_email and not _EMAIL.fullmatch(draft.contact_email):
        yield Fault("contact_email", "Enter an e-mail address like name@agency.example")


def _wrong_codes(draft: NominationDraft, codes: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    chosen = {
        "criteria": draft.criteria, "relationship": (draft.relationship,), "typology": (draft.typology,),
        "risk_tool": (draft.risk_tool,), "offences": draft.offences,
    }
    for name, values in chosen.items():
        unknown = [value for value in values if value and value not in codes[name]]
        if unknown:
            yield Fault(name, f"“{unknown[0][:60]}” is not on this panel's list: choose from the list.")
    if draft.risk_tool and draft.risk_tool != NO_TOOL and not draft.risk_result.strip():
        yield Fault("risk_result", "Enter the result of the risk tool, or choose professional judgement only")


def _wrong_people(draft: NominationDraft, today: date, panel_type: PanelType) -> Iterator[Fault]:
    for who, party in (("victim", draft.victim), ("perpetrator", draft.perpetrator)):
        born = party.born_on
        if born is not None and born > today:
            yield Fault(f"{who}_date_of_birth", "A date of birth cannot lie in the future: check the year.")
        elif born is not None and born.year < 1900:
            yield Fault(f"{who}_date_of_birth", "A date of birth must be in 1900 or later: check the year.")
        if len(party.aliases) > 20:
            yield Fault(f"{who}_aliases", "Enter 20 other names or fewer.")
    if draft.victim.identity == draft.perpetrator.identity:
        yield Fault("perpetrator_given_name", "The victim and the perpetrator have the same name and date of birth: "
                                              "check who is who.")
    if panel_type is PanelType.MARAC and _younger(draft.victim.born_on, YOUNGEST_AT_MARAC, today):
        yield Fault("victim_date_of_birth", "A MARAC hears victims of 16 or over: this victim is younger today. "
                                            "Ask children's services at once.")


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
