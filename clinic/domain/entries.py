"""What a diary may hold: one sitting of a panel, or one day by which something is due.

No field here takes a sentence that a person typed about a case. The one name is the
panel's `diary_name`, which is checked for neutral words when it is saved.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID


class EntryStatus(StrEnum):
    """Whether the sitting still stands."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Method(StrEnum):
    """What an enclosed calendar object asks of the reader's diary."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Acceptance(StrEnum):
    """What the invited person has said so far; after a move everyone is asked again."""

    NEEDS_ACTION = "needs_action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Place(StrEnum):
    """How a sitting is held: the values are those of the meeting's mode, the words give no address away."""

    IN_PERSON = "in_person"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"
    ASYNCHRONOUS = "asynchronous"

    @property
    def words(self) -> str:
        """Return the line that a diary and a letter show."""
        return _PLACE_WORDS[self]


_PLACE_WORDS = {
    Place.IN_PERSON: "In person: sign in for the place",
    Place.VIRTUAL: "Online: sign in for the link",
    Place.HYBRID: "In person and online: sign in for the place and the link",
    Place.ASYNCHRONOUS: "In writing: sign in to answer",
}


class DeadlineKind(StrEnum):
    """What is due on a day; the values are those of the clocks that a panel's rules set."""

    NOMINATION_CUTOFF = "nomination_cutoff"
    AGENDA_RELEASE = "agenda_release"
    RESEARCH_DUE = "research_due"
    ACTIONS_DUE = "actions_due"
    MINUTES_DUE = "minutes_due"

    @property
    def words(self) -> str:
        """Return what a diary says of the day."""
        return _DEADLINE_WORDS[self]


_DEADLINE_WORDS = {
    DeadlineKind.NOMINATION_CUTOFF: "last day to nominate",
    DeadlineKind.AGENDA_RELEASE: "agenda out",
    DeadlineKind.RESEARCH_DUE: "answers due",
    DeadlineKind.ACTIONS_DUE: "list of actions out",
    DeadlineKind.MINUTES_DUE: "minutes due",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sitting as diaries show it; feed and invitation are both made from this.

    Moments are aware UTC. `changed_at` is the last stored change and has whole seconds.
    `sequence` rises with every move and every cancellation, and when one person is taken
    off (`removed`). `link` is a path on our site until `at` makes it a whole address.
    """

    uid: UUID
    reference: str
    diary_name: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    changed_at: datetime
    link: str
    place: Place
    status: EntryStatus = EntryStatus.CONFIRMED
    removed: bool = False

    def __post_init__(self) -> None:
        for moment in (self.starts_at, self.ends_at, self.changed_at):
            _refuse_other_than_utc(moment)
        if self.ends_at <= self.starts_at:
            raise ValueError("A diary entry must end after it starts.")
        if self.changed_at.microsecond:
            raise ValueError("A diary entry changes at a whole second.")

    def at(self, site: str) -> Self:
        """Return the entry with its link made whole; `site` is the settings' base address."""
        return replace(self, link=_whole(site, self.link))

    @property
    def is_cancelled(self) -> bool:
        """Whether the whole sitting is off, as opposed to one person's part in it."""
        return self.status is EntryStatus.CANCELLED

    @property
    def is_off(self) -> bool:
        """Whether the reader need not come, for either reason."""
        return self.is_cancelled or self.removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day by which something of one sitting is due: an all-day entry that blocks no time."""

    uid: UUID
    kind: DeadlineKind
    reference: str
    diary_name: str
    day: date
    changed_at: datetime
    link: str
    sequence: int = 0

    def __post_init__(self) -> None:
        _refuse_other_than_utc(self.changed_at)
        if self.changed_at.microsecond:
            raise ValueError("A diary entry changes at a whole second.")

    def at(self, site: str) -> Self:
        """Return the deadline with its link made whole; `site` is the settings' base address."""
        return replace(self, link=_whole(site, self.link))


def _refuse_other_than_utc(moment: datetime) -> None:
    if moment.utcoffset() != timedelta(0):
        raise ValueError("A diary entry holds moments in UTC.")


def _whole(site: str, link: str) -> str:
    return site.rstrip("/") + link if link.startswith("/") else link
