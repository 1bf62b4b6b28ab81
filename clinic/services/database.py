"""How a database is opened: the pragmas of SQLite, the patience of PostgreSQL, and who begins a transaction.

SQLite's driver would begin too late: two read-modify-writes could then both read the old
value and neither would fail. So the driver's own transactions are off and each begins by
the word of its work: DEFERRED to read, IMMEDIATE to change.
"""

from __future__ import annotations

import sqlite3
import time
from random import SystemRandom
from typing import Any

from sqlalchemy import Engine, event

PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON",
    "secure_delete=ON", "trusted_schema=OFF", "recursive_triggers=ON",
)

# A host that loses its power says no goodbye. The server would keep its locks for hours: the
# journal's, which every change waits for, and the timer's place.
VANISHED = {
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3",
}


def prepare(engine: Engine) -> Engine:
    """Make `engine` keep the promises that works rely on; returns it."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _open_postgresql)
    return engine


def _open_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _open_postgresql(connection: Any, record: Any) -> None:
    asked = ", ".join("set_config(%s, %s, false)" for _ in VANISHED)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", [text for setting in VANISHED.items() for text in setting])
    connection.commit()


# How long a change waits for its turn, in seconds, before it gives up.
_PATIENCE = 30


def _begin_sqlite(connection: Any) -> None:
    if connection.get_execution_options().get("begin") == "IMMEDIATE":
        _take_a_turn(connection.connection.dbapi_connection)
    else:
        connection.exec_driver_sql("BEGIN DEFERRED")


def _take_a_turn(connection: sqlite3.Connection) -> None:
    """Begin to write as soon as nobody else does.

    SQLite's own waiting sleeps longer and longer, so that whoever has waited longest asks
    least often: among busy writers one starves. Asking at the same pace gives each a turn.
    """
    end, chance = time.monotonic() + _PATIENCE, SystemRandom()
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as busy:
                if busy.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(chance.uniform(0.0005, 0.003))
    finally:
        connection.execute("PRAGMA busy_timeout=5000")
