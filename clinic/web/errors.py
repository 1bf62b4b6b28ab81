"""What a person sees when something does not go: a plain page, the same for missing and forbidden."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError

from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale, Unsigned
from clinic.models.sealed import KeyLost
from clinic.services.work import refused
from clinic.web.clock import now
from clinic.web.work import AnsweredBefore, actor, office

log = logging.getLogger("clinic.web")


def install(app: Flask) -> None:
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotPermitted, _not_permitted)
    app.register_error_handler(Unsigned, _unsigned)
    app.register_error_handler(Stale, _stale)
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(KeyLost, _key_lost)
    app.register_error_handler(AnsweredBefore, lambda again: redirect(again.url, 303))
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _fault)


def _page(status: int, title: str, *sentences: str, typed: list | None = None) -> tuple[str, int]:
    return render_template("error.html", title=title, sentences=sentences, typed=typed or []), status


def _deny(refusal: NotPermitted) -> None:
    """Write a refusal down, in a transaction of its own: the one that was refused is rolled back."""
    event = refusal.line or refused(actor(), refusal.permission).line
    event["detail"] |= {"endpoint": request.endpoint or "", "method": request.method}
    for value in (request.view_args or {}).values():
        if isinstance(value, UUID) and event["object_id"] is None:
            event["object_id"] = value
    office().note(now(), [event])


def _not_found(error: NotFound) -> tuple[str, int]:
    _deny(NotPermitted("find"))
    return _missing()


def _missing() -> tuple[str, int]:
    return _page(404, "Page not found", "There is nothing at this address, or it is not for you to see.",
                 "Check the address, or start again from Home.")


def _not_permitted(error: NotPermitted) -> tuple[str, int]:
    _deny(error)
    if error.subject is None and not any(isinstance(v, UUID) for v in (request.view_args or {}).values()):
        return _page(403, "You cannot use this page", "Your role does not include this.",
                     "If it should, ask the coordinator of your panel.")
    return _missing()


def _unsigned(error: Unsigned) -> Response:
    """Lead to the undertaking, and from there on to what was asked for. A form goes along with all that was typed."""
    if request.headers.get("X-Requested-With") == "fetch":
        return Response("You have not signed the undertaking of this meeting.\n", 403, mimetype="text/plain")
    if request.method == "GET":
        onward = request.full_path.rstrip("?")
        return redirect(url_for("declarations.undertaking", meeting_id=error.meeting_id, onward=onward), 303)
    return redirect(url_for("declarations.stopped", meeting_id=error.meeting_id, onward=request.path), 307)


def _stale(error: Stale) -> tuple[str, int]:
    typed = _typed()
    if error.yours and error.yours not in [value for _, value in typed]:
        typed.append(("Your text", error.yours))
    if error.theirs:
        typed.append(("The text that is kept now", error.theirs))
    return _page(409, "Somebody else changed this first",
                 "Nothing of yours was saved, and nothing of theirs was lost. What you typed stands below.",
                 "Go back, load the page again, and put in what is still needed.", typed=typed)


def _typed() -> list[tuple[str, str]]:
    """Return what the person typed, so that a refusal loses nothing. Never a password."""
    hidden = ("csrf_token", "form_key", "version")
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), value)
        for name, value in request.form.items(multi=True)
        if value.strip() and name not in hidden and "password" not in name and len(value) > 2
    ]


def _rule_broken(error: RuleBroken) -> tuple[str, int]:
    return _page(422, "This cannot be done", error.message, typed=_typed())


def _key_lost(error: KeyLost) -> tuple[str, int]:
    return _page(410, "This record cannot be changed",
                 "Its key was destroyed or is damaged: nothing of it can be read or written any more.",
                 "Nothing was saved. What you typed stands below. Tell your administrator.", typed=_typed())


def _form_expired(error: CSRFError) -> tuple[str, int]:
    return _page(400, "This form is too old", "It was open for too long, or you signed in again since.",
                 "Nothing was saved. Load the page again; what you typed stands below.", typed=_typed())


def _foreign_host(error: SecurityError) -> Response:
    """Answer in plain words: without a host that is ours, no page can say where its parts lie."""
    return Response("This service does not answer to that name. Check the address.\n", 400, mimetype="text/plain")


_WORDS = {
    400: ("This request cannot be read", "Something in the address or the form is broken. Go back and try again."),
    404: None,
    405: ("This page cannot be used that way", "Go back to the page before and use its buttons."),
    413: ("This is too large", "Nothing was saved. A form may hold 2 MB at most, and a file to import 10 MB:"
          " split what you send into parts."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
}


def _http(error: HTTPException) -> Any:
    if error.code is not None and 300 <= error.code < 400:
        return error
    if error.code == 404:
        return _missing()
    title, sentence = _WORDS.get(error.code) or (error.name, "Go back and try again.")
    return _page(error.code or 500, title, sentence)


def _database(error: DBAPIError) -> tuple[str, int]:
    """A database that is busy or away is not the person's fault, and passes. Logs no value."""
    fault = _fault_number(error.orig if error.orig is not None else error)
    return _page(503, "Try again in a minute", "The service is busy or its database is away. Nothing was saved.",
                 f"If it stays so, tell your administrator this number: {fault}.", typed=_typed())


def _fault(error: Exception) -> tuple[str, int]:
    fault = _fault_number(error)
    return _page(500, "Something went wrong", "Nothing was saved. What you typed stands below.",
                 f"Tell your administrator this number: {fault}.", typed=_typed())


def _fault_number(error: BaseException) -> str:
    """Log where it failed under a number, and never what was in it: messages quote values."""
    number = uuid4().hex[:8]
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else "?"
    log.error("fault %s: %s at %s in %s", number, type(error).__name__, where, request.endpoint)
    return number
