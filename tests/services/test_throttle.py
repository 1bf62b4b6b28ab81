"""Doors open slowly after failures, and no failure is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from clinic.models.account import Throttle
from clinic.services import throttle


def test_five_tries_are_free_then_the_wait_doubles(world):
    door = throttle.bucket("account", "someone@police.example")
    waits = []
    for _ in range(11):
        with world.office.beside("throttle") as session:
            throttle.failed(session, [door], world.now)
        with world.looking() as session:
            until = throttle.shut_until(throttle.counted(session, [door]), world.now)
        waits.append(int((until - world.now).total_seconds() / 60) if until else 0)
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]


def test_failures_at_the_same_moment_are_all_counted(world):
    door = throttle.bucket("network", "10.0.0")

    def fail(_):
        with world.office.beside("throttle") as session:
            throttle.failed(session, [door], world.now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fail, range(12)))
    with world.looking() as session:
        assert session.get(Throttle, door).failures == 12


def test_failures_of_yesterday_are_forgotten(world):
    door = throttle.bucket("account", "someone@police.example")
    for at in (world.now, world.now, world.now + timedelta(hours=25)):
        with world.office.beside("throttle") as session:
            throttle.failed(session, [door], at)
    with world.looking() as session:
        assert session.get(Throttle, door).failures == 1
