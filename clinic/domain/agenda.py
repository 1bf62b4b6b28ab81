"""The running order: what is heard, in which order, when, and whether it fits.

Pure rules. A reader's times and numbers are always reckoned from the lines that this reader
may see: a case that somebody must not know of leaves neither a gap nor a jump.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus
from clinic.domain.panels import PanelType, Rules


class AgendaItemKind(StrEnum):
    WELCOME = "welcome"
    APOLOGIES = "apologies"
    CONFIDENTIALITY = "confidentiality"
    INTERESTS = "interests"
    PREVIOUS_MINUTES = "previous_minutes"
    ACTIONS_OUTSTANDING = "actions_outstanding"
    FLAGS_LAPSED = "flags_lapsed"
    CASE_NEW = "case_new"
    CASE_REPEAT = "case_repeat"
    CASE_REVIEW = "case_review"
    CASE_TRANSFER_IN = "case_transfer_in"
    CASE_DEFERRED_IN = "case_deferred_in"
    CASE_EMERGENCY = "case_emergency"
    SCRUTINY_CASE = "scrutiny_case"
    ANY_OTHER_BUSINESS = "any_other_business"
    BREAK = "break"
    CLOSE = "close"
    #: an item that the coordinator gave a title of its own
    OTHER = "other"

    @property
    def words(self) -> str:
        """Return what a page calls an item of this kind."""
        return _WORDS[self]


_K = AgendaItemKind

_WORDS = {
    _K.WELCOME: "Welcome and introductions",
    _K.APOLOGIES: "Apologies",
    _K.CONFIDENTIALITY: "Confidentiality statement",
    _K.INTERESTS: "Declarations of interest",
    _K.PREVIOUS_MINUTES: "Minutes of the last meeting",
    _K.ACTIONS_OUTSTANDING: "Open actions from earlier meetings",
    _K.FLAGS_LAPSED: "Flags that have lapsed",
    _K.CASE_NEW: "New case",
    _K.CASE_REPEAT: "Repeat",
    _K.CASE_REVIEW: "Review",
    _K.CASE_TRANSFER_IN: "Transferred in",
    _K.CASE_DEFERRED_IN: "Deferred",
    _K.CASE_EMERGENCY: "Emergency",
    _K.SCRUTINY_CASE: "Scrutiny",
    _K.ANY_OTHER_BUSINESS: "Any other business and next meeting",
    _K.BREAK: "Break",
    _K.CLOSE: "Close",
    _K.OTHER: "Other item",
}

# Kinds that take the shorter time: the panel has heard of the case before.
_HEARD_BEFORE = frozenset({_K.CASE_REPEAT, _K.CASE_REVIEW})


class AgendaStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    REPUBLISHED = "republished"
    LOCKED = "locked"


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


LEAST_MINUTES, MOST_MINUTES = 1, 240
BREAK_MINUTES = 10
OTHER_MINUTES = 5

# What every sitting has, in order, with its usual minutes; the cases stand between the two groups.
_OPENING = (
    (_K.WELCOME, 2), (_K.APOLOGIES, 1), (_K.CONFIDENTIALITY, 2), (_K.INTERESTS, 1), (_K.PREVIOUS_MINUTES, 2),
    (_K.ACTIONS_OUTSTANDING, 5),
)
_CLOSING = ((_K.ANY_OTHER_BUSINESS, 4), (_K.CLOSE, 1))
# An emergency meeting goes through nothing but its case, between what the law and the panel's word ask of everybody.
_EMERGENCY = ((_K.CONFIDENTIALITY, 2), (_K.INTERESTS, 1), (_K.CLOSE, 1))
# Before these the cases are placed; the first that is still on the agenda counts.
AFTER_CASES = tuple(kind for kind, _ in _CLOSING)


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A line of a running order."""

    id: UUID
    kind: AgendaItemKind
    minutes: int
    case_id: UUID | None = None

    @property
    def is_case(self) -> bool:
        return self.case_id is not None

    @property
    def same(self) -> UUID:
        """Return what a reader knows the line again by: a case that was taken off and put back is the same."""
        return self.case_id or self.id


@dataclass(frozen=True, slots=True)
class Slot:
    """From when to when a line runs, in aware UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Fit:
    """How the planned minutes compare with those of the meeting."""

    planned: int
    available: int

    @property
    def over(self) -> int:
        """Minutes too many; 0 when everything fits."""
        return max(0, self.planned - self.available)


@dataclass(frozen=True, slots=True)
class Capacity:
    """A coming meeting as placing sees it: its minutes, and what is on it already."""

    meeting_id: UUID
    minutes: int
    planned: int
    cases: int
    most_cases: int

    def has_room_for(self, minutes_needed: int) -> bool:
        return self.cases < self.most_cases and self.planned + minutes_needed <= self.minutes


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one line between two editions, as one reader numbers them (0 = not in it)."""

    kind: ChangeKind
    item_id: UUID
    before: int = 0
    after: int = 0
    minutes_before: int = 0
    minutes_after: int = 0


def standing_items(panel_type: PanelType, emergency: bool = False) -> tuple[tuple[AgendaItemKind, int], ...]:
    """Return the items that a new agenda of such a panel begins with, each with its minutes."""
    if emergency:
        return _EMERGENCY
    if panel_type is not PanelType.MARAC:
        return (*_OPENING, *_CLOSING)
    # A MARAC also goes through the flags of cases past twelve months (SafeLives minutes checklist), and so has two
    # minutes less for other business.
    return (*_OPENING, (_K.FLAGS_LAPSED, 2), (_K.ANY_OTHER_BUSINESS, 2), (_K.CLOSE, 1))


def minutes_for(kind: AgendaItemKind, rules: Rules) -> int:
    """Return the minutes that the panel gives a case of this kind."""
    return rules.minutes_per_repeat_case if kind in _HEARD_BEFORE else rules.minutes_per_new_case


def kind_as_told(kind: AgendaItemKind, may_say: bool) -> AgendaItemKind:
    """Return as what a reader meets a case: a repeat is new to whoever must not know of the earlier case."""
    return _K.CASE_NEW if kind is _K.CASE_REPEAT and not may_say else kind


def clock_times(items: Sequence[PlannedItem], starts_at: datetime) -> tuple[Slot, ...]:
    """Return the running times of `items`, one after the other from `starts_at`."""
    slots, at = [], starts_at
    for item in items:
        end = at + timedelta(minutes=item.minutes)
        slots.append(Slot(at, end))
        at = end
    return tuple(slots)


def fits(items: Sequence[PlannedItem], minutes: int) -> Fit:
    return Fit(sum(item.minutes for item in items), minutes)


def first_with_room(meetings: Sequence[Capacity], minutes_needed: int) -> Capacity | None:
    """Return the first of `meetings`, in order, that can take a case of so many minutes."""
    return next((m for m in meetings if m.has_room_for(minutes_needed)), None)


def moved(order: Sequence[UUID], item: UUID, direction: Direction) -> tuple[UUID, ...]:
    """Return `order` with `item` one place up or down; the first stays first and the last last."""
    ids = list(order)
    here = ids.index(item)
    there = here + (1 if direction is Direction.DOWN else -1)
    if 0 <= there < len(ids):
        ids[here], ids[there] = ids[there], ids[here]
    return tuple(ids)


def check_open(meeting: MeetingStatus, agenda: AgendaStatus = AgendaStatus.DRAFT) -> None:
    """Refuse to change an agenda that is locked, or once its meeting has begun, is over or is cancelled."""
    if meeting is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled: its agenda can no longer be changed.")
    if meeting is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has begun: its agenda can no longer be changed.")
    if agenda is AgendaStatus.LOCKED:
        raise RuleBroken("This agenda is locked. Unlock it, with a reason, before you change it.")


def check_takes(kind: AgendaItemKind, meeting: MeetingStatus, agenda: AgendaStatus) -> None:
    """Refuse to put a case onto an agenda that is closed to it: an emergency comes onto that of a meeting that runs."""
    if kind is not AgendaItemKind.CASE_EMERGENCY or meeting is not MeetingStatus.IN_PROGRESS:
        check_open(meeting, agenda)


def check_not_out(edition: int) -> None:
    """Refuse to put a case onto an agenda that is out, as if nobody had it yet."""
    if edition:
        raise RuleBroken("The agenda of this meeting is out: choose another, then ask the chair to add the case to it",
                         "meeting")


def check_lock(before: Sequence[PlannedItem] | None, after: Sequence[PlannedItem]) -> None:
    """Refuse to lock what readers do not have yet; `before` is what they have, None before the first edition."""
    if before is None:
        raise RuleBroken("This agenda is not published yet. Publish it, then lock it.")
    if list(before) != list(after):
        raise RuleBroken("This agenda has changed since it was last published. Publish it again, then lock it.")


def check_unlock(meeting: MeetingStatus, agenda: AgendaStatus, reason: str) -> None:
    """Refuse to unlock what is not locked, or without a reason."""
    if agenda is not AgendaStatus.LOCKED:
        raise RuleBroken("This agenda is not locked.")
    check_open(meeting)
    if not reason.strip():
        raise RuleBroken("Say why it is unlocked", "reason")


def published_as(edition: int) -> AgendaStatus:
    """Return as what an agenda stands of which so many editions are out, while it is not locked."""
    return (AgendaStatus.DRAFT, AgendaStatus.PUBLISHED, AgendaStatus.REPUBLISHED)[min(edition, 2)]


def check_minutes(minutes: int, field: str = "") -> None:
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise RuleBroken(f"Minutes must be a whole number from {LEAST_MINUTES} to {MOST_MINUTES}", field)


def version_of(edition: int, status: AgendaStatus, lines: Iterable[tuple[UUID, int]]) -> int:
    """Return what stands for an agenda as its reader has it, by their lines (id, minutes) in order; never 0.

    A change of what they must not know of changes nothing in it, and neither does its being published: no number
    that jumps and no refusal tells. Whether anything is out, and whether it is locked, is told to everybody.
    """
    seen = f"{edition > 0} {status is AgendaStatus.LOCKED} " + " ".join(f"{id_}:{minutes}" for id_, minutes in lines)
    return int.from_bytes(hashlib.sha256(seen.encode()).digest()[:6]) + 1


def check_ready(items: Sequence[PlannedItem]) -> None:
    """Refuse to publish an agenda that has nothing on it."""
    if not items:
        raise RuleBroken("There is nothing on this agenda yet. Add a case or another item, then publish it.")


def check_changed(before: Sequence[PlannedItem] | None, after: Sequence[PlannedItem]) -> None:
    """Refuse to publish again what readers already have; `before` is None for the first edition."""
    if before is not None and as_read(before) == as_read(after):
        raise RuleBroken("Nothing has changed since this agenda was last published.")


def as_read(items: Sequence[PlannedItem]) -> list[tuple[UUID, AgendaItemKind, int]]:
    """Return what a reader can tell apart of lines. Whoever finds no difference is told of none."""
    return [(item.same, kind_as_told(item.kind, False), item.minutes) for item in items]


def changes(before: Sequence[PlannedItem], after: Sequence[PlannedItem]) -> tuple[Change, ...]:
    """Return what changed between two editions of one reader, in the order of the new one.

    Only lines that were moved past others count as moved: adding a line moves none.
    """
    old = {item.same: (number, item) for number, item in enumerate(before, 1)}
    new = {item.same: (number, item) for number, item in enumerate(after, 1)}
    still = _unmoved([old[item.same][0] for item in after if item.same in old])
    found = []
    for number, item in new.values():
        if item.same not in old:
            found.append(Change(ChangeKind.ADDED, item.id, 0, number, 0, item.minutes))
            continue
        was, earlier = old[item.same]
        if was not in still:
            found.append(Change(ChangeKind.MOVED, item.id, was, number, earlier.minutes, item.minutes))
        if earlier.minutes != item.minutes:
            found.append(Change(ChangeKind.MINUTES, item.id, was, number, earlier.minutes, item.minutes))
    gone = [Change(ChangeKind.REMOVED, item.id, n, 0, item.minutes, 0)
            for same, (n, item) in old.items() if same not in new]
    return (*found, *gone)


def _unmoved(numbers: Sequence[int]) -> set[int]:
    """Return the most numbers that still stand in rising order (longest rising subsequence)."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(tails, number)
        before[number] = tails[place - 1] if place else None
        tails[place:place + 1] = [number]
    kept, at = set(), tails[-1] if tails else None
    while at is not None:
        kept.add(at)
        at = before[at]
    return kept
