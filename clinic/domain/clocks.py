"""What runs out: since when something waits, by when it is due, and how near that is.

Days are a panel's working days. A clock says nothing of itself: amber and red are the
panel's own numbers, held against its own bank holidays.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinic.domain.meetings import working_days_after


class ClockState(StrEnum):
    RUNNING = "running"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Clock:
    """`days` have passed since it began to run."""

    since: date
    due_on: date
    days: int
    state: ClockState


def clock(since: date, due_on: date, today: date, holidays: Container[date]) -> Clock:
    """Return a clock as it stands today: red once its day is over, amber on that day and the working day before."""
    if today > due_on:
        state = ClockState.RED
    elif working_days_after(today, 1, holidays) >= due_on:
        state = ClockState.AMBER
    else:
        state = ClockState.RUNNING
    return Clock(since, due_on, (today - since).days, state)


def last_late_day(today: date, days: int, holidays: Container[date]) -> date:
    """Return the latest day since which something that has so many working days would be late today."""
    day = today - timedelta(days=1)
    while working_days_after(day, days, holidays) >= today:
        day -= timedelta(days=1)
    return day
