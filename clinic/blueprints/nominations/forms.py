"""Forms of nominating and deciding. Fields are named as the columns of an import are.

Which codes a panel knows is the use case's to check: the lists are put in when the page is
drawn, so the fields themselves take whatever was sent.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import HiddenField

from clinic.domain import orders
from clinic.domain.cases import Answer, Gender
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.faults import LIMITS, MOST_CHILDREN, MOST_INCIDENTS
from clinic.domain.nominations import (
    LONGEST_REASON,
    AdvocateOffer,
    TriageDecision,
    TriageOutcome,
    VictimAwareness,
)
from clinic.domain.orders import Order, OrderStatus
from clinic.web.fields import (
    Choice,
    DateParts,
    Email,
    Form,
    LongText,
    Pick,
    Several,
    Text,
    WholeNumber,
    options,
)

_UNKNOWN = "Leave empty when it is not known."
_SEVERAL = "Separate several with semicolons."


class ListPick(Pick):
    """One code of a panel's list."""

    def pre_validate(self, form: Form) -> None:
        """Take any code: the list is the panel's, and the use case holds the code against it."""


class ListSeveral(Several):
    """Any codes of a panel's list."""

    def pre_validate(self, form: Form) -> None:
        """Take any codes, as `ListPick` does."""


class PressForm(Form):
    """A button that is a form."""


def _number(text: str | None) -> int:
    """Return the version that a page carried; what is no number fits no row."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _answers(kind: type, words: dict[str, str]) -> list[tuple[str, str]]:
    return [(value, words.get(value, text)) for value, text in options(kind)]


_AWARE = {
    "aware": "Yes, the victim knows of it", "not_aware_unsafe": "No: telling the victim would not be safe",
    "not_aware_unable_to_contact": "No: the victim could not be reached", "not_aware_other": "No: another reason",
}
_ADVOCATE = {"accepted": "Yes, and accepted", "declined": "Yes, and declined", "not_offered": "No"}


class NominationForm(Form):
    """The whole nomination on one page. There is no field for the victim's address."""

    version = HiddenField(default="0")

    victim_given_name = Text("Given name", "Enter the victim's given name", LIMITS["victim_given_name"])
    victim_family_name = Text("Family name", "Enter the victim's family name", LIMITS["victim_family_name"])
    victim_aliases = Text("Other names and spellings", maximum=LIMITS["victim_aliases"], hint=_SEVERAL)
    victim_date_of_birth = DateParts("Date of birth", hint=f"For example, 27 3 1990. {_UNKNOWN}")
    victim_gender = Choice("Gender", options(Gender), "Choose a gender, or “Not known”")

    perpetrator_given_name = Text("Given name", maximum=LIMITS["perpetrator_given_name"],
                                  hint="Enter “Not known” for somebody whose name nobody knows.")
    perpetrator_family_name = Text("Family name", maximum=LIMITS["perpetrator_family_name"])
    perpetrator_aliases = Text("Other names and spellings", maximum=LIMITS["perpetrator_aliases"], hint=_SEVERAL)
    perpetrator_date_of_birth = DateParts("Date of birth", hint=f"For example, 27 3 1990. {_UNKNOWN}")
    perpetrator_gender = Choice("Gender", options(Gender), "Choose a gender, or “Not known”")
    relationship = ListPick("What the perpetrator is to the victim", (), "Choose what the perpetrator is to the victim")
    typology = ListPick("Kind of stalking", (), "Choose a kind, or “Not determined”")

    victim_aware = Choice("Does the victim know of this nomination?", _answers(VictimAwareness, _AWARE),
                          "Say whether the victim knows")
    victim_wishes = LongText(
        "What the victim wants", "Say what the victim wants, or that they have not been asked",
        LIMITS["victim_wishes"], hint="In their own words where you can. If nobody has asked, say “Not asked” and why.")
    advocate_offered = Choice("Has an independent advocate been offered?", _answers(AdvocateOffer, _ADVOCATE),
                              "Say whether an advocate has been offered")

    victim_postcode = Text("Postcode", maximum=LIMITS["victim_postcode"],
                           hint="It decides the area. Do not enter the address anywhere on this page.")
    victim_phone = Text("Telephone", maximum=LIMITS["victim_phone"])
    victim_phone_safe = Choice("Is it safe to ring this number?", options(Answer), "Say whether the number is safe")
    victim_safe_contact_notes = LongText(
        "How to make contact safely", maximum=LIMITS["victim_safe_contact_notes"], rows=3,
        hint="Times, words to use, and whom it is not safe to talk to.")

    criteria = ListSeveral("Which criteria are met?", (), "Choose at least one criterion",
                           hint="Choose all that apply.")
    risk_tool = ListPick("Risk tool", (), "Choose the risk tool that was used")
    risk_result = Text("Its result", maximum=LIMITS["risk_result"],
                       hint="In the tool's own scale. Leave empty for professional judgement only.")
    children = WholeNumber("Children in the household", 0, MOST_CHILDREN, hint=_UNKNOWN)
    last_incident_on = DateParts("Last incident", hint=f"For example, 27 3 2026. {_UNKNOWN}")
    incidents_last_12_months = WholeNumber(
        "Incidents in the last 12 months", 0, 99_999,
        hint=f"{MOST_INCIDENTS} stands for {MOST_INCIDENTS} or more. {_UNKNOWN}")
    offences = ListSeveral("Offences under investigation or charged", (), hint="Choose all that apply, or none.")

    question = LongText("The question to the panel", "Enter the question that the panel should answer",
                        LIMITS["question"], hint="What should be different after the meeting?", rows=3)
    narrative = LongText(
        "What has happened", "Say what has happened", LIMITS["narrative"], rows=10,
        hint="What, when, how it began and how it goes on; keep facts apart from opinions.")
    presenter = Text("Who presents the case", maximum=LIMITS["presenter"],
                     hint="Leave empty when your representative presents it.")
    contact_name = Text("Who answers for this nomination", "Enter who in your agency answers for this nomination",
                        LIMITS["contact_name"])
    contact_email = Email("Their e-mail address", "Enter the e-mail address of who answers for this nomination",
                          maximum=LIMITS["contact_email"])

    def offer(self, lists: dict[str, dict[str, str]]) -> None:
        """Put the panel's lists into the fields that choose from them."""
        for name in ("relationship", "typology", "risk_tool"):
            self[name].offer(list(lists[name].items()))
        for name in ("criteria", "offences"):
            self[name].choices = list(lists[name].items())
        for row in self.order_rows:
            row[0].offer(list(lists["order_kind"].items()))

    @property
    def seen_version(self) -> int:
        return _number(self.version.data)

    def refuse(self, broken: RuleBroken) -> None:
        """Show what is wrong with the orders at the first of them."""
        super().refuse(RuleBroken(broken.message, "order_1_kind") if broken.field == "orders" else broken)

    @property
    def order_rows(self) -> list[tuple]:
        """Return the fields of the orders, a tuple for each: kind, status, day, last day."""
        parts = ("kind", "status", "on", "until")
        return [tuple(self[f"order_{n}_{part}"] for part in parts) for n in range(1, orders.MOST + 1)]

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        for kind, status, on, until in self.order_rows:
            if kind.data and not status.data:
                status.errors = [*status.errors, "Choose how far this order is"]
            if kind.data and on.data is None and not on.errors:
                on.errors = [*on.errors, "Enter the day of this order"]
            if not kind.data and (status.data or on.data or until.data):
                kind.errors = [*kind.errors, "Choose what kind of order it is"]
            sound = sound and not (kind.errors or status.errors or on.errors)
        return sound

    def draft(self) -> NominationDraft:
        incidents = self.incidents_last_12_months.data
        return NominationDraft(
            victim=self._party("victim"), perpetrator=self._party("perpetrator"),
            relationship=self.relationship.data, typology=self.typology.data,
            criteria=tuple(self.criteria.data or ()), risk_tool=self.risk_tool.data,
            risk_result=self.risk_result.data or "", offences=tuple(self.offences.data or ()), orders=self._orders(),
            children=self.children.data, last_incident_on=self.last_incident_on.data,
            incidents_last_12_months=None if incidents is None else min(incidents, MOST_INCIDENTS),
            victim_aware=VictimAwareness(self.victim_aware.data), victim_wishes=self.victim_wishes.data,
            advocate_offered=AdvocateOffer(self.advocate_offered.data), question=self.question.data,
            narrative=self.narrative.data, presenter=self.presenter.data or "", contact_name=self.contact_name.data,
            contact_email=self.contact_email.data,
            contact=SafeContactDraft(self.victim_postcode.data or "", self.victim_phone.data or "",
                                     Answer(self.victim_phone_safe.data), self.victim_safe_contact_notes.data or ""),
        )

    def _party(self, who: str) -> PartyDraft:
        aliases = (self[f"{who}_aliases"].data or "").split(";")
        return PartyDraft(
            self[f"{who}_given_name"].data or "", self[f"{who}_family_name"].data or "",
            tuple(alias.strip() for alias in aliases if alias.strip()), self[f"{who}_date_of_birth"].data,
            Gender(self[f"{who}_gender"].data),
        )

    def _orders(self) -> tuple[Order, ...]:
        return tuple(Order(kind.data, OrderStatus(status.data), on.data, until.data)
                     for kind, status, on, until in self.order_rows if kind.data)


for _n in range(1, orders.MOST + 1):
    _which = f" of order {_n}"
    setattr(NominationForm, f"order_{_n}_kind", ListPick(f"Kind{_which}", (), ""))
    setattr(NominationForm, f"order_{_n}_status", Pick(f"How far{_which}", options(OrderStatus), ""))
    setattr(NominationForm, f"order_{_n}_on", DateParts(f"Day{_which}"))
    setattr(NominationForm, f"order_{_n}_until", DateParts(f"Last day{_which}",
                                                           hint="Leave empty when it runs until further order."))


def values_of(draft: NominationDraft, version: int) -> dict[str, Any]:
    """Return what a form shows of a draft that is to be changed."""
    values: dict[str, Any] = draft.texts() | {
        "version": str(version), "victim_date_of_birth": draft.victim.born_on,
        "perpetrator_date_of_birth": draft.perpetrator.born_on, "victim_gender": draft.victim.gender.value,
        "perpetrator_gender": draft.perpetrator.gender.value, "typology": draft.typology,
        "victim_aware": draft.victim_aware or "", "advocate_offered": draft.advocate_offered or "",
        "victim_phone_safe": draft.contact.telephone_safe.value, "criteria": list(draft.criteria),
        "offences": list(draft.offences), "children": draft.children, "last_incident_on": draft.last_incident_on,
        "incidents_last_12_months": draft.incidents_last_12_months,
    }
    for n, order in enumerate(draft.orders, 1):
        values |= _order_values(n, order.kind, order.status.value, order.on, order.expires_on)
    return values


def _order_values(n: int, kind: str, status: str, on: date, until: date | None) -> dict[str, Any]:
    return {f"order_{n}_kind": kind, f"order_{n}_status": status, f"order_{n}_on": on, f"order_{n}_until": until}


_OUTCOMES = (
    (TriageOutcome.ACCEPT.value, "Accept: put it on an agenda"),
    (TriageOutcome.RETURN_FOR_INFORMATION.value, "Return it for information"),
    (TriageOutcome.REDIRECT.value, "Redirect it to another panel"),
    (TriageOutcome.REJECT.value, "Reject it"),
)
NEXT_WITH_ROOM = "next"


class TriageForm(Form):
    version = HiddenField(default="0")
    #: which button was pressed: the one that goes on to the next
    onward = HiddenField()
    outcome = Choice("Your decision", _OUTCOMES, "Choose a decision")
    meeting = ListPick("Meeting, if you accept", (), "")
    reject_reason = ListPick("Ground, if you reject", (), "")
    redirect_to = ListPick("Panel, if you redirect", (), "")
    reason = LongText("Reason, which the agency reads", maximum=LONGEST_REASON,
                      hint="For everything but an acceptance: what should the agency do now?")

    @property
    def seen_version(self) -> int:
        return _number(self.version.data)

    @property
    def goes_on(self) -> bool:
        return self.onward.data == "next"

    def decision(self) -> TriageDecision:
        meeting = self.meeting.data
        return TriageDecision(
            TriageOutcome(self.outcome.data), self.reason.data or "", self.reject_reason.data or "",
            _id(self.redirect_to.data, "redirect_to"),
            None if meeting in (None, NEXT_WITH_ROOM) else _id(meeting, "meeting"),
        )


def _id(text: str | None, field: str) -> UUID | None:
    """Return the id that was chosen; what is no id was not on the list."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise RuleBroken("Choose from the list", field) from None


class OfferForm(Form):
    answer = Choice("Your answer", [("take", "Take it over: it waits in your queue"),
                                    ("refuse", "Refuse it: it goes back to the panel that redirected it")],
                    "Choose an answer")
    reason = LongText("Reason, if you refuse", maximum=LONGEST_REASON,
                      hint="The other panel and the nominating agency read it.")

    @property
    def takes(self) -> bool:
        return self.answer.data == "take"


class MarkForm(Form):
    urgent = HiddenField(default="yes")
    reason = LongText("Why?", "Say why", LONGEST_REASON, rows=3,
                      hint="The nominating agency reads it in the thread.")

    @property
    def is_urgent(self) -> bool:
        return self.urgent.data == "yes"


class NoteForm(Form):
    text = LongText("Message", "Write what you want to say", LONGEST_REASON, rows=3,
                    hint="The nominating agency and the panel’s coordinators read it here.")


class AnswerForm(Form):
    text = LongText("Your answer", maximum=LONGEST_REASON, rows=4,
                    hint="What you found out, or what you have changed above. The coordinators read it here.")


class WithdrawForm(Form):
    reason = LongText("Why is it withdrawn?", "Say why it is withdrawn", LONGEST_REASON)
