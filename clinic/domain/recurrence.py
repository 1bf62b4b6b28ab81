"""The rule that gives a panel its dates: "second Wednesday of the month".

A small part of the RRULE of RFC 5545 (3.3.10): weekly or monthly, an interval, one
weekday. Pure: a rule has no beginning of its own, so whoever asks for days says which day
its intervals are counted from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinic.domain.errors import RuleBroken


class Frequency(StrEnum):
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
LONGEST_INTERVAL = 12
_WEEK = timedelta(days=7)
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`weekday` counts from Monday = 0. `ordinal` is the week within a month (-1 the last), None when weekly."""

    frequency: Frequency
    weekday: int
    ordinal: int | None = None
    interval: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.interval <= LONGEST_INTERVAL:
            raise RuleBroken(f"Dates can repeat every 1 to {LONGEST_INTERVAL} weeks or months.")
        if self.weekday not in range(7):
            raise RuleBroken("Choose one day of the week.")
        if self.frequency is Frequency.MONTHLY and self.ordinal not in ORDINALS:
            raise RuleBroken("Choose the first, second, third, fourth or last such day of the month.")
        if self.frequency is Frequency.WEEKLY and self.ordinal is not None:
            raise RuleBroken("A weekly rule has a day of the week and no place in the month.")

    def text(self) -> str:
        """Return the rule as it is stored; `parse` reads it back."""
        interval = f";INTERVAL={self.interval}" if self.interval > 1 else ""
        ordinal = self.ordinal if self.ordinal is not None else ""
        return f"FREQ={self.frequency}{interval};BYDAY={ordinal}{CODES[self.weekday]}"

    def words(self) -> str:
        """Return the rule as people say it: "second Wednesday of the month"."""
        day = WEEKDAYS[self.weekday]
        if self.frequency is Frequency.WEEKLY:
            return f"every {day}" if self.interval == 1 else f"every {self.interval} weeks on {day}"
        which = f"{ORDINALS[self.ordinal]} {day}"
        return f"{which} of the month" if self.interval == 1 else f"{which}, every {self.interval} months"

    def days(self, first: date, last: date, anchor: date) -> tuple[date, ...]:
        """Return the rule's days from `first` to `last`, both included, in order.

        Weeks (from Monday) or months are counted from the one that `anchor` lies in, so that
        asking again for a later stretch continues the same alternation.
        """
        every = self._weekly if self.frequency is Frequency.WEEKLY else self._monthly
        return tuple(day for day in every(first, last, anchor) if first <= day <= last)

    def is_day(self, day: date) -> bool:
        """Whether the rule could give this day, whatever its intervals are counted from."""
        if self.frequency is Frequency.WEEKLY:
            return day.weekday() == self.weekday
        return day == self._in_month(day.year, day.month)

    def first_from(self, day: date) -> date:
        """Return the first day from `day` on that the rule could give: where a new series begins."""
        while not self.is_day(day):
            day += timedelta(days=1)
        return day

    def _weekly(self, first: date, last: date, anchor: date) -> Iterator[date]:
        begun = _monday(anchor)
        behind = (_monday(first) - begun).days // 7 % self.interval
        day = _monday(first) - behind * _WEEK + timedelta(days=self.weekday)
        while day <= last:
            yield day
            day += self.interval * _WEEK

    def _monthly(self, first: date, last: date, anchor: date) -> Iterator[date]:
        begun = anchor.year * 12 + anchor.month - 1
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            if (month - begun) % self.interval == 0:
                yield self._in_month(month // 12, month % 12 + 1)

    def _in_month(self, year: int, month: int) -> date:
        if self.ordinal == -1:
            end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            return end - timedelta(days=(end.weekday() - self.weekday) % 7)
        start = date(year, month, 1)
        return start + timedelta(days=(self.weekday - start.weekday()) % 7) + (self.ordinal - 1) * _WEEK


def parse(text: str) -> Recurrence:
    """Read a rule such as `FREQ=MONTHLY;BYDAY=2WE`, or raise RuleBroken."""
    parts = dict(part.partition("=")[::2] for part in text.strip().upper().split(";"))
    if set(parts) - {"FREQ", "INTERVAL", "BYDAY"} or len(parts) != text.count(";") + 1:
        raise RuleBroken("A rule of dates has a frequency, an interval and one day, and nothing else.")
    if parts.get("FREQ") not in set(Frequency):
        raise RuleBroken("Dates repeat weekly or monthly.")
    interval, day = parts.get("INTERVAL", "1"), _BYDAY.fullmatch(parts.get("BYDAY", ""))
    if not re.fullmatch(r"\d{1,2}", interval, re.ASCII):
        raise RuleBroken(f"Dates can repeat every 1 to {LONGEST_INTERVAL} weeks or months.")
    if day is None:
        raise RuleBroken("Choose one day of the week.")
    ordinal = int(day[1]) if day[1] else None
    return Recurrence(Frequency(parts["FREQ"]), CODES.index(day[2]), ordinal, int(interval))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
