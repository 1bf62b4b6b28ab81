"""A browser, a served copy of the application, and people who sign in to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.people import Person
from tests.journeys.served import Served

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage",
    "--font-render-hinting=none", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium, which reaches nothing but this machine."""
    with sync_playwright() as driver:
        found = os.environ.get("CLINIC_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
        browser = driver.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def westmarch(sqlite_template, tmp_path_factory) -> Path:
    """An instance folder with Westmarch's directory and panels in it, and no nominations; tests copy it."""
    return Served.westmarch(sqlite_template, tmp_path_factory.mktemp("westmarch") / "instance", datetime.now(UTC))


@pytest.fixture
def served(westmarch, tmp_path) -> Iterator[Served]:
    """The application, served on a copy of Westmarch."""
    with Served.on_copy(westmarch, tmp_path / "instance") as served:
        yield served


@pytest.fixture
def person(browser, served) -> Iterator[Callable[..., Person]]:
    """Call with an e-mail address: somebody who has signed in, in a browser of their own."""
    made: list[Person] = []

    def signed_in(email: str, width: int = 1280, js: bool = True) -> Person:
        somebody = Person(browser, served.base, email, width, js)
        made.append(somebody)
        return somebody.sign_in(served.password)

    yield signed_in
    for somebody in made:
        somebody.leave()
    faults = [fault for somebody in made for fault in somebody.walk.faults]
    assert not faults, faults
