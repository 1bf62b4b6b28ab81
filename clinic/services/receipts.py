"""Circulating a version of minutes, and how far each copy has come.

A letter holds a link and nothing else. A receipt goes from queued to opened by reading
after sign-in, to acknowledged by its holder's own word; revoking it ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from clinic.domain import minutes as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import is_working_day, local_day, working_days_before
from clinic.domain.minutes import MinuteStatus, ReceiptStatus
from clinic.models.account import Membership, User
from clinic.models.agency import Agency
from clinic.models.meeting import Attendance, Meeting
from clinic.models.minute import Minute, MinuteVersion, Receipt
from clinic.models.panel import Panel, PanelRules
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy import actions as action_policy
from clinic.policy import meetings as meeting_policy
from clinic.policy import minutes as policy
from clinic.services import directory, holidays
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Recipient:
    user_id: UUID
    name: str
    agency: str
    role: str


@dataclass(frozen=True, slots=True)
class CirculationPage:
    """Who would be sent this version; `holders` is how many have it already."""

    version_id: UUID
    meeting_id: UUID
    reference: str
    starts_at: datetime
    number: int
    newest: int
    recipients: tuple[Recipient, ...]
    holders: int


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """`status` is the receipt's, or, while it is unopened, what became of its letter."""

    id: UUID
    name: str
    agency: str
    status: str
    sent_at: datetime
    opened_at: datetime | None
    acknowledged_at: datetime | None
    chased_at: datetime | None
    is_own: bool
    can_revoke: bool


@dataclass(frozen=True, slots=True)
class ReceiptsPage:
    version_id: UUID
    meeting_id: UUID
    reference: str
    starts_at: datetime
    number: int
    lines: tuple[ReceiptLine, ...]
    sent: int
    opened: int
    acknowledged: int
    can_circulate: bool


def circulation_page(work: Work, version_id: UUID) -> CirculationPage:
    """Show who will be sent a version before it leaves."""
    version, meeting = _version(work, version_id)
    work.require(policy.may_circulate, version)
    holders = _holders(work.session, version.id)
    work.record(AuditVerb.VIEW, version)
    return CirculationPage(
        version.id, meeting.id, meeting.reference, meeting.starts_at, version.number,
        _newest(work.session, version.minute_id), _recipients(work, version, holders), len(holders),
    )


def _version(work: Work, version_id: UUID) -> tuple[MinuteVersion, Meeting]:
    row = work.session.execute(
        select(MinuteVersion, Meeting)
        .join(Meeting, Meeting.id == MinuteVersion.meeting_id)
        .where(MinuteVersion.id == version_id, policy.visible_to(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return tuple(row)


def _newest(session: Session, minute_id: UUID) -> int:
    return session.scalars(
        select(MinuteVersion.number).where(MinuteVersion.minute_id == minute_id)
        .order_by(MinuteVersion.number.desc()).limit(1)
    ).one()


def _holders(session: Session, version_id: UUID) -> set[UUID]:
    return set(session.scalars(select(Receipt.user_id).where(Receipt.version_id == version_id)))


def _recipients(work: Work, version: MinuteVersion, holders: set[UUID]) -> tuple[Recipient, ...]:
    """Return who should have the version and has no receipt for it yet, each once.

    Current members that are invited to meetings, those who asked for minutes only, and
    presenters who were there. Observers never; those of an emergency meeting, whoever comes to it.
    """
    came = set(work.session.scalars(
        select(Attendance.user_id)
        .where(Attendance.meeting_id == version.meeting_id, Attendance.status.in_(list(rules.PRESENT)))
    ))
    meeting = work.session.get_one(Meeting, version.meeting_id)
    found: dict[UUID, Recipient] = {}
    for member in directory.members_of(work.session, meeting, local_day(work.now), policy.READERS):
        if member.user_id not in holders and (member.role in policy.RECIPIENTS or member.user_id in came):
            found.setdefault(member.user_id, Recipient(member.user_id, member.name, member.agency, member.role))
    return tuple(found.values())


def circulate(work: Work, version_id: UUID) -> int:
    """Give everybody who should have the version a receipt and a letter; return how many are new."""
    version, _ = _version(work, version_id)
    work.require(policy.may_circulate, version)
    minute = work.session.scalars(select(Minute).where(Minute.id == version.minute_id).with_for_update()).one()
    recipients = _recipients(work, version, _holders(work.session, version.id))
    rules.check_circulate(version.number, _newest(work.session, minute.id), len(recipients))
    if minute.status is MinuteStatus.APPROVED:
        minute.status = MinuteStatus.CIRCULATED
    version.circulated_at = version.circulated_at or work.now
    for recipient in recipients:
        work.session.add(Receipt(
            version_id=version.id, panel_id=version.panel_id, user_id=recipient.user_id, sent_at=work.now,
        ))
        work.post(_letter(LetterKind.MINUTES_READY, recipient.user_id, version.id), version.panel_id)
    work.record(AuditVerb.SEND, version, to=[recipient.user_id for recipient in recipients])
    return len(recipients)


def _letter(kind: LetterKind, user_id: UUID, version_id: UUID, revision: int = 0) -> Letter:
    """Return a letter that is a link: not even the meeting's reference stands in it."""
    return Letter(kind, user_id, reference="", link=f"/minutes/{version_id}", about=version_id, revision=revision)


def opened(work: Work, version_id: UUID) -> None:
    """Note that the actor has been shown their copy. Only the first time changes anything."""
    receipt = _own(work, version_id)
    if receipt.status in rules.UNOPENED:
        receipt.status, receipt.opened_at = ReceiptStatus.OPENED, work.now
        work.record(AuditVerb.OPEN, receipt, version=version_id)


def acknowledge(work: Work, version_id: UUID) -> None:
    """Note the actor's own word that they have read their copy."""
    receipt = _own(work, version_id)
    if receipt.status is ReceiptStatus.ACKNOWLEDGED:
        raise RuleBroken("You have confirmed this already.")
    receipt.status, receipt.acknowledged_at = ReceiptStatus.ACKNOWLEDGED, work.now
    receipt.opened_at = receipt.opened_at or work.now
    work.record(AuditVerb.UPDATE, receipt, fields=["acknowledged_at"], version=version_id)


def _own(work: Work, version_id: UUID) -> Receipt:
    """Find the actor's own live receipt for a version."""
    receipt = _find(work, Receipt.version_id == version_id, Receipt.user_id == work.actor.user_id)
    work.require(policy.may_acknowledge, receipt)
    return receipt


def _find(work: Work, *which: object) -> Receipt:
    receipt = work.session.scalar(
        select(Receipt).join(MinuteVersion, MinuteVersion.id == Receipt.version_id)
        .join(Meeting, Meeting.id == MinuteVersion.meeting_id)
        .where(*which, policy.receipts_visible_to(work.actor), meeting_policy.is_open_to(work.actor))
        .with_for_update(of=Receipt)
    )
    if receipt is None:
        raise NotFound
    return receipt


def receipts_page(work: Work, version_id: UUID) -> ReceiptsPage:
    """Show who has not opened or confirmed the version, those first."""
    version, meeting = _version(work, version_id)
    work.require(policy.may_see_receipts, version)
    lines = tuple(sorted(_lines(work, version), key=lambda line: (line.acknowledged_at is not None,
                                                                  line.opened_at is not None, line.name)))
    work.record(AuditVerb.VIEW, version, shown=[line.id for line in lines])
    return ReceiptsPage(
        version.id, meeting.id, meeting.reference, meeting.starts_at, version.number, lines, len(lines),
        sum(line.opened_at is not None for line in lines), sum(line.acknowledged_at is not None for line in lines),
        policy.may_circulate(work.actor, version),
    )


def _lines(work: Work, version: MinuteVersion) -> Iterator[ReceiptLine]:
    rows = work.session.execute(
        select(Receipt, User.name, Agency.name, QueuedLetter.status)
        .join(User, User.id == Receipt.user_id)
        .join(Agency, Agency.id == User.agency_id)
        .outerjoin(QueuedLetter, and_(
            QueuedLetter.about_id == Receipt.version_id, QueuedLetter.user_id == Receipt.user_id,
            QueuedLetter.kind == LetterKind.MINUTES_READY,
        ))
        .where(Receipt.version_id == version.id)
    )
    for receipt, name, agency, letter in rows:
        yield ReceiptLine(
            receipt.id, name, agency, _standing(receipt.status, letter), receipt.sent_at, receipt.opened_at,
            receipt.acknowledged_at, receipt.chased_at, receipt.user_id == work.actor.user_id,
            receipt.status not in rules.ENDED and policy.may_revoke(work.actor, receipt),
        )


def _standing(status: ReceiptStatus, letter: PostStatus | None) -> str:
    if status is ReceiptStatus.QUEUED and letter in (PostStatus.ACCEPTED, PostStatus.FAILED):
        return letter.value
    return status.value


def revoke(work: Work, receipt_id: UUID) -> None:
    """End a reader's access to a version."""
    receipt = _find(work, Receipt.id == receipt_id)
    work.require(policy.may_revoke, receipt)
    if receipt.status in rules.ENDED:
        raise RuleBroken("This person's access has ended already.")
    receipt.status = ReceiptStatus.REVOKED
    work.record(AuditVerb.REVOKE, receipt, version=receipt.version_id)


def chase(work: Work) -> int:
    """Remind those who have not confirmed, on working days, one letter a person a day; return how many.

    Only the newest circulated version is chased, and only with those who still sit on the
    panel: the others could not open the link.
    """
    work.require(policy.may_chase)
    today = local_day(work.now)
    reminded: set[UUID] = set()
    for receipt, nation, wait in _unconfirmed(work.session, today):
        closed = holidays.around(nation, today.year)
        if not is_working_day(today, closed) or not rules.chase_due(
            receipt.sent_at, receipt.chased_at, working_days_before(today, max(1, wait), closed)
        ):
            continue
        receipt.chased_at = work.now
        if receipt.user_id not in reminded:
            reminded.add(receipt.user_id)
            work.post(_letter(LetterKind.MINUTES_CHASE, receipt.user_id, receipt.version_id, today.toordinal()),
                      receipt.panel_id)
        work.record(AuditVerb.SEND, receipt, kind=LetterKind.MINUTES_CHASE)
    return len(reminded)


def _unconfirmed(session: Session, today: date) -> list[tuple]:
    """Return the receipts that wait for a word, the oldest first, with nation and waiting time. One statement."""
    newer = aliased(MinuteVersion)
    return session.execute(
        select(Receipt, Panel.nation, PanelRules.receipt_chase_days)
        .join(MinuteVersion, MinuteVersion.id == Receipt.version_id)
        .join(Panel, Panel.id == Receipt.panel_id)
        .join(PanelRules, PanelRules.panel_id == Receipt.panel_id)
        .join(Meeting, Meeting.id == MinuteVersion.meeting_id).join(User, User.id == Receipt.user_id)
        .where(
            Receipt.status.in_(list(rules.UNCONFIRMED)),
            or_(Meeting.case_id.is_(None), ~action_policy.kept_from(Meeting.case_id, today)),
            ~exists().where(newer.minute_id == MinuteVersion.minute_id, newer.number > MinuteVersion.number,
                            newer.circulated_at.is_not(None)),
            exists().where(
                Membership.user_id == Receipt.user_id, Membership.panel_id == Receipt.panel_id,
                Membership.role.in_(list(policy.READERS)), Membership.valid_from <= today,
                or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
            ),
        )
        .order_by(Receipt.sent_at, Receipt.id)
        .with_for_update(of=Receipt)
    ).all()
