"""The screen of whoever follows a running meeting: what is being heard, when their own cases come, what they are given.

It asks every few seconds whether anything has changed, in one statement and without a trace. What is compared is what
this reader may know, and nothing else: a case that is closed to them changes no answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from clinic.domain import following as rules
from clinic.domain.actors import Actor, SystemActor
from clinic.domain.adjournments import Pause
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.following import Followed, Placed, Span, Stage
from clinic.domain.hearings import taken_up
from clinic.models.account import User
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.hearing import Hearing
from clinic.models.meeting import Adjournment, Attendance, AttendanceSpell, Meeting
from clinic.policy import actions as action_policy
from clinic.policy import agenda as agenda_policy
from clinic.policy import declarations as declaration_policy
from clinic.policy import hearings as policy
from clinic.policy import research as research_policy
from clinic.policy.once import AT_A_MEETING, once
from clinic.services import actions, adjournments, attendance, declarations, directory, live, needed
from clinic.services.actions import ActionLine
from clinic.services.attendance import Attender, Register
from clinic.services.live import LivePage, OrderLine, Sitting
from clinic.services.together import Together, together
from clinic.services.work import Office, Work

_MEETING = bindparam("meeting_id")


@dataclass(frozen=True, slots=True)
class FollowLine:
    """A line of the order, where it stands, and whether the reader's agency is needed for it."""

    line: OrderLine
    placed: Placed
    mine: bool

    @property
    def is_now(self) -> bool:
        return self.placed.stage is Stage.NOW

    @property
    def is_to_come(self) -> bool:
        return self.placed.stage is Stage.TO_COME


@dataclass(frozen=True, slots=True)
class FollowPage:
    sitting: Sitting
    lines: tuple[FollowLine, ...]
    #: what has been given to the reader's own agencies at this meeting
    given: tuple[ActionLine, ...]
    register: Register
    #: the reader's own line of the register
    me: Attender | None
    #: they may say that they are here, or that they go
    may_come: bool
    #: what the screen compares
    tag: str

    @property
    def now(self) -> FollowLine | None:
        return next((line for line in self.lines if line.is_now), None)

    @property
    def mine(self) -> tuple[FollowLine, ...]:
        return tuple(line for line in self.lines if line.mine)

    @property
    def coming(self) -> tuple[FollowLine, ...]:
        """Return the cases still to come for which the reader is needed, the next one first."""
        return tuple(sorted((line for line in self.mine if line.is_to_come), key=lambda line: line.placed.at))


@dataclass(frozen=True, slots=True)
class _State:
    """Everything that may change on the screen, as bare values."""

    placed: Mapping[UUID, Placed]
    tag: str


def page_for(work: Work, meeting_id: UUID) -> LivePage | FollowPage:
    """Return the screen of those who write at a meeting, and another one for everybody who only follows it."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_follow, meeting)
    return live.shown(work, meeting) if policy.may_attend_to(work.actor, meeting) else _page(work, meeting)


def now_page(work: Work, meeting_id: UUID) -> FollowPage:
    """Return the meeting as it stands now, for a screen that is open and has something to show anew."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_follow, meeting)
    return _page(work, meeting)


def _page(work: Work, meeting: Meeting) -> FollowPage:
    state = _state(work.session, work.actor, meeting.id, work.now)
    order = live.order_of(work, meeting)
    placed = state.placed or _expected(meeting, order, work.now)
    agencies = research_policy.speaks_for(work.actor, meeting.panel_id)
    wanted = needed.by_case(work.session, meeting.id, [line.case_id for line in order if line.case_id])
    members = directory.members_of(work.session, meeting, attendance.day_of(meeting))
    work.record(AuditVerb.VIEW, meeting, what="following", shown=[line.case_id for line in order if line.case_id])
    register = attendance.register(work.session, meeting, members)
    me = next((person for person in register.people if person.user_id == work.actor.user_id), None)
    return FollowPage(
        live.sitting_of(work.session, meeting),
        tuple(FollowLine(line, placed[line.id], not wanted.get(line.case_id, set()).isdisjoint(agencies))
              for line in order if line.id in placed),
        tuple(action for action in actions.of_meeting(work.session, meeting.id)
              if action.owner_agency_id in agencies),
        register, me, me is not None and attendance.may_come_today(meeting, work.now), state.tag,
    )


def _expected(meeting: Meeting, order: Sequence[OrderLine], now: datetime) -> Mapping[UUID, Placed]:
    """Return when the lines of an agenda that is out are planned to be heard."""
    return rules.placed([Followed(line.id, line.minutes, line.case_id is not None) for line in order],
                        Span(meeting.starts_at, None, over=False), now)


def tag(office: Office, actor: Actor, meeting_id: UUID, now: datetime) -> str:
    """Return what the screen compares, in one statement and without a trace. Raises NotFound.

    It goes round the audited work, so the policy's conditions stand in the query itself.
    """
    with office.peeking("following") as session:
        return _state(session, actor, meeting_id, now).tag


def _state(session: Session, actor: Actor | SystemActor, meeting_id: UUID, now: datetime) -> _State:
    found = _asked(actor).rows(session, {"meeting_id": meeting_id})
    if not found["meeting"]:
        raise NotFound
    meeting = found["meeting"][0]
    # While it is not begun, its lines are the draft of those who build it: what is out has its own page.
    awaited = live.is_awaited(actor, meeting)
    lines = [] if awaited else sorted(found["lines"], key=lambda line: (line.position, line.id))
    pauses = tuple(sorted((Pause(*row) for row in found["pauses"]), key=lambda pause: pause.began_at))
    over = meeting.status in live.OVER
    placed = rules.placed(
        [Followed(line.id, line.minutes, line.case_id is not None, line.started_at, taken_up(line.taken_up))
         for line in lines],
        Span(meeting.starts_at, meeting.started_at, over, pauses, meeting.closed_at), now)
    told = {line.id: line.outcome for line in lines if over or placed[line.id].stage is not Stage.NOW}
    given = sorted(action.id for action in found["actions"])
    me = sorted((tuple(row) for row in found["me"]), key=repr)
    known = (meeting, pauses, [(line, placed[line.id], told.get(line.id)) for line in lines], given, me)
    return _State(placed, _digest(known))


def _digest(known: Any) -> str:
    meeting, pauses, lines, given, me = known
    seen = [(line.id, line.minutes, at.stage, at.at, at.until, outcome) for line, at, outcome in lines]
    return hashlib.sha256(repr((tuple(meeting), pauses, seen, given, me)).encode()).hexdigest()[:32]


@partial(once, actors=AT_A_MEETING)
def _asked(actor: Actor | SystemActor) -> Together:
    """Select what the screen compares.

    That is the meeting, when it stood still, the reader's lines with what was begun and decided, what their agencies
    were given, and whether they are marked present themselves: the others' marks come with whatever else is new.
    """
    return together({
        "meeting": select(Meeting.id, Meeting.panel_id, Meeting.case_id, Meeting.mode, Meeting.status,
                          Meeting.starts_at, Meeting.ends_at, Meeting.started_at, Meeting.closed_at, User.name)
        .select_from(Meeting).outerjoin(User, User.id == Meeting.chaired_by_id)
        .where(Meeting.id == _MEETING, policy.followed_by(actor), ~declaration_policy.owed_by(actor)),
        "pauses": select(*adjournments.PAUSE)
        .select_from(Adjournment).where(Adjournment.meeting_id == _MEETING),
        "lines": select(AgendaItem.id, AgendaItem.case_id, AgendaItem.position, AgendaItem.minutes, Hearing.started_at,
                        Hearing.taken_up, Hearing.outcome)
        .select_from(AgendaItem)
        .outerjoin(Hearing, (Hearing.meeting_id == AgendaItem.meeting_id) & (Hearing.case_id == AgendaItem.case_id))
        .where(AgendaItem.meeting_id == _MEETING, agenda_policy.visible_to(actor)),
        "actions": select(Action.id).select_from(Action)
        .where(Action.meeting_id == _MEETING, action_policy.visible_to(actor), action_policy.owned_by(actor)),
        "me": select(Attendance.status, Attendance.deputy_for_id, AttendanceSpell.came_at, AttendanceSpell.left_at)
        .select_from(Attendance)
        .outerjoin(AttendanceSpell, (AttendanceSpell.meeting_id == Attendance.meeting_id)
                   & (AttendanceSpell.user_id == Attendance.user_id))
        .where(Attendance.meeting_id == _MEETING, Attendance.user_id == actor.user_id),
    })
