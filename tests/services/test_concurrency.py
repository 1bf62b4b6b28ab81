"""Four processes write the same note at once, and every line of each is there."""

import subprocess
import sys
from pathlib import Path

from clinic.domain.meetings import MeetingStatus
from clinic.models.hearing import Hearing
from tests import make

ROOT = Path(__file__).parents[2]
PROCESSES, LINES = 4, 150


def test_six_hundred_read_modify_writes_of_four_processes_leave_six_hundred_lines(app, world):
    meeting = make.meeting(world, status=MeetingStatus.IN_PROGRESS, chaired_by="chair")
    hearing = make.listed(world, make.case(world), meeting)
    settings = app.config["SETTINGS"]
    writers = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "tests.writers", str(settings.instance), settings.database_url,
             str(world.users["coordinator"]), str(hearing), str(LINES), f"w{number}-"],
            cwd=ROOT, stderr=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]
    failed = [writer.stderr.read() for writer in writers if writer.wait(240) or writer.stderr.close()]
    for writer in writers:
        writer.stderr.close()
    assert not failed, failed[0][-2000:]
    with world.looking() as session:
        row = session.get_one(Hearing, hearing)
        lines = row.notes.splitlines()
    assert len(lines) == row.notes_version == PROCESSES * LINES
    assert set(lines) == {f"w{p}-{n}" for p in range(PROCESSES) for n in range(LINES)}
