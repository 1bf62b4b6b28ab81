"""A file of nominations: its columns, and what each row says or does wrong.

Pure. A row is read into the same draft that the form makes and meets the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from clinic.domain import drafts, faults
from clinic.domain.cases import Answer, Gender
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.faults import Fault
from clinic.domain.nominations import AdvocateOffer, VictimAwareness
from clinic.domain.orders import Order, OrderStatus
from clinic.domain.panels import PanelType

MOST_ROWS = 10_000
#: rows that one work puts in; a file with no more goes in at once
WORK = 100
LIFE = timedelta(hours=1)
COLUMNS = (
    "source_reference", "submitted_on", "panel", "nominating_agency", "contact_name", "contact_email", "criteria",
    "victim_given_name", "victim_family_name", "victim_aliases", "victim_date_of_birth", "victim_gender",
    "victim_postcode", "victim_phone", "victim_phone_safe", "victim_safe_contact_notes", "victim_aware",
    "victim_wishes", "advocate_offered", "perpetrator_given_name", "perpetrator_family_name", "perpetrator_aliases",
    "perpetrator_date_of_birth", "perpetrator_gender", "relationship", "typology", "children", "last_incident_on",
    "incidents_last_12_months", "risk_tool", "risk_result", "offences", "orders", "question", "narrative",
)
MENDING = "how_to_mend"
_OPTIONAL = ("presenter", MENDING)
#: the columns of a row as it is kept, in their order
KEPT = (*COLUMNS, "presenter")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", re.ASCII)
_UK = re.compile(r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})", re.ASCII)
_SERIAL = re.compile(r"[1-9]\d{4}", re.ASCII)
_WORDS = re.compile(r"(?P<d>\d{1,2}) (?P<m>[A-Za-z]{3,9}) (?P<y>\d{4})", re.ASCII)

Kind = TypeVar("Kind", bound=StrEnum)


class ImportStatus(StrEnum):
    """Where a file stands on its way in."""

    #: kept as it came, until the timer reads it
    UNREAD = "unread"
    #: its columns are not ours: its sender says which is which, and it is read again
    UNMATCHED = "unmatched"
    #: read; goes in when its sender says so
    WAITING = "waiting"
    #: goes in, a hundred rows at a time
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


class Stop(StrEnum):
    """Why a file went in by half, or not at all."""

    BY_HAND = "by_hand"
    #: its sender coordinates the panel no longer
    NO_SEAT = "no_seat"
    #: its sender's account has ended
    NO_ACCOUNT = "no_account"
    UNREADABLE = "unreadable"


class PartKind(StrEnum):
    RAW = "raw"
    #: rows to put in
    GOOD = "good"
    #: rows to hand back
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class PanelGround:
    id: UUID
    type: PanelType
    #: codes by the names of `drafts.lists_for`
    codes: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What rows are held against: panels and agencies by name in small letters, and who sits where."""

    today: date
    panels: Mapping[str, PanelGround]
    agencies: Mapping[str, UUID]
    members: Collection[tuple[UUID, UUID]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is kept: the line of the file on which it begins, its cells, and what is wrong with it."""

    number: int
    cells: Mapping[str, str]
    faults: tuple[Fault, ...] = ()

    def packed(self) -> list:
        """Return it as plain values, without its headings: thousands of rows have the same."""
        return [self.number, [self.cells.get(column, "") for column in KEPT],
                [[fault.field, fault.message] for fault in self.faults]]

    @classmethod
    def unpacked(cls, kept: Sequence) -> Line:
        number, cells, faults = kept
        return cls(number, dict(zip(KEPT, cells, strict=True)), tuple(Fault(*fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one row says. Without faults it has a draft, a panel and an agency."""

    faults: tuple[Fault, ...]
    source_reference: str = ""
    submitted_on: date | None = None
    panel_id: UUID | None = None
    agency_id: UUID | None = None
    draft: NominationDraft | None = None


def lines(header: Sequence[str], rows: Sequence[tuple[int, Mapping[str, str]]]) -> list[Line]:
    """Return the rows of a file whose headings are ours, whatever their capitals."""
    check_file(header, len(rows))
    return [
        Line(number, {heading.strip().casefold(): text for heading, text in cells.items()}) for number, cells in rows
    ]


def check_file(header: Sequence[str], rows: int) -> None:
    """Refuse a file that lacks a column, has one that nobody knows, or is too long."""
    headings = {heading.strip().casefold() for heading in header}
    missing = [column for column in COLUMNS if column not in headings]
    if missing:
        raise RuleBroken(f"This file has no column “{missing[0]}”. It needs these: {', '.join(COLUMNS)}.", "file")
    unknown = sorted(headings - set(COLUMNS) - set(_OPTIONAL))
    if unknown:
        raise RuleBroken(f"This file has a column “{unknown[0][:60]}” that nobody here knows. Take it out.", "file")
    if not rows:
        raise RuleBroken("This file has headings and no rows.", "file")
    if rows > MOST_ROWS:
        raise RuleBroken(f"This file has {rows:,} rows and may have {MOST_ROWS:,}. Send it in parts.", "file")


def day_of(text: str) -> date:
    """Return the day that an ISO or a UK date names: 2026-12-31, 31/12/2026, 31.12.2026, 31 Dec 2026."""
    shape = _ISO.fullmatch(text) or _UK.fullmatch(text) or _WORDS.fullmatch(text)
    if shape is None and _SERIAL.fullmatch(text):
        raise RuleBroken(f"{text} is how a spreadsheet counts days: give the column the format of a date.")
    if shape is None:
        raise RuleBroken("Write the date as 2026-12-31 or 31/12/2026.")
    month = shape["m"]
    if month.isalpha():
        if month[:3].lower() not in _MONTHS:
            raise RuleBroken("Write the date as 2026-12-31 or 31/12/2026.")
        month = _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(int(shape["y"]), int(month), int(shape["d"]))
    except ValueError:
        raise RuleBroken(f"There is no {text}: check the day and the month.") from None


def read(cells: Mapping[str, str], grounds: Grounds) -> Reading:
    """Read one row; whatever is wrong with it comes back as faults, all of them."""
    row = _Row(cells)
    panel, agency_id = row.panel(grounds), row.agency(grounds)
    if panel is not None and agency_id is not None and (panel.id, agency_id) not in grounds.members:
        row.fault("nominating_agency", "This agency does not sit on the panel of the row.")
    submitted_on = row.day("submitted_on")
    if submitted_on is None:
        row.fault("submitted_on", "Enter the day on which the agency sent it.")
    elif submitted_on > grounds.today or submitted_on.year < 2000:
        row.fault("submitted_on", "The day of sending must lie between 2000 and today.")
    reference = row.reference()
    draft = row.draft()
    if panel is not None:
        named = {fault.field for fault in row.faults}
        found = faults.of(draft, grounds.today, panel.type, panel.codes)
        row.faults += [fault for fault in found if fault.field not in named]
    if row.faults:
        return Reading(tuple(row.faults), reference)
    return Reading((), reference, submitted_on, panel.id, agency_id, draft)


@dataclass
class _Row:
    """The cells of a row on their way into a draft, and the faults found so far."""

    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, message: str) -> None:
        self.faults.append(Fault(column, message))

    def cell(self, column: str) -> str:
        """Return a cell; an apostrophe that our own files put before a sign is taken off again."""
        text = self.cells.get(column, "").strip().replace("\r\n", "\n")
        if text[:1] == "'" and text[1:2] and text[1] in "=+-@":
            text = text[1:]
        if text.startswith("="):
            self.fault(column, "This cell starts with =, which a spreadsheet would compute: take the sign out.")
        return text

    def reference(self) -> str:
        reference = self.cell("source_reference")
        if not reference:
            self.fault("source_reference", "Enter the agency's own reference: it keeps a second import from doubling.")
        elif len(reference) > 200 or "\n" in reference:
            self.fault("source_reference", "A reference is one line of 200 characters or fewer.")
        return reference

    def panel(self, grounds: Grounds) -> PanelGround | None:
        found = grounds.panels.get(self.cell("panel").casefold())
        if found is None:
            self.fault("panel", "There is no panel of this name: write it as the list of panels does.")
        elif found.type is PanelType.CPS_SCRUTINY_PANEL:
            self.fault("panel", drafts.CLOSED_PANEL)
            return None
        return found

    def agency(self, grounds: Grounds) -> UUID | None:
        found = grounds.agencies.get(self.cell("nominating_agency").casefold())
        if found is None:
            self.fault("nominating_agency", "There is no agency of this name: write it as the directory does.")
        return found

    def day(self, column: str) -> date | None:
        text = self.cell(column)
        if not text:
            return None
        try:
            return day_of(text)
        except RuleBroken as broken:
            self.fault(column, broken.message)
            return None

    def number(self, column: str, most: int, cap: bool = False) -> int | None:
        text = self.cell(column)
        if not text:
            return None
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or (int(text) > most and not cap):
            self.fault(column, f"Enter a whole number from 0 to {most}, or leave it empty when it is not known.")
            return None
        return min(int(text), most)

    def choice(self, column: str, kind: type[Kind], empty: Kind | None = None) -> Kind | None:
        code = _code(self.cell(column))
        if not code and empty is not None:
            return empty
        if code in {member.value for member in kind}:
            return kind(code)
        self.fault(column, f"Enter one of these: {', '.join(member.value for member in kind)}.")
        return empty

    def codes(self, column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_code(part) for part in self.cell(column).split(";") if part.strip()))

    def orders(self) -> tuple[Order, ...]:
        found = []
        for text in filter(None, (part.strip() for part in self.cell("orders").split(";"))):
            parts = [part.strip() for part in text.split(":")]
            try:
                if len(parts) not in (3, 4) or _code(parts[1]) not in {s.value for s in OrderStatus}:
                    raise RuleBroken("Write an order as kind:status:day, with :last day when it has one.")
                days = [day_of(part) for part in parts[2:]]
                found.append(Order(_code(parts[0]), OrderStatus(_code(parts[1])), *days))
            except RuleBroken as broken:
                self.fault("orders", broken.message)
        return tuple(found)

    def party(self, who: str) -> PartyDraft:
        aliases = tuple(part.strip() for part in self.cell(f"{who}_aliases").split(";") if part.strip())
        return PartyDraft(
            self.cell(f"{who}_given_name"), self.cell(f"{who}_family_name"), aliases,
            self.day(f"{who}_date_of_birth"), self.choice(f"{who}_gender", Gender, Gender.NOT_KNOWN),
        )

    def draft(self) -> NominationDraft:
        contact = SafeContactDraft(
            self.cell("victim_postcode"), self.cell("victim_phone"),
            self.choice("victim_phone_safe", Answer, Answer.NOT_ASKED), self.cell("victim_safe_contact_notes"),
        )
        return NominationDraft(
            victim=self.party("victim"), perpetrator=self.party("perpetrator"), contact=contact,
            relationship=_code(self.cell("relationship")), criteria=self.codes("criteria"),
            risk_tool=_code(self.cell("risk_tool")), risk_result=self.cell("risk_result"),
            typology=_code(self.cell("typology")) or "not_determined", offences=self.codes("offences"),
            orders=self.orders(), children=self.number("children", faults.MOST_CHILDREN),
            last_incident_on=self.day("last_incident_on"),
            incidents_last_12_months=self.number("incidents_last_12_months", faults.MOST_INCIDENTS, cap=True),
            victim_aware=self.choice("victim_aware", VictimAwareness), victim_wishes=self.cell("victim_wishes"),
            advocate_offered=self.choice("advocate_offered", AdvocateOffer, AdvocateOffer.NOT_KNOWN),
            question=self.cell("question"), narrative=self.cell("narrative"), presenter=self.cell("presenter"),
            contact_name=self.cell("contact_name"), contact_email=self.cell("contact_email"),
        )


def _code(text: str) -> str:
    """Return a cell as a code: small letters, underscores for spaces."""
    return re.sub(r"[\s_]+", "_", text.strip().lower())
