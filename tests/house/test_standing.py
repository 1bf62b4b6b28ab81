"""No test meets what another left in the database that they share."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

LEFT = {
    "a row that was changed": 'UPDATE "user" SET version = version + 1',
    "rows that were deleted": "DELETE FROM membership",
    "a table without its rows": "TRUNCATE queued_letter",
    "a table that was dropped": "DROP TABLE heartbeat",
    "a column of its own": "ALTER TABLE heartbeat ADD COLUMN left_behind integer",
    "a journal without its guard": "ALTER TABLE audit_event DISABLE TRIGGER ALL",
}
_COUNTED = sa.text("""
    SELECT (SELECT sum(version) FROM "user"), (SELECT count(*) FROM membership), (SELECT count(*) FROM queued_letter),
           (SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'),
           (SELECT count(*) FROM pg_trigger WHERE tgenabled = 'O')
""")


@pytest.mark.parametrize("statement", LEFT.values(), ids=LEFT)
def test_what_one_test_leaves_the_next_does_not_meet(on_postgresql, postgres_world, sqlite_template, statement):
    def fresh() -> tuple:
        on_postgresql.fresh(postgres_world[0].database, sqlite_template / "keys")
        return counted(on_postgresql)

    before = fresh()
    with on_postgresql.beside.connect() as connection:
        connection.execute(sa.text(statement))
    assert fresh() == before


def counted(standing) -> tuple:
    with standing.beside.connect() as connection:
        return tuple(connection.execute(_COUNTED).one())
