"""People in front of browsers of their own: each finds what they need by its words, as a person does.

Whatever page they land on is checked: title, heading, width, a silent console, nothing from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Download, Locator, Page, Request, Response
from playwright.sync_api import TimeoutError as NotThere

from tests.journeys.inspector import Inspector

TELLING = re.compile(r"stalk|marac|victim|perpetrat|clinic", re.IGNORECASE)
# What the browser itself says on its console of an answer that a person was meant to get.
WEATHER = "https://www.bbc.co.uk/weather"
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")
_LOOK = """() => ({
    title: document.title, h1: document.querySelectorAll('h1').length,
    wide: document.documentElement.scrollWidth, inner: document.documentElement.clientWidth,
    html: document.documentElement.outerHTML,
})"""


@dataclass
class Sight:
    """A page as somebody saw it."""

    who: str
    url: str
    title: str
    html: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass
class Walk:
    """What one person's browser met."""

    sights: list[Sight] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Person:
    """Somebody at a browser of `width` pixels, with script or without."""

    def __init__(self, browser: Browser, base: str, email: str, width: int = 1280, js: bool = True):
        self.base, self.email, self.width, self.js = base, email, width, js
        self.context = browser.new_context(
            base_url=base, viewport={"width": width, "height": 900}, java_script_enabled=js, locale="en-GB",
            timezone_id="Europe/London", reduced_motion="reduce", accept_downloads=True,
        )
        self.context.set_default_timeout(10_000)
        self.walk = Walk()
        self._expected: set[int] = set()
        #: the pages that were drawn, not only fetched
        self.looked: list[Sight] = []
        self.inspector: Inspector | None = None
        self.page = self.tab()

    def tab(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.walk.faults.append(f"{page.url}: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("download", lambda download: self.walk.files.append(download.suggested_filename))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        refused = _REFUSED.match(message.text)
        if refused and int(refused[1]) in self._expected:
            return
        if message.type in ("error", "warning"):
            self.walk.faults.append(f"{self.page.url}: console {message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        self.walk.urls.append(request.url)
        if not request.url.startswith((self.base + "/", "data:image/svg+xml")):
            self.walk.faults.append(f"{self.page.url}: asked {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.walk.faults.append(f"{response.request.method} {response.url}: {response.status}")

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Let answers of these statuses pass within the block."""
        self._expected |= set(statuses)
        try:
            yield
        finally:
            self._expected -= set(statuses)

    # ── seeing ──────────────────────────────────────────────────────────────────────────────────────────

    def look(self) -> Sight:
        """Check the page that is open, and keep what it shows."""
        seen = self.page.evaluate(_LOOK)
        where = f"{self.email} at {self.page.url}"
        assert seen["title"].endswith("Panels"), f"{where}: title {seen['title']!r}"
        assert not TELLING.search(seen["title"]), f"{where}: title {seen['title']!r}"
        assert seen["h1"] == 1, f"{where}: {seen['h1']} first headings"
        assert seen["wide"] <= seen["inner"], f"{where}: {seen['wide']} pixels wide in {seen['inner']}"
        assert not self.walk.faults, self.walk.faults
        sight = Sight(self.email, self.page.url, seen["title"], seen["html"])
        self.walk.sights.append(sight)
        self.looked.append(sight)
        if self.inspector is not None:
            found = self.inspector.inspect(self.page, sight.path, sight.html)
            assert not found, "\n".join(found)
        return sight

    def go(self, path: str, status: int = 200) -> Sight:
        with self.expecting(*({status} if status >= 400 else ())):
            answer = self.page.goto(path)
        assert answer is None or answer.status == status, f"{self.email} at {path}: {answer.status}, not {status}"
        self._sign_if_asked()
        return self.look()

    def _sign_if_asked(self) -> None:
        """Read and sign the undertaking, where it stands before the page that was asked for."""
        asked = urlsplit(self.page.url)
        if asked.path.endswith("/undertaking") and "onward=" in asked.query:
            self.look()
            self.choose("I have read this, and I undertake it for this meeting")
            self.press("Sign and go on")
            assert self.path == urlsplit(parse_qs(asked.query)["onward"][0]).path

    def _sign_if_stopped(self) -> None:
        """Sign the undertaking, where it stands before a form that was sent, and send that form from there."""
        if self.path.endswith("/undertaking/stopped"):
            self.look()
            self.choose("I have read this, and I undertake it for this meeting")
            self.press("Sign and go on")
            self.press("Send it now")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def text(self) -> str:
        return self.main.inner_text()

    def sees(self, *words: str) -> None:
        for word in words:
            assert word in self.text, f"{self.email} at {self.page.url} does not see {word!r}:\n{self.text[:3000]}"

    def misses(self, *words: str) -> None:
        html = self.page.content()
        for word in words:
            assert word not in html, f"{self.email} at {self.page.url} meets {word!r}"

    def rows(self, caption: str = "") -> list[Locator]:
        table = self.main.locator("table").filter(has=self.page.locator("caption", has_text=caption)).first
        return table.locator("tbody tr").all()

    # ── doing ───────────────────────────────────────────────────────────────────────────────────────────

    def follow(self, words: str, within: Locator | None = None, exact: bool = False) -> Sight:
        """Go where the first link with these words leads, whether it is drawn as a link or as a button."""
        place = within or self.main
        link = place.get_by_role("link", name=words, exact=exact).or_(
            place.locator("a[role=button]").filter(has_text=words))
        self._go_by(link.first, words)
        self._sign_if_asked()
        return self.look()

    def press(self, words: str, within: Locator | None = None, exact: bool = False) -> Sight:
        """Press the first button with these words, and look at the page that comes."""
        self._go_by((within or self.main).get_by_role("button", name=words, exact=exact).first, words)
        self._sign_if_stopped()
        return self.look()

    def _go_by(self, control: Locator, words: str) -> None:
        try:
            with self.page.expect_navigation():
                self.activate(control)
        except NotThere:
            where = f"{self.email} cannot press {words!r} at {self.page.url}"
            raise AssertionError(f"{where}:\n{self.text[:3000]}") from None

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        self.write(self._labelled(label, within), text)

    def choose(self, label: str, within: Locator | None = None) -> None:
        """Mark the radio button or check box with this label."""
        self.mark(self._labelled(label, within))

    def select(self, label: str, option: str, within: Locator | None = None) -> None:
        self.pick(self._labelled(label, within), option)

    def _labelled(self, label: str, within: Locator | None) -> Locator:
        """Return the first field with this label; open what folds it away."""
        control = (within or self.main).get_by_label(label, exact=True).first
        folded = control.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            self.activate(folded.last)
        return control

    def day(self, legend: str, day) -> None:
        """Fill in a date of three boxes."""
        group = self.main.get_by_role("group", name=legend).first
        for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            self.write(group.get_by_label(name, exact=True), str(value))

    # How a hand does it; somebody who has a keyboard alone does it otherwise.

    def activate(self, control: Locator) -> None:
        control.click()

    def write(self, control: Locator, text: str) -> None:
        control.fill(text)

    def mark(self, control: Locator) -> None:
        control.check()

    def pick(self, control: Locator, option: str) -> None:
        control.select_option(label=option)

    def download(self, words: str, role: str = "link") -> Download:
        with self.page.expect_download() as waiting:
            self.page.get_by_role(role, name=words).first.click()
        return waiting.value

    def sign_in(self, password: str) -> Person:
        self.go("/sign-in")
        self.fill("E-mail address", self.email)
        self.fill("Password", password)
        self.press("Sign in", exact=True)
        assert self.path != "/sign-in", self.text
        return self

    def exit(self) -> None:
        """Press Exit this page. The weather lies outside, where this browser cannot go."""
        dialogs: list[str] = []
        self.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        with self.page.expect_request(WEATHER):
            self.page.get_by_role("button", name="Exit this page").click()
        self.page.wait_for_url("chrome-error://**")
        assert not dialogs, dialogs
        self.walk.faults = [fault for fault in self.walk.faults if WEATHER not in fault and "chrome-error" not in fault]

    def roam(self, start: str = "/", within: str = "", most: int = 600) -> list[Sight]:
        """Open every page that links lead to from `start` on, or those whose path fits `within`.

        Pages are fetched with the person's own cookie but not drawn, or it would take minutes.
        """
        seen: dict[str, Sight] = {}
        waiting = [self.base + start]
        while waiting:
            url = waiting.pop(0)
            if url in seen:
                continue
            assert len(seen) < most, f"{self.email} finds no end of pages: {sorted(seen)[-20:]}"
            answer = self.context.request.get(url)
            assert answer.status == 200, f"{self.email} follows a link to {url}: {answer.status}"
            html = answer.text() if "text/" in answer.headers.get("content-type", "") else ""
            seen[url] = Sight(self.email, answer.url, "".join(re.findall(r"<title.*?>(.*?)</title>", html, re.S)), html)
            waiting += [link for link in self._links(url, html) if re.search(within, link.removeprefix(self.base))]
        self.walk.sights += seen.values()
        self.walk.urls += seen
        return list(seen.values())

    def _links(self, url: str, html: str) -> list[str]:
        found = (
            urldefrag(urljoin(url, link.replace("&amp;", "&")))[0]
            for link in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', html)
        )
        return [link for link in found if link.startswith(self.base + "/") and urlsplit(link).path != "/leave"]

    def leave(self) -> None:
        self.context.close()


def save(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path
