"""Lists that a panel edits: codes in columns, labels here."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinic.models.panel import Term


def labels(session: Session, *lists: str, panel_id: UUID | None = None) -> dict[str, dict[str, str]]:
    """Return, for each list, its codes and labels in order: the common ones and the panel's own. One statement."""
    rows = session.execute(
        select(Term.list, Term.code, Term.label)
        .where(Term.list.in_(lists), Term.active, or_(Term.panel_id.is_(None), Term.panel_id == panel_id))
        .order_by(Term.list, Term.position)
    )
    found: dict[str, dict[str, str]] = {name: {} for name in lists}
    for name, code, label in rows:
        found[name][code] = label
    return found
