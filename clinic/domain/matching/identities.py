"""What is known of who somebody is, and the plain values by which two identities are held against each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from clinic.domain.cases import Gender
from clinic.domain.names import Part, heads, part

# More other names than these are not held against each other.
MOST_FACES = 8


@dataclass(frozen=True)
class Face:
    """One name that somebody goes by."""

    given: Part
    family: Part
    is_alias: bool = False

    @cached_property
    def words(self) -> list[str]:
        return sorted((*self.given.words, *self.family.words))


@dataclass(frozen=True)
class Identity:
    """What is known of who somebody is. Nothing known of a field is an empty value."""

    given_name: str
    family_name: str
    aliases: tuple[str, ...] = ()
    born_on: date | None = None
    gender: Gender = Gender.NOT_KNOWN
    postcode: str = ""
    telephone: str = ""

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """Return every name that they go by. Another name of one word may stand for either part of it."""
        found = [(self.given_name, self.family_name, False)]
        for alias in self.aliases:
            *given, last = alias.split() or [""]
            if given:
                found.append((" ".join(given), last, True))
            else:
                found += [(last, self.family_name, True), (self.given_name, last, True)]
        made = (Face(part(given), part(family), is_alias) for given, family, is_alias in found[:MOST_FACES])
        return tuple(face for face in made if face.words)

    @cached_property
    def sounds(self) -> frozenset[str]:
        return frozenset(head for face in self.faces for word in face.words for head in heads(word))


def postcode_of(text: str) -> str:
    """Return a postcode as it is compared: capitals, no spaces; nothing for half of one."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    return plain if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", plain) else ""


def telephone_of(text: str) -> str:
    """Return the last nine digits of a number, whatever stands for the country; nothing for less than a number."""
    digits = re.sub(r"\D", "", text)
    return digits[-9:] if len(digits) >= 9 else ""


def exchanged(born_on: date) -> date | None:
    """Return the date with day and month the other way round, where that is another date."""
    if born_on.day > 12 or born_on.day == born_on.month:
        return None
    return born_on.replace(month=born_on.day, day=born_on.month)
