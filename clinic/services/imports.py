"""Bringing in a file of nominations: look first, then confirm; what waits is sealed and gone within the hour.

Nothing here queries per row: two thousand rows cost as many statements as two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from clinic.domain import drafts
from clinic.domain import imports as rules
from clinic.domain.actors import SPEAKERS, TRIAGERS
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.faults import Fault
from clinic.domain.imports import Grounds, PanelGround, Reading
from clinic.domain.letters import Letter, LetterKind
from clinic.domain.meetings import local_day
from clinic.domain.panels import PanelType
from clinic.models.account import Membership
from clinic.models.agency import Agency
from clinic.models.case import Case
from clinic.models.nomination import ImportBatch, Nomination
from clinic.models.panel import Panel, Term
from clinic.models.sealed import DataKey
from clinic.policy import nominations as policy
from clinic.services import intake, panels, references
from clinic.services.work import Work

Line = tuple[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A row that does not go in: the line of the file on which it begins, and every fault it has."""

    line: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class BatchPage:
    """What a waiting file would do (`confirmed_at` is nothing), or what it has done."""

    id: UUID
    good: int
    known: int
    bad: tuple[BadLine, ...]
    expires_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Result:
    """How a confirmed file ended. Without bad rows nothing of it is kept, and `batch_id` is nothing."""

    added: int
    known: int
    batch_id: UUID | None


@dataclass(frozen=True, slots=True)
class ImportPage:
    id: UUID
    name: str
    columns: tuple[str, ...] = rules.COLUMNS


def import_page(work: Work, panel_id: UUID) -> ImportPage:
    """Return the panel whose coordinator may bring in a file."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_import, panel)
    work.record(AuditVerb.VIEW, panel)
    return ImportPage(panel.id, panel.name)


def look(work: Work, panel_id: UUID, header: Sequence[str], lines: Sequence[Line]) -> UUID:
    """Keep a file, sealed, until it is confirmed; return the waiting batch's id."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_import, panel)
    rules.check_file(header, len(lines))
    batch = ImportBatch(user_id=work.actor.user_id, expires_at=work.now + rules.LIFE,
                        rows=[[line, cells] for line, cells in lines])
    work.seal_for(batch.id)
    work.session.add(batch)
    work.record(AuditVerb.IMPORT, batch, panel_id=panel.id, rows=len(lines), confirmed=0)
    return batch.id


def batch_page(work: Work, batch_id: UUID) -> BatchPage:
    """Return what a waiting file would do, row by row, or what it has done."""
    batch = _find(work, batch_id)
    work.require(policy.may_handle, batch)
    good, known, bad = _sorted(work, batch)
    work.record(AuditVerb.VIEW, batch)
    return BatchPage(batch.id, len(good), known, tuple(BadLine(line, faults) for line, _, faults in bad),
                     batch.expires_at, batch.confirmed_at)


def confirm(work: Work, batch_id: UUID) -> Result:
    """Put the good rows in, all or none of them; keep the bad ones to be handed back."""
    batch = _find(work, batch_id, lock=True)
    work.require(policy.may_handle, batch)
    if batch.confirmed_at is not None:
        raise RuleBroken("This file has been put in already.")
    good, known, bad = _sorted(work, batch)
    added = _take_in(work, good)
    work.record(AuditVerb.IMPORT, batch, rows=len(added), known=known, refused=len(bad), confirmed=1)
    _tell_coordinators(work, batch, {nomination.panel_id for nomination in added})
    if not bad:
        _forget(work.session, [batch.id])
        return Result(len(added), known, None)
    batch.rows = [[line, cells, [[fault.field, fault.message] for fault in faults]] for line, cells, faults in bad]
    batch.confirmed_at = work.now
    return Result(len(added), known, batch.id)


def discard(work: Work, batch_id: UUID) -> None:
    """Forget a waiting file at once."""
    batch = _find(work, batch_id, lock=True)
    work.require(policy.may_handle, batch)
    work.record(AuditVerb.REVOKE, batch)
    _forget(work.session, [batch.id])


def rejected(work: Work, batch_id: UUID) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return headings and rows of the file that hands the bad rows back, each with how to mend it."""
    batch = _find(work, batch_id)
    work.require(policy.may_handle, batch)
    _, _, bad = _sorted(work, batch)
    if not bad:
        raise NotFound
    work.record(AuditVerb.DOWNLOAD, batch, rows=len(bad))
    return (*rules.COLUMNS, rules.MENDING), [
        [*(cells.get(column, "") for column in rules.COLUMNS), mending(faults)] for _, cells, faults in bad
    ]


def mending(faults: Sequence[Fault]) -> str:
    return " | ".join(f"{fault.field}: {fault.message}" for fault in faults)


def forget(work: Work) -> int:
    """Forget every file whose hour is over, with its key; return how many they were."""
    work.require(policy.may_forget)
    over = list(work.session.scalars(select(ImportBatch.id).where(ImportBatch.expires_at <= work.now)))
    if over:
        work.record(AuditVerb.REVOKE, "ImportBatch", forgotten=over)
        _forget(work.session, over)
    return len(over)


def _forget(session: Session, batch_ids: list[UUID]) -> None:
    """Delete files and their keys: without its key no copy of a file opens. Exempt: the caller has recorded it."""
    exempt = {"exempt": True, "synchronize_session": False}
    session.execute(delete(ImportBatch).where(ImportBatch.id.in_(batch_ids)), execution_options=exempt)
    session.execute(delete(DataKey).where(DataKey.owner_id.in_(batch_ids)), execution_options=exempt)


def _find(work: Work, batch_id: UUID, lock: bool = False) -> ImportBatch:
    query = select(ImportBatch).where(
        ImportBatch.id == batch_id, policy.batches_of(work.actor), ImportBatch.expires_at > work.now
    )
    batch = work.session.scalar(query.with_for_update() if lock else query)
    if batch is None:
        raise NotFound
    return batch


Bad = tuple[int, dict[str, str], tuple[Fault, ...]]


def _sorted(work: Work, batch: ImportBatch) -> tuple[list[Reading], int, list[Bad]]:
    """Return what is good in a batch, how many rows are here already, and what is bad.

    A waiting batch is read afresh each time; of a confirmed one only the bad rows are left, as they were found.
    """
    if batch.confirmed_at is not None:
        return [], 0, [(line, cells, tuple(Fault(*fault) for fault in faults)) for line, cells, faults in batch.rows]
    grounds = _grounds(work)
    read = [(line, cells, rules.read(cells, grounds)) for line, cells in batch.rows]
    here = _references(work.session, {reading.source_reference for _, _, reading in read})
    good, known, bad = [], 0, []
    seen: dict[tuple[UUID | None, str], int] = {}
    for line, cells, reading in read:
        pair = (reading.agency_id, reading.source_reference)
        if reading.faults:
            bad.append((line, cells, reading.faults))
        elif pair in here:
            known += 1
        elif pair in seen:
            twin = f"Row {seen[pair]} of this file has the same agency and reference: give each nomination its own."
            bad.append((line, cells, (Fault("source_reference", twin),)))
        else:
            seen[pair] = line
            good.append(reading)
    return good, known, bad


def _references(session: Session, references_: set[str]) -> set[tuple[UUID, str]]:
    """Return which references are taken, and by which agency.

    Round the wall on purpose, as the unique constraint is: what is there is there.
    """
    columns = Nomination.__table__.c
    return set(session.execute(
        select(columns.agency_id, columns.source_reference).where(columns.source_reference.in_(list(references_)))
    ))


def _grounds(work: Work) -> Grounds:
    """Return what rows are held against. A panel that the actor does not coordinate is an unknown panel."""
    session, today = work.session, local_day(work.now)
    own = list(work.actor.panels(*TRIAGERS))
    found = session.scalars(select(Panel).where(Panel.id.in_(own))).all()
    codes = _codes(session, found)
    agencies = session.execute(select(Agency.name, Agency.id).where(Agency.active))
    members = session.execute(select(Membership.panel_id, Membership.agency_id).distinct().where(
        Membership.panel_id.in_(own), Membership.role.in_(list(SPEAKERS | TRIAGERS)), Membership.valid_from <= today,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
    ))
    return Grounds(
        today, {p.name.casefold(): PanelGround(p.id, p.type, codes[p.id]) for p in found},
        {name.casefold(): id_ for name, id_ in agencies}, frozenset(members),
    )


def _codes(session: Session, found: Sequence[Panel]) -> dict[UUID, dict[str, set[str]]]:
    """Return the codes that each panel knows, by coded field. One statement for all of them."""
    lists = {p.id: drafts.lists_for(p.type) if p.type is not PanelType.CPS_SCRUTINY_PANEL else {} for p in found}
    wanted = {list_ for named in lists.values() for list_ in named.values()}
    rows = session.execute(
        select(Term.list, Term.code, Term.panel_id).where(Term.list.in_(list(wanted)), Term.active)
    ).all()
    return {
        panel_id: {name: {code for held, code, owner in rows if held == list_ and owner in (None, panel_id)}
                   for name, list_ in named.items()}
        for panel_id, named in lists.items()
    }


def _take_in(work: Work, good: Sequence[Reading]) -> list[Nomination]:
    made = references.fresh_many(work.session, "PM", Case.reference, work.now, len(good))
    added = [
        intake.take_in(work, row.panel_id, row.agency_id, row.draft, reference, _sent_at(row.submitted_on, work.now),
                       row.source_reference)
        for row, reference in zip(good, made, strict=True)
    ]
    for nomination in added:
        work.record(AuditVerb.IMPORT, nomination)
    return added


def _sent_at(day: date, now: datetime) -> datetime:
    """Return noon of the day on which the agency sent it; files name no hour."""
    return min(datetime.combine(day, time(12), UTC), now)


def _tell_coordinators(work: Work, batch: ImportBatch, panel_ids: set[UUID]) -> None:
    """One letter to each other coordinator, however many nominations came in."""
    today = local_day(work.now)
    others = select(Membership.user_id, Membership.panel_id).where(
        Membership.panel_id.in_(list(panel_ids)), Membership.role.in_(list(TRIAGERS)), Membership.valid_from <= today,
        or_(Membership.valid_until.is_(None), Membership.valid_until >= today),
        Membership.user_id != work.actor.user_id,
    )
    told: dict[UUID, UUID] = dict(work.session.execute(others).all())
    for user_id, panel_id in told.items():
        work.post(Letter(LetterKind.NOMINATION_RECEIVED, to=user_id, reference="", link="/nominations",
                         about=batch.id), panel_id=panel_id)


