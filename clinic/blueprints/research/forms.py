"""The form on which an agency answers what it was asked."""

from __future__ import annotations

import re
from uuid import UUID

from wtforms import HiddenField

from clinic.domain.research import Known, ResearchAnswer
from clinic.web.fields import Form, LongText, Several

KNOWN = (
    (Known.VICTIM.value, "The victim"), (Known.PERPETRATOR.value, "A perpetrator"),
    (Known.CHILDREN.value, "Children of the household"), (Known.NONE.value, "None of them"),
)


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class ChaseForm(Form):
    """A grid of buttons that remind: of one request, of all of a case or of an agency, or of everything."""

    which = HiddenField()

    @property
    def chosen(self) -> dict[str, UUID]:
        """Return what `services.research_chasing.chase` takes; what was tampered with names nothing that is missing."""
        if self.which.data == "all":
            return {}
        kind, _, text = (self.which.data or "").rpartition(".")
        name = f"{kind}_id" if kind in ("case", "agency") else "request_id"
        return {name: UUID(text) if _ID.fullmatch(text) else UUID(int=0)}


class AnswerForm(Form):
    """`text` stays empty where a panel asks only whether agencies are ready."""

    version = HiddenField()
    known = Several("Whom does your agency know?", KNOWN, "Choose whom your agency knows, or “None of them”",
                    hint="Look every name and alias up before you answer.")
    text = LongText("What the meeting needs to know", rows=8,
                    hint="What is relevant and proportionate, current and accurate. Keep fact apart from opinion. "
                         "Everyone at the meeting who knows the case reads this.")

    @property
    def seen_version(self) -> int:
        """Return the version; what was tampered with is no version, and so is stale."""
        text = self.version.data or ""
        return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1

    def answer(self) -> ResearchAnswer:
        return ResearchAnswer(tuple(Known(value) for value in self.known.data or ()), self.text.data or "")
