"""A file that goes in while its timer is killed is in once, whole, and the others are told once."""

import random
import time

from sqlalchemy import func, select

from clinic.domain.letters import LetterKind
from clinic.models.audit import AuditEvent
from clinic.models.case import Case, Person
from clinic.models.import_batch import ImportPart
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from tests import crash
from tests.carrying import Carrier, rows
from tests.services.test_import_works import another_coordinator


def test_a_file_whose_timer_is_killed_half_way_is_in_once(installation, world):
    carry(installation, world, how_many=350, kills=1)


def carry(installation, world, how_many: int, kills: int) -> None:
    """Kill the timer `kills` times while a file is read and goes in; then send the file again."""
    another_coordinator(world)
    chance = random.Random(how_many)
    service = crash.Service(installation.instance, CLINIC_DATABASE=installation.database_url)
    service.start()
    try:
        carrier = Carrier(service, world.clinic)
        carrier.send(rows(how_many))
        time.sleep(chance.uniform(0, 0.5))
        kill_timer(service)
        carrier.until(lambda told: told["status"] == "waiting")
        carrier.confirm()
        for _ in range(kills):
            before = carrier.progress()["gone"]
            told = carrier.until(lambda told, before=before: told["gone"] > before or told["status"] == "ended")
            time.sleep(chance.uniform(0, 0.3))
            kill_timer(service)
        assert kills == 1 or told["gone"] > 100
        carrier.until(lambda told: told["status"] == "ended")
        assert_in_once(world, how_many)
        carrier.send(rows(how_many))
        told = carrier.until(lambda told: told["status"] == "waiting")
        assert f"{how_many:,} were here already" in told["words"]
        assert_in_once(world, how_many)
    finally:
        service.stop()


def kill_timer(service) -> None:
    service.timer.kill()
    service.timer.wait()
    service.start_timer()


def assert_in_once(world, how_many: int) -> None:
    with world.looking() as session:
        def count(what, *where):
            return session.scalar(select(func.count()).select_from(what).where(*where))
        assert count(Nomination) == count(Case) == how_many and count(Person) == 2 * how_many
        references = session.scalars(select(Nomination.source_reference)).all()
        assert len(set(references)) == how_many
        brought = count(AuditEvent, AuditEvent.verb == "import", AuditEvent.object_type == "Nomination")
        assert brought == how_many, "each has its line in the journal, and one"
        assert count(QueuedLetter, QueuedLetter.kind == LetterKind.NOMINATION_RECEIVED) == 1
        assert count(ImportPart) == 0
