"""Who may see a panel's meetings, and who runs them.

A meeting holds no case, so no wall stands before it: a current seat on the panel is what
counts. Two kinds of seat see dates and nothing else.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, true

from clinic.domain.actors import CASE_READERS, INVITED, RUNNERS, Actor, MembershipRole, SystemActor
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel

DATES_ONLY = frozenset({MembershipRole.MINUTES_RECIPIENT, MembershipRole.CALENDAR_SUBSCRIBER})
_KNOWS_WHERE = frozenset(MembershipRole) - DATES_ONLY


def may_see(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Members of the panel, whatever their role."""
    return isinstance(actor, SystemActor) or meeting.panel_id in actor.panels()


def visible_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    return Meeting.panel_id.in_(list(actor.panels()))


def may_list(actor: Actor | SystemActor, *_: object) -> bool:
    """Everybody lists the meetings of their own panels; the list is cut by `visible_to`."""
    return isinstance(actor, Actor)


def may_list_of(actor: Actor | SystemActor, panel: Panel) -> bool:
    """Only a seat counts here: whoever opens panels does not read their calendars."""
    return panel.id in actor.panels()


def may_know_place(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Those who come. Recipients of minutes and subscribers see dates only."""
    return actor.holds(meeting.panel_id, _KNOWS_WHERE)


def may_know_invited(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Those who read the panel's cases know who else is invited."""
    return actor.holds(meeting.panel_id, CASE_READERS)


def may_answer(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Those whose role is invited say whether they come."""
    return actor.holds(meeting.panel_id, INVITED)


def may_run(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Coordinator, chair and deputy chair move and cancel meetings."""
    return actor.holds(meeting.panel_id, RUNNERS)


def may_schedule(actor: Actor | SystemActor, panel: Panel) -> bool:
    """Coordinator, chair and deputy chair put meetings into the calendar."""
    return actor.holds(panel.id, RUNNERS)


def may_invite_coming(actor: Actor | SystemActor, *_: object) -> bool:
    """The timer keeps invitations true: who came onto a panel is invited, who left it is told."""
    return isinstance(actor, SystemActor)
