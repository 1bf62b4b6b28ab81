"""Who may invite, reset and end whom."""

from __future__ import annotations

from clinic.domain.actors import TRIAGERS, Actor, SystemActor
from clinic.models.account import User


def anyone(actor: Actor | SystemActor, *_: object) -> bool:
    """Hold for everybody: signing in, choosing a password with a letter, leaving."""
    return True


def is_oneself(actor: Actor | SystemActor, user: User) -> bool:
    return actor.user_id == user.id


def may_manage(actor: Actor | SystemActor, user: User | None = None) -> bool:
    """Coordinators and the administrator invite people and start resets; nobody disables himself."""
    if user is not None and user.id == actor.user_id:
        return False
    if user is not None and (user.system_admin or user.auditor) and not actor.system_admin:
        return False
    return actor.system_admin or bool(actor.panels(*TRIAGERS))


def may_install(actor: Actor | SystemActor, *_: object) -> bool:
    """Only whoever sits at the machine makes the first user, and loads the fictional area."""
    return isinstance(actor, SystemActor) and actor.reason == "command line"


def may_read_journal(actor: Actor | SystemActor, *_: object) -> bool:
    """The auditor reads the whole journal. It holds ids and names of fields, never content."""
    return actor.auditor
