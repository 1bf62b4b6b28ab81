"""What a piece of work costs does not depend on how many letters and lines it leaves, nor on how they differ."""

from contextlib import contextmanager
from datetime import date
from itertools import cycle, islice, product
from uuid import uuid4

import sqlalchemy as sa

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.letters import Letter, LetterKind
from clinic.services import outbox
from clinic.services.work import event_of

SIZES = (5, 50, 500)
DAY = date(2026, 11, 25)


@contextmanager
def statements(office):
    """Collect the SQL statements that run in the block."""
    seen: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        seen.append(statement)

    sa.event.listen(office.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(office.engine, "before_cursor_execute", note)


def letters(world, kind: LetterKind, count: int) -> list[outbox.Posted]:
    """Return letters that differ in what they leave open: account or address, day, panel, secret."""
    recipients = {"to": world.users["officer"]}, {"address": "hallam@police.example"}
    shapes = product(("s", ""), (DAY, None), (world.clinic, None), recipients)
    return [
        outbox.Posted(
            Letter(kind, **whom, day=day, about=uuid4(), reference="MT-2026-123456", link="/x"), panel_id, secret
        )
        for secret, day, panel_id, whom in islice(cycle(shapes), count)
    ]


def test_five_fifty_and_five_hundred_letters_of_every_shape_cost_the_same_statements(world):
    costs = {}
    for kind, size in product((LetterKind.NOMINATION_TRIAGED, LetterKind.INVITATION_UPDATE), SIZES):
        with world.office.beside("tests") as session, statements(world.office) as seen:
            outbox.queue(session, world.now, letters(world, kind, size))
            session.commit()
        costs.setdefault(kind, []).append(len([s for s in seen if s.startswith(("SELECT", "INSERT", "UPDATE"))]))
    # Accounts, agencies' domains, the letters; before these, for entries of a calendar, which they replace.
    assert costs == {LetterKind.NOMINATION_TRIAGED: [3, 3, 3], LetterKind.INVITATION_UPDATE: [5, 5, 5]}


def test_five_fifty_and_five_hundred_lines_of_every_shape_cost_the_same_statements(world):
    shapes = [{}, {"panel_id": world.clinic}, {"case_id": uuid4()}, {"panel_id": world.clinic, "case_id": uuid4()}]
    costs = []
    for size in SIZES:
        lines = [event_of(SystemActor("tests"), AuditVerb.VIEW, "Case", dict(shapes[n % 4])) for n in range(size)]
        with statements(world.office) as seen:
            world.office.note(world.now, lines)
        costs.append(len([s for s in seen if s.startswith(("SELECT", "INSERT", "UPDATE"))]))
    assert costs == [3, 3, 3]
