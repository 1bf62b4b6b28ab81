"""How a victim is reached without harm: the card, the checks that it still holds, and whose check is due.

Until somebody writes a card there is what the nomination said. A card is followed by another,
never changed; that of an advocate counts as a check too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain import contacts as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import Answer, CaseStatus
from clinic.domain.contacts import Card
from clinic.domain.errors import Stale
from clinic.domain.meetings import local_day
from clinic.domain.pages import SIZE, Pages
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.case import Case, SafeContact
from clinic.models.contact import ContactCard, ContactCheck
from clinic.models.panel import Panel, PanelRules
from clinic.policy import addresses as address_policy
from clinic.policy import cases as case_policy
from clinic.policy import contacts as policy
from clinic.services import cases, nominations
from clinic.services.work import Work

OPEN = (CaseStatus.OPEN, CaseStatus.UNDER_REVIEW)


@dataclass(frozen=True, slots=True)
class CardLine:
    id: UUID
    card: Card
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckLine:
    by: str
    agency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactPage:
    """`cards` are the latest first; `checked` is the last check, by whom and when."""

    case_id: UUID
    reference: str
    postcode: str
    telephone: str
    telephone_safe: Answer
    notes: str
    cards: tuple[CardLine, ...]
    checked: CheckLine | None
    due_on: date
    late: bool
    may_write: bool
    may_check: bool
    may_reveal: bool

    @property
    def card_id(self) -> str:
        """Return the card that the page shows, for the form that says it still holds."""
        return str(self.cards[0].id) if self.cards else ""


@dataclass(frozen=True, slots=True)
class DueLine:
    case_id: UUID
    reference: str
    panel: str
    unchecked_since: datetime
    due_on: date


@dataclass(frozen=True, slots=True)
class DueList:
    lines: tuple[DueLine, ...]
    pages: Pages


def page(work: Work, case_id: UUID) -> ContactPage:
    """Return how the victim may be reached without harm, to the few who may know. Six statements."""
    case = cases.find(work, case_id)
    work.require(case_policy.may_see_contact, case, cases.nominating(work, case.id))
    said, days = work.session.execute(
        select(SafeContact, PanelRules.contact_check_days)
        .join(PanelRules, PanelRules.panel_id == SafeContact.panel_id).where(SafeContact.case_id == case.id)
    ).one()
    due_on = rules.due_on(local_day(said.unchecked_since), days)
    work.record(AuditVerb.VIEW, said)
    return ContactPage(
        case.id, case.reference, said.postcode or "", said.telephone or "", said.telephone_safe, said.notes or "",
        _cards(work, case.id), _last_check(work, case.id), due_on, due_on < local_day(work.now),
        policy.may_write(work.actor, case), policy.may_check(work.actor, case),
        address_policy.may_reveal(work.actor, case),
    )


def _cards(work: Work, case_id: UUID) -> tuple[CardLine, ...]:
    rows = work.session.execute(
        select(ContactCard, User.name, Agency.name).join(User, User.id == ContactCard.entered_by_id)
        .join(Agency, Agency.id == ContactCard.agency_id).where(ContactCard.case_id == case_id)
        .order_by(ContactCard.entered_at.desc(), ContactCard.id)
    )
    return tuple(CardLine(row.id, _card(row), by, agency, row.entered_at) for row, by, agency in rows)


def _card(row: ContactCard) -> Card:
    return Card(rules.ways_of(row.ways), row.times or "", row.may_answer or "", row.code_word or "",
                row.unsafe_people or "", row.notes or "")


def _last_check(work: Work, case_id: UUID) -> CheckLine | None:
    row = work.session.execute(
        select(User.name, Agency.name, ContactCheck.checked_at).join(User, User.id == ContactCheck.checked_by_id)
        .join(Agency, Agency.id == ContactCheck.agency_id).where(ContactCheck.case_id == case_id)
        .order_by(ContactCheck.checked_at.desc(), ContactCheck.id).limit(1)
    ).first()
    return CheckLine(*row) if row else None


def write_page(work: Work, case_id: UUID) -> ContactPage:
    """Return the page on which the next card is written."""
    work.require(policy.may_write, cases.find(work, case_id))
    return page(work, case_id)


def write(work: Work, case_id: UUID, card: Card, seen: str) -> None:
    """Write the next card; `seen` is the one that its writer had before them. An advocate's is checked too."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_write, case)
    rules.check(card)
    if _latest(work, case.id) != seen:
        raise Stale(theirs="Somebody else has written a card since you opened this page.")
    row = ContactCard(**_signed(work, case), entered_by_id=work.actor.user_id, entered_at=work.now,
                      ways=card.written(), **{name: text.strip() for name, text in card.texts().items()})
    work.session.add(row)
    work.session.flush()
    work.record(AuditVerb.CREATE, row)
    if policy.may_check(work.actor, case):
        _note_check(work, case, row.id)


def check(work: Work, case_id: UUID, seen: str) -> None:
    """Say that what stands there was asked about today and still holds."""
    case = cases.find(work, case_id, lock=True)
    work.require(policy.may_check, case)
    latest = _latest(work, case.id)
    if latest != seen:
        raise Stale(theirs="Somebody else has written a card since you opened this page: read it first.")
    _note_check(work, case, UUID(latest) if latest else None)


def _latest(work: Work, case_id: UUID) -> str:
    latest = work.session.scalar(select(ContactCard.id).where(ContactCard.case_id == case_id)
                                 .order_by(ContactCard.entered_at.desc(), ContactCard.id).limit(1))
    return str(latest or "")


def _note_check(work: Work, case: Case, card_id: UUID | None) -> None:
    row = ContactCheck(**_signed(work, case), card_id=card_id, checked_by_id=work.actor.user_id, checked_at=work.now)
    work.session.add(row)
    said = work.session.scalars(select(SafeContact).where(SafeContact.case_id == case.id)).one()
    said.unchecked_since = work.now
    work.session.flush()
    work.record(AuditVerb.APPROVE, row)


def _signed(work: Work, case: Case) -> dict[str, UUID]:
    return {"panel_id": case.panel_id, "case_id": case.id, "agency_id": nominations.agency_for(work, case.panel_id)}


def due(since: dict[UUID, Any]) -> ColumnElement[bool]:
    """Return the condition on `SafeContact` that its check is due: open, and as old as its panel's moment."""
    case = aliased(Case)
    stands = exists(select(case.id).where(case.id == SafeContact.case_id, case.status.in_(OPEN)))
    return and_(stands, or_(false(), *(
        and_(SafeContact.panel_id == panel_id, SafeContact.unchecked_since < moment)
        for panel_id, moment in since.items())))


def tasks(work: Work, number: int = 1) -> DueList:
    """Return whose contact an advocate has to check, the longest unchecked first. Two statements."""
    work.require(policy.may_list)
    days = dict(work.session.execute(
        select(PanelRules.panel_id, PanelRules.contact_check_days)
        .where(PanelRules.panel_id.in_(list(work.actor.panels())))).all())
    since = {panel_id: rules.last_due(work.now, of_panel) for panel_id, of_panel in days.items()}
    rows = work.session.execute(
        select(Case.id, Case.reference, Panel.name, SafeContact.unchecked_since, SafeContact.panel_id,
               func.count().over().label("total"))
        .join(Case, Case.id == SafeContact.case_id).join(Panel, Panel.id == SafeContact.panel_id)
        .where(policy.kept_by(work.actor), due(since))
        .order_by(SafeContact.unchecked_since, Case.id).limit(SIZE).offset((number - 1) * SIZE)
    ).all()
    work.record(AuditVerb.VIEW, "SafeContact", shown=[row.id for row in rows])
    return DueList(tuple(_due_line(row, days) for row in rows), Pages(number, rows[0].total if rows else 0))


def _due_line(row: Any, days: dict[UUID, int]) -> DueLine:
    return DueLine(row.id, row.reference, row.name, row.unchecked_since,
                   rules.due_on(local_day(row.unchecked_since), days[row.panel_id]))
