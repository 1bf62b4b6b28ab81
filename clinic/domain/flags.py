"""The flag that an agency puts on its own file, so that anything new is recognised as a repeat.

It runs from the latest referral of the pair, and closing a case does not lift it. Source: SafeLives, guidance on
flagging and tagging: twelve months from the most recent referral.
"""

from __future__ import annotations

from datetime import date, timedelta

from clinic.domain.errors import RuleBroken
from clinic.domain.months import months_later

LONGEST_IDENTIFIER = 60


def until(referred_on: date, months: int) -> date:
    """Return the last day of the flag of a referral."""
    return months_later(referred_on, months)


def since(today: date, months: int) -> date:
    """Return the earliest day of referral whose flag is still up."""
    day = months_later(today, -months) - timedelta(days=4)
    while until(day, months) < today:
        day += timedelta(days=1)
    return day


def check(identifier: str) -> None:
    if not identifier.strip():
        raise RuleBroken("Enter your agency’s own number of the file", "identifier")
    if len(identifier) > LONGEST_IDENTIFIER:
        raise RuleBroken(f"A number must have {LONGEST_IDENTIFIER} characters or fewer: shorten it.", "identifier")
