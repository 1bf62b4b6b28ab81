"""A response of one agency that another disputes: what it was, why it is disputed, and what came of that.

Nothing is overwritten. What is disputed is put right by another version as long as nobody has answered it; an
answer is put right by another answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from clinic.domain.errors import RuleBroken

LONGEST_TEXT = 2000
LONGEST_REASON = 500


class ResponseKind(StrEnum):
    """What an agency has answered that another cannot leave at that."""

    LOW_PRIORITY = "low_priority"
    NO_FURTHER_ACTION = "no_further_action"
    NOT_STALKING = "not_stalking"
    NOTHING_DONE = "nothing_done"
    OTHER = "other"


class DisputeOutcome(StrEnum):
    """What the answer says: the response is another one now, or stays as it was."""

    CHANGED = "changed"
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class NewDispute:
    """What somebody says: which agency responded, how and when, and why their own agency disputes it."""

    responder_id: UUID
    response: ResponseKind
    responded_on: date
    words: str


def check(said: NewDispute, own: UUID, taking_part: Collection[UUID], today: date) -> None:
    """Refuse a dispute with nobody who could answer it, with one's own agency, of a day to come, or without a reason.

    `taking_part` holds the agencies that may know of the case.
    """
    if said.responder_id == own:
        raise RuleBroken("Your agency cannot dispute its own response: put that right where it was given.", "responder")
    if said.responder_id not in taking_part:
        raise RuleBroken("Choose an agency that takes part in the case.", "responder")
    if said.responded_on > today:
        raise RuleBroken("This day is still to come: check the date.", "responded_on")
    if said.responded_on.year < 1950:
        raise RuleBroken("This must lie in 1950 or later: check the year.", "responded_on")
    check_words(said.words, "Say why it is disputed")


def check_correction(before: NewDispute, after: NewDispute, why: str) -> None:
    """Refuse a new version that changes nothing, or does not say why."""
    if before == after:
        raise RuleBroken("Nothing is different from what stands there: change it, or go back.")
    check_reason(why)


def check_reason(why: str) -> None:
    if not why.strip():
        raise RuleBroken("Say why", "why")
    if len(why) > LONGEST_REASON:
        raise RuleBroken(f"This text must have {LONGEST_REASON:,} characters or fewer: shorten it.", "why")


def check_open(ended: bool, answered: bool) -> None:
    """Refuse to change what was corrected or taken back already, or what somebody has answered."""
    if ended:
        raise RuleBroken("Somebody has corrected this or taken it back already: load the page again.")
    if answered:
        raise RuleBroken("This has been answered, and stays as it was answered: dispute the response anew.")


def check_answer(ended: bool, own: bool, words: str) -> None:
    """Refuse to answer what stands no longer, or what one has disputed oneself; `own` says that."""
    if ended:
        raise RuleBroken("Somebody has corrected this or taken it back: load the page again.")
    if own:
        raise RuleBroken("You have disputed this yourself: somebody else answers it.")
    check_words(words, "Say what came of it, and why")


def check_words(words: str, missing: str) -> None:
    if not words.strip():
        raise RuleBroken(missing, "words")
    if len(words) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "words")
