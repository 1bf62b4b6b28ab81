"""The live meeting: starting it, one case at a time, notes, outcomes, closing it.

Who may write is asked by `services.floor`, whoever starts or closes is asked here. Pages
of the meeting are in `services.live`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from clinic.domain import hearings as rules
from clinic.domain import notes as note_rules
from clinic.domain import rounds
from clinic.domain.actors import Actor
from clinic.domain.additions import AdditionKind
from clinic.domain.attendance import HERE
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, Stale
from clinic.domain.hearings import HearingOutcome
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MeetingMode, MeetingStatus, local_day
from clinic.domain.notes import NoteSection
from clinic.models.action import Action
from clinic.models.agenda import AgendaAddition, AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing, HearingNote
from clinic.models.meeting import Adjournment, Attendance, AttendanceSpell, Chairing, Meeting
from clinic.models.panel import Panel
from clinic.policy import additions as addition_policy
from clinic.policy import declarations as declaration_policy
from clinic.policy import hearings as policy
from clinic.services import (
    additions,
    adjournments,
    attendance,
    consequences,
    directory,
    floor,
    meetings,
    reminders,
    terms,
)
from clinic.services.work import Office, Work


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a screen asks every few seconds: has anything of this hearing changed?"""

    #: of all sections together. This and the outcome are for those who write; others are told when their next begins
    notes_version: int
    outcome: HearingOutcome | None
    actions: int
    adjourned: bool
    #: who is at the meeting, and emergencies that wait for its chair; this too for those who write
    present: int = 0
    emergencies: int = 0


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a meeting goes on: at a case that has begun, or at none, where all are done, or where actions of others, by
    reference, are still to be read back.
    """

    meeting_id: UUID
    hearing_id: UUID | None
    unread: tuple[str, ...] = ()


def start(work: Work, meeting_id: UUID, chair_id: UUID) -> None:
    """Start a meeting and write down who chairs it."""
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_attend_to, meeting)
    rules.check_start(meeting.status)
    if meeting.mode.is_in_writing:
        rounds.check_closed(meeting.starts_at, work.now)
    seats = directory.members_of(work.session, meeting, local_day(work.now))
    rules.check_chair([seat.role for seat in seats if seat.user_id == chair_id])
    meeting.status, meeting.started_at, meeting.chaired_by_id = MeetingStatus.IN_PROGRESS, work.now, chair_id
    work.session.add(Chairing(meeting_id=meeting.id, user_id=chair_id, since_at=work.now))
    work.record(AuditVerb.UPDATE, meeting, fields=["status", "started_at", "chaired_by_id"])


def hand_over(work: Work, meeting_id: UUID, chair_id: UUID) -> None:
    """Let somebody else chair a meeting that runs: its minutes are theirs to approve.

    Handing it to whoever chairs it changes nothing.
    """
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_attend_to, meeting)
    rules.check_running(meeting.status)
    seats = directory.members_of(work.session, meeting, local_day(work.now))
    rules.check_chair([seat.role for seat in seats if seat.user_id == chair_id])
    if meeting.chaired_by_id != chair_id:
        work.session.add(Chairing(meeting_id=meeting.id, user_id=chair_id, since_at=work.now))
    meeting.chaired_by_id = chair_id
    work.record(AuditVerb.UPDATE, meeting, fields=["chaired_by_id"], to=chair_id)


def begin(work: Work, hearing_id: UUID) -> None:
    """Start one item: its clock runs from here. One that was left for another without an outcome is taken up again;
    otherwise beginning again changes nothing.

    Refuses while actions of a case that is done, as far as the actor may know of it, have not been read back.
    """
    hearing, _ = floor.take(work, hearing_id)
    _begin(work, hearing)


def _begin(work: Work, hearing: Hearing) -> None:
    if hearing.started_at is None:
        rules.check_begin([reference for _, reference in _unread(work, hearing)])
        hearing.started_at = work.now
        work.record(AuditVerb.UPDATE, hearing, fields=["started_at"])
    elif _was_left(work, hearing):
        rules.check_begin([reference for _, reference in _unread(work, hearing)])
        hearing.taken_up = [*hearing.taken_up, work.now.isoformat()]
        work.record(AuditVerb.UPDATE, hearing, fields=["taken_up"])


def _was_left(work: Work, hearing: Hearing) -> bool:
    """Return whether another case was begun since, that the actor may know of: the wall stands around the others. For
    whoever may know of none, this one has been heard all the time.
    """
    if hearing.outcome is not None:
        return False
    rows = work.session.execute(select(Hearing.started_at, Hearing.taken_up).where(
        Hearing.meeting_id == hearing.meeting_id, Hearing.id != hearing.id, Hearing.started_at.is_not(None)))
    others = (rules.begun_last(started_at, taken_up) for started_at, taken_up in rows)
    return rules.was_left(rules.begun_last(hearing.started_at, hearing.taken_up), others, hearing.outcome)


def _unread(work: Work, hearing: Hearing) -> Sequence[tuple[UUID, str]]:
    """Return the other cases of the meeting that the actor may know of, and whose actions are still to be read back."""
    return not_read_back(work.session, hearing.meeting_id, policy.visible_to(work.actor), Hearing.id != hearing.id)


def save_notes(work: Work, hearing_id: UUID, text: str, version: int,
               section: NoteSection = NoteSection.SHARED) -> int:
    """Keep one section of the notes of a hearing and return its new version.

    `version` is the one that the writer started from. Raises Stale with both texts when
    somebody else has saved since; the same text again is no quarrel, whatever its version, and neither is one that
    goes on from what the same writer saved last: of a page that has gone, the last words may come before the answer
    that told its version. What is being typed when the meeting is adjourned is kept.
    """
    hearing, _ = floor.take(work, hearing_id, even_adjourned=True)
    row = hearing if section is NoteSection.SHARED else _note(work, hearing, section)
    kept = row.notes or ""
    if text == kept:
        return row.notes_version
    goes_on = bool(kept) and row.notes_saved_by_id == work.actor.user_id and text.startswith(kept)
    if version != row.notes_version and not goes_on:
        raise Stale(theirs=kept, yours=text, version=row.notes_version)
    work.session.add(row)
    row.notes = text
    row.notes_version += 1
    row.notes_saved_at, row.notes_saved_by_id = work.now, work.actor.user_id
    work.record(AuditVerb.UPDATE, hearing, fields=["notes"], section=section.value)
    return row.notes_version


def _note(work: Work, hearing: Hearing, section: NoteSection) -> HearingNote:
    """Return the row of a section, or one that is not kept yet; the caller holds the hearing's, so it is made once."""
    note_rules.check_section(section, work.session.get_one(Panel, hearing.panel_id).type)
    row = work.session.scalar(
        select(HearingNote).where(HearingNote.hearing_id == hearing.id, HearingNote.section == section))
    if row is None:
        return HearingNote(panel_id=hearing.panel_id, case_id=hearing.case_id, hearing_id=hearing.id, section=section,
                           notes_version=0)
    return row


def decide(work: Work, hearing_id: UUID, outcome: HearingOutcome, reason: str | None,
           seen: HearingOutcome | None, read_back: int | None = None) -> Hearing:
    """Give a case its outcome. It may be changed until the meeting closes.

    `seen` is the outcome that stood on the writer's page: Stale when somebody has given
    another one since. (The row's own version rises with every saving of notes.) `read_back` is how many
    actions were read back to the meeting, where somebody says that all were.
    """
    return _decided(work, hearing_id, outcome, reason, seen, read_back)[0]


def _decided(work: Work, hearing_id: UUID, outcome: HearingOutcome, reason: str | None,
             seen: HearingOutcome | None, read_back: int | None) -> tuple[Hearing, int]:
    """Give a case its outcome; return its hearing, and how many actions are to be read back to the meeting."""
    hearing, meeting = floor.take(work, hearing_id)
    if hearing.outcome not in (seen, outcome):
        raise Stale(theirs=_words(hearing.outcome), yours=_words(outcome))
    reasons = terms.labels(work.session, "deferral_reason", panel_id=meeting.panel_id)["deferral_reason"]
    agreed = work.session.scalar(
        select(func.count(Action.id)).where(Action.meeting_id == meeting.id, Action.case_id == hearing.case_id)
    )
    hearing.deferral_reason = rules.check_outcome(outcome, reason, agreed, reasons)
    rules.check_read_back(agreed, read_back)
    if read_back:
        hearing.read_back_at, hearing.read_back_by_id = work.now, work.actor.user_id
    hearing.outcome = outcome
    if hearing.started_at is not None and hearing.ended_at is None:
        hearing.ended_at = work.now
    fields = ["outcome", "deferral_reason", *(["read_back_at"] if read_back else [])]
    work.record(AuditVerb.UPDATE, hearing, fields=fields)
    # In writing nobody is there to be read to.
    return hearing, 0 if meeting.mode.is_in_writing else agreed


def decide_and_go_on(work: Work, hearing_id: UUID, outcome: HearingOutcome, reason: str | None,
                     seen: HearingOutcome | None, read_back: int | None = None) -> Onward:
    """Give a case its outcome and begin the next one without, if there is any.

    Refuses while an action of the case has not been read back to the meeting; where one of an earlier case has not,
    none begins. That case is not opened by itself: whoever must not know of it may be in the room.
    """
    hearing, agreed = _decided(work, hearing_id, outcome, reason, seen, read_back)
    rules.check_going_on(agreed, hearing.read_back_at is not None)
    work.session.flush()
    unread = _unread(work, hearing)
    if unread:
        return Onward(hearing.meeting_id, None, tuple(reference for _, reference in unread))
    waiting = in_order(work.session, hearing.meeting_id, policy.visible_to(work.actor))
    places = [row.id for row in waiting]
    here = places.index(hearing.id) if hearing.id in places else -1
    following = [*waiting[here + 1:], *waiting[:max(here, 0)]]
    after = next((row for row in following if row.outcome is None), None)
    if after is not None:
        _begin(work, after)
    return Onward(hearing.meeting_id, after.id if after is not None else None)


def not_read_back(session: Session, meeting_id: UUID, *conditions: object) -> Sequence[tuple[UUID, str]]:
    """Return the cases with an outcome whose actions have not been read back to a meeting: hearing and reference.

    One statement. In writing nobody is there to be read to.
    """
    agreed = exists().where(Action.meeting_id == Hearing.meeting_id, Action.case_id == Hearing.case_id)
    return session.execute(
        select(Hearing.id, Case.reference)
        .join(Case, Case.id == Hearing.case_id).join(Meeting, Meeting.id == Hearing.meeting_id)
        .where(Hearing.meeting_id == meeting_id, Hearing.outcome.is_not(None), Hearing.read_back_at.is_(None), agreed,
               Meeting.mode != MeetingMode.ASYNCHRONOUS, *conditions)
        .order_by(Hearing.started_at.is_(None), Hearing.started_at, Case.reference)
    ).all()


def in_order(session: Session, meeting_id: UUID, *conditions: object) -> list[Hearing]:
    """Return the hearings of a meeting in the order of its agenda. One statement."""
    return list(session.scalars(
        select(Hearing)
        .join(AgendaItem, (AgendaItem.meeting_id == Hearing.meeting_id) & (AgendaItem.case_id == Hearing.case_id))
        .where(Hearing.meeting_id == meeting_id, *conditions)
        .order_by(AgendaItem.position, AgendaItem.id)
    ))


def pulse(office: Office, actor: Actor, hearing_id: UUID) -> Pulse:
    """Return what stands now, in one statement and without a trace: nothing of the case is in it.

    It goes round the audited work, so the policy's condition stands in the query itself.
    """
    agreed = (
        select(func.count(Action.id))
        .where(Action.meeting_id == Hearing.meeting_id, Action.case_id == Hearing.case_id)
        .correlate(Hearing).scalar_subquery()
    )
    more = (
        select(func.coalesce(func.sum(HearingNote.notes_version), 0))
        .where(HearingNote.hearing_id == Hearing.id).correlate(Hearing).scalar_subquery()
    )
    adjourned = exists().where(Adjournment.meeting_id == Hearing.meeting_id, Adjournment.resumed_at.is_(None))
    # Building a select takes longer than asking it: whoever writes nothing is told nothing of these.
    told = (_present(), _emergencies(actor)) if actor.panels(*policy.RECORDERS) else (literal(0), literal(0))
    with office.peeking("pulse") as session:
        row = session.execute(
            select(Hearing.panel_id, Hearing.notes_version + more, Hearing.outcome, agreed, adjourned, *told)
            .where(Hearing.id == hearing_id, policy.visible_to(actor),
                   ~declaration_policy.owed_by(actor, Hearing.panel_id, Hearing.meeting_id))
        ).one_or_none()
    if row is None:
        raise NotFound
    panel_id, notes_version, outcome, actions, stands, *told = row
    if not actor.holds(panel_id, policy.RECORDERS):
        return Pulse(0, None, actions, stands)
    return Pulse(notes_version, outcome, actions, stands, *told)


def _present() -> Any:
    """Return how many are at the meeting of a hearing, as its register counts them, as a scalar subquery."""
    spell = and_(AttendanceSpell.meeting_id == Attendance.meeting_id, AttendanceSpell.user_id == Attendance.user_id)
    return (
        select(func.count(Attendance.id))
        .where(Attendance.meeting_id == Hearing.meeting_id, Attendance.status.in_(list(HERE)),
               or_(~exists().where(spell), exists().where(spell, AttendanceSpell.left_at.is_(None))))
        .correlate(Hearing).scalar_subquery()
    )


def _emergencies(actor: Actor) -> Any:
    """Return how many emergencies that the actor may know of wait for an answer at the meeting of a hearing, as a
    scalar subquery.
    """
    return (
        select(func.count(AgendaAddition.id))
        .where(AgendaAddition.meeting_id == Hearing.meeting_id, AgendaAddition.answered_at.is_(None),
               AgendaAddition.kind == AdditionKind.EMERGENCY, addition_policy.visible_to(actor))
        .correlate(Hearing).scalar_subquery()
    )


def close(work: Work, meeting_id: UUID) -> None:
    """Close a meeting: unfinished cases go onto the next one, and each owning agency gets one letter.

    Refuses while a case that the actor knows has no outcome. A case that the actor must not
    know of cannot be asked for: without an outcome it counts as not reached.
    """
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_close, meeting)
    rules.check_running(meeting.status)
    adjournments.check_sitting(work.session, meeting.id)
    rules.check_close(h.outcome for h in in_order(work.session, meeting.id, policy.visible_to(work.actor)))
    with work.whole("closing a meeting"):
        attendance.end(work, meeting)
        additions.end(work, meeting)
        _send_on(work, meeting)
        _tell_owners(work, meeting)
    meeting.status, meeting.closed_at = MeetingStatus.CLOSED, work.now
    work.record(AuditVerb.UPDATE, meeting, fields=["status", "closed_at"])


def _send_on(work: Work, meeting: Meeting) -> None:
    """End every case that is still being heard, and put what was not finished onto the next meeting."""
    unfinished = []
    for hearing in in_order(work.session, meeting.id):
        if hearing.started_at is not None:
            hearing.ended_at = hearing.ended_at or work.now
        hearing.outcome = hearing.outcome or HearingOutcome.NOT_REACHED
        if hearing.outcome in rules.GOES_ON:
            unfinished.append(hearing)
    consequences.send_on(work, meeting, unfinished)


def _tell_owners(work: Work, meeting: Meeting) -> None:
    """Post one letter, however many actions, to each person who speaks for an agency that took one."""
    first_due: dict[UUID, date] = {}
    for reader in reminders.readers(work.session, local_day(work.now), Action.meeting_id == meeting.id):
        first_due[reader.user_id] = min(reader.due_on, first_due.get(reader.user_id, reader.due_on))
    for user_id, day in first_due.items():
        work.post(Letter(LetterKind.ACTIONS_AGREED, to=user_id, reference=meeting.reference, link="/actions", day=day,
                         about=meeting.id), panel_id=meeting.panel_id)
    if first_due:
        work.record(AuditVerb.SEND, meeting, what=LetterKind.ACTIONS_AGREED.value, to=list(first_due))


def _words(outcome: HearingOutcome | None) -> str:
    return outcome.value.replace("_", " ").capitalize() if outcome else "No outcome yet"
