"""The clock of the web: with the timetable's, the only place that reads one."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
