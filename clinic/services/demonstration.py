"""Loads the fictional area Westmarch: agencies, people, panels, memberships, and nominations.

Every person, place and number in it is invented. Refuses a database that holds anybody.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time
from importlib.resources import files
from uuid import UUID

from sqlalchemy import func, select

from clinic.domain.actors import Actor, MembershipRole, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.panels import DEFAULTS, PanelType, Rules
from clinic.models.account import Membership, User
from clinic.models.agency import Agency, AgencyDomain
from clinic.models.panel import CoreAgency, Panel, PanelRules
from clinic.policy.accounts import may_install
from clinic.services import imports, passwords, scheduling, sessions
from clinic.services.work import Office, Work

LOADER = SystemActor("command line")
SIGN_INS = (
    ("Administrator", "admin@clinic.example"),
    ("Coordinator", "myfanwy.prosser-lyle@westmarch.gov.example"),
    ("Chair", "philippa.ashdown@westmarch.police.example"),
    ("Deputy chair", "cormac.hetherington@probation.gov.example"),
    ("Representative", "quentin.fotheringay@westmarch.police.example"),
    ("Representative", "kamala.eversholt@wmht.nhs.example"),
    ("Advocate", "mireille.pilkington@harbour.cjsm.example"),
    ("Prosecutor", "zebedee.tregaskis@cps-westmarch.gov.example"),
    ("Minute-taker", "anselm.bosworth@westmarch.gov.example"),
    ("Auditor", "auditor@clinic.example"),
)
# Without whom no panel of the area sits well.
_CORE = "Westmarch Police"
# What diaries show: neutral words, one pair a panel.
_DIARY_NAMES = {
    "Westmarch Stalking Clinic": "Westmarch Wednesday panel",
    "Saltby MARAC": "Saltby Thursday panel",
    "Westmarch Stalking Intervention Panel": "Westmarch Tuesday panel",
    "Westmarch VAWG Scrutiny Panel": "Westmarch review panel",
}


def is_empty(office: Office) -> bool:
    with office.peeking("demonstration") as session:
        return session.scalar(select(func.count()).select_from(User)) == 0


def load(office: Office, now: datetime, password: str, nominations: bool) -> None:
    """Load the area; with a year of meetings and its nominations too if asked."""
    with office.changing(LOADER, now) as work:
        work.require(may_install)
        if work.session.scalar(select(User.id).limit(1)):
            raise RuleBroken("This database holds people already: the demonstration goes into an empty one only.")
        directory(work, passwords.hash_of(password))
    if nominations:
        fill_calendars(office, now)
        bring_in(office, now)


def fill_calendars(office: Office, now: datetime) -> None:
    """Plan a year of each panel's meetings as the coordinator does."""
    coordinator = _coordinator(office, now)
    with office.changing(coordinator, now) as work:
        for panel_id in sorted(coordinator.panels(MembershipRole.COORDINATOR)):
            scheduling.plan(work, panel_id)


def _coordinator(office: Office, now: datetime) -> Actor:
    with office.peeking("demonstration") as session:
        email = dict(SIGN_INS)["Coordinator"]
        return sessions.actor_of(session, session.scalars(select(User.id).where(User.email == email)).one(), now)


def bring_in(office: Office, now: datetime) -> None:
    """Import the area's nominations as its coordinator does; they wait for a decision."""
    coordinator = _coordinator(office, now)
    with office.peeking("demonstration") as session:
        panel_id = session.scalars(select(Panel.id).where(Panel.type == PanelType.STALKING_CLINIC)).one()
    lines = rows("nominations")
    with office.changing(coordinator, now) as work:
        waiting = imports.look(work, panel_id, list(lines[0]), list(enumerate(lines, 2)))
        imports.confirm(work, waiting)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the area's files."""
    with files("clinic").joinpath("demo", f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def directory(work: Work, password_hash: str) -> None:
    """Add agencies, people, panels and memberships; everybody gets the same password."""
    agencies = _agencies(work)
    users = _people(work, agencies, password_hash)
    panels = _panels(work)
    _memberships(work, users, panels)
    work.session.add_all(CoreAgency(panel_id=id_, agency_id=agencies[_CORE]) for id_ in panels.values())
    work.session.flush()
    work.record(AuditVerb.IMPORT, "Demonstration", agencies=len(agencies), people=len(users), panels=len(panels))


def _agencies(work: Work) -> dict[str, UUID]:
    made = {}
    office = {"name": "Westmarch Panels Office", "sector": "other", "mail_domain": "clinic.example"}
    for row in [*rows("agencies"), office]:
        agency = Agency(name=row["name"], sector=row["sector"])
        work.session.add(agency)
        work.session.flush()
        work.session.add(AgencyDomain(agency_id=agency.id, domain=row["mail_domain"]))
        made[agency.name] = agency.id
    return made


def _people(work: Work, agencies: dict[str, UUID], password_hash: str) -> dict[str, User]:
    people = rows("people") + [
        {"name": "Ada Fenwright", "email": "admin@clinic.example", "agency": "Westmarch Panels Office"},
        {"name": "Basil Thornbury", "email": "auditor@clinic.example", "agency": "Westmarch Panels Office"},
    ]
    users = {
        row["email"]: User(
            name=row["name"], email=row["email"], agency_id=agencies[row["agency"]], status=UserStatus.ACTIVE,
            password_hash=password_hash, created_at=work.now,
            system_admin=row["email"].startswith("admin@"), auditor=row["email"].startswith("auditor@"),
        )
        for row in people
    }
    work.session.add_all(users.values())
    work.session.flush()
    return users


def _panels(work: Work) -> dict[str, UUID]:
    made = {}
    for row in rows("panels"):
        kind = PanelType(row["type"])
        panel = Panel(
            name=row["name"], type=kind, diary_name=_DIARY_NAMES[row["name"]], recurrence=row["recurrence"],
            starts_at=time.fromisoformat(row["starts_at"]), minutes=int(row["minutes"]),
        )
        work.session.add(panel)
        work.session.flush()
        rules = DEFAULTS[kind]
        work.session.add(PanelRules(panel_id=panel.id, **{name: getattr(rules, name) for name in Rules.names()}))
        made[panel.name] = panel.id
    return made


def _memberships(work: Work, users: dict[str, User], panels: dict[str, UUID]) -> None:
    for row in rows("memberships"):
        user = users[row["email"]]
        work.session.add(Membership(
            user_id=user.id, panel_id=panels[row["panel"]], agency_id=user.agency_id,
            role=MembershipRole(row["role"]), valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        ))
