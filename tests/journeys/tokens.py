"""A file of nominations in which every value about a person is a word that occurs nowhere else.

Whoever finds such a word outside a page that may show it has found a leak.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from clinic.services import demonstration

# The sender's own contact is no secret from mail: letters go there. Codes, counts and days of events stay.
NAMES = (
    "victim_given_name", "victim_family_name", "victim_aliases",
    "perpetrator_given_name", "perpetrator_family_name", "perpetrator_aliases",
)
TEXTS = ("victim_safe_contact_notes", "victim_wishes", "question", "narrative")
BIRTHS = ("victim_date_of_birth", "perpetrator_date_of_birth")
CONTACTS = ("victim_postcode", "victim_phone", "victim_safe_contact_notes")
_LETTERS = "bcdfghjklmnprstvwz"


def _word(number: int) -> str:
    """Return a word of letters that no language has: names may not hold digits."""
    word = ""
    for _ in range(4):
        number, rest = divmod(number, len(_LETTERS))
        word += _LETTERS[rest] + "q"
    return f"Xq{word}"


@dataclass
class Tokens:
    """Rows by source reference, and each row's tokens by column."""

    rows: list[dict[str, str]]
    of: dict[str, dict[str, str]] = field(default_factory=dict)
    #: what people type later, by the case that it is about
    typed: dict[str, list[str]] = field(default_factory=dict)

    def type(self, about: str) -> str:
        """Return a sentence that nobody has typed before, about a case."""
        word = _word(60_000 + sum(map(len, self.typed.values())))
        self.typed.setdefault(about, []).append(word)
        return f"{word} is all that is to be said."

    def every(self) -> set[str]:
        return {token for row in self.of.values() for token in row.values()}

    def written(self, row: str) -> set[str]:
        """Return the ways in which the tokens of one row may be written."""
        return {way for column, token in self.of[row].items() for way in ways(column, token)}

    def rows_of(self, panel: str) -> list[dict[str, str]]:
        return [row for row in self.rows if row["panel"] == panel]

    def csv(self) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, self.rows[0].keys())
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue().encode()

    def save(self, folder: Path) -> Path:
        path = folder / "nominations.csv"
        path.write_bytes(self.csv())
        return path


def ways(column: str, token: str) -> set[str]:
    """Return a token as it is typed, and as a page or a program may write it."""
    if column in BIRTHS:
        day = date.fromisoformat(token)
        return {token, f"{day.day} {day:%B %Y}", f"{day.day} {day:%b %Y}", f"{day:%d/%m/%Y}", f"{day:%Y%m%d}"}
    if column in ("victim_phone", "victim_postcode"):
        return {token, token.replace(" ", "")}
    return {token}


def made() -> Tokens:
    """Return the demonstration's nominations with a token for every value about a person."""
    tokens = Tokens(demonstration.rows("nominations"))
    number = 0
    for index, row in enumerate(tokens.rows):
        own = tokens.of[row["source_reference"]] = {}
        for column in (*NAMES, *TEXTS):
            number += 1
            own[column] = _word(number) if column in NAMES else f"{_word(number)} {_word(number + 40_000).lower()}"
        own["victim_date_of_birth"] = str(date(1961, 1, 1) + timedelta(days=index * 97))
        own["perpetrator_date_of_birth"] = str(date(1961, 2, 20) + timedelta(days=index * 97))
        letters = _LETTERS.upper()
        own["victim_postcode"] = f"WM{10 + index} {index % 9 + 1}{letters[index % 18]}{letters[(index // 18 + 7) % 18]}"
        own["victim_phone"] = f"07700 900{index * 13 + 11:03d}"
        row.update(own)
    assert len(tokens.every()) == sum(len(row) for row in tokens.of.values())
    return tokens
