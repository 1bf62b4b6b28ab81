"""What a panel asks for in a nomination: the questions of its type, overridden by those that it has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clinic.domain import faults
from clinic.domain import questions as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, Stale
from clinic.domain.questions import Completeness, Need, Question
from clinic.models import nomination as models
from clinic.models.nomination import Nomination
from clinic.models.panel import Panel
from clinic.policy import panels as policy
from clinic.services import intake, panels, terms
from clinic.services.work import Work

PAGES = "nomination_page"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a nomination: what its panel asks there, in order."""

    code: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What a panel asks, to its coordinator, page by page; the questions that are not asked too."""

    id: UUID
    name: str
    pages: tuple[Page, ...]
    #: the questions that no nomination can go without
    always: frozenset[str]
    version: int
    may_run: bool
    keeps_desk: bool


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


def settings_page(work: Work, panel_id: UUID) -> SettingsPage:
    """Return what a panel asks, for its coordinator to change."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_coordinate, panel)
    known = of_panel(work.session, panel)
    titles = terms.labels(work.session, PAGES, panel_id=panel.id)[PAGES]
    pages = (Page(code, title, tuple(q for q in known if q.page == code)) for code, title in titles.items())
    work.record(AuditVerb.VIEW, panel)
    return SettingsPage(panel.id, panel.name, tuple(page for page in pages if page.questions),
                        frozenset(faults.ALWAYS), panel.version, policy.may_run(work.actor, panel),
                        panels.keeps_desk(work, panel))


def change(work: Work, panel_id: UUID, needs: Mapping[str, Need], places: Mapping[str, int], version: int) -> None:
    """Set what a panel asks and in which order. What is as its type has it, goes on following its type."""
    panel = panels.find(work, panel_id, lock=True)
    work.require(policy.may_coordinate, panel)
    if panel.version != version:
        raise Stale(theirs="The panel's settings have been changed since you opened this page.")
    for field, need in needs.items():
        rules.check(field, need)
    rows = work.session.scalars(select(models.Question).where(
        or_(models.Question.panel_type == panel.type, models.Question.panel_id == panel.id))).all()
    of_type = {row.field: row for row in rows if row.panel_id is None}
    own = {row.field: row for row in rows if row.panel_id is not None}
    positions = sorted(row.position for row in of_type.values())
    wanted = zip(rules.reordered(of_panel(work.session, panel), places), positions, strict=True)
    for question, position in wanted:
        _put(work, panel, of_type[question.field], own.get(question.field),
             needs.get(question.field, question.need), position)
    flag_modified(panel, "name")
    work.record(AuditVerb.UPDATE, panel, fields=["questions"])


def _put(work: Work, panel: Panel, of_type: models.Question, own: models.Question | None, need: Need,
         position: int) -> None:
    """Keep a question of the panel's own where it differs from its type's, and only there."""
    if (need, position) == (of_type.need, of_type.position):
        if own is not None:
            work.session.delete(own)
    elif own is None:
        work.session.add(models.Question(panel_id=panel.id, page=of_type.page, field=of_type.field, need=need,
                                         position=position))
    else:
        own.need, own.position = need, position


def place_of(session: Session, panel: Panel, field: str) -> str:
    """Return the page on which the panel asks for something; nothing where it does not. One statement."""
    return next((question.page for question in rules.asked(of_panel(session, panel)) if question.field == field), "")


def completeness_of(session: Session, nomination: Nomination, rows: intake.Rows | None = None) -> Completeness:
    """Return how whole a nomination is, measured by what its panel asks today. Six statements, one with its rows."""
    draft = intake.draft_of(rows or intake.rows_of(session, nomination))
    return rules.completeness(draft, of_panel(session, session.get_one(Panel, nomination.panel_id)))
