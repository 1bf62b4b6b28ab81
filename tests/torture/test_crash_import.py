"""The same as in every run of the tests, with more rows and more kills."""

import pytest

from tests.web.test_crash_import import carry


@pytest.mark.torture
def test_a_file_whose_timer_is_killed_ten_times_is_in_once(installation, world):
    carry(installation, world, how_many=3000, kills=10)
