"""Signing in: passwords that are hard to guess, and doors that open slowly after failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.domain.errors import RuleBroken

SHORTEST, LONGEST = 15, 128
TICKET_LIFE = timedelta(hours=72)
FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)


def check_password(password: str, again: str, guesses: int) -> None:
    """Refuse a password that is too short, too long, or easily guessed.

    `guesses` is the strength from 0 to 4 of somebody who knows the common passwords, the
    person's names, their agency and this service's words. Source: NCSC, ASVS 5.0 6.2.
    """
    if len(password) < SHORTEST:
        raise RuleBroken(
            f"Choose a password of {SHORTEST} characters or more. Three random words work well.", "password"
        )
    if len(password) > LONGEST:
        raise RuleBroken(f"Choose a password of {LONGEST} characters or fewer.", "password")
    if guesses < 3:
        raise RuleBroken(
            "This password is easy to guess: it is common, repeats itself, or is made of names or of words of "
            "this service. Choose another, such as three random words.", "password")
    if password != again:
        raise RuleBroken("The two passwords differ. Type the same one twice.", "again")


def wait_after(failures: int) -> timedelta:
    """Return how long a door stays shut after so many failures: 5 are free, then 1, 2, 4 … 15 minutes."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(failures - FREE_TRIES, 10)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is asked of somebody who is to be invited."""

    name: str
    email: str


def may_use(expires_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Return whether a letter's link still lets somebody choose a password."""
    return used_at is None and now < expires_at
