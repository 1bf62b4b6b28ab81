"""What the page of a case costs by the length of its history, and by how many cases there are.

    python -m bench.record 1000 100000

builds a database of invented cases of its own in a temporary folder. At each size it prints, for a case with 6
entries on its timeline and 1 action and for one with 600 and 60, the median milliseconds that this process worked,
database included, and the most statements; then how many times the longer is the shorter, and the last the first.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from bench.matching import NOW, Crowd, grow, service, statements
from clinic.domain.actors import Actor
from clinic.domain.incidents import Incident, InformationKind
from clinic.models.action import Action
from clinic.models.case import Case
from clinic.services import case_pages, incidents, timeline
from clinic.services.timeline import Filter
from clinic.services.work import Office

LENGTHS = ((6, 1), (600, 60))
ROUNDS = 60


def fill(office: Office, coordinator: Actor, case_id: UUID, entries: int, actions: int) -> None:
    """Give a case its history: one entry a day, and actions as a handover carries them, of no meeting."""
    told = [Incident(date(2025, 1, 1) + timedelta(days=day), f"Waited by the gate, time {day}. " * 8, ("following",),
                     information=InformationKind.FACT) for day in range(entries)]
    with office.changing(coordinator, NOW) as work:
        incidents.tell(work, case_id, told)
        case = work.session.get_one(Case, case_id)
        work.session.add_all([Action(
            panel_id=case.panel_id, case_id=case_id, reference=f"AC-2026-{case_id.hex[:3]}{n:03}", text="Ring her.",
            owner_agency_id=coordinator.agency_id, due_on=date(2026, 12, 1), agreed_at=NOW,
        ) for n in range(actions)])


def cost(office: Office, reader: Actor, page) -> tuple[float, int]:
    times, counts = [], []
    for _ in range(ROUNDS):
        with statements(office) as seen:
            begin = time.process_time()
            with office.reading(reader, NOW) as work:
                page(work)
            times.append(time.process_time() - begin)
        counts.append(len(seen))
    return statistics.median(times) * 1000, max(counts)


def main(sizes: list[int]) -> None:
    crowd, kept = Crowd(), {}
    with service() as (office, coordinator):
        begin = 0
        for size in sizes:
            grow(office, coordinator, crowd, size, begin)
            with office.peeking("bench") as session:
                ids = session.scalars(sa.select(Case.id).where(Case.reference.in_(
                    [f"PM-2026-{begin + n:06}" for n in range(len(LENGTHS))])).order_by(Case.reference)).all()
            begin = size
            for (entries, actions), case_id in zip(LENGTHS, ids, strict=True):
                fill(office, coordinator, case_id, entries, actions)
                for name, page in (("case", lambda work, id_=case_id: case_pages.show(work, id_)),
                                   ("timeline", lambda work, id_=case_id: timeline.page(work, id_, Filter()))):
                    spent, count = cost(office, coordinator, page)
                    kept[size, name, entries] = spent
                    print(f"{size:>8,} cases  {entries:>4} entries  {name:9} {spent:8.1f} ms  {count} statements",
                          flush=True)
    (short, _), (long, _) = LENGTHS
    first, last = sizes[0], sizes[-1]
    for name in ("case", "timeline"):
        print(f"{name}: {kept[last, name, long] / kept[last, name, short]:.2f} times from {short} entries to {long}, "
              f"{kept[last, name, long] / kept[first, name, long]:.2f} times from {first:,} cases to {last:,}")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [1000, 100_000])
