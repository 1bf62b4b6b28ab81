"""Forms of addresses: seeing a safe one, proposing one, deciding on one, and where a perpetrator is known."""

from __future__ import annotations

from clinic.domain.addresses import LONGEST_ADDRESS, LONGEST_REASON, AddressDraft, RevealReason
from clinic.web.fields import Choice, Form, LongText, OnceForm, Password, Pick, Tick

REASONS = {
    RevealReason.DANGER_NOW: "Somebody is in danger now",
    RevealReason.SAFETY_VISIT: "A visit, or work on the safety of the home",
    RevealReason.COURT_OR_ORDER: "An order, bail or a court has to keep somebody away from there",
    RevealReason.CHECK: "To check that it is right",
    RevealReason.OTHER: "Another reason",
}
_CONFIRM, _REFUSE = "confirm", "refuse"


class PressForm(Form):
    """A button that is a form."""


class RevealForm(OnceForm):
    reason = Choice("Why do you have to see it?", [(code.value, label) for code, label in REASONS.items()],
                    "Choose why you have to see it")
    words = LongText("Say it in a few words", "Say in a few words why you have to see it", LONGEST_REASON, rows=2,
                     hint="Coordinator and advocate read this. Leave the address out.")
    password = Password("Your password", "Enter your password", "current-password")

    def why(self) -> RevealReason:
        return RevealReason(self.reason.data)


class ProposeForm(Form):
    address = LongText("Address", "Enter the address", LONGEST_ADDRESS, rows=4,
                       hint="As on an envelope, with its postcode.")
    sure = Tick("A perpetrator is known at this address, and it is right all the same")
    in_spite = LongText("Because", maximum=LONGEST_REASON, rows=2,
                        hint="Where you ticked the box. The second person reads this.")

    def draft(self) -> AddressDraft:
        return AddressDraft(self.address.data or "", bool(self.sure.data), self.in_spite.data or "")


class DecideForm(Form):
    decision = Choice("Is the proposed address right?", [
        (_CONFIRM, "Yes: it counts from now on"), (_REFUSE, "No: the earlier one goes on counting"),
    ], "Say whether it is right")
    refusal = LongText("Why it is refused", maximum=LONGEST_REASON, rows=2,
                       hint="Whoever proposed it reads this. Leave the address out.")

    @property
    def confirmed(self) -> bool:
        return self.decision.data == _CONFIRM


class KnownForm(Form):
    person = Pick("Whose address", (), "Choose whose address it is")
    address = LongText("Address", "Enter the address", LONGEST_ADDRESS, rows=4,
                       hint="Where a perpetrator lives or stays, with its postcode. Never a victim’s address.")
