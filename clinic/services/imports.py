"""Bringing in a file of nominations: look first, then confirm; what waits is sealed and gone within the hour.

A file of no more than a hundred rows is read and goes in at once. A larger one is kept as it
came; the timer reads it, and puts it in a hundred rows at a time (`services.import_works`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import not_, select

from clinic.domain import imports as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.domain.imports import ImportStatus, PartKind, Stop
from clinic.models.import_batch import ImportBatch
from clinic.policy import nominations as policy
from clinic.services import import_batches as batches
from clinic.services import import_rows, import_works, panels
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class Result:
    """How a confirmed file ended, or that it goes in from now on. `batch_id` is nothing when nothing of it is kept."""

    added: int
    known: int
    batch_id: UUID | None
    running: bool = False


def look(work: Work, panel_id: UUID, header: Sequence[str], rows: Sequence[tuple[int, Mapping[str, str]]]) -> UUID:
    """Keep the rows of a file, sealed, until they are confirmed; return the waiting batch's id."""
    batch = _begin(work, panel_id, ImportStatus.WAITING)
    lines = rules.lines(header, rows)
    import_works.keep_rows(work, batch, import_works.sorted_parts(
        work.session, batch.id, import_rows.grounds(work.session, work.actor, work.now), lines))
    work.record(AuditVerb.IMPORT, batch, panel_id=panel_id, rows=len(lines), confirmed=0)
    return batch.id


def keep(work: Work, panel_id: UUID, data: bytes) -> UUID:
    """Keep a file as it came, sealed, until the timer has read it; return the batch's id."""
    batch = _begin(work, panel_id, ImportStatus.UNREAD)
    work.session.add_all(batches.raw_parts(batch.id, data))
    work.record(AuditVerb.IMPORT, batch, panel_id=panel_id, confirmed=0)
    return batch.id


def _begin(work: Work, panel_id: UUID, status: ImportStatus) -> ImportBatch:
    panel = panels.find(work, panel_id)
    work.require(policy.may_import, panel)
    batch = ImportBatch(user_id=work.actor.user_id, panel_id=panel.id, status=status,
                        expires_at=work.now + rules.LIFE, row_count=0, left=0, added=0, known=0, bad=0, panels=[])
    work.seal_for(batch.id)
    work.session.add(batch)
    # Its parts point to it.
    work.session.flush()
    return batch


def confirm(work: Work, batch_id: UUID) -> Result:
    """Say yes to a file: up to a hundred rows go in now, all of the good or none; more from now on."""
    batch = batches.find(work, batch_id, lock=True)
    work.require(policy.may_bring_in, batch)
    if batch.status in (ImportStatus.UNREAD, ImportStatus.UNMATCHED):
        raise RuleBroken("This file is not read yet.")
    if batch.status is not ImportStatus.WAITING:
        raise RuleBroken("This file has been put in already.")
    batch.status, batch.confirmed_at = ImportStatus.RUNNING, work.now
    work.record(AuditVerb.APPROVE, batch, panel_id=batch.panel_id, rows=batch.left)
    if batch.left > rules.WORK:
        return Result(0, batch.known, batch.id, running=True)
    return _at_once(work, batch)


def _at_once(work: Work, batch: ImportBatch) -> Result:
    grounds = import_rows.grounds(work.session, work.actor, work.now)
    seen: dict[import_rows.Pair, int] = {}
    for part in batches.parts(work.session, batch.id, PartKind.GOOD):
        import_works.put(work, batch, part, import_rows.sort(work.session, grounds, batches.lines_of(part), seen))
    batches.end(work, batch)
    if batch.bad:
        return Result(batch.added, batch.known, batch.id)
    result = Result(batch.added, batch.known, None)
    work.session.flush()
    batches.forget(work.session, [batch.id])
    return result


def stop(work: Work, batch_id: UUID) -> None:
    """Stop a file that goes in: what is in stays, the rest waits for an hour."""
    batch = batches.find(work, batch_id, lock=True)
    work.require(policy.may_handle, batch)
    if batch.status is not ImportStatus.RUNNING:
        raise RuleBroken("This file is not going in any more.")
    batches.halt(work, batch, Stop.BY_HAND)


def go_on(work: Work, batch_id: UUID) -> None:
    """Let a file that was stopped go in from where it stopped."""
    batch = batches.find(work, batch_id, lock=True)
    work.require(policy.may_bring_in, batch)
    if batch.stop is not Stop.BY_HAND or not batch.left:
        raise RuleBroken("This file is not one that can go on.")
    # The other coordinators have been told of what is in already.
    batch.status, batch.stop, batch.panels = ImportStatus.RUNNING, None, []
    work.record(AuditVerb.APPROVE, batch, panel_id=batch.panel_id, rows=batch.left)


def discard(work: Work, batch_id: UUID) -> None:
    """Forget a file that is not going in, at once."""
    batch = batches.find(work, batch_id, lock=True)
    work.require(policy.may_handle, batch)
    if batch.status is ImportStatus.RUNNING:
        raise RuleBroken("This file is going in. Stop it first.")
    work.record(AuditVerb.REVOKE, batch, panel_id=batch.panel_id)
    batches.forget(work.session, [batch.id])


def forget(work: Work) -> int:
    """Forget every file whose hour is over, with its key; return how many they were."""
    work.require(policy.may_forget)
    over = list(work.session.scalars(select(ImportBatch.id).where(not_(batches.lives(work.now)))))
    if over:
        work.record(AuditVerb.REVOKE, "ImportBatch", forgotten=over)
        batches.forget(work.session, over)
    return len(over)
