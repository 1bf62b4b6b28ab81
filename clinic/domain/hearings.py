"""A case heard at a meeting: who may chair, how a hearing may end, and when the meeting may close.

An outcome says what was agreed, so it must agree with the actions: "actions set" without
one, or "no actions" beside one, would put a false line into the minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from clinic.domain.actors import CHAIRS, MembershipRole
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus


class HearingOutcome(StrEnum):
    HEARD_ACTIONS_SET = "heard_actions_set"
    HEARD_NO_ACTIONS = "heard_no_actions"
    DEFERRED = "deferred"
    CARRIED_OVER = "carried_over"
    WITHDRAWN_AT_MEETING = "withdrawn_at_meeting"
    TRANSFERRED = "transferred"
    NOT_REACHED = "not_reached"


# These need a reason of the panel's list.
PUT_OFF = frozenset({HearingOutcome.DEFERRED, HearingOutcome.CARRIED_OVER})
# These go onto the next meeting that is not cancelled.
GOES_ON = PUT_OFF | {HearingOutcome.NOT_REACHED}

_NOT_RUNNING = {
    MeetingStatus.PLANNED: "This meeting has not been started yet. Start it first.",
    MeetingStatus.CANCELLED: "This meeting is cancelled.",
}
READ_BACK = "read_back"
_CLOSED = "This meeting is closed: what was written in it is part of its minutes now."


def check_start(status: MeetingStatus) -> None:
    """Refuse to start what runs already, has ended or was cancelled."""
    if status is MeetingStatus.IN_PROGRESS:
        raise RuleBroken("This meeting has been started already.")
    if status is not MeetingStatus.PLANNED:
        raise RuleBroken(_NOT_RUNNING.get(status, _CLOSED))


def check_running(status: MeetingStatus) -> None:
    """Refuse notes, outcomes and actions outside the meeting."""
    if status is not MeetingStatus.IN_PROGRESS:
        raise RuleBroken(_NOT_RUNNING.get(status, _CLOSED))


def check_chair(roles: Collection[MembershipRole]) -> None:
    """Refuse somebody who is neither chair nor deputy chair of the panel on the day."""
    if not CHAIRS & set(roles):
        raise RuleBroken("Choose the chair or a deputy chair of this panel.", "chair")


def check_outcome(outcome: HearingOutcome, reason: str | None, actions: int, reasons: Collection[str]) -> str | None:
    """Return the deferral reason to keep with `outcome`, or refuse.

    `actions` is how many were agreed on the case at this meeting, `reasons` the codes that
    the panel's list of deferral reasons holds.
    """
    if outcome is HearingOutcome.HEARD_ACTIONS_SET and not actions:
        raise RuleBroken("No action has been agreed yet. Add one, or choose “heard, no actions”.", "outcome")
    if outcome is HearingOutcome.HEARD_NO_ACTIONS and actions:
        raise RuleBroken("An action has been agreed on this case. Choose “heard, actions set”.", "outcome")
    if outcome not in PUT_OFF:
        return None
    if not reason:
        raise RuleBroken("Say why the case is put off.", "reason")
    if reason not in reasons:
        raise RuleBroken("Choose a reason from the list.", "reason")
    return reason


def check_read_back(agreed: int, read: int | None) -> None:
    """Refuse to say that all actions were read back when the page showed others: `read` is how many it showed."""
    if read is not None and read != agreed:
        raise RuleBroken("The actions have changed since this page was shown. Read them all back.", READ_BACK)


def check_going_on(agreed: int, is_read_back: bool) -> None:
    """Refuse to go on with the next case before the actions of this one were read back."""
    if agreed and not is_read_back:
        raise RuleBroken("Read the actions back to the meeting, then tick this.", READ_BACK)


def check_begin(unread: Sequence[str]) -> None:
    """Refuse to begin a case while the actions of cases that have their outcome, by reference, were not read back."""
    if unread:
        raise RuleBroken(f"Read back the actions of {', '.join(unread)} first, and tick that on its page.")


def taken_up(moments: Iterable[str] | None) -> tuple[datetime, ...]:
    """Return when a case was taken up again, each time, as it is kept."""
    return tuple(datetime.fromisoformat(moment) for moment in moments or ())


def begun_last(started_at: datetime | None, again: Iterable[str] | None) -> datetime | None:
    """Return when a case was begun, or taken up again, last; None before it was begun."""
    return (started_at, *taken_up(again))[-1]


def was_left(latest: datetime | None, others: Iterable[datetime | None], outcome: HearingOutcome | None) -> bool:
    """Return whether a case was begun and left for another without an outcome: by when each was begun last."""
    if latest is None or outcome is not None:
        return False
    return any(other is not None and other > latest for other in others)


def after_action(outcome: HearingOutcome | None) -> HearingOutcome | None:
    """Return the outcome as it stands once an action is agreed: "no actions" has become untrue."""
    return HearingOutcome.HEARD_ACTIONS_SET if outcome is HearingOutcome.HEARD_NO_ACTIONS else outcome


def check_close(outcomes: Iterable[HearingOutcome | None]) -> None:
    """Refuse to close a meeting while a case on its agenda has no outcome."""
    missing = sum(outcome is None for outcome in outcomes)
    if missing == 1:
        raise RuleBroken("1 case has no outcome yet. Give it one before you close the meeting.")
    if missing:
        raise RuleBroken(f"{missing} cases have no outcome yet. Give each one before you close the meeting.")
