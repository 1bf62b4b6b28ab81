"""A letter as a message: a pure function, so that the same letter is the same bytes.

The words stand in `templates/mail/<kind>.txt` and `.html`; a template sees what a letter
holds and nothing more. Links come from the settings, never from a request's Host.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from clinic.domain.letters import Envelope, LetterKind
from clinic.mail import wording

# CRLF throughout, and no octet above 127: a relay may not take eight bits.
_POLICY = SMTP.clone(cte_type="7bit")

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def render(envelope: Envelope, enclosure: bytes | None = None) -> bytes:
    """Return the whole message with CRLF line ends, to be stored and sent as it is.

    `enclosure` is the calendar object of an invitation, rendered by `calendar.invitation`
    for the same person. ValueError is raised when it is missing, superfluous or unfit.
    """
    _check(envelope, enclosure)
    words = _words(envelope)
    text, html = _template(envelope, "txt"), _template(envelope, "html")
    message = _addressed(envelope)
    message["Subject"] = _subject(text, words)
    message.set_content(text.render(words))
    message.add_alternative(html.render(words), subtype="html")
    if enclosure is not None:
        _enclose(message, enclosure, envelope.letter.kind)
    _name_boundaries(message, envelope.message_id.hex)
    return message.as_bytes()


def subject(envelope: Envelope) -> str:
    """Return the subject alone, for the list of what was sent."""
    return _subject(_template(envelope, "txt"), _words(envelope))


def message_id(envelope: Envelope) -> str:
    """Return the message's own id as it stands in the header."""
    return f"<{envelope.message_id}@{envelope.sender.domain}>"


def _check(envelope: Envelope, enclosure: bytes | None) -> None:
    """Refuse a calendar object whose METHOD is not the letter's: readers disagree on which counts."""
    method = envelope.letter.kind.method
    if (method is None) is not (enclosure is None):
        raise ValueError("Invitations carry a calendar object, and no other letter does.")
    if (method is None) is not (envelope.entry is None):
        raise ValueError("Invitations speak of a sitting, and no other letter does.")
    if enclosure is not None and f"\r\nMETHOD:{method}\r\n".encode() not in enclosure:
        raise ValueError("The calendar object asks something else than the letter says.")


def _addressed(envelope: Envelope) -> EmailMessage:
    """Start the message: one recipient, and headers that keep automatic answers away."""
    sender = Address(envelope.sender.name, addr_spec=envelope.sender.address)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["Reply-To"] = sender
    message["To"] = Address(addr_spec=envelope.address)
    message["Date"] = envelope.date
    message["Message-ID"] = message_id(envelope)
    message["Auto-Submitted"] = "auto-generated"
    # Never "All" or "NDR": those would keep bounces from us.
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if envelope.unsubscribe and envelope.letter.kind.is_reminder:
        message["List-Unsubscribe"] = f"<{envelope.sender.site.rstrip('/')}{envelope.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _words(envelope: Envelope) -> dict[str, object]:
    """Return all that a template may say."""
    letter, entry = envelope.letter, envelope.entry
    return {
        "reference": letter.reference,
        "day": wording.day(letter.day) if letter.day else "",
        "needed": wording.hours(letter.needed) if letter.needed else "",
        "closes_at": wording.until(letter.closes_at) if letter.closes_at else "",
        "link": envelope.link,
        "service": envelope.sender.name,
        "meeting": entry,
        "meeting_day": wording.day(wording.local_day(entry.starts_at)) if entry else "",
        "meeting_time": wording.span(entry) if entry else "",
        "changes": wording.changes(envelope.before, entry) if entry else [],
    }


def _template(envelope: Envelope, ending: str) -> Template:
    return _TEMPLATES.get_template(f"mail/{envelope.letter.kind}.{ending}")


def _subject(template: Template, words: dict[str, object]) -> str:
    """Return the template's `subject` block, so that all words of a letter stand in one place."""
    return "".join(template.blocks["subject"](template.new_context(words))).strip()


def _enclose(message: EmailMessage, enclosure: bytes, kind: LetterKind) -> None:
    """Put the calendar object in twice: last among the alternatives, and as a file beside them.

    One mail program shows buttons for the first only, another has nothing but the second.
    """
    text = enclosure.decode()
    message.add_alternative(
        text,
        subtype="calendar",
        charset="utf-8",
        cte="7bit" if text.isascii() else "quoted-printable",
        params={"method": str(kind.method), "component": "VEVENT"},
    )
    message.add_attachment(enclosure, maintype="application", subtype="ics", filename="invite.ics")


def _name_boundaries(message: EmailMessage, number: str) -> None:
    """Give each multipart a boundary of our own; the library's is drawn by lot at every writing."""
    for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}_{depth}")
