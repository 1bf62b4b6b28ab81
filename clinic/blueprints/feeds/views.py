"""One's own calendar addresses, and the answer to programs that fetch them."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for

from clinic.blueprints.feeds.forms import NewFeedForm, PressForm
from clinic.blueprints.feeds.pace import Body, Pace, Shelf
from clinic.calendar import event, feed
from clinic.domain.entries import Deadline, Entry
from clinic.services import feeds
from clinic.services.sessions import hash_of
from clinic.web.clock import now
from clinic.web.work import changing, office, reading, then

bp = Blueprint("feeds", __name__)
NAME = "Panel meetings"
# A feed is for one reader's program: nobody may keep it for others, find it, or learn where it came from.
HEADERS = {
    "Content-Disposition": 'inline; filename="panel-dates.ics"',
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@bp.get("/account/calendar")
def index(form: NewFeedForm | None = None):
    with reading() as work:
        page = feeds.index(work)
    again = request.args.get("again") == "yes"
    return render_template("feeds/index.html", form=form or NewFeedForm(), page=page, press=PressForm(),
                           again=again), 422 if form else 200


@bp.post("/account/calendar")
def make():
    """Make an address and show it: here and never again. A second sending of the form makes no second one."""
    form, token = NewFeedForm(), ""
    with changing(form) as work:
        if form.validate():
            token = feeds.make(work, form.new())
            then(work, url_for("feeds.index", again="yes"))
    if not token:
        return index(form)
    host = current_app.config["SETTINGS"].host
    return render_template("feeds/made.html", address=f"{_site()}/cal/{token}.ics", program=f"webcal://{host}/cal/{token}.ics",
                           label=form.label.data)


@bp.post("/account/calendar/<uuid:feed_id>/revoke")
def revoke(feed_id: UUID):
    form = PressForm()
    with changing(form) as work:
        if form.validate():
            feeds.revoke(work, feed_id)
            return then(work, url_for("feeds.index"), "The address is revoked. It answers nobody any more.")
    return redirect(url_for("feeds.index"), 303)


@bp.get("/cal/<token>.ics")
def calendar(token: str):
    """Answer a program. It never signs in: the address is the secret, and no cookie comes or goes."""
    moment = now()
    wait = _memory().pace.wait(hash_of(token), moment)
    if wait:
        return Response("Too many requests.\n", 429, {"Retry-After": str(wait)}, mimetype="text/plain")
    with office().peeking("feed") as session:
        scope = feeds.scope(session, token, moment)
        if scope is None:
            abort(404)
        body = _memory().shelf.get(scope.state) or _render(feeds.contents(session, scope, moment))
    _memory().shelf.put(scope.state, body)
    feeds.mark_used(office(), scope, moment)
    return _answer(body, scope)


class Memory:
    """What one application remembers between two fetches."""

    def __init__(self) -> None:
        self.pace, self.shelf = Pace(), Shelf()


@bp.record
def _remember(state) -> None:
    state.app.extensions["feeds"] = Memory()


def _memory() -> Memory:
    return current_app.extensions["feeds"]


def _site() -> str:
    return current_app.config["SETTINGS"].public_address


def _render(contents: feeds.Contents) -> Body:
    site = _site()
    due = sorted(contents.deadlines, key=lambda deadline: (deadline.day, deadline.uid))
    data = feed.join([_lines(one.at(site)) for one in (*contents.entries, *due)], NAME)
    return Body(data, feed.etag(data), contents.changed_at)


@lru_cache(maxsize=8192)
def _lines(one: Entry | Deadline) -> bytes:
    """Return one event's lines. An entry holds its revision, so that what is kept is never out of date."""
    return event.lines(one)


def _answer(body: Body, scope: feeds.Scope) -> Response:
    """Answer with the body, or 304 to a program that names its tag.

    Only the tag decides: a change of seats or of a panel's rules has no moment of its own
    that Last-Modified could tell, but it always changes the bytes.
    """
    known = request.if_none_match.contains_weak(body.etag)
    response = Response(status=304) if known else Response(body.data, mimetype="text/calendar")
    response.headers.update(HEADERS)
    response.set_etag(body.etag)
    response.last_modified = max(scope.since, body.changed_at or scope.since)
    return response
