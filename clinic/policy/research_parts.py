"""Who reads what an agency says beside its facts, and who adds to it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_

from clinic.domain.actors import RUNNERS, SPEAKERS, Actor, SystemActor
from clinic.domain.incidents import InformationKind
from clinic.models.research import ResearchPart
from clinic.policy import cases
from clinic.policy.research import speaks_for

Someone = Actor | SystemActor
_RESTRICTED = InformationKind.INTELLIGENCE_RESTRICTED


def may_see(actor: Someone, part: ResearchPart) -> bool:
    """The agency itself; once it is released whoever knows the case, and of what is restricted who runs the panel."""
    if not cases.may_know(actor, part):
        return False
    if isinstance(actor, SystemActor) or part.agency_id in speaks_for(actor, part.panel_id):
        return True
    return part.released and (part.kind is not _RESTRICTED or actor.holds(part.panel_id, RUNNERS))


def visible_to(actor: Someone) -> ColumnElement[bool]:
    known = cases.known_to(actor, ResearchPart)
    if isinstance(actor, SystemActor):
        return known
    own = [and_(ResearchPart.panel_id == seat.panel_id, ResearchPart.agency_id == seat.agency_id)
           for seat in actor.seats if seat.role in SPEAKERS]
    open_ = or_(ResearchPart.kind != _RESTRICTED, ResearchPart.panel_id.in_(list(actor.panels(*RUNNERS))))
    return and_(known, or_(false(), *own, and_(ResearchPart.released, open_)))
