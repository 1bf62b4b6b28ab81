"""Forms of bringing in a file."""

from __future__ import annotations

from uuid import UUID

from clinic.domain.columns import LONGEST_NAME, MAPPED, NEEDED, MapDraft, without
from clinic.web.fields import Choice, Form, Pick, Text, Upload


class PressForm(Form):
    """A button that is a form."""


class ImportForm(Form):
    file = Upload("CSV file or Excel workbook", "Choose a CSV file or an Excel workbook",
                  hint="CSV in UTF-8, or a workbook (.xlsx) with one sheet; up to 10,000 rows and 10 MB.")


class ListPick(Pick):
    """One of a list that the page knows."""

    def pre_validate(self, form: Form) -> None:
        """Take any answer: the use case holds it against the list."""


class _MatchForm(Form):
    name = Text("Name of this export", "Give this export a name, such as the system that it comes from", LONGEST_NAME,
                hint="It is proposed the next time the same headings come.")
    agency = ListPick("Agency whose export it is", required="Choose the agency whose export this is")
    days = Choice("How it writes days", [("day", "31/12/2026, or 2026-12-31"), ("month", "12/31/2026")])

    def offer(self, headings: tuple[str, ...], agencies: tuple[tuple[UUID, str], ...]) -> None:
        for column in MAPPED:
            self[column].choices = [("", "Not in this file"), *((heading, heading) for heading in headings)]
        self.agency.offer([(str(id_), name) for id_, name in agencies])

    def draft(self) -> MapDraft:
        return MapDraft(self.name.data, _id(self.agency.data), {column: self[column].data or "" for column in MAPPED},
                        self.days.data == "month")


def _column(column: str) -> ListPick:
    words = column.replace("_", " ").capitalize()
    needed = column in NEEDED
    return ListPick(words, required=without(column) if needed else "", hint="Needed" if needed else "")


#: which column of a force's own export is which of ours: a field for each of ours
MatchForm = type("MatchForm", (_MatchForm,), {column: _column(column) for column in MAPPED})


def values_of(draft: MapDraft) -> dict[str, str]:
    """Return what the form holds for a map."""
    return {**draft.columns, "name": draft.name, "agency": str(draft.agency_id or ""),
            "days": "month" if draft.month_first else "day"}


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
