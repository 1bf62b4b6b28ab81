"""What a panel asks for in a nomination: the questions of its type, overridden by those that it has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinic.domain import questions as rules
from clinic.domain.errors import NotFound
from clinic.domain.questions import Completeness, Question
from clinic.models import nomination as models
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.services import intake, terms

PAGES = "nomination_page"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a nomination: what its panel asks there, in order."""

    code: str
    title: str
    questions: tuple[Question, ...]


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


def pages_of(session: Session, panel: Panel) -> tuple[Page, ...]:
    """Return the pages on which the panel asks anything, in order. Two statements."""
    asked = rules.asked(of_panel(session, panel))
    titles = terms.labels(session, PAGES, panel_id=panel.id)[PAGES]
    pages = (Page(code, title, tuple(q for q in asked if q.page == code)) for code, title in titles.items())
    return tuple(page for page in pages if page.questions)


def page_of(session: Session, panel: Panel, code: str) -> Page:
    """Return one page of the panel's, or raise NotFound."""
    return chosen(pages_of(session, panel), code)


def chosen(pages: Sequence[Page], code: str) -> Page:
    for page in pages:
        if page.code == code:
            return page
    raise NotFound


def place_of(session: Session, panel: Panel, field: str) -> str:
    """Return the page on which the panel asks for something; nothing where it does not. One statement."""
    return next((question.page for question in rules.asked(of_panel(session, panel)) if question.field == field), "")


def completeness_of(session: Session, nomination: Nomination, rows: intake.Rows | None = None) -> Completeness:
    """Return how whole a nomination is, measured by what its panel asks today. Six statements, one with its rows."""
    draft = intake.draft_of(rows or intake.rows_of(session, nomination))
    return rules.completeness(draft, of_panel(session, session.get_one(Panel, nomination.panel_id)))
