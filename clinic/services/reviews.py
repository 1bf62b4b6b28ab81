"""Cases whose review is due come onto a list by themselves, once for each plan that names a day.

What does not fit waits with the other cases, and whoever builds an agenda is told. Lists are handled
whole: what comes onto one must not hang on who made or moved the meeting.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain import reviews as rules
from clinic.domain.agenda import AgendaItemKind, minutes_for
from clinic.domain.meetings import MeetingStatus, local_day
from clinic.domain.reviews import Sitting
from clinic.models.case import Case
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.models.risk import RiskPlan
from clinic.policy import agenda as policy
from clinic.services import agenda, capacity, panels, waiting
from clinic.services.work import Work

# As many as one work places; the next takes the rest.
AT_ONCE = 50


def list_due(work: Work) -> int:
    """Put what is due onto lists, on every panel; return how many. The timer's.

    Each panel by itself: what finds no room on one keeps nothing from the others.
    """
    work.require(policy.may_list_reviews)
    panel_ids = work.session.scalars(select(Panel.id).order_by(Panel.id)).all()
    return sum(_list(work, Case.panel_id == panel_id) for panel_id in panel_ids)


def list_on(work: Work, panel_id: UUID) -> None:
    """Put what is due onto a panel's lists. Completes the making or moving of a meeting, which has asked."""
    with work.whole("listing reviews"):
        _list(work, Case.panel_id == panel_id)


def _list(work: Work, *conditions: Any) -> int:
    placed, sittings = 0, {}
    for case, review_on in _due(work, *conditions):
        if case.panel_id not in sittings:
            sittings[case.panel_id] = _sittings(work, case.panel_id)
        found = rules.list_for(review_on, sittings[case.panel_id])
        if found is None or not found.has_room:
            continue
        meeting = work.session.get_one(Meeting, found.meeting_id)
        agenda.place(work, case, AgendaItemKind.CASE_REVIEW, meeting=meeting)
        del sittings[case.panel_id]
        placed += 1
        if placed == AT_ONCE:
            break
    return placed


def _due(work: Work, *conditions: Any) -> list[Any]:
    """Return cases with the days of their reviews that came onto no list yet, the longest due first. One statement."""
    day = _last_day(work)
    if day is None:
        return []
    return list(work.session.execute(
        select(Case, RiskPlan.review_on)
        .join(Nomination, Nomination.case_id == Case.id).join(RiskPlan, RiskPlan.id == waiting.latest_plan(Case.id))
        .where(RiskPlan.listed_at.is_(None), waiting.comes_back(day), *conditions,
               waiting.ready(work.session.info["actor"], Case.panel_id, day))
        .order_by(RiskPlan.review_on, Case.reference)
    ))


def _last_day(work: Work) -> date | None:
    """Return the day of the last meeting in the calendar."""
    last = work.session.scalar(select(func.max(Meeting.starts_at)).where(
        Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > work.now))
    return local_day(last) if last else None


def _sittings(work: Work, panel_id: UUID) -> list[Sitting]:
    """Return a panel's coming meetings as a review sees them."""
    kind = work.session.scalars(select(Panel.type).where(Panel.id == panel_id).with_for_update()).one()
    panel_rules = panels.rules_of(work.session, panel_id)
    takes = minutes_for(AgendaItemKind.CASE_REVIEW, panel_rules)
    return [
        Sitting(room.meeting_id, local_day(room.starts_at), room.is_out or room.is_locked, room.fits(takes))
        for room in capacity.rooms(work, panel_id, kind, panel_rules.max_cases)
    ]
