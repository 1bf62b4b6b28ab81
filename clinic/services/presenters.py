"""Which agency presents a case on an agenda, whether somebody of it has said that they will, and still can.

Conditions on `AgendaItem`, for the pages that show it. What is said stands in `services.presenting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain import presenting as rules
from clinic.domain.actors import SPEAKERS, Actor, UserStatus
from clinic.domain.meetings import MeetingMode, MeetingStatus, local_day, moment
from clinic.domain.panels import Nation
from clinic.domain.presenting import Hours
from clinic.models.account import Membership, User
from clinic.models.agenda import AgendaItem, PresenterHours
from clinic.models.case import CaseExclusion
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.policy.presenting import PRESENTERS
from clinic.services import holidays

# Made once: making an alias, and its columns, takes longer than the rest of a condition.
_nominated, _seat, _person, _sitting = aliased(Nomination), aliased(Membership), aliased(User), aliased(Meeting)
_colleague, _coming = aliased(Membership), aliased(Meeting)


@dataclass(frozen=True, slots=True)
class Presents:
    """Which agency presents, and who of it; `confirmed` only where they have said so and still can."""

    agency: str
    presenter: str
    confirmed: bool
    #: when they can be at the meeting
    hours: Hours = Hours()


def hours_of(row: PresenterHours | None, meeting: Meeting) -> Hours:
    """Return when somebody can be at a meeting, from the row in which they said so."""
    if row is None:
        return Hours()
    return rules.hours_of(row.begins_at, row.ends_at, (meeting.starts_at, meeting.ends_at))


def said_hours() -> ColumnElement[bool]:
    """Return the condition that joins to a line what who presents it has said of when they can be there."""
    return and_(PresenterHours.meeting_id == AgendaItem.meeting_id, PresenterHours.user_id == AgendaItem.presenter_id)


def agency_of() -> ColumnElement[UUID]:
    """Return the agency that presents a line: the one that it was entrusted to, or else the one that nominated."""
    nominating = (
        select(_nominated.agency_id).where(_nominated.case_id == AgendaItem.case_id)
        .order_by(_nominated.submitted_at.desc(), _nominated.id).limit(1).correlate(AgendaItem).scalar_subquery()
    )
    return func.coalesce(AgendaItem.presenter_agency_id, nominating)


def is_confirmed() -> ColumnElement[bool]:
    """Return the condition that who presents a line has said so, and on the day of the meeting still sits for the
    agency and may know of the case.
    """
    return exists(
        select(_seat.id).join(_person, _person.id == _seat.user_id)
        .join(_sitting, _sitting.id == AgendaItem.meeting_id)
        .where(
            _seat.user_id == AgendaItem.presenter_id, _seat.panel_id == AgendaItem.panel_id,
            _seat.agency_id == agency_of(), *_may_present(_seat, _person, func.date(_sitting.starts_at)),
            ~shut_out(AgendaItem.case_id, _person, _seat),
        )
        .correlate(AgendaItem)
    )


def _may_present(seat: Any, person: Any, day: Any) -> tuple[ColumnElement[bool], ...]:
    return (seat.role.in_(list(PRESENTERS)), seat.valid_from <= day,
            or_(seat.valid_until.is_(None), seat.valid_until >= day), person.status == UserStatus.ACTIVE)


def shut_out(case_id: Any, person: Any, seat: Any) -> ColumnElement[bool]:
    """Return the condition that a person, or an agency of theirs, must not know of a case."""
    return exists(
        select(CaseExclusion.id).where(
            CaseExclusion.case_id == case_id, CaseExclusion.lifted_at.is_(None),
            or_(CaseExclusion.user_id == person.id, CaseExclusion.agency_id.in_([person.agency_id, seat.agency_id])))
        .correlate(AgendaItem, person, seat)
    )


def colleagues(item: AgendaItem, meeting: Meeting, agency_id: UUID | None) -> Any:
    """Select the people who may present a line for an agency, by name: id and name."""
    return (
        select(User.id, User.name).join(_colleague, _colleague.user_id == User.id)
        .where(_colleague.panel_id == item.panel_id, _colleague.agency_id == agency_id,
               *_may_present(_colleague, User, func.date(meeting.starts_at)),
               ~shut_out(item.case_id, User, _colleague))
        .distinct().order_by(User.name, User.id)
    )


def is_missing(before: Any = None) -> ColumnElement[bool]:
    """Return the condition that nobody presents a line of a meeting that is planned (to begin before a moment).

    Nothing is presented in a round in writing.
    """
    near = () if before is None else (_coming.starts_at < before,)
    coming = exists(select(_coming.id).where(
        _coming.id == AgendaItem.meeting_id, _coming.status == MeetingStatus.PLANNED,
        _coming.mode != MeetingMode.ASYNCHRONOUS, *near))
    return and_(AgendaItem.case_id.is_not(None), coming, ~is_confirmed())


def is_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor speaks for the agency that presents a line."""
    return or_(false(), *(
        and_(AgendaItem.panel_id == seat.panel_id, agency_of() == seat.agency_id)
        for seat in actor.seats if seat.role in SPEAKERS
    ))


def near_until(nation: Nation, now: datetime) -> datetime:
    """Return the moment before which a meeting begins that is a working day away, or less."""
    today = local_day(now)
    return moment(rules.near_until(today, holidays.around(nation, today.year)) + timedelta(days=1), time(0))
