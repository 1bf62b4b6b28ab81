"""A file of nominations on its way in: what it is, how far it is, and its parts, sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.imports import ImportStatus, PartKind, Stop
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class ImportBatch(Identified, HasSealed, Base):
    """A file that somebody sent. Gone within the hour, but for one that is going in: that is kept until it is in."""

    __tablename__ = "import_batch"
    seal_owner = "id"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    #: whose coordinator sent it; its rows name their own
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    status: Mapped[ImportStatus] = mapped_column(index=True)
    #: of the whole file; nothing until it is read
    row_count: Mapped[int] = mapped_column(default=0)
    #: how they divide: still to go in, in, here already, to mend
    left: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    #: ids of the panels that got nominations: their coordinators are told once, at the end
    panels: Mapped[list[str]] = mapped_column(default=list)
    stop: Mapped[Stop | None]
    refusal_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: why it cannot be read; quotes its headings
    refusal = Sealed("refusal_sealed")
    headings_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: of an export whose columns are not ours; a file without headings has a person there
    headings = Sealed("headings_sealed", list)
    #: what its columns are, once that is said
    map_id: Mapped[UUID | None] = mapped_column(ForeignKey("column_map.id"))
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class ImportPart(Identified, HasSealed, Base):
    """A part of such a file: bytes as they came, or a hundred rows at most. Small enough to hold one at a time."""

    __tablename__ = "import_part"
    seal_owner = "batch_id"
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("import_batch.id"), index=True)
    kind: Mapped[PartKind]
    #: their order in the file
    position: Mapped[int]
    #: how many rows it holds
    size: Mapped[int] = mapped_column(default=0)
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: of a part as it came
    raw = Sealed("content_sealed", bytes)
    #: of a part that is read: lines as `domain.imports.Line` has them
    rows = Sealed("content_sealed", list)


class ColumnMap(Identified, Base):
    """What a panel's coordinator said of an agency's own export. Holds headings, and nothing that stands below them."""

    __tablename__ = "column_map"
    __table_args__ = (UniqueConstraint("panel_id", "agency_id", "name"),)
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(80))
    #: all headings of the export, by which it is known again
    headings: Mapped[list[str]]
    #: their heading by our column
    columns: Mapped[dict[str, Any]]
    month_first: Mapped[bool] = mapped_column(default=False)
    saved_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    saved_at: Mapped[datetime]
