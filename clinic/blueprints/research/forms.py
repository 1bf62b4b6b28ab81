"""The form on which an agency answers what it was asked."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from wtforms import HiddenField

from clinic.domain.incidents import InformationKind
from clinic.domain.research import AskAgainReason, Handling, HandlingCode, Known, ResearchAnswer, WithheldReason
from clinic.web.fields import Choice, Choices, Form, ListSeveral, LongText, Pick, Several

KNOWN = (
    (Known.VICTIM.value, "The victim"), (Known.PERPETRATOR.value, "A perpetrator"),
    (Known.CHILDREN.value, "Children of the household"), (Known.NONE.value, "None of them"),
)


WITHHELD = (
    (WithheldReason.NOT_RELEVANT, "It is not relevant"),
    (WithheldReason.NOT_PROPORTIONATE, "To share it would not be proportionate"),
    (WithheldReason.THIRD_PARTY, "It is about somebody else"),
    (WithheldReason.SUB_JUDICE_OR_OPERATIONAL, "It is before a court, or operational"),
    (WithheldReason.CLINICAL_CONFIDENCE, "Clinical confidence"),
    (WithheldReason.LEGAL_PRIVILEGE, "Legal privilege"),
)
KINDS = (
    (InformationKind.FACT, "Fact"), (InformationKind.THIRD_PARTY_REPORT, "What others have told your agency"),
    (InformationKind.PROFESSIONAL_OPINION, "Your agency’s opinion"),
    (InformationKind.INTELLIGENCE_RESTRICTED,
     "Restricted intelligence: only your agency and those who run the meeting read it"),
)
READERS = (
    (HandlingCode.PANEL, "The whole panel"), (HandlingCode.STATUTORY, "Statutory agencies only"),
    (HandlingCode.NAMED_AGENCIES, "Agencies that I name"), (HandlingCode.OWN, "My agency only"),
)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class ChaseForm(Form):
    """A grid of buttons that remind: of one request, of all of a case or of an agency, or of everything."""

    which = HiddenField()

    @property
    def chosen(self) -> dict[str, UUID]:
        """Return what `services.research_chasing.chase` takes; what was tampered with names nothing that is missing."""
        if self.which.data == "all":
            return {}
        kind, _, text = (self.which.data or "").rpartition(".")
        name = f"{kind}_id" if kind in ("case", "agency") else "request_id"
        return {name: UUID(text) if _ID.fullmatch(text) else UUID(int=0)}


class Readers(Pick):
    """For whom a piece is: the whole panel, until something else is chosen."""

    def __init__(self, label: str, hint: str = "", **kw: Any):
        super().__init__(label, required="", hint=hint, default=HandlingCode.PANEL, **kw)
        self.choices = READERS

    @property
    def code(self) -> HandlingCode:
        return HandlingCode(self.data or HandlingCode.PANEL)


class NamingForm(Form):
    """What is for some agencies only; which there are is put in when the page is drawn."""

    named = ListSeveral("Which agencies?", hint="They read what is for “Agencies that I name”.")

    def offer(self, agencies: Choices) -> None:
        self.named.choices = agencies

    @property
    def agencies(self) -> frozenset[UUID]:
        """Return what is ticked; what was tampered with is no agency that sits on the panel."""
        return frozenset(UUID(text) if _ID.fullmatch(text) else UUID(int=0) for text in self.named.data or ())


class PiecesForm(NamingForm):
    """What an agency says, each piece with its readers."""

    text = LongText("Facts", rows=6,
                    hint="What is relevant and proportionate, current and accurate.")
    fact_for = Readers("Who may read the facts and the suggested actions",
                       hint="Your agency and those who run the meeting always may.")
    third_party_report = LongText("What others have told your agency", rows=3)
    third_party_report_for = Readers("Who may read what others have told")
    professional_opinion = LongText("Your agency’s opinion", rows=3)
    professional_opinion_for = Readers("Who may read the opinion")
    intelligence_restricted = LongText(
        "Restricted intelligence", rows=3, hint="Only your agency and those who run the meeting read this.")

    @property
    def pieces(self) -> dict[InformationKind, str]:
        """Return the names of the fields of the pieces."""
        return {kind: "text" if kind is InformationKind.FACT else kind.value for kind in InformationKind}

    @property
    def readers(self) -> dict[InformationKind, str]:
        """Return the names of the fields that say for whom a piece is."""
        return {kind: f"{kind}_for" for kind in InformationKind if f"{kind}_for" in self}


class AnswerForm(PiecesForm):
    """`text` stays empty where a panel asks only whether agencies are ready."""

    version = HiddenField()
    known = Several("Whom does your agency know?", KNOWN, "Choose whom your agency knows, or “None of them”",
                    hint="Look every name and alias up before you answer.")
    withheld = Pick("If something is withheld, why?", WITHHELD, required="",
                    hint="The meeting is told that something is withheld and why, and nothing of what it is.")
    suggested = LongText("Actions that your agency suggests", rows=3)
    onward = HiddenField()

    @property
    def seen_version(self) -> int:
        """Return the version; what was tampered with is no version, and so is stale."""
        text = self.version.data or ""
        return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1

    def answer(self) -> ResearchAnswer:
        return ResearchAnswer(
            tuple(Known(value) for value in self.known.data or ()), self.text.data or "",
            self.third_party_report.data or "", self.professional_opinion.data or "",
            self.intelligence_restricted.data or "", self.suggested.data or "",
            WithheldReason(self.withheld.data) if self.withheld.data else None,
            {kind: self[name].code for kind, name in self.readers.items()}, self.agencies)

    def show_answer(self, answer: ResearchAnswer) -> None:
        for name in (*self.pieces.values(), "suggested", "withheld"):
            self[name].data = getattr(answer, name)
        self.known.data = [known.value for known in answer.known]
        for kind, name in self.readers.items():
            self[name].data = answer.handling_of(kind).code
        self.named.data = [str(id_) for id_ in answer.named]


class LaterForm(AnswerForm):
    """The same, to be finished another time: nothing of it is required."""

    known = Several("Whom does your agency know?", KNOWN, "")


WHY_AGAIN = (
    (AskAgainReason.NEW_INCIDENT, "Something has happened since"), (AskAgainReason.NEW_PERSON, "Somebody was added"),
    (AskAgainReason.NEW_ADDRESS, "An address or a contact is new"),
    (AskAgainReason.ORDER_OR_BAIL, "An order, bail or a release"),
    (AskAgainReason.RISK_CHANGED, "The risk was assessed anew"), (AskAgainReason.OTHER, "Something else"),
)


class AgainForm(Form):
    reason = Choice("What has changed?", WHY_AGAIN, "Choose what has changed")
    agencies = Several("Which agencies?", (), "Choose an agency that has answered")


class AddendaForm(PiecesForm):
    """What was typed as an answer and came too late for one: to be added as it stands, each piece with its readers."""

    fact_for = Readers("Who may read the facts", hint="Your agency and those who run the meeting always may.")

    @classmethod
    def of(cls, typed: AnswerForm, said: ResearchAnswer) -> AddendaForm:
        """Return what was typed, but for what is said already."""
        form = cls(formdata=None)
        for kind, name in form.pieces.items():
            if (typed[name].data or "") != getattr(said, name).strip():
                form[name].data = typed[name].data
                for readers in filter(None, [form.readers.get(kind)]):
                    form[readers].data = typed[readers].data
        form.named.data = typed.named.data
        return form

    @property
    def is_empty(self) -> bool:
        return not any(self[name].data for name in self.pieces.values())

    def said(self) -> dict[InformationKind, tuple[str, Handling]]:
        """Return the pieces; which agencies are ticked is heeded where a piece is for them."""
        codes = {kind: self[name].code for kind, name in self.readers.items()}
        return {kind: (self[name].data or "", Handling(codes.get(kind, HandlingCode.PANEL), self.agencies))
                for kind, name in self.pieces.items()}


class AddendumForm(NamingForm):
    information = Choice("What does it rest on?", KINDS, "Choose what it rests on")
    addition = LongText("What you add", "Enter what you add", rows=5,
                        hint="What was answered before stays as it was. Nobody changes this later.")
    addition_for = Readers("Who may read it", hint="Your agency and those who run the meeting always may.")

    def handling(self) -> Handling:
        return Handling(self.addition_for.code, self.agencies)
