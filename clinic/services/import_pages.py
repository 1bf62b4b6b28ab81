"""Pages of a file on its way in: where to send it, what it would do, how far it is, and its rows to mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.domain import imports as rules
from clinic.domain.actors import Actor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.imports import ImportStatus, Line, PartKind, Stop
from clinic.models.import_batch import ImportBatch, ImportPart
from clinic.policy import nominations as policy
from clinic.services import column_maps, panels
from clinic.services import import_batches as batches
from clinic.services.column_maps import Matching
from clinic.services.work import Office, Work

# A page with more rows than this is not read; the file has them all.
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class NewPage:
    id: UUID
    name: str
    columns: tuple[str, ...] = rules.COLUMNS


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is: of all its rows how many are gone through, and what became of those."""

    status: ImportStatus
    row_count: int
    left: int
    added: int
    known: int
    bad: int

    @property
    def gone(self) -> int:
        return self.row_count - self.left


@dataclass(frozen=True, slots=True)
class ShowPage:
    """A file on its way in; `bad` are the first of its rows to mend."""

    id: UUID
    progress: Progress
    bad: tuple[Line, ...]
    expires_at: datetime
    stop: Stop | None
    refusal: str
    matching: Matching | None


def new_page(work: Work, panel_id: UUID) -> NewPage:
    """Return the panel whose coordinator may bring in a file."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_import, panel)
    work.record(AuditVerb.VIEW, panel)
    return NewPage(panel.id, panel.name)


def show_page(work: Work, batch_id: UUID) -> ShowPage:
    batch = batches.find(work, batch_id)
    work.require(policy.may_handle, batch)
    work.record(AuditVerb.VIEW, batch, panel_id=batch.panel_id)
    return ShowPage(batch.id, _progress(batch), _first_bad(work, batch), batch.expires_at, batch.stop,
                     batch.refusal or "", _matching(work, batch))


def _matching(work: Work, batch: ImportBatch) -> Matching | None:
    return column_maps.matching(work, batch) if batch.status is ImportStatus.UNMATCHED else None


def _progress(batch: ImportBatch) -> Progress:
    return Progress(batch.status, batch.row_count, batch.left, batch.added, batch.known, batch.bad)


def _first_bad(work: Work, batch: ImportBatch) -> tuple[Line, ...]:
    """Return the first rows to mend, from as few parts as hold them. Two statements."""
    if not batch.bad:
        return ()
    sizes = work.session.execute(
        select(ImportPart.id, ImportPart.size)
        .where(ImportPart.batch_id == batch.id, ImportPart.kind == PartKind.BAD)
        .order_by(ImportPart.position, ImportPart.id)
    )
    wanted, rows = [], 0
    for part_id, size in sizes:
        if rows < MOST_SHOWN:
            wanted.append(part_id)
        rows += size
    held = work.session.scalars(select(ImportPart).where(ImportPart.id.in_(wanted)))
    lines = sorted((line for part in held for line in batches.lines_of(part)), key=lambda line: line.number)
    return tuple(lines[:MOST_SHOWN])


def progress(office: Office, actor: Actor, batch_id: UUID, now: datetime) -> Progress:
    """Return how far a file is, in one statement and without a trace: nothing that it says is in it."""
    with office.peeking("progress") as session:
        batch = session.scalar(select(ImportBatch).where(
            ImportBatch.id == batch_id, policy.batches_of(actor), batches.lives(now)
        ))
    if batch is None:
        raise NotFound
    return _progress(batch)


def rejected(work: Work, batch_id: UUID) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return headings and rows of the file that hands the bad rows back, each with how to mend it."""
    batch = batches.find(work, batch_id)
    work.require(policy.may_handle, batch)
    if not batch.bad:
        raise NotFound
    work.record(AuditVerb.DOWNLOAD, batch, panel_id=batch.panel_id, rows=batch.bad)
    lines = (line for part in batches.parts(work.session, batch.id, PartKind.BAD) for line in batches.lines_of(part))
    return (*rules.KEPT, rules.MENDING), [
        [*line.cells.values(), _mending(line)] for line in sorted(lines, key=lambda line: line.number)
    ]


def _mending(line: Line) -> str:
    return " | ".join(f"{fault.field}: {fault.message}" for fault in line.faults)
