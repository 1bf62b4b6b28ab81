"""Who disputes a response, who answers, and who reads of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from clinic.domain.actors import CHAIRS, SPEAKERS, Actor, SystemActor
from clinic.models.dispute import Dispute, DisputeAnswer
from clinic.policy import cases
from clinic.policy.research import speaks_for

Someone = Actor | SystemActor


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; who speaks for an agency or chairs has something on it."""
    return isinstance(actor, Actor)


def may_read(actor: Someone, case: Any) -> bool:
    """Whoever knows the case reads what is disputed in it, and what was answered."""
    return cases.may_know(actor, case)


def may_raise(actor: Someone, case: Any) -> bool:
    """Whoever speaks for an agency that takes part, the advocate among them."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS)


def may_correct(actor: Someone, dispute: Dispute) -> bool:
    """The agency that disputes."""
    return cases.may_know(actor, dispute) and dispute.agency_id in speaks_for(actor, dispute.panel_id)


def may_answer(actor: Someone, dispute: Dispute) -> bool:
    """The agency whose response it is, and the panel's chairs."""
    return cases.may_know(actor, dispute) and (
        actor.holds(dispute.panel_id, CHAIRS) or dispute.responder_id in speaks_for(actor, dispute.panel_id))


def waits_for(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that a dispute stands, and that the actor may answer it, which nobody has done."""
    answered = exists(select(DisputeAnswer.id).where(DisputeAnswer.dispute_id == Dispute.id))
    own = [and_(Dispute.panel_id == seat.panel_id, Dispute.responder_id == seat.agency_id)
           for seat in actor.seats if seat.role in SPEAKERS]
    return and_(cases.known_to(actor, Dispute), Dispute.taken_back_at.is_(None), ~answered,
                Dispute.entered_by_id != actor.user_id,
                or_(false(), Dispute.panel_id.in_(list(actor.panels(*CHAIRS))), *own))
