"""Whether a pair has come back within the panel's window, and what was said of it last.

Months are calendar months, and the anniversary counts: no source says whether it does, and a
repeat that is missed costs more than one that is looked at twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.domain.months import months_later
from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import RepeatAnchor, Rules

# What was taken back or never became this panel's business is no referral to count from.
_NO_REFERRAL = frozenset({
    NominationStatus.DRAFT, NominationStatus.WITHDRAWN, NominationStatus.REJECTED, NominationStatus.REDIRECTED,
})


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier case of the same pair: when it was sent to which panel, and when it was last heard, if it was."""

    case_id: UUID
    panel_id: UUID
    referred_on: date
    status: NominationStatus
    heard_on: date | None = None

    @property
    def counts(self) -> bool:
        return self.status not in _NO_REFERRAL

    def anchor(self, anchor: RepeatAnchor) -> date:
        """Return the day from which the panel counts. A case that was never heard counts from its referral."""
        if anchor is RepeatAnchor.LAST_HEARD and self.heard_on is not None:
            return self.heard_on
        return self.referred_on


@dataclass(frozen=True, slots=True)
class Repeat:
    """What an earlier case makes of a new one: `until` is the last day on which a nomination is a repeat."""

    past: Past
    counted_from: date
    until: date
    is_repeat: bool


def last_of(pasts: Iterable[Past], panel_id: UUID, on: date, rules: Rules) -> Repeat | None:
    """Return what the latest earlier case of the pair on this panel makes of a nomination of the day `on`.

    Nothing where the pair is new to the panel. A case of another panel is no repeat: that panel hears it.
    """
    earlier = [past for past in pasts if past.counts and past.panel_id == panel_id and past.referred_on <= on]
    if not earlier:
        return None
    past = max(earlier, key=lambda past: (past.anchor(rules.repeat_anchor), past.referred_on))
    start = past.anchor(rules.repeat_anchor)
    until = months_later(start, rules.repeat_window_months)
    return Repeat(past, start, until, on <= until)
