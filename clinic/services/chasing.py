"""Reminding agencies of nominations that were returned to them: by the timer, and by the coordinator's button.

A letter a day at most, neutral, to whoever may know of the case; the thread says that it went.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinic.domain import nominations as rules
from clinic.domain.actions import EscalationLevel
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import is_working_day, local_day
from clinic.domain.nominations import MessageKind, NominationStatus
from clinic.domain.panels import Nation
from clinic.models.nomination import Nomination, NominationReminder
from clinic.models.panel import Panel
from clinic.policy import nominations as policy
from clinic.services import holidays, nomination_letters, nominations, threads
from clinic.services.work import Work

_LETTERS = {EscalationLevel.REMINDER: LetterKind.ANSWER_DUE, EscalationLevel.LEAD_CHASED: LetterKind.ANSWER_OVERDUE}


def chase(work: Work, nomination_id: UUID) -> str:
    """Remind the agency of an answer that is late; return the nomination's reference."""
    nomination = nominations.find(work, nomination_id, lock=True)
    work.require(policy.may_triage, nomination)
    today = local_day(work.now)
    rules.check_chase(nomination.status, nomination.answer_due_on, today, last_chased(work.session, nomination.id))
    if not _send(work, nomination, EscalationLevel.LEAD_CHASED, today):
        raise RuleBroken("Nobody of that agency can be reached by letter today: ring them.")
    return nomination.reference


def last_chased(session: Session, nomination_id: UUID) -> date | None:
    """Return the day of the last letter that reminded of a nomination."""
    return session.scalar(
        select(func.max(NominationReminder.day)).where(NominationReminder.nomination_id == nomination_id)
    )


def remind(work: Work) -> int:
    """Remind of answers that are due, and chase what is late, once each, on working days; return how many.

    A timer that finds nobody to tell marks nothing, so that it tells whoever comes next.
    """
    work.require(policy.may_remind)
    today, told = local_day(work.now), 0
    waiting = _waiting(work.session, today)
    sent = _sent(work.session, [nomination for nomination, _ in waiting])
    for nomination, nation in waiting:
        if not is_working_day(today, holidays.around(nation, today.year)):
            continue
        level = rules.reminder_due(nomination.answer_due_on, today, sent.get(nomination.id, frozenset()))
        told += level is not None and _send(work, nomination, level, today)
    return told


def _waiting(session: Session, today: date) -> list[tuple[Nomination, Nation]]:
    """Return what waits for its agency and is due tomorrow at the latest. One statement."""
    return list(session.execute(
        select(Nomination, Panel.nation).join(Panel, Panel.id == Nomination.panel_id)
        .where(Nomination.status == NominationStatus.RETURNED_FOR_INFORMATION,
               Nomination.answer_due_on <= today + timedelta(days=1))
        .order_by(Nomination.answer_due_on, Nomination.id)
    ))


def _sent(session: Session, waiting: Iterable[Nomination]) -> dict[UUID, frozenset[EscalationLevel]]:
    """Return what has been sent of each since it was returned. One statement."""
    since = {nomination.id: local_day(nomination.returned_at) for nomination in waiting}
    found: dict[UUID, frozenset[EscalationLevel]] = {}
    for reminder in session.scalars(
        select(NominationReminder).where(NominationReminder.nomination_id.in_(list(since)))
    ):
        if reminder.day >= since[reminder.nomination_id]:
            before = found.get(reminder.nomination_id, frozenset())
            found[reminder.nomination_id] = before | {reminder.level}
    return found


def _send(work: Work, nomination: Nomination, level: EscalationLevel, today: date) -> bool:
    told = nomination_letters.tell_agency(
        work, nomination, _LETTERS[level], today.toordinal(), day=nomination.answer_due_on)
    if told:
        work.session.add(NominationReminder(nomination_id=nomination.id, level=level, day=today))
        threads.say(work, nomination, MessageKind.CHASED)
        work.record(AuditVerb.SEND, nomination, kind=_LETTERS[level])
    return bool(told)
