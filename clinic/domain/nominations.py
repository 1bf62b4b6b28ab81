"""The life of a nomination: what may happen to it, and when.

Pure rules. Nothing here reads a clock, a database or a request: whatever a rule
needs to know is an argument.
"""

from __future__ import annotations

from enum import StrEnum


class NominationStatus(StrEnum):
    DRAFT = "draft"
    NOMINATED = "nominated"
    RETURNED_FOR_INFORMATION = "returned_for_information"
    ACCEPTED = "accepted"
    REDIRECTED = "redirected"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class TriageOutcome(StrEnum):
    ACCEPT = "accept"
    RETURN_FOR_INFORMATION = "return_for_information"
    REDIRECT = "redirect"
    REJECT = "reject"


class AdvocateOffer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_OFFERED = "not_offered"
    NOT_ASKED = "not_asked"
    NOT_KNOWN = "not_known"


class VictimAwareness(StrEnum):
    AWARE = "aware"
    NOT_AWARE_UNSAFE = "not_aware_unsafe"
    NOT_AWARE_UNABLE_TO_CONTACT = "not_aware_unable_to_contact"
    NOT_AWARE_OTHER = "not_aware_other"
