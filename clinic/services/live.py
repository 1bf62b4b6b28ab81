"""The screens of a running meeting: its order and register, one case at a time, and closing.

Each is reckoned for its reader: numbers, times and counts come from the lines that this
reader may know, so that a case that is closed to them leaves no gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from clinic.domain import notes as note_rules
from clinic.domain import reordering
from clinic.domain.actors import CHAIRS, Actor, MembershipRole, SystemActor
from clinic.domain.adjournments import Pause, sat, standing
from clinic.domain.agenda import AgendaItemKind, clock_times, kind_as_told
from clinic.domain.attendance import Quorum
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.following import Followed, last_begun, turns_of
from clinic.domain.hearings import HearingOutcome, taken_up
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.nominations import AdvocateOffer, NominationStatus, VictimAwareness
from clinic.domain.notes import Note, NoteSection
from clinic.domain.panels import PanelType
from clinic.domain.reordering import Line, Move
from clinic.domain.research import speaking_order
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.agenda import Agenda, AgendaItem, EditionItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing, HearingGuest, HearingNote
from clinic.models.meeting import Adjournment, Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import agenda as agenda_policy
from clinic.policy import declarations as declaration_policy
from clinic.policy import hearings as policy
from clinic.policy import meetings as meeting_policy
from clinic.services import (
    actions,
    additions,
    adjournments,
    advocacy,
    agenda,
    attendance,
    clocks,
    declarations,
    directory,
    dispute_pages,
    hearings,
    phrases,
    presenters,
    repeats,
    research,
    risk_pages,
    risks,
    room,
    terms,
    urgent_pages,
)
from clinic.services.actions import ActionLine, Owners
from clinic.services.additions import AdditionLine
from clinic.services.adjournments import AdjournmentLine
from clinic.services.advocacy import Said
from clinic.services.attendance import Attender, Register
from clinic.services.clocks import Running
from clinic.services.directory import Member
from clinic.services.dispute_pages import DisputeLine
from clinic.services.presenters import Presents
from clinic.services.repeats import Returned
from clinic.services.research import ReturnLine
from clinic.services.risk_pages import PlanLine, RiskNow
from clinic.services.room import Away, Guest
from clinic.services.urgent_pages import BetweenLine
from clinic.services.work import Work

OVER = (MeetingStatus.HELD, MeetingStatus.CLOSED)
_reader, _presenter = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of the running order, as one reader has it."""

    id: UUID
    number: int
    kind: AgendaItemKind
    title: str
    minutes: int
    starts_at: datetime
    case_id: UUID | None
    case_reference: str
    hearing_id: UUID | None
    outcome: HearingOutcome | None
    started_at: datetime | None
    next_meeting_id: UUID | None
    next_meeting_at: datetime | None
    #: when it was taken up again, each time, after it had been left for another
    again: tuple[datetime, ...] = ()
    #: of all that the reader may know, this was begun last
    is_latest: bool = False

    @property
    def latest_at(self) -> datetime | None:
        """When it was begun, or taken up again, last."""
        return (self.started_at, *self.again)[-1]

    @property
    def hearing_now(self) -> bool:
        return self.is_latest and self.outcome is None

    @property
    def was_left(self) -> bool:
        """It was begun, and left for another without an outcome."""
        return self.started_at is not None and self.outcome is None and not self.is_latest


@dataclass(frozen=True, slots=True)
class Sitting:
    """What every screen of a meeting says of it."""

    id: UUID
    reference: str
    panel_name: str
    starts_at: datetime
    ends_at: datetime
    status: MeetingStatus
    chair: str
    #: when it stood still, in order
    pauses: tuple[Pause, ...]
    #: a round in writing: it starts when it closes, and nobody comes
    is_in_writing: bool = False

    @property
    def adjourned(self) -> Pause | None:
        """Return the adjournment that the meeting is in, if it is in one."""
        return standing(self.pauses)

    @property
    def running(self) -> bool:
        return self.status is MeetingStatus.IN_PROGRESS

    @property
    def planned(self) -> bool:
        return self.status is MeetingStatus.PLANNED

    @property
    def closed(self) -> bool:
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class LivePage:
    sitting: Sitting
    today: date
    order: tuple[OrderLine, ...]
    #: what was decided since the last meeting, for this one to ratify
    between: tuple[BetweenLine, ...]
    register: Register
    #: who may be named as chair, for starting
    chairs: tuple[tuple[UUID, str], ...]
    #: each time it was adjourned, and why
    adjournments: tuple[AdjournmentLine, ...]
    #: what may be done with each line that has not begun, by its id; `seen` stands for the order
    moves: Mapping[UUID, tuple[Move, ...]]
    seen: str
    #: emergencies that wait for the chair's answer
    emergencies: tuple[AdditionLine, ...]
    can_bring_in: bool
    me: UUID
    can_attend_to: bool
    can_close: bool


@dataclass(frozen=True, slots=True)
class VictimsView:
    """What the nomination says, in the order in which a meeting hears it."""

    aware: VictimAwareness | None = None
    advocate: AdvocateOffer | None = None
    wishes: str = ""
    question: str = ""
    risk_tool: str = ""
    risk_result: str = ""
    repeat: bool = False
    last_incident_on: date | None = None
    #: the earlier case of the same pair, where a coordinator has linked them and the reader may know of it
    returned: Returned | None = None


@dataclass(frozen=True, slots=True)
class HearingPage:
    id: UUID
    sitting: Sitting
    here: OrderLine
    cases: int
    before_id: UUID | None
    after_id: UUID | None
    order: tuple[OrderLine, ...]
    elapsed: int | None
    ended: bool
    view: VictimsView
    presents: Presents
    #: what the advocate has brought from the victim for this meeting
    voice: Said | None
    #: what has been assessed since the nomination, and what waits for a second person
    risk: tuple[RiskNow, ...]
    #: what runs out, the nearest first
    clocks: tuple[Running, ...]
    #: how the clinic understands the case and means to manage it
    plan: PlanLine | None
    plans: bool
    #: in the order in which agencies speak
    answers: tuple[ReturnLine, ...]
    disputes: tuple[DisputeLine, ...]
    earlier: tuple[ActionLine, ...]
    agreed: tuple[ActionLine, ...]
    #: the sections of the notes, in their order; none for whoever only follows the meeting
    notes: dict[NoteSection, Note]
    notes_saved_at: datetime | None
    notes_saved_by: str
    #: when all actions that stand were read back, and by whom
    read_back_at: datetime | None
    read_back_by: str
    deferral_reason: str
    deferral_reason_label: str
    reasons: tuple[tuple[str, str], ...]
    #: what the panel keeps to put into notes
    phrases: tuple[str, ...]
    owners: Owners
    register: Register
    #: who came for this case alone, and who is at the meeting and must not know of it
    guests: tuple[Guest, ...]
    away: tuple[Away, ...]
    #: they write in it: the notes always, everything else while the meeting is not adjourned
    can_note: bool
    can_record: bool
    me: UUID
    #: they may let somebody step out of the case
    lets_out: bool

    @property
    def out(self) -> frozenset[UUID]:
        return frozenset(one.user_id for one in self.away if one.while_heard)

    @property
    def quorum(self) -> Quorum:
        """Return how many are in the room for this case."""
        here = sum(person.here and person.user_id not in self.out for person in self.register.people)
        return replace(self.register.quorum, present=here)

    @property
    def kept_out(self) -> tuple[Attender, ...]:
        """Return who is here and must be out of the room when the actions are read back."""
        now = {one.user_id for one in self.away if one.now}
        return tuple(person for person in self.register.people if person.here and person.user_id in now)

    @property
    def may_step_out(self) -> tuple[Attender, ...]:
        """Return who is in the room and may step out; the reader declares it for themselves."""
        return tuple(person for person in self.register.people
                     if person.here and person.user_id != self.me and person.user_id not in self.out)

    @property
    def notes_version(self) -> int:
        """Return the version of all sections together: it rises with each saving of any."""
        return sum(note.version for note in self.notes.values())


@dataclass(frozen=True, slots=True)
class ClosePage:
    sitting: Sitting
    order: tuple[OrderLine, ...]
    #: agencies that get a letter, each with how many actions
    told: tuple[tuple[str, int], ...]
    #: cases whose actions nobody has read back to the meeting: hearing and reference
    unread: tuple[tuple[UUID, str], ...]
    #: emergencies about which the chair was asked, and has not answered
    waiting: tuple[AdditionLine, ...]
    #: what was decided between meetings, and is neither ratified nor refused
    undecided: tuple[BetweenLine, ...]

    @property
    def missing(self) -> tuple[OrderLine, ...]:
        return tuple(line for line in self.order if line.hearing_id and line.outcome is None)


def shown(work: Work, meeting: Meeting) -> LivePage:
    """Return a meeting's running order, with outcomes, and who is there; the caller has opened it and asked."""
    members = directory.members_of(work.session, meeting, attendance.day_of(meeting))
    order, between = order_of(work, meeting), urgent_pages.before(work, meeting)
    runs = meeting.status is MeetingStatus.IN_PROGRESS
    work.record(AuditVerb.VIEW, meeting, what="live", shown=[
        *(line.case_id for line in order if line.case_id), *(line.case_id for line in between)])
    return LivePage(
        sitting_of(work.session, meeting), local_day(work.now), order, between,
        attendance.register(work.session, meeting, members),
        tuple({m.user_id: f"{m.name} ({m.agency})" for m in members if m.role in CHAIRS}.items()),
        adjournments.lines_of(work.session, meeting.id), _moves(meeting, order),
        reordering.mark([line.id for line in order]),
        additions.waiting_at(work, meeting.id),
        runs and meeting.case_id is None and agenda_policy.may_build(work.actor, meeting),
        work.actor.user_id,
        can_attend_to=policy.may_attend_to(work.actor, meeting),
        can_close=policy.may_close(work.actor, meeting),
    )


def _moves(meeting: Meeting, order: Sequence[OrderLine]) -> dict[UUID, tuple[Move, ...]]:
    """Return which lines may be moved, and where to, while the meeting runs."""
    if meeting.status is not MeetingStatus.IN_PROGRESS:
        return {}
    return reordering.moves([
        Line(line.id, line.kind, line.case_id is not None, line.latest_at, line.outcome) for line in order])


def close_page(work: Work, meeting_id: UUID) -> ClosePage:
    """Return what is missing before a meeting can close, and which agencies will get a letter."""
    meeting = declarations.opened(work, meeting_id)
    work.require(policy.may_close, meeting)
    counts: dict[str, int] = {}
    for line in actions.of_meeting(work.session, meeting.id):
        counts[line.owner] = counts.get(line.owner, 0) + 1
    order = order_of(work, meeting)
    work.record(AuditVerb.VIEW, meeting, what="close", shown=[line.case_id for line in order if line.case_id])
    unread = hearings.not_read_back(work.session, meeting.id, policy.visible_to(work.actor))
    undecided = tuple(line for line in urgent_pages.before(work, meeting) if line.ratified is None)
    return ClosePage(sitting_of(work.session, meeting), order, tuple(sorted(counts.items())), tuple(unread),
                     additions.waiting_at(work, meeting.id), undecided)


def hearing_page(work: Work, hearing_id: UUID) -> HearingPage:
    """Return one case as the meeting hears it: the victim's view first."""
    hearing, meeting, kind, saved_by, read_back_by, presenting, presents = _found(work, hearing_id)
    work.require(policy.may_see, hearing)
    records = policy.may_record(work.actor, hearing)
    order = order_of(work, meeting)
    cases = [line for line in order if line.hearing_id]
    at = next((n for n, line in enumerate(cases) if line.hearing_id == hearing.id), None)
    if at is None:
        # The case was taken off this meeting's agenda.
        raise NotFound
    labels = terms.labels(work.session, "deferral_reason", "risk_tool", "typology", phrases.LIST,
                          panel_id=meeting.panel_id)
    members = directory.members_of(work.session, meeting, attendance.day_of(meeting))
    of_case = actions.of_case(work.session, hearing.case_id)
    told, view = cases[at].outcome is not None, _view(work, hearing.case_id, labels["risk_tool"])
    sitting, plans = sitting_of(work.session, meeting), kind in risks.PLANNED
    writes = records and sitting.running
    work.record(AuditVerb.VIEW, hearing)
    return HearingPage(
        hearing.id, sitting, cases[at], len(cases),
        cases[at - 1].hearing_id if at else None, cases[at + 1].hearing_id if at + 1 < len(cases) else None, order,
        _elapsed(hearing, cases, sitting.pauses, work.now, records, told), told and hearing.ended_at is not None,
        view, presents,
        advocacy.latest_views(work.session, hearing.case_id, meeting.id),
        risk_pages.of_case(work, hearing.case_id, labels["risk_tool"]),
        clocks.of_cases(work, [hearing.case_id]).get(hearing.case_id, ()),
        risk_pages.plan_of(work, hearing.case_id, labels["typology"]) if plans else None, plans,
        _in_speaking_order(research.answers_for(work.session, hearing.case_id, meeting.id), presenting, members),
        dispute_pages.as_heard(work, hearing.case_id),
        tuple(a for a in of_case if a.meeting_id != meeting.id),
        tuple(a for a in of_case if a.meeting_id == meeting.id),
        _notes(work.session, hearing, kind) if records else {}, hearing.notes_saved_at, saved_by or "",
        hearing.read_back_at, read_back_by or "",
        hearing.deferral_reason or "", labels["deferral_reason"].get(hearing.deferral_reason or "", ""),
        tuple(labels["deferral_reason"].items()), tuple(labels[phrases.LIST].values()) if writes else (),
        _owners(work, hearing, members) if writes else Owners((), ()),
        attendance.register(work.session, meeting, members),
        room.guests(work.session, meeting.id, HearingGuest.case_id == hearing.case_id).get(hearing.case_id, ()),
        room.away(work.session, meeting, Hearing.id == hearing.id).get(hearing.case_id, ()),
        writes, writes and sitting.adjourned is None, work.actor.user_id, policy.may_close(work.actor, meeting),
    )


def _notes(session: Session, hearing: Hearing, kind: PanelType) -> dict[NoteSection, Note]:
    """Return what was noted, by section. One statement."""
    found = {row.section: Note(row.notes or "", row.notes_version) for row in session.scalars(
        select(HearingNote).where(HearingNote.hearing_id == hearing.id))}
    found[NoteSection.SHARED] = Note(hearing.notes or "", hearing.notes_version)
    return {section: found.get(section, Note()) for section in note_rules.sections(kind)}


def _found(work: Work, hearing_id: UUID) -> tuple[
        Hearing, Meeting, PanelType, str | None, str | None, UUID | None, Presents]:
    """Return a hearing with its meeting, who last wrote in it, and who presents the case: which agency, and of it."""
    presenting = presenters.agency_of()
    row = work.session.execute(
        select(Hearing, Meeting, Panel.type, User.name, _reader.name, declaration_policy.owed_by(work.actor),
               presenting, Agency.name, _presenter.name, presenters.is_confirmed())
        .join(Meeting, Meeting.id == Hearing.meeting_id).join(Panel, Panel.id == Hearing.panel_id)
        .outerjoin(User, User.id == Hearing.notes_saved_by_id)
        .outerjoin(_reader, _reader.id == Hearing.read_back_by_id)
        .outerjoin(AgendaItem, (AgendaItem.meeting_id == Hearing.meeting_id) & (AgendaItem.case_id == Hearing.case_id))
        .outerjoin(_presenter, _presenter.id == AgendaItem.presenter_id)
        .outerjoin(Agency, Agency.id == presenting)
        .where(Hearing.id == hearing_id, policy.visible_to(work.actor), meeting_policy.is_open_to(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    hearing, meeting, kind, saved_by, read_back_by, owed, agency_id, agency, presenter, confirmed = row
    declarations.check(meeting, owed)
    presents = Presents(agency or "", presenter or "", bool(confirmed))
    return hearing, meeting, kind, saved_by, read_back_by, agency_id, presents


def sitting_of(session: Session, meeting: Meeting) -> Sitting:
    """Return what every screen of a meeting says of it. One statement: a row for each time that it stood still."""
    rows = session.execute(
        select(Panel.name, User.name.label("chair"), *adjournments.PAUSE).select_from(Panel)
        .outerjoin(User, User.id == meeting.chaired_by_id)
        .outerjoin(Adjournment, Adjournment.meeting_id == meeting.id)
        .where(Panel.id == meeting.panel_id).order_by(Adjournment.adjourned_at)
    ).all()
    panel_name, chair, *_ = rows[0]
    return Sitting(meeting.id, meeting.reference, panel_name, meeting.starts_at, meeting.ends_at, meeting.status,
                   chair or "", tuple(Pause(*row[2:]) for row in rows if row.adjourned_at is not None),
                   meeting.mode.is_in_writing)


def is_awaited(actor: Actor | SystemActor, meeting: Any) -> bool:
    """Return whether the actor has the order of the agenda that is out, and no other, until the meeting begins.

    What whoever builds it has not published is a draft, and times that may still change are nobody's to come by.
    """
    return (meeting.status is MeetingStatus.PLANNED and meeting.case_id is None and not meeting.mode.is_in_writing
            and not policy.may_attend_to(actor, meeting))


def order_of(work: Work, meeting: Meeting) -> tuple[OrderLine, ...]:
    """Return the reader's running order, with times that run on. One statement, and those of `repeats.told`.

    Whoever only follows the meeting is told how a case ended when their next one begins, or when it is over.
    """
    awaited, following = is_awaited(work.actor, meeting), aliased(Meeting)
    source = EditionItem if awaited else AgendaItem
    lines = select(
        source, Case.reference, Hearing.id.label("hearing_id"), Hearing.outcome, Hearing.started_at, Hearing.taken_up,
        following.id.label("next_id"), following.starts_at.label("next_at"),
    )
    rows = work.session.execute(
        lines.outerjoin(Case, Case.id == source.case_id)
        .outerjoin(Hearing, (Hearing.meeting_id == source.meeting_id) & (Hearing.case_id == source.case_id))
        .outerjoin(following, following.id == Hearing.next_meeting_id)
        .where(source.meeting_id == meeting.id, agenda_policy.visible_to(work.actor, source),
               *(_out_and_on(meeting) if awaited else ()))
        .order_by(source.position, source.id)
    ).all()
    items = [row[0] for row in rows]
    planned = agenda.planned_items(items)
    slots = clock_times(planned, meeting.starts_at)
    back = [item.case_id for item in items if item.kind is AgendaItemKind.CASE_REPEAT]
    told = {case_id for case_id, said in repeats.told(work, meeting.panel_id, back).items() if said.may_say}
    found = tuple(
        OrderLine(
            at.id, number, kind_as_told(at.kind, at.case_id in told), _title(item, at.case_id in told), at.minutes,
            slot.starts_at, at.case_id, row.reference or "", row.hearing_id, row.outcome, row.started_at, row.next_id,
            row.next_at, taken_up(row.taken_up),
        )
        for number, (row, item, at, slot) in enumerate(zip(rows, items, planned, slots, strict=True), 1)
    )
    last = last_begun([line.latest_at for line in found])
    found = tuple(replace(line, is_latest=place == last) for place, line in enumerate(found))
    told_all = policy.may_attend_to(work.actor, meeting) or meeting.status in OVER
    return found if told_all else held_back(found)


def _out_and_on(meeting: Meeting) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a line is on the agenda that is out, and its case was not taken off since."""
    newest = select(Agenda.edition).where(Agenda.meeting_id == meeting.id).scalar_subquery()
    return EditionItem.edition == newest, or_(EditionItem.case_id.is_(None), Hearing.id.is_not(None))


def held_back(lines: Sequence[OrderLine]) -> tuple[OrderLine, ...]:
    """Return lines without the outcome of what was begun last, as long as nothing was begun after it."""
    return tuple(replace(line, outcome=None) if line.is_latest else line for line in lines)


def _title(item: AgendaItem | EditionItem, may_say: bool) -> str:
    """Return the coordinator's words for an item, or its kind's, as its reader may know the case."""
    return (item.title if item.case_id is None else None) or kind_as_told(item.kind, may_say).words


def _elapsed(hearing: Hearing, cases: Sequence[OrderLine], pauses: Sequence[Pause], now: datetime, records: bool,
             told: bool) -> int | None:
    """Return the seconds that the item has been heard, up to its outcome; None before it was started. What it was left
    for in between is not among them, as far as the reader may know of it.

    Whoever only follows has a clock that runs until they are told, and none after: when the item really ended
    would show what came between it and their next one.
    """
    if hearing.started_at is None or (told and not records):
        return None
    until = hearing.ended_at if records and hearing.ended_at else now
    lines = [Followed(line.hearing_id, line.minutes, True, line.started_at, line.again) for line in cases]
    turns = turns_of(lines, hearing.id, until)
    return int(sum((sat(began, ended, pauses) for began, ended in turns), timedelta()).total_seconds())


def _view(work: Work, case_id: UUID, tools: dict[str, str]) -> VictimsView:
    nomination = work.session.scalars(
        select(Nomination)
        .where(Nomination.case_id == case_id, Nomination.status == NominationStatus.ACCEPTED)
        .order_by(Nomination.submitted_at.desc()).limit(1)
    ).first()
    if nomination is None:
        return VictimsView()
    returned = repeats.of_cases(work, nomination.panel_id, {case_id: nomination.submitted_at}).get(case_id)
    return VictimsView(
        nomination.victim_aware, nomination.advocate_offered, nomination.wishes or "", nomination.question or "",
        tools.get(nomination.risk_tool, nomination.risk_tool),
        nomination.risk_result or "", nomination.repeat and repeats.tell(work, nomination, returned).may_say,
        nomination.last_incident_on, returned,
    )


def _in_speaking_order(answers: Sequence[ReturnLine], presenting: UUID | None,
                       members: Sequence[Member]) -> tuple[ReturnLine, ...]:
    advocates = {member.agency_id for member in members if member.role is MembershipRole.ADVOCATE}
    return tuple(sorted(answers, key=lambda line: speaking_order(line.agency_id, presenting, advocates)))


def _owners(work: Work, hearing: Hearing, members: list[Member]) -> Owners:
    return actions.owners(work.session, hearing.case_id, members, local_day(work.now))
