"""Selects that are built once for whoever asks, since building one takes longer than asking it.

What a condition of `policy` hangs on is all in the actor, who is another one as soon as a seat or an exclusion changes.
What differs from one page to the next (a case, a day) comes as a parameter when the select is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, wraps
from typing import Any, TypeVar

from clinic.domain.actors import Actor, SystemActor

# Actors whose selects are kept, of each builder: the largest selects take a megabyte each. What everybody at a meeting
# asks in turn is kept for all of them, since fewer would each find another's in their place.
_ACTORS = 16
AT_A_MEETING = 64
#: marks a statement that will be asked again as it is
ONCE = {"once": True}

_kept: list[Any] = []
Built = TypeVar("Built")


def once(build: Callable[..., Built], actors: int = _ACTORS) -> Callable[..., Built]:
    """Keep what is built for the same rights and the same further arguments, all of them hashable."""
    keeping = lru_cache(maxsize=actors)(build)
    _kept.append(keeping)

    @wraps(build)
    def built(actor: Actor | SystemActor, *asked: Any) -> Built:
        return keeping(rights_of(actor), *asked)

    return built


def rights_of(actor: Actor | SystemActor) -> Actor | SystemActor:
    """Return all of an actor that a condition may hang on: the same in each session of a person."""
    return replace(actor, session_id=None, address="") if isinstance(actor, Actor) else actor


def forget() -> None:
    """Build everything anew: for who changes what a rule says while the program runs, as a test does."""
    for keeping in _kept:
        keeping.cache_clear()
