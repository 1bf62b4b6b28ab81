"""What a panel asks for in a nomination: the questions of its type, overridden by those that it has changed."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinic.domain import questions as rules
from clinic.domain.questions import Completeness, Question
from clinic.models import nomination as models
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.services import intake

PAGES = "nomination_page"


def of_panel(session: Session, panel: Panel) -> tuple[Question, ...]:
    """Return every question that the panel could ask, in its order. One statement."""
    rows = session.scalars(
        select(models.Question)
        .where(or_(models.Question.panel_type == panel.type, models.Question.panel_id == panel.id))
        # Its own come last, and take the place of its type's.
        .order_by(models.Question.panel_id.is_not(None))
    )
    found = {row.field: row for row in rows}
    return tuple(Question(row.page, row.field, row.need)
                 for row in sorted(found.values(), key=lambda row: (row.position, row.field)))


def completeness_of(session: Session, nomination: Nomination, rows: intake.Rows | None = None) -> Completeness:
    """Return how whole a nomination is, measured by what its panel asks today. Six statements, one with its rows."""
    draft = intake.draft_of(rows or intake.rows_of(session, nomination))
    return rules.completeness(draft, of_panel(session, session.get_one(Panel, nomination.panel_id)))
