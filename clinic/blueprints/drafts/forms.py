"""The pages of a nomination as forms. Fields are named as faults name them (`domain.faults`).

One form holds every field that any panel can ask for; a page keeps those that its panel asks
there, in its order. Nothing is required here: what must be answered is the panel's to say, and
which codes it knows the use case's to check. There is no field for the victim's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from wtforms import HiddenField

from clinic.domain import orders
from clinic.domain.answers import ADVOCATE, AWARE, CONSENT, FOUR, LABELS
from clinic.domain.cases import Answer, Gender
from clinic.domain.drafts import NominationDraft, PartyDraft, SharingDraft
from clinic.domain.errors import RuleBroken, RulesBroken
from clinic.domain.faults import LIMITS, MOST_CHILDREN, MOST_INCIDENTS, REASONED
from clinic.domain.nominations import AdvocateOffer, ConsentPosition, Four, VictimAwareness
from clinic.domain.orders import Order, OrderStatus
from clinic.domain.questions import Need, Question
from clinic.web.fields import (
    Choice,
    DateParts,
    Email,
    Form,
    ListPick,
    ListSeveral,
    LongText,
    Pick,
    Text,
    Tick,
    WholeNumber,
    number,
    options,
)

_SEVERAL = "Separate several with semicolons."
_YES_OR_NO = tuple(options(Answer))
REASONS = {code: f"reason_{code}" for code in sorted(REASONED)}
_FOUR = {one: f"four_{one}" for one in Four}
_ORDER_PARTS = ("kind", "status", "on", "until")
ORDERS = tuple(f"order_{n}_{part}" for n in range(1, orders.MOST + 1) for part in _ORDER_PARTS)
# Questions that are asked with several fields, or with fields of other names.
FIELDS = {
    "victim_family_name": ("victim_family_name", "victim_aliases", "victim_gender"),
    "perpetrator_given_name": ("perpetrator_given_name", "perpetrator_family_name", "perpetrator_aliases",
                               "perpetrator_gender"),
    "victim_phone_safe": ("victim_phone", "victim_phone_safe"),
    "criteria": ("criteria", *REASONS.values()),
    "consent": ("consent", "sharing_purpose", "sharing_basis", "sharing_gateway", "sharing_reason"),
    "four": tuple(_FOUR.values()), "orders": ORDERS, "others": (), "incidents": (),
}
# Questions whose empty answer can be an answer, and the box that says so.
NOTHING = {
    "victim_date_of_birth": "The victim's date of birth is not known",
    "perpetrator_date_of_birth": "The perpetrator's date of birth is not known",
    "others": "There is nobody else to name", "children": "The number of children is not known",
    "last_incident_on": "The day of the last incident is not known",
    "incidents_last_12_months": "The number of incidents is not known",
    "incidents": "There are no incidents to add", "risk_assessed_on": "The day of the assessment is not known",
    "offences": "There are no offences", "orders": "There are no orders",
    "victim_postcode": "The victim's postcode is not known", "victim_wishes": "The victim has not been asked",
    "presenter": "Our agency's representative presents it",
}
# Where a fault is shown that belongs to no single field.
_SHOWN_AT = {"orders": "order_1_kind", "others": "others_nothing", "incidents": "incidents_nothing"}


def _answers(words: dict[Any, str]) -> list[tuple[str, str]]:
    return [(code.value, text) for code, text in words.items()]


def box(question: str) -> str:
    """Return the name of the box that says that a question's empty answer is its answer."""
    return f"{question}_nothing"


class AnswersForm(Form):
    """A page of a nomination; `asked` are the questions of the page."""

    asked: Sequence[Question] = ()
    version = HiddenField(default="0")
    #: where the page leads afterwards: nothing = to the next page
    back = HiddenField(default="")
    #: which button was pressed
    go = HiddenField(default="on")

    victim_given_name = Text("Given name", maximum=LIMITS["victim_given_name"])
    victim_family_name = Text("Family name", maximum=LIMITS["victim_family_name"])
    victim_aliases = Text("Other names and spellings", maximum=LIMITS["victim_aliases"], hint=_SEVERAL)
    victim_gender = Choice("Gender", options(Gender), "")
    victim_date_of_birth = DateParts("Date of birth", hint="For example, 27 3 1990")

    perpetrator_given_name = Text("Given name", maximum=LIMITS["perpetrator_given_name"],
                                  hint="Enter “Not known” for somebody whose name nobody knows.")
    perpetrator_family_name = Text("Family name", maximum=LIMITS["perpetrator_family_name"])
    perpetrator_aliases = Text("Other names and spellings", maximum=LIMITS["perpetrator_aliases"], hint=_SEVERAL)
    perpetrator_gender = Choice("Gender", options(Gender), "")
    perpetrator_date_of_birth = DateParts("Date of birth", hint="For example, 27 3 1990")
    relationship = ListPick(LABELS["relationship"], (), "")
    typology = ListPick(LABELS["typology"], (), "", hint="If nobody has determined it, choose “Not determined”.")

    children = WholeNumber("Children in the household", 0, MOST_CHILDREN, hint="Enter 0 if there are none.")
    narrative = LongText("What has happened", maximum=LIMITS["narrative"], rows=10,
                         hint="What, when, how it began and how it goes on; keep facts apart from opinions.")
    behaviours = ListSeveral("What does the perpetrator do?", (), hint="Choose all that apply.")
    last_incident_on = DateParts("When was the last incident?", hint="For example, 27 3 2026")
    incidents_last_12_months = WholeNumber(
        "How many incidents were there in the last 12 months?", 0, 99_999,
        hint=f"{MOST_INCIDENTS} stands for {MOST_INCIDENTS} or more.")

    criteria = ListSeveral("Which criteria are met?", (), hint="Choose all that apply.")
    risk_tool = ListPick("Which risk tool was used?", (), "", hint="Each is named with its edition.")
    risk_result = Text("Its result", maximum=LIMITS["risk_result"],
                       hint="In the tool's own scale. Leave empty for professional judgement only.")
    risk_assessed_on = DateParts("When was the assessment made?", hint="For example, 27 3 2026")
    risk_assessor = Text("Who made the assessment?", maximum=LIMITS["risk_assessor"])
    offences = ListSeveral("Offences under investigation or charged", (), hint="Choose all that apply.")

    victim_postcode = Text("Postcode", maximum=LIMITS["victim_postcode"],
                           hint="It decides the area. Do not enter the address anywhere in this nomination.")
    victim_phone = Text("Telephone", maximum=LIMITS["victim_phone"])
    victim_phone_safe = Choice("Is it safe to ring the victim?", _YES_OR_NO, "")
    victim_safe_contact_notes = LongText(
        "How can contact be made safely?", maximum=LIMITS["victim_safe_contact_notes"], rows=3,
        hint="Times, words to use, and whom it is not safe to talk to.")

    victim_aware = Choice("Does the victim know of this nomination?", _answers(AWARE), "")
    consent = Choice("What does the victim say to the sharing?", _answers(CONSENT), "",
                     hint="It is recorded; it is not what makes the sharing lawful.")
    sharing_purpose = Text("For what purpose is it shared?", maximum=LIMITS["sharing_purpose"])
    sharing_basis = ListPick("On what lawful basis?", (), "")
    sharing_gateway = ListPick("Legal gateway (optional)", (), "")
    sharing_reason = LongText("Why is it right to share without the victim's agreement?",
                              maximum=LIMITS["sharing_reason"], rows=4,
                              hint="What harm may come, to whom, and why what is shared is proportionate.")
    victim_wishes = LongText("What does the victim want?", maximum=LIMITS["victim_wishes"],
                             hint="In their own words where you can.")
    advocate_offered = Choice("Has an independent advocate been offered?", _answers(ADVOCATE), "")

    question = LongText("What is the question to the panel?", maximum=LIMITS["question"], rows=3,
                        hint="What should be different after the meeting?")
    presenter = Text("Who presents the case?", maximum=LIMITS["presenter"])
    contact_name = Text("Who in your agency answers for this nomination?", maximum=LIMITS["contact_name"])
    contact_email = Email("Their e-mail address", "", maximum=LIMITS["contact_email"])

    # ── which of all these a page keeps ─────────────────────────────────────────────────────────────────

    def ask(self, asked: Sequence[Question]) -> None:
        """Keep the fields of a page's questions, in the order of the page."""
        self.asked = asked
        names = [name for question in asked for name in self.names_of(question.field)]
        self._fields = {name: self._fields[name] for name in (*_ALWAYS, *names) if name in self._fields}

    def names_of(self, question: str) -> tuple[str, ...]:
        """Return the names of the fields that a question is asked with."""
        names = FIELDS.get(question, (question,))
        return (*names, box(question)) if question in NOTHING else names

    def offer(self, lists: dict[str, dict[str, str]]) -> None:
        """Put the panel's lists into the fields that choose from them, and say which answers may be left out."""
        codes = {"sharing_basis": "basis", "sharing_gateway": "gateway"}
        for name, field in self._fields.items():
            pairs = list(lists.get("order_kind" if name.endswith("_kind") else codes.get(name, name), {}).items())
            if isinstance(field, ListPick):
                field.offer(pairs)
            elif isinstance(field, ListSeveral):
                field.choices = pairs
        for code, name in REASONS.items():
            if name in self._fields and code in lists["criteria"]:
                self._fields[name].label.text = f"{lists['criteria'][code]}: what is it based on?"
            else:
                self._fields.pop(name, None)
        self._mark_optional()

    def _mark_optional(self) -> None:
        optional = {name for question in self.asked if question.need is Need.MAY
                    for name in FIELDS.get(question.field, (question.field,))[:1]}
        for name in optional | {"victim_aliases", "perpetrator_aliases", "perpetrator_family_name", "victim_gender",
                                "perpetrator_gender", "victim_phone"}:
            if name in self._fields and not name.startswith("order_"):
                self._fields[name].label.text += " (optional)"

    @property
    def order_rows(self) -> list[tuple]:
        """Return the fields of the orders, a tuple for each: kind, status, day, last day."""
        return [tuple(self._fields[f"order_{n}_{part}"] for part in _ORDER_PARTS) for n in range(1, orders.MOST + 1)]

    @property
    def seen_version(self) -> int:
        return number(self.version.data)

    @property
    def later(self) -> bool:
        """Whether any button but the one that goes on was pressed: what is kept then need not be whole."""
        return self.go.data != "on"

    def refuse(self, broken: RuleBroken) -> None:
        super().refuse(RulesBroken([RuleBroken(one.message, self._place(one.field or "")) for one in broken.each]))

    def _place(self, name: str) -> str:
        """Return the field at which a fault is shown."""
        if name == "four":
            return next((field for field in _FOUR.values() if not self._fields[field].data), name)
        if name == "criteria_reasons":
            chosen = (REASONS[code] for code in self.criteria.data or () if code in REASONS)
            return next((field for field in chosen if not self._fields[field].data), name)
        return _SHOWN_AT.get(name, name)

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        for question in self.asked:
            if question.field in NOTHING and self._fields[box(question.field)].data and self._answered(question.field):
                self._fields[box(question.field)].errors = [
                    "You gave an answer and said that there is none: take one of them out"]
                sound = False
        return self._whole_orders() and sound

    def _answered(self, question: str) -> bool:
        names = FIELDS.get(question, (question,))
        return any(self._fields[name].data or getattr(self._fields[name], "parts", None) and
                   any(self._fields[name].parts.values()) for name in names)

    def _whole_orders(self) -> bool:
        if "order_1_kind" not in self._fields:
            return True
        sound = True
        for kind, status, on, until in self.order_rows:
            if kind.data and not status.data:
                status.errors = [*status.errors, "Choose how far this order is"]
            if kind.data and on.data is None and not on.errors:
                on.errors = [*on.errors, "Enter the day of this order"]
            if not kind.data and (status.data or on.data or until.data):
                kind.errors = [*kind.errors, "Choose what kind of order it is"]
            sound = sound and not (kind.errors or status.errors or on.errors)
        return sound

    # ── what a page says ────────────────────────────────────────────────────────────────────────────────

    def put_into(self, draft: NominationDraft) -> NominationDraft:
        """Return the draft with what this page says, and everything else as it was."""
        for question in self.asked:
            draft = replace(draft, **self._said(question.field, draft))
        asked = {question.field for question in self.asked}
        nothing = {name for name in asked & set(NOTHING) if self._fields[box(name)].data}
        if "victim_phone_safe" in asked and self.victim_phone_safe.data == Answer.NOT_ASKED:
            nothing.add("victim_phone_safe")
        return replace(draft, nothing_to_say=(draft.nothing_to_say - asked) | nothing)

    def _said(self, question: str, draft: NominationDraft) -> dict[str, Any]:
        """Return the fields of a draft that answer a question."""
        who = question.partition("_")[0]
        match question:
            case "others" | "incidents":
                return {}
            case "victim_given_name" | "victim_family_name" | "perpetrator_given_name":
                return {who: self._party(question, getattr(draft, who))}
            case "victim_date_of_birth" | "perpetrator_date_of_birth":
                return {who: replace(getattr(draft, who), born_on=self._fields[question].data)}
            case "victim_postcode":
                return {"contact": replace(draft.contact, postcode=self.victim_postcode.data or "")}
            case "victim_phone_safe":
                return {"contact": replace(draft.contact, telephone=self.victim_phone.data or "",
                                           telephone_safe=Answer(self.victim_phone_safe.data or Answer.NOT_ASKED))}
            case "victim_safe_contact_notes":
                return {"contact": replace(draft.contact, notes=self.victim_safe_contact_notes.data or "")}
            case "four":
                answers = {one: self._fields[name].data for one, name in _FOUR.items()}
                return {"four": {one: Answer(answer) for one, answer in answers.items() if answer}}
            case "criteria":
                return self._criteria()
            case "orders":
                return {"orders": tuple(
                    Order(kind.data, OrderStatus(status.data), on.data, until.data)
                    for kind, status, on, until in self.order_rows if kind.data)}
            case "consent":
                return self._consent()
            case "incidents_last_12_months":
                count = self.incidents_last_12_months.data
                return {question: None if count is None else min(count, MOST_INCIDENTS)}
            case "children" | "last_incident_on" | "risk_assessed_on":
                return {question: self._fields[question].data}
            case "behaviours" | "offences":
                return {question: tuple(self._fields[question].data or ())}
            case "victim_aware":
                return {question: _one(VictimAwareness, self.victim_aware.data)}
            case "advocate_offered":
                return {question: _one(AdvocateOffer, self.advocate_offered.data)}
        return {question: self._fields[question].data or ""}

    def _party(self, question: str, party: PartyDraft) -> PartyDraft:
        who = question.partition("_")[0]
        if question == "victim_given_name":
            return replace(party, given_name=self.victim_given_name.data or "")
        aliases = split_aliases(self._fields[f"{who}_aliases"].data)
        said = replace(party, family_name=self._fields[f"{who}_family_name"].data or "", aliases=aliases,
                       gender=Gender(self._fields[f"{who}_gender"].data or Gender.NOT_KNOWN))
        return said if who == "victim" else replace(said, given_name=self.perpetrator_given_name.data or "")

    def _criteria(self) -> dict[str, Any]:
        chosen = tuple(self.criteria.data or ())
        return {"criteria": chosen, "criteria_reasons": {
            code: self._fields[REASONS[code]].data or "" for code in chosen if code in REASONS}}

    def _consent(self) -> dict[str, Any]:
        position = _one(ConsentPosition, self.consent.data)
        if position is ConsentPosition.GIVEN:
            return {"consent": position, "sharing": SharingDraft()}
        return {"consent": position, "sharing": SharingDraft(
            self.sharing_purpose.data or "", self.sharing_basis.data or "", self.sharing_gateway.data or "",
            self.sharing_reason.data or "")}


_ALWAYS = ("csrf_token", "form_key", "version", "back", "go")
for _code, _name in REASONS.items():
    setattr(AnswersForm, _name, LongText("What is it based on?", maximum=LIMITS["criteria_reasons"], rows=3))
for _one_of, _name in _FOUR.items():
    setattr(AnswersForm, _name, Choice(f"Is it {FOUR[_one_of].lower()}?", _YES_OR_NO, ""))
for _question, _words in NOTHING.items():
    setattr(AnswersForm, box(_question), Tick(_words))
for _n in range(1, orders.MOST + 1):
    _which = f" of order {_n}"
    setattr(AnswersForm, f"order_{_n}_kind", ListPick(f"Kind{_which}", (), ""))
    setattr(AnswersForm, f"order_{_n}_status", Pick(f"How far{_which}", options(OrderStatus), ""))
    setattr(AnswersForm, f"order_{_n}_on", DateParts(f"Day{_which}"))
    setattr(AnswersForm, f"order_{_n}_until", DateParts(f"Last day{_which}",
                                                        hint="Leave empty when it runs until further order."))


def _one(kind: type[StrEnum], code: str | None) -> Any:
    return kind(code) if code else None


def split_aliases(text: str | None) -> tuple[str, ...]:
    return tuple(alias.strip() for alias in (text or "").split(";") if alias.strip())


def values_of(draft: NominationDraft, version: int, asked: Iterable[Question]) -> dict[str, Any]:
    """Return what a page shows of a draft that is being written."""
    names = {question.field for question in asked}
    values: dict[str, Any] = draft.texts() | {
        "version": str(version), "typology": draft.typology, "victim_aware": draft.victim_aware or "",
        "advocate_offered": draft.advocate_offered or "", "consent": draft.consent or "",
        "victim_phone_safe": _phone_safe(draft), "criteria": list(draft.criteria), "offences": list(draft.offences),
        "behaviours": list(draft.behaviours), "children": draft.children, "last_incident_on": draft.last_incident_on,
        "incidents_last_12_months": draft.incidents_last_12_months, "risk_assessed_on": draft.risk_assessed_on,
        "sharing_basis": draft.sharing.basis, "sharing_gateway": draft.sharing.gateway,
    }
    for who, party in (("victim", draft.victim), ("perpetrator", draft.perpetrator)):
        values |= {f"{who}_date_of_birth": party.born_on, f"{who}_gender": party.gender.value if any(party.identity)
                   else ""}
    values |= {name: draft.criteria_reasons.get(code, "") for code, name in REASONS.items()}
    values |= {name: draft.four.get(one, "") for one, name in _FOUR.items()}
    values |= {box(name): True for name in names & draft.nothing_to_say}
    for n, order in enumerate(draft.orders, 1):
        values |= _order_values(n, order.kind, order.status.value, order.on, order.expires_on)
    return values


def _phone_safe(draft: NominationDraft) -> str:
    safe = draft.contact.telephone_safe
    return safe.value if safe is not Answer.NOT_ASKED or "victim_phone_safe" in draft.nothing_to_say else ""


def _order_values(n: int, kind: str, status: str, on: date, until: date | None) -> dict[str, Any]:
    return {f"order_{n}_kind": kind, f"order_{n}_status": status, f"order_{n}_on": on, f"order_{n}_until": until}
