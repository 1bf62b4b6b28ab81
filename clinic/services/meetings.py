"""Finding meetings, and showing them as diaries do.

How they come to be and change stands in `services.scheduling`, who is told in
`services.invitations`, their pages in `services.meeting_pages`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain.entries import Entry, EntryStatus, Place
from clinic.domain.errors import NotFound
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus
from clinic.models.meeting import Meeting, MeetingEdition
from clinic.models.panel import Panel
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy import meetings as policy
from clinic.services.work import Work

CALENDAR = [kind for kind in LetterKind if kind.method is not None]
_NEVER_LEFT = [PostStatus.FAILED, PostStatus.CANCELLED]


def find(work: Work, meeting_id: UUID, lock: bool = False) -> Meeting:
    """Find a meeting of a panel that the actor sits on, or raise NotFound. `lock` = FOR UPDATE."""
    query = select(Meeting).where(Meeting.id == meeting_id, policy.visible_to(work.actor))
    meeting = work.session.scalar(query.with_for_update() if lock else query)
    if meeting is None:
        raise NotFound
    return meeting


def coming(session: Session, panel_id: UUID, now: datetime) -> list[Meeting]:
    """Return a panel's meetings that are still to come and not cancelled, in order; none that is about one case."""
    return list(session.scalars(
        select(Meeting)
        .where(Meeting.panel_id == panel_id, Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > now,
               Meeting.case_id.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    ))


def link(meeting_id: UUID) -> str:
    """Return the path of a meeting's page, as diaries and letters give it."""
    return f"/meetings/{meeting_id}"


def entry(meeting: Meeting, diary_name: str, link: str) -> Entry:
    """Return a meeting as diaries show it now."""
    cancelled = meeting.status is MeetingStatus.CANCELLED
    return Entry(
        uid=meeting.uid, reference=meeting.reference, diary_name=diary_name, starts_at=meeting.starts_at,
        ends_at=meeting.ends_at, sequence=meeting.sequence, changed_at=meeting.changed_at, link=link,
        place=Place(meeting.mode.value), status=EntryStatus.CANCELLED if cancelled else EntryStatus.CONFIRMED,
    )


def enclosure_entries(session: Session, letter: QueuedLetter) -> tuple[Entry, Entry | None]:
    """Return what a queued calendar letter encloses, and the meeting as its reader was last told of it.

    Both are of their own revision, whatever has become of the meeting since: an invitation
    that is rendered after the cancellation is still a REQUEST, and the CANCEL that follows
    has the higher SEQUENCE. The second is None where nothing that a letter shows differs.
    """
    meeting, diary_name = session.execute(
        select(Meeting, Panel.diary_name).join(Panel, Panel.id == Meeting.panel_id)
        .where(Meeting.id == letter.about_id)
    ).one()
    kept = session.scalars(select(MeetingEdition).where(MeetingEdition.meeting_id == meeting.id))
    editions = {said.sequence: _of_edition(meeting, said, diary_name) for said in (meeting, *kept)}
    now = _as_told(editions[letter.revision], letter.kind)
    before = editions.get(_last_told(session, letter))
    differs = before is not None and (
        (before.starts_at, before.ends_at, before.place) != (now.starts_at, now.ends_at, now.place)
    )
    return now, before if differs else None


def _of_edition(meeting: Meeting, edition: Meeting | MeetingEdition, diary_name: str) -> Entry:
    return Entry(
        uid=meeting.uid, reference=meeting.reference, diary_name=diary_name, starts_at=edition.starts_at,
        ends_at=edition.ends_at, sequence=edition.sequence, changed_at=edition.changed_at, link=link(meeting.id),
        place=Place(edition.mode.value),
    )


def _as_told(said: Entry, kind: LetterKind) -> Entry:
    """Return the revision as this kind of letter speaks of it: standing, cancelled, or without its reader."""
    if kind is LetterKind.INVITATION_CANCEL:
        return replace(said, status=EntryStatus.CANCELLED)
    return replace(said, removed=kind is LetterKind.INVITATION_REMOVED)


def _last_told(session: Session, letter: QueuedLetter) -> int | None:
    """Return the newest earlier revision of which a letter left for the same address."""
    return session.scalar(
        select(QueuedLetter.revision)
        .where(QueuedLetter.about_id == letter.about_id, QueuedLetter.address == letter.address,
               QueuedLetter.kind.in_(CALENDAR), QueuedLetter.message_id.is_not(None),
               QueuedLetter.status.not_in(_NEVER_LEFT), QueuedLetter.revision < letter.revision)
        .order_by(QueuedLetter.revision.desc()).limit(1)
    )
