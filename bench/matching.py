"""What matching one case and searching for somebody cost, among few people and among many.

    python -m bench.matching 1000 100000

builds a database of invented people of its own in a temporary folder, and prints for each size the
median milliseconds that this process worked, database included, and the most statements; then how many
times the last is the first. Time spent waiting for others on the same machine does not count.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from uuid import UUID

import sqlalchemy as sa
from flask_migrate import upgrade

from clinic.app import create_app
from clinic.config import load
from clinic.domain.actors import Actor, MembershipRole
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Gender
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft
from clinic.domain.nominations import AdvocateOffer, VictimAwareness
from clinic.domain.searches import Query
from clinic.models.account import User
from clinic.models.nomination import Nomination
from clinic.policy.cases import may_list
from clinic.services import demonstration, intake, match_pages, search, sessions
from clinic.services.work import Office, Work

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
AT_ONCE = 250
ROUNDS = 40
_BEGIN, _MIDDLE, _END = (
    "ab ar bel bran cal cor dar del dun el fal far gar gol hal har is jar kel lan lor mar mel nor or pel per quin rad "
    "ren sal sel tal tor ul val wen wil yar zel".split(),
    ["a", "e", "i", "o", "u", "ae", "ey", "ow"],
    "bert ch dale den ford gan ham ington kin land ley low man mer more nant ney pole ric sby son ston thorpe ton tre "
    "vane ward well wick worth".split(),
)


def words(chance: random.Random, count: int) -> list[str]:
    made = {"".join(map(chance.choice, (_BEGIN, _MIDDLE, _END))).capitalize() for _ in range(count * 3)}
    return chance.sample(sorted(made), count)


class Crowd:
    """Invented people with names as uneven as real ones: a few of them are very common."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.given, self.family = words(self.chance, 500), words(self.chance, 4000)
        self.weights = {len(names): list(accumulate(1 / (20 + place) for place in range(len(names))))
                        for names in (self.given, self.family)}

    def party(self) -> PartyDraft:
        pick = self.chance.choice
        return PartyDraft(self._common(self.given), self._common(self.family), (),
                          date(1950, 1, 1) + timedelta(days=self.chance.randrange(20_000)) if self.chance.random() < .8
                          else None, pick([Gender.FEMALE, Gender.MALE]))

    def _common(self, names: list[str]) -> str:
        return self.chance.choices(names, cum_weights=self.weights[len(names)])[0]

    def draft(self) -> NominationDraft:
        pick = self.chance.randrange
        return NominationDraft(
            victim=self.party(), perpetrator=self.party(), relationship="ex_partner", criteria=("breach_of_order",),
            risk_tool="sash", risk_result="high", victim_aware=VictimAwareness.AWARE, victim_wishes="To be safe.",
            advocate_offered=AdvocateOffer.ACCEPTED, question="What now?", narrative="It goes on.",
            contact_name="A Contact", contact_email="contact@westmarch.police.example",
            contact=SafeContactDraft(f"ZZ{pick(1, 99)} {pick(1, 9)}AB", f"07700 {pick(10**5, 10**6)}"),
        )


@contextmanager
def service() -> Iterator[tuple[Office, Actor]]:
    """Yield an office of its own with the fictional area's panels, and their coordinator."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        app = create_app(load({"CLINIC_INSTANCE": folder}))
        with app.app_context():
            upgrade()
        office = app.extensions["office"]
        demonstration.load(office, NOW, "a-password-of-the-bench", nominations=False)
        with office.peeking("bench") as session:
            email = dict(demonstration.SIGN_INS)["Coordinator"]
            user_id = session.scalars(sa.select(User.id).where(User.email == email)).one()
            yield office, sessions.actor_of(session, user_id, NOW)
        office.engine.dispose()


def grow(office: Office, coordinator: Actor, crowd: Crowd, cases: int, begin: int) -> None:
    """Take in nominations until there are so many cases; each has two people."""
    panel_id = min(coordinator.panels(MembershipRole.COORDINATOR))
    for first in range(begin, cases, AT_ONCE):
        with office.changing(coordinator, NOW + timedelta(seconds=first)) as work:
            work.require(may_list)
            for number in range(first, min(first + AT_ONCE, cases)):
                intake.take_in(work, panel_id, coordinator.agency_id, crowd.draft(), f"PM-2026-{number:06}", work.now)
            work.record(AuditVerb.IMPORT, "Bench")


def measure(office: Office, coordinator: Actor, act: Callable[[Work, Nomination], object]) -> tuple[float, int]:
    """Return the median milliseconds of an act over cases here and there, and its most statements."""
    with office.peeking("bench") as session:
        ids = list(session.scalars(sa.select(Nomination.id).order_by(Nomination.reference)))
        chosen = [session.get_one(Nomination, id_) for id_ in ids[:: max(1, len(ids) // ROUNDS)][:ROUNDS]]
    times, counts = [], []
    for nomination in chosen:
        with statements(office) as seen:
            begin = time.process_time()
            with office.reading(coordinator, NOW) as work:
                act(work, nomination)
            times.append(time.process_time() - begin)
        counts.append(len(seen))
    return statistics.median(times) * 1000, max(counts)


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        seen.append(statement)

    sa.event.listen(office.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(office.engine, "before_cursor_execute", note)


def acts(crowd: Crowd) -> dict[str, Callable[[Work, Nomination], object]]:
    def case_id(nomination: Nomination) -> UUID:
        return nomination.case_id

    some = crowd.party()
    return {
        "matching one case": lambda work, nomination: match_pages.page(work, case_id(nomination)),
        "search, two names": lambda work, _: search.find(work, Query(f"{some.given_name} {some.family_name}")),
        "search, a rare name": lambda work, _: search.find(work, Query(crowd.family[2500])),
        "search, the commonest name": lambda work, _: search.find(work, Query(crowd.family[0])),
        "search, three letters": lambda work, _: search.find(work, Query(some.family_name[:3])),
        "search, date of birth": lambda work, _: search.find(work, Query(born_on=date(1980, 7, 4))),
        "search, reference": lambda work, _: search.find(work, Query(reference="PM-2026-000123")),
    }


def main(sizes: list[int]) -> None:
    crowd, kept = Crowd(), {}
    with service() as (office, coordinator):
        begin = 0
        for size in sizes:
            grow(office, coordinator, crowd, size // 2, begin)
            begin = size // 2
            for name, act in acts(Crowd()).items():
                spent, count = measure(office, coordinator, act)
                kept.setdefault(name, []).append(spent)
                print(f"{size:>8,} people  {name:28} {spent:8.1f} ms  {count} statements", flush=True)
    for name, spent in kept.items():
        print(f"{name:28} {spent[-1] / spent[0]:.2f} times from {sizes[0]:,} to {sizes[-1]:,}")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [1000, 100_000])
