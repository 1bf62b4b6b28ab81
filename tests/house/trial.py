"""Trying rows of the access table: one request each, judged by what came back and what it left behind.

All requests run against one database. What is refused must leave it as it was; after what
is allowed it is put back from a copy.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid5
from zipfile import ZipFile

import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer
from pypdf import PdfReader
from werkzeug.test import TestResponse

from clinic.app import create_app
from clinic.blueprints.feeds.views import Memory
from clinic.models.all import metadata
from clinic.services import sessions
from tests.conftest import settings
from tests.house.access.cases import ADDRESS_SHOWN_BY
from tests.house.access.people import PEOPLE, STRANGER, knows_of
from tests.house.access.rows import Row
from tests.house.access.table import ROWS
from tests.house.access.texts import may_read
from tests.house.mutations import Record, Watch
from tests.house.scenery.made import NOW, Scenery
from tests.house.scenery.panels import build
from tests.site import Page

TOKEN = re.compile(r"kanari[a-z]{4}")
REFERENCE = re.compile(r"\b(?:PM|AC)-\d{4}-\d{6}\b")
# What a request may leave behind though it was refused: its trace, and the session's own notes.
TRACES = {"audit_event", "audit_head", "user_session", "submission", "heartbeat", "throttle"}
# Columns that move when a row changes.
MARKS = {"version", "sequence", "edition", "status", "used_at", "acknowledged_at", "ended_at"}
_PLAIN = "0" * 40
_MISSING = UUID("00000000-0000-4000-8000-000000000000")
_CSRF = re.compile(r'(name="csrf_token" value="|data-token="|name="form_key" value=")[^"]*')


@dataclass(frozen=True)
class Case:
    """One cell of the table: this row, this person, this relation to the thing that is named."""

    row: Row
    who: str
    relation: str

    @property
    def expected(self) -> int:
        return self.row.expected(self.who, self.relation)

    def __str__(self) -> str:
        return f"{self.row.method} {self.row.endpoint} as {self.who}, {self.relation}"


@dataclass
class Trial:
    """An application with its scenery, everybody signed in, and a copy to go back to."""

    folder: Path
    scenery: Scenery = None
    app: object = None
    cookies: dict[str, str] = field(default_factory=dict)
    bodies: dict[tuple, dict] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)
    record: Record = field(default_factory=Record)
    #: what each person has been told so far
    seen: dict[str, set] = field(default_factory=lambda: defaultdict(set))
    _tried: dict[Row, list[str]] = field(default_factory=dict)

    @classmethod
    def begin(cls, template: Path, folder: Path) -> Trial:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        made = cls(folder)
        made.app = create_app(settings(folder))
        made.scenery = build(made.office)
        with made.office.beside("tests") as session:
            for who in (*PEOPLE, STRANGER):
                user_id = made.scenery.world.users.get(who)
                made.cookies[who] = sessions.open_new(session, NOW, user_id, {"csrf_token": _PLAIN}, "tests")
        made.office.engine.dispose()
        shutil.copy(folder / "clinic.sqlite3", folder / "pristine")
        return made

    @property
    def office(self):
        return self.app.extensions["office"]

    def put_back(self) -> None:
        self.office.engine.dispose()
        for ending in ("-wal", "-shm"):
            (self.folder / f"clinic.sqlite3{ending}").unlink(missing_ok=True)
        shutil.copy(self.folder / "pristine", self.folder / "clinic.sqlite3")

    @cached_property
    def urls(self):
        return self.app.url_map.bind("localhost")

    def url(self, row: Row, relation: str) -> str:
        return self.urls.build(row.endpoint, self._values(row, relation), row.method)

    def _values(self, row: Row, relation: str) -> dict:
        values = dict(row.fixed)
        for argument, thing in row.things.items():
            if relation == "missing":
                values[argument] = "nothing-like-it" if argument == "token" else uuid5(_MISSING, thing)
            else:
                named = self.scenery.things[thing]
                values[argument] = named.get(relation, named["own"])
        return values

    def client(self, who: str):
        client = self.app.test_client()
        if who in self.cookies:
            client.set_cookie(self.app.session_interface.name, self.cookies[who], domain="localhost")
        return client

    def ask(self, case: Case) -> TestResponse:
        url = self.url(case.row, case.relation)
        client = self.client(case.who)
        if case.row.endpoint == "feeds.calendar":
            self.app.extensions["feeds"] = Memory()
        if case.row.method == "GET":
            return client.get(url)
        told = {name: said(case.who) if callable(said) else said
                for name, said in self.body(case.row, case.relation).items()}
        data = {**told, "csrf_token": self.form_token}
        return client.open(url, method=case.row.method, data=data)

    @cached_property
    def form_token(self) -> str:
        """Return a token that every session's forms take: a refusal is to be the policy's, not the token's."""
        return URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(_PLAIN)

    def body(self, row: Row, relation: str) -> dict:
        """Return what somebody who may would send: the fields of their form, filled in."""
        relation = next(iter(row.may)) if relation == "missing" else relation
        filled = row.fill(self.scenery, relation) if callable(row.fill) else row.fill
        return {**self._fields_of(row, relation), **filled}

    def _fields_of(self, row: Row, relation: str) -> dict:
        key = (row.endpoint, relation)
        if key not in self.bodies:
            self.bodies[key] = self._fields(row, relation)
        return self.bodies[key]

    def _fields(self, row: Row, relation: str) -> dict:
        fields: dict = {}
        allowed = sorted(row.may.get(relation) or ())
        if row.form and not allowed:
            allowed, relation = next(((sorted(w), r) for r, w in row.may.items() if w), ([], relation))
        if row.form and allowed:
            page = next(r for r in ROWS if r.endpoint == row.form and r.method == "GET")
            page = replace(page, things={name: row.things.get(name, thing) for name, thing in page.things.items()})
            sender = row.sender if row.sender in allowed else allowed[0]
            answer = self.client(sender).get(self.url(page, relation))
            assert answer.status_code == 200, f"{row.endpoint}: the page of its form answers {answer.status_code}"
            fields = Page(answer.text).form(self.url(row, relation))
        return fields

    def fingerprint(self) -> tuple:
        """Count the rows of every table, and their versions: what is the same before and after did not change."""
        with self.office.engine.connect() as connection:
            return tuple(connection.execute(self._census).one())

    @cached_property
    def _census(self):
        columns = []
        for name, table in metadata.tables.items():
            if name in TRACES:
                continue
            columns.append(sa.select(sa.func.count()).select_from(table).scalar_subquery())
            for marked in MARKS & set(table.c.keys()):
                column = table.c[marked]
                if isinstance(column.type, sa.Integer):
                    columns.append(sa.select(sa.func.sum(column)).scalar_subquery())
                else:
                    columns.append(sa.select(sa.func.group_concat(column)).select_from(table).scalar_subquery())
        return sa.select(*columns)

    def denials(self) -> int:
        with self.office.engine.connect() as connection:
            event = metadata.tables["audit_event"]
            return connection.scalar(sa.select(sa.func.count()).where(event.c.verb == "deny"))

    def tried(self, row: Row) -> list[str]:
        """Try a row once, note what it reaches, and return its faults."""
        if row not in self._tried:
            self._tried[row] = []
            for case in cases([row]):
                if row.method != "GET":
                    self.body(row, case.relation)
                self.watch.reached.clear()
                self.watch.refused.clear()
                self._tried[row] += self.faults(case)
                self.record.note(case, self.watch)
        return self._tried[row]

    def faults(self, case: Case) -> list[str]:
        """Try one cell of the table and return what is wrong with it."""
        changing = case.row.method != "GET" or case.row.changes
        refused = case.expected in (403, 404, 401, 302)
        before = (self.fingerprint(), self.denials()) if changing and refused else None
        answer = self.ask(case)
        found = []
        if answer.status_code != case.expected:
            found.append(f"answers {answer.status_code}, not {case.expected}")
        found += self.leaks(case.who, answer)
        if case.row.endpoint != ADDRESS_SHOWN_BY:
            text = text_of(answer)
            found += [f"shows {word}" for word in TOKEN.findall(text) if self.scenery.tokens[word].kind == "address"]
        if before is not None:
            if self.fingerprint() != before[0]:
                found.append("was refused and changed something")
            if case.expected in (403, 404) and self.denials() == before[1]:
                found.append("was refused and nobody wrote it down")
        if changing and (not refused or found):
            self.put_back()
        answer.close()
        return [f"{case}: {fault}" for fault in found]

    def leaks(self, who: str, answer: TestResponse) -> list[str]:
        """Return what the answer tells that this person must not know, and what stands where nothing may."""
        text = text_of(answer)
        found = []
        for token in (self.scenery.tokens[word] for word in sorted(set(TOKEN.findall(text)))):
            self.seen[who].add(token)
            if not may_read(who, token):
                found.append(f"tells {token}")
        for reference in sorted(set(REFERENCE.findall(text))):
            case = self.scenery.references.get(reference)
            if case is not None and not knows_of(who, case):
                found.append(f"names a reference of {case}")
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.DOTALL)
        outside = f"{answer.headers} {title[1] if title else ''} {answer.request.url}"
        found += [f"tells {word} outside the page" for word in TOKEN.findall(outside)]
        return found


def text_of(answer: TestResponse) -> str:
    """Return all that an answer holds as text: of a workbook, what stands in its parts; of paper, what it says."""
    data = answer.get_data()
    if data.startswith(b"%PDF"):
        file = PdfReader(BytesIO(data))
        return f"{file.metadata}\n" + "\n".join(page.extract_text() for page in file.pages)
    if not data.startswith(b"PK"):
        return data.decode()
    with ZipFile(BytesIO(data)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def bare(answer: TestResponse) -> str:
    """Return a page without what differs from page to page: its form's token and key."""
    return _CSRF.sub(r"\1", answer.get_data(as_text=True))


def cases(rows=None) -> list[Case]:
    return [Case(row, who, relation) for row in (rows or ROWS) for relation in row.relations
            for who in (*PEOPLE, STRANGER)]
