"""How pages write dates, times and codes. Source: GOV.UK style guide, dates and times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from clinic.domain.meetings import LONDON, hour_words


def install(app: Flask) -> None:
    for filter_ in (day, weekday, short_day, clock, clock_on, moment, span, words, tag):
        app.add_template_filter(filter_)


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(LONDON) if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """26 November 2026"""
    value = _local(value) if value else None
    return f"{value.day} {value:%B %Y}" if value else ""


def weekday(value: date | datetime) -> str:
    """Thursday 26 November 2026"""
    return f"{_local(value):%A} {day(value)}"


def short_day(value: date | datetime | None) -> str:
    """26 Nov 2026, for tables"""
    value = _local(value) if value else None
    return f"{value.day} {value:%b %Y}" if value else ""


def clock(value: datetime | time) -> str:
    """9:30am, 10am, midday, midnight"""
    return hour_words(value)


def clock_on(value: datetime, other: datetime) -> str:
    """9:30am; 9:30am on 27 November 2026, where that is another day than `other`"""
    return clock(value) if day(value) == day(other) else f"{clock(value)} on {day(value)}"


def moment(value: datetime | None) -> str:
    """26 November 2026 at 9:30am"""
    return f"{day(value)} at {clock(value)}" if value else ""


def span(starts_at: datetime, ends_at: datetime) -> str:
    """9:30am to 11:30am"""
    return f"{clock(starts_at)} to {clock(ends_at)}"


_LABELS = {"marac": "MARAC", "cps_scrutiny_panel": "CPS scrutiny panel", "asynchronous": "In writing"}


def words(code: str | None) -> str:
    """Return a code as words: heard_actions_set becomes Heard actions set."""
    return _LABELS.get(code, code.replace("_", " ").capitalize()) if code else ""


# Colour means the same everywhere, and is never alone.
_COLOURS = {
    "red": {"overdue", "missed", "not_done", "late", "failed", "high", "absent_no_notice", "red", "urgent"},
    "orange": {"amber", "medium", "emergency"},
    "yellow": {"returned_for_information", "reported_complete", "with_chair", "due_soon", "retry", "opened"},
    "light-blue": {"in_progress", "sending"},
    "blue": {"nominated", "offered", "agreed", "approved", "published", "republished", "requested"},
    "green": {"met", "accepted", "confirmed_complete", "circulated", "acknowledged", "returned", "checked_not_known",
              "heard_actions_set", "heard_no_actions", "closed", "present", "held", "active"},
    "purple": {"repeat", "amended", "restricted", "excused_conflict", "exempt_conflict", "deferred", "carried_over"},
}


@lru_cache(maxsize=1024)
def tag(code: str, label: str = "") -> Markup:
    """Return a GOV.UK tag in the code's colour; grey where the code has none."""
    colour = next((name for name, codes in _COLOURS.items() if code in codes), "grey")
    return Markup('<strong class="govuk-tag govuk-tag--{}">{}</strong>').format(colour, label or words(code))


def machine(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
