"""Who hands a case over to another panel, who answers for that panel, and who reads of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from clinic.domain.actors import TRIAGERS, Actor, SystemActor
from clinic.domain.handovers import HandoverSide
from clinic.models.handover import Handover
from clinic.policy import cases

Someone = Actor | SystemActor


def may_see(actor: Someone, case: Any) -> bool:
    """Whoever knows the case reads where it goes, or where it comes from."""
    return cases.may_know(actor, case)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, Handover)


def may_offer(actor: Someone, case: Any) -> bool:
    """The coordinator of the panel that holds the case."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, TRIAGERS)


def may_keep(actor: Someone, handover: Handover) -> bool:
    """The coordinator who hands over says what has been seen to, and takes it back."""
    return may_offer(actor, handover) and handover.side is HandoverSide.OUT


def may_answer(actor: Someone, handover: Handover) -> bool:
    """The coordinator of the panel that is to hold the case."""
    return may_offer(actor, handover) and handover.side is HandoverSide.IN
