"""The journal: what is written of each act, and how one line vouches for the one before."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum


class AuditVerb(StrEnum):
    VIEW = "view"
    REVEAL = "reveal"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    APPROVE = "approve"
    SEND = "send"
    OPEN = "open"
    DOWNLOAD = "download"
    PRINT = "print"
    EXPORT = "export"
    SHARE = "share"
    EXCLUDE = "exclude"
    REVOKE = "revoke"
    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    IMPORT = "import"
    DENY = "deny"


GENESIS = "0" * 64


def link(prev: str, event: dict) -> str:
    """Return the hash that chains `event` (plain JSON values) to the line before it."""
    body = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((prev + body).encode()).hexdigest()
