"""Telling of the orders of a case: what protects somebody, what has happened to it, how it was broken.

Each event is signed by an agency and dated. Nothing is overwritten: what was said wrongly is
taken back. The clocks of the case follow in the same work. Reading stands in `order_pages`
and `order_lists`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic.domain import breaches as breach_rules
from clinic.domain import order_events as rules
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.breaches import NewBreach, RepeatAnswer
from clinic.domain.cases import Answer, CaseStatus
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.nominations import EDITABLE, NominationStatus
from clinic.domain.order_events import NewOrder
from clinic.domain.risks import AskCause
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case, Incident
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.order import Breach, Order, OrderEvent
from clinic.models.panel import Panel
from clinic.policy import orders as policy
from clinic.services import agenda, cases, clocks, meetings, nominations, order_rows, risks, terms
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work

_WAITING = (*EDITABLE, NominationStatus.OFFERED)


def add(work: Work, case_id: UUID, new: NewOrder) -> None:
    """Write down an order with the first that has happened to it."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_tell, case)
    kinds = terms.labels(work.session, "order_kind", panel_id=case.panel_id)["order_kind"]
    panel = work.session.get_one(Panel, case.panel_id)
    rules.check_new(new, kinds, panel.nation, local_day(work.now))
    order_rows.begin(work, new, **_signed(work, case))
    _ask_anew(work, case, new.event)
    clocks.settle(work, [case.id])


def tell(work: Work, case_id: UUID, order_id: UUID, event: rules.OrderEvent) -> None:
    """Write down what has happened to an order."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_tell, case)
    order = _find(work, case, order_id)
    earlier = [order_rows.said(row) for row in order_rows.live(work, order)]
    panel = work.session.get_one(Panel, case.panel_id)
    rules.check(order.kind, panel.nation, earlier, event, local_day(work.now))
    rules.check_breaches([*earlier, event], _breach_days(work, order))
    order_rows.add_event(work, order, event, **_signed(work, case))
    order_rows.restate(work, order)
    _ask_anew(work, case, event)
    clocks.settle(work, [case.id])


def _ask_anew(work: Work, case: Case, event: rules.OrderEvent) -> None:
    """Ask for an assessment anew where an order begins or ends."""
    if event.kind in rules.CHANGE_RISK:
        risks.note_cause(work, case, AskCause.ORDER, event.on)


def take_back(work: Work, case_id: UUID, event_id: UUID) -> None:
    """Take back what was said wrongly of an order: it stays to be read, and counts for nothing."""
    case = cases.find(work, case_id, lock=True)
    row = _of_case(work, OrderEvent, case, event_id)
    work.require(policy.may_take_back, row)
    _check_there(row)
    order = _find(work, case, row.order_id)
    live = order_rows.live(work, order)
    events = [order_rows.said(one) for one in live]
    panel = work.session.get_one(Panel, case.panel_id)
    rules.check_taken_back(order.kind, panel.nation, events, live.index(row), local_day(work.now))
    rules.check_breaches([order_rows.said(one) for one in live if one is not row], _breach_days(work, order))
    _take_back(work, row)
    order_rows.restate(work, order)
    clocks.settle(work, [case.id])


def breach(work: Work, case_id: UUID, order_id: UUID, told: NewBreach) -> None:
    """Write down that an order was broken: an incident like others, and a question to the coordinator."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_tell, case)
    order = _find(work, case, order_id)
    behaviours = terms.labels(work.session, "behaviour", panel_id=case.panel_id)["behaviour"]
    events = [order_rows.said(row) for row in order_rows.live(work, order)]
    breach_rules.check(told, events, local_day(work.now), behaviours)
    signed = _signed(work, case)
    incident = Incident(**signed, happened_on=told.on, what=told.what.strip(), behaviours=list(told.behaviours),
                        reported=told.reported, breach=Answer.YES)
    work.session.add(incident)
    work.session.flush()
    row = Breach(**signed, order_id=order.id, incident_id=incident.id, happened_on=told.on)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, incident)
    work.record(AuditVerb.CREATE, row)
    clocks.settle(work, [case.id])


def take_back_breach(work: Work, case_id: UUID, breach_id: UUID) -> None:
    """Take back that an order was broken, and the incident with it."""
    case = cases.find(work, case_id, lock=True)
    row = _of_case(work, Breach, case, breach_id)
    work.require(policy.may_take_back, row)
    _check_there(row)
    _take_back(work, row)
    incident = _of_case(work, Incident, case, row.incident_id)
    if incident.taken_back_at is None:
        incident.why = "The breach was taken back."
        _take_back(work, incident)
    clocks.settle(work, [case.id])


def check_repeat(work: Work, case_id: UUID, breach_id: UUID, answer: RepeatAnswer) -> None:
    """Say whether a breach is a repeat; of one that is, the case comes onto an agenda again."""
    case = cases.find(work, case_id, lock=True)
    row = _of_case(work, Breach, case, breach_id)
    work.require(policy.may_check, row)
    _check_there(row)
    if row.is_repeat is not None:
        raise RuleBroken("Somebody has said already whether this is a repeat.")
    breach_rules.check_answer(answer)
    row.is_repeat, row.reason = answer.is_repeat, answer.reason.strip() or None
    row.checked_by_id, row.checked_at = work.actor.user_id, work.now
    work.session.flush()
    work.record(AuditVerb.UPDATE, row, fields=["is_repeat"])
    if answer.is_repeat:
        _hear_again(work, case, answer.meeting_id)


def _hear_again(work: Work, case: Case, meeting_id: UUID | None) -> None:
    """Put a case onto an agenda as a repeat, unless it stands on one or is still to be decided on."""
    status = work.session.scalar(select(Nomination.status).where(Nomination.id == latest_nomination(case.id)))
    if status in _WAITING or _is_listed(work, case):
        return
    if status is not NominationStatus.ACCEPTED or case.status is CaseStatus.TRANSFERRED_OUT:
        raise RuleBroken("The panel does not have this case: an agency must nominate it again.", "is_repeat")
    if case.status is CaseStatus.CLOSED:
        case.status = CaseStatus.OPEN
        clocks.ask_anew(case)
    agenda.place(work, case, AgendaItemKind.CASE_REPEAT, meeting=_chosen(work, case, meeting_id))


def _is_listed(work: Work, case: Case) -> bool:
    listed = (select(AgendaItem.id).join(Meeting, Meeting.id == AgendaItem.meeting_id)
              .where(AgendaItem.case_id == case.id, Meeting.status == MeetingStatus.PLANNED).limit(1))
    return work.session.scalar(listed) is not None


def _chosen(work: Work, case: Case, meeting_id: UUID | None) -> Meeting | None:
    """Return the meeting that a coordinator names. What follows from a broken order is no nomination: it goes onto an
    agenda that is not out even when nominations for it are closed.
    """
    if meeting_id is None:
        return None
    for meeting in meetings.coming(work.session, case.panel_id, work.now):
        if meeting.id == meeting_id:
            return meeting
    raise RuleBroken("Choose a coming meeting of this panel", "meeting")


def _find(work: Work, case: Case, order_id: UUID) -> Order:
    return _of_case(work, Order, case, order_id)


def _of_case(work: Work, model: Any, case: Case, id_: UUID) -> Any:
    row = work.session.scalar(
        select(model).where(model.id == id_, model.case_id == case.id).with_for_update())
    if row is None:
        raise NotFound
    return row


def _check_there(row: Any) -> None:
    if row.taken_back_at is not None:
        raise RuleBroken("This has been taken back already.")


def _take_back(work: Work, row: Any) -> None:
    row.taken_back_at, row.taken_back_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record(AuditVerb.REVOKE, row, fields=["taken_back_at"])


def _breach_days(work: Work, order: Order) -> list[Any]:
    return list(work.session.scalars(
        select(Breach.happened_on).where(Breach.order_id == order.id, Breach.taken_back_at.is_(None))))


def _signed(work: Work, case: Case) -> dict[str, Any]:
    """Return of which case something is, and who says so now."""
    return {"panel_id": case.panel_id, "case_id": case.id,
            "agency_id": nominations.agency_for(work, case.panel_id), "entered_by_id": work.actor.user_id,
            "entered_at": work.now}
