"""Several selects of one page as one statement: each row comes back under the name of its select, with its columns.

They are put side by side, each in columns of its own, so that what they return may be as different as it likes. Rows
come in no order.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, cast, literal, null, union_all
from sqlalchemy.orm import Session

from clinic.policy.once import ONCE


@dataclass(frozen=True)
class Together:
    """Selects that are asked as one statement."""

    statement: Any
    shapes: dict[str, Any]
    starts: dict[str, int]

    def rows(self, session: Session, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Return the rows of each select by its name, as tuples with the names of its columns."""
        found: dict[str, list[Any]] = {name: [] for name in self.shapes}
        for row in session.execute(self.statement, values):
            name, shape = row[0], self.shapes[row[0]]
            start = self.starts[name]
            found[name].append(shape(*row[start : start + len(shape._fields)]))
        return found


def together(selects: Mapping[str, Select]) -> Together:
    """Put selects side by side, for a builder that is called once.

    Each says by `select_from` where its joins begin, since its columns are not its own alone any more.
    """
    widths = {name: list(select.selected_columns) for name, select in selects.items()}
    shapes = {name: namedtuple("Row", [column.key for column in columns]) for name, columns in widths.items()}
    starts, start = {}, 1
    for name, columns in widths.items():
        starts[name], start = start, start + len(columns)
    sides = (_side(name, selects[name], widths) for name in selects)
    return Together(union_all(*sides).execution_options(**ONCE), shapes, starts)


def _side(name: str, select: Select, widths: Mapping[str, list[Any]]) -> Select:
    """Return a select with its own columns where they belong, and nothing in those of the others."""
    return select.with_only_columns(literal(name).label("of"), *(
        (column if owner == name else cast(null(), column.type)).label(f"{owner}_{place}")
        for owner, columns in widths.items() for place, column in enumerate(columns)
    ))
