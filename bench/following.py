"""What forty members cost who follow a running meeting while its notes are typed, and how soon their screens change.

    python -m bench.following
    python -m bench.following --database postgresql

starts the real server on a database of its own. Four times over, in turn: the minute-taker alone; forty members beside
them; then the same two with somebody else at work, who reads pages and sends nominations. The cost of all the members'
asking is what the server (and PostgreSQL, where it is that) worked more with them than without, as a share of one core.
A change is a case that is begun; it is timed from the answer to the minute-taker until each screen has it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.database import KINDS, machine
from bench.importing import Other, p
from clinic.scheduler.timetable import now
from tests import crash, hall, make
from tests.conftest import migrated

TURNS, SECONDS, CASES = 4, 20, 30
_TICK = os.sysconf("SC_CLK_TCK")
# Performance goals of a meeting of forty: share of a core, times the idle p99, seconds beyond the period of asking.
MOST_SHARE, MOST_SLOWER, MOST_LATE = 0.25, 3.0, 0.3


@dataclass
class Figures:
    """Seconds of work by second of time without and with members; answers to somebody else; delays of screens."""

    alone: list[float] = field(default_factory=list)
    followed: list[float] = field(default_factory=list)
    other_alone: list[float] = field(default_factory=list)
    other_followed: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        return statistics.median(self.followed) - statistics.median(self.alone)

    @property
    def slower(self) -> float:
        return p(self.other_followed, 99) / p(self.other_alone, 99)


@contextmanager
def held(kind: str) -> Iterator[tuple[crash.Service, hall.Hall, make.World, Callable[[], float]]]:
    """Run a service with a meeting of thirty cases that has begun; yield also what it has worked so far, in seconds."""
    with machine(kind) as (folder, databases):
        url = databases.database("following")
        instance = folder / "instance"
        office = migrated(instance, CLINIC_DATABASE=url).extensions["office"]
        world = make.world(office, now())
        meeting = hall.fill(world, CASES)
        office.engine.dispose()
        service = crash.Service(instance, CLINIC_DATABASE=url)
        service.start()
        try:
            yield service, meeting, world, lambda: sum(map(_ran, [*service.workers(), *databases.servers()]))
        finally:
            service.stop()


def _ran(process: int) -> float:
    """Return the seconds that a process has worked, its ended children's included."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / _TICK


def measure(kind: str) -> Figures:
    figures = Figures()
    with held(kind) as (service, meeting, world, spent):
        writer = hall.MinuteTaker(service.base, meeting)
        writer.start()
        # What each worker builds once, whoever asks first, is no cost of those who follow.
        _others_wait(service, world)
        for _ in range(TURNS):
            figures.alone.append(_work(spent, SECONDS))
            with _following(service.base, meeting, figures):
                figures.followed.append(_work(spent, SECONDS))
            figures.other_alone += _others_wait(service, world)
            with _following(service.base, meeting, figures, writer):
                figures.other_followed += _others_wait(service, world)
        writer.stop()
    return figures


def _work(spent: Callable[[], float], seconds: float) -> float:
    began = spent()
    time.sleep(seconds)
    return (spent() - began) / seconds


def _others_wait(service: crash.Service, world: make.World) -> list[float]:
    other = Other(service.base, world.clinic)
    other.start()
    time.sleep(SECONDS)
    return other.stop()


@contextmanager
def _following(base: str, meeting: hall.Hall, figures: Figures, writer: hall.MinuteTaker | None = None):
    """Let forty members follow, who have all asked once; where a writer is given, two cases are begun meanwhile."""
    members = hall.seated(base, meeting)
    time.sleep(2 * hall.POLL)
    begun = []
    yield
    for _ in range(2 if writer else 0):
        writer.go_on()
        begun.append(max(writer.begun, key=writer.begun.get))
        time.sleep(2 * hall.POLL)
    for member in members:
        member.stop()
        for status, count in member.answers.items():
            figures.answers[status] = figures.answers.get(status, 0) + count
        seen = {reference: at for at, reference in member.seen}
        figures.delays += [seen[reference] - writer.begun[reference] for reference in begun]


def told(kind: str, figures: Figures) -> str:
    other, alone, delays = figures.other_followed, figures.other_alone, figures.delays
    latest = p(delays, 99) / 1000
    answers = ", ".join(f"{count} of {status}" for status, count in sorted(figures.answers.items()))
    missed = [name for name, is_missed in (
        ("cost", figures.share > MOST_SHARE), ("others", figures.slower > MOST_SLOWER),
        ("delay", latest > hall.POLL + MOST_LATE)) if is_missed]
    return "\n".join((
        f"{hall.MEMBERS} members who ask every {hall.POLL:.0f} s, on {kind}; answers: {answers}",
        f"their asking costs {figures.share:.1%} of one core (at most {MOST_SHARE:.0%}); "
        f"the minute-taker alone {statistics.median(figures.alone):.1%}",
        f"others' p99 is {figures.slower:.2f} times that without members (at most {MOST_SLOWER:.0f}): "
        f"{p(other, 99):.0f} of {p(alone, 99):.0f} ms, of {len(other)} answers",
        f"a case that begins is on a screen after {statistics.median(delays):.2f} s at the median, "
        f"{latest:.2f} s at p99 (at most {hall.POLL + MOST_LATE:.1f}), of {len(delays)}",
        "goals missed: " + (", ".join(missed) or "none"),
    ))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--database", choices=KINDS, default="sqlite")
    kind = asked.parse_args().database
    print(told(kind, measure(kind)))


if __name__ == "__main__":
    main()
