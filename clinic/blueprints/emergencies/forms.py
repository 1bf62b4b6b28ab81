"""The form that calls an emergency meeting about a case."""

from __future__ import annotations

from uuid import UUID

from clinic.domain.emergencies import Emergency, answering
from clinic.domain.errors import RuleBroken
from clinic.domain.meetings import MeetingMode, When
from clinic.web.fields import Choice, DateParts, Form, ListSeveral, LongText, TimeOfDay, WholeNumber, options


class CallForm(Form):
    agencies = ListSeveral("Which agencies are called?", (), "Choose the agencies that are called",
                           hint="Whoever speaks for them is invited and asked at once. Who runs the panel comes too.")
    day = DateParts("Day of the meeting", "Enter the day of the meeting")
    starts = TimeOfDay("Starts at", "Enter the time at which it starts")
    minutes = WholeNumber("Length in minutes", 15, 720, "Enter how many minutes it lasts", hint="For example, 30")
    mode = Choice("How it is held", options(MeetingMode, without=[MeetingMode.ASYNCHRONOUS]), "Choose how it is held")
    place = LongText("Place or joining link", maximum=500, rows=3,
                     hint="Shown after sign-in only. It never goes into a letter or a calendar.")
    answers_on = DateParts("Day by which agencies answer", "Enter the day by which agencies answer")
    answers_at = TimeOfDay("Time by which agencies answer", "Enter the time by which agencies answer")

    def new(self) -> Emergency:
        return Emergency(
            When(self.day.data, self.starts.data, self.minutes.data), MeetingMode(self.mode.data), self._agencies(),
            answering(self.answers_on.data, self.answers_at.data), self.place.data or "")

    def _agencies(self) -> frozenset[UUID]:
        try:
            return frozenset(UUID(text) for text in self.agencies.data)
        except ValueError:
            raise RuleBroken("Choose from the agencies shown", "agencies") from None
