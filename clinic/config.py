"""Settings, from the environment, checked at start: a wrong one stops it with one plain sentence.

No secret has a default. Keys are made once, by the first command of a new installation, in
`keys/` of its instance folder, readable by its owner alone.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

#: how the keys' files are named that a change of the master key leaves
EARLIER, INDEX = "seal.earlier.{}.key", "index.key"


class BadSetting(Exception):
    """A setting that cannot be worked with; the sentence says which and how to mend it."""


@dataclass(frozen=True)
class Settings:
    instance: Path
    database_url: str
    #: scheme, host and port that people type; every link in a letter starts with it
    public_address: str
    master_key: bytes
    #: those that were the master key before: what is older than a change of keys still opens by them
    earlier_keys: tuple[bytes, ...]
    #: of the index of people, once it is no longer made from the master key
    index_key: bytes | None
    session_key: bytes
    mail_transport: str
    mail_from: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str
    idle_minutes: int
    absolute_hours: int
    fictional: bool

    @property
    def https(self) -> bool:
        return self.public_address.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.public_address).netloc

    @property
    def trusted_hosts(self) -> list[str]:
        """Return the names that the service answers to: its own, and this machine's to whoever looks after it."""
        return [urlsplit(self.public_address).hostname or "", "localhost", "127.0.0.1"]


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, or raise BadSetting with a sentence for whoever starts the service."""
    instance = Path(environ.get("CLINIC_INSTANCE", "instance")).resolve()
    port = _number(environ, "PORT", 8000, 1, 65535)
    address = environ.get("CLINIC_PUBLIC_ADDRESS", f"http://127.0.0.1:{port}").rstrip("/")
    _check_address(address)
    transport = _one_of(environ, "CLINIC_MAIL", "file", ("file", "smtp"))
    earlier = sorted((instance / "keys").glob(EARLIER.format("*")))
    settings = Settings(
        instance=instance,
        database_url=environ.get("CLINIC_DATABASE", f"sqlite:///{instance / 'clinic.sqlite3'}"),
        public_address=address,
        master_key=_key(instance, "seal.key"),
        earlier_keys=tuple(_read(path) for path in earlier),
        index_key=_index_key(instance, bool(earlier)),
        session_key=_key(instance, "session.key"),
        mail_transport=transport,
        mail_from=environ.get("CLINIC_MAIL_FROM", "panels@clinic.invalid"),
        smtp_host=environ.get("CLINIC_SMTP_HOST", ""),
        smtp_port=_number(environ, "CLINIC_SMTP_PORT", 587, 1, 65535),
        smtp_security=_one_of(environ, "CLINIC_SMTP_SECURITY", "starttls", ("starttls", "tls")),
        smtp_user=environ.get("CLINIC_SMTP_USER", ""),
        smtp_password=environ.get("CLINIC_SMTP_PASSWORD", ""),
        idle_minutes=_number(environ, "CLINIC_IDLE_MINUTES", 15, 3, 60),
        absolute_hours=_number(environ, "CLINIC_ABSOLUTE_HOURS", 10, 1, 24),
        fictional=_one_of(environ, "CLINIC_REAL_DATA", "no", ("no", "yes")) == "no",
    )
    _check_together(settings, environ)
    return settings


def _check_together(settings: Settings, environ: Mapping[str, str]) -> None:
    if settings.mail_transport == "smtp" and not (settings.smtp_host and "CLINIC_MAIL_FROM" in environ):
        raise BadSetting("CLINIC_MAIL is smtp: set CLINIC_SMTP_HOST and CLINIC_MAIL_FROM too.")
    if "@" not in settings.mail_from:
        raise BadSetting("CLINIC_MAIL_FROM must be an e-mail address.")
    if not settings.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise BadSetting("CLINIC_DATABASE must start with sqlite:/// or postgresql://.")
    if not settings.fictional and not (settings.https and settings.mail_transport == "smtp"):
        raise BadSetting(
            "CLINIC_REAL_DATA is yes: the public address must be https and mail must go by smtp first."
        )


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise BadSetting("CLINIC_PUBLIC_ADDRESS must look like https://panels.example.org, without a path.")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise BadSetting("CLINIC_PUBLIC_ADDRESS must be https, unless it is 127.0.0.1 or localhost.")


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}, not “{text}”.")
    return int(text)


def _one_of(environ: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    text = environ.get(name, default)
    if text not in allowed:
        raise BadSetting(f"{name} must be {' or '.join(allowed)}, not “{text}”.")
    return text


def _key(instance: Path, name: str) -> bytes:
    """Return the installation's key of that name; make all keys of an installation that has none.

    A folder of keys that lacks one is a loss, not a beginning: making a new key then would
    hide that nothing sealed can be opened any more.
    """
    folder = instance / "keys"
    path = folder / name
    if not path.exists():
        if folder.exists() and any(folder.iterdir()) and (instance / "keys" / "complete").exists():
            raise BadSetting(f"The key {name} is missing from {folder}: put it back from its backup.")
        if (instance / "clinic.sqlite3").exists() and not folder.exists():
            raise BadSetting(f"There is a database but no {folder}: put the keys back from their backup.")
        _make(folder, path)
    return _read(path)


def _index_key(instance: Path, changed: bool) -> bytes | None:
    """Return the key of the index of people, which a change of the master key leaves as it was."""
    path = instance / "keys" / INDEX
    if path.exists():
        return _read(path)
    if changed:
        raise BadSetting(f"The key {INDEX} is missing from {path.parent}: put it back from its backup.")
    return None


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise BadSetting(f"The key {path} can be read by others: chmod 600 it.")
    key = path.read_bytes()
    if len(key) != 32:
        raise BadSetting(f"The key {path} is not a key of 32 bytes.")
    return key


def _make(folder: Path, path: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    if all((folder / name).exists() for name in ("seal.key", "session.key")):
        (folder / "complete").touch(mode=0o600)
