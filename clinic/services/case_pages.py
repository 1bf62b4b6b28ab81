"""A case's own page: the victim's view first, then everything that the reader may see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, func, or_, select

from clinic.domain.actions import ActionStatus
from clinic.domain.actors import Actor, SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus
from clinic.domain.errors import NotFound
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.nominations import NominationStatus
from clinic.domain.order_events import IN_FORCE
from clinic.models.action import Action
from clinic.models.agency import Agency
from clinic.models.agenda import AgendaDrop
from clinic.models.case import Case, Person, SharingDecision
from clinic.models.clock import Clock
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.order import Order
from clinic.models.panel import Panel, PanelRules
from clinic.models.research import ResearchRequest
from clinic.models.risk import RiskAssessment
from clinic.policy import addresses as address_policy
from clinic.policy import cases as policy
from clinic.policy import closings as closing_policy
from clinic.policy import flags as flag_policy
from clinic.policy import hearings as hearing_policy
from clinic.policy import links as link_policy
from clinic.policy import meetings as meeting_policy
from clinic.policy import nominations as nomination_policy
from clinic.policy import research as research_policy
from clinic.policy import urgent as urgent_policy
from clinic.policy.once import ONCE, once
from clinic.services import clocks, dispute_pages, drops, links, risk_pages, terms, timeline, urgent_pages
from clinic.services.clocks import Running
from clinic.services.dispute_pages import StandingLine
from clinic.services.drops import DropLine
from clinic.services.links import LinkedCase
from clinic.services.nomination_pages import LISTS, PersonLine, Told, lines_of, told
from clinic.services.risk_pages import RiskNow
from clinic.services.timeline import Latest
from clinic.services.together import Together, together
from clinic.services.urgent_pages import DecisionLine
from clinic.services.work import Work

_CASE_ID = bindparam("case_id", type_=Uuid())
_OPEN = (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class HearingLine:
    """A meeting that heard the case or will. `request_id` is what the reader's own agency was asked for it."""

    id: UUID
    meeting_id: UUID
    meeting_at: datetime
    meeting_status: MeetingStatus
    outcome: HearingOutcome | None
    request_id: UUID | None


@dataclass(frozen=True, slots=True)
class ActionLine:
    id: UUID
    reference: str
    agency: str
    due_on: date
    status: ActionStatus


@dataclass(frozen=True, slots=True)
class CasePage:
    id: UUID
    reference: str
    panel_id: UUID
    panel: str
    status: CaseStatus
    agency: str
    submitted_at: datetime
    nomination_id: UUID
    nomination_status: NominationStatus
    told: Told
    happened: Latest
    people: tuple[PersonLine, ...]
    #: the day on which people are as old as it says; nothing = today
    meets_on: date | None
    hearings: tuple[HearingLine, ...]
    #: lists from which it was taken off although it had been carried over to them
    drops: tuple[DropLine, ...]
    actions: tuple[ActionLine, ...]
    clocks: tuple[Running, ...]
    #: of responses that stand disputed, those that wait for an answer first
    disputes: tuple[StandingLine, ...]
    #: what agencies were asked to decide between meetings, the latest first
    urgent: tuple[DecisionLine, ...]
    #: other cases that people of this one stand in, of which the reader may know too
    linked: tuple[LinkedCase, ...]
    #: the latest assessment since the nomination
    risk: RiskNow | None
    #: a lower result waits for a second person
    lowering: bool
    #: kinds of the orders that are in force, in words
    orders: tuple[str, ...]
    order_kinds: dict[str, str]
    may_see_nomination: bool
    may_see_contact: bool
    may_reveal: bool
    may_exclude: bool
    may_read_journal: bool
    may_match: bool
    may_flag: bool
    may_close: bool
    may_call: bool


def show(work: Work, case_id: UUID) -> CasePage:
    """Return a case to whoever may know of it. Four statements and one for its key, whatever its length.

    One more where a list has dropped it.
    """
    today = local_day(work.now)
    rows = work.session.execute(_case(work.actor), {"case_id": case_id, "today": today}).all()
    if not rows:
        raise NotFound
    case, said, panel, agency, _, in_force, *_ = rows[0]
    work.require(policy.may_see, case)
    labels = terms.labels(work.session, *LISTS, panel_id=case.panel_id)
    hangs_on = _hangs_on(work.actor).rows(work.session, {"case_id": case.id})
    heard = _heard(hangs_on["hearings"], work.actor.holds(case.panel_id, hearing_policy.RECORDERS))
    meets_on = _meets_on(heard)
    dropped = drops.of_case(work.session, case.id) if hangs_on["drops"] else ()
    linked = links.by_case(hangs_on["links"])
    work.record(AuditVerb.VIEW, case, shown=[line.id for line in linked])
    return CasePage(
        case.id, case.reference, case.panel_id, panel, case.status, agency, said.submitted_at, said.id, said.status,
        told(said, labels, today, (), rows[0].SharingDecision), timeline.latest(work, case.id, labels["behaviour"]),
        lines_of({row.Person for row in rows}, meets_on or today, labels), meets_on, heard, dropped,
        tuple(ActionLine(*row) for row in sorted(hangs_on["actions"], key=lambda row: (row.due_on, row.reference))),
        clocks.as_they_stand(work, hangs_on["clocks"]), dispute_pages.in_lines(hangs_on["disputes"]),
        urgent_pages.in_lines(hangs_on["urgent"]), linked,
        risk_pages.now_of(work, rows[0].RiskAssessment, rows[0].risk_stale_days, labels["risk_tool"]),
        bool(rows[0].lowering),
        tuple(labels["order_kind"].get(code, code) for code in (in_force or "").split()), labels["order_kind"],
        *_doors(work, case, said, {row.Nomination.agency_id for row in rows}),
    )


@once
def _case(actor: Actor | SystemActor) -> Select:
    """Select the case, with its nominations and people, for as many rows as they make."""
    return (
        select(Case, Nomination, Panel.name, Agency.name, Person, _in_force(bindparam("today")).label("orders"),
               RiskAssessment, PanelRules.risk_stale_days, risk_pages.is_lowering(Case.id).label("lowering"),
               SharingDecision)
        .join(Nomination, Nomination.case_id == Case.id).join(Panel, Panel.id == Case.panel_id)
        .join(PanelRules, PanelRules.panel_id == Case.panel_id)
        .outerjoin(RiskAssessment, RiskAssessment.id == risk_pages.latest_of(Case.id))
        .outerjoin(SharingDecision, SharingDecision.nomination_id == Nomination.id)
        .join(Agency, Agency.id == Nomination.agency_id).join(Person, Person.case_id == Case.id)
        .where(Case.id == _CASE_ID, policy.visible_to(actor))
        .order_by(Nomination.submitted_at.desc(), Nomination.id, Person.id)
        .execution_options(**ONCE)
    )


@once
def _hangs_on(actor: Actor | SystemActor) -> Together:
    """Select what hangs on the case."""
    return together({
        "hearings": _hearings(actor), "actions": _actions(),
        "drops": select(AgendaDrop.id).select_from(AgendaDrop).where(AgendaDrop.case_id == _CASE_ID),
        "clocks": clocks.standing(actor, Clock.case_id == _CASE_ID), "disputes": dispute_pages.standing(_CASE_ID),
        "urgent": urgent_pages.standing(_CASE_ID),
        "links": links.standing(actor, _CASE_ID)})


def _in_force(today: Any) -> Any:
    """Return the kinds of a case's orders that are in force, as words of one text, as a scalar subquery."""
    return (
        select(func.aggregate_strings(Order.kind, " "))
        .where(Order.case_id == Case.id, Order.status.in_(list(IN_FORCE)),
               or_(Order.expires_on.is_(None), Order.expires_on >= today))
        .scalar_subquery()
    )


def _meets_on(hearings: tuple[HearingLine, ...]) -> date | None:
    """Return the day on which the case is to be heard next."""
    return min((local_day(one.meeting_at) for one in hearings if one.outcome is None and one.meeting_status in _OPEN),
               default=None)


def _doors(work: Work, case: Case, said: Nomination, nominating: set[UUID]) -> tuple[bool, ...]:
    """Return which further pages of the case are open to the reader."""
    actor = work.actor
    return (nomination_policy.may_see(actor, said), policy.may_see_contact(actor, case, nominating),
            address_policy.may_reveal(actor, case),
            policy.may_exclude(actor, case), policy.may_read_journal(actor, case), link_policy.may_match(actor, case),
            flag_policy.may_flag(actor, case), closing_policy.may_close(actor, case),
            urgent_policy.may_ask(actor, case))


def _hearings(actor: Actor | SystemActor) -> Select:
    """Select all hearings: whoever knows a case knows its hearings, but of an emergency to which they are not called,
    and its actions.
    """
    asked = and_(ResearchRequest.case_id == Hearing.case_id, ResearchRequest.meeting_id == Hearing.meeting_id,
                 research_policy.of_own_agency(actor))
    return (
        select(Hearing.id, Meeting.id.label("meeting_id"), Meeting.starts_at, Meeting.status, Hearing.outcome,
               ResearchRequest.id.label("request_id"))
        .select_from(Hearing).join(Meeting, Meeting.id == Hearing.meeting_id).outerjoin(ResearchRequest, asked)
        .where(Hearing.case_id == _CASE_ID, meeting_policy.is_open_to(actor))
    )


def _heard(rows: Iterable[Any], records: bool) -> tuple[HearingLine, ...]:
    """Return each hearing once, the latest first.

    As long as the meeting runs, its own screen alone tells whoever only follows it how a case ended.
    """
    ordered = sorted(sorted(rows, key=lambda row: row.id), key=lambda row: row.starts_at, reverse=True)
    told = (row if records or row.status is not MeetingStatus.IN_PROGRESS else row._replace(outcome=None)
            for row in ordered)
    return tuple({row.id: HearingLine(*row) for row in told}.values())


def _actions() -> Select:
    return (
        select(Action.id, Action.reference, Agency.name, Action.due_on, Action.status)
        .select_from(Action).join(Agency, Agency.id == Action.owner_agency_id)
        .where(Action.case_id == _CASE_ID)
    )
