"""Whether the service can do its work: whether its database answers. Holds no data and leaves no trace."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from clinic.services.work import Office


def answers(office: Office) -> bool:
    """Return whether the database answers a question."""
    try:
        with office.peeking("health") as session:
            return session.scalar(select(1)) == 1
    except SQLAlchemyError:
        return False
