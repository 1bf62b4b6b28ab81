"""Cases that come onto an agenda late: what makes an addition late, and what the chair says to it.

Pure rules. Source: protocols let the chair decide on late and urgent additions; research then has short clocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingKind

LONGEST_TEXT = 1000
# What whoever asked is told where nobody did.
UNANSWERED = "The meeting was over before anybody answered."


class AdditionKind(StrEnum):
    LATE = "late"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class AdditionAnswer:
    """What the chair says; a refusal has a reason."""

    approved: bool
    reason: str = ""


def is_late(edition: int, kind: MeetingKind, cutoff: date, today: date) -> bool:
    """Return whether adding a case is late: the agenda is out, or nominations for the meeting are closed.

    Meetings beside the panel's dates are held for what is late: nominations for them do not close.
    """
    return edition > 0 or (kind is MeetingKind.SCHEDULED and today > cutoff)


def check_late(late: bool) -> None:
    """Refuse to ask the chair for what needs nobody's approval."""
    if not late:
        raise RuleBroken("The agenda of this meeting is still open: add the case there.")


def check_running(kind: AdditionKind | None) -> None:
    """Refuse to bring a case into a meeting that runs, unless it is an emergency."""
    if kind is not AdditionKind.EMERGENCY:
        raise RuleBroken("This meeting has begun: its agenda can no longer be changed. Only an emergency comes in now.")


def check_in_time(late: bool) -> None:
    """Refuse to add a case late without the chair."""
    if late:
        raise RuleBroken("Nominations for this meeting are closed, or its agenda is out: ask the chair to add it.")


def check_accepting(kind: AdditionKind | None, reason: str) -> None:
    """Refuse to accept a case for a meeting that is closed to it without saying what the chair has to know."""
    if kind is None:
        raise RuleBroken("Nominations for this meeting are closed, or its agenda is out: say how pressing it is",
                         "addition_kind")
    if not reason.strip():
        raise RuleBroken("Say why it cannot wait for a meeting that is open", "addition_reason")


def check_asking(reason: str, asked: bool) -> None:
    if asked:
        raise RuleBroken("The chair has been asked about this case already, and has not answered yet.")
    if not reason.strip():
        raise RuleBroken("Say why it cannot wait", "reason")


def check_answer(answered: bool, answer: AdditionAnswer) -> None:
    if answered:
        raise RuleBroken("This has been answered already.")
    if not answer.approved and not answer.reason.strip():
        raise RuleBroken("Say why the case has to wait", "reason")
