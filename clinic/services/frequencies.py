"""How many people share a lookup, counted only so far: what hundreds share says little of anybody.

Counted round the wall, on purpose: within it a count would have to walk past whoever is behind
it, and its time would tell of them. So nothing is ever shown of a count; it only says where
to begin to look, and what is not worth looking at.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import LargeBinary, column, func, literal, select, values
from sqlalchemy.orm import Session

from clinic.models.lookup import PersonLookup


def of(session: Session, hashes: Iterable[bytes], most: int) -> dict[bytes, int]:
    """Return how many people share each hash, or `most` where there are more. One statement."""
    wanted = [(digest,) for digest in dict.fromkeys(hashes)]
    if not wanted:
        return {}
    asked = values(column("digest", LargeBinary), name="asked").data(wanted).cte()
    table = PersonLookup.__table__
    some = select(literal(1).label("one")).where(table.c.digest == asked.c.digest).limit(most).correlate(asked)
    count = select(func.count()).select_from(some.subquery()).scalar_subquery()
    return dict(session.connection().execute(select(asked.c.digest, count)).all())
