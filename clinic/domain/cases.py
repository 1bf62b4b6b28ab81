"""The pair: a victim and the perpetrator or perpetrators, under one panel."""

from __future__ import annotations

from enum import StrEnum


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
