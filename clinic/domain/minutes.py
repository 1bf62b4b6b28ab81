"""Minutes: composed from what was typed, approved by the chair, read and acknowledged."""

from __future__ import annotations

from enum import StrEnum


class MinuteStatus(StrEnum):
    DRAFT = "draft"
    WITH_CHAIR = "with_chair"
    APPROVED = "approved"
    CIRCULATED = "circulated"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


class ReceiptStatus(StrEnum):
    QUEUED = "queued"
    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    BLOCKED_DOMAIN = "blocked_domain"
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    REVOKED = "revoked"
    EXPIRED = "expired"
