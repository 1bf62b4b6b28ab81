"""Who asks for an urgent decision, who answers, who decides, and who reads of it.

Whoever knows the case reads all of it but the reasons: each of these is for whom its agency says. An agency that is
asked knows the case from then on (`policy.cases`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from clinic.domain.actors import CHAIRS, RUNNERS, SPEAKERS, Actor, SystemActor
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from clinic.policy import cases, research_parts
from clinic.policy.hearings import RECORDERS
from clinic.policy.research import speaks_for

Someone = Actor | SystemActor


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; who speaks for an agency or chairs may find something on it."""
    return isinstance(actor, Actor)


def may_read(actor: Someone, row: Any) -> bool:
    """Whoever knows the case."""
    return cases.may_know(actor, row)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, UrgentDecision)


def may_ask(actor: Someone, case: Any) -> bool:
    """The coordinator and the chairs of its panel."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, RUNNERS)


def may_answer(actor: Someone, answer: UrgentAnswer) -> bool:
    """Who speaks for the agency that was asked; to run the panel is not to speak."""
    return cases.may_know(actor, answer) and answer.agency_id in speaks_for(actor, answer.panel_id)


def may_decide(actor: Someone, decision: UrgentDecision) -> bool:
    """The chair or a deputy says what stands, and agrees what is to be done."""
    return cases.may_know(actor, decision) and actor.holds(decision.panel_id, CHAIRS)


def may_ratify(actor: Someone, decision: UrgentDecision) -> bool:
    """Whoever writes down what the meeting says."""
    return cases.may_know(actor, decision) and actor.holds(decision.panel_id, RECORDERS)


def may_tell(actor: Someone, *_: object) -> bool:
    """Only the timer tells that a question has closed."""
    return isinstance(actor, SystemActor)


def may_read_reason(actor: Someone, answer: UrgentAnswer, statutory: Any = ()) -> bool:
    """Its agency, those who run the panel, and whom its handling code lets in."""
    return cases.may_know(actor, answer) and research_parts.may_read_facts(actor, answer, statutory)


def reasons_readable_to(actor: Someone) -> ColumnElement[bool]:
    return research_parts.let_in(actor, UrgentAnswer)


def asked_of(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that an answer is the actor's to give."""
    own = [and_(UrgentAnswer.panel_id == seat.panel_id, UrgentAnswer.agency_id == seat.agency_id)
           for seat in actor.seats if seat.role in SPEAKERS]
    return and_(cases.known_to(actor, UrgentAnswer), or_(false(), *own))


def decided_by(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that a question is the actor's to decide."""
    return and_(visible_to(actor), UrgentDecision.panel_id.in_(list(actor.panels(*CHAIRS))))
