"""When a letter that could not be handed over is tried again."""

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest

from clinic.mail.retry import next_try

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Middle(Random):
    """A chance that always falls in the middle."""

    def uniform(self, a, b):
        return (a + b) / 2


def minutes(attempts, random):
    when = next_try(attempts, NOW, random)
    return None if when is None else (when - NOW) / timedelta(minutes=1)


def test_the_waits_grow_from_a_minute_to_four_hours():
    waits = [minutes(attempts, Middle()) for attempts in range(1, 8)]
    assert waits == pytest.approx([1, 5, 15, 60, 240, 240, 240])


def test_after_two_days_nothing_is_tried_any_more():
    total = 0
    for attempts in count(1):
        wait = minutes(attempts, Middle())
        if wait is None:
            break
        total += wait
    assert 44 * 60 < total <= 48 * 60
    assert minutes(attempts + 1, Middle()) is None


def test_letters_that_failed_together_come_back_apart_by_up_to_a_fifth():
    random = Random(7)
    waits = [minutes(4, random) for _ in range(500)]
    assert 48 <= min(waits) < 50
    assert 70 < max(waits) <= 72


def test_the_same_chance_gives_the_same_hour():
    assert next_try(3, NOW, Random(1)) == next_try(3, NOW, Random(1))


def test_a_letter_that_never_failed_is_not_tried_again():
    with pytest.raises(ValueError, match="failed"):
        next_try(0, NOW, Random(1))
