"""A victim's safe address: proposed by one person, confirmed or refused by a second, never overwritten.

Nothing here opens an address: `services.reveals` does, for one answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case as either
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from clinic.domain import addresses as rules
from clinic.domain.addresses import AddressDraft, AddressStatus, RevealReason
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.meetings import local_day
from clinic.domain.pages import SIZE, Pages
from clinic.domain.risks import AskCause
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.panel import Panel
from clinic.models.safe_address import AddressReveal, SafeAddress
from clinic.policy import addresses as policy
from clinic.services import address_letters, cases, known_addresses, nominations, risks
from clinic.services.work import Work

_S = AddressStatus


@dataclass(frozen=True, slots=True)
class AddressLine:
    """An address without the address: whose it is, and what became of it."""

    id: UUID
    status: AddressStatus
    by: str
    agency: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    refusal: str
    clashes_at: datetime | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class RevealLine:
    reason: RevealReason
    words: str
    by: str
    agency: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class AddressPage:
    """`standing` is the address that counts; `waiting` a change that a second person has to look at."""

    case_id: UUID
    reference: str
    standing: AddressLine | None
    waiting: AddressLine | None
    earlier: tuple[AddressLine, ...]
    reveals: tuple[RevealLine, ...]
    has_looked: bool
    may_propose: bool

    @property
    def has_news(self) -> bool:
        return any(line.is_new for line in self.reveals)


@dataclass(frozen=True, slots=True)
class TaskLine:
    case_id: UUID
    reference: str
    panel: str
    waits: bool
    seen: int


@dataclass(frozen=True, slots=True)
class TaskList:
    lines: tuple[TaskLine, ...]
    pages: Pages


def page(work: Work, case_id: UUID) -> AddressPage:
    """Return what is known of a safe address, but not where it is, to the few who may look at it. Five statements."""
    case = cases.find(work, case_id)
    work.require(policy.may_reveal, case)
    lines = _lines(work, case)
    standing = next((line for line in lines if line.status is _S.CONFIRMED), None)
    waiting = next((line for line in lines if line.status is _S.WAITING), None)
    work.record(AuditVerb.VIEW, case, what="safe address")
    return AddressPage(
        case.id, case.reference, standing, waiting, tuple(line for line in lines if line not in (standing, waiting)),
        _reveals(work, case), waiting is not None and has_looked(work, waiting.id),
        policy.may_propose(work.actor, case),
    )


def _lines(work: Work, case: Case) -> list[AddressLine]:
    """Return all addresses of a case: the latest decided first, and one that waits before them."""
    proposer, decider = aliased(User), aliased(User)
    rows = work.session.execute(
        select(SafeAddress, proposer.name, Agency.name, decider.name)
        .join(proposer, proposer.id == SafeAddress.proposed_by_id).join(Agency, Agency.id == SafeAddress.agency_id)
        .outerjoin(decider, decider.id == SafeAddress.decided_by_id)
        .where(SafeAddress.case_id == case.id)
        .order_by(SafeAddress.decided_at.is_not(None), SafeAddress.decided_at.desc(), SafeAddress.id)
    )
    return [AddressLine(row.id, row.status, by, agency, row.proposed_at, decided_by or "", row.decided_at,
                        row.refusal or "", row.clashes_at, row.proposed_by_id == work.actor.user_id)
            for row, by, agency, decided_by in rows]


def _reveals(work: Work, case: Case) -> tuple[RevealLine, ...]:
    unseen = either((policy.unseen_by(work.actor), True), else_=False)
    rows = work.session.execute(
        select(AddressReveal, User.name, Agency.name, unseen)
        .join(User, User.id == AddressReveal.revealed_by_id).join(Agency, Agency.id == AddressReveal.agency_id)
        .where(AddressReveal.case_id == case.id)
        .order_by(AddressReveal.revealed_at.desc(), AddressReveal.id).limit(SIZE)
    )
    return tuple(RevealLine(row.reason, row.words or "", by, agency, row.revealed_at, bool(is_new))
                 for row, by, agency, is_new in rows)


def has_looked(work: Work, address_id: UUID) -> bool:
    """Return whether the actor has had an address before them. One statement."""
    looked = select(AddressReveal.id).where(
        AddressReveal.address_id == address_id, AddressReveal.revealed_by_id == work.actor.user_id)
    return work.session.scalar(looked.limit(1)) is not None


def propose_page(work: Work, case_id: UUID) -> AddressPage:
    """Return the page on which an address is proposed."""
    work.require(policy.may_propose, cases.find(work, case_id))
    return page(work, case_id)


def propose(work: Work, case_id: UUID, draft: AddressDraft) -> None:
    """Propose an address: it counts once a second person has confirmed it, and the one before stands until then."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_propose, case)
    rules.check_address(draft.address)
    waits = select(SafeAddress.id).where(SafeAddress.case_id == case.id, SafeAddress.status == _S.WAITING)
    if work.session.scalar(waits) is not None:
        raise RuleBroken("A change waits already: a second person confirms or refuses it first.")
    references = known_addresses.clashes(work, draft.address)
    rules.check_clash(draft, references)
    row = SafeAddress(
        panel_id=case.panel_id, case_id=case.id, address=draft.address.strip(),
        in_spite=draft.in_spite.strip() if references else "", clashes_at=work.now if references else None,
        agency_id=nominations.agency_for(work, case.panel_id), proposed_by_id=work.actor.user_id, proposed_at=work.now)
    work.seal_for(row.id)
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    address_letters.ask_to_look(work, case, row.id, revision=0)


def decide(work: Work, case_id: UUID, address_id: UUID, confirmed: bool, refusal: str) -> None:
    """Confirm or refuse what somebody else has proposed. Only who has looked at it confirms it."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_reveal, case)
    row = work.session.scalar(select(SafeAddress).where(
        SafeAddress.id == address_id, SafeAddress.case_id == case.id).with_for_update())
    if row is None:
        raise NotFound
    rules.check_decider(row.proposed_by_id, work.actor.user_id)
    if row.status is not _S.WAITING:
        raise RuleBroken("Somebody has decided this already. The page shows how it stands now.")
    if confirmed and not has_looked(work, row.id):
        raise RuleBroken("Look at the address before you confirm it.", "decision")
    if not confirmed:
        rules.check_refusal(refusal)
        row.refusal = refusal.strip()
    elif _standing_before(work, case):
        risks.note_cause(work, case, AskCause.MOVE, local_day(work.now))
    row.status = _S.CONFIRMED if confirmed else _S.REFUSED
    row.decided_by_id, row.decided_at = work.actor.user_id, work.now
    work.session.flush()
    work.record(AuditVerb.APPROVE if confirmed else AuditVerb.REVOKE, row, fields=["status"])


def _standing_before(work: Work, case: Case) -> bool:
    """Return whether another address has counted so far: then somebody has moved."""
    return work.session.scalar(select(SafeAddress.id).where(
        SafeAddress.case_id == case.id, SafeAddress.status == _S.CONFIRMED).limit(1)) is not None


def tasks(work: Work, number: int = 1) -> TaskList:
    """Return the cases in which an address waits for the actor, or somebody has looked at one. One statement."""
    work.require(policy.may_list)
    waits = exists(select(SafeAddress.id).where(SafeAddress.case_id == Case.id, policy.waits_for(work.actor)))
    seen = (select(func.count(AddressReveal.id)).where(
        AddressReveal.case_id == Case.id, policy.unseen_by(work.actor)).correlate(Case).scalar_subquery())
    rows = work.session.execute(
        select(Case.id, Case.reference, Panel.name, either((waits, True), else_=False).label("waits"),
               seen.label("seen"), func.count().over().label("total"))
        .join(Panel, Panel.id == Case.panel_id).where(Case.id.in_(_touched(work)))
        .order_by(Case.reference).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    work.record(AuditVerb.VIEW, "SafeAddress", shown=[row.id for row in rows])
    return TaskList(tuple(TaskLine(row.id, row.reference, row.name, bool(row.waits), row.seen) for row in rows),
                    Pages(number, rows[0].total if rows else 0))


def _touched(work: Work) -> Any:
    """Select the cases of which something waits."""
    return (select(SafeAddress.case_id).where(policy.waits_for(work.actor))
            .union(select(AddressReveal.case_id).where(policy.unseen_by(work.actor))))
