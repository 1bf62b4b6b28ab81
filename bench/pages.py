"""What each page costs beside a bare Flask page and the plainest page alike, as there come to be more cases.

    python -m bench.pages 100 1000 10000
    python -m bench.pages --database postgresql 100 1000

builds a database of invented cases of its own in a temporary folder. At each size every page is asked for in turn with
the two plain ones, round after round; a ratio is the median over the rounds of the time that was worked for a page
(database included, a server's too) by what was worked for the plain one in the same round. Then how each cost grows,
as the exponent of the number of cases; and every goal that is missed, by name.

The plain page is Flask, flask-login and the ORM: somebody signed in, and as many rows of six columns as the page
itself shows, read by five queries; no authorisation besides, nothing written down, plain markup. What is no page has
a plain deed of its own beside it (`bench.plain`): as many rows written as a nomination writes, a feed read from rows,
a password checked and no more.
"""

from __future__ import annotations

import argparse
import math
import re
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_migrate import upgrade

from bench.database import KINDS, Machine, machine, worked
from bench.matching import AT_ONCE, Crowd, statements
from bench.plain import PASSWORD, plain
from bench.record import fill
from clinic.app import create_app
from clinic.config import load
from clinic.domain.actors import Actor
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.cases import Answer, CaseStatus
from clinic.domain.declarations import NEWEST
from clinic.domain.drafts import NominationDraft, SafeContactDraft
from clinic.domain.incidents import Incident
from clinic.domain.nominations import ConsentPosition, Four, NominationStatus
from clinic.domain.panels import PanelType
from clinic.models.account import User
from clinic.models.action import Action
from clinic.models.agenda import Agenda
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy.cases import may_list
from clinic.services import agenda, declarations, demonstration, drafts, editions, feeds, intake, scheduling, sessions
from clinic.services.feeds import NewFeed
from clinic.services.work import Office, Work

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
    #: what is no page of one's own: how `Deeds` does it, and the path of its plain counterpart
    deed: str = ""
    beside: str = "/plain/{rows}"


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
    Page("search", "coordinator", "/search", 3.0, 6, deed="search"),
    Page("feed, not changed", "representative", "/cal/", statements=2, exponent=0.1, deed="feed_again",
         beside="/feed/{rows}"),
    Page("feed, whole", "representative", "/cal/", statements=2, exponent=0.1, deed="feed", beside="/feed/{rows}"),
    Page("sign in", "representative", "/sign-in", 1.2, 6, 0.1, deed="sign_in", beside="/password"),
    Page("nominate", "representative", "/drafts/", 2.5, 12, deed="nominate", beside="/keep/{rows}"),
)
# What a page shows row by row: of a table, of a list, of a summary, of a calendar.
_ROW = re.compile("<tr|<li|<div class=\"govuk-summary-list__row|BEGIN:VEVENT")


class Place:
    """The real application with its invented cases, and a client for each who opens pages."""

    def __init__(self, folder: Path, database: str):
        self.app = create_app(load({"CLINIC_INSTANCE": str(folder), "CLINIC_DATABASE": database}))
        with self.app.app_context():
            upgrade()
        self.office: Office = self.app.extensions["office"]
        # The pages go by the real clock.
        self.now = datetime.now(UTC)
        demonstration.load(self.office, self.now, PASSWORD, nominations=False)
        self.crowd, self.size = Crowd(), 0
        with self.office.peeking("bench") as session:
            people = {name.lower(): email for name, email in reversed(demonstration.SIGN_INS)}
            ids = dict(session.execute(select_ids(list(people.values()))).all())
            self.users = {who: ids[people[who]] for who in ("coordinator", "representative")}
            self.emails = people
            self.coordinator: Actor = sessions.actor_of(session, self.users["coordinator"], self.now)
            self.panel_id = session.scalars(
                sa.select(Panel.id).where(Panel.type == PanelType.STALKING_CLINIC)).one()
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

    @contextmanager
    def doing(self, who: str) -> Iterator[Work]:
        with self.office.peeking("bench") as session:
            actor = sessions.actor_of(session, self.users[who], self.now)
        with self.office.changing(actor, datetime.now(UTC)) as work:
            yield work

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
            out = work.session.scalars(sa.select(Agenda).where(Agenda.meeting_id == self.meeting_id)).one()
            version = agenda.version_seen_by(work, out)
            editions.publish(work, self.meeting_id, version)

    def asks(self, page: Page) -> Callable[[], str]:
        if page.deed:
            return getattr(Deeds(self), page.deed)()
        path = page.path.format(meeting=self.meeting_id, case=self.case_id, panel=self.panel_id)
        client = self.clients[page.who]

        def ask() -> str:
            answer = client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            return answer.text

        return ask


def select_ids(emails: list[str]) -> sa.Select:
    return sa.select(User.email, User.id).where(User.email.in_(emails))


class Deeds:
    """What is no page that somebody asks for again and again: each answers with a callable that does it once more."""

    def __init__(self, place: Place):
        self.place = place
        self.times = ROUNDS * IN_A_ROUND + 2

    def search(self) -> Callable[[], str]:
        client, data = self.place.clients["coordinator"], self._fields("coordinator", "/search")
        data |= {"name": self.place.crowd.family[0]}
        return lambda: _text(client.post("/search", data=data))

    def feed(self) -> Callable[[], str]:
        path, client = self._feed(), self.place.app.test_client()
        return lambda: _text(client.get(path))

    def feed_again(self) -> Callable[[], str]:
        path, client = self._feed(), self.place.app.test_client()
        known = {"If-None-Match": client.get(path).headers["ETag"]}
        return lambda: _text(client.get(path, headers=known), 304)

    def _feed(self) -> str:
        with self.place.doing("representative") as work:
            token = feeds.make(work, NewFeed("Bench"))
        return f"/cal/{token}.ics"

    def sign_in(self) -> Callable[[], str]:
        """Come with a new browser each time, which has asked for the form before."""
        waiting = []
        for _ in range(self.times):
            client = self.place.app.test_client()
            waiting.append((client, _hidden(client.get("/sign-in").text)))
        said = {"email": self.place.emails["representative"], "password": PASSWORD}

        def do() -> str:
            client, data = waiting.pop()
            return _text(client.post("/sign-in", data=data | said), 303)

        return do

    def nominate(self) -> Callable[[], str]:
        """Send a nomination that was written before."""
        waiting = [self._draft() for _ in range(self.times)]
        client = self.place.clients["representative"]
        data = self._fields("representative", f"/drafts/{waiting[0]}/check")

        def do() -> str:
            return _text(client.post(f"/drafts/{waiting.pop()}/check", data=data | {"form_key": ""}), 303)

        return do

    def _draft(self) -> UUID:
        with self.place.doing("representative") as work:
            draft_id = drafts.begin(work, self.place.panel_id)
        with self.place.doing("representative") as work:
            drafts.save(work, draft_id, "victim", lambda _: _whole(self.place.crowd.draft(), work.now.date()), 1,
                        later=True)
        return draft_id

    def _fields(self, who: str, path: str) -> dict[str, str]:
        return _hidden(_text(self.place.clients[who].get(path)).partition("<main")[2])


def _whole(said: NominationDraft, today: date) -> NominationDraft:
    """Return a nomination to which nothing is lacking that the panel asks."""
    return replace(
        said, victim=replace(said.victim, born_on=date(1985, 1, 1)), behaviours=("following",), children=1,
        perpetrator=replace(said.perpetrator, born_on=date(1980, 1, 1)),
        contact=SafeContactDraft("ZZ1 1ZZ", "07700 900000", Answer.NO, "Through the advocate only"),
        four=dict.fromkeys(Four, Answer.YES), incidents=(Incident(today, "Waited by the gate.", id=uuid4()),),
        last_incident_on=today, incidents_last_12_months=4, consent=ConsentPosition.GIVEN, risk_assessed_on=today,
        risk_assessor="An officer", presenter="Sergeant Bench",
        nothing_to_say=frozenset({"others", "offences", "orders"}))


def _hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def _text(answer: Any, status: int = 200) -> str:
    page = answer.text.partition('<main')[2][:2000]
    assert answer.status_code == status, f"{answer.status_code}, not {status}: {page}"
    return answer.text


def counterpart(client: FlaskClient, page: Page, rows: int) -> Callable[[], object]:
    """Return what does the plainest thing alike."""
    path = page.beside.format(rows=rows)
    if page.deed == "sign_in":
        return lambda: client.post(path, data={"password": PASSWORD})
    if page.deed == "nominate":
        return lambda: client.post(path, data={"words": "It goes on. " * 20})
    known = {"If-None-Match": client.get(path).headers.get("ETag", "")} if page.deed == "feed_again" else {}
    return lambda: client.get(path, headers=known)


def measured(place: Place, bare: FlaskClient, made: Machine) -> dict[str, tuple[float, float, float, int]]:
    """Return of each page the median ms, its ratios to the bare and to the plain page, and its statements.

    What writes comes last, so that the pages are all of one size.
    """
    found = {}
    for pages in ([page for page in PAGES if not page.deed], [page for page in PAGES if page.deed]):
        found |= _measured(place, bare, made, pages)
    return found


def _measured(place: Place, bare: FlaskClient, made: Machine, pages: list[Page]
              ) -> dict[str, tuple[float, float, float, int]]:
    asks, beside, counts = {page.name: place.asks(page) for page in pages}, {}, {}
    for page in pages:
        text = asks[page.name]()
        with statements(place.office) as seen:
            asks[page.name]()
        counts[page.name] = sum(not one.startswith(("BEGIN", "PRAGMA")) for one in seen)
        written = sum(one.startswith("INSERT") for one in seen)
        rows = written if page.deed == "nominate" else len(_ROW.findall(text.partition("<main")[2] or text))
        beside[page.name] = counterpart(bare, page, rows)
    rounds = []
    for _ in range(ROUNDS):
        floor = worked(made.spent, lambda: bare.get("/bare"), IN_A_ROUND)
        rounds.append({name: (worked(made.spent, ask, IN_A_ROUND), floor, worked(made.spent, beside[name], IN_A_ROUND))
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


def main(kind: str, sizes: list[int]) -> None:
    with machine(kind) as (folder, made):
        place, bare = Place(folder, made.database("clinic")), plain(made.database("plain"))
        kept = {}
        for size in sizes:
            place.grow(size)
            kept[size] = measured(place, bare, made)
            print(f"{size:,} cases on {kind:11}   ms   x bare  x plain  statements")
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
    said = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    said.add_argument("--database", choices=KINDS, default=KINDS[0])
    said.add_argument("sizes", nargs="*", type=int, default=[100, 1000, 10_000])
    told = said.parse_args()
    main(told.database, told.sizes)
