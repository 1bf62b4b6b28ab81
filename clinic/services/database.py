"""How a database is opened: the pragmas of SQLite, and who begins a transaction.

SQLite's driver would begin too late: two read-modify-writes could then both read the old
value and neither would fail. So the driver's own transactions are off and each begins by
the word of its work: DEFERRED to read, IMMEDIATE to change.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event

PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON",
    "secure_delete=ON", "trusted_schema=OFF", "recursive_triggers=ON",
)


def prepare(engine: Engine) -> Engine:
    """Make `engine` keep the promises that works rely on; returns it."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    begin = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {begin}")
