"""Orders of a case: what protects somebody, what has happened to it, and how it was broken."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clinic.domain.order_events import OrderEventKind
from clinic.domain.orders import OrderStatus
from clinic.models.case import CaseBound
from clinic.models.sealed import HasSealed, Sealed
from clinic.models.types import Base, Identified


class Order(Identified, CaseBound, HasSealed, Base):
    """A protective or criminal order, or bail. Status and days follow from its events, and are kept to list by."""

    __tablename__ = "order"
    __table_args__ = (Index("ix_order_expires_on", "panel_id", "expires_on"),)
    #: code of the `order_kind` terms
    kind: Mapped[str]
    #: nothing = all that was said of it was taken back
    status: Mapped[OrderStatus | None]
    made_on: Mapped[date | None]
    served_on: Mapped[date | None]
    notified_on: Mapped[date | None]
    #: nothing = until further order
    expires_on: Mapped[date | None]
    court_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    court = Sealed("court_sealed")
    terms_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    terms = Sealed("terms_sealed")
    #: the nomination that named it, where one did
    nomination_id: Mapped[UUID | None] = mapped_column(ForeignKey("nomination.id"), index=True)
    #: who says so
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class OrderEvent(Identified, CaseBound, HasSealed, Base):
    """Something that happened to an order, as one agency has said it. What was wrong is taken back."""

    __tablename__ = "order_event"
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"), index=True)
    kind: Mapped[OrderEventKind]
    happened_on: Mapped[date]
    expires_on: Mapped[date | None]
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = Sealed("note_sealed")
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))


class Breach(Identified, CaseBound, HasSealed, Base):
    """An order was broken: what happened is the incident's to tell, the order's history only points to it."""

    __tablename__ = "breach"
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"), index=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"), index=True)
    happened_on: Mapped[date]
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    #: what the coordinator says to it; nothing = nobody has looked yet
    is_repeat: Mapped[bool | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = Sealed("reason_sealed")
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None]
