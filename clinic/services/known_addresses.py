"""Where perpetrators are known to live or stay: said by an agency, taken back where it was wrong.

A victim's address is held against all of them (`clashes`), and a new one against the victim's:
whoever enters it learns nothing of that, whoever keeps the victim's address is told at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from clinic.domain import addresses as rules
from clinic.domain.addresses import AddressStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import PartyKind
from clinic.domain.errors import NotFound, RuleBroken
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case, Person
from clinic.models.known_address import KnownAddress, KnownAddressMark
from clinic.models.safe_address import SafeAddress
from clinic.models.sealed import ring
from clinic.policy import known_addresses as policy
from clinic.services import address_letters, cases, nominations
from clinic.services.work import Work

_FIELD = "known_address"


@dataclass(frozen=True, slots=True)
class KnownLine:
    id: UUID
    who: str
    address: str
    by: str
    agency: str
    at: datetime
    taken_back_at: datetime | None
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class KnownPage:
    case_id: UUID
    reference: str
    lines: tuple[KnownLine, ...]
    #: whose address it may be
    people: tuple[tuple[UUID, str], ...]
    may_add: bool


def page(work: Work, case_id: UUID) -> KnownPage:
    """Return where the perpetrators of a case are known, to whoever knows the case."""
    case = cases.find(work, case_id)
    work.require(policy.may_see, case)
    people = _perpetrators(work, case.id)
    rows = work.session.execute(
        select(KnownAddress, User.name, Agency.name).join(User, User.id == KnownAddress.entered_by_id)
        .join(Agency, Agency.id == KnownAddress.agency_id)
        .where(KnownAddress.case_id == case.id)
        .order_by(KnownAddress.taken_back_at.is_not(None), KnownAddress.entered_at.desc(), KnownAddress.id)
    )
    lines = tuple(
        KnownLine(row.id, people.get(row.person_id, ""), row.address, by, agency, row.entered_at, row.taken_back_at,
                  row.taken_back_at is None and policy.may_take_back(work.actor, row))
        for row, by, agency in rows)
    work.record(AuditVerb.VIEW, case, what="known addresses", shown=[line.id for line in lines])
    return KnownPage(case.id, case.reference, lines, tuple(people.items()), policy.may_add(work.actor, case))


def _perpetrators(work: Work, case_id: UUID) -> dict[UUID, str]:
    people = work.session.scalars(select(Person).where(
        Person.case_id == case_id, Person.kind == PartyKind.PERPETRATOR).order_by(Person.position, Person.id))
    return {person.id: person.full_name or "Name not known" for person in people}


def add(work: Work, case_id: UUID, person_id: UUID | None, address: str) -> None:
    """Say where a perpetrator lives or stays."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_add, case)
    rules.check_address(address)
    if person_id not in _perpetrators(work, case.id):
        raise RuleBroken("Choose whose address it is", "person")
    row = KnownAddress(panel_id=case.panel_id, case_id=case.id, person_id=person_id, address=address.strip(),
                       agency_id=nominations.agency_for(work, case.panel_id), entered_by_id=work.actor.user_id,
                       entered_at=work.now)
    work.session.add(row)
    work.session.flush()
    mark(work, row)
    work.record(AuditVerb.CREATE, row)
    _compare(work, case)


def mark(work: Work, row: KnownAddress) -> None:
    """Let a new address be found. Completes what wrote it down, which has asked."""
    work.session.add_all(
        KnownAddressMark(panel_id=row.panel_id, case_id=row.case_id, known_address_id=row.id, digest=digest)
        for digest in _digests(work, row.address))
    work.session.flush()


def _compare(work: Work, case: Case) -> None:
    """Mark the victim's address where a perpetrator is known, and tell whoever keeps it. Nothing is for the actor."""
    with work.whole("holding known addresses against the victim's"):
        known = [row.address for row in work.session.scalars(select(KnownAddress).where(
            KnownAddress.case_id == case.id, KnownAddress.taken_back_at.is_(None)))]
        for row in _standing_and_waiting(work, case):
            same = any(rules.is_same(row.address, address) for address in known)
            if row.in_spite_sealed is None and same is not (row.clashes_at is not None):
                row.clashes_at = work.now if same else None
                work.record(AuditVerb.UPDATE, row, fields=["clashes_at"])
                if same:
                    address_letters.ask_to_look(work, case, row.id, revision=1)


def _standing_and_waiting(work: Work, case: Case) -> list[SafeAddress]:
    rows = work.session.scalars(
        select(SafeAddress).where(SafeAddress.case_id == case.id, SafeAddress.status != AddressStatus.REFUSED)
        .options(undefer(SafeAddress.address_sealed), undefer(SafeAddress.in_spite_sealed))
        .order_by(SafeAddress.decided_at.desc(), SafeAddress.id)
    ).all()
    standing = [row for row in rows if row.status is AddressStatus.CONFIRMED][:1]
    return standing + [row for row in rows if row.status is AddressStatus.WAITING]


def take_back(work: Work, case_id: UUID, known_id: UUID) -> None:
    """Take back what was said wrongly: it stays to be read, and nothing is held against it any more."""
    case = cases.find(work, case_id, lock=True)
    row = work.session.scalar(select(KnownAddress).where(
        KnownAddress.id == known_id, KnownAddress.case_id == case.id).with_for_update())
    if row is None:
        raise NotFound
    work.require(policy.may_take_back, row)
    if row.taken_back_at is not None:
        raise RuleBroken("This address has been taken back already.")
    row.taken_back_at, row.taken_back_by_id = work.now, work.actor.user_id
    work.session.flush()
    work.record(AuditVerb.REVOKE, row, fields=["taken_back_at"])
    _compare(work, case)


def clashes(work: Work, address: str) -> list[str]:
    """Return the references of the cases that the actor may know of in which a perpetrator is known there."""
    return list(work.session.scalars(
        select(Case.reference).join(KnownAddress, KnownAddress.case_id == Case.id)
        .join(KnownAddressMark, KnownAddressMark.known_address_id == KnownAddress.id)
        .where(KnownAddressMark.digest.in_(_digests(work, address)), KnownAddress.taken_back_at.is_(None),
               policy.visible_to(work.actor))
        .distinct().order_by(Case.reference)))


def _digests(work: Work, address: str) -> list[bytes]:
    keys = ring(work.session)
    return sorted(keys.digest(_FIELD, mark) for mark in rules.marks(address))
