"""Doors that open slowly after failures. Kept in the database: the same for every worker and host.

Exempt by name from the door's duties: a counter is nothing that anybody asks about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clinic.domain.accounts import wait_after
from clinic.models.account import Throttle

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_FORGET = timedelta(hours=24)
# A network is shared by many people: it is given ten times the patience of an account.
_PATIENCE = {"account": 1, "network": 10}


def bucket(kind: str, value: str) -> str:
    """Return the name of a door: its kind, and a hash of what it is for."""
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def counted(session: Session, buckets: Sequence[str]) -> Sequence[Throttle]:
    """Return those of these doors at which anybody ever failed."""
    return session.scalars(select(Throttle).where(Throttle.bucket.in_(buckets))).all()


def shut_until(doors: Sequence[Throttle], now: datetime) -> datetime | None:
    """Return until when the slowest of these doors stays shut, or None."""
    until = (door.shut_until for door in doors)
    return max((moment for moment in until if moment is not None and moment > now), default=None)


def failed(session: Session, buckets: Sequence[str], now: datetime) -> None:
    """Count a failure at each of these doors. Two at the same moment are both counted."""
    insert = _INSERT[session.get_bind().dialect.name]
    for name in buckets:
        counted = insert(Throttle).values(bucket=name, failures=1, last_at=now)
        counted = counted.on_conflict_do_update(
            index_elements=[Throttle.bucket],
            set_={
                "failures": case((Throttle.last_at < now - _FORGET, 1), else_=Throttle.failures + 1),
                "last_at": now,
            },
        ).returning(Throttle.failures)
        failures = session.execute(counted, execution_options={"exempt": True}).scalar_one()
        door = session.get_one(Throttle, name, populate_existing=True)
        door.shut_until = now + wait_after(failures // _PATIENCE[name.partition(":")[0]])


def open_again(session: Session, name: str) -> None:
    """Forget the failures at a door that the right person has come through."""
    door = session.get(Throttle, name)
    if door is not None:
        door.failures, door.shut_until = 0, None
