"""The card of how a victim is reached: each channel with whether it is safe, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator

from wtforms import HiddenField

from clinic.domain.contacts import LONGEST_LINE, LONGEST_TEXT, Card, SafeChannel, Safety, Way
from clinic.web.fields import Form, LongText, Pick, Text

CHANNELS = {
    SafeChannel.PHONE_CALL: ("Telephone call", "Number"),
    SafeChannel.VOICEMAIL: ("Leaving a voicemail", "Number, if another"),
    SafeChannel.TEXT: ("Text message", "Number, if another"),
    SafeChannel.EMAIL: ("E-mail", "Mailbox"),
    SafeChannel.LETTER: ("Letter", "Care of whom"),
    SafeChannel.IN_PERSON: ("In person", "Where they meet"),
    SafeChannel.VIA_ADVOCATE: ("Through the advocate", "Who"),
    SafeChannel.VIA_SAFE_PERSON: ("Through somebody they trust", "Who, and how"),
    SafeChannel.VIA_APPOINTMENT: ("At an appointment", "Where, such as GP or school"),
}
_SAFETY = [(Safety.SAFE.value, "Safe"), (Safety.UNSAFE.value, "Not safe"), (Safety.NOT_KNOWN.value, "Not known")]


class CheckForm(Form):
    """A button that says that the card on the page still holds."""

    seen = HiddenField()


class CardForm(Form):
    """`seen` is the card that stood when this page was opened."""

    seen = HiddenField()
    times = LongText("When it is safe", maximum=LONGEST_TEXT, rows=2, hint="Days and hours, and when not.")
    may_answer = LongText("Who else may answer, and what to say to them", maximum=LONGEST_TEXT, rows=2)
    code_word = Text("Code word", maximum=LONGEST_LINE, hint="What they say if somebody is listening.")
    unsafe_people = LongText("Who must not know of any contact", maximum=LONGEST_TEXT, rows=2)
    notes = LongText("Anything else that keeps contact safe", maximum=LONGEST_TEXT, rows=3,
                     hint="Where they live does not belong here: that is the safe address.")

    def rows(self) -> Iterator[tuple[str, Pick, Text]]:
        for channel, (label, _) in CHANNELS.items():
            yield label, self[channel.value], self[f"{channel.value}_to"]

    def show(self, card: Card, seen: str) -> CardForm:
        """Fill the form with the card that stands."""
        self.seen.data = seen
        for name, text in card.texts().items():
            self[name].data = text
        for channel, way in card.ways.items():
            self[channel.value].data, self[f"{channel.value}_to"].data = way.safety.value, way.to
        return self

    def card(self) -> Card:
        ways = {channel: Way(Safety(self[channel.value].data or Safety.NOT_KNOWN),
                             (self[f"{channel.value}_to"].data or "").strip()) for channel in SafeChannel}
        return Card(ways, *(self[name].data or "" for name in Card().texts()))


for _channel, (_label, _to) in CHANNELS.items():
    setattr(CardForm, _channel.value, Pick("Is it safe?", _SAFETY, ""))
    setattr(CardForm, f"{_channel.value}_to", Text(_to, maximum=LONGEST_LINE))
