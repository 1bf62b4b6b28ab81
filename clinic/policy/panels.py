"""Who may see, open and run a panel."""

from __future__ import annotations

from sqlalchemy import ColumnElement, true

from clinic.domain.actors import RUNNERS, TRIAGERS, Actor, SystemActor
from clinic.models.panel import Panel


def may_see(actor: Actor | SystemActor, panel: Panel) -> bool:
    return isinstance(actor, SystemActor) or actor.system_admin or panel.id in actor.panels()


def visible_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor) or actor.system_admin:
        return true()
    return Panel.id.in_(list(actor.panels()))


def may_open(actor: Actor | SystemActor, *_: object) -> bool:
    """Only the administrator opens panels."""
    return actor.system_admin


def may_coordinate(actor: Actor | SystemActor, panel: Panel) -> bool:
    """The coordinator edits the panel's rules, members and meetings."""
    return actor.holds(panel.id, TRIAGERS)


def may_run(actor: Actor | SystemActor, panel: Panel) -> bool:
    """Coordinator, chair and deputy chair run the panel's meetings."""
    return actor.holds(panel.id, RUNNERS)


def may_list(actor: Actor | SystemActor, *_: object) -> bool:
    """Everyone who is signed in has a home page and a list of panels, which may be empty."""
    return isinstance(actor, Actor)


def may_read_rules(actor: Actor | SystemActor, panel: Panel) -> bool:
    """Those who run the panel read its rules; the coordinator changes them."""
    return may_run(actor, panel)
