"""One timer works at a time; each job is a use case that the timer may carry out."""

import pytest

from clinic.domain.letters import Sender
from clinic.mail.transport import FileTransport
from clinic.scheduler import timetable
from clinic.scheduler.postman import Postman
from clinic.services import heartbeat


@pytest.mark.parametrize("job", timetable.TIMETABLE, ids=lambda job: job.name)
def test_the_timer_may_do_every_job_on_its_table_and_do_it_again(world, tmp_path, job):
    postman = Postman(world.office, FileTransport(tmp_path / "mail"), Sender("p@clinic.example", "http://127.0.0.1"),
                      timetable.now)
    for _ in range(2):
        job.run(world.office, postman)


def test_a_second_timer_waits_for_the_first(world, tmp_path):
    hold = (timetable._hold_in_database if world.office.engine.dialect.name == "postgresql"
            else timetable._hold_in_folder)
    with hold(world.office, tmp_path) as first, hold(world.office, tmp_path) as second:
        assert first() and not second()
    with hold(world.office, tmp_path) as third:
        assert third()


def test_the_timer_says_that_it_is_alive(world):
    timetable._beat(world.office, None)
    with world.looking() as session:
        assert heartbeat.last(session, "timer") is not None
