"""Forms of a case: who must not know of it."""

from __future__ import annotations

from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.services.exclusions import Who
from clinic.web.fields import Form, Pick


class ExclusionForm(Form):
    """Who is shut out and why; `who` is `user:<id>` or `agency:<id>`."""

    who = Pick("Person or agency", (), "Choose one person or one agency")
    ground = Pick("Ground", (), "Choose the ground")

    def chosen(self) -> Who:
        kind, _, text = (self.who.data or "").partition(":")
        try:
            id_ = UUID(text)
        except ValueError:
            raise RuleBroken("Choose one person or one agency", "who") from None
        return Who(agency_id=id_) if kind == "agency" else Who(user_id=id_)


class PressForm(Form):
    """A button that is a form."""
