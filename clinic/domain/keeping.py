"""Turns what somebody said so far into plain values, so that it can be kept, and back again.

For drafts: whatever was answered comes back the same, and what a later version of the
project asks besides is simply not answered yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from clinic.domain.drafts import NominationDraft


def plain(value: Any) -> Any:
    """Return `value` as dicts, lists, texts and numbers."""
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | frozenset):
        return [plain(one) for one in (sorted(value) if isinstance(value, frozenset) else value)]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum | UUID) else value


def draft(kept: Mapping[str, Any]) -> NominationDraft:
    """Return the draft that `plain` kept."""
    return _read(NominationDraft, kept)


def _read(kind: Any, kept: Any) -> Any:
    if kept is None:
        return None
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{f.name: _read(hints[f.name], kept[f.name]) for f in fields(kind) if f.name in kept})
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _read(next(one for one in inner if one is not type(None)), kept)
    if origin in (tuple, frozenset):
        return origin(_read(inner[0], one) for one in kept)
    if origin is not None and issubclass(origin, Mapping):
        return {_read(inner[0], key): _read(inner[1], one) for key, one in kept.items()}
    if kind is date:
        return date.fromisoformat(kept)
    return kind(kept) if isinstance(kind, type) and issubclass(kind, StrEnum | UUID) else kept
