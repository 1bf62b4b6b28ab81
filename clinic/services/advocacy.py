"""The advocate's tasks for each meeting: the victim's views before it, and what the victim was told after it.

A task is there as long as nobody has said anything for that case and meeting, or why nothing
could be said. What was said stays as it was said, and more can follow: of the victim's views until
the case has been heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from clinic.domain import advocacy as rules
from clinic.domain.advocacy import VictimFeedback, VoiceKind
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.pages import SIZE, Pages
from clinic.domain.panels import Rules
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.panel import Panel, PanelRules
from clinic.models.voice import VictimVoice
from clinic.policy import advocacy as policy
from clinic.policy import meetings as meeting_policy
from clinic.services import cases, holidays, nominations
from clinic.services.work import Work

_BEFORE = (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS)
_HEARD = (HearingOutcome.HEARD_ACTIONS_SET, HearingOutcome.HEARD_NO_ACTIONS)
# Made once: making an alias, and its columns, takes longer than the rest of a condition.
_at = aliased(Meeting)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Something to do for a victim. `late` says that its working day is over."""

    kind: VoiceKind
    case_id: UUID
    meeting_id: UUID
    reference: str
    panel: str
    meeting_at: datetime
    due_on: date
    late: bool


@dataclass(frozen=True, slots=True)
class TaskList:
    lines: tuple[TaskLine, ...]
    pages: Pages


@dataclass(frozen=True, slots=True)
class Said:
    kind: VoiceKind
    status: VictimFeedback
    text: str
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting that hears the case or heard it; `asks` is what can be said for it now, `waits` that nobody has yet."""

    meeting_id: UUID
    meeting_at: datetime
    said: tuple[Said, ...]
    asks: VoiceKind | None
    waits: bool
    due_on: date | None


@dataclass(frozen=True, slots=True)
class VoicePage:
    case_id: UUID
    reference: str
    meetings: tuple[MeetingLine, ...]
    may_speak: bool


def waiting(kind: VoiceKind) -> ColumnElement[bool]:
    """Return the condition on `Hearing` that something of this kind is to be said for its meeting, and was not yet."""
    voice = aliased(VictimVoice)
    said = exists(select(voice.id).where(
        voice.meeting_id == Hearing.meeting_id, voice.case_id == Hearing.case_id, voice.kind == kind))
    return and_(_open(kind), ~said)


def _open(kind: VoiceKind) -> ColumnElement[bool]:
    """Return the condition on `Hearing` that its meeting is at a stage where this can be said."""
    stage = _at.status.in_(_BEFORE) if kind is VoiceKind.VIEWS else _at.status.not_in(
        (*_BEFORE, MeetingStatus.CANCELLED))
    heard = Hearing.outcome.is_(None) if kind is VoiceKind.VIEWS else Hearing.outcome.in_(_HEARD)
    return and_(heard, exists(select(_at.id).where(_at.id == Hearing.meeting_id, stage)))


def tasks(work: Work, number: int = 1) -> TaskList:
    """Return what an advocate has to do for victims, the earliest meeting first. Two statements."""
    work.require(policy.may_list)
    arms = union_all(*(
        select(Hearing.id, literal(kind.value).label("kind"))
        .where(waiting(kind), policy.spoken_for(work.actor, Hearing))
        for kind in VoiceKind
    )).subquery()
    rows = work.session.execute(
        select(arms.c.kind, Hearing.case_id, Hearing.meeting_id, Case.reference, Panel, Meeting.starts_at, PanelRules,
               func.count().over().label("total"))
        .select_from(arms).join(Hearing, Hearing.id == arms.c.id).join(Case, Case.id == Hearing.case_id)
        .join(Meeting, Meeting.id == Hearing.meeting_id).join(Panel, Panel.id == Hearing.panel_id)
        .join(PanelRules, PanelRules.panel_id == Panel.id)
        .order_by(Meeting.starts_at, Case.reference).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    today = local_day(work.now)
    lines = tuple(_task(row, today) for row in rows)
    work.record(AuditVerb.VIEW, "VictimVoice", shown=[line.case_id for line in lines])
    return TaskList(lines, Pages(number, rows[0].total if rows else 0))


def _task(row: Any, today: date) -> TaskLine:
    kind = VoiceKind(row.kind)
    due_on = _due(kind, row.starts_at, row.Panel, row.PanelRules)
    return TaskLine(kind, row.case_id, row.meeting_id, row.reference, row.Panel.name, row.starts_at, due_on,
                    due_on < today)


def _due(kind: VoiceKind, meeting_at: datetime, panel: Panel, rules_: PanelRules | Rules) -> date:
    day = local_day(meeting_at)
    return rules.due_on(kind, day, rules_, holidays.around(panel.nation, day.year))


def page(work: Work, case_id: UUID) -> VoicePage:
    """Return the victim's voice in a case, meeting by meeting, to whoever may know of it."""
    case = cases.find(work, case_id)
    work.require(policy.may_hear, case)
    panel, panel_rules = work.session.execute(
        select(Panel, PanelRules).join(PanelRules, PanelRules.panel_id == Panel.id).where(Panel.id == case.panel_id)
    ).one()
    said = _said(work.session, case.id)
    rows = work.session.execute(
        select(Meeting.id, Meeting.starts_at, *(_open(kind).label(kind.value) for kind in VoiceKind))
        .select_from(Hearing).join(Meeting, Meeting.id == Hearing.meeting_id)
        .where(Hearing.case_id == case.id, Meeting.status != MeetingStatus.CANCELLED,
               meeting_policy.is_open_to(work.actor))
        .order_by(Meeting.starts_at.desc())
    ).all()
    may_speak = policy.may_speak(work.actor, case)
    work.record(AuditVerb.VIEW, case, what="victim's voice")
    return VoicePage(case.id, case.reference, tuple(_meeting(row, panel, panel_rules, said) for row in rows), may_speak)


def ask_page(work: Work, case_id: UUID, meeting_id: UUID) -> tuple[VoicePage, MeetingLine]:
    """Return the page on which an advocate says something for one meeting."""
    case = cases.find(work, case_id)
    work.require(policy.may_speak, case)
    shown = page(work, case_id)
    line = next((line for line in shown.meetings if line.meeting_id == meeting_id), None)
    if line is None or line.asks is None:
        raise NotFound
    return shown, line


def _meeting(row: Any, panel: Panel, panel_rules: PanelRules, said: dict[UUID, list[Said]]) -> MeetingLine:
    asks = next((kind for kind in VoiceKind if getattr(row, kind.value)), None)
    told = tuple(said.get(row.id, ()))
    return MeetingLine(row.id, row.starts_at, told, asks, asks is not None and asks not in {one.kind for one in told},
                       _due(asks, row.starts_at, panel, panel_rules) if asks else None)


def _said(session: Session, case_id: UUID) -> dict[UUID, list[Said]]:
    """Return what was said for each meeting of a case, the latest first. One statement."""
    found: dict[UUID, list[Said]] = {}
    for voice, by, agency in session.execute(
        select(VictimVoice, User.name, Agency.name).join(User, User.id == VictimVoice.entered_by_id)
        .join(Agency, Agency.id == VictimVoice.agency_id).where(VictimVoice.case_id == case_id)
        .order_by(VictimVoice.entered_at.desc(), VictimVoice.id)
    ):
        found.setdefault(voice.meeting_id, []).append(
            Said(voice.kind, voice.status, voice.said or "", by, agency, voice.entered_at))
    return found


def latest_views(session: Session, case_id: UUID, meeting_id: UUID) -> Said | None:
    """Return the victim's views for one meeting. Completes a page of somebody who knows the case."""
    return next((one for one in _said(session, case_id).get(meeting_id, ()) if one.kind is VoiceKind.VIEWS), None)


def say(work: Work, case_id: UUID, meeting_id: UUID, kind: VoiceKind, status: VictimFeedback, text: str) -> None:
    """Say what the victim wants, or what the victim was told; or why that could not be."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_speak, case)
    rules.check(kind, status, text)
    listed = select(_open(kind)).select_from(Hearing).where(
        Hearing.case_id == case.id, Hearing.meeting_id == meeting_id, policy.spoken_for(work.actor, Hearing))
    asked = work.session.scalar(listed)
    if asked is None:
        raise NotFound
    if not asked:
        raise RuleBroken("The meeting has moved on meanwhile: open the case’s page again to see what it waits for.")
    row = VictimVoice(panel_id=case.panel_id, case_id=case.id, meeting_id=meeting_id, kind=kind, status=status,
                      said=text.strip(), agency_id=nominations.agency_for(work, case.panel_id),
                      entered_by_id=work.actor.user_id, entered_at=work.now)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
