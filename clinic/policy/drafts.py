"""A draft is its writer's alone, for as long as they may nominate to its panel."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, true

from clinic.domain.actors import Actor, SystemActor
from clinic.models.nomination import Draft
from clinic.policy import cases
from clinic.policy.nominations import NOMINATORS

Someone = Actor | SystemActor


def may_write(actor: Someone, draft: Draft) -> bool:
    """Nobody else reads or sends it: not their agency, not the coordinator."""
    shut_out = draft.case_id is not None and draft.case_id in actor.excluded
    return draft.user_id == actor.user_id and not shut_out and actor.holds(draft.panel_id, NOMINATORS)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    return and_(cases.wall(actor, Draft), Draft.user_id == actor.user_id,
                Draft.panel_id.in_(list(actor.panels(*NOMINATORS))))


def may_forget(actor: Someone, *_: object) -> bool:
    """The timer forgets what nobody has touched for weeks."""
    return isinstance(actor, SystemActor)
