"""Calendar months: counting on by some, and the last of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_later(day: date, months: int) -> date:
    """Return the day some calendar months later; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_months(today: date, many: int) -> list[date]:
    """Return the first days of so many months, that of today last."""
    return [months_later(today.replace(day=1), back) for back in range(1 - many, 1)]
