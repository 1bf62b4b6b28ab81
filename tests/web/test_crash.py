"""Whatever was answered is there, and no letter is lost, however often a process is killed."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from clinic.models.nomination import Nomination
from clinic.models.post import PostStatus, QueuedLetter
from tests import crash, make
from tests.conftest import office_of, settings

FIELDS = {
    "victim_given_name": "Zelda", "victim_family_name": "Uniquename", "victim_gender": "female",
    "perpetrator_given_name": "Yorick", "perpetrator_family_name": "Othername", "perpetrator_gender": "male",
    "relationship": "ex_partner", "typology": "rejected", "victim_aware": "aware", "victim_wishes": "Wants it to stop.",
    "advocate_offered": "accepted", "victim_phone_safe": "no", "criteria": "breach_of_order", "risk_tool": "sash",
    "risk_result": "high", "question": "Is the pattern enough?", "narrative": "Messages every night.",
    "contact_name": "Officer Testwell", "contact_email": "officer@police.example",
}


@pytest.mark.parametrize("rounds", [5])
def test_what_was_answered_is_there_and_no_letter_is_lost(sqlite_world, tmp_path, rounds):
    walk(sqlite_world, tmp_path, rounds)


def walk(sqlite_world, tmp_path, rounds: int) -> None:
    """Kill workers and the timer `rounds` times while people nominate; then compare promise and table."""
    folder, world = instance(sqlite_world, tmp_path)
    people = [("officer@police.example", world.clinic, FIELDS), ("advocate@advocacy.example", world.clinic, FIELDS)]
    service = crash.Service(folder)
    service.start()
    try:
        outcome = crash.rounds(service, rounds, people, seed=rounds)
        assert len(outcome.promised) >= rounds, "nobody got an answer: the harness tests nothing"
        assert outcome.missing == []
        settled(folder, len(set(outcome.promised)))
    finally:
        service.stop()


def instance(sqlite_world, tmp_path):
    """Return a copy of the world's folder, and the world."""
    folder = make.copied(sqlite_world[0], tmp_path / "instance")
    return folder, sqlite_world[1]


def settled(folder, promised: int) -> None:
    """Wait until every letter has left; then each is a file, and a doubled one has the same Message-ID."""
    with office_of(settings(folder)) as office:
        world = replace(make.World(office, None))
        end = time.monotonic() + 300
        while _waiting(world) and time.monotonic() < end:
            _let_leases_end(world)
            time.sleep(0.5)
        with world.looking() as session:
            rows = session.execute(select(QueuedLetter.message_id, QueuedLetter.status)).all()
            nominations = session.scalar(select(func.count()).select_from(Nomination))
    files = crash.letters(folder)
    assert {status for _, status in rows} == {PostStatus.ACCEPTED}
    assert {message_id for message_id, _ in rows} == set(files), "each letter is a file, and each file a letter"
    assert nominations >= promised and len(rows) >= nominations


def _waiting(world) -> int:
    with world.looking() as session:
        return session.scalar(
            select(func.count()).select_from(QueuedLetter).where(QueuedLetter.status != PostStatus.ACCEPTED)
        )


def _let_leases_end(world) -> None:
    """Do what ten minutes of waiting would: a killed sender's letters are free again."""
    with world.office.beside("tests") as session:
        for row in session.scalars(select(QueuedLetter).where(QueuedLetter.status == PostStatus.SENDING)):
            row.lease_until = row.queued_at
