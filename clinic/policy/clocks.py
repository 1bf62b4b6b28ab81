"""Who sees what runs out in a case, and who says how its investigation stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor, SystemActor
from clinic.models.clock import Clock, InvestigationStep
from clinic.policy import cases

Someone = Actor | SystemActor


def may_see(actor: Someone, case: Any) -> bool:
    """Whoever knows the case sees its clocks: a limit that only one watches is a limit that is missed."""
    return cases.may_know(actor, case)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, Clock)


def may_tell(actor: Someone, case: Any) -> bool:
    """Whoever speaks for an agency that takes part, and the coordinator, say how the investigation stands."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS | TRIAGERS)


def may_take_back(actor: Someone, step: InvestigationStep) -> bool:
    """The agency that said it, and the coordinator."""
    own = actor.agencies(step.panel_id) | {actor.agency_id}
    return may_tell(actor, step) and (step.agency_id in own or actor.holds(step.panel_id, TRIAGERS))


def may_keep(actor: Someone, *_: object) -> bool:
    """The timer sets the clocks of cases that nobody has set them for, and tells of those that run out."""
    return isinstance(actor, SystemActor)
