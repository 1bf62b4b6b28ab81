"""Agencies, the people who work there, and the seats they hold on panels.

Pure rules. The mail domains of an agency decide where letters may go at all, so what
anybody can register is refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.domain.actors import MembershipRole
from clinic.domain.errors import RuleBroken

MOST_DOMAINS = 20
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# Mailboxes that anybody can open: no agency's own.
_WEBMAIL = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk", "msn.com",
    "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "proton.me",
    "protonmail.com", "gmx.com", "gmx.co.uk", "mail.com", "zoho.com", "btinternet.com", "sky.com", "talktalk.net",
    "virginmedia.com", "ntlworld.com", "tiscali.co.uk",
})
# Government's old secure domains were switched off; mail to them is lost. Source: UK government e-mail guidance.
_RETIRED = ("gsi.gov.uk", "gcsx.gov.uk", "gsx.gov.uk", "gse.gov.uk", "x.gsi.gov.uk")
DEPUTIES = frozenset({MembershipRole.DEPUTY_CHAIR, MembershipRole.DEPUTY_REPRESENTATIVE})
FIRST_SEATS = frozenset({MembershipRole.COORDINATOR, MembershipRole.CHAIR})


@dataclass(frozen=True, slots=True)
class AgencyDraft:
    name: str
    #: code of the `agency_sector` terms
    sector: str
    #: as typed, one a line
    domains: str


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """Who somebody is; nothing for the address and the agency = as they were."""

    name: str
    email: str | None = None
    agency_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SeatDraft:
    """A membership that is to be added."""

    user_id: UUID
    #: nothing = the agency where the person works
    agency_id: UUID | None
    role: MembershipRole
    valid_from: date
    #: the last day, included
    valid_until: date | None = None
    deputy_for_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SeatChange:
    """What may change of a membership. Role and agency stay: they are what past meetings were held with."""

    valid_from: date
    valid_until: date | None = None
    deputy_for_id: UUID | None = None


def domains_of(text: str) -> tuple[str, ...]:
    """Return the mail domains that were typed, tidy and each once, or refuse them."""
    found = dict.fromkeys(part.lower().lstrip("@").rstrip(".") for part in re.split(r"[\s,;]+", text) if part)
    if not found:
        raise RuleBroken("Enter at least one mail domain, such as agency.gov.uk.", "domains")
    if len(found) > MOST_DOMAINS:
        raise RuleBroken(f"Enter {MOST_DOMAINS} mail domains or fewer.", "domains")
    for domain in found:
        _check_domain(domain)
    return tuple(found)


def _check_domain(domain: str) -> None:
    if len(domain) > 200 or not _DOMAIN.fullmatch(domain):
        raise RuleBroken(f"“{domain[:60]}” is not a mail domain: enter the part after the @, such as agency.gov.uk.",
                         "domains")
    if domain in _WEBMAIL:
        raise RuleBroken(f"Anybody can open a mailbox at {domain}: enter the agency’s own mail domain.", "domains")
    if domain.endswith(_RETIRED):
        raise RuleBroken(f"{domain} was switched off and mail to it is lost: enter the agency’s mail domain of today.",
                         "domains")


def check_address(email: str, domains: frozenset[str] | set[str]) -> str:
    """Return the address in lower case, or refuse one that is not on a domain of the person's agency."""
    email = email.strip().lower()
    if email.rpartition("@")[2] not in domains:
        raise RuleBroken(
            f"The address must be on a mail domain of the agency: {', '.join(sorted(domains)) or 'it has none'}.",
            "email")
    return email


def check_seat(role: MembershipRole, user_id: UUID, dates: SeatDraft | SeatChange) -> None:
    """Refuse a membership that ends before it begins, or a deputy for nobody who could have one."""
    if dates.valid_until is not None and dates.valid_until < dates.valid_from:
        raise RuleBroken("The last day must be the first day or later.", "valid_until")
    if not 2000 <= dates.valid_from.year <= 2100:
        raise RuleBroken("The first day must be between 2000 and 2100.", "valid_from")
    if dates.deputy_for_id is not None and role not in DEPUTIES:
        raise RuleBroken("Only a deputy chair or a deputy representative stands in for somebody.", "deputy_for")
    if dates.deputy_for_id == user_id:
        raise RuleBroken("Nobody is their own deputy: choose another person.", "deputy_for")


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Return whether two stretches of days, last days included, share a day."""
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)
