"""The form that makes a calendar address."""

from clinic.services.feeds import NewFeed
from clinic.web.fields import Form, Several, Text

DEADLINES, WITHOUT_INVITED = "deadlines", "without_invited"


class NewFeedForm(Form):
    label = Text("Name", "Enter a name, so that you can tell your addresses apart", 60,
                 hint="Where you will use it. For example, work phone")
    holds = Several("What it holds", [
        (DEADLINES, "Deadlines too, as entries that leave the day free"),
        (WITHOUT_INVITED, "Only meetings that I was not invited to by e-mail"),
    ])

    def new(self) -> NewFeed:
        chosen = self.holds.data or []
        return NewFeed(self.label.data, DEADLINES in chosen, WITHOUT_INVITED in chosen)


class PressForm(Form):
    """A button that is a form: the token and the key, nothing to fill in."""
