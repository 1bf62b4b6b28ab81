"""Invented meetings of the shape of real ones: who is needed for which case.

`python -m tests.domain.invented_meetings` prints what each would wait in the order in which its cases came in, and in
the order that is suggested; and for how many minutes presenters would not be there for their cases.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from clinic.domain.panels import Rules
from clinic.domain.suggestions import Hearable, broken, missed, suggested, waiting

# How many cases of a hundred an agency is needed for, and how many of those with children. Police and the advocates'
# service are there for all; a panel's other agencies know somebody in some.
AGENCIES = {
    "police": (100, 100), "advocates": (100, 100), "probation": (35, 35), "housing": (35, 30),
    "mental health": (30, 25), "substance misuse": (20, 20),
    "adult social care": (15, 5), "hospital": (20, 20), "fire service": (10, 5),
    "children's social care": (0, 85), "health visiting": (0, 45), "education": (0, 65),
}
IDS = {name: UUID(int=number) for number, name in enumerate(AGENCIES, 1)}
RULES = Rules()


def meeting(seed: int) -> list[Hearable]:
    """Return the cases of an invented meeting in the order in which they came in: 8 to 16 of them."""
    chance = random.Random(seed)
    size = chance.randint(8, 16)
    ids = [UUID(int=1000 + number) for number in range(size)]
    kin = chance.sample(ids, 2) if chance.random() < 0.4 else []
    cases = [_case(chance, item_id, frozenset(kin) - {item_id} if item_id in kin else frozenset()) for item_id in ids]
    return _bound(random.Random(f"presenters of {seed}"), cases)


def _bound(chance: random.Random, cases: Sequence[Hearable]) -> list[Hearable]:
    """Let one presenter of seven come later, or leave before the end: on the quarter of an hour."""
    quarters, found = sum(one.minutes for one in cases) // 15, []
    for one in cases:
        when, leaves = 15 * chance.randint(2, quarters - 2), chance.random() < 0.6
        bound = chance.random() < 1 / 7
        found.append(replace(one, **{"present_until" if leaves else "present_from": when}) if bound else one)
    return found


def _case(chance: random.Random, item_id: UUID, kin: frozenset[UUID]) -> Hearable:
    children, repeat = chance.random() < 0.45, chance.random() < 0.28
    needed = frozenset(IDS[name] for name, parts in AGENCIES.items() if chance.randrange(100) < parts[children])
    return Hearable(item_id, 10 if repeat else 12, needed, urgent=chance.random() < 0.05,
                    red_clock=chance.random() < 0.08, repeat=repeat, children=children, kin=kin)


def saved(cases: Sequence[Hearable], order: Sequence[Hearable]) -> float:
    """Return which part of the waiting an order saves."""
    return 1 - waiting(order) / waiting(cases)


def main() -> None:
    parts = []
    for seed in range(1, 21):
        cases = meeting(seed)
        order = suggested(cases, RULES)
        parts.append(saved(cases, order))
        print(f"{len(cases):>3} cases: {waiting(cases):>5} minutes waited as they came in, {waiting(order):>5} as "
              f"suggested: {parts[-1]:4.0%} less; {missed(cases):>3} and {missed(order):>3} missed by who presents"
              f"{', A RULE IS BROKEN' if broken(order, RULES) else ''}")
    print(f"at the median {statistics.median(parts):.0%} less, at least {min(parts):.0%}")


if __name__ == "__main__":
    main()
