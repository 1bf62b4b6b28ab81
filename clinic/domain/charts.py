"""Where the bars of a chart stand, and the lines behind them: pure geometry, in the units of the drawing's own box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

WIDTH, HEIGHT = 320, 190
#: room for the numbers of the lines, for the words under the bars, and for the number over the highest
_LEFT, _BELOW, _ABOVE = 28, 24, 20
#: how much of its place a bar fills
_FILLED = 0.68
#: there are at most so many steps from nothing to the highest line
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars from the left, and lines from the lowest up, each as its number and how far down it is."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


def lines_for(most: int) -> range:
    """Return round numbers from nothing to the first that is no lower than the most: steps of 1, 2, 5, 10, 20 …"""
    step = next(size * 10**power for power in count() for size in (1, 2, 5) if size * 10**power * _STEPS >= most)
    return range(0, max(-(-most // step), 1) * step + 1, step)


def bar_chart(values: Sequence[tuple[str, int]]) -> BarChart:
    """Place a bar for each label and its value, which is not negative."""
    lines = lines_for(max(value for _, value in values))
    room, ground = HEIGHT - _BELOW - _ABOVE, HEIGHT - _BELOW
    place = (WIDTH - _LEFT) / len(values)
    bars = []
    for number, (label, value) in enumerate(values):
        high = round(room * value / lines[-1], 1)
        x = round(_LEFT + place * (number + (1 - _FILLED) / 2), 1)
        bars.append(Bar(label, value, x, round(ground - high, 1), round(place * _FILLED, 1), high))
    return BarChart(tuple(bars), tuple((line, round(ground - room * line / lines[-1], 1)) for line in lines))
