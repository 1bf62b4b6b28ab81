"""Which agencies are core to a panel: chosen by its coordinator, of those that have an invited seat on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clinic.domain.actors import INVITED
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound
from clinic.domain.meetings import local_day
from clinic.models.agency import Agency
from clinic.models.panel import CoreAgency, Panel
from clinic.policy import panels as policy
from clinic.services import directory, panels
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class CorePage:
    """`agencies` may be chosen, `chosen` are core now."""

    id: UUID
    name: str
    agencies: tuple[tuple[UUID, str], ...]
    chosen: frozenset[UUID]


def page(work: Work, panel_id: UUID) -> CorePage:
    """Return the agencies of a panel and which of them are core, to its coordinator."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_coordinate, panel)
    work.record(AuditVerb.VIEW, panel, what="core agencies")
    rows = _rows(work, panel)
    agencies = _agencies(work, panel, rows)
    return CorePage(panel.id, panel.name, tuple(sorted(agencies.items(), key=lambda pair: pair[1])), frozenset(rows))


def choose(work: Work, panel_id: UUID, chosen: Collection[UUID]) -> None:
    """Let these agencies be core to a panel, and no others."""
    panel = panels.find(work, panel_id, lock=True)
    work.require(policy.may_coordinate, panel)
    rows = _rows(work, panel)
    if not set(chosen) <= _agencies(work, panel, rows).keys():
        raise NotFound
    for agency_id in rows.keys() - set(chosen):
        work.session.delete(rows[agency_id])
    work.session.add_all(CoreAgency(panel_id=panel.id, agency_id=id_) for id_ in set(chosen) - rows.keys())
    work.record(AuditVerb.UPDATE, panel, fields=["core_agencies"], agencies=sorted(chosen))


def _rows(work: Work, panel: Panel) -> dict[UUID, CoreAgency]:
    rows = work.session.scalars(select(CoreAgency).where(CoreAgency.panel_id == panel.id))
    return {row.agency_id: row for row in rows}


def _agencies(work: Work, panel: Panel, core: Collection[UUID]) -> dict[UUID, str]:
    """Return the agencies that are invited today, and those that are core though nobody sits for them any more."""
    seated = {m.agency_id: m.agency for m in directory.members_on(
        work.session, panel.id, local_day(work.now), INVITED)}
    left = work.session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(set(core) - seated.keys())))
    return seated | dict(left.all())
