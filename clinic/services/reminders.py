"""Telling an action's owner: when it is due, when it is late, when it comes back.

Whom a letter goes to is asked of the database in one statement for all actions, and asked
anew each time: a seat that has ended or an exclusion that was set since counts at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from clinic.domain import actions as rules
from clinic.domain.actions import EscalationLevel, OpenAction
from clinic.domain.actors import SPEAKERS, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.domain.panels import Rules
from clinic.models.account import Membership, User
from clinic.models.action import Action, ActionReminder
from clinic.models.panel import PanelRules
from clinic.policy import actions as policy
from clinic.services.work import Work

_LETTERS = {
    EscalationLevel.REMINDER: LetterKind.ACTION_DUE,
    EscalationLevel.LEAD_CHASED: LetterKind.ACTION_OVERDUE,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be told of an action: a speaker of its owner, not kept from its case."""

    action_id: UUID
    reference: str
    panel_id: UUID
    owner_agency_id: UUID
    due_on: date
    lead_id: UUID | None
    user_id: UUID


def readers(session: Session, day: date, *conditions: object) -> list[Reader]:
    """Return who may be told of the actions that meet `conditions`. One statement."""
    rows = session.execute(
        select(Action.id, Action.reference, Action.panel_id, Action.owner_agency_id, Action.due_on, Action.lead_id,
               User.id.label("user_id"))
        .join(Membership, and_(
            Membership.panel_id == Action.panel_id, Membership.agency_id == Action.owner_agency_id,
            Membership.role.in_(list(SPEAKERS)), policy.seated(Membership, day),
        ))
        .join(User, and_(User.id == Membership.user_id, User.status == UserStatus.ACTIVE))
        .where(~policy.kept_from(Action.case_id, day), *conditions)
        .distinct()
    )
    return [Reader(*row) for row in rows]


def told(found: Iterable[Reader]) -> dict[UUID, list[Reader]]:
    """Return, for each action, its lead alone; or, where the lead is gone or was never named, every speaker."""
    by_action: dict[UUID, list[Reader]] = {}
    for reader in found:
        by_action.setdefault(reader.action_id, []).append(reader)
    return {
        action_id: [r for r in several if r.user_id == r.lead_id] or several
        for action_id, several in by_action.items()
    }


def remind(work: Work) -> int:
    """Remind of what is due and chase what is late, once each; return how many actions that were.

    A timer that finds nobody to tell marks nothing, so that it tells whoever comes next.
    """
    work.require(policy.may_remind)
    today = local_day(work.now)
    panels = _rules(work.session)
    due = rules.reminders_due(_open(work.session, today, panels), today, panels)
    if not due:
        return 0
    found = told(readers(work.session, today, *_owed(today, panels)))
    sent = [(action, level) for action, level in due if action.id in found]
    for action, level in sent:
        work.session.add(ActionReminder(action_id=action.id, level=level, day=today))
        for reader in found[action.id]:
            tell(work, reader, _LETTERS[level])
    if sent:
        work.record(AuditVerb.SEND, "ActionReminder", actions=[action.id for action, _ in sent])
    return len(sent)


def tell(work: Work, reader: Reader, kind: LetterKind, revision: int = 0) -> None:
    """Post one letter about one action."""
    work.post(Letter(kind, to=reader.user_id, reference=reader.reference, link=f"/actions/{reader.action_id}",
                     day=reader.due_on, about=reader.action_id, revision=revision), panel_id=reader.panel_id)


def _rules(session: Session) -> dict[UUID, Rules]:
    return {
        row.panel_id: Rules(**{name: getattr(row, name) for name in Rules.names()})
        for row in session.scalars(select(PanelRules))
    }


def _owed(today: date, panels: dict[UUID, Rules]) -> tuple[object, ...]:
    """Return the condition for actions that a reminder may be due for: owed, near, and not chased before."""
    furthest = max((r.action_reminder_days for r in panels.values()), default=0)
    sent = aliased(ActionReminder)
    chased = exists().where(sent.action_id == Action.id, sent.level == EscalationLevel.LEAD_CHASED)
    return (
        Action.status.in_(list(rules.OWED)),
        Action.due_on <= today + timedelta(days=furthest),
        ~chased,
    )


def _open(session: Session, today: date, panels: dict[UUID, Rules]) -> list[OpenAction]:
    rows = session.execute(
        select(Action.id, Action.panel_id, Action.due_on, ActionReminder.level)
        .outerjoin(ActionReminder, ActionReminder.action_id == Action.id)
        .where(*_owed(today, panels))
        .order_by(Action.due_on, Action.id)
    )
    found: dict[UUID, OpenAction] = {}
    for action_id, panel_id, due_on, level in rows:
        before = found[action_id].reminded if action_id in found else frozenset()
        found[action_id] = OpenAction(action_id, panel_id, due_on, before | ({level} if level else set()))
    return list(found.values())
