"""An invitation to one sitting for one person, and its taking back.

The organiser is always our own mailbox, so that answers come to us: a chair's address
here would send them past us, and in From it would fail the sender's own mail policy.
"""

import re
from datetime import datetime

import icalendar

from clinic.calendar import event
from clinic.domain.entries import Acceptance, Entry, Method

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9.-]+", re.ASCII | re.IGNORECASE)
_LONGEST_NAME = 80


def render(
    entry: Entry,
    to_address: str,
    to_name: str,
    method: Method,
    organizer: str,
    *,
    made_at: datetime,
    acceptance: Acceptance = Acceptance.NEEDS_ACTION,
) -> bytes:
    """Return the calendar object that asks `to_address` to come, or takes that back.

    `made_at` stamps the message; between two of the same SEQUENCE the later stamp holds.
    `acceptance` is what the person has answered already, unless the sitting moved since.
    ValueError is raised for an address that is none, and for a method that does not fit.
    """
    _check_method(entry, method)
    sitting = event.of_entry(entry, made_at)
    sitting.add("organizer", _mailto(organizer))
    sitting.add("attendee", _attendee(to_address, to_name, method, acceptance))
    return _wrapped(sitting, method)


def _check_method(entry: Entry, method: Method) -> None:
    """Refuse a REQUEST for what is off: it would leave the event standing in the diary."""
    if entry.is_off is not (method is Method.CANCEL):
        raise ValueError("An entry that is off is sent as CANCEL, one that stands as REQUEST.")


def _attendee(address: str, name: str, method: Method, acceptance: Acceptance) -> icalendar.vCalAddress:
    attendee = _mailto(address)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    if shown := event.printable(name)[:_LONGEST_NAME]:
        attendee.params["CN"] = shown
    if method is Method.REQUEST:
        attendee.params["PARTSTAT"] = acceptance.value.upper().replace("_", "-")
        attendee.params["RSVP"] = "TRUE"
    return attendee


def _mailto(address: str) -> icalendar.vCalAddress:
    if not _ADDRESS.fullmatch(address):
        raise ValueError("This is not a mail address that an invitation can go to.")
    return icalendar.vCalAddress(f"mailto:{address}")


def _wrapped(sitting: icalendar.Event, method: Method) -> bytes:
    """Put one event into a calendar whose METHOD comes before it, as readers demand."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", event.PRODID)
    calendar.add("method", method.value)
    head, end = calendar.to_ical().split(b"END:VCALENDAR")
    return head + event.TIMEZONE + sitting.to_ical() + b"END:VCALENDAR" + end
