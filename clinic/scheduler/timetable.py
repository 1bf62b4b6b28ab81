"""Every job and its hour, in one table; run by one process, whoever starts how many.

Daily jobs run each hour of the working day and are idempotent: an hour that was missed is
made up by the next, and none happens twice.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import text

from clinic.domain.actors import SystemActor
from clinic.scheduler.postman import Postman
from clinic.services import heartbeat, imports, invitations, receipts, reminders, sessions
from clinic.services.work import Office, Work

# Any number, as long as every host of one database uses the same.
LEADER = 7_305_118


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Job:
    """Something that happens by itself: its name, when, and what is called."""

    name: str
    when: BaseTrigger
    run: Callable[[Office, Postman], object]


def _working_hours(minute: int) -> CronTrigger:
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


def _sweep(office: Office, _postman: Postman) -> None:
    with office.beside("session sweep") as session:
        sessions.sweep(session, now())


TIMETABLE = (
    Job("deliver letters", _every(seconds=5), lambda office, postman: postman.deliver_all()),
    Job("heartbeat", _every(minutes=1), _beat),
    Job("remind of actions", _working_hours(0), _work(reminders.remind)),
    Job("chase receipts", _working_hours(10), _work(receipts.chase)),
    Job("invite to coming meetings", _working_hours(20), _work(invitations.invite_coming)),
    Job("forget waiting imports", _every(minutes=5), _work(imports.forget)),
    Job("sweep ended sessions", _every(hours=1), _sweep),
)


def run(office: Office, postman: Postman, folder: Path) -> None:
    """Run the timetable until told to stop. Waits while another process runs it."""
    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(True))
    # That a run is left out while the one before still works is how it should be, and no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with _leadership(office, folder, stopping):
        if stopping:
            return
        scheduler = BackgroundScheduler(
            timezone="UTC", executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
        )
        for job in TIMETABLE:
            scheduler.add_job(
                job.run, job.when, args=(office, postman), id=job.name, name=job.name, next_run_time=now()
            )
        scheduler.start()
        while not stopping:
            time.sleep(0.5)
        scheduler.shutdown(wait=True)


@contextmanager
def _leadership(office: Office, folder: Path, stopping: list) -> Iterator[None]:
    """Hold the one place of the timer: a lock of the database, or of a file beside it."""
    hold = _hold_in_database if office.engine.dialect.name == "postgresql" else _hold_in_folder
    with hold(office, folder) as try_again:
        while not stopping and not try_again():
            time.sleep(1)
        yield


@contextmanager
def _hold_in_database(office: Office, folder: Path) -> Iterator[Callable[[], bool]]:
    with office.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield lambda: bool(connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": LEADER}))
        finally:
            # The pool keeps the connection, and with it the lock, unless it is given back.
            connection.execute(text("SELECT pg_advisory_unlock_all()"))


@contextmanager
def _hold_in_folder(office: Office, folder: Path) -> Iterator[Callable[[], bool]]:
    descriptor = os.open(folder / "timer.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def take() -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        yield take
    finally:
        os.close(descriptor)
