"""Builds a meeting that is over: who came, what was heard and noted, what was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from clinic.domain.actions import ActionStatus
from clinic.domain.actors import SystemActor
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import AttendanceStatus, MeetingStatus, local_day
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case, CaseExclusion
from clinic.models.hearing import Hearing
from clinic.models.meeting import Attendance, Meeting
from clinic.models.research import ResearchRequest
from clinic.policy.accounts import anyone
from tests.make import World

CAME = {
    "chair": AttendanceStatus.PRESENT, "coordinator": AttendanceStatus.PRESENT, "officer": AttendanceStatus.PRESENT,
    "probation_officer": AttendanceStatus.APOLOGIES_INFORMATION_SENT, "observer": AttendanceStatus.OBSERVER,
}
# Which agencies were asked about the first case, the second, and so on in turn.
ASKED = (("police", "probation", "health"), ("police", "advocacy"))


@dataclass(frozen=True)
class Held:
    """`next_id` is where a deferred case went."""

    meeting_id: UUID
    next_id: UUID
    cases: tuple[UUID, ...]
    references: tuple[str, ...]


def held(world: World, cases: int = 2, status: MeetingStatus = MeetingStatus.CLOSED, number: int = 1,
         chaired_by: str = "chair") -> Held:
    """Hold a meeting of the clinic. The last of its cases was deferred; every other has an action."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        meeting = _meeting(world, number * 10, -1, status, world.users[chaired_by])
        later = _meeting(world, number * 10 + 1, 28 + number, MeetingStatus.PLANNED, None)
        work.session.add_all((meeting, later))
        work.session.flush()
        work.session.add_all(
            Attendance(meeting_id=meeting.id, user_id=world.users[who], agency_id=_agency(world, who), status=answer)
            for who, answer in CAME.items()
        )
        made = [_case(work, world, meeting, later, n, last=n == cases - 1 and cases > 1, number=number)
                for n in range(cases)]
        work.record(AuditVerb.IMPORT, "Sitting")
    return Held(meeting.id, later.id, tuple(c.id for c in made), tuple(c.reference for c in made))


def _meeting(world, number, days, status, chaired_by) -> Meeting:
    starts_at = world.now + timedelta(days=days)
    return Meeting(
        panel_id=world.clinic, reference=f"MT-2026-{100000 + number}", uid=uuid4(),
        occurrence_on=None, status=status, starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3), chaired_by_id=chaired_by, changed_at=world.now,
    )


def _agency(world, who) -> UUID:
    return world.actor(who).agency_id


def _case(work, world, meeting, later, n, last, number) -> Case:
    case = Case(panel_id=world.clinic, reference=f"PM-2026-{100000 * number + n}", opened_at=world.now,
                listed_at=world.now)
    work.session.add(case)
    work.seal_for(case.id)
    work.session.flush()
    where = {"panel_id": world.clinic, "case_id": case.id, "meeting_id": meeting.id}
    work.session.add_all((
        AgendaItem(**where, kind=AgendaItemKind.CASE_NEW, position=n + 1, minutes=10),
        Hearing(**where, notes=f"Discussion of number {n}.",
                outcome=HearingOutcome.DEFERRED if last else HearingOutcome.HEARD_ACTIONS_SET,
                deferral_reason="research_incomplete" if last else None, next_meeting_id=later.id if last else None),
    ))
    work.session.add_all(
        ResearchRequest(**where, agency_id=world.agencies[name], due_on=local_day(world.now), asked_at=world.now,
                        known=[])
        for name in ASKED[n % len(ASKED)]
    )
    if not last:
        work.session.add(Action(
            **where, reference=f"AC-2026-{100000 * number + n}", text=f"Visit number {n}",
            lead_id=world.users["officer"], owner_agency_id=world.agencies["police"],
            due_on=local_day(world.now) + timedelta(days=14),
            status=ActionStatus.AGREED, agreed_at=world.now,
        ))
    return case


def exclude(world: World, case_id: UUID, *, who: str | None = None, agency: str | None = None) -> None:
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        exclusion = CaseExclusion(
            panel_id=world.clinic, case_id=case_id, user_id=world.users[who] if who else None,
            agency_id=world.agencies[agency] if agency else None, ground="user_is_party",
            set_by_id=world.users["coordinator"], set_at=world.now,
        )
        work.session.add(exclusion)
        work.record(AuditVerb.EXCLUDE, exclusion)
