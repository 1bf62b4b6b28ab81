"""The order in which a meeting's cases are heard, so that whoever is needed for few of them waits least.

What a panel puts first stays first, and what belongs together stays together; within that, whoever
presents a case is there for it where that can be; and of those orders the one is sought in which the
waiting minutes of all agencies add up to least. Pure rules; the same cases always give the same order.

`pauses` are the minutes of the lines without a case that stand before each place of a case: they stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from uuid import UUID

from clinic.domain.panels import Rules

# Orders are tried until so many comings and goings are reckoned from one beginning: a tenth of a second, whatever
# their number.
EFFORT = 60_000


@dataclass(frozen=True, slots=True)
class Hearable:
    """A case on an agenda as its place is sought.

    `needed` are the agencies that must be in the room for it, `kin` the lines of cases with the same perpetrator.
    Who presents it can be there from one minute of the meeting until another; none = to its end.
    """

    item_id: UUID
    minutes: int
    needed: frozenset[UUID]
    urgent: bool = False
    red_clock: bool = False
    repeat: bool = False
    children: bool = False
    kin: frozenset[UUID] = frozenset()
    present_from: int = 0
    present_until: int | None = None

    @property
    def is_bound(self) -> bool:
        """Whether who presents it cannot be there for the whole meeting."""
        return self.present_from > 0 or self.present_until is not None

    def missed(self, begins: int) -> int:
        """Return for how many of its minutes who presents it is not there, if it begins at a minute."""
        ends = begins + self.minutes
        until = ends if self.present_until is None else min(ends, self.present_until)
        return self.minutes - max(0, until - max(begins, self.present_from))


class Reason(StrEnum):
    """Why a case stands where it does."""

    URGENT = "urgent"
    RED_CLOCK = "red_clock"
    REPEAT = "repeat"
    PRESENTER = "presenter"
    SAME_PERPETRATOR = "same_perpetrator"
    CHILDREN = "children"
    SHARED = "shared"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Placing:
    """A case's place; `shared` are agencies that stay for it from the case before, or for the case after."""

    item_id: UUID
    reasons: tuple[Reason, ...]
    shared: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Stay:
    """From which to which minute of the cases' time an agency is needed, and how much of that it only waits."""

    agency_id: UUID
    begins: int
    ends: int
    waits: int


def stays(order: Iterable[Hearable]) -> tuple[Stay, ...]:
    """Return for each agency when it comes and leaves, if it comes for its first case and leaves after its last."""
    first: dict[UUID, int] = {}
    last: dict[UUID, int] = {}
    heard: dict[UUID, int] = {}
    at = 0
    for one in order:
        for agency_id in one.needed:
            first.setdefault(agency_id, at)
            last[agency_id] = at + one.minutes
            heard[agency_id] = heard.get(agency_id, 0) + one.minutes
        at += one.minutes
    return tuple(Stay(a, first[a], last[a], last[a] - first[a] - heard[a]) for a in first)


def waiting(order: Iterable[Hearable]) -> int:
    """Return the waiting minutes of all agencies together."""
    return sum(stay.waits for stay in stays(order))


def missed(order: Sequence[Hearable], pauses: Sequence[int] = ()) -> int:
    """Return for how many minutes of all cases together who presents them is not there."""
    return sum(one.missed(at) for one, at in zip(order, _beginnings(order, pauses), strict=True))


def _beginnings(order: Sequence[Hearable], pauses: Sequence[int]) -> list[int]:
    """Return the minute of the meeting at which each case begins."""
    at = [0, *accumulate(one.minutes for one in order)][:len(order)]
    return [begins + pause for begins, pause in zip(at, pauses, strict=True)] if pauses else at


def _cost(order: Sequence[Hearable], pauses: Sequence[int]) -> tuple[int, int]:
    """Return what an order costs: first what presenters miss, then what agencies wait."""
    return missed(order, pauses) if any(one.is_bound for one in order) else 0, waiting(order)


def suggested(cases: Sequence[Hearable], rules: Rules, pauses: Sequence[int] = ()) -> tuple[Hearable, ...]:
    """Return the cases in the order in which presenters miss and agencies wait least, as far as the rules allow.

    The order as it stands is returned where it keeps the rules and none is better.
    """
    start = _sorted(_blocks(cases, rules))
    best = _flat(start) if broken(cases, rules) else list(cases)
    least = _cost(best, pauses)
    for beginning in (start, start[::-1], start[::2] + start[1::2], start[1::2] + start[::2][::-1]):
        if not any(least):
            break
        found = _flat(_improved(_sorted(beginning), pauses))
        if _cost(found, pauses) < least:
            best, least = found, _cost(found, pauses)
    return tuple(best)


def broken(order: Sequence[Hearable], rules: Rules) -> bool:
    """Whether an order breaks a rule of the panel: what comes first, or what belongs together."""
    blocks = _blocks(order, rules)
    return _flat(blocks) != list(order) or not _kept(blocks)


def placings(order: Sequence[Hearable], rules: Rules, pauses: Sequence[int] = ()) -> tuple[Placing, ...]:
    """Return each place with its reasons."""
    everybody = frozenset.intersection(*(one.needed for one in order)) if order else frozenset()
    found, begins = [], _beginnings(order, pauses)
    for place, one in enumerate(order):
        beside = [order[near] for near in (place - 1, place + 1) if 0 <= near < len(order)]
        shared = frozenset().union(*(one.needed & other.needed for other in beside)) - everybody
        presenter = one.is_bound and not one.missed(begins[place])
        found.append(Placing(one.item_id, tuple(_reasons(one, beside, shared, presenter, rules)), shared))
    return tuple(found)


def _reasons(one: Hearable, beside: Sequence[Hearable], shared: frozenset[UUID], presenter: bool,
             rules: Rules) -> Iterator[Reason]:
    tier = _tier([one], rules)
    if tier is not None:
        yield tier
    if presenter:
        yield Reason.PRESENTER
    kin = any(other.item_id in one.kin for other in beside)
    children = rules.children_together and one.children and any(other.children for other in beside)
    if kin:
        yield Reason.SAME_PERPETRATOR
    if children:
        yield Reason.CHILDREN
    if shared:
        yield Reason.SHARED
    elif tier is None and not presenter and not kin and not children:
        yield Reason.BETWEEN


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Cases that are heard one after the other. `tier` says how early, `children` whether it stands with the others."""

    cases: tuple[Hearable, ...]
    tier: int
    children: bool


_TIERS = (Reason.URGENT, Reason.RED_CLOCK, Reason.REPEAT, None)


def _tier(cases: Sequence[Hearable], rules: Rules) -> Reason | None:
    """Return what puts cases first, or nothing."""
    if any(one.urgent for one in cases):
        return Reason.URGENT
    if rules.red_clocks_first and any(one.red_clock for one in cases):
        return Reason.RED_CLOCK
    return Reason.REPEAT if rules.repeats_first and any(one.repeat for one in cases) else None


def _blocks(cases: Sequence[Hearable], rules: Rules) -> list[_Block]:
    """Return the cases with those of one perpetrator together, each group where its first case stands."""
    groups: list[list[Hearable]] = []
    for one in cases:
        near = [group for group in groups if any(other.item_id in one.kin for other in group)]
        if near:
            near[0] += [*_all(near[1:]), one]
            groups = [group for group in groups if group not in near[1:]]
        else:
            groups.append([one])
    return [_Block(tuple(group), _TIERS.index(_tier(group, rules)),
                   rules.children_together and any(one.children for one in group)) for group in groups]


def _flat(blocks: Iterable[_Block]) -> list[Hearable]:
    return _all(block.cases for block in blocks)


def _all(groups: Iterable[Iterable[Hearable]]) -> list[Hearable]:
    return [one for group in groups for one in group]


def _sorted(blocks: Sequence[_Block]) -> list[_Block]:
    """Return the blocks so that the rules are kept, otherwise as they stand: those with children after the others."""
    return sorted(blocks, key=lambda block: (block.tier, block.children))


def _kept(blocks: Sequence[_Block]) -> bool:
    """Whether tiers follow each other, and in each those with children stand together."""
    closed, before = set(), None
    for block in blocks:
        if before is not None and block.tier < before.tier:
            return False
        if before is not None and before.children and (before.tier, True) != (block.tier, block.children):
            closed.add(before.tier)
        if block.children and block.tier in closed:
            return False
        before = block
    return True


def _improved(blocks: list[_Block], pauses: Sequence[int]) -> list[_Block]:
    """Return the blocks after moving one, or turning some round, for as long as that costs less."""
    tries = EFFORT // max(1, sum(len(one.needed) for one in _flat(blocks)))
    least, better = _cost(_flat(blocks), pauses), True
    while better and any(least) and tries > 0:
        better = False
        for other in filter(_kept, _neighbours(blocks)):
            tries -= 1
            cost = _cost(_flat(other), pauses)
            if cost < least:
                blocks, least, better = other, cost, True
            if better or tries <= 0:
                break
    return blocks


def _neighbours(blocks: list[_Block]) -> Iterator[list[_Block]]:
    size = len(blocks)
    for here in range(size):
        rest = [*blocks[:here], *blocks[here + 1:]]
        for there in range(size):
            if there != here:
                yield [*rest[:there], blocks[here], *rest[there:]]
    for first in range(size):
        for last in range(first + 2, size + 1):
            yield [*blocks[:first], *reversed(blocks[first:last]), *blocks[last:]]
