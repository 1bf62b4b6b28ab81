"""Forms of the live meeting. What may be chosen depends on the meeting, so the rules check it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from flask import request
from wtforms import Field, HiddenField
from wtforms.validators import ValidationError

from clinic.domain.actions import NewAction, RiskTarget
from clinic.domain.adjournments import expected
from clinic.domain.attendance import Mark
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.meetings import AttendanceStatus
from clinic.domain.notes import LONGEST_NOTE, Note, NoteSection
from clinic.domain.reordering import Move
from clinic.web.fields import Choice, DateParts, Form, LongText, Pick, Text, Tick, TimeOfDay, number, options


class Known(Pick):
    """A choice that the page offers and the rules check: here only its shape is looked at."""

    def pre_validate(self, form: Form) -> None:
        if self.data and _uuid(self.data) is None:
            raise ValidationError("Choose from the list")


class Code(Pick):
    """A code of a list that the panel edits; the rules know the list."""

    def pre_validate(self, form: Form) -> None:
        return


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


class PressForm(Form):
    """A button that is a form: the token and the key, nothing to fill in."""

    #: the hearing whose page the button stands on, to come back to
    hearing = HiddenField()

    @property
    def hearing_id(self) -> UUID | None:
        return _uuid(self.hearing.data)


class StartForm(Form):
    chair = Known("Who chairs this meeting", required="Choose who chairs this meeting")


class ChairForm(Form):
    chair = Known("Who chairs from now on", required="Choose who chairs from now on")


class AdjournForm(Form):
    reason = Text("Why", "Say why the meeting is adjourned", 200,
                  hint="For those who record. Name no case here: the others are told the times alone.")
    starts = TimeOfDay("Goes on at (optional)")
    day = DateParts("On another day (optional)")

    def expected_at(self, at: datetime) -> datetime | None:
        return expected(self.day.data, self.starts.data, at)


class OrderForm(Form):
    """Buttons that move a line of the order: the button's name says where to, its value which line."""

    seen = HiddenField()

    @property
    def move(self) -> tuple[UUID, Move]:
        for way in Move:
            item_id = _uuid(request.form.get(way.value))
            if item_id is not None:
                return item_id, way
        raise RuleBroken("Choose where to move it.")


class AttendanceForm(Form):
    """The whole register: a line a person, named by their id."""

    def marks(self) -> dict[UUID, Mark]:
        """Return what was changed on the page; lines that were left as they were say nothing."""
        found = {}
        for name, value in request.form.items():
            user_id = _uuid(name.removeprefix("status-")) if name.startswith("status-") else None
            if user_id is None:
                continue
            if value != request.form.get(f"was-{user_id}", ""):
                status, _, deputy_for = value.partition("/")
                found[user_id] = Mark(_status(status), _uuid(deputy_for))
        return found


def _status(value: str) -> AttendanceStatus | None:
    if value and value not in {status.value for status in AttendanceStatus}:
        raise RuleBroken("Choose one of the answers shown.")
    return AttendanceStatus(value) if value else None


class ComingForm(Form):
    """One of two buttons: somebody is here, or must leave."""

    goes = HiddenField()

    @property
    def leaves(self) -> bool:
        return self.goes.data == "yes"


class GuestForm(Form):
    name = Text("Guest’s name", "Enter the guest’s name")
    agency = Text("Guest’s agency or role", "Enter where the guest is from")


class StepOutForm(Form):
    who = Known("Who steps out", required="Choose who steps out",
                hint="They learn nothing of this case from here on. Only the coordinator lets them in again.")


class NotesForm(Form):
    """The sections of the notes, each with the version that its writer started from: the panel's are shown."""

    notes = LongText("Notes for the minutes", maximum=LONGEST_NOTE, rows=9,
                     hint="What was shared, by which agency, and why it was proportionate.")
    version = HiddenField()
    notes_risk = LongText("Risk, as the chair sums it up", maximum=LONGEST_NOTE, rows=3)
    version_risk = HiddenField()
    notes_advice = LongText("Advice of the prosecutors", maximum=LONGEST_NOTE, rows=3,
                            hint="Early advice, the charge, section 4A, orders to apply for.")
    version_advice = HiddenField()
    notes_lessons = LongText("Lessons", maximum=LONGEST_NOTE, rows=3,
                             hint="Good practice, and what is to be done otherwise.")
    version_lessons = HiddenField()

    @classmethod
    def showing(cls, noted: Mapping[NoteSection, Note]) -> Self:
        """Return the form of what stands in the notes."""
        shown = {}
        for section, note in noted.items():
            text, version = _NAMES[section]
            shown |= {text: note.text, version: str(note.version)}
        return cls(formdata=None, **shown)

    def box(self, section: NoteSection) -> tuple[Field, Field]:
        """Return a section's text and its version."""
        return tuple(self[name] for name in _NAMES[section])

    def sent(self) -> list[tuple[NoteSection, str, int]]:
        """Return the sections that were sent, each with its text and the version that the writer started from."""
        return [(section, self[text].data or "", _version(self[version].data or ""))
                for section, (text, version) in _NAMES.items() if self[text].raw_data]


_NAMES = {section: (f"notes{end}", f"version{end}") for section, end in (
    (NoteSection.SHARED, ""), (NoteSection.RISK, "_risk"), (NoteSection.ADVICE, "_advice"),
    (NoteSection.LESSONS, "_lessons"))}


def box_names(section: NoteSection) -> tuple[str, str]:
    """Return the names of the boxes of a section's text and version."""
    return _NAMES[section]


def _version(text: str) -> int:
    """Return the version that a page was made with; -1 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


class OutcomeForm(Form):
    outcome = Choice("How it ends", options(HearingOutcome), "Choose an outcome")
    reason = Code("Reason, when deferred or carried over", required="")
    read_back = Tick("All actions were read back to the meeting")
    agreed = HiddenField()
    seen = HiddenField()

    @property
    def actions_read_back(self) -> int | None:
        """Return how many actions stood on the page that was read back; nothing where that was not ticked."""
        return number(self.agreed.data) if self.read_back.data else None

    @property
    def seen_outcome(self) -> HearingOutcome | None:
        return next((o for o in HearingOutcome if o.value == self.seen.data), None)


class ActionForm(Form):
    text = Text("What needs to be done", "Enter what needs to be done", 500)
    owner = Known("Owning agency", required="Choose the agency that will do it")
    lead = Known("Lead (optional)", required="")
    due_on = DateParts("Due", "Enter the day by which it is due")
    risk = Pick("Risk it addresses", options(RiskTarget), default=RiskTarget.VICTIM.value)

    def new(self) -> NewAction:
        return NewAction(self.text.data, self.owner.uuid, self.lead.uuid, self.due_on.data, RiskTarget(self.risk.data))
