"""Showing a safe address, once: to one of the few, with a reason, and so that others learn of it.

The password is asked again before any of this (`accounts.prove`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from clinic.domain import addresses as rules
from clinic.domain.actors import TRIAGERS
from clinic.domain.addresses import AddressStatus, RevealReason
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.models.account import User
from clinic.models.case import Case
from clinic.models.safe_address import AddressReveal, SafeAddress
from clinic.policy import addresses as policy
from clinic.services import address_letters, addresses, cases
from clinic.services.addresses import AddressLine, AddressPage
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Revealed:
    """What one answer shows. `in_spite` says why it is right where a perpetrator is known there."""

    case_id: UUID
    reference: str
    address_id: UUID
    address: str
    in_spite: str
    waits: bool
    is_own: bool


def ask_page(work: Work, case_id: UUID, address_id: UUID) -> tuple[AddressPage, AddressLine | None]:
    """Return the page that asks for a reason, with the address it is about; nothing where that counts no more."""
    shown = addresses.page(work, case_id)
    if address_id not in {line.id for line in (shown.standing, shown.waiting, *shown.earlier) if line}:
        raise NotFound
    return shown, next((line for line in (shown.standing, shown.waiting) if line and line.id == address_id), None)


def reveal(work: Work, case_id: UUID, address_id: UUID, reason: RevealReason, words: str) -> Revealed:
    """Open an address for the actor, write down why, and tell the coordinators and the case's advocates."""
    case = cases.find(work, case_id)
    work.require(policy.may_reveal, case)
    rules.check_reveal(words, _seen_today(work))
    row = _counting(work, case, address_id)
    look = AddressReveal(
        panel_id=case.panel_id, case_id=case.id, address_id=row.id, reason=reason, words=words.strip(),
        agency_id=_agency_for(work, case), revealed_by_id=work.actor.user_id, revealed_at=work.now)
    work.session.add(look)
    work.session.flush()
    work.record(AuditVerb.REVEAL, row, reason=reason.value)
    address_letters.tell_of_reveal(work, case, look.id)
    return Revealed(case.id, case.reference, row.id, row.address, row.in_spite or "",
                    row.status is AddressStatus.WAITING, row.proposed_by_id == work.actor.user_id)


def _seen_today(work: Work) -> int:
    """Return how many addresses the actor has looked at today, in any case. Two at the same moment wait here."""
    work.session.scalar(select(User.id).where(User.id == work.actor.user_id).with_for_update())
    with work.whole("counting what one person has looked at"):
        return work.session.scalar(select(func.count(AddressReveal.id)).where(
            AddressReveal.revealed_by_id == work.actor.user_id,
            AddressReveal.revealed_at >= rules.day_began(work.now))) or 0


def _counting(work: Work, case: Case, address_id: UUID) -> SafeAddress:
    """Return an address that counts or waits, opened; refuse one that was replaced since its page was read."""
    found = work.session.scalars(
        select(SafeAddress).where(SafeAddress.case_id == case.id)
        .options(undefer(SafeAddress.address_sealed), undefer(SafeAddress.in_spite_sealed))
        .order_by(SafeAddress.decided_at.desc(), SafeAddress.id)
    ).all()
    if address_id not in {row.id for row in found}:
        raise NotFound
    standing = next((row for row in found if row.status is AddressStatus.CONFIRMED), None)
    waiting = next((row for row in found if row.status is AddressStatus.WAITING), None)
    for row in (standing, waiting):
        if row is not None and row.id == address_id:
            return row
    raise RuleBroken("This page is old: the address was decided on since you opened it. Nothing is shown. "
                     "Open the page of the safe address again.")


def _agency_for(work: Work, case: Case) -> UUID:
    """Return the agency in whose name the actor looks."""
    few = {s.agency_id for s in work.actor.seats if s.panel_id == case.panel_id and s.role in policy.FEW}
    return work.actor.agency_id if work.actor.agency_id in few else min(few, default=work.actor.agency_id)


def take_note(work: Work, case_id: UUID) -> None:
    """Take note, in the place of the coordinators or of the advocates, of everybody else who has looked."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_reveal, case)
    coordinates = work.actor.holds(case.panel_id, TRIAGERS)
    rows = work.session.scalars(select(AddressReveal).where(
        AddressReveal.case_id == case.id, policy.unseen_by(work.actor)).with_for_update()).all()
    for row in rows:
        if coordinates:
            row.coordinator_saw_at = row.coordinator_saw_at or work.now
        if policy.speaks(work.actor, row):
            row.advocate_saw_at = row.advocate_saw_at or work.now
    work.session.flush()
    work.record(AuditVerb.OPEN, case, what="safe address", shown=[row.id for row in rows])
