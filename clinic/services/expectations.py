"""Who will come to a meeting, by what the invited have answered; and warning where too few will."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Date,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from clinic.domain import attendance as rules
from clinic.domain.actors import INVITED, TRIAGERS, Actor, SystemActor
from clinic.domain.attendance import WARNED_BEFORE, Expected, Outlook
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import (
    InviteStatus,
    MeetingMode,
    MeetingStatus,
    is_working_day,
    local_day,
    working_days_before,
)
from clinic.models.account import Membership
from clinic.models.agency import Agency
from clinic.models.meeting import Attendance, Invitation, Meeting
from clinic.models.panel import CoreAgency, Panel, PanelRules
from clinic.models.post import QueuedLetter
from clinic.policy import meetings as policy
from clinic.policy.once import ONCE, once
from clinic.services import audience, directory, holidays, meetings
from clinic.services.work import Work

# Two working days before are no more days than these, whatever holidays lie between.
_FURTHEST = timedelta(days=21)


def answer(work: Work, meeting_id: UUID, comes: bool) -> None:
    """Keep whether the actor comes to a meeting that they are invited to. Diaries are told nothing."""
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_answer, meeting)
    row = work.session.scalar(
        select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.user_id == work.actor.user_id,
                                 Invitation.status == InviteStatus.SENT).with_for_update())
    if row is None:
        raise NotFound
    if meeting.mode.is_in_writing:
        raise RuleBroken("Nobody comes to a round in writing: answer what your agency is asked.")
    if meeting.status is not MeetingStatus.PLANNED:
        raise RuleBroken("This meeting has begun, is over or is cancelled: nobody asks any more whether you come.")
    row.comes, row.answered_sequence = comes, row.sequence_sent
    work.record(AuditVerb.UPDATE, meeting, fields=["comes"], people=[work.actor.user_id])


def answer_of(row: Invitation) -> bool | None:
    """Return what an invited person has answered; to a meeting that moved since, nothing."""
    return row.comes if row.answered_sequence == row.sequence_sent else None


def outlooks(session: Session, meeting_ids: Collection[UUID], today: date) -> dict[UUID, Outlook]:
    """Return what each of these meetings can expect. One statement, and none for no meeting.

    Nothing is expected of a meeting that has begun, or to which nobody has been invited yet.
    """
    if not meeting_ids:
        return {}
    return of_rows(session.execute(_expected_of(session.info["actor"]), {
        "meetings": list(meeting_ids), "today": today}))


@once
def _expected_of(_: Actor | SystemActor) -> CompoundSelect:
    meetings_ = bindparam("meetings", expanding=True)
    return union_all(
        wanted(meetings_), invited(meetings_, bindparam("today", type_=Date()))).execution_options(**ONCE)


def of_rows(rows: Iterable[Any]) -> dict[UUID, Outlook]:
    """Return what each meeting can expect, by rows of `wanted` and `invited`."""
    needed: dict[UUID, int] = {}
    core: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    people: dict[UUID, dict[UUID, list]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.user_id is not None:
            people[row.meeting_id][row.user_id].append(row)
            continue
        needed[row.meeting_id] = row.needed
        if row.agency_id is not None:
            core[row.meeting_id][row.agency_id] = row.agency
    return {id_: rules.outlook(map(_expected, people[id_].values()), count, core[id_]) for id_, count in needed.items()}


def wanted(meeting_ids: Any) -> Select:
    """Select how many are needed, once at least for each meeting, and each core agency of its panel.

    Of none that is a round in writing, to which nobody comes, or an emergency meeting, to which whoever is called does.
    """
    return (
        select(Meeting.id.label("meeting_id"), cast(null(), Uuid).label("user_id"), CoreAgency.agency_id,
               Agency.name.label("agency"), cast(null(), Boolean).label("comes"),
               cast(null(), Attendance.status.type).label("marked"), PanelRules.quorum_members.label("needed"))
        .select_from(Meeting).join(PanelRules, PanelRules.panel_id == Meeting.panel_id)
        .outerjoin(CoreAgency, CoreAgency.panel_id == Meeting.panel_id)
        .outerjoin(Agency, Agency.id == CoreAgency.agency_id)
        .where(Meeting.id.in_(meeting_ids), Meeting.status == MeetingStatus.PLANNED, Meeting.invited_at.is_not(None),
               Meeting.mode != MeetingMode.ASYNCHRONOUS, Meeting.case_id.is_(None))
    )


def invited(meeting_ids: Any, today: Any) -> Select:
    """Select who is invited, once for each agency that they sit for, and what is said of their coming."""
    comes = case((Invitation.answered_sequence == Invitation.sequence_sent, Invitation.comes), else_=None)
    return (
        select(Invitation.meeting_id, Invitation.user_id, Membership.agency_id, literal("").label("agency"),
               comes.label("comes"), Attendance.status.label("marked"), literal(0).label("needed"))
        .select_from(Invitation).join(Meeting, Meeting.id == Invitation.meeting_id)
        .join(Membership, and_(Membership.panel_id == Meeting.panel_id, Membership.user_id == Invitation.user_id,
                               Membership.role.in_(list(INVITED)), *audience.valid_on(Membership, today)))
        .outerjoin(Attendance, and_(Attendance.meeting_id == Meeting.id, Attendance.user_id == Invitation.user_id))
        .where(Invitation.meeting_id.in_(meeting_ids), Invitation.status == InviteStatus.SENT)
    )


def _expected(rows: Sequence) -> Expected:
    return Expected(frozenset(row.agency_id for row in rows), rules.coming(rows[0].comes, rows[0].marked))


def of_meeting(session: Session, meeting: Meeting, today: date) -> Outlook | None:
    """Return what one meeting can expect; nothing once it has begun, or before anybody is invited."""
    if meeting.status is not MeetingStatus.PLANNED or meeting.invited_at is None:
        return None
    return outlooks(session, [meeting.id], today).get(meeting.id)


def warn(work: Work) -> int:
    """Warn coordinators of meetings that too few have accepted, once, two working days before; return of how many.

    The timer's.
    """
    work.require(policy.may_invite_coming)
    today = local_day(work.now)
    near = _near(work, today)
    expected = outlooks(work.session, [meeting.id for meeting in near], today)
    short = [meeting for meeting in near if meeting.id in expected and not expected[meeting.id].enough]
    for meeting in short:
        _tell(work, meeting, today)
    return len(short)


def _near(work: Work, today: date) -> list[Meeting]:
    """Return the meetings that are close enough to warn of, and of which nobody has been warned yet."""
    told = select(QueuedLetter.id).where(
        QueuedLetter.kind == LetterKind.QUORUM_SHORT, QueuedLetter.about_id == Meeting.id)
    rows: Iterable = work.session.execute(
        select(Meeting, Panel.nation).join(Panel, Panel.id == Meeting.panel_id)
        .where(Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > work.now,
               Meeting.mode != MeetingMode.ASYNCHRONOUS, Meeting.case_id.is_(None),
               Meeting.starts_at < work.now + _FURTHEST, ~told.exists())
        .order_by(Meeting.starts_at, Meeting.id))
    return [meeting for meeting, nation in rows
            if is_working_day(today, holidays.around(nation, today.year)) and _from(meeting, nation) <= today]


def _from(meeting: Meeting, nation: str) -> date:
    day = local_day(meeting.starts_at)
    return working_days_before(day, WARNED_BEFORE, holidays.around(nation, day.year))


def _tell(work: Work, meeting: Meeting, today: date) -> None:
    keepers = {member.user_id for member in directory.members_on(work.session, meeting.panel_id, today, TRIAGERS)}
    for user_id in sorted(keepers):
        work.post(Letter(LetterKind.QUORUM_SHORT, user_id, reference=meeting.reference, link=meetings.link(meeting.id),
                         day=local_day(meeting.starts_at), about=meeting.id), panel_id=meeting.panel_id)
    work.record(AuditVerb.SEND, meeting, letter="quorum_short", to=sorted(keepers))
