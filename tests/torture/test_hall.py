"""Workers are killed while a meeting runs: what the minute-taker was told is saved is there, and screens go on."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from sqlalchemy import select

from clinic.models.hearing import Hearing
from tests import crash, hall

CASES, KILLS = 6, 10


@pytest.mark.torture
def test_killed_workers_lose_no_text_that_was_acknowledged(installation, world):
    held = hall.fill(world, CASES)
    service = crash.Service(installation.instance, CLINIC_DATABASE=installation.database_url)
    service.start_web()
    service.wait()
    try:
        members, writer = hall.seated(service.base, held), hall.MinuteTaker(service.base, held)
        writer.every = 0.2
        writer.start()
        chance = random.Random(KILLS)
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.5, 1.5))
            if kill % 2:
                kill_with_a_text_in_hand(service, writer)
            else:
                os.kill(chance.choice(service.workers()), signal.SIGKILL)
            service.wait()
            if kill % 2:
                writer.go_on()
        time.sleep(2 * hall.POLL)
        for person in (writer, *members):
            person.stop()
    finally:
        service.stop()
    check_notes(world, writer)
    check_screens(members, writer)


def kill_with_a_text_in_hand(service: crash.Service, writer: hall.MinuteTaker) -> None:
    """Kill all workers while a text is on its way to them: which one holds it at the moment of a kill is chance."""
    workers = service.workers()
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    # What they had answered is read by then, and the next text is sent.
    time.sleep(3 * writer.every)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)


def check_notes(world, writer: hall.MinuteTaker) -> None:
    with world.looking() as session:
        notes = {row.id: row.notes or "" for row in session.scalars(select(Hearing))}
    assert sum(kept.saves for kept in writer.kept.values()) > 30
    assert any(kept.broken for kept in writer.kept.values()), "every text was answered: the kills test nothing"
    for hearing_id, kept in writer.kept.items():
        assert notes[hearing_id].startswith(kept.saved) and kept.typed.startswith(notes[hearing_id])


def check_screens(members: list[hall.Member], writer: hall.MinuteTaker) -> None:
    last = max(writer.begun, key=writer.begun.get)
    assert {member.seen[-1][1] for member in members} == {last}
