"""How many nominations came to a panel, month by month as calendars in the United Kingdom have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from clinic.domain.charts import BarChart, bar_chart
from clinic.domain.meetings import moment
from clinic.domain.months import last_months

#: how many months are told of; the last is not over
MONTHS = 6
HEADER = ("Month", "Nominations")


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day, and how many nominations came in."""

    first: date
    count: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Months, the earliest first."""

    months: tuple[Month, ...]

    @property
    def total(self) -> int:
        return sum(month.count for month in self.months)

    @property
    def finding(self) -> str:
        """Say in a sentence what there is to see."""
        since = f"since 1 {self.months[0].first:%B %Y}"
        if not self.total:
            return f"None came in {since}."
        most = max(self.months, key=lambda month: month.count)
        return f"{self.total} came in {since}, the most in {most.first:%B}: {most.count}."

    @property
    def chart(self) -> BarChart:
        return bar_chart([(f"{month.first:%b}", month.count) for month in self.months])

    def table(self) -> list[tuple[str, int]]:
        """Return the rows under `HEADER`."""
        return [(f"{month.first:%Y-%m}", month.count) for month in self.months]


def begins(today: date) -> list[datetime]:
    """Return the UTC moments in which the months begin that are told of on a day."""
    return [moment(first, time()) for first in last_months(today, MONTHS)]


def told(today: date, counts: Mapping[int, int]) -> Arrivals:
    """Return the months of a day with their counts, which come by the place of the month; one without had none."""
    return Arrivals(tuple(Month(first, counts.get(place, 0)) for place, first in enumerate(last_months(today, MONTHS))))
