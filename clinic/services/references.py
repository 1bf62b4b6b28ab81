"""Neutral references, random within the year: a gap in a sequence would tell that something is there."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain.meetings import local_day


def fresh(session: Session, prefix: str, column: Any, now: datetime) -> str:
    """Return a reference such as `PM-2026-482719` that `column` does not hold yet.

    The look-up goes round the wall on purpose: a reference that is taken behind it is taken.
    The unique constraint has the last word.
    """
    year = local_day(now).year
    while True:
        reference = f"{prefix}-{year}-{secrets.randbelow(900_000) + 100_000}"
        table_column = column.property.columns[0]
        if session.execute(select(table_column).where(table_column == reference)).first() is None:
            return reference


def fresh_many(session: Session, prefix: str, column: Any, now: datetime, count: int) -> list[str]:
    """Return as many different references at once: one look-up for all of them, but for the rare that are taken."""
    year = local_day(now).year
    table_column = column.property.columns[0]
    made: set[str] = set()
    while len(made) < count:
        new: set[str] = set()
        while len(new) < count - len(made):
            new |= {f"{prefix}-{year}-{secrets.randbelow(900_000) + 100_000}"} - made
        made |= new - set(session.execute(select(table_column).where(table_column.in_(list(new)))).scalars())
    return list(made)
