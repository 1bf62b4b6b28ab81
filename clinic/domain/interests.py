"""What somebody declares who knows a person in a case: in which, how, and what the coordinator must know.

Whoever declares is told nothing but that it is kept, so that no declaration is a question.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from clinic.domain.errors import RuleBroken, RulesBroken
from clinic.domain.meetings import MeetingStatus

LONGEST_TEXT = 2000
#: a ground of the `exclusion_ground` terms that nobody declares of themselves
NOT_DECLARED = "chair_decision"


@dataclass(frozen=True, slots=True)
class Declared:
    """`cases` are those that the person could see; `somebody` is of whoever may be in one that they cannot."""

    knows: bool
    cases: frozenset[UUID] = frozenset()
    ground: str = ""
    reason: str = ""
    somebody: str = ""


def check(said: Declared, status: MeetingStatus) -> None:
    """Refuse what contradicts itself or says too little, at the field where it is mended."""
    if status is MeetingStatus.CANCELLED:
        raise RuleBroken("This meeting is cancelled. Declare it for the next one, or tell the coordinator.")
    named = bool(said.cases or said.somebody.strip())
    broken = []
    if said.knows and not named:
        broken.append(RuleBroken("Choose the cases, or say whom you know", "cases"))
    if not said.knows and named:
        broken.append(RuleBroken("You named somebody: say yes, or take it out", "knows"))
    if said.cases and not said.ground:
        broken.append(RuleBroken("Choose how you know them", "ground"))
    if broken:
        raise RulesBroken(broken)
