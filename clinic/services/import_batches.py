"""Files on their way in, as they are kept: finding one, its parts, halting it, forgetting it with its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from clinic.domain.actors import TRIAGERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.imports import LIFE, ImportStatus, Line, PartKind, Stop
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.models.account import Membership
from clinic.models.import_batch import ImportBatch, ImportPart
from clinic.models.sealed import DataKey
from clinic.policy import nominations as policy
from clinic.services.work import Work

RAW_BYTES = 500_000


def find(work: Work, batch_id: UUID, lock: bool = False) -> ImportBatch:
    """Find a file of the actor's whose hour is not over, or raise NotFound."""
    query = select(ImportBatch).where(ImportBatch.id == batch_id, policy.batches_of(work.actor), lives(work.now))
    batch = work.session.scalar(query.with_for_update() if lock else query)
    if batch is None:
        raise NotFound
    return batch


def lives(now: datetime) -> ColumnElement[bool]:
    """Hold of a file whose hour is not over; what goes in is kept until it is in."""
    return or_(ImportBatch.expires_at > now, ImportBatch.status == ImportStatus.RUNNING)


def parts(session: Session, batch_id: UUID, kind: PartKind) -> list[ImportPart]:
    return list(session.scalars(
        select(ImportPart).where(ImportPart.batch_id == batch_id, ImportPart.kind == kind)
        .order_by(ImportPart.position, ImportPart.id)
    ))


def raw_parts(batch_id: UUID, data: bytes) -> Iterator[ImportPart]:
    """Cut a file as it came into parts."""
    for position, start in enumerate(range(0, len(data), RAW_BYTES)):
        yield ImportPart(batch_id=batch_id, kind=PartKind.RAW, position=position, raw=data[start:start + RAW_BYTES])


def row_part(batch_id: UUID, kind: PartKind, position: int, lines: Iterable[Line]) -> ImportPart:
    kept = [line.packed() for line in lines]
    return ImportPart(batch_id=batch_id, kind=kind, position=position, size=len(kept), rows=kept)


def lines_of(part: ImportPart) -> list[Line]:
    return [Line.unpacked(kept) for kept in part.rows]


def end(work: Work, batch: ImportBatch) -> None:
    """Note that every row is gone through, and tell the coordinators. The rows to mend stay for an hour."""
    batch.status, batch.expires_at = ImportStatus.ENDED, work.now + LIFE
    tell_coordinators(work, batch)
    if not batch.bad:
        _destroy_key(work.session, [batch.id])


def halt(work: Work, batch: ImportBatch, reason: Stop, refusal: str = "") -> None:
    """Stop a file: what is in stays in. The caller has asked.

    For an hour the other rows stay for whoever stopped it, who may go on; nothing stays for whoever may not bring
    it in.
    """
    batch.status, batch.stop, batch.expires_at = ImportStatus.STOPPED, reason, work.now + LIFE
    batch.refusal = refusal
    work.record(AuditVerb.REVOKE, batch, panel_id=batch.panel_id, reason=reason.value, left=batch.left)
    tell_coordinators(work, batch)
    if reason in (Stop.NO_SEAT, Stop.NO_ACCOUNT):
        batch.bad = 0
        _delete_parts(work.session, batch.id)
        _destroy_key(work.session, [batch.id])
    else:
        _delete_parts(work.session, batch.id, PartKind.RAW)


def tell_coordinators(work: Work, batch: ImportBatch) -> None:
    """One letter to each other coordinator of the panels that got nominations, however many came in."""
    today = local_day(work.now)
    others = select(Membership.user_id, Membership.panel_id).where(
        Membership.panel_id.in_([UUID(text) for text in batch.panels]), Membership.role.in_(list(TRIAGERS)),
        Membership.valid_from <= today,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= today), Membership.user_id != batch.user_id,
    )
    told: dict[UUID, UUID] = dict(work.session.execute(others).all()) if batch.panels else {}
    for user_id, panel_id in told.items():
        work.post(Letter(LetterKind.NOMINATION_RECEIVED, to=user_id, reference="", link="/nominations",
                         about=batch.id), panel_id=panel_id)


def forget(session: Session, batch_ids: list[UUID]) -> None:
    """Delete files, their parts and their keys: without its key no copy of a file opens."""
    _run(session, delete(ImportPart).where(ImportPart.batch_id.in_(batch_ids)))
    _run(session, delete(ImportBatch).where(ImportBatch.id.in_(batch_ids)))
    _destroy_key(session, batch_ids)


def _delete_parts(session: Session, batch_id: UUID, *kinds: PartKind) -> None:
    _run(session, delete(ImportPart).where(ImportPart.batch_id == batch_id,
                                           ImportPart.kind.in_(list(kinds or PartKind))))


def delete_rows(session: Session, batch_id: UUID) -> None:
    _delete_parts(session, batch_id, PartKind.GOOD, PartKind.BAD)


def delete_raw(session: Session, batch_id: UUID) -> None:
    _delete_parts(session, batch_id, PartKind.RAW)


def _destroy_key(session: Session, batch_ids: list[UUID]) -> None:
    _run(session, delete(DataKey).where(DataKey.owner_id.in_(batch_ids)))


def _run(session: Session, statement: object) -> None:
    """Exempt: the caller has recorded it."""
    session.execute(statement, execution_options={"exempt": True, "synchronize_session": False})
