"""What is noted while a case is heard, section by section: each has its own text, version and second editor.

Pure rules. Which sections there are hangs on the kind of the panel: a stalking clinic hears prosecutors advise on a
case, a panel that scrutinises finished ones takes lessons from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinic.domain.errors import RuleBroken
from clinic.domain.panels import PanelType

# As long as anybody types in a meeting, and longer.
LONGEST_NOTE = 50_000


class NoteSection(StrEnum):
    SHARED = "shared"
    RISK = "risk"
    ADVICE = "advice"
    LESSONS = "lessons"

    @property
    def words(self) -> str:
        """Return the heading under which the minutes have it."""
        return _WORDS[self]


_WORDS = {
    NoteSection.SHARED: "Discussion",
    NoteSection.RISK: "Risk, as the chair summed it up",
    NoteSection.ADVICE: "Advice of the prosecutors",
    NoteSection.LESSONS: "Lessons",
}
_CLINIC = (NoteSection.SHARED, NoteSection.RISK, NoteSection.ADVICE)
_OF_PANEL = {
    PanelType.MARAC: (NoteSection.SHARED, NoteSection.RISK),
    PanelType.STALKING_CLINIC: _CLINIC,
    PanelType.STALKING_INTERVENTION_PANEL: _CLINIC,
    PanelType.CPS_SCRUTINY_PANEL: (NoteSection.SHARED, NoteSection.LESSONS),
}


@dataclass(frozen=True, slots=True)
class Note:
    """The text of one section, and which version of it this is; 0 before anything was saved."""

    text: str = ""
    version: int = 0


def sections(kind: PanelType) -> tuple[NoteSection, ...]:
    """Return the sections of a panel's notes, in the order in which they are written and read."""
    return _OF_PANEL[kind]


def check_section(section: NoteSection, kind: PanelType) -> None:
    if section not in sections(kind):
        raise RuleBroken("This panel keeps no notes of that kind. Load the page again.")
