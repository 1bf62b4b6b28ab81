"""Forty people at a running meeting, over HTTP: members whose screens follow it, and somebody who writes the notes.

Members ask as the page's script does: every few seconds, with the tag of what they have, and stay silent otherwise.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
import urllib.parse
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from clinic.domain.actors import MembershipRole, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import MeetingStatus
from clinic.models.account import Membership, User
from clinic.policy.accounts import anyone
from clinic.services import sessions
from tests import make
from tests.make import World
from tests.site import Page

# As the script of the page does.
POLL = 3.0
SAVES_AFTER = 1.5
MEMBERS = 40
_SAID = re.compile(r'data-said="(\S+) is being heard now')
_BROKEN = (OSError, http.client.HTTPException)


@dataclass
class Hall:
    """A meeting that runs, its cases in their order, and a cookie for each who follows it."""

    meeting: UUID
    hearings: list[UUID]
    members: list[str]
    minute_taker: str


def fill(world: World, cases: int) -> Hall:
    """Start a meeting of so many cases, and seat forty members on its panel. Servers go by the real clock."""
    now = datetime.now(UTC)
    meeting_id = make.meeting(world, now, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    hearings = [make.listed(world, make.case(world), meeting_id, asked=tuple(world.agencies)) for _ in range(cases)]
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        seated = [_seat(work.session, world, number) for number in range(MEMBERS)]
        work.record(AuditVerb.CREATE, "Membership")
    with world.office.beside("tests") as session:
        cookies = [sessions.open_new(session, now, user_id, {}, "hall")
                   for user_id in (*seated, world.users["minute_taker"])]
    return Hall(meeting_id, hearings, cookies[:-1], cookies[-1])


def _seat(session, world: World, number: int) -> UUID:
    agency_id = list(world.agencies.values())[number % len(world.agencies)]
    user = User(name=f"Member {number}", email=f"member{number}@hall.example", agency_id=agency_id,
                status=UserStatus.ACTIVE, created_at=world.now)
    session.add(user)
    session.flush()
    session.add(Membership(user_id=user.id, panel_id=world.clinic, agency_id=agency_id,
                           role=MembershipRole.REPRESENTATIVE, valid_from=date(2025, 1, 1)))
    return user.id


class Line:
    """A connection that is kept, as a browser keeps it, and opened anew when it breaks."""

    def __init__(self, base: str, cookie: str):
        self._host = urllib.parse.urlsplit(base).netloc
        self._cookie = f"clinic-{urllib.parse.urlsplit(base).port}={cookie}"
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str, str]:
        """Return status, text and tag. Raises what a broken connection raises; a reader has tried a new one then."""
        again = method == "GET" and self._connection is not None
        try:
            return self._ask(method, path, body, headers)
        except _BROKEN:
            if not again:
                raise
        return self._ask(method, path, body, headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=30)
        try:
            self._connection.request(method, path, body, {"Cookie": self._cookie, **headers})
            answer = self._connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers.get("ETag", "")
        except _BROKEN:
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class Person(threading.Thread):
    """Somebody who does the same thing every so often until they are stopped."""

    every: float

    def __init__(self, base: str, cookie: str, after: float = 0):
        super().__init__(daemon=True)
        self.line, self._after, self._stop_now = Line(base, cookie), after, threading.Event()
        #: what ended them early, if anything did
        self.fault: BaseException | None = None

    def run(self) -> None:
        self._stop_now.wait(self._after)
        try:
            while not self._stop_now.is_set():
                self.act()
                self._stop_now.wait(self.every)
        except BaseException as fault:  # noqa: BLE001  a thread's fault is told to whoever waits for it
            self.fault = fault

    def act(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        self._stop_now.set()
        self.join()
        self.line.close()
        if self.fault is not None:
            raise self.fault


class Member(Person):
    """Asks how the meeting stands; `seen` is which case was heard, and since when this screen says so."""

    every = POLL

    def __init__(self, base: str, cookie: str, meeting_id: UUID, after: float):
        super().__init__(base, cookie, after)
        self._path, self._tag = f"/meetings/{meeting_id}/hearing/now", ""
        self.seen: list[tuple[float, str]] = []
        self.answers: dict[int, int] = {}

    def act(self) -> None:
        try:
            status, text, tag = self.line.ask("GET", self._path, **{"If-None-Match": self._tag})
        except _BROKEN:
            return
        self.answers[status] = self.answers.get(status, 0) + 1
        if status != 200:
            # A service that is busy is asked again, as the script does.
            assert status in (304, 503), status
            return
        self._tag, said = tag, _SAID.search(text)
        if said and (not self.seen or self.seen[-1][1] != said[1]):
            self.seen.append((time.monotonic(), said[1]))


@dataclass
class Kept:
    """What the minute-taker was told is saved, and what they typed after it."""

    saved: str = ""
    typed: str = ""
    saves: int = 0
    broken: int = 0


class MinuteTaker(Person):
    """Types on and on, and every few words are sent, as the script of the page does."""

    every = SAVES_AFTER

    def __init__(self, base: str, hall: Hall):
        super().__init__(base, hall.minute_taker)
        self._hall, self._here = hall, -1
        self.kept: dict[UUID, Kept] = {hearing_id: Kept() for hearing_id in hall.hearings}
        #: when each case was begun, by its reference
        self.begun: dict[str, float] = {}
        self._lock, self._unanswered = threading.Lock(), set()
        self.go_on()

    @property
    def path(self) -> str:
        return f"/hearings/{self._hall.hearings[self._here]}"

    def go_on(self) -> None:
        """Give the case its outcome and begin the next one; the first is begun by its own button."""
        with self._lock:
            if self._here < 0:
                self._here = 0
                self._press("start", {})
            else:
                self._press("outcome", {"outcome": "heard_no_actions", "go": "next"})
                self._here += 1
            self._look()
            self.begun[self._reference] = time.monotonic()

    def _press(self, deed: str, fields: dict[str, str]) -> None:
        form = Page(self.line.ask("GET", self.path)[1]).form(f"{self.path}/{deed}")
        body = urllib.parse.urlencode({**form, **fields}, doseq=True)
        status, text, _ = self.line.ask("POST", f"{self.path}/{deed}", body, **_FORM)
        assert status == 303, (status, text[:2000])

    def _look(self) -> None:
        html = self.line.ask("GET", self.path)[1]
        self._form = Page(html).form(f"{self.path}/notes")
        self._reference = re.search(r"PM-\d{4}-\d{6}", html)[0]

    def act(self) -> None:
        with self._lock:
            kept = self.kept[self._hall.hearings[self._here]]
            # No blank at either end: a form takes those off.
            kept.typed = f"{kept.typed}\n{kept.saves}: he was seen at the gate.".strip()
            self._save(kept)

    def _save(self, kept: Kept) -> None:
        body = urllib.parse.urlencode({**self._form, "notes": kept.typed, "form_key": ""}, doseq=True)
        try:
            status, text, _ = self.line.ask("POST", f"{self.path}/notes", body, **_FORM, **_FETCH)
        except _BROKEN:
            kept.broken += 1
            self._unanswered.add(kept.typed)
            return
        if status == 409 and json.loads(text)["theirs"] in self._unanswered:
            # It was kept, and the answer was lost.
            self._form["version"] = str(json.loads(text)["version"])
            self._save(kept)
            return
        if status == 503:
            kept.broken += 1
            return
        assert status == 200, (status, text)
        self._form["version"] = str(json.loads(text)["versions"]["version"])
        kept.saved, kept.saves = kept.typed, kept.saves + 1


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_FETCH = {"X-Requested-With": "fetch"}


def seated(base: str, hall: Hall) -> list[Member]:
    """Return the members, each asking at a moment of their own, and let them ask."""
    members = [Member(base, cookie, hall.meeting, POLL * number / MEMBERS)
               for number, cookie in enumerate(hall.members)]
    for member in members:
        member.start()
    return members
