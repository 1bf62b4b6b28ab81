"""Who may see a panel's meetings, and who runs them.

A current seat on the panel is what counts. Of an emergency meeting, which is about one case, those know who run it
and whose agency is called, unless the case is closed to them. Two kinds of seat see dates and nothing else.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased

from clinic.domain.actors import CASE_READERS, INVITED, RUNNERS, SPEAKERS, Actor, MembershipRole, SystemActor
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.models.research import ResearchRequest
from clinic.policy import cases

# Made once: making an alias takes longer than the rest of a condition.
_asked, _its = aliased(ResearchRequest), aliased(Meeting)
DATES_ONLY = frozenset({MembershipRole.MINUTES_RECIPIENT, MembershipRole.CALENDAR_SUBSCRIBER})
_KNOWS_WHERE = frozenset(MembershipRole) - DATES_ONLY


def may_see(actor: Actor | SystemActor, meeting: Meeting) -> bool:
    """Members of the panel, whatever their role; where it is about a case, of those who may know that.

    Whether their agency is called, the finder has asked.
    """
    return isinstance(actor, SystemActor) or (
        meeting.panel_id in actor.panels() if meeting.case_id is None else cases.may_know(actor, meeting))


def visible_to(actor: Actor | SystemActor) -> ColumnElement[bool]:
    if isinstance(actor, SystemActor):
        return true()
    return and_(Meeting.panel_id.in_(list(actor.panels())), is_open_to(actor))


def is_open_to(actor: Actor | SystemActor, meeting: Any = Meeting) -> ColumnElement[bool]:
    """Return the condition that a meeting is about no case, or that the actor runs it or speaks for who is called.

    An agency that is called is asked what it holds for that very meeting.
    """
    if isinstance(actor, SystemActor):
        return true()
    called = [
        and_(meeting.panel_id == seat.panel_id, exists(select(_asked.id).where(
            _asked.meeting_id == meeting.id, _asked.agency_id == seat.agency_id)))
        for seat in actor.seats if seat.role in SPEAKERS
    ]
    runs = meeting.panel_id.in_(list(actor.panels(*RUNNERS, MembershipRole.MINUTE_TAKER)))
    return or_(meeting.case_id.is_(None), and_(cases.not_excluded(actor, meeting.case_id), or_(runs, *called)))


def of_open_meeting(actor: Actor | SystemActor, row: Any) -> ColumnElement[bool]:
    """Return the condition that the meeting of a row is open to the actor, who may know of the row's case."""
    if isinstance(actor, SystemActor):
        return true()
    return exists(select(_its.id).where(_its.id == row.meeting_id, is_open_to(actor, _its)))


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
