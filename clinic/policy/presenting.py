"""Who presents a case: said by the agency that presents it, seen by everybody who knows of the case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_

from clinic.domain.actors import RUNNERS, SPEAKERS, Actor, SystemActor
from clinic.models.agenda import AgendaItem
from clinic.policy import cases, meetings, research

# Those who may stand up for an agency and present. A seat as presenter alone opens no case and no meeting yet:
# whoever holds it could not read what they are to present.
PRESENTERS = SPEAKERS


def may_see(actor: Actor | SystemActor, item: Any) -> bool:
    return item.case_id is not None and cases.may_know(actor, item)


def visible_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    """Return the condition on a line of a draft that it is a case that the actor knows of, of a meeting open to them.
    """
    return and_(AgendaItem.case_id.is_not(None), cases.known_to(actor, AgendaItem),
                meetings.of_open_meeting(actor, AgendaItem))


def may_name(actor: Actor | SystemActor, item: Any, agency_id: UUID | None) -> bool:
    """Whoever speaks for the agency that presents says who of it does."""
    return may_see(actor, item) and agency_id in research.speaks_for(actor, item.panel_id)


def may_entrust(actor: Actor | SystemActor, item: Any) -> bool:
    """Coordinator and chairs let another agency present."""
    return may_see(actor, item) and actor.holds(item.panel_id, RUNNERS)


def may_list(actor: Actor | SystemActor, *_: object) -> bool:
    """Everybody has a list of what their own agency presents; it may be empty."""
    return isinstance(actor, Actor)


def may_tell(actor: Actor | SystemActor, *_: object) -> bool:
    """The timer tells of gaps by itself."""
    return isinstance(actor, SystemActor)
