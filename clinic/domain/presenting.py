"""Who presents a case at a meeting: said by the agency itself, and missed in time where nobody has said so.

Pure rules. A case whose presenter is absent or not briefed is put off (Oxfordshire's protocol): so the gap is shown a
working day before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus, local_day, moment, working_days_after

DAYS_BEFORE = 1


@dataclass(frozen=True, slots=True)
class Hours:
    """From when until when somebody can be at a meeting; nothing = from its beginning, or to its end."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def said(self) -> bool:
        """Whether it is not the whole meeting."""
        return self != Hours()

    def cover(self, begins: datetime, ends: datetime) -> bool:
        return (self.begins_at is None or self.begins_at <= begins) and (self.ends_at is None or ends <= self.ends_at)


def hours(begins: time | None, ends: time | None, starts_at: datetime, ends_at: datetime) -> Hours:
    """Return wall times on the day of a meeting as hours, or refuse what does not lie within it."""
    day = local_day(starts_at)
    found = Hours(moment(day, begins) if begins else None, moment(day, ends) if ends else None)
    if found.begins_at and not starts_at <= found.begins_at < ends_at:
        raise RuleBroken("Enter a time at which the meeting runs, or leave this empty", "begins")
    if found.ends_at and not starts_at < found.ends_at <= ends_at:
        raise RuleBroken("Enter a time at which the meeting runs, or leave this empty", "ends")
    if found.begins_at and found.ends_at and found.begins_at >= found.ends_at:
        raise RuleBroken("Enter a time after the one from which it can be", "ends")
    return found


def hours_of(begins_at: datetime | None, ends_at: datetime | None, meeting: tuple[datetime, datetime]) -> Hours:
    """Return hours as they count for a meeting: not at all once it has moved away from them."""
    starts, over = meeting
    said = [one for one in (begins_at, ends_at) if one is not None]
    return Hours(begins_at, ends_at) if all(starts <= one <= over for one in said) else Hours()


def near_until(today: date, holidays: Collection[date]) -> date:
    """Return the last day whose meetings are so near that a case without a presenter is a gap: the next working day."""
    return working_days_after(today, DAYS_BEFORE, holidays)


def check_open(meeting: MeetingStatus) -> None:
    """Refuse to name who presents once the meeting has begun, or fell."""
    if meeting is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled. Nobody needs to present anything.")
    if meeting is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has begun. Say there who presents.")


def check_presenter(user_id: UUID, colleagues: Collection[UUID]) -> None:
    """Refuse somebody who does not sit on the panel for the agency that presents."""
    if user_id not in colleagues:
        raise RuleBroken("Choose somebody who sits on this panel for the agency that presents", "presenter")
