"""The cookie holds a random number; everything else is a row that can be ended.

A session that nobody changed is not written. A page that asks by itself (a poll) does not
keep anybody signed in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, g
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from clinic.services import sessions
from clinic.web.clock import now

# Requests that no person made: they read the session and leave it as it was.
POLLS = frozenset({"hearings.pulse", "hearings.following_now", "imports.progress", "accounts.hidden"})
# How stale the mark "seen" may grow before it is written again.
GRAIN = timedelta(seconds=30)
_WITHOUT = ("/static/", "/cal/", "/robots.txt")


class RowSession(CallbackDict, SessionMixin):
    """What a page may keep between two requests: the forms' token and the next page's notice."""

    def __init__(self, data: dict[str, Any], presence: sessions.Presence | None, token: str = ""):
        super().__init__(data, on_update=lambda me: setattr(me, "modified", True))
        self.presence = presence
        self.token = token
        self.modified = False
        self.ended = False
        self.fresh_token = ""

    def become(self, token: str) -> None:
        """Take up the session that signing in has opened: a new number, whatever came before."""
        self.fresh_token = token
        self.modified = False


class RowSessions(SessionInterface):
    def __init__(self, office: Any, *, name: str, secure: bool, idle: timedelta, absolute: timedelta):
        self.office = office
        self.name = f"__Host-{name}" if secure else name
        self.secure = secure
        self.idle = idle
        self.absolute = absolute

    def open_session(self, app: Flask, request: Request) -> RowSession:
        token = request.cookies.get(self.name, "")
        found = None
        if token and not request.path.startswith(_WITHOUT):
            with self.office.peeking("session") as session:
                found = sessions.presence(session, token, now(), self.idle, self.absolute)
        g.presence = found
        return RowSession(found.data if found else {}, found, token if found else "")

    def save_session(self, app: Flask, session: RowSession, response: Response) -> None:
        if session.ended:
            response.delete_cookie(self.name, secure=self.secure, httponly=True, samesite="Lax")
        elif session.fresh_token:
            self._give(response, session.fresh_token)
        elif session.modified and session.presence is None:
            with self.office.beside("session") as rows:
                token = sessions.open_new(rows, now(), None, dict(session), "")
            self._give(response, token)
        elif session.modified:
            with self.office.beside("session") as rows:
                sessions.save(rows, session.presence.session_id, dict(session))

    def touch(self, presence: sessions.Presence, endpoint: str | None) -> None:
        """Note that somebody is there, at most twice a minute, and never for a poll."""
        if endpoint not in POLLS and now() - presence.seen_at > GRAIN:
            with self.office.beside("session touch") as rows:
                sessions.touch(rows, presence.session_id, now())

    def _give(self, response: Response, token: str) -> None:
        response.set_cookie(self.name, token, secure=self.secure, httponly=True, samesite="Lax", path="/")
