"""Whatever was answered is there, and no letter is lost, however often a process is killed."""

import time

from sqlalchemy import func, select, text

from clinic.models.nomination import Nomination
from clinic.models.post import PostStatus, QueuedLetter
from tests import crash

PAGES = {
    "pages/victim": {"victim_given_name": "Zelda", "victim_family_name": "Uniquename", "go": "later"},
    "pages/perpetrator": {"perpetrator_given_name": "Yorick", "go": "later"},
    "pages/behaviour": {"narrative": "Messages every night.", "go": "later"},
    "emergency": {"emergency_reason": "Released today."},
}


def test_what_was_answered_is_there_and_no_letter_is_lost(installation, world):
    walk(installation, world, rounds=5)


def walk(installation, world, rounds: int) -> None:
    """Kill workers and the timer `rounds` times while people nominate; then compare promise and table."""
    people = [("officer@police.example", world.clinic, PAGES), ("advocate@advocacy.example", world.clinic, PAGES)]
    service = crash.Service(installation.instance, CLINIC_DATABASE=installation.database_url)
    service.start()
    try:
        outcome = crash.rounds(service, rounds, people, seed=rounds)
        assert len(outcome.promised) >= rounds, "nobody got an answer: the harness tests nothing"
        assert outcome.missing == []
        assert outcome.refused == [], "whoever is killed, the others' forms are taken"
        settled(world, installation.instance, len(set(outcome.promised)))
    finally:
        service.stop()
    assert_nobody_is_connected(world)


def settled(world, folder, promised: int) -> None:
    """Wait until every letter has left; then each is a file, and a doubled one has the same Message-ID."""
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


def assert_nobody_is_connected(world) -> None:
    """See that the server let go of every process that was killed: what it keeps for the dead is missing to others."""
    if world.office.engine.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    end = time.monotonic() + 10
    world.office.engine.dispose()
    while (left := _scalar(world, others)) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == 0, f"{left} connections are left behind"


def _scalar(world, statement) -> int:
    with world.office.engine.connect() as connection:
        return connection.scalar(statement)
