"""What was typed at a meeting or before it, gathered from its tables into the values that minutes are composed of."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from clinic.domain.attendance import Spell
from clinic.domain.declarations import DeclarationKind
from clinic.domain.meetings import local_day
from clinic.domain.minutes import Agreed, Attendee, Between, Dropped, Heard, Sat
from clinic.domain.notes import NoteSection
from clinic.models.account import User
from clinic.models.action import Action
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaDrop, AgendaItem
from clinic.models.case import Case
from clinic.models.declaration import Declaration
from clinic.models.hearing import Hearing, HearingNote
from clinic.models.meeting import Attendance, AttendanceSpell, Chairing, Meeting
from clinic.models.panel import PanelRules
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from clinic.services import adjournments, room, terms, urgent

_LAST = 1_000_000
_stood_for = aliased(User)


def sat(session: Session, meeting: Meeting) -> Sat | None:
    """Return when a meeting that is over sat; nothing of one that was closed without it. Two statements."""
    if meeting.started_at is None or meeting.closed_at is None:
        return None
    chairs = session.execute(
        select(User.name, Chairing.since_at).join(User, User.id == Chairing.user_id)
        .where(Chairing.meeting_id == meeting.id).order_by(Chairing.since_at, Chairing.id))
    return Sat(meeting.started_at, meeting.closed_at, adjournments.of(session, meeting.id),
               tuple((name, since_at) for name, since_at in chairs))


def attendance(session: Session, meeting_id: UUID) -> tuple[Attendee, ...]:
    """Return who came and who did not, by agency and name, when, for whom, and who signed. Two statements."""
    spells = _spells(session, meeting_id)
    signed = and_(
        Declaration.meeting_id == Attendance.meeting_id, Declaration.user_id == Attendance.user_id,
        Declaration.kind == DeclarationKind.CONFIDENTIALITY,
    )
    rows = session.execute(
        select(User.name, Agency.name, Attendance.status, PanelRules.undertaking_required, Declaration.id,
               _stood_for.name, User.id)
        .join(User, User.id == Attendance.user_id)
        .join(Agency, Agency.id == Attendance.agency_id)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .join(PanelRules, PanelRules.panel_id == Meeting.panel_id)
        .outerjoin(Declaration, signed).outerjoin(_stood_for, _stood_for.id == Attendance.deputy_for_id)
        .where(Attendance.meeting_id == meeting_id)
        .order_by(Agency.name, User.name)
    )
    return tuple(Attendee(name, agency, status, declared is not None if asked else None, stood_for or "",
                          tuple(spells[user_id]))
                 for name, agency, status, asked, declared, stood_for, user_id in rows)


def _spells(session: Session, meeting_id: UUID) -> defaultdict[UUID, list[Spell]]:
    found = defaultdict(list)
    for row in session.scalars(select(AttendanceSpell).where(AttendanceSpell.meeting_id == meeting_id)
                               .order_by(AttendanceSpell.came_at)):
        found[row.user_id].append(Spell(row.came_at, row.left_at))
    return found


def heard(session: Session, meeting: Meeting) -> tuple[Heard, ...]:
    """Return the meeting's cases in the order in which they were heard, with notes, outcome and actions.

    What was not begun comes after that, in the agenda's order.

    Which cases these are is the session's actor's to see: minutes are composed by the system.
    """
    following = aliased(Meeting)
    rows = session.execute(
        select(Hearing, Case.reference, following.reference, following.starts_at)
        .join(Case, Case.id == Hearing.case_id)
        .outerjoin(AgendaItem, and_(AgendaItem.meeting_id == Hearing.meeting_id,
                                    AgendaItem.case_id == Hearing.case_id))
        .outerjoin(following, following.id == Hearing.next_meeting_id)
        .where(Hearing.meeting_id == meeting.id)
        .order_by(Hearing.started_at.is_(None), Hearing.started_at, func.coalesce(AgendaItem.position, _LAST),
                  Case.reference)
    ).all()
    reasons = terms.labels(session, "deferral_reason", panel_id=meeting.panel_id)["deferral_reason"]
    agreed = _agreed(session, Action.case_id, Action.meeting_id == meeting.id)
    noted = _noted(session, meeting.id)
    guests = room.guests(session, meeting.id)
    away = room.away(session, meeting, Hearing.started_at.is_not(None))
    return tuple(
        Heard(
            hearing.case_id, reference, {NoteSection.SHARED: hearing.notes or ""} | noted[hearing.id], hearing.outcome,
            reasons.get(hearing.deferral_reason or "", ""),
            _said(next_reference, next_starts_at), tuple(agreed[hearing.case_id]),
            tuple((one.name, one.agency) for one in guests.get(hearing.case_id, ())),
            tuple((one.name, one.agency) for one in away.get(hearing.case_id, ()) if one.while_heard),
        )
        for hearing, reference, next_reference, next_starts_at in rows
    )


def dropped(session: Session, meeting_id: UUID) -> tuple[Dropped, ...]:
    """Return the carried-over cases that were taken off the meeting's list and not put back. One statement."""
    put_back = select(Hearing.id).where(
        Hearing.meeting_id == AgendaDrop.meeting_id, Hearing.case_id == AgendaDrop.case_id).exists()
    rows = session.execute(
        select(AgendaDrop, Case.reference, User.name)
        .join(Case, Case.id == AgendaDrop.case_id).join(User, User.id == AgendaDrop.dropped_by_id)
        .where(AgendaDrop.meeting_id == meeting_id, ~put_back).order_by(AgendaDrop.dropped_at, Case.reference)
    )
    latest = {row.case_id: Dropped(row.case_id, reference, row.reason, row.words or "", by, local_day(row.dropped_at))
              for row, reference, by in rows}
    return tuple(latest.values())


def _noted(session: Session, meeting_id: UUID) -> dict[UUID, dict[NoteSection, str]]:
    """Return the further sections of the notes, by hearing."""
    rows = session.scalars(
        select(HearingNote).join(Hearing, Hearing.id == HearingNote.hearing_id).where(Hearing.meeting_id == meeting_id))
    found: dict[UUID, dict[NoteSection, str]] = defaultdict(dict)
    for row in rows:
        found[row.hearing_id][row.section] = row.notes or ""
    return found


def between(session: Session, meeting_id: UUID) -> tuple[Between, ...]:
    """Return what was decided before the meeting and ratified by it or not. Three statements."""
    rows = session.execute(
        select(UrgentDecision, Case.reference, User.name)
        .join(Case, Case.id == UrgentDecision.case_id).join(User, User.id == UrgentDecision.decided_by_id)
        .where(UrgentDecision.ratified_in_id == meeting_id).order_by(UrgentDecision.decided_at, UrgentDecision.id)
    ).all()
    ids = [row.UrgentDecision.id for row in rows]
    replies = defaultdict(list)
    for decision_id, agency, reply in session.execute(
            select(UrgentAnswer.decision_id, Agency.name, UrgentAnswer.reply)
            .join(Agency, Agency.id == UrgentAnswer.agency_id)
            .where(UrgentAnswer.decision_id.in_(ids), ~urgent.is_kept_out()).order_by(Agency.name)):
        replies[decision_id].append((agency, reply))
    agreed = _agreed(session, Action.decision_id, Action.decision_id.in_(ids))
    return tuple(
        Between(said.case_id, reference, said.question or "", said.words or "", by, local_day(said.decided_at),
                tuple(replies[said.id]), tuple(agreed[said.id]), bool(said.ratified), said.ratified_words or "")
        for said, reference, by in rows
    )


def _agreed(session: Session, by: Any, *conditions: Any) -> dict[UUID, list[Agreed]]:
    """Return the actions that meet some conditions, by the value of a column."""
    rows = session.execute(
        select(Action, Agency.name, User.name, by)
        .join(Agency, Agency.id == Action.owner_agency_id)
        .outerjoin(User, User.id == Action.lead_id)
        .where(*conditions)
        .order_by(Action.agreed_at, Action.reference)
    )
    found = defaultdict(list)
    for action, agency, lead, key in rows:
        found[key].append(Agreed(action.text or "", agency, lead or "", action.due_on))
    return found


def _said(reference: str | None, starts_at) -> str:
    """Return a meeting as minutes name it: its day and its reference."""
    if reference is None:
        return ""
    day = local_day(starts_at)
    return f"the meeting of {day.day} {day:%B %Y}, {reference}"
