"""One timer works at a time; each job is a use case that the timer may carry out."""

import time

import pytest
from sqlalchemy import text

from clinic.domain.letters import Sender
from clinic.mail.transport import FileTransport
from clinic.scheduler import timetable
from clinic.scheduler.place import LEADER, hold
from clinic.scheduler.postman import Postman
from clinic.services import heartbeat
from tests import crash


@pytest.mark.parametrize("job", timetable.TIMETABLE, ids=lambda job: job.name)
def test_the_timer_may_do_every_job_on_its_table_and_do_it_again(world, tmp_path, job):
    postman = Postman(world.office, FileTransport(tmp_path / "mail"), Sender("p@clinic.example", "http://127.0.0.1"),
                      timetable.now)
    for _ in range(2):
        job.run(world.office, postman)


def test_a_second_timer_waits_for_the_first(world, tmp_path):
    with hold(world.office, tmp_path) as first, hold(world.office, tmp_path) as second:
        assert first.take() and first.held() and not second.take()
    with hold(world.office, tmp_path) as third:
        assert third.take()


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_a_timer_whose_connection_is_cut_has_lost_its_place_to_whoever_asks_next(world, tmp_path):
    with hold(world.office, tmp_path) as first, hold(world.office, tmp_path) as second:
        assert first.take()
        assert cut_off_the_timer(world) == 1
        assert not first.held()
        assert second.take() and not first.take()
    with hold(world.office, tmp_path) as third:
        assert third.take()


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_a_timer_that_lost_its_place_takes_it_again(world, installation):
    service = crash.Service(installation.instance, CLINIC_DATABASE=installation.database_url)
    service.start_timer()
    try:
        for _ in range(2):
            assert eventually(lambda: cut_off_the_timer(world)), "no timer leads"
        assert eventually(lambda: timers(world)) and service.timer.poll() is None
    finally:
        service.stop()
    assert service.timer.returncode == 0
    assert timers(world) == []


def timers(world) -> list[int]:
    """Return who holds the timer's place, as the server numbers its connections."""
    place = text(
        "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname = current_database()"
        " WHERE locktype = 'advisory' AND objid = :leader AND granted"
    )
    with world.looking() as session:
        return list(session.scalars(place, {"leader": LEADER}))


def cut_off_the_timer(world) -> int:
    """Cut the connections that hold the timer's place, as a restart of the server would; return how many."""
    cut = timers(world)
    with world.looking() as session:
        for pid in cut:
            session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    return len(cut)


def eventually(happens, seconds: float = 30):
    end = time.monotonic() + seconds
    while not (answer := happens()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer


def test_the_timer_says_that_it_is_alive(world):
    timetable._beat(world.office, None)
    with world.looking() as session:
        assert heartbeat.last(session, "timer") is not None
