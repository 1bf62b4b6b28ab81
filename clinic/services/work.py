"""The one door for all change: one actor, one moment, one transaction.

A work asks (`require`), writes down (`record`) and posts letters (`post`); letters leave
only if the commit holds. A work that changed or showed something without having asked a
permission and recorded an event refuses to end well (`UndoneDuty`).

Two modes. *Reading*: a deferred transaction for the queries, then a short writing one for
its VIEW events; no audit, no page. *Changing*: BEGIN IMMEDIATE on SQLite; rows that others
may change at once are found FOR UPDATE or carry a version.

Exempt by name: session touch, throttle counters, outbox lease, heartbeat, a feed's
last-used mark. They change nothing that anybody could ask about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, inspect, orm
from sqlalchemy.orm.exc import StaleDataError

from clinic.domain.actors import Actor, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotPermitted, Stale, UndoneDuty
from clinic.domain.letters import Letter
from clinic.models.account import Submission, Throttle, UserSession
from clinic.models.audit import AuditEvent, AuditHead
from clinic.models.case import AboutCase, CasePairBound, Walled
from clinic.models.post import Heartbeat, QueuedLetter
from clinic.models.sealed import DataKey, KeyRing, MasterKeys
from clinic.policy import scope
from clinic.services import journal, outbox, readings

EXEMPT = (Submission, Throttle, UserSession, Heartbeat, QueuedLetter, AuditEvent, AuditHead, DataKey)


class Session(orm.Session):
    """A session with one actor; every select of a walled table is cut by that actor's wall."""


scope.guard(Session)


@dataclass
class Work:
    """One piece of work. `now` is aware UTC; `now_local` day arithmetic is the domain's."""

    session: Session
    actor: Actor | SystemActor
    now: datetime
    asked: bool = False
    changed: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)
    letters: list[outbox.Posted] = field(default_factory=list)
    readings: list[readings.Reading] = field(default_factory=list)
    finished: bool = False
    #: what is looked at once more when the first permission holds, before any rule is: it refuses by raising
    besides: Callable[[Work], None] | None = None

    def require(self, permission: Callable[..., bool], subject: Any = None, *more: Any) -> None:
        """Refuse unless `permission(actor, subject, …)` holds."""
        self.asked = True
        subjects = () if subject is None else (subject,)
        if not permission(self.actor, *subjects, *more):
            raise refused(self.actor, permission.__name__, subject)
        besides, self.besides = self.besides, None
        if besides is not None:
            besides(self)

    def record(self, verb: AuditVerb, subject: Any, **detail: Any) -> None:
        """Write down what was done to `subject` (a row, or the name of a kind of thing).

        `detail` holds names of fields and ids, never values that somebody typed.
        """
        self.events.append(event_of(self.actor, verb, subject, detail))

    def post(self, letter: Letter, panel_id: UUID | None = None, secret: str = "") -> None:
        """Queue a letter in this transaction; the timer sends it after the commit.

        `panel_id` is the panel whose coordinator sees how it went; `secret` the one-use
        part of an account link.
        """
        self.letters.append(outbox.Posted(letter, panel_id, secret))

    def read(self, reading: readings.Reading) -> None:
        """Remember what the actor has opened: it is written with the VIEW event of the page, or not at all."""
        self.readings.append(reading)

    @contextmanager
    def whole(self, reason: str) -> Iterator[None]:
        """Let the system handle a record that is whole, though the actor may see it in part only.

        For what must not depend on who pressed the button, as composing minutes or freezing
        them. A permission comes first. Nothing that is read inside is for the actor: walled
        rows that were loaded inside are let go at the end, and the next select is cut again.
        One inside another is part of the outer one.
        """
        if not self.asked:
            raise UndoneDuty("a record was handled whole before a permission was asked")
        if isinstance(self.session.info["actor"], SystemActor):
            yield
            return
        self.session.flush()
        before, keys = set(self.session), self.session.info["keys"]
        lost = set(keys.lost)
        self.session.info["actor"] = SystemActor(reason)
        try:
            yield
            self.session.flush()
        finally:
            self.session.info["actor"], keys.lost = self.actor, lost
            for row in [row for row in self.session if _of_a_case(row) and row not in before]:
                self.session.expunge(row)

    def seal_for(self, owner_id: UUID) -> None:
        """Give a new case, meeting or import the key that its sealed values need."""
        self.session.info["keys"].make(self.session, owner_id)


def event_of(actor: Actor | SystemActor, verb: AuditVerb, subject: Any, detail: dict[str, Any]) -> dict[str, Any]:
    """Return a journal line, without its place in the chain."""
    named = isinstance(subject, str)
    panel_id = getattr(subject, "panel_id", None)
    if not named and type(subject).__name__ == "Panel":
        panel_id = subject.id
    return {
        "verb": verb,
        "actor_id": actor.user_id,
        "system": actor.reason if isinstance(actor, SystemActor) else "",
        "agency_id": actor.agency_id,
        "session_id": actor.session_id,
        "address": actor.address,
        "object_type": subject if named else type(subject).__name__,
        "object_id": None if named else getattr(subject, "id", None),
        "panel_id": detail.pop("panel_id", None) or panel_id,
        "case_id": detail.pop("case_id", None) or getattr(subject, "case_id", None),
        "detail": {name: _plain(value) for name, value in detail.items()},
    }


def refused(actor: Actor | SystemActor, permission: str, subject: Any = None) -> NotPermitted:
    """Return the refusal of `permission`, with the line that the journal gets once the work has rolled back."""
    named = "request" if subject is None or isinstance(subject, (str, UUID)) else subject
    return NotPermitted(permission, subject, event_of(actor, AuditVerb.DENY, named, {"permission": permission}))


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v) for v in value]
    return value if isinstance(value, (int, str)) or value is None else str(value)


@dataclass(frozen=True)
class Office:
    """What every work needs from the installation: the database and its keys.

    Made once, by the application's factory or by a test.
    """

    engine: Engine
    keys: MasterKeys

    def _session(self, actor: Actor | SystemActor, begin: str) -> Session:
        bind = self.engine.execution_options(begin=begin)
        return Session(bind, expire_on_commit=False, info={"actor": actor, "keys": KeyRing(self.keys)})

    @contextmanager
    def reading(self, actor: Actor | SystemActor, now: datetime) -> Iterator[Work]:
        """Read for a page. Ends by writing its VIEW events, or by refusing the page."""
        session = self._session(actor, "DEFERRED")
        work = Work(session, actor, now)
        session.info["work"] = work
        try:
            yield work
            if session.new or session.dirty or session.deleted or work.changed:
                raise UndoneDuty("a reading work changed something")
            if not (work.asked and work.events):
                raise UndoneDuty("a page was read without asking or without a trace")
        finally:
            session.close()
        self.note(now, work.events, work.readings)

    @contextmanager
    def peeking(self, reason: str) -> Iterator[Session]:
        """Read what belongs to no case and leaves no trace: a session's row, a feed's token."""
        with self._session(SystemActor(reason), "DEFERRED") as session:
            yield session

    @contextmanager
    def beside(self, reason: str) -> Iterator[Session]:
        """Change what is exempt by name, and nothing else."""
        with self._session(SystemActor(reason), "IMMEDIATE") as session:
            session.info["beside"] = True
            yield session
            session.commit()

    @contextmanager
    def changing(self, actor: Actor | SystemActor, now: datetime) -> Iterator[Work]:
        """Change something: all of it, its events and its letters, or nothing."""
        session = self._session(actor, "IMMEDIATE")
        work = Work(session, actor, now)
        session.info["work"] = work
        try:
            yield work
            finish(work)
        except StaleDataError:
            session.rollback()
            raise Stale() from None
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def note(self, now: datetime, events: list[dict[str, Any]], opened: Sequence[readings.Reading] = ()) -> None:
        """Write events in a transaction of their own: views and what they opened, refusals, failed sign-ins."""
        if not events:
            return
        with self._session(SystemActor("journal"), "IMMEDIATE") as session, session.begin():
            readings.keep(session, now, opened)
            journal.append(session, now, events)


def finish(work: Work) -> None:
    """Commit the work with its letters and its journal, once; or refuse it."""
    if work.finished:
        return
    work.finished = True
    work.session.flush()
    if (work.changed or work.events) and not (work.asked and work.events):
        raise UndoneDuty("something was done without a permission asked or an event recorded")
    outbox.queue(work.session, work.now, work.letters)
    journal.append(work.session, work.now, work.events)
    work.session.commit()


@event.listens_for(Session, "before_flush")
def _watch(session: Session, *_: Any) -> None:
    """Note that something changes, and refuse a change behind somebody else's wall."""
    work: Work | None = session.info.get("work")
    for row in [*session.new, *session.dirty, *session.deleted]:
        if row in session.dirty and not session.is_modified(row):
            continue
        if not isinstance(row, EXEMPT):
            if session.info.get("beside"):
                raise UndoneDuty("a change beside the door")
            if work is not None:
                work.changed = True
        if isinstance(row, Walled):
            _within_the_wall(session.info["actor"], row)


def _of_a_case(row: Any) -> bool:
    """Return whether a row may be behind somebody's wall; a meeting is only where it is about one case."""
    return isinstance(row, Walled) and not (isinstance(row, AboutCase) and row.case_id is None)


def _within_the_wall(actor: Actor | SystemActor, row: Any) -> None:
    if inspect(row).attrs.panel_id.history.deleted:
        raise refused(actor, "move_to_another_panel", row)
    if isinstance(actor, SystemActor):
        return
    if isinstance(row, AboutCase):
        if row.case_id in actor.excluded:
            raise refused(actor, "write_behind_the_wall", row)
        return
    sides = [(row.panel_id, row.case_id)]
    if isinstance(row, CasePairBound):
        sides.append((row.other_panel_id, row.other_case_id))
    if any(panel_id not in actor.panels() or case_id in actor.excluded for panel_id, case_id in sides):
        raise refused(actor, "write_behind_the_wall", row)
