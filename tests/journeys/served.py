"""The application as it really runs: gunicorn on an instance folder, and letters that become files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from pathlib import Path

from flask import Flask

from clinic.app import create_app
from clinic.config import load
from clinic.domain.letters import Sender
from clinic.mail.transport import FileTransport
from clinic.scheduler.postman import Postman
from clinic.services import demonstration
from tests import crash
from tests.make import PASSWORD


class Served:
    """One running copy of the service on `folder`."""

    password = PASSWORD

    def __init__(self, folder: Path, **environ: str):
        self.folder = folder
        self.service = crash.Service(folder, **environ)
        self.base = self.service.base
        # A second application on the same folder, in this process: it is the timer that takes letters out.
        settings = {"CLINIC_INSTANCE": str(folder), "CLINIC_PUBLIC_ADDRESS": self.base, **environ}
        self.app: Flask = create_app(load(settings))
        self.office = self.app.extensions["office"]

    @staticmethod
    def westmarch(template: Path, folder: Path, now: datetime, nominations: bool = False) -> Path:
        """Load directory and panels into a copy of `template`, and return the new folder."""
        shutil.copytree(template, folder)
        office = create_app(load({"CLINIC_INSTANCE": str(folder)})).extensions["office"]
        demonstration.load(office, now, PASSWORD, nominations)
        office.engine.dispose()
        return folder

    @classmethod
    @contextmanager
    def on_copy(cls, template: Path, folder: Path, **environ: str) -> Iterator[Served]:
        shutil.copytree(template, folder)
        served = cls(folder, **environ)
        served.service.start_web()
        try:
            served.service.wait()
            yield served
        finally:
            served.service.stop()
            served.office.engine.dispose()
            # What the server noted of itself tells more than the page that somebody saw.
            faults = [line for line in served.log.splitlines() if "fault " in line]
            assert not faults, faults

    @property
    def log(self) -> str:
        return (self.folder / "service.log").read_text()

    def deliver(self) -> list[EmailMessage]:
        """Send what waits in the outbox, as the timer does; return the letters that were written."""
        before = self._files()
        settings = self.app.config["SETTINGS"]
        postman = Postman(
            self.office, FileTransport(self.folder / "mail"), Sender(settings.mail_from, settings.public_address),
            lambda: datetime.now(UTC),
        )
        while postman.deliver_all():
            pass
        return [read(path) for path in sorted(self._files() - before)]

    def letters(self) -> list[EmailMessage]:
        return [read(path) for path in sorted(self._files())]

    def _files(self) -> set[Path]:
        return set((self.folder / "mail").glob("*.eml"))


def read(path: Path) -> EmailMessage:
    """Return a written letter; one that was copied with its folder is not taken apart again."""
    return _parsed(path.name, path.read_bytes())


@lru_cache(maxsize=1000)
def _parsed(name: str, raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=SMTP)


def path_in(letter: EmailMessage) -> str:
    """Return the path of the page that a letter leads to."""
    text = letter.get_body(("plain",)).get_content()
    return re.search(r"http://127\.0\.0\.1:\d+(/\S*)", text)[1]
