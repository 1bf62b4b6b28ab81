"""The scenery that access is tried on, once a module, in memory where the machine has a folder there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import scenery
from tests.house.trial import Trial, stopped_clock

_MEMORY = Path("/dev/shm")  # noqa: S108  thousands of requests, each of which waits for its disk


@pytest.fixture(scope="module")
def quick_folder(tmp_path_factory) -> Iterator[Path]:
    if not _MEMORY.is_dir():
        yield tmp_path_factory.mktemp("trial")
        return
    folder = Path(tempfile.mkdtemp(prefix="clinic-trial-", dir=_MEMORY))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def trial(sqlite_template, quick_folder) -> Iterator[Trial]:
    with stopped_clock(scenery.NOW):
        made = Trial.begin(sqlite_template, quick_folder)
        with made.watch.on():
            yield made
        made.office.engine.dispose()
