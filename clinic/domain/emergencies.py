"""An emergency meeting about one case: within days, with the agencies that are called, and hours to answer in.

Pure rules. Source: protocols have emergency MARACs with short clocks; the panel's own days are too long for them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from clinic.domain.actors import RUNNERS, SPEAKERS, MembershipRole
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingMode, When, moment

#: what can wait longer comes onto a meeting of the panel
FURTHEST = timedelta(days=5)
_RUN_IT = RUNNERS | {MembershipRole.MINUTE_TAKER}


@dataclass(frozen=True, slots=True)
class Emergency:
    """When an emergency meeting is, how it is held, which agencies are called, and until when they answer."""

    when: When
    mode: MeetingMode
    agencies: frozenset[UUID]
    answers_by: datetime
    place: str = ""


def answering(day: date, at: time) -> datetime:
    """Return the moment by which agencies answer, or refuse an hour that the clocks leave out or give twice."""
    try:
        return moment(day, at)
    except RuleBroken as broken:
        raise RuleBroken(broken.message, "answers_at") from None


def check(new: Emergency, starts_at: datetime, may_be_called: Collection[UUID], now: datetime) -> None:
    """Refuse an emergency meeting that can wait, that calls nobody, or whose answers would come too late for it.

    `may_be_called` are the agencies of the panel with somebody who speaks for them, and not kept from the case.
    """
    if new.mode.is_in_writing:
        raise RuleBroken("An emergency is talked about: ask for an urgent decision where writing is enough.", "mode")
    _check_soon(starts_at, now)
    if not new.agencies:
        raise RuleBroken("Choose the agencies that are called", "agencies")
    if not new.agencies <= set(may_be_called):
        raise RuleBroken("Choose from the agencies shown", "agencies")
    if new.answers_by <= now:
        raise RuleBroken("This time is over: give the agencies time to answer.", "answers_at")
    if new.answers_by > starts_at:
        raise RuleBroken("Answers are needed before the meeting starts.", "answers_at")


def check_soon(about: UUID | None, starts_at: datetime, now: datetime) -> None:
    """Refuse a day for an emergency meeting, which is `about` a case, that can wait; of any other nothing is said."""
    if about is not None:
        _check_soon(starts_at, now)


def _check_soon(starts_at: datetime, now: datetime) -> None:
    if starts_at > now + FURTHEST:
        raise RuleBroken(f"An emergency meeting is held within {FURTHEST.days} days: what can wait longer goes onto "
                         "the panel’s agenda.", "day")


def check_takes(about: UUID | None, case_id: UUID | None) -> None:
    """Refuse a case onto an emergency meeting `about` another, or any case where none is named."""
    if about not in (None, case_id):
        raise RuleBroken("An emergency meeting is about one case alone: choose another meeting.", "meeting")


def check_stays(about: UUID | None, case_id: UUID | None) -> None:
    """Refuse to take off an emergency meeting the case that it is `about`."""
    if about is not None and about == case_id:
        raise RuleBroken("This meeting is about this case alone: cancel the meeting instead.")


def comes(role: MembershipRole, agency_id: UUID, called: Collection[str]) -> bool:
    """Return whether a seat comes to a meeting: to an emergency meeting, who runs it, and who speaks for the called.

    `called` are ids of agencies, and none where the whole panel comes.
    """
    return not called or role in _RUN_IT or (role in SPEAKERS and str(agency_id) in called)
