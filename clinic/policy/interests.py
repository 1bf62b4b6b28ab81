"""Who declares that they know somebody in a case, and who is told.

What was declared is for the coordinator of the panel, and never the coordinator's who must not know of the case.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from clinic.domain.actors import TRIAGERS, Actor, SystemActor
from clinic.models.interest import Interest
from clinic.models.meeting import Meeting
from clinic.policy import cases
from clinic.policy.agenda import READERS

Someone = Actor | SystemActor


def may_declare(actor: Someone, meeting: Meeting) -> bool:
    """Whoever reads the meeting's papers, observers too."""
    return actor.holds(meeting.panel_id, READERS)


def may_read(actor: Someone, meeting: Meeting) -> bool:
    """The coordinator; of cases those that the coordinator may know of, by `visible_to`."""
    return actor.holds(meeting.panel_id, TRIAGERS)


def may_settle(actor: Someone, interest: Any) -> bool:
    """The coordinator says who speaks for the agency instead."""
    return cases.may_know(actor, interest) and actor.holds(interest.panel_id, TRIAGERS)


def may_list(actor: Someone, *_: object) -> bool:
    """Everybody has a list of what waits for them here; of most it is empty."""
    return isinstance(actor, Actor)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return and_(cases.wall(actor, Interest), Interest.panel_id.in_(list(actor.panels(*TRIAGERS))))


def waits_for(actor: Someone) -> ColumnElement[bool]:
    """Return the condition that somebody keeps out of a case and nobody has said who speaks there instead."""
    return and_(visible_to(actor), Interest.case_id.is_not(None), Interest.settled_at.is_(None))
