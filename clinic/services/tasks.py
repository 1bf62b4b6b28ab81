"""What waits for a person on their panels: counted of what they may know, and of nothing else.

Every count is cut by the policy of its own noun, so that nobody learns from a number that there is something
else. The number of statements is the same for one panel or many.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from clinic.domain.actions import OWED, ActionStatus
from clinic.domain.actors import SPEAKERS, TRIAGERS, Actor
from clinic.domain.advocacy import VoiceKind
from clinic.domain.clocks import last_late_day
from clinic.domain.contacts import last_due
from clinic.domain.handovers import HandoverSide, HandoverStatus
from clinic.domain.meetings import MeetingStatus, local_day, moment
from clinic.domain.minutes import ENDED, SETTLED, MinuteStatus, ReceiptStatus
from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import TaskKind
from clinic.domain.research import WAITING
from clinic.models.action import Action
from clinic.models.agenda import AgendaAddition, AgendaItem
from clinic.models.case import SafeContact
from clinic.models.clock import Clock
from clinic.models.dispute import Dispute
from clinic.models.handover import Handover
from clinic.models.hearing import Hearing
from clinic.models.interest import Interest
from clinic.models.meeting import Meeting
from clinic.models.minute import Minute, MinuteVersion, Receipt
from clinic.models.nomination import Draft, Nomination
from clinic.models.order import Breach
from clinic.models.panel import Panel, PanelRules
from clinic.models.research import ResearchRequest
from clinic.models.risk import RiskAssessment, RiskPrompt
from clinic.models.safe_address import AddressReveal, SafeAddress
from clinic.models.types import UtcDateTime
from clinic.models.urgent import UrgentAnswer, UrgentDecision
from clinic.policy import actions as action_policy
from clinic.policy import additions as addition_policy
from clinic.policy import addresses as address_policy
from clinic.policy import advocacy as advocacy_policy
from clinic.policy import cases as case_policy
from clinic.policy import clocks as clock_policy
from clinic.policy import contacts as contact_policy
from clinic.policy import disputes as dispute_policy
from clinic.policy import drafts as draft_policy
from clinic.policy import handovers as handover_policy
from clinic.policy import interests as interest_policy
from clinic.policy import minutes as minute_policy
from clinic.policy import nominations as nomination_policy
from clinic.policy import orders as order_policy
from clinic.policy import presenting as presenting_policy
from clinic.policy import research as research_policy
from clinic.policy import risks as risk_policy
from clinic.policy import urgent as urgent_policy
from clinic.policy.once import once
from clinic.services import (
    additions,
    advocacy,
    contacts,
    holidays,
    order_lists,
    presenters,
    research,
    risk_pages,
    urgent,
)
from clinic.services.together import Together, together
from clinic.services.work import Work

# How far ahead an action counts as due soon.
SOON = timedelta(days=7)
_ORDER = {kind: place for place, kind in enumerate(TaskKind)}
_BEFORE = datetime.min.replace(tzinfo=UTC)
_later = aliased(MinuteVersion)
OPEN_MEETINGS = (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: how much, how much of it late or soon due; of minutes, which and of when."""

    kind: TaskKind
    count: int = 1
    late: int = 0
    soon: int = 0
    about: UUID | None = None
    meeting_at: datetime | None = None
    #: the day by which the first of it is due, and since when the longest of it waits
    due_on: date | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class _When:
    """By what of a row it is told that it is late or soon due, when it is due, and since when it waits."""

    late: ColumnElement[bool] | None = None
    soon: ColumnElement[bool] | None = None
    due_on: Any = None
    since: Any = None


def of_panels(work: Work, rows: Sequence[Any], meeting_ids: Collection[UUID]
              ) -> tuple[dict[UUID, tuple[Task, ...]], dict[UUID, int]]:
    """Return what waits on each panel of `rows` (a panel with its rules), in the order in which it is told, and how
    many cases the actor knows of on each of the agendas. One statement.
    """
    panel_ids = tuple(sorted(row.Panel.id for row in rows))
    found = _asked(work.actor, panel_ids).rows(work.session, values_of(work.now, rows, meeting_ids))
    return of_rows(work.actor, found), {row.meeting_id: row.count for row in found["listed"]}


def of_rows(actor: Actor, found: Mapping[str, Sequence[Any]]) -> dict[UUID, tuple[Task, ...]]:
    """Return what waits on each panel, by the rows of `selects_of`."""
    waiting: dict[UUID, list[Task]] = {}
    for row in found["counts"]:
        waiting.setdefault(row.panel_id, []).append(
            Task(TaskKind(row.kind), row.count, row.late, row.soon, due_on=row.due_on, since=row.since))
    for row in (*found["drafts"], *found["approved"], *found["unread"]):
        if kind := _minute_task(actor, row):
            waiting.setdefault(row.panel_id, []).append(Task(kind, about=row.about, meeting_at=row.starts_at))
    return {id_: tuple(sorted(tasks, key=_place)) for id_, tasks in waiting.items()}


def _place(task: Task) -> tuple[int, datetime]:
    return _ORDER[task.kind], task.meeting_at or _BEFORE


def values_of(now: datetime, rows: Sequence[Any], meeting_ids: Collection[UUID]) -> dict[str, Any]:
    """Return what `selects_of` is asked with: today, meetings, and each panel's own days by its place among them."""
    today = local_day(now)
    values = {"today": today, "now": now, "soon": today + SOON, "meetings": list(meeting_ids),
              "panels": [row.Panel.id for row in rows]}
    for place, row in enumerate(sorted(rows, key=lambda row: row.Panel.id)):
        values |= {f"{name}_{place}": day for name, day in _days(row.Panel, row.PanelRules, now).items()}
    return values


def _days(panel: Panel, rules: PanelRules, now: datetime) -> dict[str, date | datetime]:
    """Return the days and moments on which a panel's own rules turn, by the names that `selects_of` has for them."""
    today = local_day(now)
    return {
        "late": _late_since(panel, rules.triage_due_days, today),
        "near": today + timedelta(days=rules.clock_amber_days),
        "unchecked": last_due(now, rules.contact_check_days),
        "old": today - timedelta(days=rules.risk_stale_days),
        "presenting": presenters.near_until(panel.nation, now),
    }


def _late_since(panel: Panel, days: int, today: date) -> datetime:
    """Return the moment before which a nomination came in that the panel should have decided by now."""
    day = last_late_day(today, days, holidays.around(panel.nation, today.year))
    return moment(day + timedelta(days=1), time(0))


@once
def _asked(actor: Actor, panel_ids: tuple[UUID, ...]) -> Together:
    return together(selects_of(actor, panel_ids))


def selects_of(actor: Actor, panel_ids: tuple[UUID, ...]) -> dict[str, Select]:
    """Select what waits on these panels. A panel's own days come by its place among them."""
    late, near, unchecked, old, presenting = (
        {id_: bindparam(f"{name}_{place}") for place, id_ in enumerate(panel_ids)}
        for name in ("late", "near", "unchecked", "old", "presenting"))
    counts = union_all(*_arms(actor, late, near, unchecked, old, presenting)).subquery("counts")
    return {
        "counts": select(*counts.c).select_from(counts), "listed": _cases_listed(actor), "drafts": _drafts(),
        "approved": _approved(), "unread": _unread(actor),
    }


def _arms(actor: Actor, late: dict[UUID, Any], near: dict[UUID, Any], unchecked: dict[UUID, Any],
          old: dict[UUID, Any], presenting: dict[UUID, Any]) -> list[Any]:
    today, now = bindparam("today", type_=Date()), bindparam("now", type_=UtcDateTime())
    coordinated = list(actor.panels(*TRIAGERS))
    open_meetings = select(Meeting.id).where(Meeting.status.in_(OPEN_MEETINGS))
    nominated_by_mine = or_(false(), *(
        and_(Nomination.panel_id == seat.panel_id, Nomination.agency_id == seat.agency_id)
        for seat in actor.seats if seat.role in SPEAKERS
    ))
    arms = [
        (TaskKind.URGENT, UrgentAnswer, _When(), (urgent_policy.asked_of(actor), urgent.is_unanswered(now))),
        (TaskKind.URGENT_DECISIONS, UrgentDecision, _When(), (
            urgent_policy.decided_by(actor), urgent.is_undecided(now))),
        (TaskKind.CLOCKS, Clock, _due(Clock.due_on), (
            clock_policy.visible_to(actor), Clock.panel_id.in_(coordinated), Clock.ended_at.is_(None),
            Clock.met_on.is_(None), _near(near))),
        (TaskKind.BREACHES, Breach, _When(), (
            order_policy.breaches_visible_to(actor), Breach.panel_id.in_(coordinated), Breach.taken_back_at.is_(None),
            Breach.is_repeat.is_(None), order_lists.is_held(Breach))),
        (TaskKind.TRIAGE, Nomination, _waited(late), (
            nomination_policy.visible_to(actor), Nomination.panel_id.in_(coordinated),
            Nomination.status == NominationStatus.NOMINATED)),
        (TaskKind.OFFERED, Nomination, _waited(late), (
            nomination_policy.visible_to(actor), Nomination.panel_id.in_(coordinated),
            Nomination.status == NominationStatus.OFFERED)),
        (TaskKind.HANDOVERS, Handover, _When(), (
            handover_policy.visible_to(actor), Handover.panel_id.in_(coordinated),
            Handover.side == HandoverSide.OUT, Handover.status == HandoverStatus.OPEN)),
        (TaskKind.CHASE, Nomination, _When(), (
            nomination_policy.visible_to(actor), Nomination.panel_id.in_(coordinated),
            Nomination.status == NominationStatus.RETURNED_FOR_INFORMATION, Nomination.answer_due_on < today)),
        (TaskKind.RETURNED, Nomination, _due(Nomination.answer_due_on), (
            nomination_policy.visible_to(actor), nominated_by_mine,
            Nomination.status == NominationStatus.RETURNED_FOR_INFORMATION)),
        (TaskKind.DRAFTS, Draft, _When(), (draft_policy.visible_to(actor),)),
        (TaskKind.RESEARCH, ResearchRequest, _due(ResearchRequest.due_on), (
            research_policy.visible_to(actor), research_policy.of_own_agency(actor),
            ResearchRequest.status.in_(list(WAITING)), ResearchRequest.meeting_id.in_(open_meetings),
            research.on_agenda())),
        (TaskKind.ADDITIONS, AgendaAddition, _When(), (addition_policy.waits_for(actor), additions.is_waiting())),
        (TaskKind.PRESENT, AgendaItem, _When(), (
            presenting_policy.visible_to(actor), presenters.is_of(actor), presenters.is_missing())),
        (TaskKind.PRESENTERS, AgendaItem, _When(), (
            presenting_policy.visible_to(actor), AgendaItem.panel_id.in_(coordinated), _unpresented(presenting))),
        (TaskKind.ACTIONS, Action, _due(Action.due_on), (
            action_policy.visible_to(actor), action_policy.owned_by(actor), Action.status.in_(list(OWED)))),
        (TaskKind.LOWERINGS, RiskAssessment, _When(), (risk_policy.waits_for(actor),)),
        (TaskKind.ASSESS, RiskPrompt, _When(), (risk_policy.asked_of(actor),)),
        (TaskKind.OLD_RISKS, RiskAssessment, _When(), (risk_policy.watched_by(actor), risk_pages.is_old(old))),
        (TaskKind.ADDRESSES, SafeAddress, _When(), (address_policy.waits_for(actor),)),
        (TaskKind.REVEALS, AddressReveal, _When(), (address_policy.unseen_by(actor),)),
        (TaskKind.CONTACTS, SafeContact, _When(), (
            contact_policy.kept_by(actor), contacts.due(unchecked))),
        (TaskKind.VIEWS, Hearing, _When(), (
            advocacy_policy.spoken_for(actor, Hearing), advocacy.waiting(VoiceKind.VIEWS))),
        (TaskKind.FEEDBACK, Hearing, _When(), (
            advocacy_policy.spoken_for(actor, Hearing), advocacy.waiting(VoiceKind.FEEDBACK))),
        (TaskKind.DISPUTES, Dispute, _When(), (dispute_policy.waits_for(actor),)),
        (TaskKind.INTERESTS, Interest, _When(), (interest_policy.waits_for(actor),)),
        (TaskKind.CONFIRM, Action, _When(), (
            action_policy.visible_to(actor), Action.panel_id.in_(coordinated),
            Action.status == ActionStatus.REPORTED_COMPLETE)),
    ]
    return [
        select(literal(kind.value).label("kind"), model.panel_id.label("panel_id"), func.count(model.id).label("count"),
               _sum_where(when.late).label("late"), _sum_where(when.soon).label("soon"),
               _first(when.due_on, Clock.due_on).label("due_on"),
               _first(when.since, Nomination.submitted_at).label("since"))
        .where(model.panel_id.in_(list(late)), *conditions).group_by(model.panel_id)
        for kind, model, when, conditions in arms
    ]


def _due(day: Any) -> _When:
    """Return that a day is over, that it is near, and the day."""
    return _When(day < bindparam("today"), and_(day >= bindparam("today"), day <= bindparam("soon")), day)


def _waited(late: dict[UUID, Any]) -> _When:
    """Return since when a nomination waits, and that this is longer than its own panel allows itself."""
    since = func.coalesce(Nomination.requeued_at, Nomination.submitted_at)
    over = or_(false(), *(and_(Nomination.panel_id == id_, since < moment_) for id_, moment_ in late.items()))
    return _When(over, since=since)


def _near(near: dict[UUID, Any]) -> ColumnElement[bool]:
    """Return the condition that a clock has turned amber by its own panel's rule."""
    return or_(false(), *(and_(Clock.panel_id == id_, Clock.due_on <= day) for id_, day in near.items()))


def _unpresented(presenting: dict[UUID, Any]) -> ColumnElement[bool]:
    """Return the condition that nobody presents a case of a meeting of its panel that is a working day away."""
    return or_(false(), *(and_(AgendaItem.panel_id == id_, presenters.is_missing(moment_))
                          for id_, moment_ in presenting.items()))


def _sum_where(condition: ColumnElement[bool] | None) -> ColumnElement[int]:
    return literal(0) if condition is None else func.sum(case((condition, 1), else_=0))


def _first(day: Any, like: Any) -> ColumnElement[Any]:
    return cast(null(), like.type) if day is None else func.min(day, type_=like.type)


def _cases_listed(actor: Actor) -> Select:
    return (
        select(AgendaItem.meeting_id, func.count(AgendaItem.id).label("count")).select_from(AgendaItem)
        .where(AgendaItem.meeting_id.in_(bindparam("meetings", expanding=True)), AgendaItem.case_id.is_not(None),
               case_policy.known_to(actor, AgendaItem))
        .group_by(AgendaItem.meeting_id)
    )


def _of_minutes(about: Any) -> Select:
    """Select whose turn it is with minutes, and what its page is found by."""
    return select(about.label("about"), Minute.status, Meeting.panel_id, Meeting.starts_at, Meeting.chaired_by_id)


def _drafts() -> Select:
    return (
        _of_minutes(Minute.meeting_id).select_from(Minute).join(Meeting, Meeting.id == Minute.meeting_id)
        .where(Meeting.status.in_((MeetingStatus.HELD, MeetingStatus.CLOSED)),
               Minute.status.not_in(list(SETTLED | {MinuteStatus.WITHDRAWN})), Meeting.panel_id.in_(_panels()))
    )


def _approved() -> Select:
    """Select the versions that the chair has approved and nobody has sent; whether the actor may, the row tells."""
    return (
        _of_minutes(MinuteVersion.id).select_from(MinuteVersion)
        .join(Minute, Minute.id == MinuteVersion.minute_id).join(Meeting, Meeting.id == MinuteVersion.meeting_id)
        .where(Minute.status == MinuteStatus.APPROVED, MinuteVersion.circulated_at.is_(None),
               ~exists().where(_later.minute_id == MinuteVersion.minute_id, _later.number > MinuteVersion.number),
               Meeting.panel_id.in_(_panels()))
    )


def _unread(actor: Actor) -> Select:
    """Select the minutes that the actor has been sent and has not acknowledged."""
    return (
        select(Receipt.version_id.label("about"), literal(None, Minute.status.type).label("status"), Meeting.panel_id,
               Meeting.starts_at, Meeting.chaired_by_id).select_from(Receipt)
        .join(MinuteVersion, MinuteVersion.id == Receipt.version_id)
        .join(Meeting, Meeting.id == MinuteVersion.meeting_id)
        .where(Receipt.user_id == actor.user_id, Receipt.panel_id.in_(_panels()),
               Receipt.status.not_in([*ENDED, ReceiptStatus.ACKNOWLEDGED]), minute_policy.receipts_visible_to(actor))
    )


def _panels() -> Any:
    return bindparam("panels", expanding=True)


def _minute_task(actor: Actor, row: Any) -> TaskKind | None:
    """Return what a reader, the chair, a writer or who sends them has to do; nothing while it is another's turn."""
    if row.status is None:
        return TaskKind.ACKNOWLEDGE_MINUTES
    if row.status == MinuteStatus.WITH_CHAIR:
        return TaskKind.APPROVE_MINUTES if minute_policy.may_approve(actor, row) else None
    if row.status == MinuteStatus.APPROVED:
        return TaskKind.SEND_MINUTES if minute_policy.may_circulate(actor, row) else None
    return TaskKind.WRITE_MINUTES if minute_policy.may_write(actor, row) else None
