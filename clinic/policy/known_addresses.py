"""Who sees where a perpetrator is known to live, and who says so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor, SystemActor
from clinic.models.known_address import KnownAddress
from clinic.policy import cases

Someone = Actor | SystemActor


def may_see(actor: Someone, case: Any) -> bool:
    return cases.may_know(actor, case)


def may_add(actor: Someone, case: Any) -> bool:
    """Whoever speaks for an agency that takes part, and the coordinator."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS | TRIAGERS)


def may_take_back(actor: Someone, known: KnownAddress) -> bool:
    """The agency that said it, and the coordinator."""
    own = actor.agencies(known.panel_id) | {actor.agency_id}
    return may_add(actor, known) and (known.agency_id in own or actor.holds(known.panel_id, TRIAGERS))


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, KnownAddress)
