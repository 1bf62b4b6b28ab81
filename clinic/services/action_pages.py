"""The pages of actions: what is one's agency's to do, and one action with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from clinic.domain import actions as rules
from clinic.domain.actions import ActionStatus
from clinic.domain.actors import Actor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.meetings import local_day
from clinic.domain.pages import Pages
from clinic.models.account import User
from clinic.models.action import Action, ActionUpdate
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.policy import actions as policy
from clinic.policy.hearings import RECORDERS
from clinic.policy.once import ONCE, once
from clinic.services.actions import ActionLine, line_of
from clinic.services.work import Work

PAGE = 25


class State(StrEnum):
    """What a list of actions can be narrowed to."""

    OPEN = "open"
    OVERDUE = "overdue"
    REPORTED = "reported"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Filters:
    """How the list is narrowed."""

    state: State = State.OPEN
    panel_id: UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class ActionsPage:
    lines: tuple[ActionLine, ...]
    pages: Pages
    filters: Filters
    panels: tuple[tuple[UUID, str], ...]
    #: whether the list holds other agencies' actions too, because the reader runs a panel
    all_agencies: bool


@dataclass(frozen=True, slots=True)
class UpdateLine:
    at: datetime
    by: str
    agency: str
    status: ActionStatus
    text: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    line: ActionLine
    version: int
    panel_name: str
    #: nothing, where no meeting agreed it
    meeting_day: date | None
    #: the urgent decision that it follows from; without both it came with a case from another panel
    decision_id: UUID | None
    updates: tuple[UpdateLine, ...]
    can_report: bool
    can_confirm: bool
    can_reopen: bool
    can_end: bool


def mine_page(work: Work, filters: Filters) -> ActionsPage:
    """Return one page of the actions that are the reader's business: their agency's; a panel's, for who runs it.

    One statement for the lines, how many there are, and the panels to choose from.
    """
    work.require(policy.may_list)
    today = local_day(work.now)
    rows = work.session.execute(
        _mine(work.actor, filters.state, filters.panel_id is not None),
        {"today": today, "panel_id": filters.panel_id, "skipped": (filters.page - 1) * PAGE}).all()
    lines = tuple(line_of(row, today) for row in rows if row.Action is not None)
    work.record(AuditVerb.VIEW, "Action", shown=[line.id for line in lines])
    panels = {row.panel_id: row.panel for row in rows}
    return ActionsPage(
        lines, Pages(filters.page, rows[0].total if rows else 0, PAGE), filters,
        tuple(sorted(panels.items(), key=lambda pair: pair[1])),
        bool(work.actor.panels(*RECORDERS)),
    )


@once
def _mine(actor: Actor, state: State, of_panel: bool) -> Select:
    """Select the actor's panels, each with those of its actions that stand on the page."""
    business = and_(policy.visible_to(actor), *_narrowed(actor, state, of_panel))
    wanted = (
        select(Action.id).where(business).order_by(Action.due_on, Action.id).limit(PAGE)
        .offset(bindparam("skipped", type_=Integer()))
    )
    total = select(func.count(Action.id)).where(business).scalar_subquery()
    lead = aliased(User)
    return (
        select(Action, Case.reference, Agency.name, lead.name, Panel.id.label("panel_id"),
               Panel.name.label("panel"), total.label("total"))
        .select_from(Panel)
        .outerjoin(Action, and_(Action.panel_id == Panel.id, Action.id.in_(wanted)))
        .outerjoin(Case, Case.id == Action.case_id)
        .outerjoin(Agency, Agency.id == Action.owner_agency_id)
        .outerjoin(lead, lead.id == Action.lead_id)
        .where(Panel.id.in_(list(actor.panels())))
        .order_by(Action.due_on, Action.id).execution_options(**ONCE)
    )


def _narrowed(actor: Actor, state: State, of_panel: bool) -> list:
    """Return the conditions of the list: whose business, in which state, on which panel."""
    followed = Action.panel_id.in_(list(actor.panels(*RECORDERS)))
    conditions = [or_(policy.owned_by(actor), followed)]
    if state is State.OPEN:
        conditions.append(Action.status.in_(list(rules.OPEN)))
    elif state is State.OVERDUE:
        conditions += [Action.status.in_(list(rules.OWED)), Action.due_on < bindparam("today")]
    elif state is State.REPORTED:
        conditions.append(Action.status == ActionStatus.REPORTED_COMPLETE)
    else:
        conditions.append(Action.status.in_(list(rules.CLOSED)))
    if of_panel:
        conditions.append(Action.panel_id == bindparam("panel_id"))
    return conditions


def action_page(work: Work, action_id: UUID) -> ActionPage:
    """Return one action with what was said of it since."""
    lead = aliased(User)
    row = work.session.execute(
        select(Action, Case.reference, Agency.name, lead.name, Panel.name.label("panel"),
               func.coalesce(Meeting.started_at, Meeting.starts_at, type_=Meeting.starts_at.type).label("held_at"))
        .join(Case, Case.id == Action.case_id)
        .join(Agency, Agency.id == Action.owner_agency_id)
        .join(Panel, Panel.id == Action.panel_id)
        .outerjoin(Meeting, Meeting.id == Action.meeting_id)
        .outerjoin(lead, lead.id == Action.lead_id)
        .where(Action.id == action_id, policy.visible_to(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    action = row.Action
    work.require(policy.may_see, action)
    work.record(AuditVerb.VIEW, action)
    reports, decides = policy.may_report(work.actor, action), policy.may_decide(work.actor, action)
    return ActionPage(
        line_of(row, local_day(work.now)), action.version, row.panel,
        local_day(row.held_at) if row.held_at else None, action.decision_id,
        _updates(work.session, action),
        can_report=reports and action.status in rules.OWED,
        can_confirm=decides and action.status is ActionStatus.REPORTED_COMPLETE,
        can_reopen=decides and action.status in rules.REOPENABLE,
        can_end=decides and action.status in rules.OPEN,
    )


def _updates(session: Session, action: Action) -> tuple[UpdateLine, ...]:
    rows = session.execute(
        select(ActionUpdate, User.name, Agency.name)
        .join(User, User.id == ActionUpdate.by_id)
        .join(Agency, Agency.id == ActionUpdate.agency_id)
        .where(ActionUpdate.action_id == action.id)
        .order_by(ActionUpdate.at, ActionUpdate.id)
    ).all()
    return tuple(UpdateLine(u.at, by, agency, u.status, u.text or "") for u, by, agency in rows)
