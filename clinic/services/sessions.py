"""Browsers' sessions as rows: opened, touched, ended. Ending the row ends the visit at once.

Exempt from the door's duties: nothing here changes what anybody could ask about. Signing
in and out are recorded by `services.accounts`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, cast, delete, literal, null, or_, select, union_all, update
from sqlalchemy.orm import Session

from clinic.domain.actors import Actor, Seat, UserStatus
from clinic.domain.meetings import local_day
from clinic.models.account import Membership, User, UserSession
from clinic.models.case import CaseExclusion

#: how long after it was left a session still takes what was on its way
LAST_WORDS = timedelta(seconds=5)
_BESIDE = {"exempt": True, "synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Presence:
    """A live session, and whose it is (nobody's before signing in)."""

    session_id: UUID
    data: dict[str, Any]
    created_at: datetime
    seen_at: datetime
    user_id: UUID | None = None
    name: str = ""
    actor: Actor | None = None
    #: where its person has hidden the screen
    hidden_from: str | None = None


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def presence(session: Session, token: str, now: datetime, idle: timedelta, absolute: timedelta) -> Presence | None:
    """Find the live session of a cookie, its user, seats and exclusions, in one statement.

    Returns None when there is none, it has ended, stood idle or grown too old, or its user
    may no longer sign in.
    """
    rows = session.execute(_live(), {
        "token": hash_of(token), "today": local_day(now), "now": now, "idle_since": now - idle,
        "opened_after": now - absolute, "opened_before": now + timedelta(minutes=5),
    }).all()
    if not rows or (rows[0].User is not None and rows[0].User.status is not UserStatus.ACTIVE):
        return None
    return _presence(rows)


@cache
def _live() -> Select:
    """Select a live session with its user, seats and exclusions. Built once: every request asks it."""
    token = bindparam("token")
    mine = select(UserSession.user_id).where(UserSession.token_hash == token).scalar_subquery()
    held = _held_by(mine, bindparam("today")).subquery()
    return (
        select(UserSession, User, held.c.panel_id, held.c.role, held.c.agency_id, held.c.case_id)
        .outerjoin(User, User.id == UserSession.user_id)
        .outerjoin(held, held.c.user_id == UserSession.user_id)
        .where(
            UserSession.token_hash == token,
            or_(UserSession.ended_at.is_(None), UserSession.ended_at > bindparam("now")),
            UserSession.seen_at > bindparam("idle_since"),
            UserSession.created_at > bindparam("opened_after"),
            UserSession.created_at <= bindparam("opened_before"),
        )
    )


def _held_by(user_id: Any, today: Any) -> Any:
    """Select the seats that are valid today and the cases that are closed to the user, as one table."""
    current = (
        Membership.user_id == user_id,
        Membership.valid_from <= today,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
    )
    seats = select(
        Membership.user_id, Membership.panel_id, Membership.role, Membership.agency_id,
        cast(null(), Uuid()).label("case_id"),
    ).where(*current)
    home = select(User.agency_id).where(User.id == user_id)
    agencies = select(Membership.agency_id).where(*current)
    closed = select(
        _as_column(user_id), null(), null(), null(), CaseExclusion.case_id
    ).where(
        CaseExclusion.lifted_at.is_(None),
        or_(
            CaseExclusion.user_id == user_id,
            CaseExclusion.agency_id.in_(home),
            CaseExclusion.agency_id.in_(agencies),
        ),
    )
    return union_all(seats, closed)


def _as_column(user_id: Any) -> Any:
    return literal(user_id, Uuid()) if isinstance(user_id, UUID) else user_id


def _presence(rows: Any) -> Presence:
    row, user = rows[0].UserSession, rows[0].User
    if user is None:
        return Presence(row.id, dict(row.data), row.created_at, row.seen_at)
    actor = Actor(
        user_id=user.id,
        agency_id=user.agency_id,
        seats=frozenset(Seat(r.panel_id, r.role, r.agency_id) for r in rows if r.panel_id is not None),
        excluded=frozenset(r.case_id for r in rows if r.case_id is not None),
        system_admin=user.system_admin,
        auditor=user.auditor,
        session_id=row.id,
    )
    return Presence(row.id, dict(row.data), row.created_at, row.seen_at, user.id, user.name, actor, row.hidden_from)


def actor_of(session: Session, user_id: UUID, now: datetime) -> Actor:
    """Return the actor that a user is today, outside any session (a feed, a command)."""
    user = session.get_one(User, user_id)
    held = session.execute(_held_by(user_id, local_day(now))).all()
    return Actor(
        user.id, user.agency_id,
        frozenset(Seat(panel_id, role, agency_id) for _, panel_id, role, agency_id, _ in held if panel_id),
        frozenset(case_id for *_, case_id in held if case_id),
        user.system_admin, user.auditor,
    )


def open_new(session: Session, now: datetime, user_id: UUID | None, data: dict[str, Any], device: str) -> str:
    """Open a session and return the secret for its cookie."""
    token = secrets.token_urlsafe(32)
    session.add(UserSession(
        token_hash=hash_of(token), user_id=user_id, data=data, device=device[:200], created_at=now, seen_at=now,
    ))
    return token


def save(session: Session, session_id: UUID, data: dict[str, Any]) -> None:
    """Keep a session's data if it still lives: a running request does not revive an ended one."""
    _change(session, UserSession.id == session_id, data=data)


def touch(session: Session, session_id: UUID, now: datetime) -> None:
    _change(session, UserSession.id == session_id, seen_at=now)


def hide(session: Session, session_id: UUID, path: str | None) -> None:
    """Hide a screen that shows `path`, or show it again."""
    _change(session, UserSession.id == session_id, hidden_from=path)


def end(session: Session, now: datetime, *which: Any) -> None:
    _change(session, *which, ended_at=now)


def leave(session: Session, now: datetime, session_id: UUID) -> None:
    """End a session whose browser has gone, but let what its page was still sending arrive.

    A page that is left in a hurry sends what was typed and asks for the way out at the same
    moment, and either may come first. The browser's cookie is taken away at once.
    """
    end(session, now + LAST_WORDS, UserSession.id == session_id)


def end_all_of(session: Session, now: datetime, user_id: UUID, but: UUID | None = None) -> None:
    """End every session of a user, except the one that is acting."""
    conditions = [UserSession.user_id == user_id]
    if but is not None:
        conditions.append(UserSession.id != but)
    end(session, now, *conditions)


def sweep(session: Session, now: datetime) -> None:
    """Delete sessions that nobody signed in to within the hour, and those that ended a month ago.

    What was done in a session stands in the journal; the row itself is needed no longer.
    """
    session.execute(
        delete(UserSession).where(or_(
            UserSession.user_id.is_(None) & (UserSession.seen_at < now - timedelta(hours=1)),
            UserSession.created_at < now - timedelta(days=31),
        )),
        execution_options=_BESIDE,
    )


def _change(session: Session, *which: Any, **values: Any) -> None:
    session.execute(
        update(UserSession).where(UserSession.ended_at.is_(None), *which).values(**values), execution_options=_BESIDE
    )
