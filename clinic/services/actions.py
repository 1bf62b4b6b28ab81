"""Actions: agreed at a meeting or between two, reported by their agency, ended by the coordinator.

Every list is cut by `policy.actions.visible_to` of whoever the session acts for, so that
other pages may show actions without asking again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from clinic.domain import actions as rules
from clinic.domain import hearings as hearing_rules
from clinic.domain.actions import ActionStatus, NewAction, RiskTarget
from clinic.domain.actors import SPEAKERS, Actor, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import local_day
from clinic.models.account import User
from clinic.models.action import Action, ActionUpdate
from clinic.models.agency import Agency
from clinic.models.case import Case, CaseBound, CaseExclusion
from clinic.models.meeting import Meeting
from clinic.models.urgent import UrgentDecision
from clinic.policy import actions as policy
from clinic.policy.once import ONCE, once
from clinic.services import adjournments, directory, floor, references, reminders
from clinic.services.directory import Member
from clinic.services.work import Work

_lead, _held = aliased(User), aliased(Meeting)
_OF_MEETING = (Action.meeting_id == bindparam("meeting_id"),)
_OF_DECISION = (Action.decision_id == bindparam("decision_id"),)
_OF_CASE = (Action.case_id == bindparam("case_id"),)
_OPEN_BEFORE = (
    Action.panel_id == bindparam("panel_id"), Action.status.in_(list(rules.OPEN)),
    or_(Action.meeting_id.is_(None), Action.meeting_id.in_(select(_held.id).where(
        _held.panel_id == bindparam("panel_id"), _held.starts_at < bindparam("starts_at")))),
)

_TO_CHASE = (Action.panel_id == bindparam("panel_id"), Action.status.in_(list(rules.OWED)))
# A panel's own page shows so many actions to chase.
MOST_CHASED = 6


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action, as any page shows it."""

    id: UUID
    reference: str
    case_id: UUID
    case_reference: str
    #: nothing, where it was agreed between two meetings or came from another panel
    meeting_id: UUID | None
    text: str
    owner_agency_id: UUID
    owner: str
    lead: str
    due_on: date
    risk_target: RiskTarget
    status: ActionStatus
    overdue: bool

    @property
    def state(self) -> str:
        """Return the code of its tag: "overdue" stands in place of a status that is still owed."""
        return "overdue" if self.overdue else self.status.value


@dataclass(frozen=True, slots=True)
class Owners:
    """Which agencies may own an action of a case, and who may lead in each."""

    agencies: tuple[tuple[UUID, str], ...]
    leads: tuple[tuple[UUID, str, UUID], ...]


def agree(work: Work, hearing_id: UUID, new: NewAction) -> str:
    """Write down an action agreed on a case while the meeting runs; return its reference."""
    hearing, meeting = floor.take(work, hearing_id)
    today = local_day(work.now)
    may_own = owners(work.session, hearing.case_id, directory.members_of(work.session, meeting, today, SPEAKERS), today)
    rules.check(new, adjournments.day_of_sitting(work.session, meeting), {id_ for id_, _ in may_own.agencies})
    hearing.outcome = hearing_rules.after_action(hearing.outcome)
    # What was read back before was not all.
    hearing.read_back_at = hearing.read_back_by_id = None
    return _write(work, hearing, new, may_own, meeting_id=meeting.id).reference


def agree_between(work: Work, decision: UrgentDecision, new: NewAction) -> Action:
    """Write down an action that follows from an urgent decision, and tell who speaks for its agency.

    Completes the decision, which has asked.
    """
    may_own, today = may_own_in(work, decision), local_day(work.now)
    rules.check(new, today, {agency_id for agency_id, _ in may_own.agencies}, "the decision")
    action = _write(work, decision, new, may_own, decision_id=decision.id)
    for reader in reminders.readers(work.session, today, Action.id == action.id):
        reminders.tell(work, reader, LetterKind.ACTIONS_AGREED)
    return action


def may_own_in(work: Work, row: CaseBound) -> Owners:
    """Return who may own and lead actions on the case of a row today. Two statements."""
    today = local_day(work.now)
    return owners(work.session, row.case_id, directory.members_on(work.session, row.panel_id, today, SPEAKERS), today)


def _write(work: Work, row: CaseBound, new: NewAction, may_own: Owners, **of: UUID) -> Action:
    if new.lead_id is not None and (new.lead_id, new.owner_agency_id) not in {(u, a) for u, _, a in may_own.leads}:
        raise RuleBroken("The lead must speak for the agency that owns the action.", "lead")
    action = Action(
        panel_id=row.panel_id, case_id=row.case_id, **of,
        reference=references.fresh(work.session, "AC", Action.reference, work.now), text=new.text.strip(),
        owner_agency_id=new.owner_agency_id, lead_id=new.lead_id, due_on=new.due_on, risk_target=new.risk_target,
        agreed_at=work.now,
    )
    work.session.add(action)
    work.session.flush()
    work.record(AuditVerb.CREATE, action)
    return action


def owners(session: Session, case_id: UUID, members: list[Member], day: date) -> Owners:
    """Return who of `members` may own and lead actions on a case. One statement.

    An excluded agency, and a person who is kept from the case, are not among them.
    """
    speaking = {m.user_id for m in members if m.role in SPEAKERS}
    kept_out = set(session.scalars(
        select(CaseExclusion.agency_id).where(
            CaseExclusion.case_id == case_id, CaseExclusion.lifted_at.is_(None), CaseExclusion.agency_id.is_not(None)
        ).union_all(select(User.id).where(User.id.in_(list(speaking)), policy.kept_from(case_id, day)))
    ))
    allowed = [m for m in members if m.role in SPEAKERS and not {m.user_id, m.agency_id} & kept_out]
    return Owners(
        tuple({m.agency_id: m.agency for m in allowed}.items()),
        tuple({(m.user_id, m.agency_id): (m.user_id, f"{m.name} ({m.agency})", m.agency_id) for m in allowed}.values()),
    )


def of_meeting(session: Session, meeting_id: UUID) -> tuple[ActionLine, ...]:
    """Return the actions agreed at a meeting that the session's actor may see, in the order they were agreed."""
    return _lines(session, _OF_MEETING, {"meeting_id": meeting_id})


def of_decision(session: Session, decision_id: UUID) -> tuple[ActionLine, ...]:
    """Return the actions that follow from an urgent decision, in the order they were agreed."""
    return _lines(session, _OF_DECISION, {"decision_id": decision_id})


def of_case(session: Session, case_id: UUID) -> tuple[ActionLine, ...]:
    """Return the actions of a case that the session's actor may see, in the order they were agreed."""
    return _lines(session, _OF_CASE, {"case_id": case_id})


def open_before(session: Session, meeting: Meeting) -> tuple[ActionLine, ...]:
    """Return what is still open from earlier meetings of the panel, or from another panel, and visible to the actor."""
    before = {"panel_id": meeting.panel_id, "starts_at": meeting.starts_at}
    return _lines(session, _OPEN_BEFORE, before, order=(Action.due_on, Action.id))


def to_chase(session: Session, panel_id: UUID) -> tuple[ActionLine, ...]:
    """Return a panel's actions that are still owed and are due first, as far as the actor may see them."""
    return _lines(session, _TO_CHASE, {"panel_id": panel_id}, (Action.due_on, Action.id), MOST_CHASED)


def _lines(session: Session, which: tuple, values: dict[str, Any],
           order: tuple = (Action.agreed_at, Action.id), most: int | None = None) -> tuple[ActionLine, ...]:
    rows = session.execute(_selected(session.info["actor"], which, order, most), values).all()
    return tuple(line_of(row, _today(session)) for row in rows)


@once
def _selected(actor: Actor | SystemActor, which: tuple, order: tuple, most: int | None) -> Select:
    return (
        select(Action, Case.reference, Agency.name, _lead.name)
        .join(Case, Case.id == Action.case_id)
        .join(Agency, Agency.id == Action.owner_agency_id)
        .outerjoin(_lead, _lead.id == Action.lead_id)
        .where(policy.visible_to(actor), *which)
        .order_by(*order).limit(most).execution_options(**ONCE)
    )


def _today(session: Session) -> date:
    return local_day(session.info["work"].now)


def line_of(row: Any, today: date) -> ActionLine:
    action, case_reference, owner, lead = row[:4]
    return ActionLine(
        action.id, action.reference, action.case_id, case_reference, action.meeting_id, action.text,
        action.owner_agency_id, owner, lead or "", action.due_on, action.risk_target, action.status,
        rules.is_overdue(action.due_on, action.status, today),
    )


def find(work: Work, action_id: UUID, lock: bool = False) -> Action:
    """Find an action that the actor may see, or raise NotFound."""
    query = select(Action).where(Action.id == action_id, policy.visible_to(work.actor))
    action = work.session.scalar(query.with_for_update(of=Action) if lock else query)
    if action is None:
        raise NotFound
    return action


def report(work: Work, action_id: UUID, done: bool, text: str, version: int) -> None:
    """Say for the owning agency that an action is done (with evidence) or no longer possible (with the reason)."""
    action = _changing(work, action_id, policy.may_report, text, version)
    claim = rules.report_done if done else rules.report_no_longer_possible
    _move(work, action, claim(action.status, text), text, action.owner_agency_id)


def confirm(work: Work, action_id: UUID, version: int) -> None:
    """Confirm for the panel that a reported action is done."""
    action = _changing(work, action_id, policy.may_decide, "", version)
    _move(work, action, rules.confirm(action.status), "", work.actor.agency_id)


def reopen(work: Work, action_id: UUID, reason: str, version: int) -> None:
    """Give an action back to its agency, and tell them."""
    action = _changing(work, action_id, policy.may_decide, reason, version)
    _move(work, action, rules.reopen(action.status, reason), reason, work.actor.agency_id)
    today = local_day(work.now)
    late = rules.is_overdue(action.due_on, action.status, today)
    found = reminders.told(reminders.readers(work.session, today, Action.id == action.id))
    for reader in found.get(action.id, ()):
        reminders.tell(work, reader, LetterKind.ACTION_OVERDUE if late else LetterKind.ACTION_DUE, action.version)


def end_not_done(work: Work, action_id: UUID, reason: str, version: int) -> None:
    """Say for the panel that an action was not done, and why it ends."""
    action = _changing(work, action_id, policy.may_decide, reason, version)
    _move(work, action, rules.not_done(action.status, reason), reason, work.actor.agency_id)


def _changing(work: Work, action_id: UUID, permission: Any, typed: str, version: int) -> Action:
    action = find(work, action_id, lock=True)
    work.require(permission, action)
    if action.version != version:
        raise Stale(theirs=action.status.value.replace("_", " ").capitalize(), yours=typed, version=action.version)
    return action


def _move(work: Work, action: Action, status: ActionStatus, text: str, agency_id: UUID) -> None:
    action.status = status
    action.closed_at = work.now if status in rules.CLOSED else None
    work.session.add(ActionUpdate(
        panel_id=action.panel_id, case_id=action.case_id, action_id=action.id, by_id=work.actor.user_id,
        agency_id=agency_id, at=work.now, status=status, text=text.strip() or None,
    ))
    work.session.flush()
    work.record(AuditVerb.UPDATE, action, fields=["status", "closed_at"])
