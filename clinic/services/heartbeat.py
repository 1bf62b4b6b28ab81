"""When a part of the system was last seen alive. Exempt by name: it changes nothing anybody asks about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clinic.models.post import Heartbeat


def beat(session: Session, name: str, now: datetime) -> None:
    session.merge(Heartbeat(name=name, at=now))


def last(session: Session, name: str) -> datetime | None:
    row = session.get(Heartbeat, name)
    return row.at if row else None
