"""Forms of deciding on nominations, of marking, answering and withdrawing them."""

from __future__ import annotations

from uuid import UUID

from wtforms import HiddenField

from clinic.domain.additions import LONGEST_TEXT, AdditionKind
from clinic.domain.errors import RuleBroken
from clinic.domain.nominations import LONGEST_REASON, TriageDecision, TriageOutcome
from clinic.web.fields import Choice, Form, ListPick, LongText, number


class PressForm(Form):
    """A button that is a form."""


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
    addition_kind = Choice("How pressing is it, if that meeting is closed?", [
        (AdditionKind.LATE.value, "Late: it should be heard at that meeting all the same"),
        (AdditionKind.EMERGENCY.value, "Emergency: somebody is in danger until it is heard"),
    ], "")
    addition_reason = LongText("Why can it not wait for one that is open?", maximum=LONGEST_TEXT, rows=3,
                               hint="The chair reads it and decides. Until then the case waits for an agenda.")
    reject_reason = ListPick("Ground, if you reject", (), "")
    redirect_to = ListPick("Panel, if you redirect", (), "")
    reason = LongText("Reason, which the agency reads", maximum=LONGEST_REASON,
                      hint="For everything but an acceptance: what should the agency do now?")

    @property
    def seen_version(self) -> int:
        return number(self.version.data)

    @property
    def goes_on(self) -> bool:
        return self.onward.data == "next"

    def decision(self) -> TriageDecision:
        meeting = self.meeting.data
        return TriageDecision(
            TriageOutcome(self.outcome.data), self.reason.data or "", self.reject_reason.data or "",
            _id(self.redirect_to.data, "redirect_to"),
            None if meeting in (None, NEXT_WITH_ROOM) else _id(meeting, "meeting"),
            AdditionKind(self.addition_kind.data) if self.addition_kind.data else None,
            self.addition_reason.data or "",
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
