"""Forms of disputing a response, putting that right, taking it back, and answering it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from clinic.domain.disputes import LONGEST_REASON, LONGEST_TEXT, DisputeOutcome, NewDispute, ResponseKind
from clinic.domain.errors import RuleBroken
from clinic.web.fields import Choice, DateParts, Form, ListPick, LongText

RESPONSES = [
    (ResponseKind.LOW_PRIORITY, "Low priority"),
    (ResponseKind.NO_FURTHER_ACTION, "No further action"),
    (ResponseKind.NOT_STALKING, "This is not stalking"),
    (ResponseKind.NOTHING_DONE, "Nothing was done, or nobody answered"),
    (ResponseKind.OTHER, "Something else"),
]
OUTCOMES = [
    (DisputeOutcome.CHANGED, "The response is another one now"),
    (DisputeOutcome.STANDS, "The response stays as it was"),
]


class DisputeForm(Form):
    responder = ListPick("Which agency responded?", (), "Choose the agency")
    response = Choice("What was the response?", RESPONSES, "Choose what the response was")
    responded_on = DateParts("When?", "Enter the day of the response")
    words = LongText("What was said, and why does your agency dispute it?", "Say why it is disputed", LONGEST_TEXT,
                     hint="Everybody who knows the case reads this. Leave out where the victim is.")

    def dispute(self) -> NewDispute:
        return NewDispute(self._responder(), ResponseKind(self.response.data), self.responded_on.data,
                          self.words.data or "")

    def _responder(self) -> UUID:
        try:
            return self.responder.uuid
        except ValueError:
            raise RuleBroken("Choose the agency", "responder") from None


class CorrectionForm(DisputeForm):
    why = LongText("Why is it put right?", "Say why", LONGEST_REASON, rows=2,
                   hint="The earlier version stays to be read, with this beside it.")


class TakeBackForm(Form):
    why = LongText("Why is it taken back?", "Say why", LONGEST_REASON, rows=2, id="take-back-why",
                   hint="It stays to be read, and waits for nobody.")


class AnswerForm(Form):
    outcome = Choice("What came of it?", OUTCOMES, "Choose what came of it")
    words = LongText("What was done, and why?", "Say what came of it, and why", LONGEST_TEXT, id="answer-words")


def values(said: NewDispute) -> dict[str, Any]:
    return {"responder": str(said.responder_id), "response": said.response.value, "responded_on": said.responded_on,
            "words": said.words}
