"""Bank holidays of the three nations that panels sit in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays as almanac

from clinic.domain.panels import Nation

# England and Wales keep the same days.
_SUBDIVISIONS = {Nation.ENGLAND_WALES: "ENG", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}


@lru_cache(maxsize=128)
def around(nation: Nation, year: int) -> Mapping[date, str]:
    """Return the bank holidays of a year and of its neighbours, by day, with their names.

    A deadline of a January meeting may lie in December: one year alone would miss it.
    """
    days = almanac.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=range(year - 1, year + 2))
    return MappingProxyType(dict(sorted(days.items())))


def name_of(nation: Nation, day: date) -> str:
    """Return the name of the bank holiday on this day, or an empty text."""
    return around(nation, day.year).get(day, "")
