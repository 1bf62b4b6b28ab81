"""A force's own export: which of its columns is which of ours, and how its words become ours.

Pure. A map holds headings and never what stands below them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.domain.imports import COLUMNS, KEPT

#: what a row of the export need not say: the map is of one panel and one agency
OF_THE_MAP = ("panel", "nominating_agency")
#: the columns that a map may name, in their order
MAPPED = tuple(column for column in KEPT if column not in OF_THE_MAP)
#: those without which no row can go in
NEEDED = (
    "source_reference", "submitted_on", "contact_name", "contact_email", "criteria", "victim_given_name",
    "victim_family_name", "victim_aware", "victim_wishes", "relationship", "risk_tool", "question", "narrative",
)
LONGEST_NAME, LONGEST_HEADING = 80, 100
_DAYS = frozenset({"submitted_on", "victim_date_of_birth", "perpetrator_date_of_birth", "last_incident_on"})
_WORDS = {
    "victim_phone_safe": {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"},
    "victim_gender": {"f": "female", "m": "male"}, "perpetrator_gender": {"f": "female", "m": "male"},
}
_CODED = frozenset(
    {"criteria", "victim_aware", "advocate_offered", "relationship", "typology", "risk_tool", "offences"}
)
_HOUR = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
# What reads like a value: an address, a long number, a day.
_VALUE = re.compile(r"@|\d{4}|\d[/.-]\d")


@dataclass(frozen=True, slots=True)
class MapDraft:
    """What a coordinator says of an export. `columns` holds their heading by our column."""

    name: str
    agency_id: UUID | None
    columns: Mapping[str, str]
    #: 12/31/2026
    month_first: bool = False


def is_foreign(header: Sequence[str]) -> bool:
    """Whether these are somebody else's headings, and not ours with a few mistakes."""
    ours = {heading.strip().casefold() for heading in header} & set(COLUMNS)
    return len(ours) * 2 < len(COLUMNS)


def check_headings(header: Sequence[str]) -> None:
    """Refuse a first row that holds values: a map of it would keep them."""
    for heading in header:
        if _VALUE.search(heading) or len(heading) > LONGEST_HEADING:
            raise RuleBroken(f"“{heading[:60]}” reads like a value and not like a heading. The first row of the file"
                             " must hold the headings.")


def check(draft: MapDraft, header: Sequence[str]) -> None:
    """Refuse a map that lacks what every row needs, names what is not there, or takes a column twice."""
    if not draft.name.strip():
        raise RuleBroken("Give this export a name, such as the system that it comes from.", "name")
    if draft.agency_id is None:
        raise RuleBroken("Choose the agency whose export this is.", "agency")
    taken: dict[str, str] = {}
    for column in MAPPED:
        heading = draft.columns.get(column, "")
        if not heading and column in NEEDED:
            raise RuleBroken(without(column), column)
        if heading and heading not in header:
            raise RuleBroken("This file has no such column: choose one of the list.", column)
        if heading in taken:
            raise RuleBroken(f"This column is chosen for {taken[heading].replace('_', ' ')} already.", column)
        if heading:
            taken[heading] = column


def without(column: str) -> str:
    return f"Choose the column for {column.replace('_', ' ')}: without it no row can go in."


def proposed(header: Sequence[str]) -> dict[str, str]:
    """Return the columns whose headings say plainly which they are."""
    plain = {re.sub(r"[\W_]+", "_", heading.strip().casefold()): heading for heading in header}
    return {column: plain[column] for column in MAPPED if column in plain}


def translated(
    cells: Mapping[str, str], columns: Mapping[str, str], month_first: bool, fixed: Mapping[str, str]
) -> dict[str, str]:
    """Return a row of the export as one of ours; what cannot be told stays as it is, to be refused as a row."""
    return {**fixed, **{ours: _word(ours, cells.get(theirs, ""), month_first) for ours, theirs in columns.items()}}


def _word(column: str, text: str, month_first: bool) -> str:
    if column in _DAYS:
        day = _HOUR.sub("", text)
        shape = _MONTH_FIRST.fullmatch(day) if month_first else None
        return f"{shape[3]}-{shape[1]}-{shape[2]}" if shape else day
    if column in _WORDS:
        return _WORDS[column].get(text.casefold(), text)
    return text.replace("-", " ") if column in _CODED else text
