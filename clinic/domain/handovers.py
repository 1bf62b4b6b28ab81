"""One panel of the system hands a case over to another: open until that one has acknowledged or refused it.

Source: MARAC-to-MARAC transfer guidance (SafeLives): the panel that hands over sends all that
the other needs, advocates hand over to advocates, and nobody lets go before the other holds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from clinic.domain.cases import CaseStatus
from clinic.domain.errors import RuleBroken
from clinic.domain.nominations import NominationStatus
from clinic.domain.orders import OrderStatus

LONGEST_TEXT = 4000


class HandoverSide(StrEnum):
    """Which of the two panels a record is of."""

    OUT = "out"
    IN = "in"


class HandoverStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    #: by the panel that wanted to hand over
    TAKEN_BACK = "taken_back"


class HandoverItem(StrEnum):
    """What the panel that hands over sees to, before the other lets it go."""

    VICTIM_TOLD = "victim_told"
    ADVOCATE_TOLD = "advocate_told"
    CONTACT_GIVEN = "contact_given"
    ADDRESS_GIVEN = "address_given"
    RISK_GIVEN = "risk_given"
    MINUTES_GIVEN = "minutes_given"
    AGENCIES_TOLD = "agencies_told"


@dataclass(frozen=True, slots=True)
class HandoverDraft:
    """What a coordinator says who hands a case over; `done` is what has been seen to."""

    panel_id: UUID | None
    reason: str
    done: frozenset[HandoverItem] = frozenset()


@dataclass(frozen=True, slots=True)
class HandoverAnswer:
    """What the other panel says; a refusal has a reason."""

    acknowledged: bool
    text: str = ""


def check(draft: HandoverDraft, case: CaseStatus, nomination: NominationStatus, panels: Collection[UUID]) -> None:
    """Refuse to hand over what the panel does not hold, to nobody, or without a word."""
    if nomination is not NominationStatus.ACCEPTED:
        raise RuleBroken("Only a case that the panel has accepted is handed over: decide on its nomination first.")
    if case is CaseStatus.TRANSFERRED_OUT:
        raise RuleBroken("Another panel holds this case by now.")
    if draft.panel_id not in panels:
        raise RuleBroken("Choose the panel that should hold the case", "panel")
    if not draft.reason.strip():
        raise RuleBroken("Say why the case goes to the other panel, and what it should know first", "reason")
    if len(draft.reason) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "reason")


def check_open(status: HandoverStatus) -> None:
    """Refuse to change a handover that has ended."""
    if status is not HandoverStatus.OPEN:
        raise RuleBroken("This handover has been answered or taken back already.")


def after_answer(status: HandoverStatus, answer: HandoverAnswer) -> HandoverStatus:
    """Return the status that an answer moves a handover to, or refuse."""
    check_open(status)
    if not answer.acknowledged and not answer.text.strip():
        raise RuleBroken("Say why your panel does not take it: the other panel reads it", "text")
    if len(answer.text) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "text")
    return HandoverStatus.ACKNOWLEDGED if answer.acknowledged else HandoverStatus.REFUSED


def line_of_action(agency: str, text: str, due_on: date) -> str:
    """Return an open action as the record of a handover says it."""
    return f"{agency}, by {_day(due_on)}: {text}"


def line_of_order(kind: str, status: OrderStatus, expires_on: date | None) -> str:
    """Return an order as the record of a handover says it."""
    until = f", until {_day(expires_on)}" if expires_on else ""
    return f"{kind}: {status.value.replace('_', ' ')}{until}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
