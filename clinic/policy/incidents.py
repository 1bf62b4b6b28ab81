"""Who reads what happened in a case, and who writes it down or puts it right."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from clinic.domain.actors import RUNNERS, SPEAKERS, TRIAGERS, Actor, SystemActor
from clinic.domain.incidents import InformationKind
from clinic.models.case import Incident
from clinic.policy import cases
from clinic.policy.research import speaks_for

Someone = Actor | SystemActor
_RESTRICTED = InformationKind.INTELLIGENCE_RESTRICTED


def may_read(actor: Someone, case: Any) -> bool:
    """Whoever knows the case reads its history: incidents that are seen singly are the failing."""
    return cases.may_know(actor, case)


def may_see(actor: Someone, incident: Incident) -> bool:
    """Restricted intelligence is for the agency that gave it, and those who run the panel."""
    if not cases.may_know(actor, incident):
        return False
    if incident.information is not _RESTRICTED or isinstance(actor, SystemActor):
        return True
    return actor.holds(incident.panel_id, RUNNERS) or incident.agency_id in speaks_for(actor, incident.panel_id)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    known = cases.known_to(actor, Incident)
    if isinstance(actor, SystemActor):
        return known
    own = [and_(Incident.panel_id == seat.panel_id, Incident.agency_id == seat.agency_id)
           for seat in actor.seats if seat.role in SPEAKERS]
    return and_(known, or_(
        Incident.information.is_distinct_from(_RESTRICTED), Incident.panel_id.in_(list(actor.panels(*RUNNERS))), *own))


def may_tell(actor: Someone, case: Any) -> bool:
    """Whoever speaks for an agency that takes part, and the coordinator."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, SPEAKERS | TRIAGERS)


def may_correct(actor: Someone, incident: Incident) -> bool:
    """The agency that said it, and the coordinator."""
    return may_see(actor, incident) and (
        actor.holds(incident.panel_id, TRIAGERS) or incident.agency_id in speaks_for(actor, incident.panel_id))
