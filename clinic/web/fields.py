"""Form fields as GOV.UK draws them, with sentences that say how to mend what is wrong.

A form checks shape and translates to one domain value; it never queries or decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

from flask import render_template
from flask_wtf import FlaskForm
from govuk_frontend_wtf import wtforms_widgets as gov
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation, ValidationError

from clinic.domain.errors import RuleBroken

_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Form(FlaskForm):
    """A form page: the hidden key that makes a second sending harmless, and its error summary."""

    form_key = HiddenField(default=lambda: uuid4().hex)

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)

    def refuse(self, broken: RuleBroken) -> None:
        """Show each broken rule at its field, or above the form."""
        for one in broken.each:
            field = self._fields.get(one.field or "")
            if field is None:
                self.form_errors = [*self.form_errors, one.message]
            else:
                field.errors = [*field.errors, one.message]

    @property
    def summary(self) -> list[dict[str, str]]:
        """Return the error summary: each sentence with the link to its field."""
        lines = [{"text": message} for message in self.form_errors]
        for field in self:
            if field.errors:
                lines.append({"text": str(field.errors[0]), "href": f"#{target(field)}"})
        return lines


class OnceForm(Form):
    """A form that is refused without its key, since nobody could tell it from its copy."""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        sound = super().validate(*args, **kwargs)
        if any(self.form_key.raw_data or ()):
            return sound
        self.refuse(RuleBroken("This form is not whole, so nothing is done. Open its page again."))
        return False


def target(field: Field) -> str:
    """Return the id that an error links to: something that can take the focus."""
    if isinstance(field, DateParts):
        return f"{field.id}-{(field.bad or ('day',))[0]}"
    return field.id


class Required:
    """The field must be filled in; the message says how."""

    def __init__(self, message: str):
        self.message = message
        self.field_flags: dict[str, Any] = {}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if field.process_errors:
            return
        data = field.data
        if data is None or (isinstance(data, str) and not data.strip()) or data == []:
            field.errors = []
            raise StopValidation(self.message)


class Optional:
    """An empty field is an answer; what stands in it is still checked."""

    field_flags: dict[str, Any] = {}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if not field.raw_data or not any(str(part).strip() for part in field.raw_data):
            field.errors = []
            raise StopValidation()


class AtMost:
    def __init__(self, maximum: int):
        self.maximum = maximum
        self.field_flags: dict[str, Any] = {}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if field.data and len(field.data) > self.maximum:
            over = len(field.data) - self.maximum
            raise ValidationError(
                f"{field.label.text} must be {self.maximum:,} characters or fewer; take out {over:,}"
            )


def keepable(form: FlaskForm, field: Field) -> None:
    """Refuse characters that no database or reader can keep."""
    if field.data and _UNKEEPABLE.search(field.data):
        raise ValidationError(f"{field.label.text} holds a character that cannot be kept: type the text again")


def _validators(required: str, *more: Any) -> list:
    return [Required(required) if required else Optional(), *more]


def _trim(value: str | None) -> str | None:
    return value.strip().replace("\r\n", "\n") if value else value


class Text(StringField):
    """One line. `required` is the sentence for an empty field; none = may stay empty."""

    widget = gov.GovTextInput()

    def __init__(self, label: str, required: str = "", maximum: int = 200, hint: str = "", more: Iterable = (), **kw):
        super().__init__(label, _validators(required, keepable, one_line, AtMost(maximum), *more),
                         description=hint, filters=[_trim], **kw)


def one_line(form: FlaskForm, field: Field) -> None:
    if field.data and "\n" in field.data:
        raise ValidationError(f"{field.label.text} must be one line")


class LongText(TextAreaField):
    """Several lines of plain text."""

    widget = gov.GovTextArea()

    def __init__(self, label: str, required: str = "", maximum: int = 10_000, hint: str = "", rows: int = 5, **kw):
        super().__init__(label, _validators(required, keepable, AtMost(maximum)), description=hint, filters=[_trim],
                         render_kw={"params": {"rows": rows}}, **kw)


class Email(Text):
    def __init__(self, label: str, required: str = "Enter an e-mail address", **kw):
        super().__init__(label, required, more=[_like_email],
                         render_kw={"params": {"type": "email", "autocomplete": "username", "spellcheck": False}}, **kw)


_EMAIL = re.compile(r"[^@\s<>\"'()\[\],;:\\]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}", re.IGNORECASE)


def _like_email(form: FlaskForm, field: Field) -> None:
    if field.data and not _EMAIL.fullmatch(field.data):
        raise ValidationError("Enter an e-mail address like name@agency.example")


class Password(PasswordField):
    widget = gov.GovPasswordInput()

    def __init__(self, label: str, required: str, autocomplete: str, hint: str = "", **kw):
        super().__init__(label, [Required(required), AtMost(128)], description=hint,
                         render_kw={"params": {"autocomplete": autocomplete}}, **kw)


class _WithoutEmptyHint:
    """The package draws an empty hint where there is none, and points screen readers at it."""

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict:
        params = super().map_gov_params(field, **kwargs)
        if not (params.get("hint") or {}).get("text"):
            params.pop("hint", None)
        params.setdefault("idPrefix", field.id)
        return params


class _Radios(_WithoutEmptyHint, gov.GovRadioInput):
    pass


class _Checkboxes(_WithoutEmptyHint, gov.GovCheckboxesInput):
    pass


class _Tick(_WithoutEmptyHint, gov.GovCheckboxInput):
    pass


Choices = Sequence[tuple[str, str]]


def _choices(pairs: Choices) -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in pairs]


class Choice(RadioField):
    """One of a few, as radios. Choices may be given to the field after the form is made."""

    widget = _Radios()

    def __init__(self, label: str, choices: Choices = (), required: str = "Choose one", hint: str = "", **kw):
        super().__init__(label, _validators(required), choices=_choices(choices), description=hint, **kw)

    def pre_validate(self, form: FlaskForm) -> None:
        if self.data in (None, "", "None"):
            self.data = None
            return
        if self.data not in {str(value) for value, *_ in self.choices}:
            raise ValidationError("Choose one of the answers shown")


class Several(SelectMultipleField):
    """Any of a list, as checkboxes."""

    widget = _Checkboxes()
    option_widget = gov.GovCheckboxInput()

    def __init__(self, label: str, choices: Choices = (), required: str = "", hint: str = "", **kw):
        super().__init__(label, _validators(required), choices=_choices(choices), description=hint, **kw)

    def pre_validate(self, form: FlaskForm) -> None:
        if self.data and not set(self.data) <= {str(value) for value, *_ in self.choices}:
            raise ValidationError("Choose from the answers shown")


class Tick(BooleanField):
    """One box that says yes, drawn without a legend."""

    widget = _Tick()

    def __init__(self, label: str, **kw):
        super().__init__(label, [], **kw)


class Pick(SelectField):
    """One of many, as a list that drops down; the first choice is empty."""

    widget = gov.GovSelect()

    def __init__(self, label: str, choices: Choices = (), required: str = "Choose from the list", hint: str = "", **kw):
        super().__init__(label, _validators(required), choices=_choices([("", ""), *choices]), description=hint, **kw)

    def offer(self, choices: Choices) -> None:
        self.choices = [("", ""), *choices]

    def pre_validate(self, form: FlaskForm) -> None:
        if self.data and self.data not in {str(value) for value, *_ in self.choices}:
            raise ValidationError("Choose from the list")

    @property
    def uuid(self) -> UUID | None:
        return UUID(self.data) if self.data else None


class ListPick(Pick):
    """One code of a panel's list, which is put in when the page is drawn."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Take any code: the list is the panel's, and the use case holds the code against it."""


class ListSeveral(Several):
    """Any codes of a panel's list."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Take any codes, as `ListPick` does."""


class WholeNumber(StringField):
    """A whole number within bounds; `data` is an int or None."""

    widget = gov.GovTextInput()

    def __init__(self, label: str, low: int, high: int, required: str = "", hint: str = "", **kw):
        super().__init__(label, _validators(required), description=hint,
                         render_kw={"params": {"inputmode": "numeric", "classes": "govuk-input--width-4"}}, **kw)
        self.low, self.high = low, high

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not self.low <= int(text) <= self.high:
            raise ValueError(f"{self.label.text} must be a whole number from {self.low} to {self.high}")
        self.data = int(text)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class _DatePartsWidget:
    def __call__(self, field: DateParts, **kwargs: Any) -> Markup:
        return Markup(render_template("macros/date_parts.html", field=field))  # noqa: S704 - a template escapes


class DateParts(Field):
    """A date as three boxes; months as numbers or words. Only the box that is wrong turns red."""

    widget = _DatePartsWidget()

    def __init__(self, label: str, required: str = "", hint: str = "For example, 27 3 2026", **kw):
        super().__init__(label, _validators(required), description=hint, **kw)
        self.parts: dict[str, str] = {}
        self.bad: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.parts, self.bad = {}, ()
        if formdata is not None and f"{self.name}-day" in formdata:
            super().process(None, None)
            self.parts = {n: (formdata.get(f"{self.name}-{n}") or "").strip() for n in ("day", "month", "year")}
            self._read()
        else:
            super().process(None, data) if data is not None else super().process(None)
            if isinstance(self.data, date):
                self.parts = {"day": str(self.data.day), "month": str(self.data.month), "year": str(self.data.year)}

    def _read(self) -> None:
        self.data = None
        self.raw_data = [v for v in self.parts.values() if v]
        missing = [n for n, v in self.parts.items() if not v]
        if missing and len(missing) < 3:
            self.bad = tuple(missing)
            self.process_errors = [f"{self.label.text} must include a {' and a '.join(missing)}"]
        elif self.raw_data:
            try:
                self.data = date(_digits(self.parts["year"], 4), self._month(), _digits(self.parts["day"], 2))
            except ValueError:
                self.bad = ("day", "month", "year")
                self.process_errors = [f"{self.label.text} must be a real date, like 27 3 2026"]

    def _month(self) -> int:
        text = self.parts["month"]
        word = text[:3].lower()
        return _MONTHS.index(word) + 1 if word in _MONTHS else _digits(text, 2)


def _digits(text: str, most: int) -> int:
    if not re.fullmatch(rf"\d{{1,{most}}}", text, re.ASCII) or (most == 4 and len(text) != 4):
        raise ValueError(text)
    return int(text)


class TimeOfDay(StringField):
    """A time on a wall clock: 9:30, 9.30, 0930, 9am, 2:15pm. `data` is a time or None."""

    widget = gov.GovTextInput()
    _SHAPE = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE | re.ASCII)

    def __init__(self, label: str, required: str = "", hint: str = "For example, 9:30am or 14:00", **kw):
        super().__init__(label, _validators(required), description=hint,
                         render_kw={"params": {"classes": "govuk-input--width-5"}}, **kw)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text:
            self.data = self._time(text)

    def _time(self, text: str) -> time:
        shape = self._SHAPE.fullmatch(text)
        if shape:
            hour, minute, half = int(shape[1]), int(shape[2] or 0), (shape[3] or "").lower()
            if half and 1 <= hour <= 12:
                hour = hour % 12 + (12 if half == "pm" else 0)
            if hour < 24 and minute < 60:
                return time(hour, minute)
        raise ValueError(f"{self.label.text} must be a time, like 9:30am or 14:00")


class Upload(FileField):
    widget = gov.GovFileInput()

    def __init__(self, label: str, required: str = "Choose a file", hint: str = "", **kw):
        super().__init__(label, [Required(required)], description=hint, **kw)


def number(text: str | None) -> int:
    """Return the version that a page carried; what is no number fits no row."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def options(kind: type, *, without: Iterable = ()) -> list[tuple[str, str]]:
    """Return an enum's members as choices, in words."""
    return [(m.value, m.value.replace("_", " ").capitalize()) for m in kind if m not in set(without)]
