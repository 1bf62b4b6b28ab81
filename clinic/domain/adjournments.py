"""A meeting that stands still for a while: when it is adjourned and goes on, and what time counts meanwhile.

Pure rules. The clock of a meeting, and of the case that is being heard, stands from an adjournment until the meeting
goes on: minutes later, beyond midnight or a change of the clocks, or days later. It is of the meeting and of no case,
so everybody who follows is told the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import local_day, moment


@dataclass(frozen=True, slots=True)
class Pause:
    """From when to when a meeting stood still: until now, where it has no end. `expected_at` is when it is to go on."""

    began_at: datetime
    ended_at: datetime | None = None
    expected_at: datetime | None = None


def standing(pauses: Sequence[Pause]) -> Pause | None:
    """Return the pause that a meeting is in, if it is in one; `pauses` are in order."""
    return pauses[-1] if pauses and pauses[-1].ended_at is None else None


def check_adjourn(pause: Pause | None, reason: str) -> None:
    if pause is not None:
        raise RuleBroken("This meeting is adjourned already.")
    if not reason.strip():
        raise RuleBroken("Say why the meeting is adjourned", "reason")


def check_resume(pause: Pause | None) -> None:
    if pause is None:
        raise RuleBroken("This meeting is not adjourned: it goes on.")


def check_sitting(pause: Pause | None) -> None:
    """Refuse what is done by a meeting that sits. Notes that are being typed are kept all the same."""
    if pause is not None:
        raise RuleBroken("The meeting is adjourned. Resume it first.")


def expected(day: date | None, at: time | None, now: datetime) -> datetime | None:
    """Return the moment at which a meeting is to go on, if somebody has said when; without a day it is today."""
    if at is None:
        if day is not None:
            raise RuleBroken("Enter the time at which it goes on", "starts")
        return None
    goes_on = moment(day or local_day(now), at)
    if goes_on <= now:
        raise RuleBroken("This time has passed. Enter the day too, if it is another one", "starts")
    return goes_on


def sat(since: datetime, until: datetime, pauses: Sequence[Pause]) -> timedelta:
    """Return how long a meeting sat from one moment to another: the time between, without what it stood still."""
    stood = (min(pause.ended_at or until, until) - max(pause.began_at, since) for pause in pauses)
    return max(until - since, timedelta()) - sum((span for span in stood if span > timedelta()), timedelta())
