"""Who may see what an agency was asked, answer it, and read the answers of the others.

An agency sees its own requests. An answer is for everyone who knows the case; that nothing
was answered yet, or why not, is for those who run the meeting.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true

from clinic.domain.actors import RUNNERS, SPEAKERS, Actor, MembershipRole, SystemActor
from clinic.domain.research import ResearchStatus
from clinic.models.meeting import Meeting
from clinic.models.research import ResearchRequest
from clinic.policy import cases

FOLLOWERS = RUNNERS | {MembershipRole.MINUTE_TAKER}


def may_answer(actor: Actor | SystemActor, request: ResearchRequest) -> bool:
    """Only who speaks for the asked agency on this panel."""
    return cases.may_know(actor, request) and request.agency_id in speaks_for(actor, request.panel_id)


def speaks_for(actor: Actor | SystemActor, panel_id: UUID) -> frozenset[UUID]:
    """Return the agencies that the actor speaks for on a panel; to run the panel is not to speak."""
    return frozenset(s.agency_id for s in actor.seats if s.panel_id == panel_id and s.role in SPEAKERS)


def may_see(actor: Actor | SystemActor, request: ResearchRequest) -> bool:
    """The asked agency's speakers, and those who follow all of the panel's research."""
    if isinstance(actor, SystemActor):
        return True
    return may_answer(actor, request) or (
        cases.may_know(actor, request) and actor.holds(request.panel_id, FOLLOWERS)
    )


def visible_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    followed = ResearchRequest.panel_id.in_(list(actor.panels(*FOLLOWERS)))
    return and_(cases.known_to(actor, ResearchRequest), or_(of_own_agency(actor), followed))


def of_own_agency(actor: Actor | SystemActor) -> ColumnElement[bool]:
    """Return the condition that the actor speaks for the asked agency on the request's panel."""
    arms: list[Any] = [
        and_(ResearchRequest.panel_id == s.panel_id, ResearchRequest.agency_id == s.agency_id)
        for s in actor.seats if s.role in SPEAKERS
    ]
    return or_(false(), *arms)


def may_read(actor: Actor | SystemActor, request: ResearchRequest) -> bool:
    """Whoever may see the request; and its answer, once given, is for who knows the case."""
    answered = request.answered_at is not None and request.status is not ResearchStatus.EXEMPT_CONFLICT
    return may_see(actor, request) or (answered and cases.may_know(actor, request))


def readable_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    answered = and_(
        ResearchRequest.answered_at.is_not(None), ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT
    )
    return or_(visible_to(actor), and_(cases.known_to(actor, ResearchRequest), answered))


def may_follow(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Who reads the answers to a meeting's cases: all that read cases; the rows are cut by `readable_to`."""
    return actor.holds(meeting.panel_id, FOLLOWERS | SPEAKERS)


def may_see_grid(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Those who follow all of the panel's research: who has not answered, and why not, is theirs to know."""
    return actor.holds(meeting.panel_id, FOLLOWERS)


def may_chase(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Coordinator and chairs remind agencies of what is missing; what they chase is cut by `visible_to`."""
    return actor.holds(meeting.panel_id, RUNNERS)


def may_remind(actor: Actor | SystemActor, *_: object) -> bool:
    """The timer reminds by itself."""
    return isinstance(actor, SystemActor)


def may_list(actor: Actor | SystemActor, *_: object) -> bool:
    """Everybody has a list of their own agency's requests; it may be empty."""
    return isinstance(actor, Actor)
