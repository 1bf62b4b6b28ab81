"""Meetings come to be, move, and fall: a year of them from the panel's rule, or one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from clinic.domain import emergencies as emergency_rules
from clinic.domain import meetings as rules
from clinic.domain import rounds as round_rules
from clinic.domain.actors import RUNNERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken, Stale
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import MONTHS_AHEAD, MeetingKind, MeetingMode, MeetingStatus, Sitting, When, local_day
from clinic.domain.recurrence import Recurrence, parse
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel
from clinic.models.research import ResearchRequest
from clinic.policy import meetings as policy
from clinic.services import (
    additions,
    agenda,
    audience,
    consequences,
    editions,
    holidays,
    invitations,
    meetings,
    newcomers,
    panels,
    references,
    research,
    reviews,
)
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """One meeting beside the panel's rule."""

    kind: MeetingKind
    when: When
    mode: MeetingMode
    place: str = ""
    #: of an emergency meeting: its case, the agencies that are called, and until when they answer
    case_id: UUID | None = None
    called: frozenset[UUID] = frozenset()
    answers_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a meeting is to be from now on; `version` is that of the row that the person saw."""

    when: When
    mode: MeetingMode
    place: str
    version: int


def plan(work: Work, panel_id: UUID) -> int:
    """Give the panel's rule its meetings for twelve months ahead; return how many are new.

    A day that has its meeting already, moved or cancelled though it be, gets no second one.
    A day on a bank holiday is marked for the coordinator to move or to keep.
    """
    panel = panels.find(work, panel_id, lock=True)
    work.require(policy.may_schedule, panel)
    if not panel.recurrence:
        raise RuleBroken("This panel has no rule of dates. Set one on the panel's rules page, or add single meetings.")
    days = _missing_days(work, panel, parse(panel.recurrence))
    names = references.fresh_many(work.session, "MT", Meeting.reference, work.now, len(days))
    for day, reference in zip(days, names, strict=True):
        starts_at = rules.moment(day, panel.starts_at)
        _add(work, panel, reference, (starts_at, starts_at + timedelta(minutes=panel.minutes)), occurrence_on=day)
    if days:
        work.session.flush()
        work.record(AuditVerb.CREATE, panel, meetings=len(days))
        reviews.list_on(work, panel.id)
        invitations.invite_next(work, panel.id)
    return len(days)


def schedule(work: Work, panel_id: UUID, new: NewMeeting) -> UUID:
    """Add one meeting and invite to it at once; return its id."""
    panel = panels.find(work, panel_id, lock=True)
    work.require(policy.may_schedule, panel)
    span = _span(new.when, new.mode, work.now)
    _check_free(work, panel.id, span, new.mode)
    reference = references.fresh(work.session, "MT", Meeting.reference, work.now)
    meeting = _add(work, panel, reference, span, kind=new.kind, mode=new.mode, place=new.place)
    meeting.holiday = ""  # whoever names the day has chosen it
    meeting.case_id = new.case_id
    meeting.called, meeting.answers_by = sorted(str(id_) for id_ in new.called), new.answers_by
    work.session.flush()
    work.record(AuditVerb.CREATE, meeting)
    reviews.list_on(work, panel.id)
    invitations.invite(work, [meeting])
    return meeting.id


def move(work: Work, meeting_id: UUID, change: Change) -> bool:
    """Give a meeting another time, length or place. Returns whether anything changed.

    Everybody who was invited is told in the same transaction.
    """
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_run, meeting)
    _check_version(meeting, change.version)
    rules.check_open(meeting.status)
    old = _sitting(meeting)
    round_rules.check_stays(meeting.mode, change.mode)
    starts_at, ends_at = _new_span(work, meeting, change.when)
    new = Sitting(starts_at, ends_at, change.mode, change.place)
    if not rules.changed(old, new):
        return False
    emergency_rules.check_soon(meeting.case_id, new.starts_at, work.now)
    if local_day(new.starts_at) != local_day(old.starts_at) and meeting.case_id is None:
        meeting.holiday = _holiday(work.session.get_one(Panel, meeting.panel_id), local_day(new.starts_at))
    invitations.revise(work, meeting)
    meeting.starts_at, meeting.ends_at, meeting.mode = new.starts_at, new.ends_at, new.mode
    if new.place != old.place:
        meeting.place = new.place
    work.record(AuditVerb.UPDATE, meeting, fields=_differing(old, new))
    invitations.tell_of_move(work, meeting)
    consequences.answers_follow(work, meeting)
    if new.starts_at != old.starts_at:
        editions.tell_of_move(work, meeting)
    newcomers.ask(work, meeting.panel_id)
    reviews.list_on(work, meeting.panel_id)
    invitations.invite_next(work, meeting.panel_id)
    return True


def keep_day(work: Work, meeting_id: UUID) -> UUID:
    """Say that a meeting stays on its bank holiday; return its panel."""
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_run, meeting)
    rules.check_open(meeting.status)
    if meeting.holiday:
        meeting.holiday = ""
        work.record(AuditVerb.UPDATE, meeting, fields=["holiday"])
        work.session.flush()
        invitations.invite_next(work, meeting.panel_id)
    return meeting.panel_id


def cancel(work: Work, meeting_id: UUID, version: int) -> int:
    """Cancel a meeting, take it out of every diary, and send its cases on; return how many went.

    It stays cancelled: to meet after all, the panel adds a new meeting.
    """
    meeting = meetings.find(work, meeting_id, lock=True)
    work.require(policy.may_run, meeting)
    _check_version(meeting, version)
    rules.check_open(meeting.status)
    _fall(work, meeting)
    additions.end(work, meeting)
    gone = consequences.cases_go_on(work, meeting)
    invitations.invite_next(work, meeting.panel_id)
    return gone


def release(work: Work, case: Case) -> None:
    """Take a case that is the panel's no longer off every list; cancel the emergency meetings about it, so that nobody
    comes for nothing, and tell those who run the panel to look at it at once.

    Completes a withdrawal or a handover, which has asked. It is the system's doing: in the journal of whoever let the
    case go, nothing tells that there was a meeting. Meetings are held first, as by whoever starts one.
    """
    with work.whole("letting a case go"):
        system = replace(work, actor=work.session.info["actor"])
        falling = invitations.about(work, case.id)
        agenda.take_off(system, case)
        for meeting in falling:
            _fall(system, meeting)
            if meeting.ends_at > work.now:
                _call_to_look(system, meeting, case)


def _call_to_look(work: Work, meeting: Meeting, case: Case) -> None:
    """Write to those who run the panel and may know of the case that its meeting has fallen with it."""
    for member in audience.of(work.session, meeting, local_day(work.now), RUNNERS).members:
        work.post(Letter(LetterKind.LOOK_NOW, to=member.actor.user_id, reference=case.reference,
                         link=f"/cases/{case.id}", about=meeting.id, revision=meeting.sequence),
                  panel_id=meeting.panel_id)


def _fall(work: Work, meeting: Meeting) -> None:
    invitations.revise(work, meeting)
    meeting.status = MeetingStatus.CANCELLED
    meeting.holiday = ""
    work.record(AuditVerb.UPDATE, meeting, fields=["status"])
    invitations.tell_of_cancellation(work, meeting)
    work.session.flush()
    if meeting.case_id is not None:
        research.forget_letters(work, ResearchRequest.meeting_id == meeting.id)


def _missing_days(work: Work, panel: Panel, rule: Recurrence) -> list[date]:
    tomorrow = local_day(work.now) + timedelta(days=1)
    last = _months_on(tomorrow, MONTHS_AHEAD)
    taken = work.session.scalars(
        select(Meeting.occurrence_on).where(Meeting.panel_id == panel.id, Meeting.occurrence_on.is_not(None))
    ).all()
    fitting = [day for day in taken if rule.is_day(day)]
    anchor = max(fitting) if fitting else rule.first_from(tomorrow)
    return [day for day in rule.days(tomorrow, last, anchor) if day not in set(taken)]


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, 1) + timedelta(days=min(day.day, 28) - 1)


def _add(work: Work, panel: Panel, reference: str, span: tuple[datetime, datetime], *,
         kind: MeetingKind = MeetingKind.SCHEDULED, mode: MeetingMode = MeetingMode.VIRTUAL, place: str = "",
         occurrence_on: date | None = None) -> Meeting:
    meeting = Meeting(
        panel_id=panel.id, reference=reference, uid=uuid4(), sequence=0, kind=kind, mode=mode,
        status=MeetingStatus.PLANNED, starts_at=span[0], ends_at=span[1], occurrence_on=occurrence_on,
        holiday=_holiday(panel, local_day(span[0])), changed_at=rules.next_change(None, work.now),
        place=place or None,
    )
    work.session.add(meeting)
    work.seal_for(meeting.id)
    return meeting


def _holiday(panel: Panel, day: date) -> str:
    return holidays.name_of(panel.nation, day)


def _sitting(meeting: Meeting) -> Sitting:
    return Sitting(meeting.starts_at, meeting.ends_at, meeting.mode, meeting.place or "", meeting.status)


def _new_span(work: Work, meeting: Meeting, when: When) -> tuple[datetime, datetime]:
    span = _span(when, meeting.mode, work.now)
    _check_free(work, meeting.panel_id, span, meeting.mode, but=meeting.id)
    return span


def _span(when: When, mode: MeetingMode, now: datetime) -> tuple[datetime, datetime]:
    """Return start and end; of a round in writing, when it closes, and what a diary shows of that."""
    if mode.is_in_writing:
        when = replace(when, minutes=round_rules.LASTS // timedelta(minutes=1))
    return rules.check_move(when, now)


def _check_free(work: Work, panel_id: UUID, span: tuple[datetime, datetime], mode: MeetingMode,
                but: UUID | None = None) -> None:
    """Refuse a time at which the panel meets already. A round in writing keeps nobody from a meeting."""
    if mode.is_in_writing:
        return
    starts_at, ends_at = span
    at_once = work.session.scalar(
        select(Meeting.reference).where(
            Meeting.panel_id == panel_id, Meeting.status != MeetingStatus.CANCELLED, Meeting.id != (but or uuid4()),
            Meeting.starts_at < ends_at, Meeting.ends_at > starts_at, Meeting.mode != MeetingMode.ASYNCHRONOUS,
        ).order_by(Meeting.starts_at).limit(1)
    )
    if at_once is not None:
        raise RuleBroken(f"The panel meets already at that time: {at_once}. Choose another time.", "starts")


def _check_version(meeting: Meeting, version: int) -> None:
    if meeting.version != version:
        raise Stale(theirs=said(_sitting(meeting)), version=meeting.version)


def said(sitting: Sitting) -> str:
    """Return a sitting in plain words, for whoever was overtaken by another's change."""
    start, end = (m.astimezone(rules.LONDON) for m in (sitting.starts_at, sitting.ends_at))
    place = f"\n{sitting.place}" if sitting.place else ""
    return (f"{start:%A} {start.day} {start:%B %Y}, {start:%H:%M} to {end:%H:%M}, "
            f"{sitting.mode.replace('_', ' ')}, {sitting.status.replace('_', ' ')}{place}")


def _differing(old: Sitting, new: Sitting) -> list[str]:
    return [name for name in Sitting.__slots__ if getattr(old, name) != getattr(new, name)]
