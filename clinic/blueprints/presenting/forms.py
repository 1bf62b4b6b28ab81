"""Forms of who presents a case: which agency, and who of it."""

from __future__ import annotations

from uuid import UUID

from clinic.web.fields import Form, ListPick, TimeOfDay


class PresenterForm(Form):
    presenter = ListPick("Who presents it", required="Choose who presents it", hint="Whoever you name gets an email.")

    @property
    def user_id(self) -> UUID:
        return _id(self.presenter.data)


class HoursForm(Form):
    begins = TimeOfDay("From", hint="Leave it empty if it is from the beginning")
    ends = TimeOfDay("Until", hint="Leave it empty if it is to the end. For example, 10:30am or 14:00")


class AgencyForm(Form):
    agency = ListPick("Which agency presents it", required="Choose the agency that presents it",
                  hint="Who of it does is theirs to say.")

    @property
    def agency_id(self) -> UUID:
        return _id(self.agency.data)


def _id(text: str) -> UUID:
    """Return the id; what was tampered with is nobody's."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
