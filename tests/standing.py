"""One application of each kind of database, which all tests of a worker share; each test has a fresh database under it.

Making an application, and turning statements into SQL, took longer than most tests. What a
test changes lies in the database and in the instance folder, and both are put back before
the next; whatever it changes in the application it puts back by itself.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from clinic.app import create_app
from clinic.blueprints.feeds.views import Memory
from clinic.config import Settings
from tests import rows

# Tests wait for the disk at every commit where there is one.
_MEMORY = Path("/dev/shm")  # noqa: S108
_ENOUGH = 256 * 1024 * 1024
_IS_THERE = sa.text("SELECT true FROM pg_database WHERE datname = :name")


@contextmanager
def quick_folder(prefix: str) -> Iterator[Path]:
    """Give a folder, in memory where the machine has room for it there; it is gone afterwards."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH
    where = _MEMORY if roomy else None
    with tempfile.TemporaryDirectory(prefix=prefix, dir=where, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


class Standing:
    """An application on SQLite; `settings` names its instance folder."""

    def __init__(self, settings: Settings):
        self.settings = settings

    @cached_property
    def app(self) -> Flask:
        return create_app(self.settings)

    def fresh(self, template: Path) -> Settings:
        """Put a copy of the template's folder under the application."""
        self._let_go()
        shutil.rmtree(self.settings.instance)
        shutil.copytree(template, self.settings.instance)
        return self.settings

    def _let_go(self) -> None:
        self.app.extensions["office"].engine.dispose()
        self.app.extensions["feeds"] = Memory()


class OnServer(Standing):
    """An application on PostgreSQL. Its database is copied from a template by `admin`, and then put back by its rows.

    A copy takes the server several times as long as putting back the few rows that a test
    wrote. A new one is made only where a test asks for another template, or changed a table.
    """

    def __init__(self, settings: Settings, admin: sa.Engine):
        super().__init__(settings)
        self.admin = admin
        self.name = sa.make_url(settings.database_url).database
        self.copied: str | None = None
        self.shape: tuple | None = None
        self.beside = sa.create_engine(settings.database_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def fresh(self, template: str, keys: Path) -> Settings:
        """Put the template's rows under the application, with the keys that open them."""
        self._let_go()
        shutil.rmtree(self.settings.instance)
        shutil.copytree(keys, self.settings.instance / "keys")
        if template != self.copied or not self._put_back():
            self._copy(template)
        return self.settings

    def _copy(self, template: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)"))
            connection.execute(sa.text(f"CREATE DATABASE {self.name} TEMPLATE {template} STRATEGY FILE_COPY"))
        with self.beside.connect() as connection:
            rows.remember(connection)
            self.shape = rows.shape(connection)
        self.copied = template

    def _put_back(self) -> bool:
        """Put every row back, and say whether the tables are still those that were copied."""
        with self.admin.connect() as connection:
            if not connection.scalar(_IS_THERE, {"name": self.name}):
                return False
            connection.execute(rows.OTHERS_OUT, {"name": self.name})
        with self.beside.connect() as connection:
            if rows.shape(connection) != self.shape:
                return False
            rows.put_back(connection)
        return True
