"""The phrases that a panel keeps for its notes: rows of its own list, edited by those who run it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.domain import phrases as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import Stale
from clinic.models.panel import Panel, Term
from clinic.policy import panels as policy
from clinic.services import panels
from clinic.services.work import Work

LIST = "note_phrase"


@dataclass(frozen=True, slots=True)
class PhrasesPage:
    id: UUID
    name: str
    phrases: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.phrases)


def page(work: Work, panel_id: UUID) -> PhrasesPage:
    """Return a panel's phrases, one after the other, to those who run it."""
    panel = panels.find(work, panel_id)
    work.require(policy.may_run, panel)
    work.record(AuditVerb.VIEW, panel, what="phrases")
    return PhrasesPage(panel.id, panel.name, tuple(row.label for row in _rows(work.session, panel)))


def change(work: Work, panel_id: UUID, text: str, seen: str) -> None:
    """Keep these phrases, one a line, and no others. Raises Stale where somebody has changed what the writer saw."""
    panel = panels.find(work, panel_id, lock=True)
    work.require(policy.may_run, panel)
    rows = _rows(work.session, panel)
    kept = [row.label for row in rows]
    if kept != seen.splitlines():
        raise Stale(theirs="\n".join(kept), yours=text)
    phrases = rules.phrases(text)
    for position, phrase in enumerate(phrases):
        if position < len(rows):
            rows[position].label = phrase
        else:
            work.session.add(Term(list=LIST, code=f"phrase_{position}", label=phrase, position=position,
                                  panel_id=panel.id))
    for row in rows[len(phrases):]:
        work.session.delete(row)
    work.record(AuditVerb.UPDATE, panel, fields=["phrases"])


def _rows(session: Session, panel: Panel) -> Sequence[Term]:
    return session.scalars(
        select(Term).where(Term.list == LIST, Term.panel_id == panel.id).order_by(Term.position)).all()
