"""The form of the undertaking."""

from __future__ import annotations

import json
from collections.abc import Iterable

from wtforms import HiddenField, ValidationError

from clinic.web.fields import Form, Tick, number


class UndertakingForm(Form):
    """`onward` is the page that was asked for, `wording` the number of the words that were read.

    `typed` is what a form held that was stopped on its way there.
    """

    wording = HiddenField()
    onward = HiddenField()
    typed = HiddenField()
    agree = Tick("I have read this, and I undertake it for this meeting")

    def validate_agree(self, field: Tick) -> None:
        if not field.data:
            raise ValidationError("Tick the box to undertake it, or go back to the meeting")

    @property
    def seen_wording(self) -> int:
        return number(self.wording.data)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return the names and values of what was typed; what was tampered with is nothing."""
        try:
            pairs = json.loads(self.typed.data or "[]")
            json.dumps(pairs, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return []
        if not isinstance(pairs, list):
            return []
        return [(pair[0], pair[1]) for pair in pairs
                if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)]


def typed_of(fields: Iterable[tuple[str, str]]) -> str:
    """Return what a form holds as one text, but for the token, which is made anew."""
    return json.dumps([pair for pair in fields if pair[0] != "csrf_token"])
