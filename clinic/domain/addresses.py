"""Where a victim is safe: who sees it when, and why; and what would bring a perpetrator to the door.

An address counts once a second person has confirmed it. It is compared with where perpetrators
are known to live before it is kept, since the worst slip of all is to write down his for hers.
Source: ICO reprimands of 2022 and 2023, most of them for a safe address that was given to the abuser.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import local_day, moment

#: of one person, on one day
MOST_REVEALS = 10
LONGEST_ADDRESS = 500
LONGEST_REASON = 500
SHORTEST_REASON = 10


class AddressStatus(StrEnum):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class RevealReason(StrEnum):
    """Why somebody has to see an address. The journal keeps this, and no word that was typed."""

    DANGER_NOW = "danger_now"
    SAFETY_VISIT = "safety_visit"
    COURT_OR_ORDER = "court_or_order"
    CHECK = "check"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """An address as somebody proposes it. `in_spite` says why it is right though a perpetrator is known there."""

    address: str
    sure: bool = False
    in_spite: str = ""


def check_address(address: str) -> None:
    if not marks(address):
        raise RuleBroken("Enter the address", "address")
    if len(address) > LONGEST_ADDRESS:
        raise RuleBroken(f"The address must have {LONGEST_ADDRESS} characters or fewer.", "address")


def check_clash(draft: AddressDraft, references: list[str]) -> None:
    """Stop at an address where a perpetrator is known, until somebody has said why it is right all the same."""
    if not references:
        return
    where = ", ".join(references)
    if not draft.sure:
        raise RuleBroken(f"Stop: this is a known address of a perpetrator (case {where}). Check whose address it is.",
                         "address")
    if len(draft.in_spite.strip()) < SHORTEST_REASON:
        raise RuleBroken("Say why it is right all the same", "in_spite")


def check_decider(proposed_by: UUID, decider: UUID) -> None:
    if proposed_by == decider:
        raise RuleBroken("You proposed this address: a second person confirms or refuses it.")


def check_refusal(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("Say why it is refused, without the address", "refusal")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(f"This text must have {LONGEST_REASON} characters or fewer: shorten it.", "refusal")


def check_reveal(words: str, seen_today: int) -> None:
    """Refuse to show an address without words, or to somebody who has looked at so many today."""
    if len(words.strip()) < SHORTEST_REASON:
        raise RuleBroken("Say in a few words why you have to see it", "words")
    if len(words) > LONGEST_REASON:
        raise RuleBroken(f"This text must have {LONGEST_REASON} characters or fewer: shorten it.", "words")
    if seen_today >= MOST_REVEALS:
        raise RuleBroken(f"You have looked at {MOST_REVEALS} addresses today. That is as many as one person may: "
                         "ask a colleague, or come back tomorrow.")


def day_began(now: datetime) -> datetime:
    """Return when the day of the panel's clock began, since which reveals are counted."""
    return moment(local_day(now), time(0))


_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})\b")
_SHORT = {"st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive", "ct": "court",
          "cl": "close", "cres": "crescent", "pl": "place", "sq": "square", "gdns": "gardens", "terr": "terrace",
          "apt": "flat", "apartment": "flat", "hse": "house"}


def marks(address: str) -> frozenset[str]:
    """Return what two writings of one address share: all its words, and its postcode with each number of a house.

    Case, punctuation, spaces and the usual short forms make no difference. A house without a
    number is known by its postcode and first word.
    """
    plain = unicodedata.normalize("NFKC", address).casefold()
    postcode = _POSTCODE.search(plain)
    rest = _POSTCODE.sub(" ", plain)
    words = [_SHORT.get(word, word) for word in re.findall(r"\w+", rest)]
    found = {"".join(sorted(words)) + ("".join(postcode.groups()) if postcode else "")} - {""}
    if postcode:
        doors = [word for word in words if word[0].isdigit()] or words[:1]
        found |= {f"{''.join(postcode.groups())} {door}" for door in doors}
    return frozenset(found)


def is_same(one: str, other: str) -> bool:
    return bool(marks(one) & marks(other))

