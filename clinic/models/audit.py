"""The journal. Rows are added, never changed: the database itself refuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.audit import AuditVerb
from clinic.models.types import Base


class AuditEvent(Base):
    """Who did what to which row, when. Names of fields, never their values."""

    __tablename__ = "audit_event"
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    verb: Mapped[AuditVerb]
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    #: which part of the system acted, where nobody did
    system: Mapped[str] = mapped_column(default="")
    agency_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    object_type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[UUID | None] = mapped_column(index=True)
    panel_id: Mapped[UUID | None] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    #: names of fields that changed, or ids that a list showed
    detail: Mapped[dict[str, Any]]
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain: one row, held by whoever writes next."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
