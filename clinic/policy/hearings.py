"""Who may follow a meeting, who writes in it, and who closes it.

A hearing is known to whoever knows its case. Notes are a draft of the minutes: those who
write them read them, everybody else waits for the approved minutes.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false

from clinic.domain.actors import CASE_READERS, RUNNERS, Actor, MembershipRole, SystemActor
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.policy import cases, meetings

Someone = Actor | SystemActor

# Those who write down what is said: register, notes, outcomes, actions.
RECORDERS = RUNNERS | {MembershipRole.MINUTE_TAKER}


def may_see(actor: Someone, hearing: Hearing) -> bool:
    return cases.may_know(actor, hearing)


def visible_to(actor: Someone) -> ColumnElement[bool]:
    return cases.known_to(actor, Hearing)


def may_record(actor: Someone, hearing: Hearing) -> bool:
    """Notes, outcome and actions of one case."""
    return cases.may_know(actor, hearing) and actor.holds(hearing.panel_id, RECORDERS)


def may_follow(actor: Someone, meeting: Meeting) -> bool:
    """Those who read cases of the panel follow its running order, each their own."""
    return actor.holds(meeting.panel_id, CASE_READERS)


def followed_by(actor: Someone) -> ColumnElement[bool]:
    """Return the condition on meetings that the actor may follow them: `may_follow`, and open to them."""
    if isinstance(actor, SystemActor):
        return false()
    return and_(Meeting.panel_id.in_(list(actor.panels(*CASE_READERS))), meetings.is_open_to(actor))


def may_attend_to(actor: Someone, meeting: Meeting) -> bool:
    """Starting the meeting and keeping its register."""
    return actor.holds(meeting.panel_id, RECORDERS)


def may_close(actor: Someone, meeting: Meeting) -> bool:
    """Coordinator, chair and deputy chair: closing sends letters and moves cases."""
    return actor.holds(meeting.panel_id, RUNNERS)
