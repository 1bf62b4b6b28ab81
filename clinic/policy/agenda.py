"""Who may read, build and publish the running order of a meeting.

A line without a case is for every reader of the panel; a line with one for whoever knows
the case. Observers meet references and nothing behind them. Drafts are for those who make
them, and for the minute-taker.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true

from clinic.domain.actors import INVITED, RUNNERS, SPEAKERS, Actor, MembershipRole, SystemActor
from clinic.models.agenda import AgendaItem
from clinic.models.meeting import Meeting
from clinic.policy import cases

READERS = INVITED | {MembershipRole.OBSERVER}
DRAFT_READERS = RUNNERS | {MembershipRole.MINUTE_TAKER}
# These see every line of the panel that is not closed to them, whatever their agency was asked.
_SEE_ALL = DRAFT_READERS | {MembershipRole.OBSERVER}


def may_build(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Coordinator, chair and deputy chair make the order and publish it."""
    return actor.holds(meeting.panel_id, RUNNERS)


def may_list_reviews(actor: Actor | SystemActor, *_: object) -> bool:
    """The timer puts reviews that are due onto lists."""
    return isinstance(actor, SystemActor)


def may_read_draft(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    return actor.holds(meeting.panel_id, DRAFT_READERS)


def may_read(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Everybody who is invited, and observers, read what is published."""
    return actor.holds(meeting.panel_id, READERS)


def may_print(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Whoever is invited. Observers keep no papers."""
    return actor.holds(meeting.panel_id, INVITED)


def may_see(actor: Actor | SystemActor, line: Any) -> bool:
    """Return whether the wall lets the actor through to a line.

    Whether the actor's agency takes part in the case is the database's to say, or `sees`.
    """
    if isinstance(actor, SystemActor):
        return True
    if line.case_id is not None and line.case_id in actor.excluded:
        return False
    return actor.holds(line.panel_id, READERS)


def sees(actor: Actor, line: Any, engaged: Collection[tuple[UUID, UUID]]) -> bool:
    """Return whether a line is in the actor's own edition; `engaged` holds pairs of agency and case.

    This is `visible_to` for somebody else than whoever is acting: publishing asks it of
    every member, to know whose edition has changed.
    """
    if not may_see(actor, line):
        return False
    if line.case_id is None or actor.holds(line.panel_id, _SEE_ALL):
        return True
    return any(
        (seat.agency_id, line.case_id) in engaged
        for seat in actor.seats if seat.panel_id == line.panel_id and seat.role in SPEAKERS
    )


def visible_to(actor: Actor | SystemActor, model: Any = AgendaItem) -> ColumnElement[bool]:
    """Return the condition on a line, of the draft or (`EditionItem`) of an edition."""
    if isinstance(actor, SystemActor):
        return true()
    neutral = and_(model.case_id.is_(None), model.panel_id.in_(list(actor.panels(*READERS))))
    watched = and_(cases.wall(actor, model), model.panel_id.in_(list(actor.panels(MembershipRole.OBSERVER))))
    return or_(neutral, watched, cases.known_to(actor, model))
