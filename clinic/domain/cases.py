"""The pair: a victim and the perpetrator or perpetrators, under one panel."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from uuid import UUID

from clinic.domain.agenda import AgendaItemKind
from clinic.domain.errors import RuleBroken


class CaseStatus(StrEnum):
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    CLOSED = "closed"
    TRANSFERRED_OUT = "transferred_out"


class PartyKind(StrEnum):
    VICTIM = "victim"
    PERPETRATOR = "perpetrator"
    CHILD = "child"
    SECONDARY_VICTIM = "secondary_victim"
    ASSOCIATE_OF_PERPETRATOR = "associate_of_perpetrator"
    HOUSEHOLD_MEMBER = "household_member"
    PROFESSIONAL_AT_RISK = "professional_at_risk"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"
    NON_BINARY = "non_binary"
    SELF_DESCRIBED = "self_described"
    NOT_KNOWN = "not_known"
    NOT_STATED = "not_stated"


class Answer(StrEnum):
    """Yes, no, not known and not asked are four different answers."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"
    NOT_ASKED = "not_asked"


def age(born_on: date, day: date) -> int:
    """Return how old somebody is on a day; a child of 29 February grows older on 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def agenda_kind(criteria: Collection[str]) -> AgendaItemKind:
    """Return as what a nominated case comes onto an agenda."""
    if "repeat" in criteria:
        return AgendaItemKind.CASE_REPEAT
    return AgendaItemKind.CASE_TRANSFER_IN if "transfer_in" in criteria else AgendaItemKind.CASE_NEW


def check_exclusion(
    user_id: UUID | None, agency_id: UUID | None, ground: str, by_user: UUID | None, by_agencies: Collection[UUID]
) -> None:
    """Refuse an exclusion that names nobody, has no ground, or would shut out whoever sets it."""
    if (user_id is None) is (agency_id is None):
        raise RuleBroken("Choose one person or one agency", "who")
    if not ground:
        raise RuleBroken("Choose the ground", "ground")
    if user_id is not None and user_id == by_user:
        raise RuleBroken("You cannot exclude yourself: ask another coordinator or the administrator.", "who")
    if agency_id is not None and agency_id in by_agencies:
        raise RuleBroken("You cannot exclude your own agency: that would shut you out too.", "who")
