"""The register of a meeting: who was invited, who came, who stood in for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain import attendance as rules
from clinic.domain.actors import MembershipRole
from clinic.domain.attendance import Mark, Quorum
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.meetings import AttendanceStatus, local_day
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.meeting import Attendance, Meeting
from clinic.policy import hearings as policy
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

    @property
    def here(self) -> bool:
        return self.status in rules.HERE


@dataclass(frozen=True, slots=True)
class Register:
    people: tuple[Attender, ...]
    quorum: Quorum


def register(session: Session, meeting: Meeting, members: list[Member]) -> Register:
    """Return who is on the register of a meeting, `members` being the panel's on that day. Two statements.

    Somebody who was marked and has left the panel since stays on it.
    """
    rows = session.execute(
        select(Attendance, Attendance.user_id, User.name, Agency.id.label("agency_id"), Agency.name.label("agency"))
        .join(User, User.id == Attendance.user_id)
        .join(Agency, Agency.id == Attendance.agency_id)
        .where(Attendance.meeting_id == meeting.id)
        .order_by(Agency.name, User.name)
    ).all()
    lines: dict[UUID, tuple] = {}
    for member in members:
        if member.role in rules.REGISTERED:
            lines.setdefault(member.user_id, (member.name, member.role, member.agency_id, member.agency))
    for row in rows:
        lines.setdefault(row.user_id, (row.name, None, row.agency_id, row.agency))
    marked = {row.user_id: row.Attendance for row in rows}
    needed = panels.rules_of(session, meeting.panel_id).quorum_members
    people = tuple(_attender(user_id, lines, marked) for user_id in lines)
    return Register(people, rules.quorum((p.status for p in people), needed))


def _attender(user_id: UUID, lines: dict[UUID, tuple], marked: dict[UUID, Attendance]) -> Attender:
    name, role, agency_id, agency = lines[user_id]
    mark = marked.get(user_id)
    deputy_for = mark.deputy_for_id if mark else None
    colleagues = tuple(
        (other, line[0]) for other, line in lines.items() if other != user_id and line[2] == agency_id
    )
    return Attender(user_id, name, role, agency_id, agency, mark.status if mark else None, deputy_for,
                    lines[deputy_for][0] if deputy_for in lines else "", colleagues)


def mark(work: Work, meeting_id: UUID, marks: Mapping[UUID, Mark]) -> None:
    """Keep what is said of some people on the register; nothing said of the others."""
    meeting, found = _open(work, meeting_id)
    people = {person.user_id: person for person in found.people}
    if not marks.keys() <= people.keys():
        raise NotFound
    rows = _rows(work.session, meeting.id)
    for user_id, said in marks.items():
        person = people[user_id]
        kept = rules.settled(user_id, said, {other for other, _ in person.colleagues})
        _keep(work.session, meeting, person, kept, rows.get(user_id))
    work.record(AuditVerb.UPDATE, meeting, fields=["attendance"], people=list(marks))


def mark_present(work: Work, meeting_id: UUID, user_id: UUID) -> None:
    """Mark one person who has just come in."""
    mark(work, meeting_id, {user_id: Mark(AttendanceStatus.PRESENT)})


def mark_all_present(work: Work, meeting_id: UUID) -> int:
    """Mark everybody of whom nothing is said yet as present (observers as observers); return how many."""
    meeting, found = _open(work, meeting_id)
    unsaid = [person for person in found.people if person.status is None]
    for person in unsaid:
        watching = person.role is MembershipRole.OBSERVER
        status = AttendanceStatus.OBSERVER if watching else AttendanceStatus.PRESENT
        _keep(work.session, meeting, person, Mark(status), None)
    work.record(AuditVerb.UPDATE, meeting, fields=["attendance"], people=[p.user_id for p in unsaid])
    return len(unsaid)


def _open(work: Work, meeting_id: UUID) -> tuple[Meeting, Register]:
    """Find the meeting, locked, so that two registers are kept one after the other."""
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_attend_to, meeting)
    rules.check_open(meeting.status)
    members = directory.members_on(work.session, meeting.panel_id, day_of(meeting))
    return meeting, register(work.session, meeting, members)


def day_of(meeting: Meeting) -> date:
    """Return the day that a meeting is held on: when it was started, else when it is planned."""
    return local_day(meeting.started_at or meeting.starts_at)


def _rows(session: Session, meeting_id: UUID) -> dict[UUID, Attendance]:
    return {row.user_id: row for row in session.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id))}


def _keep(session: Session, meeting: Meeting, person: Attender, mark: Mark, row: Attendance | None) -> None:
    if mark.status is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(Attendance(meeting_id=meeting.id, user_id=person.user_id, agency_id=person.agency_id,
                               status=mark.status, deputy_for_id=mark.deputy_for))
    else:
        row.status, row.deputy_for_id = mark.status, mark.deputy_for
