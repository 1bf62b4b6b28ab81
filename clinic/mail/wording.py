"""Days and hours as British readers expect them in a letter: UK wall time, in words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from clinic.domain.agenda import Slot
from clinic.domain.entries import Entry
from clinic.domain.meetings import hour_words

_LONDON = ZoneInfo("Europe/London")


def day(when: date) -> str:
    """Return a day such as "Thursday 26 November 2026"."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def hour(moment: datetime) -> str:
    """Return the UK wall time of an aware moment: "9:30am", "10am", "midday", "midnight"."""
    return hour_words(moment)


def hours(slot: Slot) -> str:
    """Return a part of a day such as "10:20am to 11:05am"."""
    return f"{hour(slot.starts_at)} to {hour(slot.ends_at)}"


def until(moment: datetime) -> str:
    """Return a time to answer by, such as "5pm on Thursday 26 November 2026"."""
    return f"{hour(moment)} on {day(local_day(moment))}"


def local_day(moment: datetime) -> date:
    """Return the day of an aware moment in the UK."""
    return moment.astimezone(_LONDON).date()


def span(entry: Entry) -> str:
    """Return the whole time of a sitting, such as "Thursday 26 November 2026, 9:30am to 11:30am"."""
    first, last = local_day(entry.starts_at), local_day(entry.ends_at)
    end = hour(entry.ends_at) if first == last else f"{day(last)}, {hour(entry.ends_at)}"
    return f"{day(first)}, {hour(entry.starts_at)} to {end}"


def changes(before: Entry | None, now: Entry) -> list[str]:
    """Return one sentence for each thing that moved since the person was last told."""
    if before is None:
        return ["This replaces what you were told before: read the day, the time and the place again."]
    said = []
    if (before.starts_at, before.ends_at) != (now.starts_at, now.ends_at):
        said.append(f"The time has changed. It was {span(before)}.")
    if before.place != now.place:
        said.append(f"How it is held has changed. It was: {before.place.words}.")
    return said
