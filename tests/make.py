"""Builders: a small world to test in. Words are invented; every actor has one clear role."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from clinic.domain.actors import Actor, MembershipRole, SystemActor, UserStatus
from clinic.domain.agenda import AgendaItemKind
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Answer, Gender, PartyKind
from clinic.domain.declarations import NEWEST
from clinic.domain.drafts import NominationDraft, PartyDraft, SafeContactDraft
from clinic.domain.meetings import MeetingStatus
from clinic.domain.nominations import AdvocateOffer, NominationStatus, VictimAwareness
from clinic.domain.orders import Order, OrderStatus
from clinic.domain.panels import DEFAULTS, PanelType, Rules
from clinic.models.account import Membership, User
from clinic.models.agency import Agency, AgencyDomain
from clinic.models.agenda import Agenda, AgendaItem
from clinic.models.case import Case, CaseExclusion, Person, SafeContact
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel, PanelRules
from clinic.models.research import ResearchRequest
from clinic.policy import agenda as agenda_policy
from clinic.policy.accounts import anyone, may_install
from clinic.services import agenda, declarations, nominations, passwords, references, sessions
from clinic.services.work import Office

PASSWORD = "three-random-words-lantern"
_HASH = passwords.hash_of(PASSWORD)

# Who is who: name, agency, role on the clinic, role on the MARAC.
PEOPLE = (
    ("chair", "police", MembershipRole.CHAIR, MembershipRole.CHAIR),
    ("deputy", "probation", MembershipRole.DEPUTY_CHAIR, None),
    ("coordinator", "council", MembershipRole.COORDINATOR, None),
    ("other_coordinator", "council", None, MembershipRole.COORDINATOR),
    ("minute_taker", "council", MembershipRole.MINUTE_TAKER, None),
    ("officer", "police", MembershipRole.REPRESENTATIVE, None),
    ("probation_officer", "probation", MembershipRole.REPRESENTATIVE, MembershipRole.REPRESENTATIVE),
    ("advocate", "advocacy", MembershipRole.ADVOCATE, None),
    ("observer", "health", MembershipRole.OBSERVER, None),
    ("recipient", "health", MembershipRole.MINUTES_RECIPIENT, None),
    ("outsider", "health", None, MembershipRole.REPRESENTATIVE),
    ("lapsed", "housing", MembershipRole.REPRESENTATIVE, None),
    ("admin", "council", None, None),
    ("auditor", "council", None, None),
)
AGENCIES = {
    "police": "police", "probation": "probation", "council": "council_community_safety",
    "advocacy": "stalking_advocacy", "health": "mental_health", "housing": "housing",
}


@dataclass
class World:
    office: Office
    now: datetime
    clinic: UUID = None
    marac: UUID = None
    agencies: dict[str, UUID] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """Return the actor that this person is today, exclusions included."""
        with self.office.peeking("tests") as session:
            return sessions.actor_of(session, self.users[who], self.now)

    @contextmanager
    def changing(self, who: str, now: datetime | None = None):
        with self.office.changing(self.actor(who), now or self.now) as work:
            yield work

    @contextmanager
    def reading(self, who: str, now: datetime | None = None):
        with self.office.reading(self.actor(who), now or self.now) as work:
            yield work

    @contextmanager
    def looking(self):
        """Look at the tables as the system does, to check what a use case has left there."""
        with self.office.peeking("tests") as session:
            yield session


def world(office: Office, now: datetime) -> World:
    made = World(office, now)
    with office.changing(SystemActor("command line"), now) as work:
        work.require(may_install)
        made.clinic = _panel(work, "Northmere Stalking Clinic", PanelType.STALKING_CLINIC, "Northmere panel")
        made.marac = _panel(work, "Northmere MARAC", PanelType.MARAC, "Northmere second panel")
        for name, sector in AGENCIES.items():
            agency = Agency(name=f"Northmere {name.capitalize()}", sector=sector)
            work.session.add(agency)
            work.session.flush()
            work.session.add(AgencyDomain(agency_id=agency.id, domain=f"{name}.example"))
            made.agencies[name] = agency.id
        for name, agency, *roles in PEOPLE:
            _person(work, made, name, agency, roles)
        work.record(AuditVerb.IMPORT, "World")
    return made


def _panel(work, name: str, kind: PanelType, diary_name: str) -> UUID:
    panel = Panel(name=name, type=kind, diary_name=diary_name, recurrence="FREQ=MONTHLY;BYDAY=2WE",
                  starts_at=time(10, 0), minutes=180)
    work.session.add(panel)
    work.session.flush()
    # Most tests speak of something else than the undertaking: `undertaking_asked` asks for it.
    rules = replace(DEFAULTS[kind], undertaking_required=False)
    work.session.add(PanelRules(panel_id=panel.id, **{n: getattr(rules, n) for n in Rules.names()}))
    return panel.id


def _person(work, made: World, name: str, agency: str, roles) -> None:
    user = User(name=f"{name.replace('_', ' ').title()} Testwell", email=f"{name}@{agency}.example",
                agency_id=made.agencies[agency], status=UserStatus.ACTIVE, password_hash=_HASH, created_at=made.now,
                system_admin=name == "admin", auditor=name == "auditor")
    work.session.add(user)
    work.session.flush()
    made.users[name] = user.id
    for panel_id, role in zip((made.clinic, made.marac), roles, strict=True):
        if role is not None:
            work.session.add(Membership(
                user_id=user.id, panel_id=panel_id, agency_id=user.agency_id, role=role,
                valid_from=date(2025, 1, 1), valid_until=date(2026, 9, 30) if name == "lapsed" else None,
            ))


def meeting(world: World, starts_at: datetime | None = None, *, panel: UUID | None = None,
            status: MeetingStatus = MeetingStatus.PLANNED, chaired_by: str | None = None) -> UUID:
    """Return the id of a three-hour meeting of the clinic (or of `panel`) that begins now, or when it is said."""
    starts_at = starts_at or world.now
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        reference = references.fresh(work.session, "MT", Meeting.reference, world.now)
        made = Meeting(
            panel_id=panel or world.clinic, reference=reference, uid=uuid4(), status=status,
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=3),
            started_at=starts_at if status is MeetingStatus.IN_PROGRESS else None,
            chaired_by_id=world.users[chaired_by] if chaired_by else None, changed_at=starts_at.replace(microsecond=0),
        )
        work.session.add(made)
        work.seal_for(made.id)
        work.record(AuditVerb.CREATE, made)
    return made.id


def agenda_version(world: World, meeting_id: UUID, who: str | None = None) -> int:
    """Return what stands for an agenda as somebody has it, or whoever sees all of it."""
    actor = world.actor(who) if who else SystemActor("tests")
    with world.looking() as session:
        items = session.scalars(
            select(AgendaItem).where(AgendaItem.meeting_id == meeting_id, agenda_policy.visible_to(actor))
            .order_by(AgendaItem.position, AgendaItem.id))
        # The wall stands whatever the policy says.
        seen = [item for item in items if not who or item.case_id not in actor.excluded]
        return agenda.version_for(session.scalars(select(Agenda).where(Agenda.meeting_id == meeting_id)).one(), seen)


def case(world: World, *, panel: UUID | None = None, nominated_by: str = "officer",
         status: NominationStatus = NominationStatus.ACCEPTED) -> UUID:
    """Return the id of a case with a victim, a perpetrator and a nomination by somebody's agency; on no agenda yet."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        panel_id = panel or world.clinic
        made = Case(panel_id=panel_id, opened_at=world.now,
                    reference=references.fresh(work.session, "PM", Case.reference, world.now))
        work.session.add(made)
        work.seal_for(made.id)
        work.session.flush()
        where = {"panel_id": panel_id, "case_id": made.id}
        work.session.add_all((
            Person(**where, kind=PartyKind.VICTIM, given_name="Zelda", family_name="Uniquename", aliases=[]),
            Person(**where, kind=PartyKind.PERPETRATOR, given_name="Yorick", family_name="Othername", aliases=[]),
            Nomination(
                **where, agency_id=world.actor(nominated_by).agency_id, sender_id=world.users[nominated_by],
                contact_name="Contact Testwell", contact_email="contact@police.example", reference=made.reference,
                status=status, submitted_at=world.now, criteria=[], relationship="ex_partner", risk_tool="sash",
                risk_result="high", offences=[], orders=[], victim_aware=VictimAwareness.AWARE,
                advocate_offered=AdvocateOffer.ACCEPTED, wishes="Wants no contact at work.",
                question="Is there enough for an order?", narrative="Seen outside the workplace.",
                presenter="Officer Testwell",
            ),
        ))
        work.record(AuditVerb.CREATE, made)
    return made.id


def listed(world: World, case_id: UUID, meeting_id: UUID, *, asked: tuple[str, ...] = ("police", "probation"),
           minutes: int = 20) -> UUID:
    """Put a case onto a meeting's agenda, ask agencies about it, and return the id of its hearing."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        row = work.session.get_one(Case, case_id)
        row.listed_at = row.listed_at or world.now
        last = work.session.scalar(
            select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting_id)
        )
        where = {"panel_id": row.panel_id, "case_id": case_id, "meeting_id": meeting_id}
        hearing = Hearing(**where)
        work.session.add_all((
            AgendaItem(**where, kind=AgendaItemKind.CASE_NEW, position=(last or 0) + 1, minutes=minutes), hearing,
            *(ResearchRequest(**where, agency_id=world.agencies[name], due_on=world.now.date(), asked_at=world.now,
                              known=[]) for name in asked),
        ))
        work.record(AuditVerb.CREATE, hearing)
    return hearing.id


def excluded(world: World, case_id: UUID, *, who: str | None = None, agency: str | None = None) -> None:
    """Keep a person or an agency from a case."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        row = work.session.get_one(Case, case_id)
        exclusion = CaseExclusion(
            panel_id=row.panel_id, case_id=case_id, user_id=world.users[who] if who else None,
            agency_id=world.agencies[agency] if agency else None, ground="user_is_party",
            set_by_id=world.users["coordinator"], set_at=world.now,
        )
        work.session.add(exclusion)
        work.record(AuditVerb.EXCLUDE, exclusion)


def undertaking_asked(world: World, panel: UUID | None = None) -> None:
    """Let the clinic (or `panel`) ask for the undertaking from now on."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        rules = work.session.get_one(PanelRules, panel or world.clinic)
        rules.undertaking_required = True
        work.record(AuditVerb.UPDATE, "PanelRules")


def signed(world: World, meeting_id: UUID, *people: str) -> None:
    """Let these people give the undertaking for a meeting."""
    for who in people:
        with world.changing(who) as work:
            declarations.sign(work, meeting_id, NEWEST)


def unchecked(world: World, case_id: UUID, since: datetime) -> None:
    """Let nobody have checked since then how a victim is reached."""
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        contact = work.session.scalars(select(SafeContact).where(SafeContact.case_id == case_id)).one()
        contact.unchecked_since = since
        work.record(AuditVerb.UPDATE, contact)


def draft(**changes: object) -> NominationDraft:
    """Return a nomination that nothing is wrong with, with some of its values changed."""
    return replace(NominationDraft(
        victim=PartyDraft("Zelda", "Uniquename", ("Zed",), date(1990, 3, 27), Gender.FEMALE),
        perpetrator=PartyDraft("Yorick", "Othername", gender=Gender.MALE), relationship="ex_partner",
        criteria=("breach_of_order",), risk_tool="sash", risk_result="high", offences=("pha_s4a",),
        orders=(Order("spo", OrderStatus.SERVED, date(2026, 9, 26)),), children=2,
        last_incident_on=date(2026, 11, 1), incidents_last_12_months=23, victim_aware=VictimAwareness.AWARE,
        victim_wishes="Wants the contact to stop.", advocate_offered=AdvocateOffer.ACCEPTED,
        question="Is the pattern enough?", narrative="Messages every night.", presenter="Sergeant Testwell",
        contact_name="Officer Testwell", contact_email="officer@police.example",
        contact=SafeContactDraft("ZZ1 1ZZ", "07700 900000", Answer.NO, "Through the advocate only"),
    ), **changes)


def nominated(world: World, who: str = "officer", panel: UUID | None = None, **changes: object) -> UUID:
    """Return the id of a nomination that somebody has sent."""
    with world.changing(who) as work:
        return nominations.submit(work, panel or world.clinic, draft(**changes))


def accepted(world: World, who: str = "officer", panel: UUID | None = None, **changes: object) -> UUID:
    """Return the id of a case that was nominated and accepted, with all that a nomination says; on no agenda yet."""
    nomination_id = nominated(world, who, panel, **{"orders": (), **changes})
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        said = work.session.get_one(Nomination, nomination_id)
        said.status, said.decided_at = NominationStatus.ACCEPTED, world.now
        work.record(AuditVerb.UPDATE, said)
    return said.case_id


def copied(template: Path, folder: Path) -> Path:
    """Return `folder`, a copy of an instance folder."""
    shutil.copytree(template, folder)
    return folder
