"""The pages of what is published: a reader's copy, the same on paper, and what publishing would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain import agenda as rules
from clinic.domain.actors import CASE_READERS
from clinic.domain.agenda import AgendaItemKind, AgendaStatus, ChangeKind, Fit, PlannedItem, Slot
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingStatus
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.agenda import Agenda, AgendaItem, EditionItem
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.policy import agenda as policy
from clinic.services import actions, declarations, editions, needed, repeats
from clinic.services import agenda as agenda_
from clinic.services.actions import ActionLine
from clinic.services.editions import Edition
from clinic.services.needed import Needed
from clinic.services.readings import Reading
from clinic.services.repeats import Returned, Told
from clinic.services.work import Work

# A line of a draft or an edition, and the reference of its case.
Line = tuple[AgendaItem | EditionItem, str | None]


@dataclass(frozen=True, slots=True)
class EditionLine:
    """A line as one reader has it; `linked` tells whether the case may be opened."""

    item_id: UUID
    number: int
    kind: AgendaItemKind
    case_id: UUID | None
    reference: str
    title: str
    minutes: int
    starts_at: datetime
    ends_at: datetime
    linked: bool
    #: the earlier case of the same pair, where the reader may know of it
    returned: Returned | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What became of one line, in the reader's own numbers."""

    kind: ChangeKind
    label: str
    before: int
    after: int
    minutes_before: int
    minutes_after: int


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """`number` counts the reader's own editions; 0 = nothing is published yet."""

    meeting_id: UUID
    reference: str
    panel: str
    starts_at: datetime
    ends_at: datetime
    meeting_status: MeetingStatus
    is_locked: bool
    number: int
    published_at: datetime | None
    lines: tuple[EditionLine, ...]
    #: number of the edition that the reader opened last before this one, and what changed since; 0 = they opened none
    last_read: int
    changes: tuple[ChangeLine, ...]
    actions: tuple[ActionLine, ...]
    #: when the reader's own agency is needed
    needed: Needed | None
    may_print: bool
    may_read_draft: bool


@dataclass(frozen=True, slots=True)
class PrintPage:
    """The reader's copy, with the marks of whose it is."""

    page: ReaderPage
    reader: str
    agency: str
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class PublishPage:
    """What publishing now would do; `refusal` says why it cannot be done, and is empty when it can."""

    meeting_id: UUID
    panel: str
    starts_at: datetime
    ends_at: datetime
    version: int
    first: bool
    changes: tuple[ChangeLine, ...]
    lines: tuple[EditionLine, ...]
    fit: Fit
    readers: tuple[tuple[str, str], ...]
    refusal: str


def reader_page(work: Work, meeting_id: UUID) -> ReaderPage:
    """Return the newest edition as the actor has it, timed and numbered from what the actor may see."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_read, meeting)
    return shown(work, meeting, AuditVerb.VIEW)


def print_page(work: Work, meeting_id: UUID) -> PrintPage:
    """Return the actor's own copy to print, marked with whose it is."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_print, meeting)
    name, agency = work.session.execute(
        select(User.name, Agency.name).join(Agency, Agency.id == User.agency_id).where(User.id == work.actor.user_id)
    ).one()
    return PrintPage(shown(work, meeting, AuditVerb.PRINT), name, agency, work.now)


def shown(work: Work, meeting: Meeting, verb: AuditVerb) -> ReaderPage:
    """Return the actor's copy and write down that it was shown or printed; the caller has asked."""
    out = editions.published(work, meeting)
    own, newest = out.own, out.newest
    open_actions = actions.open_before(work.session, meeting)
    lines = _lines(work, newest.lines, meeting) if newest else ()
    last_read = editions.last_read(own)
    if newest is not None and newest.opened_at is None:
        work.read(Reading(meeting.id, work.actor.user_id, newest.number))
    work.record(verb, meeting, shown=[line.case_id for line in lines if line.case_id])
    return ReaderPage(
        meeting_id=meeting.id, reference=meeting.reference, panel=out.panel, starts_at=meeting.starts_at,
        ends_at=meeting.ends_at, meeting_status=meeting.status, is_locked=out.is_locked, number=len(own),
        published_at=newest.published_at if newest else None, lines=lines,
        last_read=last_read, changes=_changes(own[last_read - 1], newest.lines) if last_read else (),
        actions=open_actions,
        needed=needed.of_actor(work, meeting, lines),
        may_print=policy.may_print(work.actor, meeting), may_read_draft=policy.may_read_draft(work.actor, meeting),
    )


def _lines(work: Work, lines: Sequence[Line], meeting: Meeting) -> tuple[EditionLine, ...]:
    planned = _planned(lines)
    slots = rules.clock_times(planned, meeting.starts_at)
    told = repeats.told(work, meeting.panel_id, [item.case_id for item in planned if item.case_id])
    linked = work.actor.holds(meeting.panel_id, CASE_READERS)
    return tuple(
        _line(number, line, item, slot, linked and item.is_case, told.get(item.case_id))
        for number, (line, item, slot) in enumerate(zip(lines, planned, slots, strict=True), 1)
    )


def _line(number: int, line: Line, item: PlannedItem, slot: Slot, linked: bool, told: Told | None) -> EditionLine:
    row, reference = line
    return EditionLine(
        item.id, number, rules.kind_as_told(item.kind, told is not None and told.may_say), item.case_id,
        reference or "", row.title or item.kind.words, item.minutes, slot.starts_at, slot.ends_at, linked,
        told.returned if told else None,
    )


def _planned(lines: Sequence[Line]) -> list[PlannedItem]:
    return agenda_.planned_items([row for row, _ in lines])


def _changes(before: Edition | None, lines: Sequence[Line]) -> tuple[ChangeLine, ...]:
    """Return what `lines` change of an edition; nothing where there is none before."""
    if before is None:
        return ()
    both = [*before.lines, *lines]
    labels = {
        item.id: reference or row.title or item.kind.words
        for item, (row, reference) in zip(_planned(both), both, strict=True)
    }
    return tuple(
        ChangeLine(c.kind, labels[c.item_id], c.before, c.after, c.minutes_before, c.minutes_after)
        for c in rules.changes(before.items, _planned(lines))
    )


def publish_page(work: Work, meeting_id: UUID) -> PublishPage:
    """Return what publishing would change and who would be told, as far as the actor may know."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_build, meeting)
    out = editions.published(work, meeting)
    newest = out.newest
    agenda = work.session.scalar(select(Agenda).where(Agenda.meeting_id == meeting.id))
    draft = _draft(work, meeting)
    told = editions.changed_for(
        work.session, meeting, [item for item, _ in newest.lines] if newest else [], [item for item, _ in draft])
    work.record(AuditVerb.VIEW, meeting, shown=[item.case_id for item, _ in draft if item.case_id])
    return PublishPage(
        meeting_id=meeting.id, panel=out.panel, starts_at=meeting.starts_at, ends_at=meeting.ends_at,
        version=agenda_.version_for(agenda, [item for item, _ in draft]), first=newest is None,
        changes=_changes(newest, draft),
        lines=_lines(work, draft, meeting), fit=rules.fits(_planned(draft), agenda_.length_of(meeting)),
        readers=tuple((copy.member.name, copy.member.agency) for copy in told),
        refusal=_refusal(meeting, agenda, newest, _planned(draft)),
    )


def _draft(work: Work, meeting: Meeting) -> list[Line]:
    return list(work.session.execute(
        select(AgendaItem, Case.reference).outerjoin(Case, Case.id == AgendaItem.case_id)
        .where(AgendaItem.meeting_id == meeting.id, policy.visible_to(work.actor))
        .order_by(AgendaItem.position, AgendaItem.id)
    ))


def _refusal(meeting: Meeting, agenda: Agenda | None, newest: Edition | None, planned: list[PlannedItem]) -> str:
    try:
        rules.check_open(meeting.status, agenda.status if agenda else AgendaStatus.DRAFT)
        rules.check_ready(planned)
        rules.check_changed(newest.items if newest else None, planned)
    except RuleBroken as broken:
        return broken.message
    return ""
