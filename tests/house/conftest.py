"""The scenery that access is tried on, once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house.scenery.made import NOW
from tests.house.trial import Trial
from tests.site import stopped_clock
from tests.standing import quick_folder


@pytest.fixture(scope="module")
def trial(sqlite_template) -> Iterator[Trial]:
    with quick_folder("trial") as folder, stopped_clock(NOW):
        made = Trial.begin(sqlite_template, folder)
        with made.watch.on():
            yield made
        made.office.engine.dispose()
