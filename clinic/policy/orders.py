"""Who reads the orders of a case, who tells of them, and who says whether a breach is a repeat."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor, SystemActor
from clinic.models.order import Breach, Order
from clinic.policy import cases

Someone = Actor | SystemActor


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; what stands on it is cut by `of_own_agency`."""
    return isinstance(actor, Actor)


def may_see(actor: Someone, case: Any) -> bool:
    """Whoever knows the case knows what protects somebody in it."""
    return cases.may_know(actor, case)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, Order)


def of_own_agency(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that an agency for which the actor speaks takes part in the order's case."""
    return cases.spoken_in(actor, Order)


def breaches_visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, Breach)


def may_tell(actor: Someone, case: Any) -> bool:
    """Whoever speaks for an agency that takes part, and the coordinator, tell what has happened to an order.

    A chair reads the register: what is told of an order is signed by the agency that knows it.
    """
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS | TRIAGERS)


def may_take_back(actor: Someone, said: Any) -> bool:
    """The agency that said it, and the coordinator."""
    own = actor.agencies(said.panel_id) | {actor.agency_id}
    return may_tell(actor, said) and (said.agency_id in own or actor.holds(said.panel_id, TRIAGERS))


def may_check(actor: Someone, breach: Any) -> bool:
    """The coordinator says whether a breach is a repeat that the panel hears again."""
    return cases.may_know(actor, breach) and actor.holds(breach.panel_id, TRIAGERS)
