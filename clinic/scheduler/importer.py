"""Reads the files that wait, and puts in those that were confirmed, a hundred rows at a time.

Whoever writes waits while a step does, and SQLite lets whoever asks again first go first:
without a pause between two steps nobody else would come to write.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from random import SystemRandom

from clinic.documents import files
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.imports import ImportStatus
from clinic.services import import_works
from clinic.services.import_works import Due
from clinic.services.work import Office

# More than this in one run would keep the timer from stopping when it is told to.
STEPS_AT_A_TIME = 20
PAUSE = 0.2


def bring_in(office: Office, clock: Callable[[], datetime]) -> None:
    """Do some steps of the files that wait. Each takes its chance: one that fails holds up no other."""
    for _ in range(STEPS_AT_A_TIME):
        waiting = import_works.due(office, clock())
        if not waiting:
            return
        _step(office, clock(), SystemRandom().choice(waiting))
        time.sleep(PAUSE)


def _step(office: Office, now: datetime, due: Due) -> None:
    try:
        if due.status is ImportStatus.UNREAD:
            _read(office, now, due)
        else:
            import_works.put_in(office, now, due.id)
    except NotFound:
        # Its sender forgot it meanwhile.
        return


def _read(office: Office, now: datetime, due: Due) -> None:
    try:
        table = files.read(import_works.raw(office, due.id))
        import_works.read(office, now, due.id, table.header, [(row.line, row.cells) for row in table.rows])
    except RuleBroken as broken:
        import_works.refuse(office, now, due.id, broken.message)
