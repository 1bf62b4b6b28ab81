"""Builders: a small world to test in. Words are invented; every actor has one clear role."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from clinic.domain.actors import Actor, MembershipRole, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.panels import DEFAULTS, PanelType, Rules
from clinic.models.account import Membership, User
from clinic.models.agency import Agency, AgencyDomain
from clinic.models.panel import Panel, PanelRules
from clinic.policy.accounts import may_install
from clinic.services import passwords, sessions
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
    rules = DEFAULTS[kind]
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
