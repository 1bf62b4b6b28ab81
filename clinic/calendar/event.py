"""One sitting or deadline as a VEVENT: the same lines for the feed and for the invitation.

Built with `add` alone: the library's `new` puts in a random UID or a stamp of now, and a
feed must come out the same, byte for byte, until something changes.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from clinic.domain.entries import Deadline, Entry, EntryStatus

LONDON = ZoneInfo("Europe/London")
PRODID = "-//Panels//Panel diary//EN"
LONGEST_SUMMARY = 100

_STANDING = "Sign in for the details. This entry holds none on purpose."
_CANCELLED = "This meeting is cancelled. Sign in for the details."

# Kept by hand: programs that read a zone from the file understand one yearly rule each
# way, and the library's own list of dates is an hour out in winter in some of them.
TIMEZONE = b"""\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")


def lines(entry: Entry | Deadline) -> bytes:
    """Return the VEVENT of a feed, as bytes that may be kept until the entry changes.

    The link must be a whole address: call `entry.at(site)` first, or ValueError is raised.
    """
    event = of_deadline(entry) if isinstance(entry, Deadline) else of_entry(entry, entry.changed_at)
    return event.to_ical()


def of_entry(entry: Entry, stamped_at: datetime) -> icalendar.Event:
    """Build the VEVENT of a sitting, without organiser or attendees.

    `stamped_at` is the stored change in a feed, and the making of the message in a mail.
    """
    event = _begin(entry, stamped_at, _summary(entry))
    start, end = _wall_times(entry)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("location", entry.place.words)
    event.add("description", _CANCELLED if entry.is_cancelled else _STANDING)
    # Taking one person off a sitting that stands is told by the very absence of a status.
    if not entry.removed:
        event.add("status", entry.status.value.upper())
    event.add("transp", "TRANSPARENT" if entry.is_off else "OPAQUE")
    return event


def of_deadline(deadline: Deadline) -> icalendar.Event:
    """Build the all-day VEVENT of a deadline; it leaves the day free."""
    summary = _clipped(deadline.diary_name, f" {deadline.reference}: {deadline.kind.words}")
    event = _begin(deadline, deadline.changed_at, summary)
    event.add("dtstart", deadline.day)
    event.add("dtend", deadline.day + timedelta(days=1))
    event.add("description", _STANDING)
    event.add("status", EntryStatus.CONFIRMED.value.upper())
    event.add("transp", "TRANSPARENT")
    return event


def printable(text: str) -> str:
    """Return `text` on one line, without control characters or double quotes."""
    kept = "".join(c if c.isprintable() else " " for c in text if c != '"')
    return " ".join(kept.split())


def _begin(entry: Entry | Deadline, stamped_at: datetime, summary: str) -> icalendar.Event:
    """Start a VEVENT with what sittings and deadlines share."""
    if not entry.link.startswith(("https://", "http://")):
        raise ValueError("A diary needs the whole address of the page: use entry.at(site).")
    event = icalendar.Event()
    event.add("uid", str(entry.uid))
    event.add("dtstamp", stamped_at.replace(microsecond=0))
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("summary", summary)
    event.add("url", entry.link)
    event.add("class", "PRIVATE")
    return event


def _summary(entry: Entry) -> str:
    prefix = "Cancelled: " if entry.is_cancelled else ""
    return _clipped(prefix + entry.diary_name, f" {entry.reference}")


def _clipped(name: str, rest: str) -> str:
    """Join the panel's words to the rest; a long name gives way, the reference never does."""
    return printable(printable(name)[: LONGEST_SUMMARY - len(rest)] + rest)


def _wall_times(entry: Entry) -> tuple[datetime, datetime]:
    """Return start and end on the wall clock, or in UTC within the hour that comes twice.

    A local time in that hour of October is read as its first coming, so the second can
    only be written in UTC.
    """
    start, end = (moment.astimezone(LONDON) for moment in (entry.starts_at, entry.ends_at))
    if start.fold or end.fold:
        return entry.starts_at.astimezone(UTC), entry.ends_at.astimezone(UTC)
    return start, end
