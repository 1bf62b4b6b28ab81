"""What a panel asks for in a nomination: which pages, which questions, and what it cannot do without.

The questions of a panel are data: each is a row that its coordinator can change. Here stands
only what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from clinic.domain import faults
from clinic.domain.drafts import NominationDraft
from clinic.domain.errors import RuleBroken


class Need(StrEnum):
    MUST = "must"
    MAY = "may"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a panel asks for. `page` is a code of the `nomination_page` terms."""

    page: str
    #: a name of `faults.MISSING`
    field: str
    need: Need


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what a panel must know a nomination says, and what it lacks, page by page."""

    answered: int
    of: int
    #: page, field and the sentence that asks for it
    missing: tuple[tuple[str, str, str], ...]

    @property
    def percent(self) -> int:
        return 100 * self.answered // self.of if self.of else 100


def must(questions: Iterable[Question]) -> frozenset[str]:
    return frozenset(question.field for question in questions if question.need is Need.MUST)


def completeness(draft: NominationDraft, questions: Iterable[Question]) -> Completeness:
    """Return how whole a draft is, measured by what its panel cannot do without."""
    needed = [question for question in questions if question.need is Need.MUST]
    unanswered = draft.unanswered()
    lacking = tuple((q.page, q.field, faults.MISSING[q.field]) for q in needed if q.field in unanswered)
    return Completeness(len(needed) - len(lacking), len(needed), lacking)


def check(field: str, need: Need) -> None:
    """Refuse to go without what no nomination can go without."""
    if field in faults.ALWAYS and need is not Need.MUST:
        raise RuleBroken("Every nomination has to say this: it stays required.", field)
