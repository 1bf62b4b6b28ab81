"""Agencies and their mail domains, who sits on a panel on a day, and who of them comes to a meeting.

People are in `services.people`, their memberships in `services.members`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clinic.domain import directory as rules
from clinic.domain.actors import MembershipRole, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.directory import AgencyDraft
from clinic.domain.emergencies import comes
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.pages import Pages
from clinic.models.account import Membership, User
from clinic.models.agency import Agency, AgencyDomain
from clinic.models.meeting import Meeting
from clinic.policy import actions as action_policy
from clinic.policy import directory as policy
from clinic.services import terms
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Member:
    """A current membership, with names."""

    user_id: UUID
    name: str
    email: str
    role: MembershipRole
    agency_id: UUID
    agency: str


def members_on(session: Session, panel_id: UUID, day: date, roles: frozenset[MembershipRole] | None = None,
               active_only: bool = True) -> list[Member]:
    """Return who sits on a panel on a day (in these roles), by agency and name. One statement."""
    query = (
        select(User.id, User.name, User.email, Membership.role, Agency.id, Agency.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(
            Membership.panel_id == panel_id,
            Membership.valid_from <= day,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= day),
        )
        .order_by(Agency.name, User.name)
    )
    if active_only:
        query = query.where(User.status == UserStatus.ACTIVE)
    if roles is not None:
        query = query.where(Membership.role.in_(list(roles)))
    return [Member(*row) for row in session.execute(query)]


def members_of(session: Session, meeting: Meeting, day: date,
               roles: frozenset[MembershipRole] | None = None) -> list[Member]:
    """Return who of a panel's members comes to a meeting that is held on a day. One statement, or two.

    To an emergency meeting come those who run it or are called, and nobody from whom its case is kept.
    """
    found = members_on(session, meeting.panel_id, day, roles)
    if meeting.case_id is None:
        return found
    kept_out = kept_from(session, meeting, day)
    return [m for m in found if comes(m.role, m.agency_id, meeting.called) and m.user_id not in kept_out]


def kept_from(session: Session, meeting: Meeting, day: date) -> frozenset[UUID]:
    """Return who must not know of an emergency meeting, since its case is closed to them; of any other, nobody."""
    if meeting.case_id is None:
        return frozenset()
    return frozenset(session.scalars(select(User.id).where(action_policy.kept_from(meeting.case_id, day))))


@dataclass(frozen=True, slots=True)
class AgencyLine:
    id: UUID
    name: str
    sector: str
    people: int


@dataclass(frozen=True, slots=True)
class AgenciesPage:
    """One page of the list; `sector` is the filter that was asked for, `sectors` what it can be."""

    lines: tuple[AgencyLine, ...]
    pages: Pages
    sector: str
    sectors: dict[str, str]
    may_keep: bool


@dataclass(frozen=True, slots=True)
class AgencyPage:
    id: UUID
    name: str
    sector_code: str
    sector: str
    domains: tuple[str, ...]
    people: tuple[tuple[UUID, str], ...]
    version: int
    may_keep: bool
    sectors: dict[str, str]


def agencies_page(work: Work, sector: str, number: int) -> AgenciesPage:
    """Return one page of the agencies, of one sector if its code is given."""
    work.require(policy.may_look)
    sectors = sectors_of(work.session)
    people = (
        select(func.count(User.id))
        .where(User.agency_id == Agency.id, policy.people_visible_to(work.actor)).scalar_subquery()
    )
    which = Agency.sector == sector if sector in sectors else true()
    pages = Pages(number, work.session.scalar(select(func.count(Agency.id)).where(which)))
    rows = work.session.execute(
        select(Agency.id, Agency.name, Agency.sector, people).where(which)
        .order_by(func.lower(Agency.name)).limit(pages.size).offset(pages.first_line - 1)
    )
    lines = tuple(AgencyLine(id_, name, sectors.get(code, code), count) for id_, name, code, count in rows)
    work.record(AuditVerb.VIEW, "Agency", shown=[line.id for line in lines])
    return AgenciesPage(lines, pages, sector if sector in sectors else "", sectors,
                        policy.may_keep(work.actor))


def agency_page(work: Work, agency_id: UUID) -> AgencyPage:
    """Return an agency with its people; its mail domains to those who keep them."""
    agency = find(work, agency_id)
    work.require(policy.may_look)
    keeps = policy.may_keep(work.actor)
    people = work.session.execute(
        select(User.id, User.name).where(User.agency_id == agency.id, policy.people_visible_to(work.actor))
        .order_by(func.lower(User.name)).limit(500)
    ).all()
    sectors = sectors_of(work.session)
    work.record(AuditVerb.VIEW, agency)
    return AgencyPage(
        agency.id, agency.name, agency.sector, sectors.get(agency.sector, agency.sector),
        tuple(sorted(domains_of(work.session, agency.id))) if keeps else (),
        tuple((id_, name) for id_, name in people), agency.version, keeps, sectors,
    )


def new_agency_page(work: Work) -> dict[str, str]:
    """Return the sectors that a new agency can be of."""
    work.require(policy.may_keep)
    work.record(AuditVerb.VIEW, "Agency")
    return sectors_of(work.session)


def edit_page(work: Work, agency_id: UUID) -> AgencyPage:
    page = agency_page(work, agency_id)
    work.require(policy.may_keep, find(work, agency_id))
    return page


def add(work: Work, draft: AgencyDraft) -> UUID:
    """Add an agency with its mail domains, and return its id."""
    work.require(policy.may_keep)
    name, domains = _checked(work, draft, None)
    agency = Agency(name=name, sector=draft.sector)
    work.session.add(agency)
    work.session.flush()
    work.session.add_all(AgencyDomain(agency_id=agency.id, domain=domain) for domain in domains)
    work.record(AuditVerb.CREATE, agency)
    return agency.id


def change(work: Work, agency_id: UUID, draft: AgencyDraft, version: int) -> None:
    """Change an agency's name, sector or mail domains; refuse to drop a domain that somebody's address is on."""
    agency = find(work, agency_id, lock=True)
    work.require(policy.may_keep, agency)
    rows = {row.domain: row for row in _domain_rows(work.session, agency.id)}
    if agency.version != version:
        raise Stale(theirs="\n".join([agency.name, agency.sector, *sorted(rows)]), version=agency.version)
    name, domains = _checked(work, draft, agency.id)
    _refuse_stranding(work.session, agency.id, rows.keys() - set(domains))
    agency.name, agency.sector = name, draft.sector
    for domain in rows.keys() - set(domains):
        work.session.delete(rows[domain])
    work.session.add_all(AgencyDomain(agency_id=agency.id, domain=d) for d in domains if d not in rows)
    flag_modified(agency, "name")
    work.record(AuditVerb.UPDATE, agency, fields=["name", "sector", "domains"])


def _checked(work: Work, draft: AgencyDraft, but: UUID | None) -> tuple[str, tuple[str, ...]]:
    name = " ".join(draft.name.split())
    domains = rules.domains_of(draft.domains)
    if draft.sector not in sectors_of(work.session):
        raise RuleBroken("Choose the sector from the list.", "sector")
    twin = work.session.scalar(select(Agency.id).where(func.lower(Agency.name) == name.lower()))
    if twin not in (None, but):
        raise RuleBroken("There is an agency of this name already.", "name")
    return name, domains


def _refuse_stranding(session: Session, agency_id: UUID, gone: set[str]) -> None:
    emails = session.scalars(
        select(User.email).where(User.agency_id == agency_id, User.status != UserStatus.DISABLED)
    ) if gone else ()
    kept = sorted({email.rpartition("@")[2] for email in emails} & gone)
    if kept:
        raise RuleBroken(f"People of this agency have addresses at {', '.join(kept)}: keep it, or change them first.",
                         "domains")


def find(work: Work, agency_id: UUID, lock: bool = False) -> Agency:
    """Find an agency, or raise NotFound. Agencies are open to everyone who is signed in."""
    query = select(Agency).where(Agency.id == agency_id)
    agency = work.session.scalar(query.with_for_update() if lock else query)
    if agency is None or not policy.may_look(work.actor):
        raise NotFound
    return agency


def sectors_of(session: Session) -> dict[str, str]:
    return terms.labels(session, "agency_sector")["agency_sector"]


def domains_of(session: Session, agency_id: UUID) -> set[str]:
    """Return the mail domains that are an agency's own."""
    return {row.domain for row in _domain_rows(session, agency_id)}


def _domain_rows(session: Session, agency_id: UUID) -> list[AgencyDomain]:
    return list(session.scalars(select(AgencyDomain).where(AgencyDomain.agency_id == agency_id)))


def names(session: Session) -> list[tuple[str, str]]:
    """Return every agency's id and name in order, for lists that drop down."""
    rows = session.execute(select(Agency.id, Agency.name).order_by(func.lower(Agency.name)))
    return [(str(id_), name) for id_, name in rows]
