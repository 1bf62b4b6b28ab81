"""The steps build the database that the models describe, with data in it, on both databases."""

import shutil
from collections.abc import Collection, Iterable
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import count, pairwise
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from clinic.app import MIGRATIONS, create_app
from clinic.domain.orders import Order, OrderStatus
from clinic.models.all import metadata
from clinic.models.order import Order as OrderRow
from clinic.models.order import OrderEvent
from clinic.services import demonstration
from tests import make
from tests.conftest import NOW, settings, sql


def test_the_end_of_the_steps_equals_the_models(app, office):
    with office.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


# Tables that the steps fill themselves.
SEEDED = {"term", "question", "audit_head"}


def test_every_step_keeps_rows_and_triggers(app, office, bare, put_under):
    """A database of each step, with the area in it as far as that step knows it, takes the next one.

    One more takes them all, with each row from the first step on that knows it: what later
    columns hold there is what the steps put into them.
    """
    demonstration.load(office, NOW, "a-password-for-this-test", nominations=True)
    before = counts(office)
    assert before["agency"] > 10 and before["nomination"] >= 70
    carried: list[str] = []
    with bare() as empty_app, bare() as full_app, bare() as aged_app:
        empty, full, aged = (app.extensions["office"] for app in (empty_app, full_app, aged_app))
        for revision, following in pairwise(steps()):
            climb(empty_app, revision)
            climb(aged_app, revision)
            carried += copy(office, aged, but=carried)
            put_under(full, empty)
            assert sorted(copy(office, full)) == sorted(carried)
            climb(empty_app, following)
            climb(full_app, following)
            assert counts(full, carried) == {name: before[name] for name in carried}, following
            assert counts(full, SEEDED) == counts(empty, SEEDED), following
            assert triggers(full) == triggers(office) != [], following
        climb(aged_app, following)
        assert counts(aged, carried) == {name: before[name] for name in carried}
        assert counts(aged, SEEDED) == counts(full, SEEDED) == {name: before[name] for name in SEEDED}
        assert triggers(aged) == triggers(office)


def test_what_accepted_nominations_say_of_orders_becomes_orders_once(office, bare):
    world, day, until = make.world(office, NOW), date(2026, 10, 5), date(2027, 10, 4)
    make.accepted(world, orders=(Order("non_molestation", OrderStatus.SERVED, day, until),))
    make.nominated(world, orders=(Order("dapo", OrderStatus.MADE, day),))
    with bare() as older:
        climb(older, "0020")
        copy(office, older.extensions["office"])
        for _ in range(2):
            climb(older, "head")
            with older.extensions["office"].peeking("tests") as session:
                order, = session.scalars(sa.select(OrderRow)).all()
                event, = session.scalars(sa.select(OrderEvent)).all()
        assert (order.kind, order.status, order.served_on, order.made_on, order.expires_on) == (
            "non_molestation", OrderStatus.SERVED, day, None, until)
        assert (event.order_id, event.kind, event.happened_on, event.expires_on) == (order.id, "served", day, until)


@pytest.fixture
def bare(request, office, tmp_path):
    """Make applications on empty databases of the same kind as `office`."""

    number = count()

    @contextmanager
    def make():
        folder = tmp_path / f"bare{next(number)}"
        environ = {}
        if office.engine.dialect.name == "postgresql":
            server = request.getfixturevalue("postgres")
            name = f"b_{uuid4().hex[:12]}"
            sql(server, f"CREATE DATABASE {name}")
            environ["CLINIC_DATABASE"] = server.set(database=name).render_as_string(hide_password=False)
        app = create_app(settings(folder, **environ))
        yield app
        app.extensions["office"].engine.dispose()

    return make


@pytest.fixture
def put_under(request):
    """Put a copy of one office's database under another."""

    def put(office, template):
        to, of = office.engine, template.engine
        to.dispose()
        of.dispose()
        if to.dialect.name == "postgresql":
            server = request.getfixturevalue("postgres")
            sql(server, f"DROP DATABASE {to.url.database}")
            sql(server, f"CREATE DATABASE {to.url.database} TEMPLATE {of.url.database}")
        else:
            shutil.copy(of.url.database, to.url.database)

    return put


def steps() -> list[str]:
    """Return every step, the first one first."""
    return [step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


def climb(app, revision: str) -> None:
    with app.app_context():
        upgrade(revision=revision)


def reflected(engine) -> sa.MetaData:
    """Return the tables that are there, and what their columns hold before our own types make sense of it."""
    found = sa.MetaData()
    found.reflect(engine)
    return found


#: of a database that is not changed any more
whole = cache(reflected)


def copy(source, target, but: Collection[str] = ()) -> list[str]:
    """Copy all rows into an older database, as far as it has their tables and columns; return the tables."""
    old, new = reflected(target.engine), whole(source.engine)
    names = [table.name for table in metadata.sorted_tables
             if table.name in old.tables and table.name not in SEEDED and table.name not in but]
    with source.engine.connect() as read, target.engine.connect() as write, write.begin():
        for name in names:
            # A later step may have taken a column away.
            columns = [new.tables[name].c[column.name] for column in old.tables[name].c
                       if column.name in new.tables[name].c]
            rows = [row._asdict() for row in read.execute(sa.select(*columns))]
            if rows:
                write.execute(old.tables[name].insert(), rows)
    return names


def test_the_steps_are_one_line_and_only_lead_forward():
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert not [r for r in script.walk_revisions() if hasattr(r.module, "downgrade")]


def counts(office, names: Iterable[str] = metadata.tables) -> dict[str, int]:
    with office.engine.connect() as connection:
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in names}


def triggers(office) -> list[str]:
    sql = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
           "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"}[office.engine.dialect.name]
    with office.engine.connect() as connection:
        return [row[0] for row in connection.execute(sa.text(sql))]
