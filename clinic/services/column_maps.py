"""What a coordinator says of an export whose columns are not ours: asked once, and proposed the next time.

A map is of one panel and one agency, and holds headings alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinic.domain import columns as rules
from clinic.domain.actors import SPEAKERS, TRIAGERS
from clinic.domain.audit import AuditVerb
from clinic.domain.columns import MapDraft
from clinic.domain.errors import NotFound, RuleBroken
from clinic.domain.imports import ImportStatus
from clinic.domain.meetings import local_day
from clinic.models.account import Membership, User
from clinic.models.agency import Agency
from clinic.models.import_batch import ColumnMap, ImportBatch
from clinic.models.panel import Panel
from clinic.policy import nominations as policy
from clinic.services import import_batches as batches
from clinic.services import panels
from clinic.services.work import Work

Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Matching:
    """What is asked of a file whose columns are not ours, with what was said of such a file before."""

    headings: tuple[str, ...]
    agencies: tuple[tuple[UUID, str], ...]
    proposed: MapDraft
    known: bool
    columns: tuple[str, ...] = rules.MAPPED


@dataclass(frozen=True, slots=True)
class MapLine:
    """What was said of an export: how many of our columns it fills, and who said it last."""

    id: UUID
    name: str
    agency: str
    columns: int
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class MapsPage:
    """The exports that a panel knows."""

    id: UUID
    name: str
    lines: tuple[MapLine, ...]


def page(work: Work, panel_id: UUID) -> MapsPage:
    """Return the exports whose columns the panel's coordinator has said."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_import, panel)
    rows = work.session.execute(
        select(ColumnMap, Agency.name, User.name).join(Agency, Agency.id == ColumnMap.agency_id)
        .join(User, User.id == ColumnMap.saved_by_id).where(ColumnMap.panel_id == panel.id)
        .order_by(Agency.name, ColumnMap.name)
    )
    lines = tuple(MapLine(kept.id, kept.name, agency, len(kept.columns), by, kept.saved_at)
                  for kept, agency, by in rows)
    work.record(AuditVerb.VIEW, panel, shown=[line.id for line in lines])
    return MapsPage(panel.id, panel.name, lines)


def forget_page(work: Work, panel_id: UUID, map_id: UUID) -> tuple[MapsPage, MapLine]:
    """Return an export for the page that asks before its columns are forgotten."""
    shown = page(work, panel_id)
    for line in shown.lines:
        if line.id == map_id:
            return shown, line
    raise NotFound


def forget(work: Work, panel_id: UUID, map_id: UUID) -> None:
    """Forget the columns of an export; what was read by them stays as it is."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_import, panel)
    kept = work.session.scalar(
        select(ColumnMap).where(ColumnMap.id == map_id, ColumnMap.panel_id == panel.id).with_for_update()
    )
    if kept is None:
        raise NotFound
    for batch in work.session.scalars(select(ImportBatch).where(ImportBatch.map_id == kept.id)):
        if batch.status is ImportStatus.UNREAD:
            raise RuleBroken("A file is being read by these columns. Wait until it is read.")
        batch.map_id = None
    work.session.flush()
    work.session.delete(kept)
    work.record(AuditVerb.REVOKE, kept, panel_id=panel.id)


def matching(work: Work, batch: ImportBatch) -> Matching:
    """Return the file's headings, whose it may be, and the columns as they were chosen before. Two statements."""
    headings = tuple(batch.headings or ())
    maps = work.session.scalars(
        select(ColumnMap).where(ColumnMap.panel_id == batch.panel_id).order_by(ColumnMap.saved_at.desc())
    )
    kept = next((one for one in maps if set(one.headings) == set(headings)), None)
    proposed = MapDraft("", None, rules.proposed(headings))
    if kept is not None:
        proposed = MapDraft(kept.name, kept.agency_id, kept.columns, kept.month_first)
    return Matching(headings, _agencies(work, batch.panel_id), proposed, kept is not None)


def _agencies(work: Work, panel_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Return the agencies that may nominate to the panel."""
    today = local_day(work.now)
    rows = work.session.execute(
        select(Agency.id, Agency.name).distinct().join(Membership, Membership.agency_id == Agency.id)
        .where(Membership.panel_id == panel_id, Membership.role.in_(list(SPEAKERS | TRIAGERS)), Agency.active,
               Membership.valid_from <= today,
               or_(Membership.valid_until.is_(None), Membership.valid_until >= today))
        .order_by(Agency.name)
    )
    return tuple((id_, name) for id_, name in rows)


def match(work: Work, batch_id: UUID, draft: MapDraft) -> None:
    """Say which column is which, remember it, and let the file be read by it."""
    batch = batches.find(work, batch_id, lock=True)
    work.require(policy.may_bring_in, batch)
    if batch.status is not ImportStatus.UNMATCHED:
        raise RuleBroken("The columns of this file are known already.")
    rules.check(draft, batch.headings)
    rules.check_headings(batch.headings)
    if draft.agency_id not in {id_ for id_, _ in _agencies(work, batch.panel_id)}:
        raise RuleBroken("Choose an agency that sits on this panel.", "agency")
    kept = _kept(work, batch, draft)
    batch.map_id, batch.status = kept.id, ImportStatus.UNREAD
    work.record(AuditVerb.UPDATE, kept, batch=batch.id)


def _kept(work: Work, batch: ImportBatch, draft: MapDraft) -> ColumnMap:
    """Return the map of this name, made or changed to what is said now."""
    name = draft.name.strip()
    found = work.session.scalar(select(ColumnMap).where(
        ColumnMap.panel_id == batch.panel_id, ColumnMap.agency_id == draft.agency_id, ColumnMap.name == name
    ).with_for_update())
    if found is None:
        found = ColumnMap(panel_id=batch.panel_id, agency_id=draft.agency_id, name=name)
        work.session.add(found)
    found.headings = list(batch.headings)
    found.columns = {column: heading for column, heading in draft.columns.items() if heading}
    found.month_first, found.saved_by_id, found.saved_at = draft.month_first, work.actor.user_id, work.now
    work.session.flush()
    return found


def ask(batch: ImportBatch, header: Sequence[str]) -> None:
    """Let the file wait until its sender has said which column is which. The caller has asked, and records."""
    batch.headings, batch.status = list(header), ImportStatus.UNMATCHED


def ours(session: Session, batch: ImportBatch, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of an export under our headings, by the file's map. One statement."""
    kept, panel, agency = session.execute(
        select(ColumnMap, Panel.name, Agency.name).join(Panel, Panel.id == ColumnMap.panel_id)
        .join(Agency, Agency.id == ColumnMap.agency_id).where(ColumnMap.id == batch.map_id)
    ).one()
    fixed = {"panel": panel, "nominating_agency": agency}
    for line, cells in rows:
        yield line, rules.translated(cells, kept.columns, kept.month_first, fixed)
