"""Forms of what happened in a case: one incident, many pasted at once, and why one is put right."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from wtforms import HiddenField

from clinic.domain.cases import Answer
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import LONGEST_REASON, LONGEST_TEXT, MOST, Incident, InformationKind
from clinic.web.fields import Choice, DateParts, Form, ListSeveral, LongText, options

_LONGEST_PASTE = 400_000
_KINDS = [
    (InformationKind.FACT, "A fact: somebody of ours saw it, or there is evidence"),
    (InformationKind.THIRD_PARTY_REPORT, "A report: somebody told us"),
    (InformationKind.PROFESSIONAL_OPINION, "A professional opinion"),
    (InformationKind.INTELLIGENCE_RESTRICTED,
     "Restricted intelligence: only your agency, the chairs and the coordinator read it"),
]
_COUNTS = "The six-month limit is counted from facts and reports, never from an opinion or restricted intelligence."


class IncidentForm(Form):
    on = DateParts("When did it happen?", "Enter the day of the incident", hint="For example, 27 3 2026")
    what = LongText("What happened?", "Say what happened", LONGEST_TEXT,
                    hint="Include near breaches, and what was done to others because of the victim.")
    information = Choice("What does this rest on?", _KINDS, "Say what this rests on", hint=_COUNTS)
    behaviours = ListSeveral("What did the perpetrator do? (optional)", (), hint="Choose all that apply.")
    reported = Choice("Was it reported to the police? (optional)", options(Answer), "")
    breach = Choice("Did it breach an order or bail? (optional)", options(Answer), "")

    def offer(self, behaviours: dict[str, str]) -> None:
        self.behaviours.choices = list(behaviours.items())

    def incident(self) -> Incident:
        return Incident(self.on.data, self.what.data, tuple(self.behaviours.data or ()),
                        Answer(self.reported.data or Answer.NOT_ASKED), Answer(self.breach.data or Answer.NOT_ASKED),
                        InformationKind(self.information.data))


class CorrectionForm(IncidentForm):
    why = LongText("Why is it put right?", "Say why", LONGEST_REASON, rows=2,
                   hint="The earlier version stays to be read, with this beside it.")


class TakeBackForm(Form):
    why = LongText("Why is it taken back?", "Say why", LONGEST_REASON, rows=2, id="take-back-why",
                   hint="It stays to be read, and counts for nothing.")


def values(incident: Incident) -> dict[str, Any]:
    return {"on": incident.on, "what": incident.what, "behaviours": list(incident.behaviours),
            "reported": incident.reported.value, "breach": incident.breach.value,
            "information": incident.information.value if incident.information else None}


class PasteForm(Form):
    lines = LongText(
        "A log, one incident a line", "Paste at least one line", _LONGEST_PASTE, rows=12,
        hint=f"Each line: the day, then a tab, semicolon or comma, then what happened. Up to {MOST} at once.")
    information = Choice("What do they rest on?", _KINDS, "Say what these rest on", hint=_COUNTS)
    #: of the lines that were shown to be checked
    seen = HiddenField(default="")

    @property
    def digest(self) -> str:
        return sha256((self.lines.data or "").encode()).hexdigest()[:16]

    @property
    def is_checked(self) -> bool:
        return self.seen.data == self.digest

    def spoiled(self, bad: int) -> RuleBroken:
        """Return what keeps these lines from being written down."""
        if not bad:
            return RuleBroken(f"These are more than {MOST} incidents: paste them in parts.", "lines")
        lines = "1 line has" if bad == 1 else f"{bad:,} lines have"
        return RuleBroken(f"{lines} to be mended; nothing has been added yet", "lines")
