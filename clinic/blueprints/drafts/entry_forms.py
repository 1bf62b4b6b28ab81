"""What stands beside the pages of a nomination: one person, one incident, many lines at once, and the sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from clinic.blueprints.drafts.forms import split_aliases
from clinic.domain.answers import KINDS
from clinic.domain.cases import Answer, Gender, PartyKind
from clinic.domain.drafts import PartyDraft
from clinic.domain.errors import RuleBroken
from clinic.domain.faults import LIMITS
from clinic.domain.incidents import LONGEST_TEXT, MOST, Incident
from clinic.web.fields import (
    Choice,
    DateParts,
    Form,
    ListPick,
    ListSeveral,
    LongText,
    Text,
    number,
    options,
)

_LONGEST_PASTE = 300_000


class PressForm(Form):
    """A button that is a form."""


class PersonForm(Form):
    other_kind = Choice("What is this person in the case?", [(kind.value, text) for kind, text in KINDS.items()], "")
    other_given_name = Text("Given name", maximum=LIMITS["other_given_name"],
                            hint="Enter “Not known” for somebody whose name nobody knows.")
    other_family_name = Text("Family name (optional)", maximum=LIMITS["other_family_name"])
    other_aliases = Text("Other names and spellings (optional)", maximum=LIMITS["other_aliases"],
                         hint="Separate several with semicolons.")
    other_date_of_birth = DateParts("Date of birth", hint="For example, 27 3 2016. Leave empty when it is not known.")
    other_gender = Choice("Gender (optional)", options(Gender), "")
    other_relationship = ListPick("What this person is to the victim (optional)", (), "")
    school = Text("School, of a child (optional)", maximum=LIMITS["school"])
    note = LongText("What else the panel should know of them (optional)", maximum=LIMITS["note"], rows=3)

    def offer(self, lists: dict[str, dict[str, str]]) -> None:
        self.other_relationship.offer(list(lists["relationship"].items()))

    def person(self) -> PartyDraft:
        return PartyDraft(
            self.other_given_name.data or "", self.other_family_name.data or "",
            split_aliases(self.other_aliases.data), self.other_date_of_birth.data,
            Gender(self.other_gender.data or Gender.NOT_KNOWN),
            PartyKind(self.other_kind.data) if self.other_kind.data else None, self.other_relationship.data or "",
            self.school.data or "", self.note.data or "",
        )


def person_values(person: PartyDraft | None) -> dict[str, Any]:
    if person is None:
        return {}
    return {
        "other_kind": person.kind or "", "other_given_name": person.given_name,
        "other_family_name": person.family_name, "other_aliases": ";".join(person.aliases),
        "other_date_of_birth": person.born_on, "other_gender": person.gender.value,
        "other_relationship": person.relationship, "school": person.school, "note": person.note,
    }


class IncidentForm(Form):
    on = DateParts("When did it happen?", "Enter the day of the incident", hint="For example, 27 3 2026")
    what = LongText("What happened?", "Say what happened", LONGEST_TEXT, hint="Facts, and who saw it.")
    behaviours = ListSeveral("What did the perpetrator do? (optional)", (), hint="Choose all that apply.")
    reported = Choice("Was it reported to the police? (optional)", options(Answer), "")
    breach = Choice("Did it breach an order or bail? (optional)", options(Answer), "")

    def offer(self, lists: dict[str, dict[str, str]]) -> None:
        self.behaviours.choices = list(lists["behaviours"].items())

    def incident(self) -> Incident:
        return Incident(self.on.data, self.what.data, tuple(self.behaviours.data or ()),
                        Answer(self.reported.data or Answer.NOT_ASKED), Answer(self.breach.data or Answer.NOT_ASKED))


def incident_values(incident: Incident | None) -> dict[str, Any]:
    if incident is None:
        return {}
    return {"on": incident.on, "what": incident.what, "behaviours": list(incident.behaviours),
            "reported": incident.reported.value, "breach": incident.breach.value}


class PasteForm(Form):
    lines = LongText(
        "Incidents, one a line", "Paste at least one line", _LONGEST_PASTE, rows=12,
        hint=f"Each line: the day, then a tab, semicolon or comma, then what happened. Up to {MOST} incidents.")

    def spoiled(self, bad: int) -> None:
        """Say at the field that some lines are no incidents yet."""
        lines = "1 line has" if bad == 1 else f"{bad:,} lines have"
        raise RuleBroken(f"{lines} to be mended; nothing has been added yet", "lines")


class EmergencyForm(Form):
    emergency_reason = LongText("Why can it not wait?", "Say why this cannot wait", LIMITS["emergency_reason"], rows=4,
                                hint="What may happen, and when.")


class SendForm(Form):
    """Sends a whole draft. What is wrong or missing leads to the page where it is mended."""

    #: the version of the nomination that is to be changed, as the page showed it
    seen = HiddenField(default="0")
    broken: Sequence[RuleBroken] = ()
    #: by the name of a field, where its page is
    places: Mapping[str, str] = {}

    @property
    def seen_version(self) -> int:
        return number(self.seen.data)

    def refuse(self, broken: RuleBroken) -> None:
        self.broken = broken.each
        self.form_errors = [*self.form_errors, *(one.message for one in broken.each)]

    @property
    def summary(self) -> list[dict[str, str]]:
        return [{"text": one.message, **({"href": self.places[one.field]} if one.field in self.places else {})}
                for one in self.broken] or super().summary
