"""Private calendar addresses: made, revoked, and read by programs that never sign in.

The address is the only secret and is shown once; the database keeps its hash. What a feed
holds is computed from today's seats at every fetch, so leaving a panel ends it at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from clinic.domain.actors import Actor, Seat, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.entries import Deadline, Entry
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.meetings import LONDON, InviteStatus, MeetingStatus, deadlines_of, local_day
from clinic.domain.panels import Rules
from clinic.models.account import Membership, User
from clinic.models.meeting import CalendarFeed, Invitation, Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.policy import feeds as policy
from clinic.policy import meetings as meeting_policy
from clinic.services import holidays, meetings
from clinic.services.sessions import hash_of
from clinic.services.work import Office, Work

BACK, AHEAD, CANCELLED_STAY = timedelta(days=90), timedelta(days=400), timedelta(days=30)
MOST_ADDRESSES = 10


@dataclass(frozen=True, slots=True)
class NewFeed:
    label: str
    with_deadlines: bool = False
    without_invited: bool = False


@dataclass(frozen=True, slots=True)
class FeedLine:
    id: UUID
    label: str
    with_deadlines: bool
    without_invited: bool
    created_at: datetime
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class FeedsPage:
    feeds: tuple[FeedLine, ...]
    may_have: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What one address opens today, made `since` then. Two scopes of the same `state` have the same contents.

    `state` is None where the contents depend on more than panels and their meetings.
    """

    feed_id: UUID
    actor: Actor
    since: datetime
    with_deadlines: bool
    without_invited: bool
    used_today: bool
    state: Hashable | None


@dataclass(frozen=True, slots=True)
class Contents:
    """`changed_at` is the newest change of a meeting shown, or None where none is."""

    entries: tuple[Entry, ...]
    deadlines: tuple[Deadline, ...]
    changed_at: datetime | None


def index(work: Work) -> FeedsPage:
    """Return the actor's own calendar addresses, without their secrets: nobody has those any more."""
    work.require(policy.may_list)
    rows = work.session.scalars(
        select(CalendarFeed).where(policy.visible_to(work.actor), CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.created_at)
    ).all()
    work.record(AuditVerb.VIEW, "CalendarFeed", shown=[row.id for row in rows])
    lines = tuple(FeedLine(row.id, row.label, row.with_deadlines, row.without_invited, row.created_at, row.last_used_on)
                  for row in rows)
    return FeedsPage(lines, policy.may_have(work.actor))


def make(work: Work, new: NewFeed) -> str:
    """Make an address and return its secret part, which cannot be had again."""
    work.require(policy.may_have)
    held = work.session.scalar(
        select(func.count(CalendarFeed.id)).where(policy.visible_to(work.actor), CalendarFeed.revoked_at.is_(None))
    )
    if held >= MOST_ADDRESSES:
        raise RuleBroken(f"You have {held} calendar addresses already. Revoke one that you no longer use.")
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        user_id=work.actor.user_id, label=new.label, with_deadlines=new.with_deadlines,
        without_invited=new.without_invited, token_hash=hash_of(token), created_at=work.now,
    )
    work.session.add(feed)
    work.record(AuditVerb.CREATE, feed)
    return token


def revoke(work: Work, feed_id: UUID) -> None:
    """End an address of one's own: from now on it answers as one that never was."""
    feed = work.session.scalar(
        select(CalendarFeed).where(CalendarFeed.id == feed_id, policy.visible_to(work.actor)).with_for_update()
    )
    if feed is None:
        raise NotFound
    work.require(policy.may_revoke, feed)
    if feed.revoked_at is None:
        feed.revoked_at = work.now
        work.record(AuditVerb.REVOKE, feed)


def scope(session: Session, token: str, now: datetime) -> Scope | None:
    """Return what an address opens, in one statement; None for each reason why it opens nothing.

    Unknown, revoked, of somebody who is disabled or has no seat left: the reader cannot
    tell which, and each takes the same statement.
    """
    today = local_day(now)
    rows = session.execute(
        select(CalendarFeed, User.agency_id, Membership.panel_id, Membership.role,
               Membership.agency_id.label("seat_agency_id"), Panel.version, PanelRules.version.label("rules_version"),
               *_tally(today))
        .join(User, User.id == CalendarFeed.user_id)
        .join(Membership, Membership.user_id == User.id)
        .join(Panel, Panel.id == Membership.panel_id)
        .join(PanelRules, PanelRules.panel_id == Panel.id)
        .where(
            CalendarFeed.token_hash == hash_of(token), CalendarFeed.revoked_at.is_(None),
            User.status == UserStatus.ACTIVE, Membership.valid_from <= today,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
        )
    ).all()
    if not rows:
        return None
    feed = rows[0].CalendarFeed
    seats = frozenset(Seat(row.panel_id, row.role, row.seat_agency_id) for row in rows)
    state = (today, feed.with_deadlines, frozenset(
        (row.panel_id, row.version, row.rules_version, row.meetings, row.changed_at, row.revisions) for row in rows
    ))
    # Who finds an emergency meeting hangs on who may know of its case.
    is_personal = feed.without_invited or any(row.about_cases for row in rows)
    return Scope(
        feed.id, Actor(feed.user_id, rows[0].agency_id, seats), feed.created_at, feed.with_deadlines,
        feed.without_invited, feed.last_used_on == today, None if is_personal else state,
    )


def _tally(today: date) -> list:
    """Return columns that change with every published change of a panel's meetings: how many, newest, revisions."""
    def of(column, name):
        return (
            select(column).where(Meeting.panel_id == Membership.panel_id, *_window(today))
            .correlate(Membership).scalar_subquery().label(name)
        )
    return [of(func.count(Meeting.id), "meetings"), of(func.max(Meeting.changed_at), "changed_at"),
            of(func.sum(Meeting.sequence), "revisions"), of(func.count(Meeting.case_id), "about_cases")]


def _window(today: date) -> list:
    """Return the condition on meetings that feeds show: cut at midnights, so that it moves once a day."""
    begins, ends = (datetime.combine(day, time(), LONDON).astimezone(UTC) for day in (today - BACK, today + AHEAD))
    forgotten = datetime.combine(today - CANCELLED_STAY, time(), LONDON).astimezone(UTC)
    return [
        Meeting.ends_at >= begins, Meeting.starts_at < ends,
        or_(Meeting.status != MeetingStatus.CANCELLED, Meeting.changed_at >= forgotten),
    ]


def contents(session: Session, scope: Scope, now: datetime) -> Contents:
    """Return what a scope holds, in one statement."""
    which = [meeting_policy.visible_to(scope.actor), *_window(local_day(now))]
    if scope.without_invited:
        which.append(~exists().where(
            Invitation.meeting_id == Meeting.id, Invitation.user_id == scope.actor.user_id,
            Invitation.status == InviteStatus.SENT,
        ))
    rows = session.execute(
        select(Meeting, Panel, PanelRules).join(Panel, Panel.id == Meeting.panel_id)
        .join(PanelRules, PanelRules.panel_id == Panel.id).where(*which).order_by(Meeting.starts_at, Meeting.uid)
    ).all()
    entries = tuple(meetings.entry(meeting, panel.diary_name, meetings.link(meeting.id)) for meeting, panel, _ in rows)
    due = tuple(deadline for row in rows for deadline in _deadlines(*row)) if scope.with_deadlines else ()
    return Contents(entries, due, max((entry.changed_at for entry in entries), default=None))


def _deadlines(meeting: Meeting, panel: Panel, row: PanelRules) -> list[Deadline]:
    """Return the panel's days before a meeting. An emergency meeting has none: it has an hour of its own."""
    if meeting.status is MeetingStatus.CANCELLED or meeting.answers_by is not None:
        return []
    day = local_day(meeting.starts_at)
    rules = Rules(**{name: getattr(row, name) for name in Rules.names()})
    due = deadlines_of(panel.type, day, rules, holidays.around(panel.nation, day.year), meeting.mode)
    return [
        Deadline(
            uid=uuid5(meeting.uid, kind.value), kind=kind, reference=meeting.reference, diary_name=panel.diary_name,
            day=on, changed_at=meeting.changed_at, link=meetings.link(meeting.id),
            sequence=meeting.sequence + row.version,
        )
        for kind, on in due.items()
    ]


def mark_used(office: Office, scope: Scope, now: datetime) -> None:
    """Note the day on which an address was last fetched: once a day, and beside the door."""
    if scope.used_today:
        return
    with office.beside("feed last used") as session:
        session.execute(
            update(CalendarFeed).where(CalendarFeed.id == scope.feed_id).values(last_used_on=local_day(now)),
            execution_options={"exempt": True, "synchronize_session": False},
        )
