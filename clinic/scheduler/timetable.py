"""Every job and its hour, in one table; run by one process, whoever starts how many.

Daily jobs run each hour of the working day and are idempotent: an hour that was missed is
made up by the next, and none happens twice.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from clinic.domain.actors import SystemActor
from clinic.scheduler import importer
from clinic.scheduler.place import hold
from clinic.scheduler.postman import Postman
from clinic.services import (
    chasing,
    clock_letters,
    clocks,
    drafts,
    expectations,
    heartbeat,
    imports,
    invitations,
    newcomers,
    presenting,
    receipts,
    reminders,
    repeats,
    research_chasing,
    reviews,
    risks,
    sessions,
    unattended,
    urgent,
)
from clinic.services.work import Office, Work


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Job:
    """Something that happens by itself: its name, when, and what is called."""

    name: str
    when: BaseTrigger
    run: Callable[[Office, Postman], object]


def _working_hours(minute: int | str) -> CronTrigger:
    return CronTrigger(hour="8-18", minute=minute, timezone="Europe/London")


def _every(**length: int) -> IntervalTrigger:
    return IntervalTrigger(timezone="UTC", **length)


def _work(use_case: Callable[[Work], object]) -> Callable[[Office, Postman], None]:
    """Return a job that carries out a use case as the timer."""

    def run(office: Office, _postman: Postman) -> None:
        with office.changing(SystemActor("timer"), now()) as work:
            use_case(work)

    return run


def _beat(office: Office, _postman: Postman) -> None:
    with office.beside("heartbeat") as session:
        heartbeat.beat(session, "timer", now())


def compare(office: Office, _postman: Postman) -> None:
    """Hold new cases against earlier ones. What takes long is done before the work that others wait for."""
    timer = SystemActor("timer")
    with office.peeking(timer.reason) as session:
        found = repeats.uncompared(Work(session, timer, now()))
    if found:
        with office.changing(timer, now()) as work:
            repeats.compare(work, found)


def set_clocks(office: Office, _postman: Postman) -> None:
    """Set the clocks of new cases, and of those where something has changed that they hang on."""
    timer = SystemActor("timer")
    with office.peeking(timer.reason) as session:
        found = clocks.unset(Work(session, timer, now()))
    if found:
        with office.changing(timer, now()) as work:
            clocks.set_unset(work, found)


def _sweep(office: Office, _postman: Postman) -> None:
    with office.beside("session sweep") as session:
        sessions.sweep(session, now())


TIMETABLE = (
    Job("deliver letters", _every(seconds=5), lambda office, postman: postman.deliver_all()),
    Job("bring in files", _every(seconds=2), lambda office, postman: importer.bring_in(office, now)),
    Job("compare new cases", _every(seconds=3), compare),
    Job("seek coordinators", _every(minutes=5), _work(unattended.tell)),
    Job("tell of closed questions", _every(minutes=1), _work(urgent.tell_closed)),
    Job("set clocks", _every(seconds=3), set_clocks),
    Job("heartbeat", _every(minutes=1), _beat),
    Job("remind of actions", _working_hours(0), _work(reminders.remind)),
    Job("remind of returned nominations", _working_hours(5), _work(chasing.remind)),
    Job("ask agencies that have come", _working_hours(22), _work(newcomers.ask_everywhere)),
    Job("list reviews", _every(minutes=5), _work(reviews.list_due)),
    Job("remind of research", _working_hours(25), _work(research_chasing.remind)),
    # An emergency waits for no office hours.
    Job("remind of research by the hour", _every(minutes=10), _work(research_chasing.remind_by_hour)),
    Job("tell of missing presenters", _working_hours(30), _work(presenting.tell)),
    Job("tell of clocks", _working_hours("*/5"), _work(clock_letters.tell)),
    Job("ask after releases", _working_hours(15), _work(risks.ask_after_releases)),
    Job("chase receipts", _working_hours(10), _work(receipts.chase)),
    Job("invite to coming meetings", _working_hours(20), _work(invitations.invite_coming)),
    Job("warn of too few", _working_hours(30), _work(expectations.warn)),
    Job("forget waiting imports", _every(minutes=5), _work(imports.forget)),
    Job("forget old drafts", _every(hours=1), _work(drafts.forget)),
    Job("sweep ended sessions", _every(hours=1), _sweep),
)


def run(office: Office, postman: Postman, folder: Path) -> None:
    """Run the timetable until told to stop. Waits while another process runs it."""
    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(True))
    # That a run is left out while the one before still works is how it should be, and no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # A database out of reach stops the start, and its sentence is seen; later it may go and come back.
    office.engine.connect().close()
    while not stopping:
        with hold(office, folder) as place:
            while not stopping and not place.take():
                time.sleep(1)
            _run_while(lambda: not stopping and place.held(), office, postman)


def _run_while(leading: Callable[[], bool], office: Office, postman: Postman) -> None:
    if not leading():
        return
    scheduler = BackgroundScheduler(
        timezone="UTC", executors={"default": ThreadPoolExecutor(3)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    for job in TIMETABLE:
        scheduler.add_job(
            job.run, job.when, args=(office, postman), id=job.name, name=job.name, next_run_time=now()
        )
    scheduler.start()
    while leading():
        time.sleep(0.5)
    scheduler.shutdown(wait=True)
