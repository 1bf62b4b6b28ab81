"""Reading the journal: the whole of it for the auditor, one's own lines for everybody.

Lines hold who, what kind of thing, its id and names of fields; what a thing says is not in
the journal and so not on these pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from clinic.domain.audit import AuditVerb
from clinic.domain.meetings import LONDON
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.audit import AuditEvent
from clinic.policy import audits as policy
from clinic.services.work import Work

SIZE = 50


@dataclass(frozen=True, slots=True)
class Search:
    """What the auditor looks for; days are local and inclusive, `person` a part of a name."""

    verb: AuditVerb | None = None
    person: str = ""
    first: date | None = None
    last: date | None = None
    object_id: UUID | None = None

    def names(self) -> list[str]:
        """Return which filters are used: their values are not for the journal."""
        return [name for name in self.__slots__ if getattr(self, name)]


@dataclass(frozen=True, slots=True)
class EventLine:
    """`by` is a person, or the part of the system that acted; `shown` how many things a list held."""

    seq: int
    at: datetime
    verb: AuditVerb
    by: str
    agency: str
    what: str
    object_id: UUID | None
    case_id: UUID | None
    fields: tuple[str, ...]
    shown: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`before` leads to the older lines, if there are any."""

    lines: tuple[EventLine, ...]
    before: int | None
    is_first: bool


def page(work: Work, search: Search, before: int | None = None) -> AuditPage:
    """Show the journal, the latest first, from the line before `before` on."""
    work.require(policy.may_search)
    conditions = _conditions(search)
    lines = _lines(work, *conditions, *([AuditEvent.seq < before] if before else []), count=SIZE + 1)
    work.record(AuditVerb.SEARCH if search.names() else AuditVerb.VIEW, "Journal", filters=search.names())
    more = len(lines) > SIZE
    return AuditPage(lines[:SIZE], lines[SIZE - 1].seq if more else None, before is None)


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    conditions = []
    if search.verb:
        conditions.append(AuditEvent.verb == search.verb)
    if search.person:
        conditions.append(func.lower(User.name).contains(search.person.lower(), autoescape=True))
    if search.first:
        conditions.append(AuditEvent.at >= _midnight(search.first))
    if search.last:
        conditions.append(AuditEvent.at < _midnight(search.last + timedelta(days=1)))
    if search.object_id:
        conditions.append(or_(AuditEvent.object_id == search.object_id, AuditEvent.case_id == search.object_id))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def mine(work: Work) -> AuditPage:
    """Show the actor's own last lines."""
    work.require(policy.may_read_own)
    lines = _lines(work, AuditEvent.actor_id == work.actor.user_id, count=SIZE)
    work.record(AuditVerb.VIEW, "Journal", filters=["own"])
    return AuditPage(lines, None, True)


def _lines(work: Work, *which: Any, count: int) -> tuple[EventLine, ...]:
    rows = work.session.execute(
        select(AuditEvent, User.name, Agency.name)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .outerjoin(Agency, Agency.id == AuditEvent.agency_id)
        .where(policy.visible_to(work.actor), *which)
        .order_by(AuditEvent.seq.desc())
        .limit(count)
    )
    return tuple(_line(*row) for row in rows)


def _line(event: AuditEvent, person: str | None, agency: str | None) -> EventLine:
    return EventLine(
        event.seq, event.at, event.verb, person or f"System: {event.system or 'unknown'}", agency or "",
        _in_words(event.object_type), event.object_id, event.case_id, _names(event.detail, "fields"),
        len(_names(event.detail, "shown")),
    )


def _names(detail: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the names or ids that the line keeps under `key`, and nothing of any other shape."""
    value = detail.get(key, [])
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _in_words(kind: str) -> str:
    """Return the kind of a thing as words: MinuteVersion becomes Minute version."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).capitalize()
