"""What somebody looks for: a name or alias, a reference, a date of birth, or several of them together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from clinic.domain.errors import RuleBroken
from clinic.domain.matching.identities import Identity
from clinic.domain.names import SHORTEST_PART, forms, tokens

# More words of a name, or hits, than these are neither looked up nor shown.
MOST_WORDS, MOST_HITS = 6, 50
NUMBER_LENGTH = 6
_NOTHING = "Enter a name, a reference or a date of birth"


@dataclass(frozen=True, slots=True)
class Query:
    name: str = ""
    reference: str = ""
    born_on: date | None = None

    @property
    def fields(self) -> list[str]:
        """Return by what was searched, without what was typed: the journal keeps this."""
        return [name for name in ("name", "reference", "born_on") if getattr(self, name)]


def check(query: Query) -> None:
    """Refuse a search that names nothing that can be looked up."""
    if not query.fields:
        raise RuleBroken(_NOTHING, "name")
    if query.name and not tokens(query.name):
        raise RuleBroken("Enter a name with letters in it", "name")
    if query.reference and len(digits_of(query.reference)) < SHORTEST_PART:
        raise RuleBroken("Enter a whole reference, or three or more of its last digits", "reference")


def digits_of(reference: str) -> str:
    """Return the digits of a reference, without the year of a whole one."""
    return re.sub(r"\D", "", re.sub(r"^\s*[A-Za-z]{2}-\d{4}-", "", reference))


def turned(reference: str) -> int:
    """Return the number of a reference read backwards, as it is kept: whoever remembers its end finds it."""
    return endings(reference)[0]


def endings(reference: str) -> tuple[int, int]:
    """Return the least and the greatest number, read backwards, of those that end as a reference does."""
    backwards = digits_of(reference)[::-1][:NUMBER_LENGTH]
    return int(backwards.ljust(NUMBER_LENGTH, "0")), int(backwards.ljust(NUMBER_LENGTH, "9"))


def fits(name: str, who: Identity) -> bool:
    """Return whether each word of a search begins a word of one of somebody's names."""
    return all(any(part.startswith(word) for part in _parts(who)) for word in tokens(name)[:MOST_WORDS])


def distance(name: str, who: Identity) -> int:
    """Return how many slips lie between a search and somebody's names; forms of one given name are no slip."""
    parts = _parts(who)
    return sum(
        min((0 if forms(word) & forms(part) else OSA.distance(word, part) for part in parts), default=len(word))
        for word in tokens(name)[:MOST_WORDS]
    )


def _parts(who: Identity) -> set[str]:
    return {
        word for face in who.faces
        for word in (*face.words, face.given.whole, face.family.whole) if word
    }
