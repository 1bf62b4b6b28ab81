"""Forms of the agenda: the order with its boxes of minutes, an item of one's own, and buttons."""

from __future__ import annotations

import re
from uuid import UUID

from flask import request
from wtforms import HiddenField

from clinic.domain.agenda import LEAST_MINUTES, MOST_MINUTES
from clinic.domain.drops import LONGEST_TEXT, Drop, DropReason
from clinic.web.fields import Choice, Form, LongText, Text, WholeNumber

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_BOX = re.compile(rf"minutes-({_ID.pattern})", re.ASCII)


class Versioned(Form):
    """A change of an agenda; `version` is the one that the page showed."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """Return the version; what was tampered with is no version, and so is stale."""
        text = self.version.data or ""
        return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else -1


class OrderForm(Versioned):
    """The whole order: every line's minutes, whichever of its buttons was pressed."""

    @property
    def minutes(self) -> dict[UUID, int]:
        return {UUID(_BOX.fullmatch(box.name)[1]): box.data for box in self if _BOX.fullmatch(box.name)}

    @property
    def boxes(self) -> dict[str, WholeNumber]:
        """Return the boxes as they were typed, by name, to be shown again."""
        return {box.name: box for box in self if _BOX.fullmatch(box.name)}


def order_form(kind: type[OrderForm] = OrderForm) -> OrderForm:
    """Return the form, or one of its kind, with one box for each line that the request holds."""
    boxes = {
        name: WholeNumber("Minutes", LEAST_MINUTES, MOST_MINUTES, required="Enter the minutes")
        for name in request.form if _BOX.fullmatch(name)
    }
    return type("OrderForm", (kind,), boxes)()


class ArrangeForm(OrderForm):
    """A whole order at once: the ids of all lines, with commas, and which of them was dragged there, if one was."""

    order = HiddenField()
    dragged = HiddenField()

    @property
    def dragged_id(self) -> UUID | None:
        text = self.dragged.data or ""
        return UUID(text) if _ID.fullmatch(text) else None

    @property
    def ids(self) -> list[UUID]:
        """Return the ids; what was tampered with is no order, and so is not found."""
        return [UUID(text) for text in (self.order.data or "").split(",") if _ID.fullmatch(text)]


class UnlockForm(Form):
    reason = LongText("Why is it unlocked?", "Say why it is unlocked", 500, rows=3,
                      hint="Neutral words: no name, nothing that tells of a case.")


class DropForm(Versioned):
    reason = Choice("Why is it not heard at this meeting?", [(one.value, one.words) for one in DropReason],
                    "Choose why it is not heard at this meeting")
    words = LongText("Anything to add", maximum=LONGEST_TEXT, rows=3,
                     hint="Needed where it is something else. The minutes hold it.")

    def drop(self) -> Drop:
        return Drop(DropReason(self.reason.data), self.words.data or "")


class ItemForm(Versioned):
    title = Text("What it is", "Enter what it is", maximum=120,
                 hint="Neutral words: no name, nothing that tells of a case.")
