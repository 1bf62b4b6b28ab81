"""The form of the undertaking."""

from __future__ import annotations

from wtforms import HiddenField, ValidationError

from clinic.web.fields import Form, Tick, number


class UndertakingForm(Form):
    """`onward` is the page that was asked for, `wording` the number of the words that were read."""

    wording = HiddenField()
    onward = HiddenField()
    agree = Tick("I have read this, and I undertake it for this meeting")

    def validate_agree(self, field: Tick) -> None:
        if not field.data:
            raise ValidationError("Tick the box to undertake it, or go back to the meeting")

    @property
    def seen_wording(self) -> int:
        return number(self.wording.data)
