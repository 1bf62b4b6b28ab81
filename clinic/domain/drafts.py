"""What somebody says when they nominate: everything that was typed or imported, as one value.

The names of the fields are those of the form and of the import's columns, so that a fault
is shown where it was typed (`domain.faults`). There is no field for the victim's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from clinic.domain.cases import Answer, Gender, PartyKind
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import Incident
from clinic.domain.nominations import AdvocateOffer, ConsentPosition, Four, VictimAwareness
from clinic.domain.orders import Order
from clinic.domain.panels import PanelType

NO_TOOL = "professional_judgement_only"
# Lists that hold a panel's criteria, by its type. Nobody is nominated to a panel that has none.
_CRITERIA = {
    PanelType.MARAC: "criterion_marac",
    PanelType.STALKING_CLINIC: "criterion_clinic",
    PanelType.STALKING_INTERVENTION_PANEL: "criterion_clinic",
}
CLOSED_PANEL = "This panel takes no nominations: it looks at finished cases, which are chosen for it."


@dataclass(frozen=True, slots=True)
class PartyDraft:
    given_name: str
    family_name: str
    aliases: tuple[str, ...] = ()
    born_on: date | None = None
    gender: Gender = Gender.NOT_KNOWN
    #: what they are in the case, for everybody but the pair
    kind: PartyKind | None = None
    #: to the victim: a code of the `relationship` terms
    relationship: str = ""
    #: of a child
    school: str = ""
    note: str = ""
    #: of the row, once there is one
    id: UUID | None = None

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


@dataclass(frozen=True, slots=True)
class SharingDraft:
    """Why it is right to share without the victim's agreement. `basis` and `gateway` are codes of their terms."""

    purpose: str = ""
    basis: str = ""
    gateway: str = ""
    reason: str = ""

    @property
    def is_made(self) -> bool:
        return bool(self.purpose.strip() and self.basis and self.reason.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationDraft:
    """A nomination as far as it has been said; what is not answered yet is empty.

    `incidents_last_12_months` is capped at 100.
    """

    victim: PartyDraft = PartyDraft("", "")
    perpetrator: PartyDraft = PartyDraft("", "")
    #: further perpetrators, children, further victims and whoever else is in it
    others: tuple[PartyDraft, ...] = ()
    #: of the perpetrator to the victim
    relationship: str = ""
    behaviours: tuple[str, ...] = ()
    four: Mapping[Four, Answer] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    criteria: tuple[str, ...] = ()
    #: by criterion, where judgement is used
    criteria_reasons: Mapping[str, str] = field(default_factory=dict)
    risk_tool: str = ""
    #: in the tool's own scale
    risk_result: str = ""
    risk_assessed_on: date | None = None
    risk_assessor: str = ""
    typology: str = "not_determined"
    offences: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    #: nothing = not known
    children: int | None = None
    last_incident_on: date | None = None
    incidents_last_12_months: int | None = None
    victim_aware: VictimAwareness | None = None
    consent: ConsentPosition | None = None
    sharing: SharingDraft = SharingDraft()
    victim_wishes: str = ""
    advocate_offered: AdvocateOffer | None = None
    question: str = ""
    narrative: str = ""
    presenter: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact: SafeContactDraft = field(default_factory=SafeContactDraft)
    #: sent before everything is known, because it cannot wait
    emergency: bool = False
    emergency_reason: str = ""
    #: fields whose empty answer is an answer: “none”, or “not known”
    nothing_to_say: frozenset[str] = frozenset()

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
            "contact_email": self.contact_email, "risk_assessor": self.risk_assessor,
            "emergency_reason": self.emergency_reason, "sharing_purpose": self.sharing.purpose,
            "sharing_reason": self.sharing.reason, "criteria_reasons": "\n".join(self.criteria_reasons.values()),
        }

    def answers(self) -> dict[str, object]:
        """Return what was answered, by the name of each thing that a panel can ask for; empty where nothing was."""
        return {
            **self.texts(), "perpetrator_given_name": self.perpetrator.given_name or self.perpetrator.family_name,
            "victim_date_of_birth": self.victim.born_on, "perpetrator_date_of_birth": self.perpetrator.born_on,
            "victim_phone_safe": self.contact.telephone_safe is not Answer.NOT_ASKED, "others": self.others,
            "children": self.children is not None, "typology": self.typology, "behaviours": self.behaviours,
            "four": len(self.four) == len(Four), "last_incident_on": self.last_incident_on,
            "incidents_last_12_months": self.incidents_last_12_months is not None, "incidents": self.incidents,
            "criteria": self.criteria, "risk_assessed_on": self.risk_assessed_on, "offences": self.offences,
            "orders": self.orders, "victim_aware": self.victim_aware, "consent": self.consent,
            "advocate_offered": self.advocate_offered,
            "risk_result": self.risk_result or self.risk_tool in ("", NO_TOOL),
        }

    def unanswered(self) -> frozenset[str]:
        """Return the names of what nobody has said anything to."""
        said = {name: answer.strip() if isinstance(answer, str) else answer for name, answer in self.answers().items()}
        return frozenset(name for name, answer in said.items() if not answer) - self.nothing_to_say


def criteria_list(panel_type: PanelType) -> str:
    """Return the name of the list that holds a panel's criteria, or refuse a panel that takes no nominations."""
    if panel_type not in _CRITERIA:
        raise RuleBroken(CLOSED_PANEL)
    return _CRITERIA[panel_type]


def lists_for(panel_type: PanelType) -> dict[str, str]:
    """Return for each coded field the list that its codes come from."""
    return {
        "criteria": criteria_list(panel_type), "relationship": "relationship", "typology": "typology",
        "risk_tool": "risk_tool", "offences": "offence", "order_kind": "order_kind", "behaviours": "behaviour",
        "basis": "lawful_basis", "gateway": "gateway",
    }
