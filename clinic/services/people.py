"""People who sign in: invited, changed, sent a new password's letter, disabled.

An address is always on a mail domain of the person's agency: letters can go nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from clinic.domain import directory as rules
from clinic.domain.actors import MembershipRole, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.directory import PersonDraft
from clinic.domain.errors import NotFound, RuleBroken, Stale
from clinic.domain.meetings import local_day
from clinic.domain.pages import Pages
from clinic.models.account import Membership, Ticket, User
from clinic.models.agency import Agency
from clinic.models.meeting import CalendarFeed
from clinic.models.panel import Panel
from clinic.policy import accounts as account_policy
from clinic.policy import directory as policy
from clinic.services import accounts, directory, sessions
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class PersonLine:
    id: UUID
    name: str
    agency_id: UUID
    agency: str
    status: UserStatus


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list, its filters as asked, and what the agency filter can be."""

    lines: tuple[PersonLine, ...]
    pages: Pages
    agency: str
    status: str
    agencies: list[tuple[str, str]]
    manages: bool


@dataclass(frozen=True, slots=True)
class SeatLine:
    panel_id: UUID
    panel: str
    role: MembershipRole
    agency: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody, with the seats on panels that the reader may see; the address for those who manage people."""

    id: UUID
    name: str
    email: str
    agency_id: UUID
    agency: str
    status: UserStatus
    seats: tuple[SeatLine, ...]
    version: int
    system_admin: bool
    auditor: bool
    may_change: bool
    may_write: bool


@dataclass(frozen=True, slots=True)
class EditPage:
    """Somebody, for those who may change who they are; `agencies` are what an agency can become."""

    id: UUID
    name: str
    email: str
    agency_id: UUID
    status: UserStatus
    version: int
    may_readdress: bool
    agencies: list[tuple[str, str]]


def people_page(work: Work, agency: str, status: str, number: int) -> PeoplePage:
    """Return one page of people, filtered by an agency's id or a status where they are known ones."""
    work.require(policy.may_look)
    agencies = directory.names(work.session)
    manages = account_policy.may_manage(work.actor)
    agency = agency if agency in dict(agencies) else ""
    status = status if manages and status in set(UserStatus) else ""
    which = _chosen(work, agency, status)
    pages = Pages(number, work.session.scalar(select(func.count(User.id)).where(which)))
    rows = work.session.execute(
        select(User.id, User.name, Agency.id, Agency.name, User.status)
        .join(Agency, Agency.id == User.agency_id).where(which)
        .order_by(func.lower(User.name), User.id).limit(pages.size).offset(pages.first_line - 1)
    )
    lines = tuple(PersonLine(*row) for row in rows)
    work.record(AuditVerb.VIEW, "User", shown=[line.id for line in lines])
    return PeoplePage(lines, pages, agency, status, agencies, manages)


def _chosen(work: Work, agency: str, status: str) -> ColumnElement[bool]:
    which = [policy.people_visible_to(work.actor)]
    if agency:
        which.append(User.agency_id == UUID(agency))
    if status:
        which.append(User.status == UserStatus(status))
    return and_(*which)


def person_page(work: Work, user_id: UUID) -> PersonPage:
    user = find(work, user_id)
    work.require(policy.may_look)
    seated_on = panels_of(work, user.id)
    manages = account_policy.may_manage(work.actor)
    agency = work.session.get_one(Agency, user.agency_id)
    work.record(AuditVerb.VIEW, user)
    return PersonPage(
        user.id, user.name, user.email if manages else "", user.agency_id, agency.name, user.status,
        _seats(work, user.id), user.version, user.system_admin, user.auditor,
        policy.may_change_person(work.actor, user, seated_on), policy.may_write_to(work.actor, user, seated_on),
    )


def edit_page(work: Work, user_id: UUID) -> EditPage:
    """Return somebody for the pages that change or disable them."""
    user = find(work, user_id)
    seated_on = panels_of(work, user.id)
    work.require(policy.may_change_person, user, seated_on)
    work.record(AuditVerb.VIEW, user)
    return EditPage(user.id, user.name, user.email, user.agency_id, user.status, user.version,
                    policy.may_readdress(work.actor, user, seated_on), directory.names(work.session))


def agencies_to_choose(work: Work) -> list[tuple[str, str]]:
    """Return the agencies that somebody new can be of."""
    work.require(account_policy.may_manage)
    work.record(AuditVerb.VIEW, "Agency")
    return directory.names(work.session)


def _seats(work: Work, user_id: UUID) -> tuple[SeatLine, ...]:
    today = local_day(work.now)
    rows = work.session.execute(
        select(Membership.panel_id, Panel.name, Membership.role, Agency.name)
        .join(Panel, Panel.id == Membership.panel_id).join(Agency, Agency.id == Membership.agency_id)
        .where(
            Membership.user_id == user_id, policy.seats_visible_to(work.actor), Membership.valid_from <= today,
            or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
        ).order_by(Panel.name, Membership.role)
    )
    return tuple(SeatLine(*row) for row in rows)


def panels_of(work: Work, user_id: UUID) -> frozenset[UUID]:
    """Return the panels where somebody has a seat today or later."""
    return frozenset(work.session.scalars(select(Membership.panel_id).where(
        Membership.user_id == user_id,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= local_day(work.now)),
    )))


def invite(work: Work, draft: PersonDraft) -> UUID:
    """Add a person and send the letter that lets them choose a password; return their id."""
    work.require(account_policy.may_manage)
    name, email = _name(draft.name), _address(work, draft.email or "", draft.agency_id, None)
    user = User(name=name, email=email, agency_id=draft.agency_id, created_at=work.now)
    work.session.add(user)
    work.session.flush()
    work.record(AuditVerb.CREATE, user)
    accounts.invite(work, user)
    return user.id


def change(work: Work, user_id: UUID, draft: PersonDraft, version: int) -> None:
    """Change a name; an address and an agency too where the actor may.

    A new address makes every letter to the old one useless, and an invited person gets a new letter.
    """
    user, seated_on = _found_to_change(work, user_id)
    if user.version != version:
        raise Stale(theirs=f"{user.name}\n{user.email}", version=user.version)
    before = {"name": user.name, "email": user.email, "agency_id": user.agency_id}
    user.name = _name(draft.name)
    if draft.email is not None and draft.agency_id is not None:
        work.require(policy.may_readdress, user, seated_on)
        _move(work, user, draft)
    work.record(AuditVerb.UPDATE, user, fields=[name for name, value in before.items() if getattr(user, name) != value])


def _move(work: Work, user: User, draft: PersonDraft) -> None:
    email = _address(work, draft.email or "", draft.agency_id, user.id)
    moved, user.email, user.agency_id = email != user.email, email, draft.agency_id
    if not moved:
        return
    work.session.flush()
    _void_letters(work, user)
    if user.status is UserStatus.INVITED:
        accounts.invite(work, user)


def invite_again(work: Work, user_id: UUID) -> None:
    """Send a new letter of invitation; the one before stops working."""
    user = find(work, user_id, lock=True)
    work.require(policy.may_write_to, user, panels_of(work, user_id))
    accounts.invite(work, user)


def start_reset(work: Work, user_id: UUID) -> None:
    """Send a letter that lets somebody choose a new password."""
    user = find(work, user_id, lock=True)
    work.require(policy.may_write_to, user, panels_of(work, user_id))
    accounts.start_reset(work, user)


def disable(work: Work, user_id: UUID) -> None:
    """Close an account at once: sessions, calendar addresses and waiting letters end. Memberships and acts stay."""
    user, _ = _found_to_change(work, user_id)
    if user.status is UserStatus.DISABLED:
        raise RuleBroken("This account is disabled already.")
    user.status = UserStatus.DISABLED
    sessions.end_all_of(work.session, work.now, user.id)
    for feed in work.session.scalars(
        select(CalendarFeed).where(CalendarFeed.user_id == user.id, CalendarFeed.revoked_at.is_(None))
    ):
        feed.revoked_at = work.now
    _void_letters(work, user)
    work.record(AuditVerb.REVOKE, user, fields=["status"])


def enable(work: Work, user_id: UUID) -> None:
    """Open a disabled account again, as it was: with its password, or still to be taken up."""
    user, _ = _found_to_change(work, user_id)
    if user.status is not UserStatus.DISABLED:
        raise RuleBroken("This account is not disabled.")
    user.status = UserStatus.ACTIVE if user.password_hash else UserStatus.INVITED
    work.record(AuditVerb.UPDATE, user, fields=["status"])


def _void_letters(work: Work, user: User) -> None:
    for ticket in work.session.scalars(select(Ticket).where(Ticket.user_id == user.id, Ticket.used_at.is_(None))):
        ticket.used_at = work.now


def _found_to_change(work: Work, user_id: UUID) -> tuple[User, frozenset[UUID]]:
    user = find(work, user_id, lock=True)
    seated_on = panels_of(work, user_id)
    work.require(policy.may_change_person, user, seated_on)
    return user, seated_on


def find(work: Work, user_id: UUID, lock: bool = False) -> User:
    """Find a person whom the actor may see, or raise NotFound."""
    query = select(User).where(User.id == user_id, policy.people_visible_to(work.actor))
    user = work.session.scalar(query.with_for_update() if lock else query)
    if user is None:
        raise NotFound
    return user


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise RuleBroken("Enter the person’s name.", "name")
    return name


def _address(work: Work, email: str, agency_id: UUID | None, but: UUID | None) -> str:
    if agency_id is None or work.session.get(Agency, agency_id) is None:
        raise RuleBroken("Choose the agency from the list.", "agency")
    email = rules.check_address(email, directory.domains_of(work.session, agency_id))
    if _taken(work.session, email, but):
        raise RuleBroken("Somebody has this address already.", "email")
    return email


def _taken(session: Session, email: str, but: UUID | None) -> bool:
    return session.scalar(select(User.id).where(User.email == email)) not in (None, but)
