"""What became of earlier cases: when they were last sent and heard, how it ended, what is still open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.actions import OPEN
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import local_day
from clinic.domain.repeats import Past
from clinic.models.action import Action
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work

_HEARD = (HearingOutcome.HEARD_ACTIONS_SET, HearingOutcome.HEARD_NO_ACTIONS)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case as a later one looks back on it. `outcome` is the last that a meeting wrote down."""

    past: Past
    sent_at: datetime
    reference: str
    panel: str
    outcome: HearingOutcome | None
    open_actions: int


def of_cases(work: Work, case_ids: Collection[UUID]) -> dict[UUID, Earlier]:
    """Return what became of cases that the actor is known to know of. Three statements, whatever their number."""
    if not case_ids:
        return {}
    rows = work.session.execute(
        select(Case.id, Case.panel_id, Case.reference, Panel.name, Nomination.submitted_at, Nomination.status)
        .join(Panel, Panel.id == Case.panel_id).join(Nomination, Nomination.case_id == Case.id)
        .where(Case.id.in_(case_ids), Nomination.id == latest_nomination(Case.id))
    ).all()
    hearings = _hearings(work, [row.id for row in rows])
    open_actions = dict(work.session.execute(
        select(Action.case_id, func.count()).where(Action.case_id.in_([row.id for row in rows]),
                                                   Action.status.in_(OPEN)).group_by(Action.case_id)
    ).all())
    found = {}
    for row in rows:
        outcome, heard_on = hearings.get(row.id, (None, None))
        past = Past(row.id, row.panel_id, local_day(row.submitted_at), row.status, heard_on)
        found[row.id] = Earlier(past, row.submitted_at, row.reference, row.name, outcome, open_actions.get(row.id, 0))
    return found


def _hearings(work: Work, case_ids: list[UUID]) -> dict[UUID, tuple[HearingOutcome, date | None]]:
    """Return for each case the last outcome, and the last day on which it was heard and not put off."""
    rows = work.session.execute(
        select(Hearing.case_id, Hearing.outcome, Meeting.starts_at)
        .join(Meeting, Meeting.id == Hearing.meeting_id)
        .where(Hearing.case_id.in_(case_ids), Hearing.outcome.is_not(None)).order_by(Meeting.starts_at)
    )
    found: dict[UUID, tuple[HearingOutcome, date | None]] = {}
    for case_id, outcome, starts_at in rows:
        before = found.get(case_id, (None, None))[1]
        found[case_id] = outcome, local_day(starts_at) if outcome in _HEARD else before
    return found
