"""Who is invited to which meeting, and what each is told when it moves, falls or leaves them out.

Diaries compare revisions: whatever tells somebody something new raises the meeting's
SEQUENCE first. The revision before is kept as an edition: a letter about it may be waiting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from clinic.domain.actors import INVITED, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.emergencies import comes
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import INVITED_AHEAD, InviteStatus, MeetingStatus, local_day, next_change
from clinic.models.account import Membership, User
from clinic.models.meeting import Invitation, Meeting, MeetingEdition
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy.meetings import may_invite_coming
from clinic.services import directory, meetings
from clinic.services.work import Work

_IN_DIARIES = (LetterKind.INVITATION, LetterKind.INVITATION_UPDATE)
_NEVER_LEFT = (PostStatus.CANCELLED, PostStatus.FAILED)
_UNSENT = (PostStatus.QUEUED, PostStatus.RETRY)


@dataclass(frozen=True, slots=True)
class _List:
    """One meeting's people: who should come (by address), who was asked, who has not got the letter yet."""

    expected: dict[UUID, str]
    asked: dict[UUID, Invitation]
    unheard: frozenset[UUID]


def revise(work: Work, meeting: Meeting) -> None:
    """Raise the meeting's revision, before something changes that diaries show; what stood so far is kept."""
    work.session.add(MeetingEdition(
        meeting_id=meeting.id, sequence=meeting.sequence, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        mode=meeting.mode, changed_at=meeting.changed_at,
    ))
    meeting.sequence += 1
    meeting.changed_at = next_change(meeting.changed_at, work.now)


def invite(work: Work, sittings: Sequence[Meeting]) -> None:
    """Make the invitations of coming meetings true: ask who is missing, take off who has left.

    Running it again changes nothing. Statements do not grow with meetings or members; there is one for each emergency.
    """
    for meeting, people in _lists(work, sittings):
        _settle(work, meeting, people, moved=False)


def tell_of_move(work: Work, meeting: Meeting) -> None:
    """Tell everybody of a meeting whose revision has just risen. Nobody was told of it before: nothing to tell."""
    if meeting.invited_at is None:
        return
    for _, people in _lists(work, [meeting]):
        _settle(work, meeting, people, moved=True)


def tell_of_cancellation(work: Work, meeting: Meeting) -> None:
    """Take a cancelled meeting out of every diary that has it. What is past needs no taking out."""
    if meeting.ends_at <= work.now:
        return
    asked = work.session.scalars(_asked([meeting.id])).all()
    for row in asked:
        row.status, row.sequence_sent = InviteStatus.CANCELLED, meeting.sequence
        _post(work, meeting, LetterKind.INVITATION_CANCEL, row.user_id)
    if asked:
        work.record(AuditVerb.SEND, meeting, letter="invitation_cancel", to=[row.user_id for row in asked])


def invite_next(work: Work, panel_id: UUID) -> None:
    """Invite to the panel's next meetings, as far ahead as people are invited."""
    coming = work.session.scalars(_coming(work.now).where(Meeting.panel_id == panel_id)).all()
    invite(work, _due(coming))


def invite_coming(work: Work) -> None:
    """Invite, on every panel, to what has come near, and keep the invitations of the rest true."""
    work.require(may_invite_coming)
    panels = defaultdict(list)
    for meeting in work.session.scalars(_coming(work.now)):
        panels[meeting.panel_id].append(meeting)
    invite(work, [meeting for coming in panels.values() for meeting in _due(coming)])


def about(work: Work, case_id: UUID) -> list[Meeting]:
    """Return the emergency meetings about a case that have not begun, late ones too."""
    return list(work.session.scalars(
        select(Meeting).where(Meeting.case_id == case_id, Meeting.status == MeetingStatus.PLANNED)
        .order_by(Meeting.starts_at, Meeting.id).with_for_update()))


def forget_unheard(work: Work, sittings: Sequence[Meeting]) -> None:
    """Uninvite whoever is not to come any more and of whose letters none has left or still goes: they hear nothing.

    Completes an exclusion, which has taken back what waited. Whoever is invited again later is told by a new revision.
    """
    for meeting, people in _lists(work, sittings):
        leaving = {user_id: row for user_id, row in people.asked.items()
                   if row.status is InviteStatus.SENT and user_id not in people.expected}
        told = set(work.session.scalars(select(QueuedLetter.user_id).where(
            QueuedLetter.about_id == meeting.id, QueuedLetter.kind.in_(_IN_DIARIES),
            QueuedLetter.status.not_in(_NEVER_LEFT)))) if leaving else set()
        unheard = [row for user_id, row in leaving.items() if user_id not in told]
        if unheard:
            revise(work, meeting)
        for row in unheard:
            row.status = InviteStatus.CANCELLED
    work.session.flush()


def takes_out_of_a_diary() -> ColumnElement[bool]:
    """Return the condition that a letter takes a meeting out of the diary of somebody into which it has gone."""
    told = aliased(QueuedLetter)
    return and_(QueuedLetter.kind.in_((LetterKind.INVITATION_REMOVED, LetterKind.INVITATION_CANCEL)), exists(
        select(told.id).where(
            told.about_id == QueuedLetter.about_id, told.user_id == QueuedLetter.user_id,
            told.kind.in_(_IN_DIARIES), told.status.in_((PostStatus.ACCEPTED, PostStatus.SENDING)))))


def _coming(now: datetime):
    return (
        select(Meeting).where(Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > now)
        .order_by(Meeting.starts_at, Meeting.id).with_for_update()
    )


def _due(coming: Sequence[Meeting]) -> list[Meeting]:
    """Return the next few, and whatever people know of already.

    A date that is proposed for moving waits: an invitation to a bank holiday would be followed by its change. An
    emergency meeting does not wait, and nobody is invited later because there is one.
    """
    own = [meeting for meeting in coming if meeting.case_id is None]
    near = {meeting.id for meeting in own[:INVITED_AHEAD] if not meeting.holiday}
    return [meeting for meeting in coming
            if meeting.id in near or meeting.case_id is not None or meeting.invited_at is not None]


def _lists(work: Work, sittings: Sequence[Meeting]) -> Iterable[tuple[Meeting, _List]]:
    if not sittings:
        return []
    ids = [meeting.id for meeting in sittings]
    members = _members(work.session, {meeting.panel_id for meeting in sittings})
    asked: dict[UUID, dict[UUID, Invitation]] = defaultdict(dict)
    for row in work.session.scalars(select(Invitation).where(Invitation.meeting_id.in_(ids)).with_for_update()):
        asked[row.meeting_id][row.user_id] = row
    unheard = _unheard(work.session, ids)
    return [
        (meeting, _List(_expected(work.session, members[meeting.panel_id], meeting),
                        asked[meeting.id], frozenset(unheard[meeting.id])))
        for meeting in sittings
    ]


def _members(session: Session, panels: set[UUID]) -> dict[UUID, list]:
    found = defaultdict(list)
    for row in session.execute(
        select(Membership.panel_id, User.id, User.email, Membership.valid_from, Membership.valid_until,
               Membership.agency_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.panel_id.in_(list(panels)), Membership.role.in_(list(INVITED)),
               User.status == UserStatus.ACTIVE)
        .order_by(User.name, User.id)
    ):
        found[row.panel_id].append(row)
    return found


def _expected(session: Session, members: Iterable, meeting: Meeting) -> dict[UUID, str]:
    """Return who should come: who sits on the panel that day; to an emergency meeting, who runs it or is called."""
    day = local_day(meeting.starts_at)
    kept_out = directory.kept_from(session, meeting, day)
    return {
        row.id: row.email for row in members
        if row.valid_from <= day and (row.valid_until is None or row.valid_until >= day)
        and comes(row.role, row.agency_id, meeting.called) and row.id not in kept_out
    }


def _asked(meeting_ids: list[UUID]):
    return (
        select(Invitation)
        .where(Invitation.meeting_id.in_(meeting_ids), Invitation.status == InviteStatus.SENT)
        .order_by(Invitation.id).with_for_update()
    )


def _unheard(session: Session, meeting_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    """Return whose first invitation still waits: to them a change is told as an invitation."""
    found = defaultdict(set)
    for meeting_id, user_id in session.execute(
        select(QueuedLetter.about_id, QueuedLetter.user_id).where(
            QueuedLetter.about_id.in_(meeting_ids), QueuedLetter.kind == LetterKind.INVITATION,
            QueuedLetter.status.in_(_UNSENT), QueuedLetter.attempts == 0,
        )
    ):
        found[meeting_id].add(user_id)
    return found


def _settle(work: Work, meeting: Meeting, people: _List, *, moved: bool) -> None:
    held = {user_id: row for user_id, row in people.asked.items() if row.status is InviteStatus.SENT}
    leaving = [row for user_id, row in held.items() if people.expected.get(user_id) != row.address_at_send]
    joining = [user_id for user_id in people.expected if user_id not in held or held[user_id] in leaving]
    # To whom a diary was told that it is off by this very revision, it is told anew by the next.
    again = [user_id for user_id in joining if user_id in people.asked and user_id not in held
             and people.asked[user_id].sequence_sent == meeting.sequence]
    if (leaving or again) and not moved:
        revise(work, meeting)
    for row in leaving:
        _take_off(work, meeting, row, still_member=row.user_id in people.expected)
    for user_id in joining:
        _ask(work, meeting, user_id, people)
    staying = [row for row in held.values() if row not in leaving] if moved else []
    for row in staying:
        row.sequence_sent = meeting.sequence
        heard = row.user_id not in people.unheard
        _post(work, meeting, LetterKind.INVITATION_UPDATE if heard else LetterKind.INVITATION, row.user_id)
    if meeting.invited_at is None:
        meeting.invited_at = work.now
    if leaving or joining or staying:
        work.record(AuditVerb.SEND, meeting, letter="invitation", invited=joining,
                    told=[row.user_id for row in staying], removed=[row.user_id for row in leaving])


def _take_off(work: Work, meeting: Meeting, row: Invitation, *, still_member: bool) -> None:
    """Take one person's entry back; of a member whose address has changed, from the old address."""
    row.status, row.sequence_sent = InviteStatus.CANCELLED, meeting.sequence
    if still_member:
        _post(work, meeting, LetterKind.INVITATION_REMOVED, None, row.address_at_send)
    else:
        _post(work, meeting, LetterKind.INVITATION_REMOVED, row.user_id)


def _ask(work: Work, meeting: Meeting, user_id: UUID, people: _List) -> None:
    row = people.asked.get(user_id)
    if row is None:
        row = Invitation(meeting_id=meeting.id, user_id=user_id)
        work.session.add(row)
    row.address_at_send = people.expected[user_id]
    row.status, row.sequence_sent = InviteStatus.SENT, meeting.sequence
    _post(work, meeting, LetterKind.INVITATION, user_id)


def _post(work: Work, meeting: Meeting, kind: LetterKind, user_id: UUID | None, address: str | None = None) -> None:
    work.post(
        Letter(kind, to=user_id, address=address, reference=meeting.reference, link=meetings.link(meeting.id),
               day=local_day(meeting.starts_at), about=meeting.id, revision=meeting.sequence),
        panel_id=meeting.panel_id,
    )
