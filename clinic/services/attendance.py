"""The register of a meeting: who was invited, who came, who stood in for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select, union
from sqlalchemy.orm import Session, aliased

from clinic.domain import attendance as rules
from clinic.domain import rounds
from clinic.domain.actors import MembershipRole
from clinic.domain.attendance import Mark, Quorum
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.meetings import AttendanceStatus, InviteStatus, MeetingStatus, local_day
from clinic.domain.research import ANSWERED
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.meeting import Attendance, AttendanceSpell, Invitation, Meeting
from clinic.models.research import ResearchRequest
from clinic.policy import hearings as policy
from clinic.policy import research as research_policy
from clinic.services import directory, meetings, panels
from clinic.services.directory import Member
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Attender:
    """One line of the register. `colleagues` are those of the same agency, for whom they may stand in."""

    user_id: UUID
    name: str
    role: MembershipRole | None
    agency_id: UUID
    agency: str
    status: AttendanceStatus | None
    deputy_for: UUID | None
    deputy_for_name: str
    colleagues: tuple[tuple[UUID, str], ...]
    #: when they went, and have not come again
    left_at: datetime | None = None
    #: they have answered that they cannot come
    declined: bool = False

    @property
    def here(self) -> bool:
        return self.status in rules.HERE and self.left_at is None

    @property
    def has_left(self) -> bool:
        return self.status in rules.HERE and self.left_at is not None


@dataclass(frozen=True, slots=True)
class Register:
    people: tuple[Attender, ...]
    quorum: Quorum


def register(session: Session, meeting: Meeting, members: list[Member]) -> Register:
    """Return who is on the register of a meeting, `members` being who of the panel comes to it. Two statements.

    Somebody who was marked and has left the panel since stays on it. Nobody comes to a round in writing: of that it
    has the agencies that have answered. An emergency meeting needs no more people than are called.
    """
    if meeting.mode.is_in_writing:
        return Register((), _answered(session, meeting))
    rows = session.execute(_said_of(meeting.id)).all()
    lines: dict[UUID, tuple] = {}
    for member in members:
        if member.role in rules.REGISTERED:
            lines.setdefault(member.user_id, (member.name, member.role, member.agency_id, member.agency))
    for row in rows:
        if row.Attendance is not None:
            lines.setdefault(row.user_id, (row.name, None, row.agency_id, row.agency))
    marked = {row.user_id: row for row in rows}
    needed = panels.rules_of(session, meeting.panel_id).quorum_members
    if meeting.case_id is not None:
        needed = min(needed, len(lines))
    people = tuple(_attender(user_id, lines, marked, meeting.closed_at) for user_id in lines)
    return Register(people, rules.quorum((p.status if p.left_at is None else None for p in people), needed))


def _said_of(meeting_id: UUID) -> Select:
    """Select what is known of people: what was marked, and whether they answered that they cannot come."""
    declined = and_(Invitation.meeting_id == meeting_id, Invitation.status == InviteStatus.SENT,
                    Invitation.comes.is_(False), Invitation.answered_sequence == Invitation.sequence_sent)
    people = union(select(Attendance.user_id).where(Attendance.meeting_id == meeting_id),
                   select(Invitation.user_id).where(declined)).subquery()
    return (
        select(Attendance, User.id.label("user_id"), User.name, Agency.id.label("agency_id"),
               Agency.name.label("agency"), _left_at().label("left_at"), Invitation.id.is_not(None).label("declined"))
        .join(people, people.c.user_id == User.id)
        .outerjoin(Attendance, and_(Attendance.meeting_id == meeting_id, Attendance.user_id == User.id))
        .outerjoin(Agency, Agency.id == Attendance.agency_id)
        .outerjoin(Invitation, and_(declined, Invitation.user_id == User.id))
        .order_by(Agency.name, User.name)
    )


def _answered(session: Session, meeting: Meeting) -> Quorum:
    """Return how many agencies have answered for a round, by the answers that the session's actor may read."""
    answered = session.scalars(
        select(ResearchRequest.agency_id)
        .where(ResearchRequest.meeting_id == meeting.id, ResearchRequest.status.in_(list(ANSWERED)),
               research_policy.readable_to(session.info["actor"]))).all()
    return rounds.quorum(answered, panels.rules_of(session, meeting.panel_id).quorum_members)


def _left_at() -> Any:
    """Return when somebody who was marked went, unless they are there again, as a scalar subquery."""
    now = aliased(AttendanceSpell)
    there = exists().where(now.meeting_id == AttendanceSpell.meeting_id, now.user_id == AttendanceSpell.user_id,
                           now.left_at.is_(None))
    return (
        select(func.max(AttendanceSpell.left_at))
        .where(AttendanceSpell.meeting_id == Attendance.meeting_id, AttendanceSpell.user_id == Attendance.user_id,
               ~there)
        .correlate(Attendance).scalar_subquery()
    )


def _attender(user_id: UUID, lines: dict[UUID, tuple], marked: dict[UUID, Any], closed_at: datetime | None) -> Attender:
    name, role, agency_id, agency = lines[user_id]
    row = marked.get(user_id)
    left_at = row.left_at if row else None
    if left_at is not None and closed_at is not None and left_at >= closed_at:
        left_at = None  # they were there to the end
    mark = row.Attendance if row else None
    deputy_for = mark.deputy_for_id if mark else None
    colleagues = tuple(
        (other, line[0]) for other, line in lines.items() if other != user_id and line[2] == agency_id
    )
    stands_for = lines[deputy_for][0] if deputy_for in lines else ""
    return Attender(user_id, name, role, agency_id, agency, mark.status if mark else None, deputy_for, stands_for,
                    colleagues, left_at, declined=bool(row and row.declined))


def mark(work: Work, meeting_id: UUID, marks: Mapping[UUID, Mark]) -> None:
    """Keep what is said of some people on the register; nothing said of the others."""
    meeting, found = _open(work, meeting_id)
    people = {person.user_id: person for person in found.people}
    if not marks.keys() <= people.keys():
        raise NotFound
    rows, spells = _rows(work.session, meeting.id), _spells(work.session, meeting.id)
    for user_id, said in marks.items():
        person = people[user_id]
        kept = rules.settled(user_id, said, {other for other, _ in person.colleagues})
        _keep(work.session, meeting, person, kept, rows.get(user_id))
        _keep_spell(work, meeting, user_id, kept.status, spells[user_id])
    work.record(AuditVerb.UPDATE, meeting, fields=["attendance"], people=list(marks))


def mark_present(work: Work, meeting_id: UUID, user_id: UUID) -> None:
    """Mark one person who has just come in, for the first time or again."""
    meeting, found = _open(work, meeting_id)
    person = next((one for one in found.people if one.user_id == user_id), None)
    if person is None:
        raise NotFound
    _come(work, meeting, person, _rows(work.session, meeting.id).get(user_id),
          _spells(work.session, meeting.id)[user_id])


def mark_all_present(work: Work, meeting_id: UUID) -> tuple[int, int]:
    """Mark everybody of whom nothing is said yet: whoever has answered that they cannot come with apologies, all others
    as present (observers as observers). Return how many are there, and how many are not.
    """
    meeting, found = _open(work, meeting_id)
    unsaid, spells = [person for person in found.people if person.status is None], _spells(work.session, meeting.id)
    for person in unsaid:
        status = rules.status_unless_said(person.declined, watches=person.role is MembershipRole.OBSERVER)
        _keep(work.session, meeting, person, Mark(status), None)
        _keep_spell(work, meeting, person.user_id, status, spells[person.user_id])
    work.record(AuditVerb.UPDATE, meeting, fields=["attendance"], people=[p.user_id for p in unsaid])
    away = sum(person.declined for person in unsaid)
    return len(unsaid) - away, away


def come(work: Work, meeting_id: UUID) -> None:
    """Note that the actor has come in. Who is there already comes once."""
    _come(work, *_own(work, meeting_id))


def _come(work: Work, meeting: Meeting, person: Attender, row: Attendance | None,
          spells: Sequence[AttendanceSpell]) -> None:
    again = bool(spells) and spells[-1].left_at is not None and meeting.status is MeetingStatus.IN_PROGRESS
    status = rules.status_on_coming(person.status, again=again, watches=person.role is MembershipRole.OBSERVER)
    _keep(work.session, meeting, person, Mark(status, person.deputy_for), row)
    _write(work, meeting, person.user_id, spells, rules.came(_bare(spells), work.now))
    work.record(AuditVerb.UPDATE, meeting, fields=["attendance"], people=[person.user_id])


def leave(work: Work, meeting_id: UUID) -> None:
    """Note that the actor goes. They may come again."""
    meeting, me, row, spells = _own(work, meeting_id)
    status = rules.status_on_leaving(me.status, begun=meeting.status is MeetingStatus.IN_PROGRESS)
    _keep(work.session, meeting, me, Mark(status, me.deputy_for if status else None), row)
    here = _bare(spells)
    if not here and me.status in rules.HERE and meeting.started_at is not None:
        # They were marked before it started, so they were there from the start.
        here = (rules.Spell(meeting.started_at),)
    _write(work, meeting, me.user_id, spells, rules.left(here, work.now))
    work.record(AuditVerb.UPDATE, meeting, fields=["attendance"], people=[me.user_id])


def _own(work: Work, meeting_id: UUID) -> tuple[Meeting, Attender, Attendance | None, list[AttendanceSpell]]:
    """Find the meeting, locked, and what its register holds of the actor."""
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_follow, meeting)
    rules.check_coming(meeting.status, local_day(meeting.starts_at), local_day(work.now))
    members = directory.members_of(work.session, meeting, day_of(meeting))
    people = register(work.session, meeting, members).people
    me = next((person for person in people if person.user_id == work.actor.user_id), None)
    if me is None:
        raise NotFound
    return meeting, me, _rows(work.session, meeting.id).get(me.user_id), _spells(work.session, meeting.id)[me.user_id]


def may_come_today(meeting: Meeting, now: datetime) -> bool:
    """Return whether somebody could be at the meeting now."""
    try:
        rules.check_coming(meeting.status, local_day(meeting.starts_at), local_day(now))
    except RuleBroken:
        return False
    return True


def end(work: Work, meeting: Meeting) -> None:
    """Let everybody who is still there have been there until now. Completes what has asked."""
    for spells in _spells(work.session, meeting.id).values():
        _close(spells, work.now)


def _open(work: Work, meeting_id: UUID) -> tuple[Meeting, Register]:
    """Find the meeting, locked, so that two registers are kept one after the other."""
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_attend_to, meeting)
    rules.check_open(meeting.status)
    members = directory.members_of(work.session, meeting, day_of(meeting))
    return meeting, register(work.session, meeting, members)


def day_of(meeting: Meeting) -> date:
    """Return the day that a meeting is held on: when it was started, else when it is planned."""
    return local_day(meeting.started_at or meeting.starts_at)


def _rows(session: Session, meeting_id: UUID) -> dict[UUID, Attendance]:
    return {row.user_id: row for row in session.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id))}


def _spells(session: Session, meeting_id: UUID) -> defaultdict[UUID, list[AttendanceSpell]]:
    """Return everybody's spells at a meeting, in order. One statement."""
    found: defaultdict[UUID, list[AttendanceSpell]] = defaultdict(list)
    for row in session.scalars(select(AttendanceSpell).where(AttendanceSpell.meeting_id == meeting_id)
                               .order_by(AttendanceSpell.came_at)):
        found[row.user_id].append(row)
    return found


def _bare(rows: Sequence[AttendanceSpell]) -> tuple[rules.Spell, ...]:
    return tuple(rules.Spell(row.came_at, row.left_at) for row in rows)


def _close(rows: Sequence[AttendanceSpell], at: datetime) -> None:
    for row, spell in zip(rows, rules.left(_bare(rows), at), strict=True):
        row.left_at = spell.left_at


def _write(work: Work, meeting: Meeting, user_id: UUID, rows: Sequence[AttendanceSpell],
           spells: Sequence[rules.Spell]) -> None:
    """Keep what has become of somebody's spells: the last has ended, or one more has begun."""
    for row, spell in zip(rows, spells, strict=False):
        row.left_at = spell.left_at
    work.session.add_all(
        AttendanceSpell(meeting_id=meeting.id, user_id=user_id, came_at=spell.came_at, left_at=spell.left_at)
        for spell in spells[len(rows):])


def _keep_spell(work: Work, meeting: Meeting, user_id: UUID, status: AttendanceStatus | None,
                rows: Sequence[AttendanceSpell]) -> None:
    """Let somebody come or go by what the register says of them; who was there in part came and went at other times."""
    comes = status in rules.HERE
    if status is AttendanceStatus.PRESENT_PART or (comes and meeting.status is not MeetingStatus.IN_PROGRESS):
        return
    change = rules.came if comes else rules.left
    _write(work, meeting, user_id, rows, change(_bare(rows), work.now))


def _keep(session: Session, meeting: Meeting, person: Attender, mark: Mark, row: Attendance | None) -> None:
    if mark.status is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(Attendance(meeting_id=meeting.id, user_id=person.user_id, agency_id=person.agency_id,
                               status=mark.status, deputy_for_id=mark.deputy_for))
    else:
        row.status, row.deputy_for_id = mark.status, mark.deputy_for
