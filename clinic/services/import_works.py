"""What the timer does to a file: read what came, and put in what was confirmed, a hundred rows at a time.

Each step is one transaction, carried out as the person who sent the file, and as they are at
that moment. A process that is killed half-way has done a step or has not: the next begins
where it ended. What can be found out before is found out before, since others cannot write
while a step does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinic.domain import imports as rules
from clinic.domain.actors import Actor, SystemActor, UserStatus
from clinic.domain.audit import AuditVerb
from clinic.domain.columns import check_headings, is_foreign
from clinic.domain.errors import NotFound, NotPermitted
from clinic.domain.imports import Grounds, ImportStatus, Line, PartKind, Stop
from clinic.models.account import User
from clinic.models.import_batch import ImportBatch, ImportPart
from clinic.models.nomination import Nomination
from clinic.policy import nominations as policy
from clinic.services import column_maps, import_rows, sessions
from clinic.services import import_batches as batches
from clinic.services.import_rows import Sorted
from clinic.services.work import Office, Work

TIMER = SystemActor("timer")


@dataclass(frozen=True, slots=True)
class Due:
    """A file that waits for the timer: to be read, or to go in."""

    id: UUID
    status: ImportStatus


def due(office: Office, now: datetime) -> list[Due]:
    """Return the files that wait for the timer."""
    with office.peeking("import") as session:
        rows = session.execute(
            select(ImportBatch.id, ImportBatch.status)
            .where(ImportBatch.status.in_([ImportStatus.UNREAD, ImportStatus.RUNNING]), batches.lives(now))
        )
        return [Due(*row) for row in rows]


def raw(office: Office, batch_id: UUID) -> bytes:
    """Return a file as it came."""
    with office.peeking("import") as session:
        return b"".join(part.raw for part in batches.parts(session, batch_id, PartKind.RAW))


def refuse(office: Office, now: datetime, batch_id: UUID, sentence: str) -> None:
    """Note why a file cannot be read."""
    with office.changing(TIMER, now) as work:
        give_up(work, batch_id, Stop.UNREADABLE, sentence)


def read(
    office: Office, now: datetime, batch_id: UUID, header: Sequence[str], rows: Sequence[tuple[int, Mapping[str, str]]]
) -> None:
    """Keep the rows of a file that came whole, each held against the rules, for its sender to confirm.

    One whose columns are not ours waits until its sender has said which is which. RuleBroken
    says what is wrong with the file as a whole.
    """
    with office.peeking("import") as session:
        batch = session.get(ImportBatch, batch_id)
        if batch is None:
            raise NotFound
        sender = _sender(session, batch, now)
        if batch.map_id is None and is_foreign(header):
            _as_sender(office, now, batch_id, sender, lambda work: _ask(work, batch_id, header))
            return
        if batch.map_id is not None:
            header, rows = rules.KEPT, list(column_maps.ours(session, batch, rows))
        lines = rules.lines(header, rows)
        if sender is not None:
            kept = list(sorted_parts(session, batch_id, import_rows.grounds(session, sender, now), lines))
        else:
            kept = []
    _as_sender(office, now, batch_id, sender, lambda work: _keep_read(work, batch_id, kept))


def _ask(work: Work, batch_id: UUID, header: Sequence[str]) -> None:
    batch = batches.find(work, batch_id, lock=True)
    work.require(policy.may_bring_in, batch)
    check_headings(header)
    if batch.status is ImportStatus.UNREAD:
        column_maps.ask(batch, header)
        work.record(AuditVerb.UPDATE, batch, panel_id=batch.panel_id, fields=["headings"])


def _keep_read(work: Work, batch_id: UUID, kept: Sequence[Kept]) -> None:
    batch = batches.find(work, batch_id, lock=True)
    work.require(policy.may_bring_in, batch)
    if batch.status is ImportStatus.UNREAD:
        keep_rows(work, batch, kept)
        batches.delete_raw(work.session, batch.id)
        batch.status = ImportStatus.WAITING
        work.record(AuditVerb.IMPORT, batch, panel_id=batch.panel_id, rows=batch.row_count, confirmed=0)


@dataclass(frozen=True, slots=True)
class Kept:
    """A hundred rows that are read: the parts that hold them, and how many are here already."""

    parts: tuple[ImportPart, ...]
    known: int


def sorted_parts(session: Session, batch_id: UUID, grounds: Grounds, lines: Sequence[Line]) -> Iterator[Kept]:
    """Divide the rows of a file into those that go in and those to mend, a hundred at a time."""
    seen: dict[import_rows.Pair, int] = {}
    for position, start in enumerate(range(0, len(lines), rules.WORK)):
        found = import_rows.sort(session, grounds, lines[start:start + rules.WORK], seen)
        divided = ((PartKind.GOOD, [one.line for one in found.good]), (PartKind.BAD, found.bad))
        yield Kept(tuple(batches.row_part(batch_id, kind, position, some) for kind, some in divided if some),
                   found.known)


def keep_rows(work: Work, batch: ImportBatch, kept: Sequence[Kept] | Iterator[Kept]) -> None:
    """Add the rows of a file to it, and count them."""
    for some in kept:
        work.session.add_all(some.parts)
        batch.known += some.known
        for part in some.parts:
            if part.kind is PartKind.GOOD:
                batch.left += part.size
            else:
                batch.bad += part.size
    batch.row_count = batch.left + batch.known + batch.bad


def put_in(office: Office, now: datetime, batch_id: UUID) -> None:
    """Put in the next hundred rows of a confirmed file, or stop it where its sender may bring in no more."""
    with office.peeking("import") as session:
        found = session.execute(
            select(ImportBatch, ImportPart).join(ImportPart, ImportPart.batch_id == ImportBatch.id)
            .where(ImportBatch.id == batch_id, ImportBatch.status == ImportStatus.RUNNING,
                   ImportPart.kind == PartKind.GOOD)
            .order_by(ImportPart.position).limit(1)
        ).one_or_none()
        if found is None:
            return
        batch, part = found
        sender = _sender(session, batch, now)
        if sender is not None:
            grounds = import_rows.grounds(session, sender, now)
            becomes = import_rows.sort(session, grounds, batches.lines_of(part), {})
            made = import_rows.fresh(session, becomes.good, now)
        else:
            becomes, made = Sorted((), 0, ()), []
    try:
        _as_sender(office, now, batch_id, sender, lambda work: _put_in(work, batch, part.id, becomes, made))
    except IntegrityError:
        # Somebody brought in the same nomination at this moment. At the next try it is one that is here.
        return


def _put_in(work: Work, seen: ImportBatch, part_id: UUID, found: Sorted, made: Sequence[str]) -> None:
    """Make the rows first, and ask how the file stands by the statement that writes them.

    From its first statement on, nobody else can write.
    """
    work.require(policy.may_bring_in, seen)
    added = import_rows.take_in(work, found.good, made)
    batch = batches.find(work, seen.id, lock=True)
    part = work.session.scalar(
        select(ImportPart).where(ImportPart.id == part_id, ImportPart.kind == PartKind.GOOD)
    )
    # Stopped, or put in by another timer, since it was looked at.
    if batch.status is not ImportStatus.RUNNING or part is None:
        raise NotFound
    _note(work, batch, part, found, added)
    if not batch.left:
        batches.end(work, batch)


def put(work: Work, batch: ImportBatch, part: ImportPart, found: Sorted) -> None:
    """Put in the good rows of a part; of the part only what is to be mended is left."""
    _note(work, batch, part, found,
          import_rows.take_in(work, found.good, import_rows.fresh(work.session, found.good, work.now)))


def _note(
    work: Work, batch: ImportBatch, part: ImportPart, found: Sorted, added: Sequence[Nomination]
) -> None:
    batch.left -= part.size
    batch.added += len(added)
    batch.known += found.known
    batch.bad += len(found.bad)
    batch.panels = sorted({*batch.panels, *(str(nomination.panel_id) for nomination in added)})
    if found.bad:
        part.kind, part.size, part.rows = PartKind.BAD, len(found.bad), [line.packed() for line in found.bad]
    else:
        work.session.delete(part)
    work.record(AuditVerb.IMPORT, batch, panel_id=batch.panel_id, rows=len(added), known=found.known,
                refused=len(found.bad), confirmed=1)


def _sender(session: Session, batch: ImportBatch, now: datetime) -> Actor | None:
    """Return who sent the file as they are now, or nobody if their account has ended."""
    user = session.get_one(User, batch.user_id)
    if user.status is not UserStatus.ACTIVE:
        return None
    return sessions.actor_of(session, batch.user_id, now)


def _as_sender(
    office: Office, now: datetime, batch_id: UUID, sender: Actor | None, act: Callable[[Work], None]
) -> None:
    """Carry out a step as whoever sent the file; give the file up where they may not any more."""
    reason = Stop.NO_ACCOUNT
    if sender is not None:
        try:
            with office.changing(sender, now) as work:
                act(work)
            return
        except NotPermitted:
            reason = Stop.NO_SEAT
    with office.changing(TIMER, now) as work:
        give_up(work, batch_id, reason)


def give_up(work: Work, batch_id: UUID, reason: Stop, refusal: str = "") -> None:
    """Stop a file that can go no further."""
    work.require(policy.may_forget)
    batch = batches.find(work, batch_id, lock=True)
    if batch.status in (ImportStatus.UNREAD, ImportStatus.RUNNING):
        batches.halt(work, batch, reason, refusal)
