"""An extra meeting where the coming ones are full: on which day it is best held.

Pure rules. Whether a meeting has room for a case is said in `domain.agenda`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from clinic.domain.meetings import is_working_day, working_days_after

# Who is invited needs some days' notice; after the last meeting, the extra one is held a week later.
LEAST_NOTICE = 3
_WEEK = timedelta(days=7)


def overflow_day(today: date, coming: Sequence[date], holidays: Collection[date]) -> date:
    """Return the working day for an extra meeting: in the middle of the first gap between two of `coming`, in order,
    that leaves enough notice, and a week after the last where there is none.
    """
    earliest = working_days_after(today, LEAST_NOTICE, holidays)
    for before, after in pairwise(coming):
        free = [day for day in _between(before, after) if day >= earliest and is_working_day(day, holidays)]
        if free:
            middle = before + (after - before) / 2
            return min(free, key=lambda day: (abs(day - middle), day))
    day = max(earliest, coming[-1] + _WEEK) if coming else earliest
    return day if is_working_day(day, holidays) else working_days_after(day, 1, holidays)


def _between(before: date, after: date) -> Iterator[date]:
    return (before + timedelta(days=count) for count in range(1, (after - before).days))
