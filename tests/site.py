"""A client that is signed in as somebody, and checks every page that any test visits."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import sqlalchemy as sa
from flask import Flask

from clinic.services import sessions
from clinic.web import clock
from clinic.web.headers import POLICY
from tests.make import World


class Page(HTMLParser):
    """What a test asks of a page: its title, headings, text, links, forms and their fields."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.html = html
        self.title = ""
        self.headings: list[str] = []
        self.h1: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.urls: list[str] = []
        self.forms: list[dict] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.inputs: list[dict] = []
        self._stack: list[str] = []
        self._text: list[str] = []
        self._link: str | None = None
        self._field: dict | None = None
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self._text))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if "id" in a:
            self.ids.append(a["id"])
        for name in ("href", "src", "action"):
            if a.get(name):
                self.urls.append(a[name])
        if tag == "form":
            self.forms.append({"action": a.get("action", ""), "fields": {}, "buttons": []})
        elif tag in ("input", "select", "textarea", "button"):
            self._control(tag, a)
        elif tag == "option" and self._field is not None and "selected" in a:
            self.forms[-1]["fields"][self._field["name"]] = a.get("value", "")
        elif tag == "label" and "for" in a:
            self.labels.add(a["for"])
        elif tag == "a":
            self._link = a.get("href", "")
        if tag not in ("input", "meta", "link", "br", "img", "hr", "path"):
            self._stack.append(tag)
        if tag == "h1":
            self.h1.append("")

    def _control(self, tag, a):
        self.inputs.append({"tag": tag, **a})
        if not self.forms or not a.get("name"):
            return
        if tag == "button":
            self.forms[-1]["buttons"].append((a["name"], a.get("value", "")))
            return
        fields = self.forms[-1]["fields"]
        if tag == "textarea":
            fields[a["name"]] = ""
        elif tag == "select":
            fields.setdefault(a["name"], "")
        elif a.get("type") in ("radio", "checkbox"):
            if "checked" in a:
                before, value = fields.get(a["name"], []), a.get("value", "on")
                fields[a["name"]] = value if not before else [*([before] if isinstance(before, str) else before), value]
        elif a.get("type") != "file":
            fields[a["name"]] = a.get("value", "")
        self._field = a if tag in ("select", "textarea") else None

    def handle_endtag(self, tag):
        while self._stack and self._stack[-1] != tag:
            self._stack.pop()
        if self._stack:
            self._stack.pop()
        if tag in ("select", "textarea"):
            self._field = None

    def handle_data(self, data):
        if "title" in self._stack and "svg" not in self._stack:
            self.title += data
        if not {"script", "style", "title"} & set(self._stack):
            self._text.append(data)
        if "h1" in self._stack:
            self.h1[-1] += data
        if self._field is not None and self._field.get("name") and "textarea" in self._stack:
            self.forms[-1]["fields"][self._field["name"]] += data
        if "a" in self._stack and self._link is not None and data.strip():
            self.links.append((data.strip(), self._link))

    def form(self, action_part: str = "") -> dict:
        """Return the fields of the first form whose action holds `action_part` (never the sign-out)."""
        for form in self.forms:
            if action_part in form["action"] and "sign-out" not in form["action"]:
                return dict(form["fields"])
        raise AssertionError(f"no form to {action_part!r} among {[f['action'] for f in self.forms]}")


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask, who: str | None):
        self.client = app.test_client()
        self.who = who

    def get(self, url: str, status: int = 200, **kw) -> Page:
        answer = self.client.get(url, **kw)
        assert answer.status_code == status, f"{url}: {answer.status_code}, not {status}\n{plain(answer.text)[:1500]}"
        return check(answer)

    def post(self, url: str, data: dict | None = None, *, page: Page | None = None, status: int = 303, **kw):
        """Post `data` on top of the fields that the page's form to `url` holds; returns the answer."""
        fields = dict((page or self.get(url)).form(url)) if page is not False else {}
        fields.update(data or {})
        answer = self.client.post(url, data=fields, **kw)
        assert answer.status_code == status, f"{url}: {answer.status_code}, not {status}\n{plain(answer.text)[:1500]}"
        if answer.status_code not in (301, 302, 303, 304) and "html" in answer.content_type:
            check(answer)
        return answer

    def follow(self, answer) -> Page:
        return self.get(answer.location)


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", html, flags=re.S))


def check(answer) -> Page:
    """What holds on every page: title, one h1, labels, unique ids, our headers, nothing from elsewhere."""
    page = Page(answer.text)
    assert page.title.endswith("Panels"), page.title
    assert not re.search(r"stalk|marac|victim|perpetrat", page.title, re.IGNORECASE), page.title
    assert len(page.h1) == 1, page.h1
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert 'style="' not in answer.text and "onclick=" not in answer.text
    assert not [u for u in page.urls if u.startswith(("http:", "https:", "//"))], page.urls
    doubled = {i for i in page.ids if page.ids.count(i) > 1}
    assert not doubled, f"ids stand twice: {doubled}"
    for control in page.inputs:
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in page.labels
        assert control["tag"] == "button" or control.get("type") in ("hidden", "submit") or named, control
    assert "govuk-visually-hidden" in answer.text
    return page


class Site:
    def __init__(self, app: Flask, world: World):
        self.app = app
        self.world = world

    def browser(self, who: str | None) -> Browser:
        """Return a browser in which this person is signed in; None = a stranger."""
        browser = Browser(self.app, who)
        if who is not None:
            sign_in(self.app, browser, self.world.users[who])
        return browser

    @contextmanager
    def statements(self):
        """Collect the SQL statements that run in the block."""
        seen: list[str] = []
        engine = self.app.extensions["office"].engine

        def note(connection, cursor, statement, parameters, context, executemany):
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)


def sign_in(app: Flask, browser: Browser, user_id) -> None:
    """Open a session as signing in does, without the password's slow check."""
    with app.extensions["office"].beside("tests") as session:
        token = sessions.open_new(session, clock.now(), user_id, {}, "tests")
    browser.client.set_cookie(app.session_interface.name, token, domain="localhost")


@contextmanager
def stopped_clock(at) -> Iterator[None]:
    """Let every page read the same moment."""
    real = clock.now

    def stopped():
        return at

    holders = [m for name, m in sys.modules.items() if name.startswith("clinic.") and getattr(m, "now", None) is real]
    for module in holders:
        module.now = stopped
    try:
        yield
    finally:
        for module in holders:
            module.now = real
