"""Reviews that are due: onto which list a case comes back by itself.

Pure rules. It comes once: whoever takes it off again, or moves it, has decided that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.domain.meetings import INVITED_AHEAD


@dataclass(frozen=True, slots=True)
class Sitting:
    """A coming meeting: its day, whether its list is out or locked, and whether it has room for a review."""

    meeting_id: UUID
    day: date
    is_closed: bool
    has_room: bool


def list_for(review_on: date, coming: Sequence[Sitting]) -> Sitting | None:
    """Return the meeting on whose list a review belongs: the first from its day on whose list is still open.

    `coming` is in order. Lists are made no further ahead than people are invited. A meeting without room is
    returned too: going on to a later one would put the review off, and that is the coordinator's to say.
    """
    return next((one for one in coming[:INVITED_AHEAD] if one.day >= review_on and not one.is_closed), None)
