"""What one worker remembers of feeds: how often each was asked for, and the bodies it has rendered.

Both live in memory only: a poll that finds nothing new must write nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 300


@dataclass(frozen=True, slots=True)
class Body:
    """A rendered feed. Feeds of different people may share it: nothing in it is one person's."""

    data: bytes
    etag: str
    changed_at: datetime | None


class Pace:
    """Counts what each address is asked for within an hour."""

    def __init__(self, most: int = MOST_AN_HOUR, places: int = 10_000):
        self._most, self._places = most, places
        self._counts: OrderedDict[bytes, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: bytes, now: datetime) -> int:
        """Count one request and return how many seconds to wait; 0 = go on."""
        with self._lock:
            begun, count = self._counts.pop(key, (now, 0))
            if now - begun >= HOUR:
                begun, count = now, 0
            self._counts[key] = (begun, count + 1)
            if len(self._counts) > self._places:
                self._counts.popitem(last=False)
        return 0 if count < self._most else max(1, int((begun + HOUR - now).total_seconds()))


class Shelf:
    """Keeps the last few rendered bodies by what they show."""

    def __init__(self, places: int = 64):
        self._places = places
        self._bodies: OrderedDict[Hashable, Body] = OrderedDict()
        self._lock = Lock()

    def get(self, state: Hashable | None) -> Body | None:
        with self._lock:
            if state is None or state not in self._bodies:
                return None
            self._bodies.move_to_end(state)
            return self._bodies[state]

    def put(self, state: Hashable | None, body: Body) -> None:
        if state is None:
            return
        with self._lock:
            self._bodies[state] = body
            if len(self._bodies) > self._places:
                self._bodies.popitem(last=False)
