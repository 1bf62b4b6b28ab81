"""What each page costs beside a bare Flask page and the plainest page alike, as there come to be more cases.

    python -m bench.pages 100 1000 10000

builds a database of invented cases of its own in a temporary folder. At each size every page is asked for in turn with
the two plain ones, round after round; a ratio is the median over the rounds of the time that this process worked for a
page (database included) by what it worked for the plain one in the same round. Then how each cost grows, as the
exponent of the number of cases; and every goal that is missed, by name.

The plain page is Flask, flask-login and the ORM: somebody signed in, and as many rows of six columns as the page
itself shows, read by five queries; no authorisation besides, nothing written down, plain markup.
"""

from __future__ import annotations

import math
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_migrate import upgrade
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.matching import AT_ONCE, Crowd, statements
from bench.record import fill
from clinic.app import create_app
from clinic.config import load
from clinic.domain.actors import Actor, MembershipRole
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.cases import CaseStatus
from clinic.domain.declarations import NEWEST
from clinic.domain.nominations import NominationStatus
from clinic.models.account import User
from clinic.models.action import Action
from clinic.models.agenda import Agenda
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.policy.cases import may_list
from clinic.services import agenda, declarations, demonstration, editions, intake, scheduling, sessions
from clinic.services.work import Office

ROUNDS, IN_A_ROUND, LISTED, WAITING = 15, 4, 30, 30


@dataclass(frozen=True)
class Page:
    """A page, who opens it, and its goals: at most so many times the plain page, statements, and how it may grow."""

    name: str
    who: str
    path: str
    most: float | None = 2.0
    statements: int | None = None
    exponent: float = 0.15


PAGES = (
    Page("agenda, 30 cases", "coordinator", "/meetings/{meeting}/agenda", statements=9),
    Page("edition, 30 cases", "representative", "/meetings/{meeting}/agenda", statements=9),
    Page("suggested order", "coordinator", "/meetings/{meeting}/agenda/suggestion", None),
    Page("returns grid", "coordinator", "/meetings/{meeting}/research/grid"),
    Page("requests", "representative", "/research"),
    Page("my actions", "representative", "/actions", statements=6),
    Page("case, 600 entries", "coordinator", "/cases/{case}", statements=9),
    Page("home", "coordinator", "/", statements=8, exponent=0.2),
    Page("panel home", "coordinator", "/panels/{panel}", statements=9, exponent=0.2),
    Page("panel home, agency", "representative", "/panels/{panel}", statements=9, exponent=0.2),
    Page("cases", "coordinator", "/cases"),
)


class Bare(DeclarativeBase):
    pass


class Reader(UserMixin, Bare):
    __tablename__ = "reader"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Thing(Bare):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    words: Mapped[str]
    on: Mapped[date]


_TABLE = """<!doctype html><html lang="en"><title>Things</title><h1>{{ reader.name }}</h1>
{% for things in tables %}<table>
{% for thing in things %}<tr><td>{{ thing.reference }}</td><td>{{ thing.words }}</td><td>{{ thing.on }}</td>
<td>{{ loop.index }}</td><td><a href="/things/{{ thing.id }}">Open</a></td><td>{{ thing.words }}</td></tr>{% endfor %}
</table>{% endfor %}</html>"""
# What a page shows row by row: of a table, of a list, of a summary.
_ROW = re.compile("<tr|<li|<div class=\"govuk-summary-list__row")
_QUERIES = 5


def plain(folder: Path) -> FlaskClient:
    """Return a client of the plainest application: `/bare` answers a text, `/plain/30` a page of thirty rows."""
    app = Flask("plain")
    app.secret_key = "of the bench"
    engine = sa.create_engine(f"sqlite:///{folder / 'plain.sqlite3'}")
    Bare.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Reader(id=1, name="A Reader"))
        session.add_all(Thing(reference=f"PM-{n:06}", words="Waited by the gate. ", on=date(2026, 1, 1))
                        for n in range(2000))
        session.commit()
    # Compiled once: Flask keeps no template that it was given as a text.
    login, table = LoginManager(app), app.jinja_env.from_string(_TABLE)

    @login.user_loader
    def reader(user_id: str) -> Reader:
        with Session(engine) as session:
            return session.get(Reader, int(user_id))

    @app.get("/sign-in")
    def sign_in():
        login_user(reader("1"))
        return "Signed in."

    @app.get("/bare")
    def bare():
        return "A page."

    @app.get("/plain/<int:rows>")
    def page(rows: int):
        with Session(engine) as session:
            shares = [sa.select(Thing).where(Thing.id % _QUERIES == rest).limit(-(-rows // _QUERIES))
                      for rest in range(_QUERIES)]
            tables = [session.scalars(share).all() for share in shares]
            return table.render(reader=current_user, tables=tables)

    client = app.test_client()
    client.get("/sign-in")
    return client


class Place:
    """The real application with its invented cases, and a client for each who opens pages."""

    def __init__(self, folder: Path):
        self.app = create_app(load({"CLINIC_INSTANCE": str(folder)}))
        with self.app.app_context():
            upgrade()
        self.office: Office = self.app.extensions["office"]
        # The pages go by the real clock.
        self.now = datetime.now(UTC)
        demonstration.load(self.office, self.now, "a-password-of-the-bench", nominations=False)
        self.crowd, self.size = Crowd(), 0
        with self.office.peeking("bench") as session:
            people = {name.lower(): email for name, email in reversed(demonstration.SIGN_INS)}
            ids = dict(session.execute(select_ids(list(people.values()))).all())
            self.users = {who: ids[people[who]] for who in ("coordinator", "representative")}
            self.coordinator: Actor = sessions.actor_of(session, self.users["coordinator"], self.now)
            self.panel_id = min(self.coordinator.panels(MembershipRole.COORDINATOR))
            seats = sessions.actor_of(session, self.users["representative"], self.now).seats
            self.agency_id = next(seat.agency_id for seat in seats if seat.panel_id == self.panel_id)
        with self.office.changing(self.coordinator, self.now) as work:
            scheduling.plan(work, self.panel_id)
            work.session.flush()
            self.meeting_id = work.session.scalars(sa.select(Meeting.id).where(
                Meeting.panel_id == self.panel_id).order_by(Meeting.starts_at)).first()
        for user_id in self.users.values():
            self._sign(user_id)
        self.clients = {who: self._client(user_id) for who, user_id in self.users.items()}
        self.case_id: UUID | None = None

    def _sign(self, user_id: UUID) -> None:
        """Give the undertaking for the coming meeting, so that its papers open."""
        with self.office.peeking("bench") as session:
            actor = sessions.actor_of(session, user_id, self.now)
        with self.office.changing(actor, self.now) as work:
            declarations.sign(work, self.meeting_id, NEWEST)

    def _client(self, user_id: UUID) -> FlaskClient:
        client = self.app.test_client()
        with self.office.beside("bench") as session:
            token = sessions.open_new(session, datetime.now(UTC), user_id, {}, "bench")
        client.set_cookie(self.app.session_interface.name, token, domain="localhost")
        return client

    def grow(self, size: int) -> None:
        """Take in nominations until there are so many; the first thirty are heard at the coming meeting."""
        for first in range(self.size, size, AT_ONCE):
            with self.office.changing(self.coordinator, self.now + timedelta(seconds=first)) as work:
                work.require(may_list)
                for number in range(first, min(first + AT_ONCE, size)):
                    intake.take_in(work, self.panel_id, self.coordinator.agency_id, self.crowd.draft(),
                                   f"PM-2026-{number:06}", work.now)
                work.record("import", "Bench")
        if self.size == 0:
            self._list()
        self._age()
        self.size = size

    def _age(self) -> None:
        """Let all be long over but the thirty that are to be heard and the newest that wait: as a panel's years are."""
        decided = sa.select(Nomination.case_id).where(
            Nomination.status == NominationStatus.NOMINATED).order_by(Nomination.reference.desc()).offset(WAITING)
        with self.office.engine.begin() as connection:
            old = connection.scalars(decided).all()
            for first in range(0, len(old), AT_ONCE):
                some = old[first:first + AT_ONCE]
                connection.execute(sa.update(Case.__table__).where(Case.id.in_(some)).values(status=CaseStatus.CLOSED))
                connection.execute(sa.update(Nomination.__table__).where(Nomination.case_id.in_(some)).values(
                    status=NominationStatus.ACCEPTED, decided_at=self.now))

    def _list(self) -> None:
        with self.office.changing(self.coordinator, self.now) as work:
            meeting = work.session.get_one(Meeting, self.meeting_id)
            said = work.session.scalars(sa.select(Nomination).order_by(Nomination.reference).limit(LISTED)).all()
            for nomination in said:
                nomination.status, nomination.decided_at = NominationStatus.ACCEPTED, self.now
                case = work.session.get_one(Case, nomination.case_id)
                work.require(may_list)
                agenda.place(work, case, AgendaItemKind.CASE_NEW, meeting=meeting)
                work.session.add(Action(
                    panel_id=case.panel_id, case_id=case.id, reference=f"AC-{nomination.reference[3:]}",
                    text="Ring her.", owner_agency_id=self.agency_id, due_on=self.now.date(), agreed_at=self.now))
            self.case_id = said[0].case_id
        fill(self.office, self.coordinator, self.case_id, 600, 60)
        with self.office.changing(self.coordinator, self.now) as work:
            version = work.session.scalars(sa.select(Agenda.version).where(Agenda.meeting_id == self.meeting_id)).one()
            editions.publish(work, self.meeting_id, version)

    def asks(self, page: Page) -> Callable[[], str]:
        path = page.path.format(meeting=self.meeting_id, case=self.case_id, panel=self.panel_id)
        client = self.clients[page.who]

        def ask() -> str:
            answer = client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            return answer.text

        return ask


def select_ids(emails: list[str]) -> sa.Select:
    return sa.select(User.email, User.id).where(User.email.in_(emails))


def worked(ask: Callable[[], object]) -> float:
    """Return the seconds that this process worked for one answer, of a few in a row."""
    begin = time.process_time()
    for _ in range(IN_A_ROUND):
        ask()
    return (time.process_time() - begin) / IN_A_ROUND


def measured(place: Place, bare: FlaskClient) -> dict[str, tuple[float, float, float, int]]:
    """Return of each page the median ms, its ratios to the bare and to the plain page, and its statements."""
    asks = {page.name: place.asks(page) for page in PAGES}
    counts, rows = {}, {}
    for name, ask in asks.items():
        rows[name] = len(_ROW.findall(ask().partition("<main")[2]))
        with statements(place.office) as seen:
            ask()
        counts[name] = sum(not one.startswith(("BEGIN", "PRAGMA")) for one in seen)
    rounds = []
    for _ in range(ROUNDS):
        floor = worked(lambda: bare.get("/bare"))
        rounds.append({
            name: (worked(ask), floor, worked(lambda rows=rows[name]: bare.get(f"/plain/{rows}")))
            for name, ask in asks.items()})
    return {
        name: (statistics.median(one[name][0] for one in rounds) * 1000,
               statistics.median(one[name][0] / one[name][1] for one in rounds),
               statistics.median(one[name][0] / one[name][2] for one in rounds), counts[name])
        for name in asks
    }


def missed(page: Page, ratio: float, count: int, exponent: float | None) -> list[str]:
    found = []
    if page.most is not None and ratio > page.most:
        found.append(f"{page.name}: {ratio:.1f} times the plain page, at most {page.most:g}")
    if page.statements is not None and count > page.statements:
        found.append(f"{page.name}: {count} statements, at most {page.statements}")
    if exponent is not None and exponent > page.exponent:
        found.append(f"{page.name}: grows with the exponent {exponent:.2f}, at most {page.exponent:g}")
    return found


def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        place, bare = Place(Path(folder)), plain(Path(folder))
        kept = {}
        for size in sizes:
            place.grow(size)
            kept[size] = measured(place, bare)
            print(f"{size:,} cases{'':14}       ms   x bare  x plain  statements")
            for name, (spent, by_bare, by_plain, count) in kept[size].items():
                print(f"  {name:22} {spent:8.1f} {by_bare:8.1f} {by_plain:8.1f} {count:10}", flush=True)
        place.office.engine.dispose()
    first, last, goals = kept[sizes[0]], kept[sizes[-1]], []
    print("How each grows from the first size to the last, by the plain page:")
    for page in PAGES:
        exponent = None
        if len(sizes) > 1:
            exponent = math.log(last[page.name][2] / first[page.name][2]) / math.log(sizes[-1] / sizes[0])
            print(f"  {page.name:22} exponent {exponent:5.2f}")
        goals += missed(page, last[page.name][2], last[page.name][3], exponent)
    print("\n".join(["Goals missed:", *(f"  {goal}" for goal in goals)]) if goals else "No goal is missed.")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [100, 1000, 10_000])
