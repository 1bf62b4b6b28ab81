"""Cases that wait for an agenda of a day: accepted, on no agenda of a meeting that is still to end, and not heard yet
or to be looked at again by then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain.actors import Actor, SystemActor
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.cases import CaseStatus, agenda_kind
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import MeetingStatus
from clinic.domain.nominations import NominationStatus
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.risk import RiskPlan
from clinic.policy import cases

STILL_TO_END = (MeetingStatus.PLANNED, MeetingStatus.IN_PROGRESS, MeetingStatus.HELD)
_FINISHED = (
    HearingOutcome.HEARD_ACTIONS_SET, HearingOutcome.HEARD_NO_ACTIONS, HearingOutcome.WITHDRAWN_AT_MEETING,
    HearingOutcome.TRANSFERRED,
)
# Made once: making an alias, and its columns, takes longer than the rest of a condition.
_item, _heard_at, _deferred_at, _deferring = aliased(AgendaItem), aliased(Hearing), aliased(Hearing), aliased(Meeting)
_plan, _later_plan, _latest = aliased(RiskPlan), aliased(RiskPlan), aliased(Nomination)
_latest_plan = aliased(RiskPlan)
_listed, _planned = aliased(AgendaItem), aliased(Meeting)
_reviewed_at, _reviewing = aliased(Hearing), aliased(Meeting)


def ready(actor: Actor | SystemActor, panel_id: Any, day: Any) -> ColumnElement[bool]:
    """Return the condition on `Case`, joined with the `Nomination` that was accepted, that it waits for a day's agenda.
    """
    listed = exists(
        select(_item.id).join(Meeting, Meeting.id == _item.meeting_id)
        .where(_item.case_id == Case.id, Meeting.status.in_(STILL_TO_END))
    )
    return and_(
        cases.known_to(actor, Case), Case.panel_id == panel_id, Case.status == CaseStatus.OPEN,
        Nomination.id == latest_nomination(Case.id), Nomination.status == NominationStatus.ACCEPTED, ~listed,
        or_(~_heard(), _is_due(day)),
    )


def movable(actor: Actor | SystemActor, panel_id: UUID, meeting_id: UUID) -> ColumnElement[bool]:
    """Return the condition on `Case`, joined with its `Nomination`, that it stands on the agenda of another meeting
    that has not begun, and not on this one too. An emergency meeting keeps its case.
    """
    here = exists(select(_item.id).where(_item.case_id == Case.id, _item.meeting_id == meeting_id))
    elsewhere = exists(
        select(_item.id).join(Meeting, Meeting.id == _item.meeting_id)
        .where(_item.case_id == Case.id, Meeting.status == MeetingStatus.PLANNED, Meeting.id != meeting_id,
               Meeting.case_id.is_(None))
    )
    return and_(
        cases.known_to(actor, Case), Case.panel_id == panel_id, Case.status == CaseStatus.OPEN,
        Nomination.id == latest_nomination(Case.id), Nomination.status == NominationStatus.ACCEPTED, elsewhere,
        ~here,
    )


def listed_on(case_id):
    """Return the id of the meeting that has not begun and has the case on its agenda, as a scalar subquery."""
    return (
        select(_listed.meeting_id).join(_planned, _planned.id == _listed.meeting_id)
        .where(_listed.case_id == case_id, _planned.status == MeetingStatus.PLANNED)
        .limit(1).correlate(Case).scalar_subquery()
    )


def comes_back(day: Any) -> ColumnElement[bool]:
    """Return the condition on `Case` that it was heard, and its plan wants it looked at again by a day."""
    return and_(_heard(), _is_due(day))


def _heard() -> ColumnElement[bool]:
    return exists(select(_heard_at.id).where(_heard_at.case_id == Case.id, _heard_at.outcome.in_(_FINISHED)))


def _is_due(day: Any) -> ColumnElement[bool]:
    """Return the condition on `Case` that the review day of its latest plan has come by a day.

    A meeting from that day on that has heard the case has reviewed it: it comes back once the next plan says when.
    """
    replaced = exists(select(_later_plan.id).where(
        _later_plan.case_id == _plan.case_id, _later_plan.entered_at > _plan.entered_at))
    reviewed = exists(
        select(_reviewed_at.id).join(_reviewing, _reviewing.id == _reviewed_at.meeting_id)
        .where(_reviewed_at.case_id == _plan.case_id, _reviewed_at.outcome.in_(_FINISHED),
               func.date(_reviewing.starts_at) >= _plan.review_on))
    return exists(select(_plan.id).where(_plan.case_id == Case.id, _plan.review_on <= day, ~replaced, ~reviewed))


def latest_nomination(case_id):
    """Return the id of the case's latest nomination, as a scalar subquery on `case_id`."""
    return (
        select(_latest.id).where(_latest.case_id == case_id)
        .order_by(_latest.submitted_at.desc(), _latest.id).limit(1).scalar_subquery()
    )


def latest_plan(case_id):
    """Return the id of the case's latest plan, as a scalar subquery on `case_id`."""
    return (
        select(_latest_plan.id).where(_latest_plan.case_id == case_id)
        .order_by(_latest_plan.entered_at.desc(), _latest_plan.id).limit(1).scalar_subquery()
    )


def last_deferral(case_id):
    """Return the id of the latest meeting that put the case off, as a scalar subquery on `case_id`."""
    return (
        select(_deferred_at.meeting_id).join(_deferring, _deferring.id == _deferred_at.meeting_id)
        .where(_deferred_at.case_id == case_id, _deferred_at.outcome.is_not(None),
               _deferred_at.outcome.not_in(_FINISHED))
        .order_by(_deferring.starts_at.desc()).limit(1).scalar_subquery()
    )


def kind_of(nomination: Nomination, deferred: bool, review: bool = False) -> AgendaItemKind:
    """Return as what a waiting case comes onto an agenda."""
    if review:
        return AgendaItemKind.CASE_REVIEW
    if deferred:
        return AgendaItemKind.CASE_DEFERRED_IN
    return AgendaItemKind.CASE_REPEAT if nomination.repeat else agenda_kind(nomination.criteria)
