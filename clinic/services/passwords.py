"""Hashing and judging passwords. Source: RFC 9106 section 4, second recommended option."""

from __future__ import annotations

from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# Each check takes 64 MiB: no more than four at once in a process.
_ROOM = Semaphore(4)
# Checked when there is no such user, so that the answer takes as long.
_NOBODY = _HASHER.hash("nobody has this password, which is as long as any")
CONTEXT = ["clinic", "panel", "panels", "marac", "stalking", "coordinator", "westmarch", "police", "multi-agency"]


def hash_of(password: str) -> str:
    with _ROOM:
        return _HASHER.hash(password)


def matches(hashed: str | None, password: str) -> bool:
    """Return whether the password is the right one; takes the same time for a user who is not there."""
    with _ROOM:
        try:
            return _HASHER.verify(hashed or _NOBODY, password[:1000]) and hashed is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def is_dated(hashed: str) -> bool:
    """Return whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(hashed)


def guesses(password: str, *names: str) -> int:
    """Return from 0 (guessed at once) to 4 how hard it is for somebody who knows these names.

    Only the first 72 characters are judged: longer takes seconds and proves nothing more.
    """
    words = [part for name in names for part in name.replace("@", " ").replace(".", " ").split() if len(part) > 2]
    return zxcvbn(password[:72], user_inputs=CONTEXT + [w.lower() for w in words])["score"] if password else 0
