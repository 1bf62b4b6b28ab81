"""Dated events of a course of conduct, as an agency knows them.

Stalking is a pattern: incidents seen singly are the failing that inspections find most often
(HMICFRS 2017, super-complaint 2024), so each is a line of its own with its own day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from clinic.domain.cases import Answer
from clinic.domain.errors import RuleBroken
from clinic.domain.months import last_months

MOST = 500
LONGEST_TEXT = 2000
LONGEST_REASON = 500


class InformationKind(StrEnum):
    """What an entry rests on. Nothing said of it is not the same as a fact."""

    FACT = "fact"
    THIRD_PARTY_REPORT = "third_party_report"
    PROFESSIONAL_OPINION = "professional_opinion"
    INTELLIGENCE_RESTRICTED = "intelligence_restricted"


#: What no limit is counted from: an opinion is no event, and intelligence that may not be disclosed charges nobody.
#: A day that moved by it would also tell of it.
COUNTS_NOT = frozenset({InformationKind.PROFESSIONAL_OPINION, InformationKind.INTELLIGENCE_RESTRICTED})


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened on a day. `behaviours` are codes of the `behaviour` terms."""

    on: date
    what: str
    behaviours: tuple[str, ...] = ()
    #: to the police
    reported: Answer = Answer.NOT_ASKED
    #: of an order, or bail
    breach: Answer = Answer.NOT_ASKED
    #: nothing = nobody has said
    information: InformationKind | None = None
    #: of the row, once there is one
    id: UUID | None = None


def check(incident: Incident, today: date, behaviours: Collection[str]) -> None:
    """Refuse an incident that cannot have happened by `today`, or says nothing."""
    if incident.on > today:
        raise RuleBroken("An incident cannot lie in the future: check the date.", "on")
    if incident.on.year < 1950:
        raise RuleBroken("An incident must lie in 1950 or later: check the year.", "on")
    if not incident.what.strip():
        raise RuleBroken("Say what happened", "what")
    if len(incident.what) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "what")
    if any(code not in behaviours for code in incident.behaviours):
        raise RuleBroken("Choose what the perpetrator did from the list.", "behaviours")


def check_age(incident: Incident, born_on: date | None) -> None:
    """Refuse an incident from before the victim was born. The day of birth itself is not told."""
    if born_on is not None and incident.on < born_on:
        raise RuleBroken("This was before the victim was born: check the date.", "on")


def check_correction(before: Incident, after: Incident, why: str) -> None:
    """Refuse a new version that changes nothing, or does not say why."""
    if replace(after, id=before.id) == before:
        raise RuleBroken("Nothing is different from what stands there: change it, or go back.")
    check_reason(why)


def check_open(incident: Incident) -> None:
    """Refuse to make a secret of what a nomination has told: who reads the nomination has read it."""
    if incident.information is InformationKind.INTELLIGENCE_RESTRICTED:
        raise RuleBroken("A nomination has told of this, so it cannot be restricted: take it back, and tell it anew.",
                         "information")


def check_reason(why: str) -> None:
    if not why.strip():
        raise RuleBroken("Say why", "why")
    if len(why) > LONGEST_REASON:
        raise RuleBroken(f"This text must have {LONGEST_REASON:,} characters or fewer: shorten it.", "why")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a course of conduct looks like as a whole: how often what was done, and when it began and was last."""

    total: int
    first_on: date | None
    last_on: date | None
    #: code of a behaviour and how many entries have it, the most frequent first
    behaviours: tuple[tuple[str, int], ...]
    #: the first day of a month and how many entries it has, the latest of twelve first
    months: tuple[tuple[date, int], ...]


def pattern(entries: Collection[tuple[date, Collection[str]]], today: date) -> Pattern:
    """Return the pattern of entries, each the day and the codes of what was done."""
    days = [on for on, _ in entries]
    behaviours = Counter(code for _, codes in entries for code in codes)
    months = Counter((on.year, on.month) for on in days)
    return Pattern(len(days), min(days, default=None), max(days, default=None), tuple(behaviours.most_common()),
                   tuple((first, months[first.year, first.month]) for first in reversed(last_months(today, 12))))


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no incident yet: its number from 1, what stands in it, and how to mend it."""

    number: int
    text: str
    message: str


def read_lines(text: str, today: date) -> tuple[tuple[Incident, ...], tuple[BadLine, ...]]:
    """Read incidents that were pasted, one a line: a day, a tab, semicolon or comma, and what happened.

    Days are written as people here write them: 1/11/2026, 1.11.26, 2026-11-01, 1 Nov 2026. Empty lines are passed over.
    """
    good, bad = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            good.append(_read_line(line.strip(), today))
        except RuleBroken as broken:
            bad.append(BadLine(number, line.strip()[:80], broken.message))
    return tuple(good), tuple(bad)


def _read_line(line: str, today: date) -> Incident:
    parts = _PARTS.fullmatch(line)
    if parts is None:
        raise RuleBroken("Begin with the day, then a tab, semicolon or comma, then what happened.")
    incident = Incident(_day(parts[1]), parts[2].strip().strip('"').strip())
    check(incident, today, ())
    return incident


def _day(text: str) -> date:
    shape = _ISO.fullmatch(text) or _BRITISH.fullmatch(text)
    if shape is None:
        raise RuleBroken("Write the day like 1/11/2026.")
    year, month = shape["year"], shape["month"]
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), _month(month), int(shape["day"]))
    except ValueError:
        raise RuleBroken(f"There is no {text}: check the day.") from None


def _month(text: str) -> int:
    word = text[:3].lower()
    return _MONTHS.index(word) + 1 if word in _MONTHS else int(text)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A day holds no comma, so that the first separator ends it.
_PARTS = re.compile(r'"?([^\t;,"]{6,20}?)"?\s*[\t;,]\s*(.+)', re.DOTALL)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_BRITISH = re.compile(
    r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2}|[a-z]{3,9})[/. -](?P<year>\d{4}|\d{2})", re.ASCII | re.IGNORECASE)
