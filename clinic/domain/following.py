"""Where a running meeting is, and when the rest of it will come, for whoever follows it.

Pure rules. Everything is reckoned from the lines that a reader may see. An item lasts for them until the next one of
theirs begins: while a case is heard that they must not know of, the one before it is still being heard, its outcome
is not told yet, and neither a gap nor a jump is left in the times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.domain.adjournments import Pause, standing

# Expected times move by whole steps: nobody is helped by a minute, and nothing changes each minute.
STEP = timedelta(minutes=5)


class Stage(StrEnum):
    OVER = "over"
    NOW = "now"
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Followed:
    """A line of the running order; `began_at` is known of cases alone, and `again`: when one was taken up again that
    had been left for another.
    """

    id: UUID
    minutes: int
    is_case: bool
    began_at: datetime | None = None
    again: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a line stands: from when to when it was heard, since when it is, or when it is expected.

    What was passed over has no time.
    """

    stage: Stage
    at: datetime | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """When a meeting is planned to begin, when it did, and whether it has ended."""

    starts_at: datetime
    started_at: datetime | None
    over: bool
    #: when it stood still, in order
    pauses: tuple[Pause, ...] = ()
    ended_at: datetime | None = None


def placed(lines: Sequence[Followed], span: Span, now: datetime) -> dict[UUID, Placed]:
    """Return for each line, by its id, where it stands."""
    if span.over:
        return _heard(lines, span.ended_at)
    if span.started_at is None:
        return _run_on(lines, span.starts_at)
    here, since = _here(lines, span, now)
    if here is None:
        return _run_on(lines, _expected(span.started_at, span, now))
    ends = _expected(_after(since, lines[here].minutes, span, now), span, now)
    found = _heard(lines, None) | {lines[here].id: Placed(Stage.NOW, since, ends)}
    return found | _run_on(_coming(lines, here), ends)


def _heard(lines: Sequence[Followed], ended_at: datetime | None) -> dict[UUID, Placed]:
    """Return from when to when each line was heard: until the next of the reader's began, the last until the end.

    So nothing that came in between leaves a hole, and their times together are the meeting's. What was left and taken
    up again was heard from first to last.
    """
    begun = _turns(lines)
    ends = [*(moment for moment, _ in begun[1:]), ended_at]
    until = {lines[place].id: end for (_, place), end in zip(begun, ends, strict=False)}
    return {line.id: Placed(Stage.OVER, line.began_at, until.get(line.id)) for line in lines}


def _turns(lines: Sequence[Followed]) -> list[tuple[datetime, int]]:
    """Return which line was heard from when, in order.

    What is taken up again after a line that the reader must not know of has gone on all the time for them.
    """
    begun = sorted((moment, place) for place, line in enumerate(lines)
                   for moment in (line.began_at, *line.again) if moment is not None)
    return [turn for before, turn in zip([None, *begun], begun, strict=False) if before is None or before[1] != turn[1]]


def turns_of(lines: Sequence[Followed], id_: UUID, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return from when to when a line was heard, each time, up to a moment: until the next of the reader's began."""
    begun = _turns(lines)
    ends = [*(moment for moment, _ in begun[1:]), until]
    return [(moment, min(end, until)) for (moment, place), end in zip(begun, ends, strict=False)
            if lines[place].id == id_ and moment < until]


def _here(lines: Sequence[Followed], span: Span, now: datetime) -> tuple[int | None, datetime]:
    """Return which line is being heard, and since when: the case that was begun, or taken up again, last; before the
    first, what opens the meeting, as long as each takes.
    """
    turns = _turns(lines)
    if turns:
        since, last = turns[-1]
        return last, since
    here, at = None, span.started_at
    for place, line in enumerate(lines):
        if line.is_case or at > now:
            break
        here, since, at = place, at, _after(at, line.minutes, span, now)
    return (here, since) if here is not None else (None, span.started_at)


def _after(since: datetime, minutes: int, span: Span, now: datetime) -> datetime:
    """Return when the meeting will have sat for so long, counted from `since`."""
    ends = since + timedelta(minutes=minutes)
    for pause in span.pauses:
        until = pause.ended_at or _goes_on(pause, now)
        if pause.began_at < ends and until > since:
            ends += until - max(pause.began_at, since)
    return ends


def _goes_on(pause: Pause, now: datetime) -> datetime:
    """Return when a meeting that stands still is expected to go on."""
    return _not_before(pause.expected_at or pause.began_at, now)


def _expected(planned: datetime, span: Span, now: datetime) -> datetime:
    """Return when something planned can be expected: while the meeting stands still, not before it goes on."""
    at, pause = _not_before(planned, now), standing(span.pauses)
    return max(at, _goes_on(pause, now)) if pause is not None else at


def last_begun(moments: Sequence[datetime | None]) -> int | None:
    """Return which line of an order was begun last, by when each was; nothing before the first."""
    begun = [(moment, place) for place, moment in enumerate(moments) if moment is not None]
    return max(begun)[1] if begun else None


def _coming(lines: Sequence[Followed], here: int) -> list[Followed]:
    """Return what is still to come, in its order: cases that were passed over come before the close."""
    after = [line for line in lines[here + 1:] if line.began_at is None]
    passed_over = [line for line in lines[:here] if line.is_case and line.began_at is None]
    last = len(after)
    while last and not after[last - 1].is_case:
        last -= 1
    return [*after[:last], *passed_over, *after[last:]]


def _run_on(lines: Sequence[Followed], at: datetime) -> dict[UUID, Placed]:
    found = {}
    for line in lines:
        until = at + timedelta(minutes=line.minutes)
        found[line.id] = Placed(Stage.TO_COME, at, until)
        at = until
    return found


def _not_before(planned: datetime, now: datetime) -> datetime:
    """Return what was planned, or the next whole step once that has passed."""
    if now <= planned:
        return planned
    return now + (datetime.min.replace(tzinfo=now.tzinfo) - now) % STEP
