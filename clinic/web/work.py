"""A request's work: read for a page, or change something once and go on.

A view that changes something reads:

    form = TriageForm()
    with changing(form) as work:
        if form.validate():
            reference = nominations.triage(work, nomination_id, form.decision())
            return then(work, url_for("nominations.index"), f"{reference} is decided.")
    return triage(nomination_id, form)

A broken rule becomes an error on the form and the view goes on after the block; the same
form sent again is answered with what the first one got.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, flash, g, redirect
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from clinic.domain.actors import Actor, SystemActor
from clinic.domain.errors import RuleBroken
from clinic.services import submissions
from clinic.services.work import Office, Work, finish
from clinic.web import papers
from clinic.web.clock import now


class AnsweredBefore(Exception):
    """This very form was carried out already; `url` is where its first copy was sent on to."""

    def __init__(self, url: str):
        super().__init__(url)
        self.url = url


def office() -> Office:
    return current_app.extensions["office"]


def actor() -> Actor | SystemActor:
    """Return who is acting in this request."""
    presence = g.get("presence")
    return presence.actor if presence and presence.actor else SystemActor("visitor")


@contextmanager
def reading() -> Iterator[Work]:
    """Read for a page. The page is rendered after the block, from values, and says where a lost key left gaps."""
    with office().reading(actor(), now()) as work:
        yield work
        g.gaps = g.get("gaps", False) or bool(work.session.info["keys"].lost)


@contextmanager
def changing(form: Any) -> Iterator[Work]:
    """Change something: nothing is kept when the form has errors or a rule is broken."""
    try:
        with office().changing(actor(), now()) as work:
            papers.watch(work)
            _claim(work, form)
            yield work
            if form.has_errors:
                raise _LeaveIt
    except _LeaveIt:
        pass
    except RuleBroken as broken:
        form.refuse(broken)
    except IntegrityError:
        form.refuse(RuleBroken("Somebody saved the same thing at this moment. Check the page before you send again."))


def then(work: Work, url: str, message: str = "") -> Response:
    """Finish the work, then go on to `url`, where `message` is shown once."""
    end(work, url)
    if message:
        flash(message)
    return redirect(url, 303)


def end(work: Work, url: str) -> None:
    """Finish a work whose answer is a page and is not given twice; the same form sent again is sent on to `url`."""
    if isinstance(work.actor, Actor) and work.session.info.get("form_key"):
        submissions.answer(work.session, work.actor.user_id, work.session.info["form_key"], url)
    finish(work)


class _LeaveIt(Exception):
    """The form has errors: nothing of this work is kept."""


def _claim(work: Work, form: Any) -> None:
    key = form.form_key.data
    if not key or not isinstance(work.actor, Actor):
        return
    before = submissions.claim(work.session, work.actor.user_id, key[:64], work.now)
    if before is not None:
        raise AnsweredBefore(before)
    work.session.info["form_key"] = key[:64]
