"""What the page of one meeting shows, and the pages on which it is moved or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.attendance import Outlook
from clinic.domain.audit import AuditVerb
from clinic.domain.entries import DeadlineKind
from clinic.domain.errors import NotFound
from clinic.domain.meetings import (
    InviteStatus,
    MeetingKind,
    MeetingMode,
    MeetingStatus,
    When,
    deadlines_of,
    local_day,
    local_time,
)
from clinic.domain.panels import PanelType, Rules
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaItem
from clinic.models.meeting import Invitation, Meeting
from clinic.models.minute import MinuteVersion
from clinic.models.panel import Panel, PanelRules
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy import agenda as agenda_policy
from clinic.policy import declarations as declaration_policy
from clinic.policy import hearings as hearing_policy
from clinic.policy import interests as interest_policy
from clinic.policy import meetings as policy
from clinic.policy import minutes as minute_policy
from clinic.services import capacity, declarations, expectations, holidays, meetings
from clinic.services.capacity import Room
from clinic.services.declarations import Signed
from clinic.services.meeting_lists import PanelName
from clinic.services.work import Work

_OVER = (MeetingStatus.HELD, MeetingStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class InvitedLine:
    name: str
    agency: str
    state: str


@dataclass(frozen=True, slots=True)
class Links:
    """Which of a meeting's other pages the actor may open; `minutes` is the version to read."""

    agenda: bool
    hearing: bool
    minutes_draft: bool
    minutes: UUID | None
    declared: bool


@dataclass(frozen=True, slots=True)
class MeetingPage:
    id: UUID
    reference: str
    panel: PanelName
    starts_at: datetime
    ends_at: datetime
    kind: MeetingKind
    status: MeetingStatus
    mode: MeetingMode
    place: str
    knows_place: bool
    #: of an emergency meeting: until when agencies answer, and which are called
    answers_by: datetime | None
    called: tuple[str, ...]
    holiday: str
    deadlines: tuple[tuple[DeadlineKind, date], ...]
    links: Links
    #: how full it is, for those who run it while it is to come
    room: Room | None
    invited: tuple[InvitedLine, ...]
    knows_invited: bool
    #: how it stands with the undertakings; nothing where none is asked for, or of this reader
    signed: Signed | None
    #: who will come, to whoever runs the meeting, until it begins
    outlook: Outlook | None
    #: whether the reader is asked to come and has not been told of another time since, and what they answered
    asked_to_come: bool
    my_answer: bool | None
    may_run: bool
    may_change: bool
    version: int


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A meeting that is about to be moved or cancelled, and what hangs on it."""

    id: UUID
    reference: str
    panel: PanelName
    starts_at: datetime
    ends_at: datetime
    when: When
    mode: MeetingMode
    place: str
    holiday: str
    open: bool
    version: int
    told: int
    cases: int


def show(work: Work, meeting_id: UUID) -> MeetingPage:
    """Return one meeting, as far as the actor may know it."""
    meeting, panel, rules = _with_panel(work, meeting_id)
    work.require(policy.may_see, meeting)
    knows_place = policy.may_know_place(work.actor, meeting)
    knows_invited = policy.may_know_invited(work.actor, meeting)
    may_run = policy.may_run(work.actor, meeting)
    invited = _invited(work, meeting) if knows_invited else ()
    asked = rules.undertaking_required and declaration_policy.may_sign(work.actor, meeting)
    signed = declarations.of_meeting(work, meeting) if asked else None
    asks = not meeting.mode.is_in_writing and policy.may_answer(work.actor, meeting)
    mine = _mine(work, meeting) if asks else None
    work.record(AuditVerb.VIEW, meeting)
    return MeetingPage(
        id=meeting.id, reference=meeting.reference, panel=PanelName(panel.id, panel.name),
        starts_at=meeting.starts_at, ends_at=meeting.ends_at, kind=meeting.kind, status=meeting.status,
        mode=meeting.mode, place=(meeting.place or "") if knows_place else "", knows_place=knows_place,
        answers_by=meeting.answers_by if knows_place else None,
        called=_called(work, meeting) if knows_place else (), holiday=meeting.holiday,
        deadlines=tuple(_deadlines(meeting, panel, rules)) if knows_place and not meeting.answers_by else (),
        links=_links(work, meeting), room=_room(work, meeting, panel, rules) if may_run else None,
        invited=invited, knows_invited=knows_invited, signed=signed,
        outlook=expectations.of_meeting(work.session, meeting, local_day(work.now)) if may_run else None,
        asked_to_come=mine is not None, my_answer=expectations.answer_of(mine) if mine else None, may_run=may_run,
        may_change=may_run and meeting.status is MeetingStatus.PLANNED, version=meeting.version,
    )


def _room(work: Work, meeting: Meeting, panel: Panel, rules: PanelRules) -> Room | None:
    if (meeting.status is not MeetingStatus.PLANNED or panel.type is PanelType.CPS_SCRUTINY_PANEL
            or meeting.mode.is_in_writing or meeting.case_id is not None):
        return None
    return capacity.of_meeting(work, meeting, panel.type, rules.max_cases)


def _called(work: Work, meeting: Meeting) -> tuple[str, ...]:
    """Return the agencies that are called to an emergency meeting, by name. One statement, and none for another."""
    if not meeting.called:
        return ()
    return tuple(work.session.scalars(
        select(Agency.name).where(Agency.id.in_([UUID(id_) for id_ in meeting.called])).order_by(Agency.name)))


def _mine(work: Work, meeting: Meeting) -> Invitation | None:
    """Return the reader's own invitation, while an answer to it still counts."""
    return work.session.scalar(select(Invitation).where(
        Invitation.meeting_id == meeting.id, Invitation.user_id == work.actor.user_id,
        Invitation.status == InviteStatus.SENT, meeting.status == MeetingStatus.PLANNED))


def change(work: Work, meeting_id: UUID) -> ChangePage:
    """Return what somebody must see who moves or cancels a meeting: how many are told, what is listed."""
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_run, meeting)
    panel = work.session.get_one(Panel, meeting.panel_id)
    told = work.session.scalar(
        select(func.count(Invitation.id))
        .where(Invitation.meeting_id == meeting.id, Invitation.status == InviteStatus.SENT)
    )
    listed = work.session.scalar(
        select(func.count(AgendaItem.id))
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.case_id.is_not(None),
               agenda_policy.visible_to(work.actor))
    )
    work.record(AuditVerb.VIEW, meeting)
    minutes = int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60
    return ChangePage(
        meeting.id, meeting.reference, PanelName(panel.id, panel.name), meeting.starts_at, meeting.ends_at,
        When(local_day(meeting.starts_at), local_time(meeting.starts_at), minutes), meeting.mode, meeting.place or "",
        meeting.holiday, meeting.status is MeetingStatus.PLANNED, meeting.version,
        told if meeting.starts_at > work.now else 0, listed,
    )


def _with_panel(work: Work, meeting_id: UUID) -> tuple[Meeting, Panel, PanelRules]:
    row = work.session.execute(
        select(Meeting, Panel, PanelRules).join(Panel, Panel.id == Meeting.panel_id)
        .join(PanelRules, PanelRules.panel_id == Panel.id)
        .where(Meeting.id == meeting_id, policy.visible_to(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _deadlines(meeting: Meeting, panel: Panel, row: PanelRules):
    day = local_day(meeting.starts_at)
    rules = Rules(**{name: getattr(row, name) for name in Rules.names()})
    return deadlines_of(panel.type, day, rules, holidays.around(panel.nation, day.year), meeting.mode).items()


def _links(work: Work, meeting: Meeting) -> Links:
    held = meeting.status is not MeetingStatus.CANCELLED
    version = work.session.scalar(
        select(MinuteVersion.id).where(MinuteVersion.meeting_id == meeting.id, minute_policy.visible_to(work.actor))
        .order_by(MinuteVersion.number.desc()).limit(1)
    )
    return Links(
        agenda=held and agenda_policy.may_read(work.actor, meeting),
        hearing=held and hearing_policy.may_follow(work.actor, meeting),
        minutes_draft=meeting.status in _OVER and minute_policy.may_see_draft(work.actor, meeting),
        minutes=version,
        declared=held and interest_policy.may_read(work.actor, meeting),
    )


# What is said of a letter: the relay took it or not; nobody knows whether it was read.
_STATES = {
    PostStatus.QUEUED: "waiting to be sent", PostStatus.SENDING: "being sent", PostStatus.RETRY: "will be tried again",
    PostStatus.ACCEPTED: "accepted by the mail relay", PostStatus.FAILED: "could not be sent",
    PostStatus.CANCELLED: "replaced by a newer letter",
}


def _invited(work: Work, meeting: Meeting) -> tuple[InvitedLine, ...]:
    """Return who was invited, and how the newest letter to each went, for those who run the panel."""
    rows = work.session.execute(
        select(User.name, Agency.name, Invitation)
        .join(Invitation, Invitation.user_id == User.id).join(Agency, Agency.id == User.agency_id)
        .where(Invitation.meeting_id == meeting.id).order_by(Agency.name, User.name)
    ).all()
    runs = policy.may_run(work.actor, meeting)
    sent = _newest_letters(work, meeting) if runs else {}
    # Who was taken off an emergency meeting was shut out of its case: those who run it alone know that.
    return tuple(InvitedLine(name, agency, _state(row, sent)) for name, agency, row in rows
                 if runs or meeting.case_id is None or row.status is InviteStatus.SENT)


def _state(row: Invitation, sent: dict[UUID, PostStatus]) -> str:
    """Return how it stands with an invitation; whoever is told how its letter went is told the answer instead."""
    answer = expectations.answer_of(row)
    if row.user_id not in sent or row.status is not InviteStatus.SENT:
        return _INVITED[row.status]
    said = _STATES[sent[row.user_id]] if answer is None else "comes" if answer else "cannot come"
    return f"{_INVITED[row.status]}: {said}"


_INVITED = {
    InviteStatus.NOT_SENT: "Not invited yet", InviteStatus.SENT: "Invited", InviteStatus.CANCELLED: "Taken off",
}


def _newest_letters(work: Work, meeting: Meeting) -> dict[UUID, PostStatus]:
    rows = work.session.execute(
        select(QueuedLetter.user_id, QueuedLetter.status)
        .where(QueuedLetter.about_id == meeting.id, QueuedLetter.kind.in_(meetings.CALENDAR),
               QueuedLetter.user_id.is_not(None))
        .order_by(QueuedLetter.revision, QueuedLetter.queued_at)
    )
    return {row.user_id: row.status for row in rows}
