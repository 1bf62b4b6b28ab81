"""Forms of a match: a coordinator calls two people one, or two, or takes that back."""

from __future__ import annotations

from uuid import UUID

from wtforms import HiddenField

from clinic.domain.errors import RuleBroken
from clinic.web.fields import Form


class JudgeForm(Form):
    """Somebody in this case, somebody in another, and which of the two buttons was pressed."""

    person = HiddenField()
    other = HiddenField()
    said = HiddenField()

    def judgement(self) -> tuple[UUID, UUID, bool]:
        if self.said.data not in ("same", "different"):
            raise RuleBroken("Choose whether they are the same person or different people.")
        return _uuid(self.person.data), _uuid(self.other.data), self.said.data == "same"


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise RuleBroken("Choose two people of the page.") from None


class PressForm(Form):
    """A button that is a form."""
