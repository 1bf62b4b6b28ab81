"""Forms of late additions: what the chair is asked, and what they answer."""

from __future__ import annotations

from clinic.domain.additions import LONGEST_TEXT, AdditionAnswer, AdditionKind
from clinic.web.fields import Choice, Form, LongText


class AskForm(Form):
    kind = Choice("How pressing is it?", [
        (AdditionKind.LATE.value, "Late: it should be heard at this meeting all the same"),
        (AdditionKind.EMERGENCY.value, "Emergency: somebody is in danger until it is heard"),
    ], "Choose how pressing it is")
    reason = LongText("Why can it not wait?", "Say why it cannot wait", LONGEST_TEXT, rows=4)

    @property
    def addition_kind(self) -> AdditionKind:
        return AdditionKind(self.kind.data)


class AnswerForm(Form):
    approved = Choice("May it be added?", [("yes", "Yes, add it to this agenda"), ("no", "No, it waits")],
                      "Choose whether it may be added")
    reason = LongText("Reason", maximum=LONGEST_TEXT, rows=3, hint="Needed where it has to wait.")

    def answer(self) -> AdditionAnswer:
        return AdditionAnswer(self.approved.data == "yes", self.reason.data or "")
