"""The same as in every run of the tests, eight times as long."""

import pytest

from tests.web.test_crash import walk


@pytest.mark.torture
def test_forty_kills_lose_nothing_that_was_answered(installation, world):
    walk(installation, world, rounds=40)
