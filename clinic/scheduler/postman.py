"""Takes letters from the outbox to the relay: rendered once, frozen, then sent, then noted.

Each step is a transaction of its own and the sending stands outside any. A crash between
the relay's yes and our note sends the letter twice, with the same bytes and Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from uuid import UUID

from sqlalchemy.orm import Session

from clinic.calendar import invitation
from clinic.domain.actors import SystemActor
from clinic.domain.agenda import Slot
from clinic.domain.audit import AuditVerb
from clinic.domain.letters import Envelope, Letter, Sender
from clinic.mail import render
from clinic.mail.retry import next_try
from clinic.mail.transport import Reply, Transport, bounce_address
from clinic.models.account import User
from clinic.models.post import QueuedLetter
from clinic.services import meetings, outbox
from clinic.services.work import Office, event_of

# More than this in one run would keep the other jobs waiting.
AT_ONCE = 200


@dataclass(frozen=True)
class Postman:
    """Everything a delivery needs. `clock` returns aware UTC."""

    office: Office
    transport: Transport
    sender: Sender
    clock: Callable[[], datetime]

    def deliver_all(self) -> int:
        """Send what is due; return how many letters were taken in hand."""
        taken = 0
        while taken < AT_ONCE and self.deliver_one():
            taken += 1
        return taken

    def deliver_one(self) -> bool:
        """Send one letter that is due. Returns False when there is none."""
        now = self.clock()
        with self.office.beside("outbox") as session:
            row = outbox.claim(session, now)
            if row is None:
                return False
        with self.office.beside("outbox") as session:
            row = session.get_one(QueuedLetter, row.id)
            if row.raw_sealed is None:
                self._freeze(session, row, now)
            raw, letter_id, address = outbox.frozen(session, row), row.id, row.address
        reply = self.transport.send(raw, bounce_address(letter_id, self.sender.address), address)
        self._note(letter_id, reply)
        return True

    def _freeze(self, session: Session, row: QueuedLetter, now: datetime) -> None:
        envelope = self._envelope(session, row, now)
        enclosure = None
        if envelope.entry is not None:
            name = session.get_one(User, row.user_id).name if row.user_id else ""
            entry = envelope.entry.at(self.sender.site)
            enclosure = invitation.render(
                entry, row.address, name, row.kind.method, self.sender.address, made_at=now
            )
        outbox.freeze(session, row, render.render(envelope, enclosure), render.message_id(envelope))

    def _envelope(self, session: Session, row: QueuedLetter, now: datetime) -> Envelope:
        entry, before = meetings.enclosure_entries(session, row) if row.kind.method else (None, None)
        return Envelope(
            letter=_letter(row), address=row.address, sender=self.sender, message_id=row.id, date=now,
            entry=entry, before=before, secret=outbox.secret_of(session, row),
        )

    def _note(self, letter_id: UUID, reply: Reply) -> None:
        now = self.clock()
        with self.office.beside("outbox") as session:
            row = session.get_one(QueuedLetter, letter_id)
            again = next_try(row.attempts, now, SystemRandom())
            outbox.settle(row, now, accepted=reply.accepted, permanent=reply.permanent,
                          reply=f"{reply.code} {reply.text}", next_at=again)
            status, kind = row.status, row.kind
        detail = {"kind": kind.value, "status": status.value, "panel_id": row.panel_id}
        self.office.note(now, [event_of(SystemActor("post"), AuditVerb.SEND, row, detail)])


def _letter(row: QueuedLetter) -> Letter:
    return Letter(
        row.kind, to=row.user_id, address=None if row.user_id else row.address, reference=row.reference,
        link=row.link, day=row.day, about=row.about_id, revision=row.revision,
        needed=Slot(row.needed_from, row.needed_until) if row.needed_from else None, closes_at=row.closes_at,
    )
