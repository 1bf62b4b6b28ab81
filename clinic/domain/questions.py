"""What a panel asks for in a nomination: which pages, which questions, and what it cannot do without.

The questions of a panel are data: each is a row that its coordinator can change. Here stands
only what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clinic.domain import faults
from clinic.domain.drafts import NominationDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.faults import Fault

# Fields that are filled in under a question of another name.
_UNDER = {
    "victim_aliases": "victim_family_name", "victim_gender": "victim_family_name",
    "perpetrator_family_name": "perpetrator_given_name", "perpetrator_aliases": "perpetrator_given_name",
    "perpetrator_gender": "perpetrator_given_name", "victim_phone": "victim_phone_safe",
    "criteria_reasons": "criteria", "sharing_purpose": "consent", "sharing_basis": "consent",
    "sharing_gateway": "consent", "sharing_reason": "consent", "other_kind": "others", "other_given_name": "others",
    "other_family_name": "others", "other_aliases": "others", "other_date_of_birth": "others",
    "other_relationship": "others", "school": "others", "note": "others",
}


# What nobody has answered who has said nothing: a few things begin with an answer.
_SILENT = NominationDraft().unanswered()


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

    def by_page(self, titles: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the sentences that ask for what is missing, under the titles of the pages that ask for it."""
        found: dict[str, list[str]] = {}
        for code, _field, sentence in self.missing:
            found.setdefault(titles.get(code, code), []).append(sentence)
        return tuple((title, tuple(sentences)) for title, sentences in found.items())


class PageState(StrEnum):
    """How far somebody is with one page of a nomination."""

    NOT_STARTED = "not_started"
    INCOMPLETE = "incomplete"
    WRONG = "wrong"
    OPTIONAL = "optional"
    COMPLETED = "completed"


def question_of(field: str) -> str:
    """Return the question under which a field is filled in."""
    return _UNDER.get(field, field)


def asked(questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(question for question in questions if question.need is not Need.NOT_ASKED)


def state_of(draft: NominationDraft, questions: Sequence[Question], found: Iterable[Fault]) -> PageState:
    """Return how far a draft is with the questions of one page; `found` is everything that is wrong with the draft."""
    names = {question.field for question in questions}
    if any(question_of(fault.field) in names for fault in found):
        return PageState.WRONG
    begun = (names & _SILENT) - draft.unanswered()
    if must(questions) & draft.unanswered():
        return PageState.INCOMPLETE if begun else PageState.NOT_STARTED
    return PageState.COMPLETED if begun else PageState.OPTIONAL


def must(questions: Iterable[Question]) -> frozenset[str]:
    return frozenset(question.field for question in questions if question.need is Need.MUST)


def completeness(draft: NominationDraft, questions: Iterable[Question]) -> Completeness:
    """Return how whole a draft is, measured by what its panel cannot do without."""
    needed = [question for question in questions if question.need is Need.MUST]
    unanswered = draft.unanswered()
    lacking = tuple((q.page, q.field, faults.MISSING[q.field]) for q in needed if q.field in unanswered)
    return Completeness(len(needed) - len(lacking), len(needed), lacking)


def reordered(questions: Sequence[Question], places: Mapping[str, int]) -> tuple[Question, ...]:
    """Return the questions with those of each page in the order of their places; a tie stays as it was."""
    pages = list(dict.fromkeys(question.page for question in questions))
    order = {question.field: number for number, question in enumerate(questions)}
    return tuple(sorted(questions, key=lambda q: (pages.index(q.page), places.get(q.field, 0), order[q.field])))


def check(field: str, need: Need) -> None:
    """Refuse to go without what no nomination can go without."""
    if field in faults.ALWAYS and need is not Need.MUST:
        raise RuleBroken("Every nomination has to say this: it stays required.", field)
