"""A message on its way: to a relay over verified TLS, or into a folder of files.

A transport never raises for what a network may do: it answers what became of the message,
and the postman decides. "Accepted" means that the relay took it, never that it arrived.
"""

import os
import re
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

_LONGEST_TEXT = 300
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")

Security = Literal["starttls", "tls"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one message. `code` is 0 where no server answered.

    `text` comes from a stranger's server: escape it wherever it is shown. `tls` names the
    protocol version that carried the message.
    """

    code: int
    text: str
    accepted: bool
    permanent: bool
    tls: str = ""

    @property
    def enhanced(self) -> str:
        """Return the finer code, such as "5.1.1", where the server gave one."""
        found = _ENHANCED.match(self.text)
        return found.group() if found else ""


class Transport(Protocol):
    """Hands one message for one recipient to whatever carries it on."""

    def send(self, raw: bytes, envelope_from: str, rcpt: str) -> Reply:
        """Send `raw` as it is; answer what became of it."""


def bounce_address(number: UUID, mailbox: str) -> str:
    """Return the return path that tells which message came back: `bounce+<number>@<our domain>`."""
    return f"bounce+{number.hex}@{mailbox.rpartition('@')[2]}"


class FileTransport:
    """Writes each message into a folder that only we may read: for development and trials."""

    def __init__(self, folder: Path):
        self.folder = folder

    def send(self, raw: bytes, envelope_from: str, rcpt: str) -> Reply:
        """Write the message; one that was written before is written again under the next number."""
        try:
            written = self._write(raw, _file_stem(raw))
        except OSError as error:
            return _not_reached(f"The message could not be written: {error.strerror}")
        return Reply(250, f"Written to {written.name}", accepted=True, permanent=False)

    def _write(self, raw: bytes, stem: str) -> Path:
        """Write under a passing name and link it in when whole, so that no reader sees half a message."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        passing = self.folder / f".{stem}.{os.getpid()}"
        descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            return self._link(passing, stem)
        finally:
            passing.unlink()

    def _link(self, passing: Path, stem: str) -> Path:
        """Give the file its name, or the name with the first free number."""
        number = 1
        while True:
            final = self.folder / (f"{stem}.eml" if number == 1 else f"{stem}-{number}.eml")
            try:
                os.link(passing, final)
            except FileExistsError:
                number += 1
            else:
                return final


class SmtpTransport:
    """Hands messages to a relay, encrypted and with the relay's certificate verified, or not at all."""

    def __init__(
        self,
        host: str,
        port: int,
        security: Security,
        user: str = "",
        password: str = "",
        *,
        ca_file: Path | None = None,
        timeout: float = 30,
        local_hostname: str = "",
    ):
        if security not in ("starttls", "tls"):
            raise ValueError("Mail leaves by STARTTLS or by TLS, never in the clear.")
        self.host = host
        self.port = port
        self.security = security
        self.timeout = timeout
        self.local_hostname = local_hostname
        self._login = (user, password) if user else None
        self._tls = ssl.create_default_context(cafile=ca_file)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    def send(self, raw: bytes, envelope_from: str, rcpt: str) -> Reply:
        """Send one message over a connection of its own; whatever fails is an answer, not an error."""
        if not all(address.isascii() and address.isprintable() for address in (envelope_from, rcpt)):
            return Reply(553, "This is not an address that mail can go to.", accepted=False, permanent=True)
        try:
            server = self._connect(self.local_hostname or envelope_from.rpartition("@")[2])
            with closing(server):
                return _hand_over(server, raw, envelope_from, rcpt)
        except smtplib.SMTPResponseException as refusal:
            # Refused before any message was spoken of: our settings or their trouble, so it may pass.
            return Reply(refusal.smtp_code, _readable(refusal.smtp_error), accepted=False, permanent=False)
        except (smtplib.SMTPException, OSError) as error:
            return _not_reached(f"{type(error).__name__}: {error}")

    def _connect(self, greeting: str) -> smtplib.SMTP:
        """Return a connection that is encrypted and, where the relay asks for it, signed in."""
        server = self._open(greeting)
        try:
            server.ehlo()
            if self.security == "starttls":
                server.starttls(context=self._tls)
                server.ehlo()
            if self._login:
                server.login(*self._login)
        except BaseException:
            server.close()
            raise
        return server

    def _open(self, greeting: str) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=greeting, timeout=self.timeout, context=self._tls
            )
        return smtplib.SMTP(self.host, self.port, local_hostname=greeting, timeout=self.timeout)


def _hand_over(server: smtplib.SMTP, raw: bytes, envelope_from: str, rcpt: str) -> Reply:
    """Speak the three sentences of one message; what the relay says to one of them is final."""
    reports = server.has_extn("dsn")
    said = _say(server, raw, envelope_from, rcpt, reports)
    with suppress(smtplib.SMTPException, OSError):
        # The answer stands: a relay that fails to say goodbye has taken the message all the same.
        server.quit()
    return said


def _say(server: smtplib.SMTP, raw: bytes, envelope_from: str, rcpt: str, reports: bool) -> Reply:
    text: bytes | str
    code, text = server.mail(envelope_from, ["RET=HDRS"] if reports else [])
    if _is_yes(code):
        code, text = server.rcpt(rcpt, ["NOTIFY=FAILURE,DELAY"] if reports else [])
    if _is_yes(code):
        code, text = _data(server, raw)
    return Reply(code, _readable(text), _is_yes(code), permanent=code >= 500, tls=_version(server))


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _version(server: smtplib.SMTP) -> str:
    return server.sock.version() or "" if isinstance(server.sock, ssl.SSLSocket) else ""


def _data(server: smtplib.SMTP, raw: bytes) -> tuple[int, bytes | str]:
    try:
        return server.data(raw)
    except smtplib.SMTPDataError as refusal:
        # A relay that says yes before it has the message has not understood: that is no answer.
        return 0 if _is_yes(refusal.smtp_code) else refusal.smtp_code, refusal.smtp_error


def _not_reached(text: str) -> Reply:
    return Reply(0, _readable(text), accepted=False, permanent=False)


def _readable(text: bytes | str) -> str:
    """Return a server's words on one line, without control characters and not too many."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:_LONGEST_TEXT]


def _file_stem(raw: bytes) -> str:
    """Return `<utc stamp>-<message id>` from the message's own headers, so that no clock is read."""
    headers = message_from_bytes(raw, policy=default)
    stamp = parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    number = UUID(headers["Message-ID"].strip("<>").partition("@")[0])
    return f"{stamp:%Y%m%dT%H%M%SZ}-{number}"
