"""Cases that wait for an agenda of a day: accepted, on no agenda of a meeting that is still to end, and not heard yet
or to be looked at again by then."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
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


def ready(actor: Actor | SystemActor, panel_id: UUID, day: date) -> ColumnElement[bool]:
    """Return the condition on `Case`, joined with the `Nomination` that was accepted, that it waits for a day's agenda.
    """
    item = aliased(AgendaItem)
    listed = exists(
        select(item.id).join(Meeting, Meeting.id == item.meeting_id)
        .where(item.case_id == Case.id, Meeting.status.in_(STILL_TO_END))
    )
    return and_(
        cases.known_to(actor, Case), Case.panel_id == panel_id, Case.status == CaseStatus.OPEN,
        Nomination.id == latest_nomination(Case.id), Nomination.status == NominationStatus.ACCEPTED, ~listed,
        or_(~_heard(), _is_due(day)),
    )


def comes_back(day: date) -> ColumnElement[bool]:
    """Return the condition on `Case` that it was heard, and its plan wants it looked at again by a day."""
    return and_(_heard(), _is_due(day))


def _heard() -> ColumnElement[bool]:
    hearing = aliased(Hearing)
    return exists(select(hearing.id).where(hearing.case_id == Case.id, hearing.outcome.in_(_FINISHED)))


def _is_due(day: date) -> ColumnElement[bool]:
    """Return the condition on `Case` that the review day of its latest plan has come by a day."""
    plan, later = aliased(RiskPlan), aliased(RiskPlan)
    replaced = exists(select(later.id).where(later.case_id == plan.case_id, later.entered_at > plan.entered_at))
    return exists(select(plan.id).where(plan.case_id == Case.id, plan.review_on <= day, ~replaced))


def latest_nomination(case_id):
    """Return the id of the case's latest nomination, as a scalar subquery on `case_id`."""
    nomination = aliased(Nomination)
    return (
        select(nomination.id).where(nomination.case_id == case_id)
        .order_by(nomination.submitted_at.desc(), nomination.id).limit(1).scalar_subquery()
    )


def last_deferral(case_id):
    """Return the id of the latest meeting that put the case off, as a scalar subquery on `case_id`."""
    hearing, meeting = aliased(Hearing), aliased(Meeting)
    return (
        select(hearing.meeting_id).join(meeting, meeting.id == hearing.meeting_id)
        .where(hearing.case_id == case_id, hearing.outcome.is_not(None), hearing.outcome.not_in(_FINISHED))
        .order_by(meeting.starts_at.desc()).limit(1).scalar_subquery()
    )


def kind_of(nomination: Nomination, deferred: bool, review: bool = False) -> AgendaItemKind:
    """Return as what a waiting case comes onto an agenda."""
    if review:
        return AgendaItemKind.CASE_REVIEW
    if deferred:
        return AgendaItemKind.CASE_DEFERRED_IN
    return AgendaItemKind.CASE_REPEAT if nomination.repeat else agenda_kind(nomination.criteria)
