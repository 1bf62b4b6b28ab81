"""Forms of a handover: what is offered and why, what has been seen to, and the other panel's answer."""

from __future__ import annotations

from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.domain.handovers import LONGEST_TEXT, HandoverAnswer, HandoverDraft, HandoverItem
from clinic.web.fields import Choice, Form, ListPick, LongText, Several

ITEMS = {
    HandoverItem.VICTIM_TOLD: "The victim knows, or the reason says why that is not safe",
    HandoverItem.ADVOCATE_TOLD: "The advocate hands over to an advocate of the other panel",
    HandoverItem.CONTACT_GIVEN: "How the victim may be reached is checked: the card goes along",
    HandoverItem.ADDRESS_GIVEN: "The safe address, which does not go along, is given from advocate to advocate",
    HandoverItem.RISK_GIVEN: "The latest risk assessment is given; the other panel assesses anew",
    HandoverItem.MINUTES_GIVEN: "The minutes and plans that the other panel needs are given",
    HandoverItem.AGENCIES_TOLD: "Agencies have told their colleagues of the other panel",
}
_CHOICES = [(item.value, text) for item, text in ITEMS.items()]


class PressForm(Form):
    """A button that is a form."""


class OfferForm(Form):
    panel = ListPick("Panel", (), "Choose the panel that should hold the case")
    reason = LongText("Why, and what it should know first", "Say why the case goes to the other panel", LONGEST_TEXT,
                      hint="Everybody who knows the case reads this, here and there. Leave out where the victim is.")
    done = Several("What has been seen to", _CHOICES, hint="More can be ticked until the other panel answers.")

    def draft(self) -> HandoverDraft:
        return HandoverDraft(self._panel(), self.reason.data or "", _items(self.done.data))

    def _panel(self) -> UUID | None:
        try:
            return self.panel.uuid
        except ValueError:
            raise RuleBroken("Choose the panel that should hold the case", "panel") from None


class ChecklistForm(Form):
    done = Several("What has been seen to", _CHOICES, id="checklist")

    def items(self) -> frozenset[HandoverItem]:
        return _items(self.done.data)


def _items(codes: list[str] | None) -> frozenset[HandoverItem]:
    return frozenset(HandoverItem(code) for code in codes or ())


class AnswerForm(Form):
    answer = Choice("Your answer", [
        ("acknowledge", "Acknowledge it: your panel holds the case from now on"),
        ("refuse", "Refuse it: the other panel keeps the case"),
    ], "Choose an answer")
    text = LongText("Reason, if you refuse; or a word to the other panel", maximum=LONGEST_TEXT, rows=4)

    def said(self) -> HandoverAnswer:
        return HandoverAnswer(self.answer.data == "acknowledge", self.text.data or "")
