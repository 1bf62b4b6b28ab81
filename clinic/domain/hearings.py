"""A case heard at a meeting, and how the hearing may end."""

from __future__ import annotations

from enum import StrEnum


class HearingOutcome(StrEnum):
    HEARD_ACTIONS_SET = "heard_actions_set"
    HEARD_NO_ACTIONS = "heard_no_actions"
    DEFERRED = "deferred"
    CARRIED_OVER = "carried_over"
    WITHDRAWN_AT_MEETING = "withdrawn_at_meeting"
    TRANSFERRED = "transferred"
    NOT_REACHED = "not_reached"
