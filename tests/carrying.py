"""Somebody brings a large file into a real server: sends it, says yes to it, watches it go in."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable

from clinic.domain.imports import COLUMNS
from tests.crash import Caller, Service
from tests.domain.test_imports import GOOD
from tests.site import Page

COORDINATOR = "coordinator@council.example"
NARRATIVE = "Messages every night; seen outside the workplace. " * 12


def row(number: int) -> list[str]:
    own = {"criteria": "breach_of_order", "source_reference": f"NP/{number}/26", "narrative": NARRATIVE,
           "victim_given_name": f"Zelda{number}", "victim_family_name": f"Uniquename{number}",
           "perpetrator_given_name": f"Yorick{number}", "perpetrator_family_name": f"Othername{number}"}
    return [(GOOD | own)[column] for column in COLUMNS]


def rows(how_many: int) -> bytes:
    """Return a CSV of so many rows, too large to be read while its sender waits."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(row(number) for number in range(how_many))
    return text.getvalue().encode()


class Carrier:
    """A coordinator with a file."""

    def __init__(self, service: Service, panel_id: object):
        self.caller = Caller(service.base)
        self.caller.sign_in(COORDINATOR)
        self._to = f"/panels/{panel_id}/import"
        self.path = ""

    def send(self, data: bytes) -> None:
        fields = Page(self.caller.get(self._to)[1]).form("/import")
        status, _, location = self.caller.send_file(self._to, fields, data)
        assert status == 303, status
        self.path = location

    def confirm(self) -> None:
        fields = Page(self.caller.get(self.path)[1]).form(self.path)
        status, _, _ = self.caller.post(self.path, fields)
        assert status == 303, status

    def progress(self) -> dict:
        return json.loads(self.caller.get(f"{self.path}/progress")[1])

    def until(self, reached: Callable[[dict], bool], seconds: float = 120, pause: float = 0.05) -> dict:
        """Watch until the file is as far as that."""
        end = time.monotonic() + seconds
        while not reached(told := self.progress()):
            assert time.monotonic() < end, f"it is no further than {told}"
            time.sleep(pause)
        return told
