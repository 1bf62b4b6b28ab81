"""Cases that come onto an agenda late: those who run the panel ask, the chairs decide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, true

from clinic.domain.actors import CHAIRS, RUNNERS, Actor, SystemActor
from clinic.models.agenda import AgendaAddition
from clinic.policy import cases


def may_see(actor: Actor | SystemActor, row: Any) -> bool:
    return cases.may_know(actor, row) and actor.holds(row.panel_id, RUNNERS)


def visible_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    return and_(cases.known_to(actor, AgendaAddition), AgendaAddition.panel_id.in_(list(actor.panels(*RUNNERS))))


def may_answer(actor: Actor | SystemActor, row: Any) -> bool:
    """The chair or a deputy decides; whoever of them asks has decided."""
    return may_see(actor, row) and actor.holds(row.panel_id, CHAIRS)


def may_list(actor: Actor | SystemActor, panel: Any) -> bool:
    """Those who run the panel see what was asked; the rows are cut by `visible_to`."""
    return actor.holds(panel.id, RUNNERS)


def waits_for(actor: Actor | SystemActor) -> ColumnElement[bool]:
    """Return the condition on an addition that it waits for the actor's answer."""
    return and_(visible_to(actor), AgendaAddition.answered_at.is_(None),
                AgendaAddition.panel_id.in_(list(actor.panels(*CHAIRS))))
