"""Commands for whoever runs the service."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from clinic.app import create_app
from clinic.config import BadSetting
from clinic.models.account import User
from clinic.models.nomination import Nomination
from clinic.services import keys
from tests.conftest import settings


@pytest.fixture
def empty(fresh_sqlite):
    app = create_app(settings(fresh_sqlite))
    yield app
    app.extensions["office"].engine.dispose()


def counted(app, model) -> int:
    with app.extensions["office"].peeking("tests") as session:
        return session.scalar(select(func.count()).select_from(model))


def first_user(app, password: str):
    return app.test_cli_runner().invoke(
        args=["first-user", "--name", "Ada Fenwright", "--email", "ada@panels.example", "--agency", "Panels Office"],
        input=password + "\n",
    )


def test_the_first_user_is_the_administrator_and_there_is_one_only(empty):
    assert first_user(empty, "three-random-words-lantern").exit_code == 0
    again = first_user(empty, "three-random-words-lantern")
    assert again.exit_code == 1 and "There is an administrator already" in again.output
    assert counted(empty, User) == 1


def test_a_short_password_makes_no_administrator_and_says_why(empty):
    answer = first_user(empty, "short")
    assert answer.exit_code == 1 and "15 characters or more" in answer.output
    assert counted(empty, User) == 0


def test_the_fictional_area_comes_once_with_its_nominations(empty, fresh_sqlite):
    runner = empty.test_cli_runner()
    assert runner.invoke(args=["demo"]).exit_code == 0
    assert counted(empty, User) == 35 and counted(empty, Nomination) == 72
    assert (fresh_sqlite / "demonstration-password").stat().st_mode & 0o777 == 0o600
    assert "0 people are indexed" in runner.invoke(args=["index-people"]).output
    assert "144 people are indexed" in runner.invoke(args=["index-people", "--everybody"]).output
    again = runner.invoke(args=["demo"])
    assert again.exit_code == 1 and "holds people already" in again.output


def test_the_command_changes_the_key_and_a_new_start_reads_everything(empty, fresh_sqlite):
    runner = empty.test_cli_runner()
    assert runner.invoke(args=["demo"]).exit_code == 0
    old = (fresh_sqlite / "keys" / "seal.key").read_bytes()
    refused = runner.invoke(args=["rotate-key"], input="n\n")
    assert refused.exit_code == 1 and (fresh_sqlite / "keys" / "seal.key").read_bytes() == old
    answer = runner.invoke(args=["rotate-key", "--yes"])
    assert answer.exit_code == 0 and "The key is changed." in answer.output
    assert (fresh_sqlite / "keys" / "seal.key").read_bytes() != old
    assert {p.stat().st_mode & 0o777 for p in (fresh_sqlite / "keys").iterdir()} == {0o600}
    after = create_app(settings(fresh_sqlite))
    keys.check(after.extensions["office"])
    with after.extensions["office"].peeking("tests") as session:
        assert all(nomination.narrative for nomination in session.scalars(select(Nomination)))
        assert not session.info["keys"].lost
    after.extensions["office"].engine.dispose()


@pytest.mark.parametrize("lost", ["seal.key", "index.key"])
def test_after_a_change_of_key_a_start_without_one_of_them_is_refused(empty, fresh_sqlite, lost):
    assert empty.test_cli_runner().invoke(args=["rotate-key", "--yes"]).exit_code == 0
    (fresh_sqlite / "keys" / lost).unlink()
    with pytest.raises(BadSetting, match=f"{lost} is missing"):
        settings(fresh_sqlite)


def test_loading_opens_no_connection_that_forked_workers_would_share(app):
    pool = app.extensions["office"].engine.pool
    assert (pool.checkedin(), pool.checkedout(), pool.overflow()) == (0, 0, -pool.size())


@pytest.fixture
def started(sqlite_world, tmp_path):
    """`start`, as one process with its forks, on a database that has people in it."""
    folder = tmp_path / "instance"
    shutil.copytree(sqlite_world[0], folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "start"], cwd=root, start_new_session=True,
        env=os.environ | {"PORT": str(port), "CLINIC_INSTANCE": str(folder)}, stdout=subprocess.DEVNULL,
    )
    yield process, f"http://127.0.0.1:{port}/sign-in"
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answers(address: str) -> bool:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def until(condition, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


def running(group: int) -> list[int]:
    """Return the processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
            found += [int(stat.parent.name)] if int(of) == group and state != "Z" else []
    return found


def test_pages_and_timer_start_together_and_stop_together(started):
    process, address = started
    assert until(lambda: answers(address)) and len(running(process.pid)) >= 4
    process.terminate()
    assert process.wait(30) == 0 and until(lambda: not running(process.pid))


def test_when_the_timer_dies_nothing_goes_on_without_it(started):
    process, address = started
    assert until(lambda: answers(address))
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[1]), signal.SIGKILL)
    assert process.wait(30) == signal.SIGKILL and until(lambda: not running(process.pid))
