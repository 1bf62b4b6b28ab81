"""The one place of the timer: however many processes are started, one holds it and the others wait."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from clinic.services.work import Office

# Any number, as long as every host of one database uses the same.
LEADER = 7_305_118


class Place(Protocol):
    """The one place of the timer. It may be lost: `held` says whether it is still ours."""

    def take(self) -> bool: ...

    def held(self) -> bool: ...


def hold(office: Office, folder: Path) -> AbstractContextManager[Place]:
    """Return the place: a lock of the database, or of a file beside it. It is given back at the end."""
    return _in_database(office.engine) if office.engine.dialect.name == "postgresql" else _in_folder(folder)


class _DatabasePlace:
    """A lock that belongs to one connection: whoever lost the connection has lost the place."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._connection: Connection | None = None

    def take(self) -> bool:
        return self._ask("SELECT pg_try_advisory_lock(:place)", place=LEADER)

    def held(self) -> bool:
        return self._connection is not None and self._ask("SELECT true")

    def leave(self) -> None:
        if self._connection is not None:
            self._ask("SELECT pg_advisory_unlock_all()")
            self._drop()

    def _ask(self, question: str, **values: int) -> bool:
        """Return the server's answer; False when there is none."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            return bool(self._connection.scalar(text(question), values))
        except DBAPIError:
            self._drop()
            return False

    def _drop(self) -> None:
        """Close the connection for good: in the pool it would keep the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


@contextmanager
def _in_database(engine: Engine) -> Iterator[Place]:
    place = _DatabasePlace(engine)
    try:
        yield place
    finally:
        place.leave()


class _FolderPlace:
    """A lock of an open file: the system frees it when the process ends, and never before."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor
        self._taken = False

    def take(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._taken = True
        return True

    def held(self) -> bool:
        return self._taken


@contextmanager
def _in_folder(folder: Path) -> Iterator[Place]:
    descriptor = os.open(folder / "timer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _FolderPlace(descriptor)
    finally:
        os.close(descriptor)
