"""Who assesses risk, who agrees to a lower result, and who writes a clinic's plan."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from clinic.domain.actors import RUNNERS, SPEAKERS, TRIAGERS, Actor, SystemActor
from clinic.domain.risks import RiskStatus
from clinic.models.risk import RiskAssessment, RiskPrompt
from clinic.policy import cases

Someone = Actor | SystemActor


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; only who runs a panel has something on it."""
    return isinstance(actor, Actor)


def may_see(actor: Someone, case: Any) -> bool:
    return cases.may_know(actor, case)


def may_assess(actor: Someone, case: Any) -> bool:
    """Whoever speaks for an agency that takes part, and the coordinator."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS | TRIAGERS)


def may_decide(actor: Someone, case: Any) -> bool:
    """They and the chairs; that it is not whoever entered it, the rule of the trade sees to."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS | RUNNERS)


def may_watch(actor: Someone, *_: object) -> bool:
    """The timer sees who has come out of bail or custody."""
    return isinstance(actor, SystemActor)


def waits_for(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that a lower result waits on a panel that the actor runs, who has not entered it."""
    return and_(cases.known_to(actor, RiskAssessment), RiskAssessment.panel_id.in_(list(actor.panels(*RUNNERS))),
                RiskAssessment.status == RiskStatus.WAITING, RiskAssessment.entered_by_id != actor.user_id)


def watched_by(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that an assessment counts on a panel that the actor coordinates."""
    return and_(cases.known_to(actor, RiskAssessment), RiskAssessment.panel_id.in_(list(actor.panels(*TRIAGERS))),
                RiskAssessment.status == RiskStatus.COUNTS)


def asked_of(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that a new assessment is asked for on a panel that the actor coordinates."""
    return and_(cases.known_to(actor, RiskPrompt), RiskPrompt.panel_id.in_(list(actor.panels(*TRIAGERS))),
                RiskPrompt.answered_at.is_(None))
