"""What an agency promised to do, until somebody has confirmed how it ended.

No silent close: the owner claims with evidence, the coordinator confirms. "Not done" is
the coordinator's word, "no longer possible" the owner's; minutes tell the two apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.domain.panels import Rules


class ActionStatus(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    IN_PROGRESS = "in_progress"
    REPORTED_COMPLETE = "reported_complete"
    CONFIRMED_COMPLETE = "confirmed_complete"
    PARTLY_COMPLETE = "partly_complete"
    NOT_DONE = "not_done"
    NO_LONGER_POSSIBLE = "no_longer_possible"
    SUPERSEDED = "superseded"
    REJECTED_BY_AGENCY = "rejected_by_agency"
    TRANSFERRED = "transferred"


CLOSED = frozenset({
    ActionStatus.CONFIRMED_COMPLETE, ActionStatus.NOT_DONE, ActionStatus.NO_LONGER_POSSIBLE,
    ActionStatus.SUPERSEDED, ActionStatus.TRANSFERRED,
})
OPEN = frozenset(ActionStatus) - CLOSED
# What the owning agency still has to do something about; a reported one waits for the coordinator.
OWED = OPEN - {ActionStatus.REPORTED_COMPLETE}
REOPENABLE = frozenset({
    ActionStatus.REPORTED_COMPLETE, ActionStatus.CONFIRMED_COMPLETE, ActionStatus.NOT_DONE,
    ActionStatus.NO_LONGER_POSSIBLE,
})
MOST_YEARS = 2


class RiskTarget(StrEnum):
    VICTIM = "victim"
    CHILDREN = "children"
    PERPETRATOR_MANAGEMENT = "perpetrator_management"
    THIRD_PARTY = "third_party"
    PROFESSIONALS = "professionals"
    PUBLIC = "public"


class EscalationLevel(StrEnum):
    REMINDER = "reminder"
    LEAD_CHASED = "lead_chased"
    AGENCY_MANAGER = "agency_manager"
    CHAIR = "chair"
    STEERING_GROUP = "steering_group"


@dataclass(frozen=True, slots=True)
class NewAction:
    """One line of a meeting: what, which agency, who leads there, until when, against which risk."""

    text: str = field(repr=False)
    owner_agency_id: UUID
    lead_id: UUID | None
    due_on: date
    risk_target: RiskTarget = RiskTarget.VICTIM


def check(new: NewAction, agreed_on: date, agencies: Collection[UUID], by: str = "the meeting") -> None:
    """Refuse an action that nobody could be held to.

    `agencies` are those that may own one: members of the panel with somebody who speaks for
    them, and not kept from the case. `by` is what agrees it.
    """
    if not new.text.strip():
        raise RuleBroken("Enter what needs to be done.", "text")
    if new.owner_agency_id not in agencies:
        raise RuleBroken("Choose an agency of this panel.", "owner")
    if new.due_on < agreed_on:
        raise RuleBroken(f"The action must be due on the day of {by} or later.", "due_on")
    if new.due_on > years_on(agreed_on, MOST_YEARS):
        raise RuleBroken(f"The action must be due within two years of {by}.", "due_on")


def years_on(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def is_overdue(due_on: date, status: ActionStatus, today: date) -> bool:
    """An action is overdue while its agency owes it, from the day after it was due."""
    return status in OWED and due_on < today


def report_done(status: ActionStatus, evidence: str) -> ActionStatus:
    """The owner says that it is done, and how they know."""
    if status not in OWED:
        raise RuleBroken("This action has been reported or closed already.")
    if not evidence.strip():
        raise RuleBroken("Say how you know that it is done.", "text")
    return ActionStatus.REPORTED_COMPLETE


def report_no_longer_possible(status: ActionStatus, reason: str) -> ActionStatus:
    """The owner says that circumstances have changed. It is closed; the coordinator may reopen it."""
    if status not in OWED:
        raise RuleBroken("This action has been reported or closed already.")
    if not reason.strip():
        raise RuleBroken("Say what has changed, so that it can no longer be done.", "text")
    return ActionStatus.NO_LONGER_POSSIBLE


def confirm(status: ActionStatus) -> ActionStatus:
    """The coordinator agrees that it is done. Only what was reported can be confirmed."""
    if status is not ActionStatus.REPORTED_COMPLETE:
        raise RuleBroken("Only an action that its agency has reported as done can be confirmed.")
    return ActionStatus.CONFIRMED_COMPLETE


def reopen(status: ActionStatus, reason: str) -> ActionStatus:
    """The coordinator gives it back to its agency, saying what is still missing."""
    if status not in REOPENABLE:
        raise RuleBroken("This action is open already.")
    if not reason.strip():
        raise RuleBroken("Say what is still missing, so that the agency can act on it.", "text")
    return ActionStatus.IN_PROGRESS


def not_done(status: ActionStatus, reason: str) -> ActionStatus:
    """The coordinator says that the agency did not do it, and why it ends."""
    if status in CLOSED:
        raise RuleBroken("This action is closed already.")
    if not reason.strip():
        raise RuleBroken("Say why it was not done, as the minutes will say it.", "text")
    return ActionStatus.NOT_DONE


@dataclass(frozen=True, slots=True)
class OpenAction:
    """What the timer needs to know of an action that an agency still owes."""

    id: UUID
    panel_id: UUID
    due_on: date
    reminded: frozenset[EscalationLevel] = frozenset()


def reminders_due(
    open_actions: Iterable[OpenAction], today: date, rules: dict[UUID, Rules]
) -> list[tuple[OpenAction, EscalationLevel]]:
    """Return whom to remind today: each action once before it is due, and once after.

    Days are calendar days: a promise is due on its date, whatever day of the week it is. A
    reminder that was missed until the action grew overdue is not made up for; the chase is.
    """
    due = []
    for action in open_actions:
        level = _level(action.due_on, today, rules[action.panel_id])
        if level is not None and level not in action.reminded:
            due.append((action, level))
    return due


def _level(due_on: date, today: date, rules: Rules) -> EscalationLevel | None:
    if today >= due_on + timedelta(days=max(1, rules.action_overdue_days)):
        return EscalationLevel.LEAD_CHASED
    if today >= due_on - timedelta(days=rules.action_reminder_days):
        return EscalationLevel.REMINDER
    return None
