"""What is published of an agenda: its editions, and whose copy of them is new or changed.

Every reader has editions of their own. They are the published ones as far as the reader may
see them, and count from 1 without a gap: an edition that changed nothing for a reader is
none for that reader, and brings no letter. The pages are in `services.edition_pages`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select, union
from sqlalchemy.orm import Session

from clinic.domain import agenda as rules
from clinic.domain.actors import INVITED, SPEAKERS, Actor, SystemActor
from clinic.domain.agenda import AgendaStatus, PlannedItem, Slot
from clinic.domain.audit import AuditVerb
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.agenda import Agenda, AgendaItem, EditionItem, EditionReading
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.policy import agenda as policy
from clinic.policy.once import ONCE, once
from clinic.services import agenda as agenda_
from clinic.services import audience, needed, research, running_order
from clinic.services.audience import Member
from clinic.services.work import Work

# No meeting has as many editions: the number of a letter says which edition it tells of, and after which move.
_MOVES = 100_000


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition as one reader has it: lines in order, each with the reference of its case.

    `number` is the meeting's, who has which number of their own is for their page to count; `opened_at` tells
    when its reader first opened it, if ever.
    """

    number: int
    published_at: datetime
    opened_at: datetime | None
    lines: tuple[tuple[EditionItem, str | None], ...]

    @property
    def items(self) -> list[PlannedItem]:
        return agenda_.planned_items([item for item, _ in self.lines])


@dataclass(frozen=True, slots=True)
class Copy:
    """What somebody is about to have of an edition."""

    member: Member
    items: list[PlannedItem]


def publish(work: Work, meeting_id: UUID, version: int) -> None:
    """Give the draft to its readers as a new edition, and tell those whose own copy is new or changed."""
    meeting, agenda, mine = running_order.opened(work, meeting_id, version)
    rules.check_ready(agenda_.planned_items(mine))
    rules.check_changed(published_to(work, agenda), agenda_.planned_items(mine))
    with work.whole("publishing an agenda"):
        before = _edition_items(work.session, agenda)
        items = _all_items(work.session, meeting.id)
        _ask_new_agencies(work, items, meeting)
        agenda.edition += 1
        agenda.status = rules.published_as(agenda.edition)
        agenda_.touch(work, agenda)
        work.session.add_all(_copy(item, agenda.edition, work.now) for item in items)
        work.session.flush()
        told = changed_for(work.session, meeting, before, items)
        agencies = needed.by_case(work.session, meeting.id, [item.case_id for item in items if item.case_id])
    for copy in told:
        work.post(_letter(meeting, copy, agenda.edition, _needed(meeting, copy, agencies)), panel_id=meeting.panel_id)
    work.record(AuditVerb.SEND, agenda, edition=agenda.edition, to=[copy.member.actor.user_id for copy in told])


def tell_of_move(work: Work, meeting: Meeting) -> None:
    """Tell those who are needed at a meeting whose agenda is out from when to when they are, now that it has moved.

    Everybody is told of the move itself by their diary. Completes a move, which has asked.
    """
    agenda = work.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id, Agenda.edition > 0))
    if agenda is None:
        return
    with work.whole("telling of a meeting that has moved"):
        items = _edition_items(work.session, agenda)
        ids = {item.case_id for item in items if item.case_id is not None}
        engaged, agencies = _engaged(work.session, ids), needed.by_case(work.session, meeting.id, list(ids))
        members = audience.of(work.session, meeting, local_day(meeting.starts_at), INVITED).members
    for copy in (_copy_of(member, items, engaged) for member in members):
        slot = _needed(meeting, copy, agencies)
        if slot is not None:
            # The same edition again: what makes it another letter is which move it follows. In no panel's post: who is
            # needed, and who is not, would tell there of cases that its reader must not know of.
            work.post(_letter(meeting, copy, agenda.edition + _MOVES * meeting.sequence, slot))
    work.record(AuditVerb.SEND, agenda, what="moved")


def _letter(meeting: Meeting, copy: Copy, revision: int, slot: Slot | None) -> Letter:
    return Letter(
        LetterKind.AGENDA_READY, to=copy.member.actor.user_id, reference=meeting.reference,
        link=f"/meetings/{meeting.id}/agenda", day=local_day(meeting.starts_at), about=meeting.id, revision=revision,
        needed=slot)


def _needed(meeting: Meeting, copy: Copy, agencies: Mapping[UUID, Collection[UUID]]) -> Slot | None:
    """Return from when to when the copy's reader is needed, as their page will say it; never in a round in writing."""
    if meeting.mode.is_in_writing:
        return None
    slots = rules.clock_times(copy.items, meeting.starts_at)
    heard = [(item.case_id, slot) for item, slot in zip(copy.items, slots, strict=True) if item.is_case]
    found = needed.among(heard, copy.member.speaks_for(meeting.panel_id, SPEAKERS), agencies)
    return found.slot if found else None


def published_to(work: Work, agenda: Agenda) -> list[PlannedItem] | None:
    """Return the latest edition as the actor may see it, or None before the first."""
    if agenda.edition == 0:
        return None
    return agenda_.planned_items(_edition_items(work.session, agenda, policy.visible_to(work.actor, EditionItem)))


def _edition_items(session: Session, agenda: Agenda, *conditions: Any) -> list[EditionItem]:
    return list(session.scalars(
        select(EditionItem)
        .where(EditionItem.meeting_id == agenda.meeting_id, EditionItem.edition == agenda.edition, *conditions)
        .order_by(EditionItem.position, EditionItem.item_id)
    ))


def _all_items(session: Session, meeting_id: UUID) -> list[AgendaItem]:
    return list(session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position, AgendaItem.id)
    ))


def _copy(item: AgendaItem, edition: int, now: datetime) -> EditionItem:
    return EditionItem(
        panel_id=item.panel_id, case_id=item.case_id, meeting_id=item.meeting_id, edition=edition, published_at=now,
        item_id=item.id, kind=item.kind, position=item.position, minutes=item.minutes, title=item.title,
    )


def _ask_new_agencies(work: Work, items: Sequence[AgendaItem], meeting: Meeting) -> None:
    """Ask agencies that came onto the panel since a case was listed: without that they would not see it."""
    listed = [item.case_id for item in items if item.case_id is not None]
    if listed:
        cases = work.session.scalars(select(Case).where(Case.id.in_(listed))).all()
        research.ask_about(work, cases, meeting)
        work.session.flush()


def changed_for(session: Session, meeting: Meeting, before: Sequence[EditionItem],
                 after: Sequence[AgendaItem]) -> list[Copy]:
    """Return the copies of the invited members for whom they are new or changed."""
    present = audience.of(session, meeting, local_day(meeting.starts_at), INVITED)
    engaged = _engaged(session, {i.case_id for i in (*before, *after) if i.case_id is not None})
    told = set(session.scalars(select(QueuedLetter.user_id).where(
        QueuedLetter.about_id == meeting.id, QueuedLetter.kind == LetterKind.AGENDA_READY,
    )))
    copies = [_copy_of(member, after, engaged) for member in present.members]
    return [c for c in copies if c.member.actor.user_id not in told
            or _differ(_copy_of(c.member, before, engaged).items, c.items)]


def _copy_of(member: Member, items: Sequence[Any], engaged: frozenset[tuple[UUID, UUID]]) -> Copy:
    return Copy(member, agenda_.planned_items([i for i in items if policy.sees(member.actor, i, engaged)]))


def _differ(before: Sequence[PlannedItem], after: Sequence[PlannedItem]) -> bool:
    return rules.as_read(before) != rules.as_read(after)


def _engaged(session: Session, case_ids: set[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """Return which agency takes part in which of the cases, as the wall reckons it."""
    pairs = [
        select(model.agency_id, model.case_id).where(model.case_id.in_(list(case_ids)))
        for model in (Nomination, ResearchRequest)
    ]
    return frozenset((agency, case) for agency, case in session.execute(union(*pairs)))


@dataclass(frozen=True, slots=True)
class Published:
    """What is out of an agenda for one reader: their own editions, in order, and whether it is locked."""

    panel: str
    is_locked: bool
    own: tuple[Edition, ...]

    @property
    def newest(self) -> Edition | None:
        return self.own[-1] if self.own else None


def published(work: Work, meeting: Meeting) -> Published:
    """Return what the actor has of a meeting's agenda. One statement."""
    rows = work.session.execute(
        _lines(work.actor), {"meeting_id": meeting.id, "panel_id": meeting.panel_id}).all()
    by_number: dict[int, list[Any]] = {}
    for row in rows:
        if row.EditionItem is not None:
            by_number.setdefault(row.EditionItem.edition, []).append(row)
    own = own_of(Edition(number, lines[0].EditionItem.published_at, lines[0].opened_at,
                         tuple((row.EditionItem, row.reference) for row in lines))
                 for number, lines in by_number.items())
    return Published(rows[0].panel, rows[0].status is AgendaStatus.LOCKED, own)


def own_of(editions: Iterable[Edition]) -> tuple[Edition, ...]:
    """Return a reader's own editions, of the published ones as far as they may see them, in order."""
    own: list[Edition] = []
    for edition in editions:
        if not own or _differ(own[-1].items, edition.items):
            own.append(edition)
        elif own[-1].opened_at is None:
            own[-1] = replace(own[-1], opened_at=edition.opened_at)
    return tuple(own)


@once
def _lines(actor: Actor | SystemActor) -> Select:
    """Select every line of every edition that the actor may see: one row at least, even before the first."""
    meeting_id = bindparam("meeting_id")
    visible = and_(EditionItem.meeting_id == meeting_id, policy.visible_to(actor, EditionItem))
    opened = and_(EditionReading.meeting_id == meeting_id, EditionReading.user_id == actor.user_id,
                  EditionReading.edition == EditionItem.edition)
    return (
        select(Panel.name.label("panel"), Agenda.status, EditionItem, Case.reference, EditionReading.opened_at)
        .select_from(Panel)
        .outerjoin(Agenda, Agenda.meeting_id == meeting_id)
        .outerjoin(EditionItem, visible)
        .outerjoin(Case, Case.id == EditionItem.case_id)
        .outerjoin(EditionReading, opened)
        .where(Panel.id == bindparam("panel_id"))
        .order_by(EditionItem.edition, EditionItem.position, EditionItem.item_id).execution_options(**ONCE)
    )


def last_read(own: Sequence[Edition]) -> int:
    """Return the reader's own number of the edition that they opened last before the newest; 0 where there is none."""
    return next((number for number in range(len(own) - 1, 0, -1) if own[number - 1].opened_at is not None), 0)
