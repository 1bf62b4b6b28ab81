"""Forms of closing a case and of opening it again."""

from __future__ import annotations

from clinic.domain.closings import LONGEST_TEXT, Closing, ClosingReason
from clinic.web.fields import Choice, Form, LongText, Tick

REASONS = [
    (ClosingReason.RISK_MANAGED, "The risk is managed without the panel"),
    (ClosingReason.NO_FURTHER_CONTACT, "No further contact or incident is known"),
    (ClosingReason.IN_CUSTODY, "The perpetrator is in custody"),
    (ClosingReason.MOVED_AWAY, "The victim has moved, and another area has the case"),
    (ClosingReason.DIED, "Somebody of the pair has died"),
    (ClosingReason.OTHER, "Something else"),
]


class CloseForm(Form):
    reason = Choice("Why is it closed?", REASONS, "Choose why it is closed")
    words = LongText("Anything to add", maximum=LONGEST_TEXT, rows=3,
                     hint="Needed where something still presses, or where it is something else.")
    all_the_same = Tick("Close it all the same")

    def closing(self) -> Closing:
        return Closing(ClosingReason(self.reason.data), self.words.data or "", self.all_the_same.data)


class ReopenForm(Form):
    why = LongText("Why is it opened again?", "Say why it is opened again", LONGEST_TEXT, rows=3)
