"""A long list in pages."""

from __future__ import annotations

from dataclasses import dataclass

SIZE = 25


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of how many lines is shown. Numbers count from 1."""

    number: int
    total: int
    size: int = SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_line(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last_line(self) -> int:
        return min(self.number * self.size, self.total)


def number_of(text: str | None) -> int:
    """Return the page that an address asks for; whatever is no page number means the first."""
    sound = text is not None and text.isascii() and text.isdigit() and len(text) <= 5
    return max(1, int(text)) if sound else 1
