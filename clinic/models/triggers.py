"""What the database itself refuses: changing or deleting a line of the journal.

Made after every run of the migrations, since rebuilding a table on SQLite drops its triggers.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

_SQLITE = (
    "DROP TRIGGER IF EXISTS audit_event_no_{verb}",
    "CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
    "DROP TRIGGER IF EXISTS audit_event_append_only ON audit_event",
    "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()",
)


def make_triggers(connection: Connection) -> None:
    """Make the triggers anew, where the table is there."""
    if not inspect(connection).has_table("audit_event"):
        return
    if connection.dialect.name == "sqlite":
        statements = [s.format(verb=verb) for verb in ("UPDATE", "DELETE") for s in _SQLITE]
    else:
        statements = list(_POSTGRESQL)
    for statement in statements:
        connection.execute(text(statement))
