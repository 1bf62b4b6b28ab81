"""Sealed columns: bytes in the table, the value only for whoever holds the owner's key.

Each case (and each meeting, and each waiting import) has a data key of its own, wrapped
by the installation's key. Destroying the wrapped key destroys every sealed value of its
owner, in every backup too. The bytes are bound to table, column and row, so that a value
moved to another row does not open.

No SQL compares, sorts or makes unique a sealed value.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from clinic.models.types import Base

log = logging.getLogger("clinic.keys")

_FORMAT = b"\x01"
_NONCE = 12
_DIGEST = 16


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or bytes that were moved or changed."""


class KeyLost(SealBroken):
    """The key of an owner was destroyed, or is damaged: nothing of theirs can be read or written."""


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Return format, nonce and AES-256-GCM ciphertext of `plain`, bound to `context`."""
    nonce = os.urandom(_NONCE)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], context.encode())
    except InvalidTag:
        raise SealBroken(context) from None


class DataKey(Base):
    """The key of one owner (a case, a meeting, a waiting import, a safe address), wrapped."""

    __tablename__ = "data_key"
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_by: Mapped[str]


@dataclass(frozen=True)
class MasterKeys:
    """The installation's keys: `current` wraps all that is new, each of the earlier ones still opens what it wrapped.

    `index` is the key of the index of people, where it is no longer made from the current one.
    """

    current: bytes
    earlier: tuple[bytes, ...] = ()
    index: bytes | None = None

    @cached_property
    def name(self) -> str:
        """Return what rows say of the key that wrapped them."""
        return name_of(self.current)

    @cached_property
    def for_index(self) -> bytes:
        return self.index or index_key_of(self.current)

    def seal(self, plain: bytes, context: str) -> bytes:
        return seal(self.current, plain, context)

    def unseal(self, sealed: bytes, context: str) -> bytes:
        for key in (self.current, *self.earlier):
            with suppress(SealBroken):
                return unseal(key, sealed, context)
        raise SealBroken(context)


def name_of(key: bytes) -> str:
    """Return a short name of a master key, which says nothing of the key."""
    return HKDF(SHA256(), 4, salt=None, info=b"clinic name of a key").derive(key).hex()


def index_key_of(master: bytes) -> bytes:
    """Return the key of an index of people that was begun under this master key."""
    return HKDF(SHA256(), 32, salt=None, info=b"clinic index of people").derive(master)


class KeyRing:
    """The data keys that one session has opened.

    Rows that are loaded announce their owners; the first sealed value that is read
    fetches the keys of all of them in one statement. One key that is gone or damaged
    loses what is its own, and nothing else: its owner is among `lost`.
    """

    def __init__(self, masters: MasterKeys):
        self.masters = masters
        self.lost: set[UUID] = set()
        self._open: dict[UUID, bytes] = {}
        self._wanted: set[UUID] = set()

    def want(self, owner_id: UUID | None) -> None:
        if owner_id is not None and owner_id not in self._open:
            self._wanted.add(owner_id)

    def make(self, session: Session, owner_id: UUID) -> None:
        """Give `owner_id` a key of its own; it is stored, wrapped, with the session's next flush."""
        key = AESGCM.generate_key(256)
        wrapped = self.masters.seal(key, context_of(owner_id))
        session.add(DataKey(owner_id=owner_id, wrapped=wrapped, wrapped_by=self.masters.name))
        self._open[owner_id] = key

    def key(self, session: Session, owner_id: UUID) -> bytes:
        """Return the key of an owner. Raises KeyLost."""
        if owner_id not in self._open and owner_id not in self.lost:
            self._fetch(session, self._wanted | {owner_id})
            self._wanted.clear()
        if owner_id not in self._open:
            self.lost.add(owner_id)
            raise KeyLost(f"no key for {owner_id}")
        return self._open[owner_id]

    def joined(self, session: Session, owner_ids: Iterable[UUID], purpose: str) -> bytes:
        """Return a key that only all of these owners' keys together open: without one of them it cannot be made."""
        keys = b"".join(self.key(session, owner_id) for owner_id in owner_ids)
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(keys)

    def digest(self, field: str, value: str) -> bytes:
        """Return what an index keeps instead of `value`: half of an HMAC-SHA-256 under a key that seals nothing."""
        return hmac.digest(self.masters.for_index, f"{field}:{value}".encode(), "sha256")[:_DIGEST]

    def _fetch(self, session: Session, owners: Iterable[UUID]) -> None:
        with session.no_autoflush:
            rows = session.execute(
                select(DataKey.owner_id, DataKey.wrapped).where(DataKey.owner_id.in_(list(owners)))
            ).all()
        for owner_id, wrapped in rows:
            try:
                self._open[owner_id] = self.masters.unseal(wrapped, context_of(owner_id))
            except SealBroken:
                log.error("the key of %s does not open", owner_id)


def context_of(owner_id: UUID) -> str:
    """Return what an owner's wrapped key is bound to."""
    return f"data_key.{owner_id}"


def ring(session: Session) -> KeyRing:
    return session.info["keys"]


class HasSealed:
    """A table with sealed columns. `seal_owner` names the attribute that holds the key's owner."""

    seal_owner = "case_id"

    def seal_key(self, session: Session) -> bytes:
        """Return the key that seals the row's values."""
        return ring(session).key(session, getattr(self, self.seal_owner))


class Sealed:
    """A descriptor beside a bytes column: the value here, the bytes there.

    `kind` is str (default), bytes, date, or list for a list or dict of plain values. What a lost key
    had sealed reads as nothing, and stays as it is: no page of others breaks by it, and the key ring knows.
    """

    def __init__(self, column: str, kind: type = str):
        self._column = column
        self._kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        waiting = row.__dict__.get("_unsealed", {})
        if self._name in waiting:
            return waiting[self._name]
        sealed = getattr(row, self._column)
        if sealed is None:
            return None
        session = _session_of(row)
        try:
            key = row.seal_key(session)
        except KeyLost:
            return {str: "", bytes: b""}.get(self._kind)
        return self._load(unseal(key, sealed, self._context(row)))

    def __set__(self, row: Any, value: Any) -> None:
        session = object_session(row)
        if session is None:
            row.__dict__.setdefault("_unsealed", {})[self._name] = value
        else:
            self.put(row, value, session)

    def put(self, row: Any, value: Any, session: Session) -> None:
        """Seal `value` into the row's column, or clear it. What cannot be read is never cleared: raises KeyLost."""
        nothing = value is None or value == ""
        if nothing and getattr(row, self._column) is None:
            return
        key = row.seal_key(session)
        if nothing:
            setattr(row, self._column, None)
            return
        setattr(row, self._column, seal(key, self._dump(value), self._context(row)))

    def _context(self, row: Any) -> str:
        return f"{row.__tablename__}.{self._column}.{row.id}"

    def _dump(self, value: Any) -> bytes:
        if self._kind is bytes:
            return value
        if self._kind is date:
            return value.isoformat().encode()
        return (json.dumps(value, ensure_ascii=False) if self._kind is list else value).encode()

    def _load(self, plain: bytes) -> Any:
        if self._kind is bytes:
            return plain
        text = plain.decode()
        if self._kind is date:
            return date.fromisoformat(text)
        return json.loads(text) if self._kind is list else text


def _session_of(row: Any) -> Session:
    session = object_session(row)
    if session is None:
        raise SealBroken("a sealed value was read after its work had closed")
    return session


@event.listens_for(HasSealed, "init", propagate=True)
def _hold_sealed_values(row: Any, args: tuple, kwargs: dict) -> None:
    """Keep sealed values given to the constructor: they are no columns of the table."""
    for name in [n for n in kwargs if isinstance(getattr(type(row), n, None), Sealed)]:
        row.__dict__.setdefault("_unsealed", {})[name] = kwargs.pop(name)


@event.listens_for(HasSealed, "load", propagate=True)
def _announce_owner(row: Any, context: Any) -> None:
    keys = context.session.info.get("keys")
    if keys is not None:
        keys.want(row.__dict__.get(row.seal_owner))


@event.listens_for(Session, "before_flush")
def _seal_new_rows(session: Session, *_: Any) -> None:
    for row in session.new:
        waiting = row.__dict__.pop("_unsealed", None) if isinstance(row, HasSealed) else None
        for name, value in (waiting or {}).items():
            _descriptor(type(row), name).put(row, value, session)


def _descriptor(kind: type, name: str) -> Sealed:
    for base in kind.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    raise AttributeError(name)
