"""Cases that were carried over and are taken off the list of the next meeting: never without a reason.

Pure rules. Source: what is put off twice in silence is what inquiries find afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinic.domain.errors import RuleBroken

LONGEST_TEXT = 1000


class DropReason(StrEnum):
    OTHER_CASES_PRESS = "other_cases_press"
    NOBODY_PRESENTS = "nobody_presents"
    RESEARCH_INCOMPLETE = "research_incomplete"
    POLICE_OPERATIONAL = "police_operational"
    ANOTHER_MEETING = "another_meeting"
    TO_BE_CLOSED = "to_be_closed"
    OTHER = "other"

    @property
    def words(self) -> str:
        """Return what pages and minutes say for it."""
        return _WORDS[self]


_WORDS = {
    DropReason.OTHER_CASES_PRESS: "Other cases press more, and time does not allow both",
    DropReason.NOBODY_PRESENTS: "Nobody can present it at this meeting",
    DropReason.RESEARCH_INCOMPLETE: "Research on it will not be back in time",
    DropReason.POLICE_OPERATIONAL: "The investigation needs it to wait",
    DropReason.ANOTHER_MEETING: "Another meeting is to hear it",
    DropReason.TO_BE_CLOSED: "It is to be closed without being heard",
    DropReason.OTHER: "Something else",
}


@dataclass(frozen=True, slots=True)
class Drop:
    """What somebody says as they take a carried-over case off."""

    reason: DropReason
    words: str = ""


def check(drop: Drop) -> None:
    """Refuse a reason that says nothing, or too much."""
    if drop.reason is DropReason.OTHER and not drop.words.strip():
        raise RuleBroken("Say why it is taken off", "words")
    if len(drop.words) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "words")


def check_plain(carried_over: bool) -> None:
    """Refuse to take off in silence what an earlier meeting did not hear."""
    if carried_over:
        raise RuleBroken("An earlier meeting did not hear this case: say why this one does not either.")
