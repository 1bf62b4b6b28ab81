"""Some ids as a table to begin a join at.

SQLite keeps no statistics here. Of a list of cases and the wall's list of panels it takes the
shorter one to begin with, and walks every row of those panels; begun here, it walks the rows
of the cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import CTE, Uuid, column, values


def of(ids: Iterable[UUID]) -> CTE:
    """Return a table with one column, `id`. There must be at least one."""
    return values(column("id", Uuid), name="among").data([(id_,) for id_ in ids]).cte()
