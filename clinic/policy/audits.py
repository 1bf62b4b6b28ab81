"""Who reads the journal: the auditor all of it, everybody what they did themselves.

The journal of one case is `policy.cases`'s to open.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, true

from clinic.domain.actors import Actor, SystemActor
from clinic.models.audit import AuditEvent

Someone = Actor | SystemActor


def may_search(actor: Someone, *_: object) -> bool:
    """The auditor reads the whole journal. It holds ids and names of fields, never content."""
    return actor.auditor


def may_read_own(actor: Someone, *_: object) -> bool:
    return isinstance(actor, Actor)


def may_see(actor: Someone, event: AuditEvent) -> bool:
    return actor.auditor or (actor.user_id is not None and event.actor_id == actor.user_id)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return true() if actor.auditor else AuditEvent.actor_id == actor.user_id
