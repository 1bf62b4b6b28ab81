"""An urgent decision between two meetings: named agencies answer within hours, and the chair decides.

Pure rules. The quorum counts agencies, whoever speaks for them: what an agency says again stands in the place of what
it said before. An agency that wants a meeting has not decided. Source: protocols have emergency MARACs; what is
decided without a meeting is ratified by the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.domain.cases import CaseStatus
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import moment
from clinic.domain.research import HandlingCode

LONGEST_TEXT = 2000
SMALLEST_QUORUM = 2
#: what can wait longer waits for a meeting
LONGEST_WAIT = timedelta(days=7)


class UrgentReply(StrEnum):
    AGREE = "agree"
    DO_NOT_AGREE = "do_not_agree"
    NEED_MEETING = "need_meeting"


class UrgentOutcome(StrEnum):
    DECIDED = "decided"
    QUORUM_MISSED = "quorum_missed"
    TAKEN_TO_MEETING = "taken_to_meeting"


DECIDING = frozenset({UrgentReply.AGREE, UrgentReply.DO_NOT_AGREE})


@dataclass(frozen=True, slots=True)
class UrgentQuestion:
    """What agencies are asked, which they are, how many of them must decide, and until when they answer."""

    question: str = field(repr=False)
    agencies: frozenset[UUID]
    quorum: int
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What one agency answers, why, and for whom the reason is."""

    reply: UrgentReply
    reason: str = field(repr=False)
    handling: HandlingCode = HandlingCode.PANEL


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question stands: what each named agency has answered, and what the chair has decided, if anything yet."""

    quorum: int
    closes_at: datetime
    replies: Mapping[UUID, UrgentReply | None]
    outcome: UrgentOutcome | None = None

    @property
    def deciding(self) -> int:
        return sum(reply in DECIDING for reply in self.replies.values())

    @property
    def has_quorum(self) -> bool:
        return self.deciding >= self.quorum

    @property
    def all_answered(self) -> bool:
        return None not in self.replies.values()

    def takes_answers(self, now: datetime) -> bool:
        return self.outcome is None and now < self.closes_at

    def waits_for_chair(self, now: datetime) -> bool:
        """Whether the chair can decide: its time is over, or everybody has answered."""
        return self.outcome is None and (now >= self.closes_at or self.all_answered)

    def check_answer(self, said: Said, now: datetime) -> None:
        """Refuse an answer that comes too late, or without a reason."""
        if self.outcome is not None:
            raise RuleBroken("The chair has decided: nobody is asked any more.")
        if not self.takes_answers(now):
            raise RuleBroken("This has closed: the chair decides by what was answered until then.")
        check_words(said.reason, "reason", "Say why")

    def check_decision(self, outcome: UrgentOutcome, words: str, now: datetime) -> None:
        """Refuse to decide twice, too early, without words, or otherwise than the quorum allows."""
        if self.outcome is not None:
            raise RuleBroken("This has been decided already.")
        if not self.waits_for_chair(now):
            raise RuleBroken("Agencies are still to answer: decide when all have, or when it has closed.")
        if outcome is UrgentOutcome.DECIDED and not self.has_quorum:
            raise RuleBroken(f"The quorum of {self.quorum} agencies is not met: nothing can be decided on this.",
                             "outcome")
        if outcome is UrgentOutcome.QUORUM_MISSED and self.has_quorum:
            raise RuleBroken(f"The quorum of {self.quorum} agencies is met.", "outcome")
        check_words(words, "words", "Say what stands, and why")


def closing(day: date, at: time) -> datetime:
    """Return the moment at which a question closes, or refuse an hour that the clocks leave out or give twice."""
    try:
        return moment(day, at)
    except RuleBroken as broken:
        raise RuleBroken(broken.message, "closes_at") from None


def usual_quorum(of_meetings: int, agencies: int) -> int:
    """Return the quorum that is proposed: as many as a meeting of the panel needs, as far as there are agencies."""
    return max(SMALLEST_QUORUM, min(of_meetings, agencies))


def check_open(status: CaseStatus) -> None:
    if status not in (CaseStatus.OPEN, CaseStatus.UNDER_REVIEW):
        raise RuleBroken("This case is not open: open it again before agencies are asked about it, or given anything.")


def check_case(status: CaseStatus, accepted: bool) -> None:
    """Refuse a question on a case that no agency can be told of any more, or not yet."""
    check_open(status)
    if not accepted:
        raise RuleBroken("Its nomination is not accepted: decide on that before agencies are asked about it.")


def check_asking(new: UrgentQuestion, may_be_asked: Collection[UUID], now: datetime) -> None:
    """Refuse a question that nobody can answer in time.

    `may_be_asked` are the agencies of the panel with somebody who speaks for them, and not kept from the case.
    """
    check_words(new.question, "question", "Enter what is to be decided")
    if not new.agencies <= set(may_be_asked):
        raise RuleBroken("Choose from the agencies shown", "agencies")
    if new.quorum < SMALLEST_QUORUM:
        raise RuleBroken(f"A quorum is {SMALLEST_QUORUM} agencies at least: one alone does not decide for a panel.",
                         "quorum")
    if len(new.agencies) < new.quorum:
        raise RuleBroken("Name at least as many agencies as the quorum needs.", "agencies")
    if new.closes_at <= now:
        raise RuleBroken("This time is over: give the agencies time to answer.", "closes_at")
    if new.closes_at > now + LONGEST_WAIT:
        raise RuleBroken(f"A question closes within {LONGEST_WAIT.days} days: what can wait longer goes to a meeting.",
                         "closes_on")


def check_acting(outcome: UrgentOutcome | None) -> None:
    """Refuse an action where nothing was decided that it could follow from."""
    if outcome is not UrgentOutcome.DECIDED:
        raise RuleBroken("Nothing is decided on this, so no action follows from it.")


def check_ratifying(outcome: UrgentOutcome | None, running: UUID | None, dealt_with: UUID | None, ratified: bool,
                    words: str) -> None:
    """Refuse to ratify what was not decided, or outside a meeting, and to refuse it without a word.

    `running` is the meeting that runs, `dealt_with` the one that has said yes or no already.
    """
    if outcome is not UrgentOutcome.DECIDED:
        raise RuleBroken("Nothing was decided on this, so there is nothing to ratify.")
    if running is None:
        raise RuleBroken("No meeting of this panel runs: it is written down while one does.")
    if dealt_with not in (None, running):
        raise RuleBroken("Another meeting has dealt with this already.")
    if not ratified and not words.strip():
        raise RuleBroken("Say why the meeting does not ratify it", "words")
    check_length(words, "words")


def check_words(words: str, name: str, missing: str) -> None:
    if not words.strip():
        raise RuleBroken(missing, name)
    check_length(words, name)


def check_length(words: str, name: str) -> None:
    if len(words) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", name)
