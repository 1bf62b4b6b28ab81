"""A diary that other programs fetch: the same bytes until something in it changes.

No METHOD, organiser, attendee or alarm may enter here: an attendee may not stand in a
published calendar, and an alarm would ring for people who never asked.
"""

from collections.abc import Iterable
from hashlib import sha256

import icalendar

from clinic.calendar import event
from clinic.domain.entries import Deadline, Entry

_END = b"END:VCALENDAR\r\n"


def render(entries: Iterable[Entry], deadlines: Iterable[Deadline], name: str, site: str = "") -> bytes:
    """Return the whole feed; `site` completes links that are still paths on our own site."""
    dated = sorted(entries, key=lambda e: (e.starts_at, e.uid))
    due = sorted(deadlines, key=lambda d: (d.day, d.uid))
    blocks = [event.lines(entry.at(site)) for entry in dated]
    blocks += [event.lines(deadline.at(site)) for deadline in due]
    return join(blocks, name)


def join(blocks: Iterable[bytes], name: str) -> bytes:
    """Return the feed made of events that `event.lines` rendered before, in the order given."""
    return _head(name) + event.TIMEZONE + b"".join(blocks) + _END


def etag(body: bytes) -> str:
    """Return the strong entity tag of a feed, without its quotation marks."""
    return sha256(body).hexdigest()[:32]


def _head(name: str) -> bytes:
    """Return the calendar's own lines, up to its first component."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", event.PRODID)
    # Both are unknown to the library, which then leaves semicolons and commas bare.
    calendar.add("name", icalendar.vText(event.printable(name)))
    calendar.add("x-wr-calname", icalendar.vText(event.printable(name)))
    calendar.add("x-wr-timezone", "Europe/London")
    # The property has no default type: without VALUE=DURATION it is not understood.
    calendar.add("refresh-interval", icalendar.vDuration.from_ical("PT1H"), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar.to_ical().removesuffix(_END)
