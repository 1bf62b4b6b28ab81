"""Hashing and judging passwords. Source: RFC 9106 section 4, second recommended option."""

from __future__ import annotations

import re
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# Each check takes 64 MiB: no more than four at once in a process.
_ROOM = Semaphore(4)
# Checked when there is no such user, so that the answer takes as long. Made once of a random word, with the settings
# above: a test sees that they are the same.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$I9gkMzDut39LMpoK2dHSSA$qtbRl9lnpml4nUkK3OVfHff3rR/HHN+ptoIRyidTfOM"
# What is left of a password without names and words of this service must be as hard to guess as two words.
LEAST_BESIDES = 10**6
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

    A password that is nothing much besides such names and words counts as guessed, however
    many of them it strings together. Only the first 72 characters are judged: longer takes
    seconds and proves nothing more.
    """
    words = CONTEXT + [w.lower() for name in names for w in re.split(r"[\W_]+", name) if len(w) > 2]
    if not password:
        return 0
    whole, rest = (_besides(password[:72].lower(), some) for some in ([], words))
    if rest != whole and (not rest or zxcvbn(rest)["guesses"] < LEAST_BESIDES):
        return 0
    return zxcvbn(password[:72], user_inputs=words)["score"]


def _besides(password: str, words: list[str]) -> str:
    """Return the letters and digits of a password that are left without these words."""
    for word in sorted(words, key=len, reverse=True):
        password = password.replace(word, " ")
    return " ".join(re.findall(r"[^\W_]+", password))
