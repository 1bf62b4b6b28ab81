"""Sittings of a panel: their states, working days and deadlines."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class MeetingMode(StrEnum):
    IN_PERSON = "in_person"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


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


LONDON = ZoneInfo("Europe/London")


def local_day(moment: datetime) -> date:
    """Return the day of an aware moment as a clock on a wall in the United Kingdom shows it."""
    return moment.astimezone(LONDON).date()
