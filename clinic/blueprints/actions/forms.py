"""Forms of one action: its agency's report, and the coordinator's answer."""

from __future__ import annotations

from wtforms import HiddenField

from clinic.web.fields import Choice, Form, LongText

DONE, IMPOSSIBLE = "done", "no_longer_possible"


class PressForm(Form):
    """A button that is a form. `version` is the one that its page showed."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


class ReportForm(PressForm):
    how = Choice("What has become of it?", [(DONE, "It is done"), (IMPOSSIBLE, "It is no longer possible")],
                 "Say whether it is done, or no longer possible")
    text = LongText("How do you know, or what has changed?", maximum=4000, rows=4, id="report-text",
                    hint="For example: when it was done and by whom, or what now prevents it.",
                    required="Say how you know that it is done, or what has changed")


class ReopenForm(PressForm):
    text = LongText("What is still missing", "Say what is still missing", 4000, rows=3, id="reopen-text",
                    hint="The agency reads this, and gets a letter that the action is open again.")


class NotDoneForm(PressForm):
    text = LongText("Why it was not done", "Say why it was not done", 4000, rows=3, id="not-done-text",
                    hint="The action is closed. Use this when the agency did not do it; "
                         "when it has become impossible, the agency reports that.")
