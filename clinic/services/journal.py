"""Adds lines to the journal: the only writer of the audit tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from clinic.domain.audit import link
from clinic.models.audit import AuditEvent, AuditHead


def append(session: Session, now: datetime, events: Sequence[dict[str, Any]]) -> None:
    """Chain `events` to the journal inside the session's transaction, in three statements.

    The one row of the head is locked first, so that two writers cannot fork the chain.
    """
    if not events:
        return
    head = session.execute(
        select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    ).one()
    seq, prev, lines = head.seq, head.hash, []
    for event in events:
        seq += 1
        line = {**event, "seq": seq, "at": now, "prev": prev}
        prev = line["hash"] = link(prev, canonical(line))
        lines.append(line)
    # Else lines that leave different columns open would be inserted one by one.
    session.execute(insert(AuditEvent), lines, execution_options={"render_nulls": True})
    session.execute(
        update(AuditHead).where(AuditHead.id == 1).values(seq=seq, hash=prev),
        execution_options={"exempt": True, "synchronize_session": False},
    )


def canonical(line: dict[str, Any]) -> dict[str, Any]:
    """Return the line as plain JSON values, the way its hash was taken."""
    return {
        name: value if isinstance(value, (int, dict, list)) or value is None else _plain(value)
        for name, value in line.items()
        if name not in ("prev", "hash")
    }


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
