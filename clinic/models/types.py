"""Column types and the base of every table."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Date, DateTime, MetaData, String, Text, Time, Uuid
from sqlalchemy import Enum as EnumColumn
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Aware going in, UTC in the database, aware coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table. Enums are kept by value, so that tables speak the field's words."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime,
        date: Date,
        time: Time,
        UUID: Uuid,
        str: String(200),
        dict[str, Any]: JSON,
        list[str]: JSON,
        StrEnum: EnumColumn(
            StrEnum, native_enum=False, length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
        Enum: EnumColumn(Enum, native_enum=False, length=40),
    }

    def __repr__(self) -> str:
        """Name the row by its id alone: a repr ends up in logs."""
        return f"<{type(self).__name__} {getattr(self, 'id', '?')}>"


class Identified:
    """A row with a UUID that is given at construction: sealing needs it before the flush."""

    id: Mapped[UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any):
        values.setdefault("id", uuid4())
        super().__init__(**values)


LongText = Text
