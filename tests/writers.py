"""One process that writes lines into the notes of a hearing, through the project's own use case.

    python -m tests.writers FOLDER DATABASE USER HEARING LINES TAG

Each line is a read-modify-write in a work of its own.
"""

import sys
from uuid import UUID

from clinic.app import create_app
from clinic.config import load
from clinic.services import floor, hearings, sessions
from clinic.web.clock import now


def write(folder: str, database: str, user: str, hearing: str, lines: str, tag: str) -> None:
    app = create_app(load({"CLINIC_INSTANCE": folder, "CLINIC_DATABASE": database}))
    office = app.extensions["office"]
    with office.peeking("tests") as session:
        actor = sessions.actor_of(session, UUID(user), now())
    for number in range(int(lines)):
        with office.changing(actor, now()) as work:
            row, _ = floor.take(work, UUID(hearing))
            text = f"{row.notes or ''}{tag}{number}\n"
            hearings.save_notes(work, row.id, text, row.notes_version)


if __name__ == "__main__":
    write(*sys.argv[1:])
