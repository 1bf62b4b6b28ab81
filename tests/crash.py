"""A real server and a real timer on a database of their own, to be killed while people use them.

`rounds` kills a random worker or the timer with SIGKILL, again and again, while several
people post nominations over HTTP; `Outcome` says what was promised and what is there.
"""

from __future__ import annotations

import http.cookiejar
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

from tests.make import PASSWORD
from tests.site import Page

ROOT = Path(__file__).parents[1]
# Who may see whatever anybody nominated.
READER = "coordinator@council.example"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """gunicorn and the timer of one instance folder, as the Procfile starts them."""

    def __init__(self, folder: Path, **environ: str):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.environ = {**os.environ, "CLINIC_INSTANCE": str(folder), "PORT": str(self.port), **environ}
        self.log = (folder / "service.log").open("ab")
        self.web = self.timer = None

    def start(self) -> None:
        self.start_web()
        self.start_timer()
        self.wait()

    def start_web(self) -> None:
        self.web = self._run("gunicorn", "--config", "gunicorn.conf.py", "wsgi:app")

    def start_timer(self) -> None:
        self.timer = self._run("flask", "--app", "wsgi", "timer")

    def _run(self, command: str, *arguments: str) -> subprocess.Popen:
        path = Path(sys.executable).parent / command
        return subprocess.Popen(  # noqa: S603
            [path, *arguments], cwd=ROOT, env=self.environ, stdout=self.log, stderr=self.log
        )

    def wait(self, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.base}/health", timeout=2)  # noqa: S310
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the service does not answer")

    def workers(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.web.pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return [int(pid) for pid in found.stdout.split()]

    def kill_something(self, chance: random.Random) -> None:
        """SIGKILL a worker (its master starts another) or the timer (which is started again)."""
        workers = self.workers()
        if workers and chance.random() < 0.6:
            os.kill(chance.choice(workers), signal.SIGKILL)
        else:
            self.timer.kill()
            self.timer.wait()
            self.start_timer()

    def stop(self) -> None:
        for process in (self.timer, self.web):
            if process is not None:
                process.terminate()
                process.wait(30)
        self.log.close()


class Caller:
    """Somebody with a browser that follows nothing and forgets nothing."""

    def __init__(self, base: str):
        self.base = base
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), _Stay)

    def get(self, path: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self.base + path))[:2]  # noqa: S310

    def post(self, path: str, fields: dict) -> tuple[int, str, str]:
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return self._open(urllib.request.Request(self.base + path, body))  # noqa: S310

    def send_file(self, path: str, fields: dict, data: bytes) -> tuple[int, str, str]:
        """Post a form that holds a file."""
        edge = "edge-of-a-part"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in fields.items()]
        file = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="rows"\r\n\r\n'.encode()
        body = b"".join((*parts, file, data, f"\r\n--{edge}--\r\n".encode()))
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._open(urllib.request.Request(self.base + path, body, headers))  # noqa: S310

    def _open(self, request: urllib.request.Request) -> tuple[int, str, str]:
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers.get("Location", "")
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode(), answer.headers.get("Location", "")

    def sign_in(self, email: str) -> None:
        _, html = self.get("/sign-in")
        fields = Page(html).form("/sign-in")
        status, _, _ = self.post("/sign-in", {**fields, "email": email, "password": PASSWORD})
        assert status == 303, status


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@dataclass
class Outcome:
    """What was answered and what is there."""

    promised: list[str] = field(default_factory=list)
    #: answers that are neither a promise nor a broken connection
    refused: list[int] = field(default_factory=list)
    broken_off: int = 0
    missing: list[str] = field(default_factory=list)


def post_until(stop: threading.Event, service: Service, email: str, panel_id, fields: dict, outcome: Outcome) -> None:
    """Nominate again and again; a connection that breaks is tried again with the same form."""
    caller = None
    while not stop.is_set():
        try:
            caller = caller or signed_in(service, email)
            status, location = nominate(caller, panel_id, fields)
        except (OSError, http.client.HTTPException, AssertionError):
            outcome.broken_off += 1
            time.sleep(0.05)
            continue
        if status == 303:
            outcome.promised.append(location.removesuffix("/sent"))
        else:
            outcome.refused.append(status)


def signed_in(service: Service, email: str) -> Caller:
    caller = Caller(service.base)
    caller.sign_in(email)
    return caller


def nominate(caller: Caller, panel_id, pages: dict[str, dict]) -> tuple[int, str]:
    """Begin a nomination, say on its pages what cannot wait, and send it; return the last form's answer."""
    status, draft = press(caller, f"/panels/{panel_id}/nominations/new", {})
    for path, fields in pages.items():
        if status != 303:
            break
        status, location = press(caller, f"{draft}/{path}", fields)
    return status, location


def press(caller: Caller, path: str, fields: dict) -> tuple[int, str]:
    """Send a page's form, filled in."""
    _, html = caller.get(path)
    status, _, location = caller.post(path, {**Page(html).form(path), **fields})
    return status, location


def rounds(service: Service, how_many: int, people: list[tuple], seed: int) -> Outcome:
    """Kill something `how_many` times while `people` (e-mail, panel, fields) post."""
    chance, outcome, stop = random.Random(seed), Outcome(), threading.Event()
    threads = [
        threading.Thread(target=post_until, args=(stop, service, email, panel_id, fields, outcome))
        for email, panel_id, fields in people
    ]
    for thread in threads:
        thread.start()
    for _ in range(how_many):
        _wait_for_answers(outcome, 2)
        # Somewhere in the middle of whatever the next requests are doing.
        time.sleep(chance.uniform(0.0, 0.3))
        service.kill_something(chance)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    service.wait()
    reader = Caller(service.base)
    reader.sign_in(READER)
    outcome.missing = [location for location in outcome.promised if reader.get(location)[0] != 200]
    return outcome


def _wait_for_answers(outcome: Outcome, more: int) -> None:
    enough, end = len(outcome.promised) + more, time.monotonic() + 30
    while len(outcome.promised) < enough and time.monotonic() < end:
        time.sleep(0.02)


def letters(folder: Path) -> dict[str, int]:
    """Return the Message-IDs of the letters written under `mail/`, and how often each was written."""
    found: dict[str, int] = {}
    for path in (folder / "mail").glob("*.eml"):
        number = message_from_bytes(path.read_bytes(), policy=SMTP)["Message-ID"]
        found[number] = found.get(number, 0) + 1
    return found


def nomination_id(location: str) -> str:
    return re.search(r"/nominations/([0-9a-f-]{36})", location)[1]
