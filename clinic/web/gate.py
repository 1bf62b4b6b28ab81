"""Default deny: every endpoint needs a signed-in person unless its name stands here."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_login import UserMixin

from clinic.extensions import login_manager

OPEN_ENDPOINTS = frozenset({
    "static", "accounts.sign_in", "accounts.send_sign_in", "accounts.leave", "accounts.signed_out",
    "accounts.invitation", "accounts.accept_invitation", "accounts.reset", "accounts.choose_after_reset",
    "feeds.calendar", "help.accessibility", "help.privacy", "help.health", "help.robots",
})
class SignedIn(UserMixin):
    """The person a page greets: a name and an id, no rights. Rights are the actor's."""

    def __init__(self, user_id: str, name: str):
        self.id = user_id
        self.name = name


def install(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.request_loader(_person)
    app.before_request(_gate)


def _person(_request: object) -> SignedIn | None:
    presence = g.get("presence")
    return SignedIn(str(presence.user_id), presence.name) if presence and presence.user_id else None


def _gate() -> Response | None:
    """Let signed-in people through, and others to open pages only."""
    presence = g.get("presence")
    if presence is not None and presence.user_id is not None:
        current_app.session_interface.touch(presence, request.endpoint)
        return _hidden() if presence.hidden_from and request.endpoint not in _WHILE_HIDDEN else None
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None
    if request.method == "GET" and request.headers.get("X-Requested-With") != "fetch":
        session["next"] = request.full_path.rstrip("?") if request.endpoint not in _NEVER_NEXT else "/"
        return redirect(url_for("accounts.sign_in"), 302)
    return Response("Your session has ended. Sign in again in another tab; what you typed is still here.\n", 401,
                    mimetype="text/plain")


def _hidden() -> Response:
    """Answer nothing but the page that asks for the password, as long as somebody has hidden their screen."""
    if request.method == "GET" and request.headers.get("X-Requested-With") != "fetch":
        return redirect(url_for("accounts.hidden"), 303)
    return Response("This screen is hidden. Say your password first; what you typed is still on its page.\n", 401,
                    mimetype="text/plain")


_WHILE_HIDDEN = frozenset({
    "static", "accounts.hidden", "accounts.show_again", "accounts.leave", "accounts.sign_out", "accounts.extend",
})
_NEVER_NEXT = frozenset({
    "accounts.sign_out", "hearings.pulse", "hearings.following_now", "imports.progress",
})


