"""Who speaks for the victim, and who hears it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from clinic.domain.actors import Actor, MembershipRole, SystemActor
from clinic.models.voice import VictimVoice
from clinic.policy import cases, meetings

Someone = Actor | SystemActor
_ADVOCATES = frozenset({MembershipRole.ADVOCATE})


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list; only an advocate has something on it."""
    return isinstance(actor, Actor)


def may_hear(actor: Someone, case: Any) -> bool:
    """Whoever knows the case hears the victim's voice: it comes first."""
    return cases.may_know(actor, case)


def may_speak(actor: Someone, case: Any) -> bool:
    """The panel's advocates, of the cases that they know, and nobody in their place."""
    return cases.may_know(actor, case) and actor.holds(case.panel_id, _ADVOCATES)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, VictimVoice)


def spoken_for(actor: Someone, model: Any) -> ColumnElement[bool]:
    """Return the condition that the actor is an advocate on the row's panel, knows its case, and has to do with its
    meeting.
    """
    return and_(cases.known_to(actor, model), model.panel_id.in_(list(actor.panels(*_ADVOCATES))),
                meetings.of_open_meeting(actor, model))
