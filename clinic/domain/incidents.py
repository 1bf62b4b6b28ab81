"""Dated events of a course of conduct, as an agency knows them.

Stalking is a pattern: incidents seen singly are the failing that inspections find most often
(HMICFRS 2017, super-complaint 2024), so each is a line of its own with its own day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.domain.cases import Answer
from clinic.domain.errors import RuleBroken

MOST = 500
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened on a day. `behaviours` are codes of the `behaviour` terms."""

    on: date
    what: str
    behaviours: tuple[str, ...] = ()
    #: to the police
    reported: Answer = Answer.NOT_ASKED
    #: of an order, or bail
    breach: Answer = Answer.NOT_ASKED
    #: of the row, once there is one
    id: UUID | None = None


def check(incident: Incident, today: date, behaviours: Collection[str]) -> None:
    """Refuse an incident that cannot have happened by `today`, or says nothing."""
    if incident.on > today:
        raise RuleBroken("An incident cannot lie in the future: check the date.", "on")
    if incident.on.year < 1950:
        raise RuleBroken("An incident must lie in 1950 or later: check the year.", "on")
    if not incident.what.strip():
        raise RuleBroken("Say what happened", "what")
    if len(incident.what) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "what")
    if any(code not in behaviours for code in incident.behaviours):
        raise RuleBroken("Choose what the perpetrator did from the list.", "behaviours")
