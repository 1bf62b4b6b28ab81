"""The form of the victim's voice: whether the victim could be asked or told, and what was said."""

from __future__ import annotations

from wtforms import HiddenField

from clinic.domain.advocacy import LONGEST_TEXT, VictimFeedback, VoiceKind
from clinic.web.fields import Choice, Form, LongText

_VIEWS = [
    (VictimFeedback.GIVEN, "The victim’s views are below"),
    (VictimFeedback.DECLINED, "The victim did not want to say anything"),
    (VictimFeedback.NOT_GIVEN_UNSAFE, "It was not safe to ask"),
    (VictimFeedback.NOT_GIVEN_NO_CONTACT, "The victim could not be reached"),
]
_FEEDBACK = [
    (VictimFeedback.GIVEN, "The victim was told what was agreed"),
    (VictimFeedback.DECLINED, "The victim did not want to be told"),
    (VictimFeedback.NOT_GIVEN_UNSAFE, "It was not safe to tell"),
    (VictimFeedback.NOT_GIVEN_NO_CONTACT, "The victim could not be reached"),
]


class VoiceForm(Form):
    """`kind` says whether it is asked before a meeting or after it."""

    kind = HiddenField()
    status = Choice("Before the meeting", required="Say whether the victim could be asked or told")
    text = LongText("What the victim wants and fears, or why this was not possible", maximum=LONGEST_TEXT, rows=6,
                    hint="Everybody at the meeting who knows the case reads this. Leave out where the victim is.")

    def about(self, kind: VoiceKind) -> VoiceForm:
        """Return the form as it asks before a meeting, or after it."""
        self.kind.data = kind.value
        after = kind is VoiceKind.FEEDBACK
        self.status.choices = [(code.value, label) for code, label in (_FEEDBACK if after else _VIEWS)]
        if after:
            self.status.label.text = "After the meeting"
            self.text.label.text = "What the victim said to it, or why this was not possible"
        return self

    @property
    def asked(self) -> VoiceKind:
        """Return which of the two was on the page; before the meeting, where it says neither."""
        return VoiceKind.FEEDBACK if self.kind.data == VoiceKind.FEEDBACK.value else VoiceKind.VIEWS

    def said(self) -> tuple[VictimFeedback, str]:
        return VictimFeedback(self.status.data), self.text.data or ""
