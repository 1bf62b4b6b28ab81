"""Lists that a panel edits: codes in columns, labels here."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from clinic.models.panel import Term


def labels(session: Session, *lists: str, panel_id: UUID | None = None) -> dict[str, dict[str, str]]:
    """Return, for each list, its codes and labels in order: the common ones and the panel's own. One statement."""
    rows = session.execute(_labels(), {"lists": lists, "panel_id": panel_id})
    found: dict[str, dict[str, str]] = {name: {} for name in lists}
    for name, code, label in rows:
        found[name][code] = label
    return found


@cache
def _labels() -> Select:
    return (
        select(Term.list, Term.code, Term.label)
        .where(Term.list.in_(bindparam("lists", expanding=True)), Term.active,
               or_(Term.panel_id.is_(None), Term.panel_id == bindparam("panel_id")))
        .order_by(Term.list, Term.position)
    )
