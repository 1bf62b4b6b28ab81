"""The agenda of a meeting: its standing items, and the cases that are placed on it or taken off.

Placing and taking off look past the wall of whoever acts (`work.whole`): an agenda that is
reckoned without a case that its maker must not know of would be over-full, or out of order.

Changing the order stands in `services.running_order`, what is published in `services.editions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clinic.domain import agenda as rules
from clinic.domain import emergencies as emergency_rules
from clinic.domain.agenda import AFTER_CASES, AgendaItemKind, AgendaStatus, Capacity, PlannedItem
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.following import last_begun
from clinic.domain.hearings import begun_last
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.panels import PanelType, Rules
from clinic.models.agenda import Agenda, AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.models.risk import RiskPlan
from clinic.policy import agenda as policy
from clinic.services import cutoffs, meetings, panels, research
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of the running order as one reader numbers it."""

    item_id: UUID
    number: int
    kind: AgendaItemKind
    case_id: UUID | None
    reference: str
    title: str
    minutes: int
    deferred_from_id: UUID | None

    @property
    def planned(self) -> PlannedItem:
        return PlannedItem(self.item_id, self.kind, self.minutes, self.case_id)


def order_of(session: Session, meeting_id: UUID) -> tuple[OrderLine, ...]:
    """Return the running order, as far as the session's actor may see it. One statement, and one for keys."""
    rows = session.execute(
        select(AgendaItem, Case.reference).outerjoin(Case, Case.id == AgendaItem.case_id)
        .where(AgendaItem.meeting_id == meeting_id, policy.visible_to(session.info["actor"]))
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()
    return tuple(
        OrderLine(item.id, number, item.kind, item.case_id, reference or "", item.title or item.kind.words,
                  item.minutes, item.deferred_from_id)
        for number, (item, reference) in enumerate(rows, 1)
    )


def standing(work: Work, meeting: Meeting) -> Agenda:
    """Return the meeting's agenda; one that is new begins with the panel's standing items.

    Asks no permission of its own: whoever calls it lists a case or starts the agenda.
    """
    agenda = work.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id).with_for_update())
    if agenda is not None:
        return agenda
    kind = work.session.scalar(select(Panel.type).where(Panel.id == meeting.panel_id))
    agenda = Agenda(meeting_id=meeting.id, panel_id=meeting.panel_id, changed_at=work.now)
    work.session.add(agenda)
    begins_with = rules.standing_items(kind, meeting.case_id is not None)
    for position, (item, minutes) in enumerate(begins_with, 1):
        work.session.add(AgendaItem(
            panel_id=meeting.panel_id, meeting_id=meeting.id, kind=item, position=position, minutes=minutes,
        ))
    work.session.flush()
    work.record(AuditVerb.CREATE, agenda)
    return agenda


def start(work: Work, meeting_id: UUID) -> None:
    """Begin the agenda of a meeting that has none yet."""
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_build, meeting)
    rules.check_open(meeting.status)
    agenda = standing(work, meeting)
    work.record(AuditVerb.UPDATE, agenda)


def place(work: Work, case: Case, kind: AgendaItemKind, *, meeting: Meeting | None = None,
          deferred_from: Meeting | None = None, late: bool = False) -> Meeting:
    """Put a case onto an agenda, ask the agencies about it, and return the meeting.

    That is `meeting`, even if it becomes over-full, or else the first coming one with room
    for which nominations are not closed, and whose agenda is neither out nor locked. What comes
    `late`, with the chair's approval, goes onto one that is out, and research on it has a short
    clock; an emergency that comes while the meeting runs is heard next. Whoever names a meeting has looked whether
    nominations for it are closed.
    A deferred case goes to the next meeting after the one that put it off, and if none has
    room to the very next. Onto a round in writing goes only what somebody puts there, and onto an emergency
    meeting nothing but its own case.
    Raises RuleBroken where there is no such meeting. Asks no permission of its own: it
    completes a triage, a closing or an addition, which has asked.
    """
    with work.whole("placing a case"):
        panel = work.session.execute(
            select(Panel.type, Panel.nation).where(Panel.id == case.panel_id).with_for_update()).one()
        _refuse_twice(work, case, deferred_from)
        panel_rules = panels.rules_of(work.session, case.panel_id)
        minutes = _minutes_of(work.session, case, deferred_from) or rules.minutes_for(kind, panel_rules)
        if meeting is None:
            meeting = _next(work, case, minutes, panel, panel_rules, deferred_from)
        elif meeting.panel_id != case.panel_id:
            raise NotFound
        emergency_rules.check_takes(meeting.case_id, case.id)
        agenda = standing(work, meeting)
        rules.check_takes(kind, meeting.status, agenda.status)
        if not late and deferred_from is None:
            rules.check_not_out(agenda.edition)
        item = AgendaItem(
            panel_id=case.panel_id, case_id=case.id, meeting_id=meeting.id, kind=kind, minutes=minutes,
            deferred_from_id=deferred_from.id if deferred_from else None,
        )
        if kind is AgendaItemKind.CASE_REVIEW:
            _note_review(work, item)
        insert(work.session, agenda, item)
        work.session.add(Hearing(panel_id=case.panel_id, case_id=case.id, meeting_id=meeting.id))
        case.listed_at = case.listed_at or work.now
        touch(work, agenda)
        work.session.flush()
        work.record(AuditVerb.CREATE, item, meeting=meeting.id)
        research.ask(work, case, meeting, soon=late)
        work.session.flush()
    return meeting


def _note_review(work: Work, item: AgendaItem) -> None:
    """Keep for which day's review the case comes, and with the plan that names the day that it has come."""
    plan = _newest_plan(work.session, item.case_id)
    if plan is not None:
        item.review_on, plan.listed_at = plan.review_on, plan.listed_at or work.now


def _newest_plan(session: Session, case_id: UUID) -> RiskPlan | None:
    return session.scalars(select(RiskPlan).where(RiskPlan.case_id == case_id)
                           .order_by(RiskPlan.entered_at.desc(), RiskPlan.id).limit(1)).first()


def _refuse_twice(work: Work, case: Case, deferred_from: Meeting | None) -> None:
    elsewhere = select(Meeting.starts_at).join(AgendaItem, AgendaItem.meeting_id == Meeting.id).where(
        AgendaItem.case_id == case.id, Meeting.status == MeetingStatus.PLANNED
    )
    if deferred_from is not None:
        elsewhere = elsewhere.where(Meeting.id != deferred_from.id)
    listed_on = work.session.scalar(elsewhere.limit(1))
    if listed_on is not None:
        day = local_day(listed_on)
        raise RuleBroken(f"This case is on the agenda of {day.day} {day:%B %Y} already.")


def _minutes_of(session: Session, case: Case, deferred_from: Meeting | None) -> int | None:
    """Return the minutes that the case had where it was put off: it has not become shorter."""
    if deferred_from is None:
        return None
    return session.scalar(
        select(AgendaItem.minutes)
        .where(AgendaItem.meeting_id == deferred_from.id, AgendaItem.case_id == case.id)
    )


def _is_closed(meeting: Meeting, panel: Any, panel_rules: Rules, now: datetime) -> bool:
    """Return whether nominations for a meeting are closed, whatever of its agenda is out."""
    return cutoffs.is_late_by(meeting, panel_rules.nomination_cutoff_days, panel.nation, 0, local_day(now))


def _next(work: Work, case: Case, minutes: int, panel: Any, panel_rules: Rules,
          deferred_from: Meeting | None) -> Meeting:
    after = deferred_from.starts_at if deferred_from else work.now
    coming = {m.id: m for m in meetings.coming(work.session, case.panel_id, work.now)
              if m.starts_at > after and not m.mode.is_in_writing}
    if not coming:
        raise RuleBroken("No meeting of this panel is planned after this. Add a meeting to the calendar first.")
    out = _out(work.session, coming)
    for meeting_id in (id_ for id_, status in out.items() if status is AgendaStatus.LOCKED):
        del coming[meeting_id]
    if not coming:
        raise RuleBroken("The agendas of all coming meetings are locked. Unlock one, or add a meeting to the calendar.")
    very_next = next(iter(coming.values()))
    coming = {id_: meeting for id_, meeting in coming.items() if id_ not in out}
    if not coming and deferred_from is None:
        raise RuleBroken("The agendas of all coming meetings are out. Add a meeting to the calendar first.")
    if deferred_from is None:
        coming = {id_: meeting for id_, meeting in coming.items()
                  if not _is_closed(meeting, panel, panel_rules, work.now)}
    found = rules.first_with_room(_capacities(work.session, list(coming.values()), panel.type, panel_rules), minutes)
    if found is not None:
        return coming[found.meeting_id]
    if deferred_from is not None:
        return very_next
    if not coming:
        raise RuleBroken("Nominations for all coming meetings are closed. Choose one and ask the chair, "
                         "or add a meeting to the calendar.", "meeting")
    raise RuleBroken("No coming meeting has room for this case. Choose the meeting that should hear it all the same.",
                     "meeting")


def _out(session: Session, meeting_ids: Iterable[UUID]) -> dict[UUID, AgendaStatus]:
    """Return how the agendas of those meetings stand that are out."""
    return dict(session.execute(select(Agenda.meeting_id, Agenda.status).where(
        Agenda.meeting_id.in_(list(meeting_ids)), Agenda.edition > 0)).all())


def _capacities(session: Session, coming: Sequence[Meeting], panel_type: PanelType,
                panel_rules: Rules) -> list[Capacity]:
    """Return what is planned for each meeting; one without an agenda counts with its standing items."""
    planned: dict[UUID, list[tuple[int, UUID | None]]] = {}
    for meeting_id, minutes, case_id in session.execute(
        select(AgendaItem.meeting_id, AgendaItem.minutes, AgendaItem.case_id)
        .where(AgendaItem.meeting_id.in_([m.id for m in coming]))
    ):
        planned.setdefault(meeting_id, []).append((minutes, case_id))
    fresh = [(minutes, None) for _, minutes in rules.standing_items(panel_type)]
    return [
        Capacity(m.id, length_of(m), sum(minutes for minutes, _ in items), sum(case is not None for _, case in items),
                 panel_rules.max_cases)
        for m in coming for items in (planned.get(m.id, fresh),)
    ]


def length_of(meeting: Meeting) -> int:
    """Return how many minutes a meeting is planned to last."""
    return int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)


def insert(session: Session, agenda: Agenda, item: AgendaItem) -> None:
    """Put a new item before other business; all that follows moves down by one, seen by the actor or not.

    An emergency comes after the case that was begun last, if one was.
    """
    items = _lines(session, agenda.meeting_id)
    emergency = item.kind is AgendaItemKind.CASE_EMERGENCY
    begun = last_begun(_begun(session, agenda.meeting_id, items)) if emergency else None
    if begun is not None:
        after = next(iter(items[begun + 1:]), None)
    else:
        after = next((i for kind in AFTER_CASES for i in items if i.kind is kind), None)
    item.position = after.position if after else (items[-1].position + 1 if items else 1)
    for other in items:
        if other.position >= item.position:
            other.position += 1
    session.add(item)


def _begun(session: Session, meeting_id: UUID, items: Sequence[AgendaItem]) -> list[datetime | None]:
    """Return when each line was begun, or taken up again, last, as far as it was."""
    rows = session.execute(
        select(Hearing.case_id, Hearing.started_at, Hearing.taken_up).where(Hearing.meeting_id == meeting_id))
    begun = {row.case_id: begun_last(row.started_at, row.taken_up) for row in rows}
    return [begun.get(item.case_id) for item in items]


def _lines(session: Session, meeting_id: UUID) -> list[AgendaItem]:
    return list(session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position, AgendaItem.id)
    ))


def touch(work: Work, agenda: Agenda) -> None:
    """Let the version rise even where nothing of the agenda's own row differs."""
    agenda.changed_at = work.now
    flag_modified(agenda, "changed_at")


def version_for(agenda: Agenda | None, items: Iterable[AgendaItem]) -> int:
    """Return what stands for an agenda as the reader of these lines has it; 0 where there is none yet."""
    if agenda is None:
        return 0
    return rules.version_of(agenda.edition, agenda.status, [(item.id, item.minutes) for item in items])


def version_seen_by(work: Work, agenda: Agenda) -> int:
    """Return what stands for an agenda as the actor has it. One statement."""
    return version_for(agenda, work.session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == agenda.meeting_id, policy.visible_to(work.actor))
        .order_by(AgendaItem.position, AgendaItem.id)).all())


def take_off(work: Work, case: Case) -> None:
    """Remove a case from the agendas of meetings that have not begun. Completes a withdrawal, which has asked.

    A review that was to be heard there is due again.
    """
    with work.whole("taking a case off"):
        rows = work.session.execute(
            select(AgendaItem, Agenda)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .join(Agenda, Agenda.meeting_id == Meeting.id)
            .where(AgendaItem.case_id == case.id, Meeting.status == MeetingStatus.PLANNED)
        ).all()
        delete(work, [item for item, _ in rows])
        for item, agenda in rows:
            touch(work, agenda)
            plan = _newest_plan(work.session, case.id) if item.kind is AgendaItemKind.CASE_REVIEW else None
            if plan is not None:
                plan.listed_at = None
        work.session.flush()


def delete(work: Work, items: Sequence[AgendaItem]) -> None:
    """Remove lines, and the hearings that waited behind them."""
    pairs = [(i.meeting_id, i.case_id) for i in items if i.case_id is not None]
    if pairs:
        for hearing in work.session.scalars(
            select(Hearing).where(tuple_(Hearing.meeting_id, Hearing.case_id).in_(pairs), Hearing.outcome.is_(None))
        ):
            work.session.delete(hearing)
    for item in items:
        work.session.delete(item)
        work.record(AuditVerb.UPDATE, item, what="removed", meeting=item.meeting_id)
    if pairs:
        research.taken_off(work, pairs)


def planned_items(items: Sequence[AgendaItem]) -> list[PlannedItem]:
    """Return lines of a draft or an edition as the domain's values."""
    return [PlannedItem(getattr(i, "item_id", i.id), i.kind, i.minutes, i.case_id) for i in items]
