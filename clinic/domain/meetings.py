"""Sittings of a panel: their states, wall times, working days and deadlines.

Panels live by the clock on the wall, the database by UTC. Twice a year the two disagree
for an hour: `moment` refuses that hour rather than guess.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinic.domain.entries import DeadlineKind
from clinic.domain.errors import RuleBroken
from clinic.domain.panels import PanelType, Rules


class MeetingMode(StrEnum):
    IN_PERSON = "in_person"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"
    #: a round in writing: nobody meets, and it starts when it closes
    ASYNCHRONOUS = "asynchronous"

    @property
    def is_in_writing(self) -> bool:
        return self is MeetingMode.ASYNCHRONOUS


class MeetingKind(StrEnum):
    SCHEDULED = "scheduled"
    EMERGENCY = "emergency"
    EXTRAORDINARY = "extraordinary"
    OVERFLOW = "overflow"


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class InviteStatus(StrEnum):
    NOT_SENT = "not_sent"
    SENT = "sent"
    CANCELLED = "cancelled"


class AttendanceStatus(StrEnum):
    PRESENT = "present"
    PRESENT_PART = "present_part"
    DEPUTY_PRESENT = "deputy_present"
    APOLOGIES = "apologies"
    APOLOGIES_INFORMATION_SENT = "apologies_information_sent"
    ABSENT_NO_NOTICE = "absent_no_notice"
    EXCUSED_CONFLICT = "excused_conflict"
    OBSERVER = "observer"

    @property
    def told(self) -> str:
        """Return how whoever only follows a meeting is told of it, without the reason why somebody is excused.

        A conflict would tell that there is a case to have one about.
        """
        return "excused" if self is AttendanceStatus.EXCUSED_CONFLICT else self.value


LONDON = ZoneInfo("Europe/London")


def local_day(moment: datetime) -> date:
    """Return the day of an aware moment as a clock on a wall in the United Kingdom shows it."""
    return moment.astimezone(LONDON).date()


def local_time(moment: datetime) -> time:
    """Return the wall time of an aware moment in the United Kingdom."""
    return moment.astimezone(LONDON).time()


def hour_words(at: datetime | time) -> str:
    """Return a wall time, or that of an aware moment, in words: 9:30am, 10am, midday, midnight."""
    local = at.astimezone(LONDON) if isinstance(at, datetime) else at
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


#: how far ahead a recurrence is planned, and how many of its meetings are invited to at once
MONTHS_AHEAD = 12
INVITED_AHEAD = 3
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=12)
_FURTHEST = timedelta(days=3 * 366)
_STARTS = "starts"


@dataclass(frozen=True, slots=True)
class Sitting:
    """What of a meeting stands in people's diaries. Moments are aware UTC."""

    starts_at: datetime
    ends_at: datetime
    mode: MeetingMode
    place: str = ""
    status: MeetingStatus = MeetingStatus.PLANNED


@dataclass(frozen=True, slots=True)
class When:
    """A time as people say it: a day, a wall time and a length."""

    day: date
    starts: time
    minutes: int


def moment(day: date, at: time) -> datetime:
    """Return the UTC moment of a wall time in the United Kingdom.

    Raises RuleBroken for the hour that is left out in March and for the one that comes
    twice in October.
    """
    first = datetime.combine(day, at, LONDON).astimezone(UTC)
    second = datetime.combine(day, at.replace(fold=1), LONDON).astimezone(UTC)
    if first == second:
        return first
    said = f"{day.day} {day:%B %Y}"
    if first.astimezone(LONDON).time() != at:
        raise RuleBroken(f"On {said} the clocks go forward: there is no time from 1am to 2am. Choose another.", _STARTS)
    raise RuleBroken(f"On {said} the clocks go back: each time from 1am to 2am comes twice. Choose another.", _STARTS)


def check_move(when: When, now: datetime) -> tuple[datetime, datetime]:
    """Return start and end in UTC of a time that a meeting may be given, or refuse it."""
    today = local_day(now)
    if when.day < today:
        raise RuleBroken("A meeting cannot be put into the past. Choose a day from today on.", "day")
    if when.day - today > _FURTHEST:
        raise RuleBroken("This is more than three years ahead. Check the year.", "day")
    starts_at, length = moment(when.day, when.starts), timedelta(minutes=when.minutes)
    if starts_at <= now:
        raise RuleBroken("A meeting cannot be put into the past. This time of today is over.", _STARTS)
    if not SHORTEST <= length <= LONGEST:
        raise RuleBroken("A meeting lasts from 15 minutes to 12 hours.", "minutes")
    return starts_at, starts_at + length


def changed(old: Sitting, new: Sitting) -> bool:
    """Whether diaries must be told, by a higher SEQUENCE.

    Source: RFC 5546 2.1.4; a changed place may change who can come.
    """
    return old != new


def next_change(before: datetime | None, now: datetime) -> datetime:
    """Return the moment to keep for a change: whole seconds, later than the change before it.

    Diaries compare whole seconds; two changes within one must still be told apart.
    """
    whole = now.replace(microsecond=0)
    return whole if before is None else max(whole, before + timedelta(seconds=1))


def check_open(status: MeetingStatus) -> None:
    """Refuse to move or cancel what has begun or is over."""
    if status is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled. To hold it after all, add a new meeting.")
    if status is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has begun: it can no longer be moved or cancelled.")


def is_working_day(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def working_days_before(day: date, count: int, holidays: Container[date]) -> date:
    """Return the working day that lies `count` working days before `day`."""
    return _working_days(day, count, holidays, timedelta(days=-1))


def working_days_after(day: date, count: int, holidays: Container[date]) -> date:
    """Return the working day that lies `count` working days after `day`."""
    return _working_days(day, count, holidays, timedelta(days=1))


def _working_days(day: date, count: int, holidays: Container[date], step: timedelta) -> date:
    while count > 0:
        day += step
        count -= is_working_day(day, holidays)
    return day


def deadlines(meeting_day: date, rules: Rules, holidays: Container[date]) -> dict[DeadlineKind, date]:
    """Return the days by which things of a meeting are due, in the order of the calendar."""
    due = {
        DeadlineKind.NOMINATION_CUTOFF: working_days_before(meeting_day, rules.nomination_cutoff_days, holidays),
        DeadlineKind.AGENDA_RELEASE: working_days_before(meeting_day, rules.agenda_release_days, holidays),
        DeadlineKind.RESEARCH_DUE: working_days_before(meeting_day, rules.research_due_days, holidays),
        DeadlineKind.ACTIONS_DUE: working_days_after(meeting_day, rules.actions_release_days, holidays),
        DeadlineKind.MINUTES_DUE: working_days_after(meeting_day, rules.minutes_due_days, holidays),
    }
    return dict(sorted(due.items(), key=lambda pair: pair[1]))


_WITHOUT_CASES = frozenset({DeadlineKind.AGENDA_RELEASE, DeadlineKind.MINUTES_DUE})


def deadlines_of(
    kind: PanelType, meeting_day: date, rules: Rules, holidays: Container[date],
    mode: MeetingMode = MeetingMode.VIRTUAL
) -> dict[DeadlineKind, date]:
    """Return the deadlines that mean something to a panel of this type, and to how it meets.

    Nobody is nominated to a scrutiny panel, so nothing is researched or acted on there. A round in writing closes
    when answers are due.
    """
    due = deadlines(meeting_day, rules, holidays)
    if mode.is_in_writing:
        due[DeadlineKind.RESEARCH_DUE] = meeting_day
        due = dict(sorted(due.items(), key=lambda pair: pair[1]))
    if kind is not PanelType.CPS_SCRUTINY_PANEL:
        return due
    return {name: day for name, day in due.items() if name in _WITHOUT_CASES}
