"""Changing the order while the meeting runs. The editions that were published stay as their readers have them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clinic.domain import hearings as hearing_rules
from clinic.domain import reordering as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, Stale
from clinic.domain.reordering import Line, Move
from clinic.models.agenda import Agenda, AgendaItem
from clinic.models.hearing import Hearing
from clinic.policy import agenda as agenda_policy
from clinic.policy import hearings as policy
from clinic.services import adjournments, agenda, meetings, running_order
from clinic.services.work import Work


def move(work: Work, meeting_id: UUID, seen: str, item_id: UUID, way: Move) -> str:
    """Move a line that has not begun, and return a sentence that says where it stands.

    `seen` is the mark of the order on the actor's page: Stale where somebody else has moved one of its lines since.
    A lock on the agenda holds until the meeting begins.
    Lines that the actor must not know of keep their places.
    """
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_attend_to, meeting)
    hearing_rules.check_running(meeting.status)
    adjournments.check_sitting(work.session, meeting.id)
    agenda_ = work.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id).with_for_update())
    rows = _rows(work, meeting_id)
    items = {row.AgendaItem.id: row.AgendaItem for row in rows}
    if agenda_ is None or item_id not in items:
        raise NotFound
    if rules.mark(list(items)) != seen:
        raise Stale(theirs=running_order.in_words(agenda.order_of(work.session, meeting.id)))
    positions = [item.position for item in items.values()]
    order = rules.moved([_line(row) for row in rows], item_id, way)
    for moved_id, position in zip(order, positions, strict=True):
        items[moved_id].position = position
    agenda.touch(work, agenda_)
    work.record(AuditVerb.UPDATE, items[item_id], fields=["position"], what="running", meeting=meeting.id)
    name = running_order.name_of(work, items[item_id])
    return f"{name}: moved to position {order.index(item_id) + 1} of {len(order)}"


def _rows(work: Work, meeting_id: UUID) -> Sequence:
    return work.session.execute(
        select(AgendaItem, Hearing.started_at, Hearing.taken_up, Hearing.outcome)
        .outerjoin(Hearing, (Hearing.meeting_id == AgendaItem.meeting_id) & (Hearing.case_id == AgendaItem.case_id))
        .where(AgendaItem.meeting_id == meeting_id, agenda_policy.visible_to(work.actor))
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def _line(row) -> Line:
    item = row.AgendaItem
    return Line(item.id, item.kind, item.case_id is not None,
                hearing_rules.begun_last(row.started_at, row.taken_up), row.outcome)
