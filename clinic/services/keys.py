"""The installation's keys: whether they are the database's, and changing the one that wraps all others.

A change writes the new key beside the old ones, then wraps every data key and seals every letter
afresh, in short works. Until the last of them is done either key opens, so that a change that is
stopped is gone on with by the same command. An earlier key is never deleted: backups open by it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Select, func, inspect, or_, select
from sqlalchemy.exc import OperationalError

from clinic.config import EARLIER, INDEX, BadSetting
from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import RuleBroken
from clinic.models.post import QueuedLetter
from clinic.models.sealed import DataKey, MasterKeys, SealBroken, context_of
from clinic.policy.accounts import may_install
from clinic.services import heartbeat, outbox
from clinic.services.work import Office, Work

KEEPER = SystemActor("command line")
AT_ONCE = 500
_TRIED = 3
#: how long after its last beat the timer may still be there
_ALIVE = timedelta(minutes=3)


def check(office: Office) -> None:
    """Refuse keys that do not open the database. Raises BadSetting. One damaged row does not stop the service."""
    try:
        with office.engine.connect() as connection:
            if not inspect(connection).has_table(DataKey.__tablename__):
                return
        with office.peeking("keys") as session:
            rows = session.execute(select(DataKey.owner_id, DataKey.wrapped).limit(_TRIED)).all()
    except OperationalError:
        return  # a database that is away says so on each page, and comes back
    finally:
        office.engine.dispose()
    if rows and not any(_opens(office.keys, *row) for row in rows):
        raise BadSetting("The key seal.key does not open this database: put back the keys that belong to it.")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time change keys. Raises RuleBroken."""
    with (folder / "lock").open("w") as lock:
        os.chmod(lock.name, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuleBroken("The key is being changed already, by another command.") from None
        yield


def begin(office: Office, folder: Path, now: datetime) -> Office:
    """Return an office with a new key, or as it is where an earlier change is not finished. Raises RuleBroken."""
    with office.peeking("keys") as session:
        seen = heartbeat.last(session, "timer")
    if seen is not None and now - seen < _ALIVE:
        raise RuleBroken("The service was running a moment ago: stop it on every host, wait three minutes, try again.")
    return office if is_unfinished(office) else Office(office.engine, _replace(folder, office.keys))


def is_unfinished(office: Office) -> bool:
    """Whether something is left that only an earlier key opens."""
    earlier = tuple(key for key in office.keys.earlier if key != office.keys.current)
    if not earlier:
        return False
    old = MasterKeys(earlier[0], earlier[1:])
    with office.peeking("keys") as session:
        rows = session.execute(select(DataKey.owner_id, DataKey.wrapped).where(_is_old(office)))
        return any(_opens(old, *row) for row in rows)


def count(office: Office) -> int:
    """Return how many rows a change has to go through."""
    with office.peeking("keys") as session:
        return sum(session.scalar(select(func.count()).select_from(rows.subquery())) for rows in (
            select(DataKey.owner_id).where(_is_old(office)), select(QueuedLetter.id).where(_IS_SEALED)))


def carry_over(office: Office, now: datetime) -> Iterator[int]:
    """Put all that is under an earlier key under the current one; yields how many rows each work went through.

    Letters come first: as long as a data key is left, the change is not finished.
    """
    yield from _through(office, now, select(QueuedLetter).where(_IS_SEALED), QueuedLetter.id, _seal_letter)
    yield from _through(office, now, select(DataKey).where(_is_old(office)), DataKey.owner_id, _wrap)


_IS_SEALED = or_(QueuedLetter.raw_sealed.is_not(None), QueuedLetter.secret_sealed.is_not(None))


def _is_old(office: Office) -> Any:
    return DataKey.wrapped_by != office.keys.name


def _through(office: Office, now: datetime, rows: Select, key: Any,
             change: Callable[[Work, MasterKeys, Any], None]) -> Iterator[int]:
    last: UUID | None = None
    while True:
        with office.changing(KEEPER, now) as work:
            work.require(may_install)
            further = rows if last is None else rows.where(key > last)
            found = list(work.session.scalars(further.order_by(key).limit(AT_ONCE)))
            for row in found:
                change(work, office.keys, row)
            if found:
                last = getattr(found[-1], key.key)
                work.record(AuditVerb.UPDATE, type(found[-1]).__name__, under=office.keys.name, rows=len(found))
        if not found:
            return
        yield len(found)


def _wrap(work: Work, keys: MasterKeys, row: DataKey) -> None:
    try:
        plain = keys.unseal(row.wrapped, context_of(row.owner_id))
    except SealBroken:
        return  # nothing opens it any more; what it sealed is lost already
    row.wrapped, row.wrapped_by = keys.seal(plain, context_of(row.owner_id)), keys.name


def _seal_letter(work: Work, keys: MasterKeys, letter: QueuedLetter) -> None:
    outbox.seal_again(work.session, letter)


def _opens(keys: MasterKeys, owner_id: UUID, wrapped: bytes) -> bool:
    try:
        return bool(keys.unseal(wrapped, context_of(owner_id)))
    except SealBroken:
        return False


def _replace(folder: Path, keys: MasterKeys) -> MasterKeys:
    """Write a new key, after the two that must not be lost by it."""
    new = AESGCM.generate_key(256)
    _write(folder / INDEX, keys.for_index)
    _write(folder / EARLIER.format(keys.name), keys.current)
    _write(folder / "seal.key", new)
    return MasterKeys(new, (keys.current, *keys.earlier), keys.for_index)


def _write(path: Path, key: bytes) -> None:
    """Write a key whole or not at all: a machine that loses its power here must not lose a key."""
    with NamedTemporaryFile(dir=path.parent, prefix="new-", delete=False) as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
