"""The steps build the database that the models describe, with data in it, on both databases."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from clinic.app import MIGRATIONS
from clinic.models.all import metadata
from clinic.services import demonstration
from tests.conftest import NOW


def test_the_end_of_the_steps_equals_the_models(app, office):
    with office.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_each_step_runs_with_the_area_loaded_and_keeps_rows_and_triggers(app, office):
    """There is one step so far: running the steps again over a loaded database must change nothing."""
    demonstration.load(office, NOW, "a-password-for-this-test", nominations=True)
    before = counts(office)
    with app.app_context():
        upgrade()
    assert counts(office) == before and before["agency"] > 10 and before["nomination"] >= 70
    assert triggers(office)


def test_the_steps_are_one_line_and_only_lead_forward():
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert not [r for r in script.walk_revisions() if hasattr(r.module, "downgrade")]


def counts(office) -> dict[str, int]:
    with office.engine.connect() as connection:
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for name, table in metadata.tables.items()
        }


def triggers(office) -> list[str]:
    sql = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
           "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"}[office.engine.dialect.name]
    with office.engine.connect() as connection:
        return [row[0] for row in connection.execute(sa.text(sql))]
