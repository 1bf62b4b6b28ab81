"""How a victim may be reached without harm: by what, when, with which word, and past whom.

A card is never changed: the next one counts, and the earlier ones stay to be read. What was safe
in spring may not be in autumn, so an advocate says again and again that it still holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from clinic.domain.errors import RuleBroken

LONGEST_LINE = 200
LONGEST_TEXT = 1000


class SafeChannel(StrEnum):
    """A way to reach somebody. Each is safe, or not, or nobody knows."""

    PHONE_CALL = "phone_call"
    VOICEMAIL = "voicemail"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"
    VIA_ADVOCATE = "via_advocate"
    VIA_SAFE_PERSON = "via_safe_person"
    VIA_APPOINTMENT = "via_appointment"


class Safety(StrEnum):
    SAFE = "safe"
    UNSAFE = "unsafe"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Way:
    """Whether a channel is safe, and the number, mailbox, place or person that it goes to."""

    safety: Safety = Safety.NOT_KNOWN
    to: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    ways: dict[SafeChannel, Way] = field(default_factory=dict)
    times: str = ""
    may_answer: str = ""
    code_word: str = ""
    unsafe_people: str = ""
    notes: str = ""

    def texts(self) -> dict[str, str]:
        """Return what stands beside the channels, by its name."""
        return {"times": self.times, "may_answer": self.may_answer, "code_word": self.code_word,
                "unsafe_people": self.unsafe_people, "notes": self.notes}

    def written(self) -> list[dict[str, str]]:
        """Return the channels of which something is known, as a row keeps them."""
        return [{"channel": channel.value, "safety": way.safety.value, "to": way.to}
                for channel, way in self.ways.items() if way != Way()]


def ways_of(written: list[dict[str, str]] | None) -> dict[SafeChannel, Way]:
    """Return the channels that a row keeps."""
    return {SafeChannel(one["channel"]): Way(Safety(one["safety"]), one["to"]) for one in written or ()}


def check(card: Card) -> None:
    """Refuse a card by which nobody could tell how to reach the victim, or that no page could show."""
    for name, text in card.texts().items():
        if len(text) > LONGEST_TEXT:
            raise RuleBroken(f"This text must have {LONGEST_TEXT:,} characters or fewer: shorten it.", name)
    for channel, way in card.ways.items():
        if way.to.strip() and way.safety is Safety.NOT_KNOWN:
            raise RuleBroken("Say whether this way is safe", channel.value)
    known = [channel for channel, way in card.ways.items() if way.safety is not Safety.NOT_KNOWN]
    if not known and not card.notes.strip():
        raise RuleBroken("Say of one way at least whether it is safe, or write in a note why nobody knows.",
                         SafeChannel.PHONE_CALL.value)


def due_on(unchecked_since: date, days: int) -> date:
    """Return the day by which an advocate says again that a contact holds."""
    return unchecked_since + timedelta(days=days)


def last_due(now: datetime, days: int) -> datetime:
    """Return the moment since which a contact that has so many days is due by now."""
    return now - timedelta(days=days)
