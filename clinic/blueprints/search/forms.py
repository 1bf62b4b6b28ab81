"""The form of a search. It is posted, so that nothing that was typed stands in an address."""

from __future__ import annotations

from clinic.domain.searches import Query
from clinic.web.fields import DateParts, Form, Text


class SearchForm(Form):
    name = Text("Name or other name", maximum=200,
                hint="Three letters or more of a word; shorter names are found whole. Several words narrow it down.")
    reference = Text("Reference", maximum=40, hint="All of it, or three or more of its last digits")
    born_on = DateParts("Date of birth", hint="For example, 27 3 1990")

    def query(self) -> Query:
        return Query(self.name.data or "", self.reference.data or "", self.born_on.data)
