"""Who may: the expected answer of every endpoint to everybody, written from the design and not from the code.

A row names an endpoint, the things that its address names, and for each relation to them
(own, other agency's, excluded, other panel's) who is answered. Everybody else meets 404,
as if there were nothing; where no thing is named, 403. Strangers are sent to sign in.
"""

from __future__ import annotations

from tests.house.access import agenda, cases, directory, hearings, meetings, nominations, urgent
from tests.house.access.people import names
from tests.house.access.rows import Row

# Pages that go round the wall on purpose and carry the policy's condition in their query.
BESIDE_THE_WALL = names("hearings.pulse")

ROWS: tuple[Row, ...] = (
    *directory.ROWS, *meetings.ROWS, *nominations.ROWS, *cases.ROWS, *urgent.ROWS, *agenda.ROWS, *hearings.ROWS,
)
