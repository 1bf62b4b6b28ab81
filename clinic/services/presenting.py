"""Saying who presents a case at a meeting, and telling the coordinator once where nobody has said so in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clinic.domain import presenting as rules
from clinic.domain.actors import TRIAGERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MeetingStatus, local_day, local_time
from clinic.domain.research import ResearchStatus
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaItem, PresenterHours
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.policy import presenting as policy
from clinic.services import audience, presenters
from clinic.services.presenters import Presents
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class PresentLine:
    """A case that the actor's agency presents; `is_me` where the actor does."""

    item_id: UUID
    case_id: UUID
    reference: str
    starts_at: datetime
    presents: Presents
    is_me: bool


@dataclass(frozen=True, slots=True)
class PresenterPage:
    """Who presents one case; the choices are empty for whoever may not choose."""

    item_id: UUID
    meeting_id: UUID
    case_id: UUID
    reference: str
    panel: str
    starts_at: datetime
    ends_at: datetime
    presents: Presents
    presenter_id: UUID | None
    me: UUID
    may_name: bool
    colleagues: tuple[tuple[str, str], ...]
    may_entrust: bool
    agencies: tuple[tuple[str, str], ...]
    refusal: str

    @property
    def says_hours(self) -> bool:
        """Whether the reader may say when who presents can be there."""
        return self.may_name and self.presents.confirmed

    @property
    def wall_times(self) -> tuple[time | None, time | None]:
        """Return from when and until when who presents can be there, as a clock on the wall shows it."""
        hours = self.presents.hours
        return tuple(local_time(at) if at else None for at in (hours.begins_at, hours.ends_at))


def mine(work: Work) -> tuple[PresentLine, ...]:
    """Return the cases of coming meetings that the actor's agencies present, the next meeting's first."""
    work.require(policy.may_list)
    rows = work.session.execute(
        _select().where(policy.visible_to(work.actor), presenters.is_of(work.actor),
                        Meeting.status == MeetingStatus.PLANNED)
        .order_by(Meeting.starts_at, Case.reference)
    ).all()
    work.record(AuditVerb.VIEW, "Presenting", shown=[row.AgendaItem.case_id for row in rows])
    return tuple(
        PresentLine(row.AgendaItem.id, row.AgendaItem.case_id, row.reference, row.Meeting.starts_at, _presents(row),
                    row.confirmed and row.AgendaItem.presenter_id == work.actor.user_id)
        for row in rows
    )


def page(work: Work, item_id: UUID) -> PresenterPage:
    """Return who presents a case, and to whoever may name or entrust somebody, whom."""
    row = _found(work, item_id)
    item, meeting = row.AgendaItem, row.Meeting
    work.require(policy.may_see, item)
    names, entrusts = policy.may_name(work.actor, item, row.agency_id), policy.may_entrust(work.actor, item)
    people = _colleagues(work.session, row) if names else ()
    agencies = _agencies(work.session, item) if entrusts else ()
    work.record(AuditVerb.VIEW, item, what="presenter")
    return PresenterPage(
        item.id, meeting.id, item.case_id, row.reference, row.panel, meeting.starts_at, meeting.ends_at, _presents(row),
        item.presenter_id if row.confirmed else None, work.actor.user_id, names,
        tuple((str(id_), name) for id_, name in people), entrusts, tuple((str(id_), name) for id_, name in agencies),
        _refusal(meeting),
    )


def confirm(work: Work, item_id: UUID, user_id: UUID) -> str:
    """Say who of the agency presents a case, the actor or a colleague, who is told; return the case's reference."""
    row = _found(work, item_id, lock=True)
    item, meeting = row.AgendaItem, row.Meeting
    work.require(policy.may_name, item, row.agency_id)
    rules.check_open(meeting.status)
    rules.check_presenter(user_id, [id_ for id_, _ in _colleagues(work.session, row)])
    item.presenter_id, item.presenter_confirmed_at = user_id, work.now
    work.session.flush()
    work.record(AuditVerb.UPDATE, item, fields=["presenter_id"])
    if user_id != work.actor.user_id:
        work.post(Letter(
            LetterKind.PRESENTER_NAMED, to=user_id, reference=meeting.reference, link="/presenting",
            day=local_day(meeting.starts_at), about=item.id, revision=int(work.now.timestamp()) // 60,
        ), panel_id=item.panel_id)
    return row.reference


def say_hours(work: Work, item_id: UUID, begins: time | None, ends: time | None) -> str:
    """Say from when until when who presents a case can be at its meeting, for all that they present there.

    Wall times of the meeting's day; none = from its beginning, or to its end. Returns the case's reference.
    """
    row = _found(work, item_id, lock=True)
    item, meeting = row.AgendaItem, row.Meeting
    work.require(policy.may_name, item, row.agency_id)
    rules.check_open(meeting.status)
    if not row.confirmed:
        raise RuleBroken("Nobody has said that they present this case. Say first who does.")
    hours = rules.hours(begins, ends, meeting.starts_at, meeting.ends_at)
    _keep(work, meeting, item.presenter_id, hours)
    work.record(AuditVerb.UPDATE, item, fields=["presenter_hours"])
    return row.reference


def _keep(work: Work, meeting: Meeting, user_id: UUID, hours: rules.Hours) -> None:
    row = work.session.get(PresenterHours, (meeting.id, user_id), with_for_update=True)
    if row is not None and hours == rules.Hours():
        work.session.delete(row)
    elif hours != rules.Hours():
        row = row or PresenterHours(meeting_id=meeting.id, user_id=user_id)
        row.begins_at, row.ends_at = hours.begins_at, hours.ends_at
        work.session.add(row)


def entrust(work: Work, item_id: UUID, agency_id: UUID) -> str:
    """Let another of the asked agencies present a case; who of it does is theirs to say. Returns the reference."""
    row = _found(work, item_id, lock=True)
    item = row.AgendaItem
    work.require(policy.may_entrust, item)
    rules.check_open(row.Meeting.status)
    if agency_id not in [id_ for id_, _ in _agencies(work.session, item)]:
        raise RuleBroken("Choose one of the agencies that were asked about this case", "agency")
    if agency_id != row.agency_id:
        item.presenter_agency_id, item.presenter_id, item.presenter_confirmed_at = agency_id, None, None
    work.session.flush()
    work.record(AuditVerb.UPDATE, item, fields=["presenter_agency_id"])
    return row.reference


def tell(work: Work) -> int:
    """Tell coordinators once of a meeting that is a working day away and has cases that nobody presents. The timer's.

    Each is told of what they may know, and of a case that is closed to them not even that there is a gap.
    """
    work.require(policy.may_tell)
    told = []
    for meeting in _near(work):
        gaps = work.session.scalars(select(AgendaItem).where(
            AgendaItem.meeting_id == meeting.id, presenters.is_missing())).all()
        told += [(meeting, member.actor.user_id)
                 for member in audience.of(work.session, meeting, local_day(work.now), TRIAGERS).members
                 if any(policy.may_see(member.actor, item) for item in gaps)]
    before = set(work.session.execute(
        select(QueuedLetter.about_id, QueuedLetter.user_id).where(
            QueuedLetter.kind == LetterKind.PRESENTER_MISSING,
            QueuedLetter.about_id.in_([meeting.id for meeting, _ in told]))))
    new = [(meeting, user_id) for meeting, user_id in told if (meeting.id, user_id) not in before]
    for meeting, user_id in new:
        work.post(Letter(
            LetterKind.PRESENTER_MISSING, to=user_id, reference=meeting.reference,
            link=f"/meetings/{meeting.id}/agenda", day=local_day(meeting.starts_at), about=meeting.id,
        ), panel_id=meeting.panel_id)
    if new:
        work.record(AuditVerb.SEND, "Presenting", meetings=[meeting.id for meeting, _ in new])
    return len(new)


def _near(work: Work) -> list[Meeting]:
    rows = work.session.execute(
        select(Meeting, Panel.nation).join(Panel, Panel.id == Meeting.panel_id)
        .where(Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > work.now,
               Meeting.starts_at < work.now + timedelta(days=14))  # no holidays are longer
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [meeting for meeting, nation in rows if meeting.starts_at < presenters.near_until(nation, work.now)]


def _select() -> Select:
    return (
        select(AgendaItem, Meeting, Case.reference, Panel.name.label("panel"), Agency.name.label("agency"),
               presenters.agency_of().label("agency_id"), User.name.label("presenter"),
               presenters.is_confirmed().label("confirmed"), PresenterHours)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Case, Case.id == AgendaItem.case_id)
        .join(Panel, Panel.id == AgendaItem.panel_id)
        .outerjoin(Agency, Agency.id == presenters.agency_of())
        .outerjoin(User, User.id == AgendaItem.presenter_id)
        .outerjoin(PresenterHours, presenters.said_hours())
    )


def _found(work: Work, item_id: UUID, lock: bool = False) -> Any:
    query = _select().where(AgendaItem.id == item_id, policy.visible_to(work.actor))
    row = work.session.execute(query.with_for_update(of=AgendaItem) if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return row


def _presents(row: Any) -> Presents:
    return Presents(row.agency or "", row.presenter or "", bool(row.confirmed),
                    presenters.hours_of(row.PresenterHours, row.Meeting))


def _colleagues(session: Session, row: Any) -> list[Any]:
    return list(session.execute(presenters.colleagues(row.AgendaItem, row.Meeting, row.agency_id)))


def _agencies(session: Session, item: AgendaItem) -> list[Any]:
    """Return the agencies that were asked about a case and take part in it, by name."""
    return list(session.execute(
        select(Agency.id, Agency.name).join(ResearchRequest, ResearchRequest.agency_id == Agency.id)
        .where(ResearchRequest.meeting_id == item.meeting_id, ResearchRequest.case_id == item.case_id,
               ResearchRequest.status != ResearchStatus.EXEMPT_CONFLICT)
        .distinct().order_by(Agency.name, Agency.id)
    ))


def _refusal(meeting: Meeting) -> str:
    try:
        rules.check_open(meeting.status)
    except RuleBroken as broken:
        return broken.message
    return ""
