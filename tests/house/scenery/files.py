"""Files that came in and files that went out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from clinic.domain.columns import MAPPED, MapDraft
from clinic.domain.imports import COLUMNS, ImportStatus, Stop
from clinic.models.import_batch import ColumnMap, ImportBatch
from clinic.services import (
    column_maps,
    import_works,
    imports,
)
from tests.house.scenery.made import NOW, Scenery, doing


def bring_in(made: Scenery, who: str, panel_id: UUID, relation: str) -> None:
    """Let a coordinator bring in a file of one row that cannot go in, and leave it waiting."""
    told = made.token("batch", f"{relation}_batch")
    line = {"source_reference": f"{relation}/1", "panel": "Nowhere", "narrative": told}
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        made.things["batch_id"][relation] = imports.look(work, panel_id, COLUMNS, [(2, line)])
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        unreadable = imports.keep(work, panel_id, b"x")
        exported = imports.keep(work, panel_id, b"x")
    made.things["unmatched_batch"][relation] = exported
    import_works.read(made.world.office, NOW, exported, [*(f"Their {column}" for column in MAPPED),
                                                         made.token("batch", f"{relation}_batch")], [])
    _export(made, who, panel_id, relation)
    # Quotes its headings, and so whatever stands in its first line.
    import_works.refuse(made.world.office, NOW, unreadable, made.token("batch", f"{relation}_batch"))


def _export(made: Scenery, who: str, panel_id: UUID, relation: str) -> None:
    """Let a coordinator say the columns of an export, and stop a file half-way."""
    theirs = {column: f"Their {column}" for column in MAPPED}
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        exported = imports.keep(work, panel_id, b"x")
        stopped = imports.look(work, panel_id, COLUMNS, [(2, {"source_reference": f"{relation}/2"})])
    made.things["stopped_batch"][relation] = stopped
    import_works.read(made.world.office, NOW, exported, list(theirs.values()), [])
    agency = made.world.agencies["police" if relation == "own" else "health"]
    with doing(made, who, NOW - timedelta(minutes=5)) as work:
        column_maps.match(work, exported, MapDraft("Their system", agency, theirs))
        imports.discard(work, exported)
        batch = work.session.get_one(ImportBatch, stopped)
        batch.status, batch.stop, batch.row_count, batch.left = ImportStatus.STOPPED, Stop.BY_HAND, 1, 1
        made.things["map_id"][relation] = work.session.scalar(
            select(ColumnMap.id).where(ColumnMap.panel_id == panel_id))
