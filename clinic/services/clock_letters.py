"""Telling of a clock that runs out: the officer in the case and the prosecutors of its panel, sixty days ahead and on.

A letter says neither what runs out nor whose case it is: it leads to the page behind sign-in.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from clinic.domain.actors import MembershipRole
from clinic.domain.audit import AuditVerb
from clinic.domain.clocks import LETTER_DAYS, letter_due
from clinic.domain.handovers import HandoverSide, HandoverStatus
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.clock import Clock, ClockLetter
from clinic.models.handover import Handover
from clinic.models.nomination import Nomination
from clinic.policy import cases as case_policy
from clinic.policy import clocks as policy
from clinic.services import audience, nomination_letters
from clinic.services.waiting import latest_nomination
from clinic.services.work import Work

# As many clocks as are told of at a time: others wait while a work writes.
AT_ONCE = 50
_PROSECUTORS = frozenset({MembershipRole.PROSECUTOR})


def tell(work: Work) -> int:
    """Tell of each clock that has come to one of its days, once; return of how many. The timer's.

    One that is found late, or set late, is told of at the nearest of its days.
    """
    work.require(policy.may_keep)
    today = local_day(work.now)
    told = []
    for clock, nomination, days in _due(work, today):
        # One that nobody could be told of is tried again.
        if _write(work, clock, nomination, days):
            work.session.add(ClockLetter(clock_id=clock.id, days=days))
            told.append(clock.id)
    if told:
        work.record(AuditVerb.SEND, "ClockLetter", clocks=told)
    return len(told)


def _due(work: Work, today: date) -> list[tuple[Clock, Nomination, int]]:
    """Return so many clocks that have come to one of their days and were not told of, the nearest end first."""
    near = work.session.scalars(
        select(Clock).where(Clock.ended_at.is_(None), Clock.met_on.is_(None), ~_is_offered(),
                            Clock.due_on.between(today, today + timedelta(days=max(LETTER_DAYS))))
        .order_by(Clock.due_on, Clock.id)
    ).all()
    sent = {(row.clock_id, row.days) for row in work.session.execute(
        select(ClockLetter.clock_id, ClockLetter.days).join(Clock, Clock.id == ClockLetter.clock_id)
        .where(Clock.ended_at.is_(None), Clock.due_on >= today))}
    due = [(clock, days) for clock in near
           if (clock.id, days := letter_due(clock.due_on, today)) not in sent][:AT_ONCE]
    said = {nomination.case_id: nomination for nomination in work.session.scalars(
        select(Nomination).where(Nomination.case_id.in_([clock.case_id for clock, _ in due]),
                                 Nomination.id == latest_nomination(Nomination.case_id)))}
    return [(clock, said[clock.case_id], days) for clock, days in due]


def _is_offered() -> ColumnElement[bool]:
    """Return the condition on `Clock` that its case is what another panel hands over, and still holds and watches."""
    return exists(select(Handover.id).where(
        Handover.case_id == Clock.case_id, Handover.side == HandoverSide.IN, Handover.status == HandoverStatus.OPEN))


def _write(work: Work, clock: Clock, nomination: Nomination, days: int) -> int:
    """Post the letters of one clock; return how many."""
    letter = {"kind": LetterKind.CLOCK_RUNNING, "reference": nomination.reference, "day": clock.due_on,
              "link": f"/cases/{clock.case_id}/clocks", "about": clock.id, "revision": days}
    to: list[dict[str, UUID | str]] = [
        *nomination_letters.who_answers(work, nomination),
        *({"to": member.actor.user_id}
          for member in audience.on(work.session, clock.panel_id, local_day(work.now), _PROSECUTORS).members
          if case_policy.may_know(member.actor, clock)),
    ]
    unique = list({tuple(one.items()): one for one in to}.values())
    for one in unique:
        work.post(Letter(**letter, **one), panel_id=clock.panel_id)
    return len(unique)
