"""Forms of the minutes: one section's text, and buttons that are forms."""

from __future__ import annotations

from wtforms import HiddenField

from clinic.documents.markup import LONGEST_TEXT
from clinic.web.fields import Form, LongText


class PressForm(Form):
    """A button that is a form: the token and the key, nothing to fill in."""


class SectionForm(Form):
    """`version` is the one that the editor began from."""

    text = LongText("Text of this section", "Enter the text of this section", LONGEST_TEXT, rows=24)
    version = HiddenField()

    @property
    def began_from(self) -> int:
        """Return the version, or one that no section has: a broken field is answered as a stale one."""
        return int(self.version.data) if (self.version.data or "").isascii() and self.version.data.isdigit() else -1


class ApprovalForm(Form):
    """`version` stands for the text that the chair's page showed."""

    version = HiddenField()
