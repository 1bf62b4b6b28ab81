"""Which edition of an agenda somebody has opened last: what changed is told from there on.

Written with the VIEW event of the page, in its transaction; a page that is read twice at once leaves one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clinic.models.agenda import EditionReading

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Reading:
    """That a user has opened an edition of a meeting, by the meeting's own count."""

    meeting_id: UUID
    user_id: UUID
    edition: int


def keep(session: Session, now: datetime, opened: Sequence[Reading]) -> None:
    """Write down what was opened, once each, inside the session's transaction."""
    for one in opened:
        session.execute(_INSERT[session.get_bind().dialect.name](EditionReading).values(
            meeting_id=one.meeting_id, user_id=one.user_id, edition=one.edition, opened_at=now,
        ).on_conflict_do_nothing())
