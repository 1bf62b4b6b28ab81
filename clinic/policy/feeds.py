"""Who may have a private calendar address, and end one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from clinic.domain.actors import Actor, SystemActor
from clinic.models.meeting import CalendarFeed


def may_have(actor: Actor | SystemActor, *_: object) -> bool:
    """Everybody with a seat on a panel: a calendar without a panel would be empty."""
    return isinstance(actor, Actor) and bool(actor.seats)


def may_list(actor: Actor | SystemActor, *_: object) -> bool:
    """Everybody sees the addresses that are their own."""
    return isinstance(actor, Actor)


def may_see(actor: Actor | SystemActor, feed: CalendarFeed) -> bool:
    """Nobody else's, whatever the role: an address says where somebody will be."""
    return isinstance(actor, Actor) and feed.user_id == actor.user_id


def visible_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return false()
    return CalendarFeed.user_id == actor.user_id


def may_revoke(actor: Actor | SystemActor, feed: CalendarFeed) -> bool:
    return may_see(actor, feed)
