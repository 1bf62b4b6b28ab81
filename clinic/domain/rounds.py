"""A round in writing: a meeting without a room. Agencies answer until it closes, then the chair decides each case.

Pure rules. Source: panels that have returns by a closing date and no sitting. When a round "starts" is when it closes;
nobody comes, so there is no register, and the quorum is of agencies that have answered.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from clinic.domain.attendance import Quorum
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import LONDON, MeetingMode, hour_words, local_day

#: what diaries show of a round
LASTS = timedelta(minutes=15)


def check_closed(closes_at: datetime, now: datetime) -> None:
    """Refuse to decide while agencies still answer."""
    if now < closes_at:
        raise RuleBroken(f"This round closes on {closing(closes_at)}: agencies answer until then.")


def check_stays(before: MeetingMode, after: MeetingMode) -> None:
    """Refuse to make a round of a meeting, or a meeting of a round: what people were told to do is another thing."""
    if before.is_in_writing is not after.is_in_writing:
        raise RuleBroken("A meeting cannot become a round in writing, nor a round a meeting: cancel it, and add "
                         "another.", "mode")


def quorum(answered: Collection[UUID], needed: int) -> Quorum:
    """Count agencies that have answered, each once, whatever it was asked about."""
    return Quorum(len(set(answered)), needed)


def closing(closes_at: datetime) -> str:
    """Return when a round closes, as a sentence says it."""
    day = local_day(closes_at)
    return f"{day.day} {day:%B %Y} at {hour_words(closes_at.astimezone(LONDON))}"
