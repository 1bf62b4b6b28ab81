"""Forms of urgent decisions: asking agencies, their answer, the chair's decision, and what the next meeting says."""

from __future__ import annotations

from uuid import UUID

from wtforms import HiddenField

from clinic.domain.actions import NewAction, RiskTarget
from clinic.domain.errors import RuleBroken
from clinic.domain.research import HandlingCode
from clinic.domain.urgent import LONGEST_TEXT, Said, UrgentOutcome, UrgentQuestion, UrgentReply, closing
from clinic.web.fields import (
    Choice,
    DateParts,
    Form,
    ListPick,
    ListSeveral,
    LongText,
    Pick,
    Text,
    TimeOfDay,
    WholeNumber,
    number,
    options,
)

REPLIES = [
    (UrgentReply.AGREE, "We agree"),
    (UrgentReply.DO_NOT_AGREE, "We do not agree"),
    (UrgentReply.NEED_MEETING, "This needs a meeting"),
]
READERS = [
    (HandlingCode.PANEL, "Everybody who knows the case"),
    (HandlingCode.STATUTORY, "Statutory agencies only"),
    (HandlingCode.OWN, "My agency only"),
]
OUTCOMES = [
    (UrgentOutcome.DECIDED, "It is decided, as I write below"),
    (UrgentOutcome.QUORUM_MISSED, "Nothing is decided: the quorum was missed"),
    (UrgentOutcome.TAKEN_TO_MEETING, "It is taken to a meeting"),
]
_YES, _NO = "yes", "no"


class AskForm(Form):
    question = LongText("What is to be decided?", "Enter what is to be decided", LONGEST_TEXT,
                        hint="Say what has happened, what you propose, and why it cannot wait. Those who are asked "
                             "read it after they have signed in; the letter says nothing of it.")
    agencies = ListSeveral("Which agencies decide?", (), "Choose the agencies that decide",
                           hint="Each of them knows of the case from now on.")
    quorum = WholeNumber("How many of them must agree or not agree?", 1, 50, "Enter how many must decide",
                         hint="This is the quorum. An agency that wants a meeting does not count towards it.")
    closes_on = DateParts("Day on which it closes", "Enter the day on which it closes")
    closes_at = TimeOfDay("Time at which it closes", "Enter the time at which it closes")

    def new(self) -> UrgentQuestion:
        return UrgentQuestion(self.question.data, frozenset(self._agencies()), self.quorum.data,
                              closing(self.closes_on.data, self.closes_at.data))

    def _agencies(self) -> list[UUID]:
        try:
            return [UUID(text) for text in self.agencies.data]
        except ValueError:
            raise RuleBroken("Choose from the agencies shown", "agencies") from None


class AnswerForm(Form):
    reply = Choice("What does your agency answer?", REPLIES, "Choose what your agency answers")
    reason = LongText("Why?", "Say why", LONGEST_TEXT, rows=3)
    readers = Choice("Who may read the reason?", READERS, "Choose who may read the reason",
                     default=HandlingCode.PANEL.value, hint="Those who run the panel always may.")
    version = HiddenField()

    def said(self) -> Said:
        return Said(UrgentReply(self.reply.data), self.reason.data, HandlingCode(self.readers.data))

    @property
    def seen_version(self) -> int:
        return number(self.version.data)


class DecideForm(Form):
    outcome = Choice("What comes of it?", OUTCOMES, "Choose what comes of it")
    words = LongText("What stands, and why?", "Say what stands, and why", LONGEST_TEXT,
                     hint="The minutes of the next meeting say this.")


class ActionForm(Form):
    text = Text("What needs to be done", "Enter what needs to be done", 500)
    owner = ListPick("Owning agency", (), "Choose the agency that will do it")
    lead = ListPick("Lead (optional)", (), required="")
    due_on = DateParts("Due", "Enter the day by which it is due")
    risk = Pick("Risk it addresses", options(RiskTarget), default=RiskTarget.VICTIM.value)

    def new(self) -> NewAction:
        return NewAction(self.text.data, _id(self.owner, "owner"), _id(self.lead, "lead"), self.due_on.data,
                         RiskTarget(self.risk.data))


def _id(field: ListPick, name: str) -> UUID | None:
    try:
        return field.uuid
    except ValueError:
        raise RuleBroken("Choose from the list", name) from None


class RatifyForm(Form):
    ratified = Choice("Does the meeting ratify it?", [(_YES, "Yes"), (_NO, "No")], "Choose yes or no")
    words = LongText("What the meeting says to it", "", LONGEST_TEXT, rows=3, id="ratify-words",
                     hint="Needed where it does not ratify it. The minutes say this.")

    @property
    def yes(self) -> bool:
        return self.ratified.data == _YES
