"""Runs the steps on whatever database the application, or a test, names.

SQLite: foreign keys are off while tables are rebuilt (they must be, before BEGIN), checked
after; triggers that a rebuild drops in silence are made again.
"""

from alembic import context
from flask import current_app
from sqlalchemy import text

from clinic.models.all import metadata
from clinic.models.triggers import make_triggers
from clinic.models.types import UtcDateTime


def engine():
    return current_app.extensions["migrate"].db.engine


def plain(kind, thing, autogen):
    """Write our own column types as what they are in the database: steps must outlive our code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection):
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True, render_item=plain,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        make_triggers(connection)


with engine().connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.execution_options(begin="IMMEDIATE").begin():
            run(connection)
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            if broken:
                raise RuntimeError(f"{len(broken)} rows point nowhere after the migration")
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
    else:
        with connection.begin():
            run(connection)
