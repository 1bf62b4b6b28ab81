"""Closing a case: why, and what may not be left behind in silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinic.domain.cases import CaseStatus
from clinic.domain.errors import RuleBroken

LONGEST_TEXT = 1000


class CloseReason(StrEnum):
    RISK_REDUCED = "risk_reduced"
    PERPETRATOR_IN_CUSTODY_LONG = "perpetrator_in_custody_long"
    MANAGED_UNDER_MAPPA = "managed_under_mappa"
    NO_FURTHER_PANEL_VALUE = "no_further_panel_value"
    VICTIM_MOVED_TRANSFERRED = "victim_moved_transferred"
    PARTY_DECEASED = "party_deceased"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Closing:
    """What somebody says as they close a case. `all_the_same` = although something still presses."""

    reason: CloseReason
    words: str = ""
    all_the_same: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What a case that is closed leaves behind: clocks that are red or missed and not met, and actions that are owed.

    The others keep it open whatever anybody says.
    """

    red: int = 0
    owed: int = 0
    undecided: bool = False
    listed: bool = False
    handed_over: bool = False
    #: agencies are asked for an urgent decision, which the chair has not taken
    asked: bool = False

    @property
    def presses(self) -> bool:
        return bool(self.red or self.owed)


def check(status: CaseStatus, closing: Closing, left: Left) -> None:
    """Refuse to close a case that is not open, that is on its way somewhere, or that leaves something in silence."""
    _check_open(status, left)
    if len(closing.words) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "words")
    if closing.reason is CloseReason.OTHER and not closing.words.strip():
        raise RuleBroken("Say why", "words")
    if not left.presses:
        return
    if not closing.all_the_same:
        raise RuleBroken(f"{said(left)}: see to that first, or tick this and say why it is closed all the same.",
                         "all_the_same")
    if not closing.words.strip():
        raise RuleBroken("Say why it is closed all the same", "words")


def _check_open(status: CaseStatus, left: Left) -> None:
    if status not in (CaseStatus.OPEN, CaseStatus.UNDER_REVIEW):
        raise RuleBroken("This case is not open: somebody has closed it, or handed it over.")
    if left.undecided:
        raise RuleBroken("Its nomination is not decided: accept it, or reject it, which closes the case.")
    if left.listed:
        raise RuleBroken("It is on the agenda of a meeting that is not closed: take it off, or close it after that.")
    if left.handed_over:
        raise RuleBroken("It is being handed over: wait for the answer, or take the handover back.")
    if left.asked:
        raise RuleBroken("Agencies are asked for an urgent decision on it: decide on that first.")


def said(left: Left) -> str:
    """Return in words what still presses."""
    red = "" if not left.red else "1 clock is red" if left.red == 1 else f"{left.red} clocks are red"
    owed = "" if not left.owed else "1 action is owed" if left.owed == 1 else f"{left.owed} actions are owed"
    return " and ".join(part for part in (red, owed) if part)


def check_reopening(why: str) -> None:
    if not why.strip():
        raise RuleBroken("Say why it is opened again", "why")
    if len(why) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "why")
