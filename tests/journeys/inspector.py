"""Holds each kind of page to what assistive technology, narrow screens and wide letters ask of it, once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# "region" is off: the back link and Exit this page stand outside landmarks by GOV.UK's own design.
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"region": {"enabled": False}},
    "resultTypes": ["violations"],
}
# Source: WCAG 2.2, success criterion 1.4.12.
_SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""
_PLAIN = "() => { document.adoptedStyleSheets = [] }"
_WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Inspector:
    """Remembers which kinds of page it has looked at: a path without its ids, and whether one may write there."""

    seen: set[tuple] = field(default_factory=set)

    def inspect(self, page: Page, path: str, html: str) -> list[str]:
        """Return what is wrong with the page, if its kind has not been looked at before."""
        writable = re.search(r'<main.*<form\b[^>]*\bmethod="post"', html, re.DOTALL) is not None
        kind = (_ID.sub("*", path), writable, "govuk-error-summary" in html)
        if kind in self.seen:
            return []
        self.seen.add(kind)
        found = [
            f"{path}: {violation['id']}: {[node['html'][:200] for node in violation['nodes'][:3]]}"
            for violation in Axe().run(page, options=_OPTIONS).response["violations"]
        ]
        return found + self._widths(page, path)

    def _widths(self, page: Page, path: str) -> list[str]:
        found = []
        size = page.viewport_size
        for width, spaced in ((1280, False), (320, False), (320, True)):
            page.set_viewport_size({"width": width, "height": 900})
            if spaced:
                page.evaluate(_SPACED)
            wide, inner = page.evaluate(_WIDTHS)
            if wide > inner:
                found.append(f"{path}: {wide} pixels wide in {inner}{', with wide letters' if spaced else ''}")
        page.evaluate(_PLAIN)
        page.set_viewport_size(size)
        return found
