"""The order of what a running meeting has still to hear: what may be moved in it, and where to.

Pure rules. Only what has not begun moves. What a reader must not know of is not among the lines, and keeps its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from clinic.domain.agenda import AgendaItemKind
from clinic.domain.errors import RuleBroken
from clinic.domain.following import last_begun
from clinic.domain.hearings import HearingOutcome


class Move(StrEnum):
    NEXT = "next"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the order: when it was begun and how it ended are known of cases alone."""

    id: UUID
    kind: AgendaItemKind
    is_case: bool
    began_at: datetime | None = None
    outcome: HearingOutcome | None = None

    @property
    def may_move(self) -> bool:
        """Cases that are still to be heard, breaks, and items in the coordinator's words; the frame stays."""
        open_case = self.is_case and self.began_at is None and self.outcome is None
        return open_case or self.kind in (AgendaItemKind.BREAK, AgendaItemKind.OTHER)


def mark(order: Sequence[UUID]) -> str:
    """Return what stands for the order that a reader has: what they must not know of changes nothing in it."""
    return hashlib.sha256(b"".join(item.bytes for item in order)).hexdigest()[:16]


def moves(lines: Sequence[Line]) -> dict[UUID, tuple[Move, ...]]:
    """Return which moves each line has: up and down among what is to come; what was passed over can be heard next."""
    coming = _coming(lines)
    found: dict[UUID, tuple[Move, ...]] = {}
    for place, line in enumerate(coming):
        ways = (Move.NEXT, Move.UP) if place else ()
        found[line.id] = (*ways, Move.DOWN) if place + 1 < len(coming) else ways
    passed_over = (line for line in lines[:_begin(lines)] if line.is_case and line.may_move)
    return found | {line.id: (Move.NEXT,) for line in passed_over}


def moved(lines: Sequence[Line], item: UUID, move: Move) -> tuple[UUID, ...]:
    """Return the order with one line moved, or refuse it."""
    if item not in moves(lines):
        raise RuleBroken("This item has begun, or is over: only what is still to be heard can be moved.")
    order, coming = [line.id for line in lines], [line.id for line in _coming(lines)]
    if move is Move.NEXT:
        order.remove(item)
        first = next((order.index(other) for other in coming if other != item), _begin(lines))
        order.insert(first, item)
        return tuple(order)
    if item in coming:
        there = coming.index(item) + (1 if move is Move.DOWN else -1)
        if 0 <= there < len(coming):
            here, other = order.index(item), order.index(coming[there])
            order[here], order[other] = order[other], order[here]
    return tuple(order)


def _coming(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines[_begin(lines):] if line.may_move]


def _begin(lines: Sequence[Line]) -> int:
    """Return where what is to come begins: after the case that was begun last, or with the first case."""
    last = last_begun([line.began_at for line in lines])
    if last is not None:
        return last + 1
    return next((place for place, line in enumerate(lines) if line.is_case), len(lines))
