"""Selects that are built once for whoever asks, since building one takes longer than asking it.

What a condition of `policy` hangs on is all in the actor, who is another one as soon as a seat or an exclusion changes.
What differs from one page to the next (a case, a day) comes as a parameter when the select is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

# Actors whose selects are kept, of each builder.
_ACTORS = 256
#: marks a statement that will be asked again as it is
ONCE = {"once": True}

_kept: list[Any] = []
Built = TypeVar("Built")


def once(build: Callable[..., Built]) -> Callable[..., Built]:
    """Keep what is built for the same actor and the same further arguments, all of them hashable."""
    keeping = lru_cache(maxsize=_ACTORS)(build)
    _kept.append(keeping)

    @wraps(build)
    def built(*asked: Any) -> Built:
        return keeping(*asked)

    return built


def forget() -> None:
    """Build everything anew: for who changes what a rule says while the program runs, as a test does."""
    for keeping in _kept:
        keeping.cache_clear()
