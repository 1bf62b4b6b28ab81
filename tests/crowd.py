"""Many rows at once: cases on one agenda, each asked about and with an action; many meetings."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from clinic.domain.actors import SystemActor
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.clocks import ClockKind
from clinic.domain.nominations import AdvocateOffer, NominationStatus, VictimAwareness
from clinic.domain.orders import OrderStatus
from clinic.models.action import Action
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case, Person
from clinic.models.clock import Clock
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.order import Order
from clinic.models.research import ResearchRequest
from clinic.policy.accounts import anyone
from clinic.services import references
from tests.make import World


def cases(world: World, meeting_id: UUID, count: int) -> None:
    """Add `count` cases to the clinic's meeting, each with people, research and an action of the police."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        names = references.fresh_many(work.session, "PM", Case.reference, world.now, count)
        tasks = references.fresh_many(work.session, "AC", Action.reference, world.now, count)
        made = [Case(panel_id=world.clinic, reference=name, opened_at=world.now, listed_at=world.now) for name in names]
        work.session.add_all(made)
        for case in made:
            work.seal_for(case.id)
        work.session.flush()
        for place, (case, task) in enumerate(zip(made, tasks, strict=True)):
            work.session.add_all(_rows(world, case, meeting_id, place, task))
        work.record(AuditVerb.CREATE, "Crowd")


def _rows(world: World, case: Case, meeting_id: UUID, place: int, task: str) -> list:
    where = {"panel_id": case.panel_id, "case_id": case.id}
    sitting = {**where, "meeting_id": meeting_id}
    return [
        Person(**where, kind=PartyKind.VICTIM, given_name="Zelda", family_name="Uniquename", aliases=[]),
        Nomination(
            **where, agency_id=world.agencies["police"], sender_id=world.users["officer"], contact_name="C Testwell",
            contact_email="contact@police.example", reference=case.reference, status=NominationStatus.ACCEPTED,
            submitted_at=world.now, criteria=[], relationship="ex_partner", risk_tool="sash", offences=[], orders=[],
            victim_aware=VictimAwareness.AWARE, advocate_offered=AdvocateOffer.ACCEPTED, question="Enough?",
        ),
        Clock(**where, kind=ClockKind.SUMMARY_LIMIT, since=world.now.date(), due_on=world.now.date(), set_at=world.now),
        Order(**where, kind="non_molestation", status=OrderStatus.MADE, made_on=world.now.date(),
              expires_on=world.now.date() + timedelta(days=place), agency_id=world.agencies["police"],
              entered_by_id=world.users["officer"], entered_at=world.now),
        AgendaItem(**sitting, kind=AgendaItemKind.CASE_NEW, position=place + 100, minutes=1),
        Hearing(**sitting),
        ResearchRequest(**sitting, agency_id=world.agencies["probation"], due_on=world.now.date(), asked_at=world.now,
                        known=[]),
        Action(**sitting, reference=task, text="Visit.", owner_agency_id=world.agencies["police"],
               due_on=world.now.date(), agreed_at=world.now),
    ]


def meetings(world: World, count: int) -> None:
    """Add `count` coming meetings of the clinic, an hour a day."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        names = references.fresh_many(work.session, "MT", Meeting.reference, world.now, count)
        for number, name in enumerate(names):
            starts_at = world.now + timedelta(hours=12 * (number + 1))
            work.session.add(Meeting(
                panel_id=world.clinic, reference=name, uid=uuid4(), starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=1), changed_at=world.now,
            ))
        work.record(AuditVerb.CREATE, "Crowd")
