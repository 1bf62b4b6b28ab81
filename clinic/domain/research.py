"""What an agency is asked before a case is heard, when it is due, and what it may answer.

Pure rules. "Not known" is an answer; a request that nobody answered is none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic.domain.actions import EscalationLevel
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus, working_days_before
from clinic.domain.panels import ReturnMode, Rules


class ResearchStatus(StrEnum):
    REQUESTED = "requested"
    OPENED = "opened"
    CHECKED_NOT_KNOWN = "checked_not_known"
    RETURNED = "returned"
    LATE = "late"
    EXEMPT_CONFLICT = "exempt_conflict"


class Known(StrEnum):
    VICTIM = "victim"
    PERPETRATOR = "perpetrator"
    CHILDREN = "children"
    NONE = "none"


WAITING = frozenset({ResearchStatus.REQUESTED, ResearchStatus.OPENED})


@dataclass(frozen=True, slots=True)
class ResearchAnswer:
    """What an agency says: whom it knows of the case, and one text for the meeting."""

    known: tuple[Known, ...]
    text: str = ""


def due(meeting_day: date, rules: Rules, holidays: Collection[date], asked_on: date) -> date:
    """Return the day by which to answer: so many working days before the meeting.

    A request that goes out later than that is due on the day it goes out.
    """
    return max(working_days_before(meeting_day, rules.research_due_days, holidays), asked_on)


def check(answer: ResearchAnswer, mode: ReturnMode) -> ResearchAnswer:
    """Return the answer as it is kept, or refuse it."""
    if not answer.known:
        raise RuleBroken("Choose whom your agency knows, or “None of them”", "known")
    if Known.NONE in answer.known and len(answer.known) > 1:
        raise RuleBroken("Choose either whom your agency knows, or “None of them”", "known")
    if mode is ReturnMode.READINESS_ONLY:
        return ResearchAnswer(answer.known)
    return answer


def check_open(meeting: MeetingStatus, listed: bool, answered: bool) -> None:
    """Refuse an answer that comes when nobody waits for it any more.

    A first answer is taken until the meeting closes; one that was given may be changed until
    the meeting starts, because then it has been read out.
    """
    if meeting is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled. No answer is needed for it.")
    if not listed:
        raise RuleBroken("This case has been taken off the agenda. No answer is needed for this meeting.")
    if meeting in (MeetingStatus.HELD, MeetingStatus.CLOSED):
        raise RuleBroken("This meeting is over. Tell its coordinator what you hold: it will be added to the minutes.")
    if answered and meeting is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has started, so the answer stays as it is. Say at the meeting what changed.")


def reminder_due(due_on: date, today: date, sent: Collection[EscalationLevel],
                 holidays: Collection[date]) -> EscalationLevel | None:
    """Return what to send of a request that nobody answered: once on the working day before it is due, once after.

    A reminder that was missed until the answer grew late is not made up for; the chase is.
    """
    if today > due_on:
        level = EscalationLevel.LEAD_CHASED
    elif today >= working_days_before(due_on, 1, holidays):
        level = EscalationLevel.REMINDER
    else:
        return None
    return None if level in sent else level


def status_after(answer: ResearchAnswer, answered_on: date, due_on: date) -> ResearchStatus:
    if answered_on > due_on:
        return ResearchStatus.LATE
    return ResearchStatus.CHECKED_NOT_KNOWN if Known.NONE in answer.known else ResearchStatus.RETURNED
