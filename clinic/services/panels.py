"""Opening a panel, its rules, and what needs doing before its next meeting."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain.errors import NotFound
from clinic.domain.panels import Rules
from clinic.models.panel import Panel, PanelRules
from clinic.policy import panels as policy
from clinic.services.work import Work


def find(work: Work, panel_id: UUID) -> Panel:
    """Find a panel that the actor has a seat on (or administers), or raise NotFound."""
    panel = work.session.scalar(select(Panel).where(Panel.id == panel_id, policy.visible_to(work.actor)))
    if panel is None:
        raise NotFound
    return panel


def rules_of(session: Session, panel_id: UUID) -> Rules:
    """Return a panel's rules as the domain's value."""
    row = session.scalars(select(PanelRules).where(PanelRules.panel_id == panel_id)).one()
    return Rules(**{name: getattr(row, name) for name in Rules.names()})
