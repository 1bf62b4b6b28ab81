"""Forms of orders: a new one, what has happened to one, how it was broken, and whether that is a repeat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from clinic.domain.breaches import LONGEST_REASON, NewBreach, RepeatAnswer
from clinic.domain.cases import Answer
from clinic.domain.errors import RuleBroken
from clinic.domain.incidents import LONGEST_TEXT
from clinic.domain.order_events import (
    FIRST,
    LONGEST_COURT,
    LONGEST_NOTE,
    LONGEST_TERMS,
    NewOrder,
    OrderEvent,
    OrderEventKind,
)
from clinic.web.fields import (
    Choice,
    DateParts,
    Form,
    ListPick,
    ListSeveral,
    LongText,
    Pick,
    Text,
    options,
)
from clinic.web.filters import day

EVENTS = {
    OrderEventKind.CONSIDERED: "Considered",
    OrderEventKind.NOT_PURSUED: "Considered, and not pursued",
    OrderEventKind.APPLIED: "Applied for",
    OrderEventKind.INTERIM: "Made for the time being",
    OrderEventKind.MADE: "Made",
    OrderEventKind.SERVED: "Served",
    OrderEventKind.NOTIFIED: "Name and address were given to the police",
    OrderEventKind.VARIED: "Varied",
    OrderEventKind.RENEWED: "Renewed",
    OrderEventKind.EXPIRED: "Expired",
    OrderEventKind.DISCHARGED: "Discharged",
    OrderEventKind.REFUSED: "Refused by the court",
}
_UNTIL = "Where it is made, varied or renewed. Leave empty where it holds until further order."
_WHY = "Needed where it is not pursued or refused: say why."


class PressForm(Form):
    """A button that is a form."""


class OrderForm(Form):
    kind = ListPick("Order", (), "Choose the order from the list")
    event = Pick("What has happened to it first", [(kind.value, EVENTS[kind]) for kind in EVENTS if kind in FIRST],
                 "Choose what has happened to it", hint="What followed is told next, on the page of orders.")
    on = DateParts("When", "Enter the day on which it happened")
    expires_on = DateParts("It holds until", hint=_UNTIL)
    court = Text("Court, or who made it (optional)", maximum=LONGEST_COURT)
    terms = LongText("What it forbids and demands (optional)", maximum=LONGEST_TERMS, rows=5,
                     hint="Everybody who knows the case reads this. Leave out where the victim is.")
    note = LongText("Anything to add", maximum=LONGEST_NOTE, rows=3, hint=_WHY)

    def offer(self, kinds: dict[str, str]) -> None:
        self.kind.offer(list(kinds.items()))

    def order(self) -> NewOrder:
        event = OrderEvent(OrderEventKind(self.event.data), self.on.data, self.expires_on.data, self.note.data or "")
        return NewOrder(self.kind.data, event, self.court.data or "", self.terms.data or "")


class EventForm(Form):
    kind = Pick("What has happened", [(kind.value, text) for kind, text in EVENTS.items()],
                "Choose what has happened")
    on = DateParts("When", "Enter the day on which it happened")
    expires_on = DateParts("It now holds until", hint=_UNTIL)
    note = LongText("Anything to add", maximum=LONGEST_NOTE, rows=4, hint=f"What the court has changed. {_WHY}")

    def told(self) -> OrderEvent:
        return OrderEvent(OrderEventKind(self.kind.data), self.on.data, self.expires_on.data, self.note.data or "")


class BreachForm(Form):
    on = DateParts("When was it broken?", "Enter the day on which it was broken")
    what = LongText("What happened?", "Say what happened", LONGEST_TEXT, hint="Facts, and who saw it.")
    behaviours = ListSeveral("What did the perpetrator do? (optional)", (), hint="Choose all that apply.")
    reported = Choice("Was it reported to the police? (optional)", options(Answer), "")

    def offer(self, behaviours: dict[str, str]) -> None:
        self.behaviours.choices = list(behaviours.items())

    def breach(self) -> NewBreach:
        return NewBreach(self.on.data, self.what.data, tuple(self.behaviours.data or ()),
                         Answer(self.reported.data or Answer.NOT_ASKED))


YES, NO = "yes", "no"


class RepeatForm(Form):
    is_repeat = Choice("Is this a repeat that the panel hears again?", [
        (YES, "Yes, put the case onto an agenda"), (NO, "No")], "Say whether this is a repeat",
        hint="A case that stands on an agenda stays where it is.")
    meeting = ListPick("Meeting", (), "", hint="Leave empty for the first coming one that has room.")
    reason = LongText("Why", maximum=LONGEST_REASON, rows=4, hint="Needed where the panel need not hear it again.")

    def offer(self, meetings: Iterable[tuple[UUID, datetime]]) -> None:
        self.meeting.offer([(str(id_), day(starts_at)) for id_, starts_at in meetings])

    def answer(self) -> RepeatAnswer:
        return RepeatAnswer(self.is_repeat.data == YES, self.reason.data or "", self._chosen())

    def _chosen(self) -> UUID | None:
        """Return the meeting that was chosen; what is no id was not on the list."""
        try:
            return self.meeting.uuid
        except ValueError:
            raise RuleBroken("Choose a coming meeting of this panel", "meeting") from None
