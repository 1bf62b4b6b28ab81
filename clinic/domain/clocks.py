"""What runs out: since when something waits, by when it is due, and how near that is.

A desk's clock counts a panel's working days. A case's clock counts the days of a law, or of
a rule that the panel has given itself: each says which, and how its day is reckoned.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinic.domain.meetings import is_working_day, working_days_after
from clinic.domain.months import months_later


class ClockState(StrEnum):
    RUNNING = "running"
    AMBER = "amber"
    RED = "red"
    #: what had to be done was done in time, or too late; or the day went by without it
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Clock:
    """`days` have passed since it began to run."""

    since: date
    due_on: date
    days: int
    state: ClockState


def clock(since: date, due_on: date, today: date, holidays: Container[date]) -> Clock:
    """Return a clock as it stands today: red once its day is over, amber on that day and the working day before."""
    if today > due_on:
        state = ClockState.RED
    elif working_days_after(today, 1, holidays) >= due_on:
        state = ClockState.AMBER
    else:
        state = ClockState.RUNNING
    return Clock(since, due_on, (today - since).days, state)


def last_late_day(today: date, days: int, holidays: Container[date]) -> date:
    """Return the latest day since which something that has so many working days would be late today."""
    day = today - timedelta(days=1)
    while working_days_after(day, days, holidays) >= today:
        day -= timedelta(days=1)
    return day


class ClockKind(StrEnum):
    """What runs out in a case."""

    SUMMARY_LIMIT = "summary_limit"
    CPS_FILE_TARGET = "cps_file_target"
    SPO_NOTIFICATION = "spo_notification"
    ORDER_RENEWAL_WINDOW = "order_renewal_window"
    ORDER_EXPIRY = "order_expiry"
    BAIL_END = "bail_end"
    CUSTODY_RELEASE = "custody_release"
    REVIEW_DUE = "review_due"


#: calendar months from the last incident in which a summary offence is laid before the court
SUMMARY_MONTHS = 6
#: days, that of service among them, in which whoever is under the order tells the police name and address
NOTIFICATION_DAYS = 3
#: days before its end on which a clock's people are told by letter
LETTER_DAYS = (60, 30, 14, 7)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a clock's day was found: the day that it is counted from, its own day, the law or rule, and the sum."""

    since: date
    due_on: date
    law: str
    sum: str


def summary_limit(last_incident: date) -> Reckoning:
    """Return the last day on which a summary offence can be laid before the court.

    Source: Magistrates' Courts Act 1980 s.127, counted from the last incident in the course of
    conduct (DPP v Baker [2004] EWHC 2782). Months are calendar months, cut to the month's end.
    """
    due_on = months_later(last_incident, SUMMARY_MONTHS)
    clipped = ", cut to the end of the month" if due_on.day != last_incident.day else ""
    return Reckoning(
        last_incident, due_on,
        "A summary offence (harassment, section 2; stalking, section 2A) must be laid before the court within six "
        "months of the last incident: Magistrates’ Courts Act 1980, section 127.",
        f"{_day(last_incident)} and six calendar months{clipped}: {_day(due_on)}.",
    )


def file_target(limit: date, days: int, holidays: Container[date]) -> Reckoning:
    """Return the working day by which the panel wants the file with the CPS, so many days before the limit."""
    counted = limit - timedelta(days=days)
    due_on = counted
    while not is_working_day(due_on, holidays):
        due_on -= timedelta(days=1)
    back = "" if due_on == counted else f", no working day, so {_day(due_on)}"
    return Reckoning(
        limit, due_on,
        "The CPS decides on the charge, so this panel wants the file there before the limit: a rule of the panel.",
        f"{_day(limit)} less {days} days is {_day(counted)}{back}.",
    )


def spo_notification(served_on: date) -> Reckoning:
    """Return the last day on which the police must be told name and address.

    Source: Stalking Protection Act 2019 s.9(1): three days beginning with the day of service.
    """
    due_on = served_on + timedelta(days=NOTIFICATION_DAYS - 1)
    return Reckoning(
        served_on, due_on,
        "Name and home address must be given to the police within three days beginning with the day of service: "
        "Stalking Protection Act 2019, section 9.",
        f"{_day(served_on)} is the first day, {_day(due_on)} the third.",
    )


def renewal_window(expires_on: date, days: int) -> Reckoning:
    """Return the day from which the panel wants the renewal of an order applied for."""
    due_on = expires_on - timedelta(days=days)
    return Reckoning(
        expires_on, due_on,
        "An order is renewed before it ends, so this panel wants that decided: a rule of the panel.",
        f"{_day(expires_on)} less {days} days: {_day(due_on)}.",
    )


_ENDS = {
    ClockKind.ORDER_EXPIRY: "An order protects until the end of the day that the court has set.",
    ClockKind.BAIL_END: "Bail conditions protect until the day that the police or the court have set.",
    ClockKind.CUSTODY_RELEASE: "Custody protects until the day of release.",
    ClockKind.REVIEW_DUE: "The panel has set this day to look at the case again.",
}


def ends(kind: ClockKind, day: date) -> Reckoning:
    """Return a clock whose day somebody has set: nothing is reckoned."""
    return Reckoning(day, day, _ENDS[kind], f"The day is {_day(day)}.")


def state_of(due_on: date, met_on: date | None, today: date, amber_days: int, red_days: int) -> ClockState:
    """Return how near a case's clock is: the panel's days before its end it turns amber, then red."""
    if met_on is not None:
        return ClockState.MET if met_on <= due_on else ClockState.MISSED
    left = (due_on - today).days
    if left < 0:
        return ClockState.MISSED
    if left <= red_days:
        return ClockState.RED
    return ClockState.AMBER if left <= amber_days else ClockState.RUNNING


def letter_due(due_on: date, today: date) -> int | None:
    """Return which of `LETTER_DAYS` a clock has come to: the nearest that is not ahead any more; nothing when over."""
    left = (due_on - today).days
    return min((days for days in LETTER_DAYS if 0 <= left <= days), default=None)


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
