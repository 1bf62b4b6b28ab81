"""Forms of closing a case and of opening it again."""

from __future__ import annotations

from clinic.domain.closings import LONGEST_TEXT, CloseReason, Closing
from clinic.web.fields import Choice, Form, LongText, Tick

REASONS = [
    (CloseReason.RISK_REDUCED, "The risk is lower, and is managed without the panel"),
    (CloseReason.PERPETRATOR_IN_CUSTODY_LONG, "The perpetrator is in custody for a long time"),
    (CloseReason.MANAGED_UNDER_MAPPA, "The perpetrator is managed under MAPPA"),
    (CloseReason.NO_FURTHER_PANEL_VALUE, "The panel can do nothing more that agencies do not do themselves"),
    (CloseReason.VICTIM_MOVED_TRANSFERRED, "The victim has moved, and another area has the case"),
    (CloseReason.PARTY_DECEASED, "Somebody of the pair has died"),
    (CloseReason.OTHER, "Something else"),
]


class CloseForm(Form):
    reason = Choice("Why is it closed?", REASONS, "Choose why it is closed")
    words = LongText("Anything to add", maximum=LONGEST_TEXT, rows=3,
                     hint="Needed where something still presses, or where it is something else.")
    all_the_same = Tick("Close it all the same")

    def closing(self) -> Closing:
        return Closing(CloseReason(self.reason.data), self.words.data or "", self.all_the_same.data)


class ReopenForm(Form):
    why = LongText("Why is it opened again?", "Say why it is opened again", LONGEST_TEXT, rows=3)
