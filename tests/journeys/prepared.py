"""What has been before a journey begins: a meeting in the calendar, and nominations that were sent and accepted."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain.actors import Actor
from clinic.domain.drafts import PartyDraft
from clinic.domain.meetings import MeetingKind, MeetingMode, When, local_day
from clinic.domain.nominations import TriageDecision, TriageOutcome
from clinic.models.account import User
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.services import nominations, scheduling, sessions
from clinic.services.scheduling import NewMeeting
from tests import make
from tests.journeys.job import EMAILS
from tests.journeys.served import Served


def panel_of(served: Served, name: str) -> UUID:
    with served.office.peeking("tests") as session:
        return session.scalars(select(Panel.id).where(Panel.name == name)).one()


def acting(served: Served, email: str, now: datetime) -> Actor:
    with served.office.peeking("tests") as session:
        return sessions.actor_of(session, session.scalars(select(User.id).where(User.email == email)).one(), now)


def schedule(served: Served, panel_id: UUID, when: When, now: datetime) -> UUID:
    """Put a meeting beside the panel's own days into the calendar: nominations for it do not close."""
    with served.office.changing(acting(served, EMAILS["coordinator"], now), now) as work:
        return scheduling.schedule(work, panel_id, NewMeeting(MeetingKind.EXTRAORDINARY, when, MeetingMode.VIRTUAL, ""))


def nominate(served: Served, panel_id: UUID, name: str, now: datetime, years: int = 0) -> UUID:
    """Let the police send a nomination of somebody whose family name stands nowhere else."""
    said = make.draft(
        victim=PartyDraft("Zelda", name, (), date(1980 + years, 3, 27)),
        perpetrator=PartyDraft("Yorick", f"Not{name.lower()}", (), date(1970 + years, 4, 1)),
        orders=(), criteria=("visible_high_risk",), narrative=f"Messages to {name} every night.",
        last_incident_on=local_day(now),
    )
    with served.office.changing(acting(served, EMAILS["police"], now), now) as work:
        return nominations.submit(work, panel_id, said)


def accept(served: Served, nomination_id: UUID, meeting_id: UUID, now: datetime) -> None:
    with served.office.changing(acting(served, EMAILS["coordinator"], now), now) as work:
        version = work.session.get_one(Nomination, nomination_id).version
        decision = TriageDecision(TriageOutcome.ACCEPT, meeting_id=meeting_id)
        nominations.triage(work, nomination_id, decision, version)
