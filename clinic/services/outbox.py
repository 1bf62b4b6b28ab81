"""The durable outbox: letters are queued with the change that causes them, and sent later.

Queueing costs five statements at most, however many letters there are. Sending is the timer's:
`claim` takes one letter under a lease, `freeze` keeps the rendered bytes so that every
retry sends the same, `settle` notes what the relay said.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clinic.domain.actors import UserStatus
from clinic.domain.letters import Letter, LetterKind
from clinic.models.account import User
from clinic.models.agency import AgencyDomain
from clinic.models.post import PostStatus, QueuedLetter
from clinic.models.sealed import SealBroken, ring

# An edit that follows within two minutes replaces the letter about the one before it.
GATHERING = timedelta(minutes=2)
_ACCOUNT = frozenset({LetterKind.ACCOUNT_INVITATION, LetterKind.PASSWORD_RESET})
_CALENDAR = frozenset(kind for kind in LetterKind if kind.method is not None)
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_WAITING = (PostStatus.QUEUED, PostStatus.RETRY)


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter on its way into the queue."""

    letter: Letter
    panel_id: UUID | None = None
    secret: str = ""


def queue(session: Session, now: datetime, posted: Sequence[Posted]) -> None:
    """Put letters into the queue.

    Letters go only to active users (an account letter also to an invited one), or to an
    address on an agency's own domain; others are left out. The same letter to the same
    address is queued once, ever, also when two works post it at the same moment.
    """
    if not posted:
        return
    users, outside = _users(session, posted), _outside(session, posted)
    rows = {}
    for one in posted:
        address = _address(one.letter, users) if one.letter.to else outside.get(one.letter.address)
        if address is not None:
            row = _row(session, now, one, address)
            rows.setdefault(row["dedup_key"], row)
    _supersede(session, [row for row in rows.values() if row["kind"] in _CALENDAR])
    _insert(session, rows)


def _insert(session: Session, rows: dict[str, dict]) -> None:
    """Add the letters that nobody has queued before, in one statement.

    In the order of their keys: two works that wait for each other's letters wait for ever.
    """
    if rows:
        session.execute(
            _INSERT[session.get_bind().dialect.name](QueuedLetter).on_conflict_do_nothing(index_elements=["dedup_key"]),
            [rows[key] for key in sorted(rows)],
            # Else rows that leave different columns open would be inserted one by one.
            execution_options={"render_nulls": True},
        )


def _users(session: Session, posted: Sequence[Posted]) -> dict[UUID, User]:
    wanted = {one.letter.to for one in posted if one.letter.to}
    if not wanted:
        return {}
    found = session.execute(select(User.id, User.email, User.status).where(User.id.in_(list(wanted))))
    return {row.id: row for row in found}


def _address(letter: Letter, users: dict[UUID, User]) -> str | None:
    """Return the address of a user whom this letter may go to, or None."""
    user = users.get(letter.to)
    invited = user is not None and user.status is UserStatus.INVITED and letter.kind in _ACCOUNT
    return user.email if user is not None and (user.status is UserStatus.ACTIVE or invited) else None


def _outside(session: Session, posted: Sequence[Posted]) -> dict[str, str]:
    """Return those of the letters' plain addresses that stand on an agency's own domain."""
    addresses = {one.letter.address for one in posted if one.letter.address}
    domains = {address: address.rpartition("@")[2].lower() for address in addresses}
    if not domains:
        return {}
    ours = set(session.scalars(
        select(AgencyDomain.domain).where(AgencyDomain.domain.in_(list(set(domains.values()))))
    ))
    return {address: address for address, domain in domains.items() if domain in ours}


def _row(session: Session, now: datetime, one: Posted, address: str) -> dict:
    letter, letter_id = one.letter, uuid4()
    wait = GATHERING if letter.kind is LetterKind.INVITATION_UPDATE else timedelta(0)
    secret = ring(session).masters.seal(one.secret.encode(), _context(letter_id, "secret")) if one.secret else None
    return {
        "id": letter_id, "dedup_key": letter.dedup_key(address), "kind": letter.kind, "user_id": letter.to,
        "address": address, "reference": letter.reference, "day": letter.day, "link": letter.link,
        "needed_from": letter.needed.starts_at if letter.needed else None,
        "needed_until": letter.needed.ends_at if letter.needed else None, "closes_at": letter.closes_at,
        "secret_sealed": secret, "about_id": letter.about, "revision": letter.revision,
        "panel_id": one.panel_id, "status": PostStatus.QUEUED, "attempts": 0, "queued_at": now,
        "next_at": now + wait, "last_reply": "",
    }


def _supersede(session: Session, entries: list[dict]) -> None:
    """Cancel calendar letters that have not left yet and that a newer one to the same address replaces.

    A first invitation that is cancelled so is told again by whoever posts: an update of
    what nobody has heard of goes out as an invitation.
    """
    if not entries:
        return
    known = set(session.scalars(
        select(QueuedLetter.dedup_key).where(QueuedLetter.dedup_key.in_([row["dedup_key"] for row in entries]))
    ))
    pairs = [(row["about_id"], row["address"]) for row in entries if row["dedup_key"] not in known]
    if not pairs:
        return
    session.execute(
        update(QueuedLetter)
        .where(
            tuple_(QueuedLetter.about_id, QueuedLetter.address).in_(pairs),
            QueuedLetter.kind.in_(list(_CALENDAR)),
            QueuedLetter.status.in_(_WAITING),
            QueuedLetter.attempts == 0,
            QueuedLetter.raw_sealed.is_(None),
        )
        .values(status=PostStatus.CANCELLED, last_reply="replaced by a newer one"),
        execution_options={"exempt": True, "synchronize_session": False},
    )


def claim(session: Session, now: datetime, lease: timedelta = timedelta(minutes=10)) -> QueuedLetter | None:
    """Take one letter that is due under a lease, or return None. The caller commits.

    A letter whose lease has run out belonged to a sender that died: it is taken again,
    with the same bytes and the same Message-ID.
    """
    due = (
        select(QueuedLetter)
        .where(or_(
            QueuedLetter.status.in_(_WAITING) & (QueuedLetter.next_at <= now),
            (QueuedLetter.status == PostStatus.SENDING) & (QueuedLetter.lease_until <= now),
        ))
        .order_by(QueuedLetter.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    letter = session.scalars(due).first()
    if letter is not None:
        letter.status = PostStatus.SENDING
        letter.lease_until = now + lease
        letter.attempts += 1
    return letter


def secret_of(session: Session, letter: QueuedLetter) -> str:
    """Return the one-use part of the letter's link, or an empty text."""
    if letter.secret_sealed is None:
        return ""
    return ring(session).masters.unseal(letter.secret_sealed, _context(letter.id, "secret")).decode()


def freeze(session: Session, letter: QueuedLetter, raw: bytes, message_id: str) -> None:
    """Keep the rendered bytes: from now on every try sends these. The secret is forgotten."""
    letter.raw_sealed = ring(session).masters.seal(raw, _context(letter.id, "raw"))
    letter.message_id = message_id
    letter.secret_sealed = None


def frozen(session: Session, letter: QueuedLetter) -> bytes:
    return ring(session).masters.unseal(letter.raw_sealed, _context(letter.id, "raw"))


def seal_again(session: Session, letter: QueuedLetter) -> None:
    """Seal what a letter holds under the current key, whichever it was sealed with. What opens no more is left."""
    masters = ring(session).masters
    for part in ("raw", "secret"):
        column, context = f"{part}_sealed", _context(letter.id, part)
        sealed = getattr(letter, column)
        if sealed is not None:
            with suppress(SealBroken):
                setattr(letter, column, masters.seal(masters.unseal(sealed, context), context))


def settle(letter: QueuedLetter, now: datetime, *, accepted: bool, permanent: bool, reply: str,
           next_at: datetime | None) -> None:
    """Note what the relay said. `accepted` means that it took the letter, never that it was delivered."""
    letter.lease_until = None
    letter.last_reply = reply[:300]
    if accepted:
        letter.status, letter.accepted_at = PostStatus.ACCEPTED, now
    elif permanent or next_at is None:
        letter.status = PostStatus.FAILED
    else:
        letter.status, letter.next_at = PostStatus.RETRY, next_at


def _context(letter_id: UUID, part: str) -> str:
    return f"queued_letter.{part}.{letter_id}"
