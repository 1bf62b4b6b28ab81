"""An order was broken: an incident like others, and a question to the coordinator.

Source: a breach is an incident of the same course of conduct, and within the panel's window
a repeat that the panel hears again (SafeLives; vocabulary of MARAC protocols).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.domain import incidents, order_events
from clinic.domain.cases import Answer
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import Incident
from clinic.domain.order_events import OrderEvent

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class NewBreach:
    """`behaviours` are codes of the `behaviour` terms; `reported` is to the police."""

    on: date
    what: str
    behaviours: tuple[str, ...] = ()
    reported: Answer = Answer.NOT_ASKED


@dataclass(frozen=True, slots=True)
class RepeatAnswer:
    """What a coordinator says to a breach. Of a repeat, `meeting_id` may choose the meeting that hears it."""

    is_repeat: bool
    reason: str = ""
    meeting_id: UUID | None = None


def check(breach: NewBreach, events: Iterable[OrderEvent], today: date, behaviours: Collection[str]) -> None:
    """Refuse a breach that is no incident, or of an order that was not in force on that day."""
    incidents.check(Incident(breach.on, breach.what, breach.behaviours, breach.reported), today, behaviours)
    order_events.check_breach(events, breach.on, today)


def check_answer(answer: RepeatAnswer) -> None:
    """Refuse to pass over a breach without saying why."""
    if not answer.is_repeat and not answer.reason.strip():
        raise RuleBroken("Say why the panel need not hear it again", "reason")
    if len(answer.reason) > LONGEST_REASON:
        raise RuleBroken(f"This text must have {LONGEST_REASON:,} characters or fewer: shorten it.", "reason")
