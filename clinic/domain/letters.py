"""What may leave the service by mail: a kind, a neutral reference, days and hours, a link.

A letter has no field for a person, a place or a narrative, and its reference takes no
spaces: what is not here cannot be sent by mistake.
"""

import re
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from clinic.domain.agenda import Slot
from clinic.domain.entries import Entry, Method


class LetterKind(StrEnum):
    """Every letter that the service writes; each has a pair of templates of this name."""

    INVITATION = "invitation"
    INVITATION_UPDATE = "invitation_update"
    INVITATION_CANCEL = "invitation_cancel"
    INVITATION_REMOVED = "invitation_removed"
    AGENDA_READY = "agenda_ready"
    NOMINATION_RECEIVED = "nomination_received"
    NOMINATION_TRIAGED = "nomination_triaged"
    NOMINATION_NOTED = "nomination_noted"
    REDIRECT_OFFERED = "redirect_offered"
    REDIRECT_ANSWERED = "redirect_answered"
    HANDOVER_OFFERED = "handover_offered"
    HANDOVER_ANSWERED = "handover_answered"
    ANSWER_DUE = "answer_due"
    ANSWER_OVERDUE = "answer_overdue"
    RESEARCH_ASKED = "research_asked"
    RESEARCH_DUE = "research_due"
    RESEARCH_OVERDUE = "research_overdue"
    RESEARCH_AGAIN = "research_again"
    RESEARCH_IN = "research_in"
    ADDITION_ASKED = "addition_asked"
    ADDITION_ANSWERED = "addition_answered"
    PRESENTER_NAMED = "presenter_named"
    PRESENTER_MISSING = "presenter_missing"
    ACTIONS_AGREED = "actions_agreed"
    ACTION_DUE = "action_due"
    ACTION_OVERDUE = "action_overdue"
    CLOCK_RUNNING = "clock_running"
    RECORD_OPENED = "record_opened"
    LOOK_NOW = "look_now"
    INTEREST_DECLARED = "interest_declared"
    QUORUM_SHORT = "quorum_short"
    MEETING_ADJOURNED = "meeting_adjourned"
    URGENT_ASKED = "urgent_asked"
    URGENT_SHORT = "urgent_short"
    MINUTES_READY = "minutes_ready"
    MINUTES_CHASE = "minutes_chase"
    COORDINATOR_WANTED = "coordinator_wanted"
    ACCOUNT_INVITATION = "account_invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105  the name of a letter, not a password
    DIGEST = "digest"

    @property
    def method(self) -> Method | None:
        """Return what the enclosed calendar object asks, or None where nothing is enclosed."""
        return _METHODS.get(self)

    @property
    def is_reminder(self) -> bool:
        """Whether mail programs may offer to stop letters of this kind."""
        return self in _REMINDERS


_METHODS = {
    LetterKind.INVITATION: Method.REQUEST,
    LetterKind.INVITATION_UPDATE: Method.REQUEST,
    LetterKind.INVITATION_CANCEL: Method.CANCEL,
    LetterKind.INVITATION_REMOVED: Method.CANCEL,
}

_REMINDERS = frozenset(
    {LetterKind.ANSWER_DUE, LetterKind.ANSWER_OVERDUE, LetterKind.RESEARCH_DUE, LetterKind.RESEARCH_OVERDUE,
     LetterKind.ACTION_DUE, LetterKind.ACTION_OVERDUE, LetterKind.CLOCK_RUNNING, LetterKind.DIGEST}
)

_REFERENCE = re.compile(r"[A-Za-z0-9-]{0,40}")
_PATH = re.compile(r"/(?![/\\])[!-~]*")


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to tell one person: `to` a user, or the `address` of a contact without an account.

    `about` is the id of the thing that the letter is about and `revision` its edition:
    together they tell a second letter from the same letter again.
    """

    kind: LetterKind
    to: UUID | None = None
    address: str | None = None
    _: KW_ONLY
    reference: str
    link: str = field(repr=False)
    day: date | None = None
    about: UUID | None = None
    revision: int = 0
    #: from when to when its reader is needed
    needed: Slot | None = None
    #: until when it can be answered
    closes_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.to is None) is (self.address is None):
            raise ValueError("A letter goes to a user or to an address: one of the two.")
        if not _REFERENCE.fullmatch(self.reference):
            raise ValueError("A letter's reference holds letters, digits and dashes only.")
        if not _PATH.fullmatch(self.link):
            raise ValueError("A letter's link is a path on our own site.")

    def dedup_key(self, address: str) -> str:
        """Return the key under which this letter is sent to `address` once.

        A letter about nothing in particular, as a digest is, is known by its day.
        """
        return f"{self.kind}:{self.about or self.reference or self.day}:{self.revision}:{address}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who every letter comes from, and the site that its links lead to; taken from the settings."""

    address: str
    site: str
    name: str = "Panels"

    @property
    def domain(self) -> str:
        """Return the mailbox's domain, under which messages and bounces are numbered."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A letter made ready for one recipient: whatever rendering needs and a letter must not hold.

    `secret` is the one-use part of an account link. It is added when the letter is
    rendered, so that it never lies in the queue beside the letter. `entry` is the sitting
    of an invitation, `before` the same sitting as this person was last told of it.
    """

    letter: Letter
    address: str
    sender: Sender
    message_id: UUID
    date: datetime
    entry: Entry | None = None
    before: Entry | None = None
    secret: str = field(default="", repr=False)
    unsubscribe: str = field(default="", repr=False)

    @property
    def link(self) -> str:
        """Return the whole address that the letter leads to."""
        path = f"{self.letter.link.rstrip('/')}/{self.secret}" if self.secret else self.letter.link
        return self.sender.site.rstrip("/") + path
