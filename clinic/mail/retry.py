"""When a letter that could not be handed over is tried again: soon at first, then for two days."""

from datetime import datetime, timedelta
from random import Random

_FIRST_WAITS = (1, 5, 15, 60)
_LATER_WAIT = 4 * 60
_GIVE_UP_AFTER = 48 * 60
_JITTER = 0.2


def next_try(attempts: int, now: datetime, random: Random) -> datetime | None:
    """Return when to try again after `attempts` failures, or None when it is time to give up.

    Every wait is moved by up to a fifth either way, so that letters that failed together
    do not all come back together.
    """
    if attempts < 1:
        raise ValueError("A letter is tried again only after it failed.")
    if _minutes_waited(attempts) > _GIVE_UP_AFTER:
        return None
    return now + timedelta(minutes=_wait(attempts) * random.uniform(1 - _JITTER, 1 + _JITTER))


def _wait(attempts: int) -> int:
    """Return the minutes between failure number `attempts` and the next try, before jitter."""
    return _FIRST_WAITS[attempts - 1] if attempts <= len(_FIRST_WAITS) else _LATER_WAIT


def _minutes_waited(attempts: int) -> int:
    return sum(_wait(number) for number in range(1, attempts + 1))
