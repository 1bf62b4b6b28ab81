"""Who sees which files are flagged, and who flags them: each agency its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from clinic.domain.actors import SPEAKERS, Actor, SystemActor
from clinic.models.flag import Flag
from clinic.policy import cases, panels

Someone = Actor | SystemActor


def may_list(actor: Someone, panel: Any) -> bool:
    """Every member has the panel's list; what stands on it are the cases that they know."""
    return panels.may_see(actor, panel) and isinstance(actor, Actor) and bool(actor.panels() & {panel.id})


def may_flag(actor: Someone, case: Any) -> bool:
    """Whoever speaks for an agency that takes part in the case."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    """An agency's own flags: the number of its file is nobody else's."""
    known = cases.known_to(actor, Flag)
    if isinstance(actor, SystemActor):
        return known
    own = [and_(Flag.panel_id == seat.panel_id, Flag.agency_id == seat.agency_id)
           for seat in actor.seats if seat.role in SPEAKERS]
    return and_(known, or_(false(), *own))
