"""The victim's voice: what an advocate brings to a meeting from the victim, and takes back to the victim after it.

Nobody at a meeting speaks for the victim but the advocate. Where the victim could not be asked or told,
that is an answer too, with its reason. Source: SafeLives, 10 principles of an effective MARAC; domestic
abuse reviews that found victims did not know they had been discussed.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from enum import StrEnum

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import working_days_after, working_days_before
from clinic.domain.panels import Rules

LONGEST_TEXT = 4000


class VoiceKind(StrEnum):
    """Before the meeting the victim's views come in; after it what was agreed goes back, if that is safe."""

    VIEWS = "views"
    FEEDBACK = "feedback"


class VictimFeedback(StrEnum):
    GIVEN = "given"
    NOT_GIVEN_UNSAFE = "not_given_unsafe"
    NOT_GIVEN_NO_CONTACT = "not_given_no_contact"
    DECLINED = "declined"


_WANT_REASON = frozenset({VictimFeedback.NOT_GIVEN_UNSAFE, VictimFeedback.NOT_GIVEN_NO_CONTACT})


def check(kind: VoiceKind, status: VictimFeedback, text: str) -> None:
    """Refuse views without words, and a victim who was not reached without the reason."""
    if status in _WANT_REASON and not text.strip():
        raise RuleBroken("Say why, and what was tried", "text")
    if kind is VoiceKind.VIEWS and status is VictimFeedback.GIVEN and not text.strip():
        raise RuleBroken("Write what the victim wants and fears", "text")
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", "text")


def due_on(kind: VoiceKind, meeting_day: date, rules: Rules, holidays: Container[date]) -> date:
    """Return the working day by which views are in (with the research), or the victim is told."""
    if kind is VoiceKind.VIEWS:
        return working_days_before(meeting_day, rules.research_due_days, holidays)
    return working_days_after(meeting_day, rules.feedback_due_days, holidays)
