"""Changing the running order of a meeting.

Every change carries the version of the agenda that the person saw of it, and the minutes that
stood in the form: nothing that was typed is lost by pressing Up. The page on which that is
done is in `services.agenda_pages`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import case as either
from sqlalchemy import select

from clinic.domain import additions as addition_rules
from clinic.domain import agenda as rules
from clinic.domain import drops as drop_rules
from clinic.domain import emergencies as emergency_rules
from clinic.domain.agenda import BREAK_MINUTES, OTHER_MINUTES, AgendaItemKind, Direction
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, Stale
from clinic.domain.meetings import local_day
from clinic.models.agenda import Agenda, AgendaItem
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.policy import agenda as policy
from clinic.services import agenda as agenda_
from clinic.services import cutoffs, meetings, waiting
from clinic.services.agenda import OrderLine
from clinic.services.work import Work


def opened(work: Work, meeting_id: UUID, version: int) -> tuple[Meeting, Agenda, list[AgendaItem]]:
    """Open an agenda for changing: found, permitted, not begun, and as the person saw it. Raises Stale."""
    meeting = meetings.find(work, meeting_id)
    work.require(policy.may_build, meeting)
    agenda = work.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id).with_for_update())
    if agenda is None:
        rules.check_ready(())
    rules.check_open(meeting.status, agenda.status)
    items = work.session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, policy.visible_to(work.actor))
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()
    now = agenda_.version_for(agenda, items)
    if now != version:
        raise Stale(theirs=in_words(agenda_.order_of(work.session, meeting.id)), version=now)
    return meeting, agenda, list(items)


def in_words(order: Sequence[OrderLine]) -> str:
    return "\n".join(f"{o.number}. {o.reference or o.title}, {o.minutes} minutes" for o in order)


def move(work: Work, meeting_id: UUID, version: int, item_id: UUID, direction: Direction,
         minutes: Mapping[UUID, int] | None = None) -> str:
    """Move a line one place up or down and return a sentence that says where it is now.

    `minutes` are those that stood in the form: nothing that was typed is lost by pressing Up.
    """
    _, agenda, items = opened(work, meeting_id, version)
    item = _one_of(items, item_id)
    _keep_minutes(items, minutes or {})
    positions = [i.position for i in items]
    order = rules.moved([i.id for i in items], item.id, direction)
    by_id = {i.id: i for i in items}
    for moved_id, position in zip(order, positions, strict=True):
        by_id[moved_id].position = position
    agenda_.touch(work, agenda)
    work.record(AuditVerb.UPDATE, item, fields=["position"])
    return f"{name_of(work, item)}: moved to position {order.index(item.id) + 1} of {len(order)}"


def arrange(work: Work, meeting_id: UUID, version: int, order: Sequence[UUID],
            minutes: Mapping[UUID, int] | None = None, dragged: UUID | None = None) -> str:
    """Put all lines into an order of their ids. Lines that the actor must not know of keep their places.

    `dragged` is the line that somebody took there with the mouse, if one was.
    """
    _, agenda, items = opened(work, meeting_id, version)
    by_id = {item.id: item for item in items}
    if set(order) != by_id.keys() or len(order) != len(by_id):
        raise NotFound
    _keep_minutes(items, minutes or {})
    for item_id, position in zip(order, [item.position for item in items], strict=True):
        by_id[item_id].position = position
    agenda_.touch(work, agenda)
    work.record(AuditVerb.UPDATE, agenda, fields=["order"])
    if dragged not in by_id:
        return "The order is changed"
    return f"{name_of(work, by_id[dragged])}: moved to position {list(order).index(dragged) + 1} of {len(order)}"


def set_minutes(work: Work, meeting_id: UUID, version: int, minutes: Mapping[UUID, int]) -> str:
    """Give several lines their minutes."""
    _, agenda, items = opened(work, meeting_id, version)
    _keep_minutes(items, minutes)
    agenda_.touch(work, agenda)
    work.record(AuditVerb.UPDATE, agenda, fields=["minutes"])
    return "The timings are saved"


def _keep_minutes(items: Sequence[AgendaItem], minutes: Mapping[UUID, int]) -> None:
    by_id = {item.id: item for item in items}
    if not minutes.keys() <= by_id.keys():
        raise NotFound
    for item_id, value in minutes.items():
        rules.check_minutes(value, f"minutes-{item_id}")
        by_id[item_id].minutes = value


def remove(work: Work, meeting_id: UUID, version: int, item_id: UUID,
           minutes: Mapping[UUID, int] | None = None) -> str:
    """Take a line off the order. A case waits for another agenda; what its agencies were asked stays.

    What an earlier meeting had not heard is taken off with a reason, by `services.drops`.
    """
    meeting, agenda, items = opened(work, meeting_id, version)
    item = _one_of(items, item_id)
    drop_rules.check_plain(item.deferred_from_id is not None)
    emergency_rules.check_stays(meeting.case_id, item.case_id)
    _keep_minutes(items, minutes or {})
    name = name_of(work, item)
    agenda_.delete(work, [item])
    agenda_.touch(work, agenda)
    return f"{name}: taken off the agenda"


def add_case(work: Work, meeting_id: UUID, version: int, case_id: UUID) -> str:
    """Put a waiting case onto this agenda, over-full or not, as long as it is not late."""
    meeting, _, _ = opened(work, meeting_id, version)
    day = local_day(meeting.starts_at)
    row = work.session.execute(
        select(Case, Nomination, waiting.last_deferral(Case.id).label("deferred_from_id"),
               either((waiting.comes_back(day), True), else_=False).label("review"))
        .join(Nomination, Nomination.case_id == Case.id)
        .where(Case.id == case_id, waiting.ready(work.actor, meeting.panel_id, day))
    ).first()
    if row is None:
        raise NotFound
    addition_rules.check_in_time(cutoffs.is_late(work.session, meeting, work.now))
    deferred = row.deferred_from_id is not None and not row.review
    earlier = work.session.get(Meeting, row.deferred_from_id) if deferred else None
    kind = waiting.kind_of(row.Nomination, deferred, bool(row.review))
    agenda_.place(work, row.Case, kind, meeting=meeting, deferred_from=earlier)
    return f"{row.Case.reference}: added to the agenda"


def add_break(work: Work, meeting_id: UUID, version: int, minutes: Mapping[UUID, int] | None = None) -> str:
    return _add(work, meeting_id, version, AgendaItemKind.BREAK, BREAK_MINUTES, None, minutes or {})


def add_item(work: Work, meeting_id: UUID, version: int, title: str) -> str:
    """Add an item of the coordinator's own words."""
    return _add(work, meeting_id, version, AgendaItemKind.OTHER, OTHER_MINUTES, title, {})


def _add(work: Work, meeting_id: UUID, version: int, kind: AgendaItemKind, length: int, title: str | None,
         minutes: Mapping[UUID, int]) -> str:
    meeting, agenda, items = opened(work, meeting_id, version)
    _keep_minutes(items, minutes)
    item = AgendaItem(panel_id=meeting.panel_id, meeting_id=meeting.id, kind=kind, minutes=length, title=title)
    with work.whole("adding an item"):
        agenda_.insert(work.session, agenda, item)
        agenda_.touch(work, agenda)
        work.session.flush()
    work.record(AuditVerb.CREATE, item)
    return f"{kind.words}: added to the agenda"


def _one_of(items: Sequence[AgendaItem], item_id: UUID) -> AgendaItem:
    for item in items:
        if item.id == item_id:
            return item
    raise NotFound


def name_of(work: Work, item: AgendaItem) -> str:
    """Return what a notice may call a line: a reference, or the kind; never words that somebody typed."""
    if item.case_id is None:
        return item.kind.words
    return work.session.scalar(select(Case.reference).where(Case.id == item.case_id)) or item.kind.words
