"""Forms that put a meeting into the calendar, move it, cancel it."""

from wtforms import HiddenField

from clinic.domain.meetings import MeetingKind, MeetingMode, When
from clinic.services.scheduling import Change, NewMeeting
from clinic.web.fields import Choice, DateParts, Form, LongText, TimeOfDay, WholeNumber, options

_MODES = [*options(MeetingMode, without=[MeetingMode.ASYNCHRONOUS]),
          (MeetingMode.ASYNCHRONOUS.value, "In writing: agencies answer until a time, and the chair decides then")]


class _Sitting(Form):
    """When and where; every meeting form asks the same."""

    day = DateParts("Date", "Enter the date of the meeting")
    starts = TimeOfDay("Starts at", "Enter the time at which it starts",
                       hint="For example, 9:30am or 14:00. A round in writing closes then.")
    minutes = WholeNumber("Length in minutes", 15, 720, "Enter how many minutes it lasts",
                          hint="For example, 180. A round in writing has none: leave it as it is.")
    mode = Choice("How it is held", _MODES, "Choose how it is held")
    place = LongText("Place or joining link", maximum=500, rows=3,
                     hint="Shown after sign-in only. It never goes into a letter or a calendar.")

    def when(self) -> When:
        return When(self.day.data, self.starts.data, self.minutes.data)


class NewMeetingForm(_Sitting):
    kind = Choice("Kind", options(MeetingKind, without=[MeetingKind.EMERGENCY]), "Choose the kind of meeting",
                  hint="Meetings by the panel's rule of dates are planned together, not here. An emergency is called "
                       "from the page of its case.")

    def new(self) -> NewMeeting:
        return NewMeeting(MeetingKind(self.kind.data), self.when(), MeetingMode(self.mode.data), self.place.data or "")


class MoveForm(_Sitting):
    version = HiddenField()

    def change(self) -> Change:
        return Change(self.when(), MeetingMode(self.mode.data), self.place.data or "", _whole(self.version.data))


class CancelForm(Form):
    version = HiddenField()

    @property
    def seen_version(self) -> int:
        return _whole(self.version.data)


class AnswerForm(Form):
    """One of two buttons: whether somebody comes."""

    comes = Choice("Will you come?", [("yes", "I will come"), ("no", "I cannot come")], "Say whether you come")

    @property
    def coming(self) -> bool:
        return self.comes.data == "yes"


class PressForm(Form):
    """A button that is a form: the token and the key, nothing to fill in."""


def _whole(text: str | None) -> int:
    """Return a version from a hidden field; what was tampered with is no version, and so is stale."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
