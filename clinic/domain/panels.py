"""Standing forums and the rules that each keeps for itself.

Every time, threshold and count is a rule of the panel, never a constant: areas differ.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class PanelType(StrEnum):
    MARAC = "marac"
    STALKING_CLINIC = "stalking_clinic"
    STALKING_INTERVENTION_PANEL = "stalking_intervention_panel"
    CPS_SCRUTINY_PANEL = "cps_scrutiny_panel"


class Nation(StrEnum):
    """Decides bank holidays, law and terms."""

    ENGLAND_WALES = "england_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


class ReturnMode(StrEnum):
    READINESS_ONLY = "readiness_only"
    SHARED_RETURN = "shared_return"


class RepeatAnchor(StrEnum):
    LAST_REFERRAL = "last_referral"
    LAST_HEARD = "last_heard"


@dataclass(frozen=True, slots=True)
class Rules:
    """A panel's own rules. Days before or after a meeting are working days.

    Defaults: SafeLives and local protocols where one was found, else general practice.
    """

    nomination_cutoff_days: int = 10
    agenda_release_days: int = 8
    research_due_days: int = 2
    actions_release_days: int = 1
    minutes_due_days: int = 3
    receipt_chase_days: int = 3
    action_reminder_days: int = 3
    action_overdue_days: int = 2
    minutes_per_new_case: int = 12
    minutes_per_repeat_case: int = 10
    max_cases: int = 16
    quorum_members: int = 4
    repeat_window_months: int = 12
    repeat_anchor: RepeatAnchor = RepeatAnchor.LAST_REFERRAL
    return_mode: ReturnMode = ReturnMode.SHARED_RETURN

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(f.name for f in fields(cls))


DEFAULTS = {
    PanelType.MARAC: Rules(),
    PanelType.STALKING_CLINIC: Rules(minutes_per_new_case=20, minutes_per_repeat_case=15, max_cases=8),
    PanelType.STALKING_INTERVENTION_PANEL: Rules(minutes_per_new_case=15, minutes_per_repeat_case=10, max_cases=7),
    PanelType.CPS_SCRUTINY_PANEL: Rules(minutes_per_new_case=30, minutes_per_repeat_case=30, max_cases=4),
}
