"""How the investigation of a case stands, step by step, and whether the graver offence was considered.

A step is said by one agency and dated; what was said wrongly is taken back, never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic.domain.clocks import ClockKind
from clinic.domain.errors import RuleBroken

LONGEST_NOTE = 2000


class InvestigationStatus(StrEnum):
    REPORTED = "reported"
    UNDER_INVESTIGATION = "under_investigation"
    EARLY_ADVICE_REQUESTED = "early_advice_requested"
    EARLY_ADVICE_GIVEN = "early_advice_given"
    FILE_TO_CPS = "file_to_cps"
    CHARGED = "charged"
    NFA = "nfa"
    OOC_DISPOSAL = "ooc_disposal"
    AT_COURT = "at_court"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    DISCONTINUED = "discontinued"
    TIME_BARRED = "time_barred"


_S = InvestigationStatus
#: steps after which nothing is charged any more
OVER = frozenset({_S.NFA, _S.OOC_DISPOSAL, _S.CONVICTED, _S.ACQUITTED, _S.DISCONTINUED, _S.TIME_BARRED})
#: steps that mean little without their reason
_WANT_REASON = frozenset({_S.NFA, _S.DISCONTINUED, _S.TIME_BARRED})
_MEET = {
    ClockKind.CPS_FILE_TARGET: frozenset({_S.FILE_TO_CPS, _S.CHARGED, _S.AT_COURT}),
    ClockKind.SUMMARY_LIMIT: frozenset({_S.CHARGED, _S.AT_COURT}),
}


class FourAConsidered(StrEnum):
    """Whether stalking with fear of violence or serious alarm was considered. Source: PHA 1997 s.4A."""

    YES_CHARGE_SOUGHT = "yes_charge_sought"
    YES_NOT_MET = "yes_not_met"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Step:
    status: InvestigationStatus
    on: date
    note: str = ""


def check_step(step: Step, today: date) -> None:
    """Refuse a step that cannot have been taken by `today`, or that lacks its reason."""
    if step.on > today:
        raise RuleBroken("A step cannot lie in the future: check the date.", "on")
    if step.on.year < 2000:
        raise RuleBroken("Check the year.", "on")
    if step.status in _WANT_REASON and not step.note.strip():
        raise RuleBroken("Say why", "note")
    if len(step.note) > LONGEST_NOTE:
        raise RuleBroken(f"This text must have {LONGEST_NOTE:,} characters or fewer: shorten it.", "note")


def check_four_a(answer: FourAConsidered, reason: str) -> None:
    """Refuse an answer that does not say why: that it was not considered needs none."""
    if answer is not FourAConsidered.NO and not reason.strip():
        raise RuleBroken("Say why the charge is sought, or why the test is not met", "reason")
    if len(reason) > LONGEST_NOTE:
        raise RuleBroken(f"This text must have {LONGEST_NOTE:,} characters or fewer: shorten it.", "reason")


def met_on(kind: ClockKind, steps: Iterable[Step]) -> date | None:
    """Return the day on which the steps did what a clock watches for, if they did."""
    return min((step.on for step in steps if step.status in _MEET.get(kind, ())), default=None)


def is_over(steps: Iterable[Step]) -> bool:
    """Whether the last step ends the investigation, so that its clocks stop."""
    last = max(steps, key=lambda step: step.on, default=None)
    return last is not None and last.status in OVER
