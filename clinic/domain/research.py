"""What an agency is asked before a case is heard, and what it may answer."""

from __future__ import annotations

from enum import StrEnum


class ResearchStatus(StrEnum):
    REQUESTED = "requested"
    OPENED = "opened"
    CHECKED_NOT_KNOWN = "checked_not_known"
    RETURNED = "returned"
    LATE = "late"
    EXEMPT_CONFLICT = "exempt_conflict"


class Known(StrEnum):
    VICTIM = "victim"
    PERPETRATOR = "perpetrator"
    CHILDREN = "children"
    NONE = "none"
