"""Who may see an action, report on it and end it.

An action is known to whoever knows its case, and to those who speak for its owner: an
agency that was given something to do must be able to read what.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor, SystemActor
from clinic.models.account import Membership, User
from clinic.models.action import Action
from clinic.models.case import CaseExclusion
from clinic.policy import cases

Someone = Actor | SystemActor


def may_see(actor: Someone, action: Action) -> bool:
    return cases.may_know(actor, action)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    return or_(cases.known_to(actor, Action), and_(cases.wall(actor, Action), owned_by(actor)))


def owned_by(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that the actor speaks for the agency that owns the action."""
    return or_(false(), *(
        and_(Action.panel_id == seat.panel_id, Action.owner_agency_id == seat.agency_id)
        for seat in actor.seats if seat.role in SPEAKERS
    ))


def speaks_for(actor: Someone, action: Action) -> bool:
    return any(
        seat.panel_id == action.panel_id and seat.agency_id == action.owner_agency_id
        for seat in actor.seats if seat.role in SPEAKERS
    )


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody lists actions; the list is cut by `visible_to`."""
    return isinstance(actor, Actor)


def may_report(actor: Someone, action: Action) -> bool:
    """The owning agency says how far it is; nobody says it for them."""
    return cases.may_know(actor, action) and speaks_for(actor, action)


def may_decide(actor: Someone, action: Action) -> bool:
    """The coordinator of the panel confirms, reopens, or says that it was not done."""
    return cases.may_know(actor, action) and actor.holds(action.panel_id, TRIAGERS)


def may_remind(actor: Someone, *_: object) -> bool:
    """Only the timer reminds."""
    return isinstance(actor, SystemActor)


def seated(seat: Any, day: date) -> ColumnElement[bool]:
    """Return the condition that a membership is valid on `day`."""
    return and_(seat.valid_from <= day, or_(seat.valid_until.is_(None), seat.valid_until >= day))


def kept_from(case_id: Any, day: date) -> ColumnElement[bool]:
    """Return the condition that a `User` must not hear of the case, whoever asks.

    The same exclusions as in an actor's wall: of the person, of their own agency, and of
    every agency that they speak for on any panel.
    """
    return exists().where(CaseExclusion.case_id == case_id, CaseExclusion.lifted_at.is_(None),
                          shuts_out(CaseExclusion, day))


def shuts_out(exclusion: Any, day: date) -> ColumnElement[bool]:
    """Return the condition that an exclusion is of a `User`: of the person, or of an agency that is theirs on a day."""
    seat = aliased(Membership)
    speaking = select(seat.agency_id).where(seat.user_id == User.id, seated(seat, day)).correlate(User)
    return or_(exclusion.user_id == User.id, exclusion.agency_id == User.agency_id, exclusion.agency_id.in_(speaking))
