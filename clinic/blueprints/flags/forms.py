"""Forms of an agency's flag on its own file."""

from __future__ import annotations

from clinic.domain.flags import LONGEST_IDENTIFIER
from clinic.web.fields import Form, Text


class FlagForm(Form):
    identifier = Text("Your agency’s own number of the file", "Enter your agency’s own number of the file",
                      LONGEST_IDENTIFIER, hint="Not a name. Nobody but your agency sees it.",
                      render_kw={"params": {"classes": "govuk-input--width-20", "spellcheck": False}})


class PressForm(Form):
    """A button that is a form."""
