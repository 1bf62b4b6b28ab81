"""Tests that are run while a site of `tests.house.mutations` is away, to see which of them fail.

In a pytest of its own, in which this module is a plugin: each named test runs with its own
site away, and only while it runs itself, so that what its fixtures build is whole.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.house.mutations import Site, Watch

_ASKED, _ANSWER = "CLINIC_TESTS_LESSENED", "CLINIC_TESTS_ANSWER"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Lessened:
    """A test, and what it runs without: `site`, or nothing but the wall."""

    node: str
    site: Site | None
    wall: bool
    struck: bool = False

    @property
    def whole(self) -> Lessened:
        return Lessened(self.node, None, self.wall)


def failing(wanted: Iterable[Lessened]) -> set[Lessened]:
    """Return those whose test fails so. A test that does not run is an error and no failure."""
    found: set[Lessened] = set()
    rest = list(dict.fromkeys(wanted))
    while rest:
        batch = {one.node: one for one in reversed(rest)}
        rest = [one for one in rest if one not in batch.values()]
        found |= {batch[node] for node in _failed(batch)}
    return found


def _failed(batch: dict[str, Lessened]) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        asked = json.dumps([asdict(one) for one in batch.values()])
        done = subprocess.run(  # noqa: S603  our own tests
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", __name__, *batch],
            cwd=_ROOT, env={**os.environ, _ASKED: asked, _ANSWER: str(answer)}, capture_output=True, text=True,
        )
        assert answer.is_file(), done.stdout + done.stderr
        results = json.loads(answer.read_text(encoding="utf-8"))
    assert set(results) == set(batch) and "broken" not in results.values(), (results, done.stdout)
    return {node for node, result in results.items() if result == "failed"}


class _Plugin:
    """What each test runs without, and what came of it."""

    def __init__(self, wanted: list[Lessened], answer: Path):
        self._wanted = {one.node: one for one in wanted}
        self._answer = answer
        self._results: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """One database is enough: what is taken away is the same on both."""
        items[:] = [item for item in items if _installation(item) != "postgresql"]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        one = self._wanted[_name(item.nodeid)]
        watch = Watch()
        with watch.on(), watch.less(one.site, wall=one.wall, struck=one.struck):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = _name(report.nodeid)
        if report.when == "call" and self._results.get(name) in (None, "passed"):
            self._results[name] = report.outcome
        elif report.outcome != "passed":
            self._results[name] = "broken"

    def pytest_sessionfinish(self) -> None:
        self._answer.write_text(json.dumps(self._results), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if _ASKED in os.environ:
        wanted = [_lessened(**one) for one in json.loads(os.environ[_ASKED])]
        config.pluginmanager.register(_Plugin(wanted, Path(os.environ[_ANSWER])))


def _lessened(site: list | None, **more: Any) -> Lessened:
    return Lessened(site=tuple(site) if site else None, **more)


def _name(nodeid: str) -> str:
    return nodeid.partition("[")[0]


def _installation(item: pytest.Item) -> object:
    called = getattr(item, "callspec", None)
    return called.params.get("installation") if called else None
