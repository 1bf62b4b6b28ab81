"""Forms of declaring an interest, and of saying who speaks instead."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from wtforms.fields.choices import SelectChoice

from clinic.domain.interests import LONGEST_TEXT, Declared
from clinic.web.fields import Choice, Choices, Form, LongText, Pick, Several

_YES, _NO, _NOBODY = "yes", "no", "nobody"


class InterestsForm(Form):
    knows = Choice("Do you know anybody in a case of this meeting?", [
        (_NO, "No, as far as I can tell"), (_YES, "Yes, or I may"),
    ], "Say whether you know anybody", hint="Related to, working with, living beside or once close to: say yes.")
    cases = Several("In which of these", hint="You keep out of these from now on, and see nothing more of them.")
    ground = Pick("How you know them", (), "")
    reason = LongText("Anything that the coordinator must know of it", maximum=LONGEST_TEXT, rows=3)
    somebody = LongText("Somebody I know who is in none of these", maximum=LONGEST_TEXT, rows=3,
                        hint="For the coordinator alone. You are not told whether there is such a case.")

    def offer(self, cases: Iterable[tuple[UUID, str]], grounds: Choices) -> None:
        """Offer the cases that the person sees, and the grounds of the panel."""
        self.cases.choices = [SelectChoice(str(id_), reference) for id_, reference in cases]
        self.ground.offer(grounds)

    def declared(self) -> Declared:
        return Declared(self.knows.data == _YES, frozenset(map(UUID, self.cases.data or ())), self.ground.data or "",
                        self.reason.data or "", self.somebody.data or "")

    def begin_with(self, case: UUID | None) -> None:
        """Start with a case chosen, where somebody came from its own line."""
        if case is not None and str(case) in {str(value) for value, *_ in self.cases.choices}:
            self.knows.data, self.cases.data = _YES, [str(case)]


class SpeakerForm(Form):
    speaker = Choice("Who speaks instead?", (), "Choose who speaks, or that nobody does")

    def name_from(self, speakers: Iterable[tuple[UUID, str]]) -> None:
        named = [SelectChoice(str(id_), name) for id_, name in speakers]
        self.speaker.choices = [*named, SelectChoice(_NOBODY, "Nobody: the agency is not heard in this case")]

    def named(self) -> UUID | None:
        return None if self.speaker.data == _NOBODY else UUID(self.speaker.data)
