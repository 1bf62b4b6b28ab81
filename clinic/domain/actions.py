"""What an agency promised to do, until somebody has confirmed how it ended."""

from __future__ import annotations

from enum import StrEnum


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
