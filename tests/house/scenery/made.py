"""What the scenery is made of: its clock, its days, its tokens, and where the things are that the tests ask for."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select

from clinic.domain.cases import PartyKind
from clinic.models.all import metadata
from clinic.models.case import Person
from clinic.services import (
    minutes,
)
from tests import make
from tests.make import World

# A Wednesday in term time, in winter time: what the clock on the wall shows all through these tests.
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 10, 19, 9, 0, tzinfo=UTC)
PRIOR = datetime(2026, 10, 21, 9, 0, tzinfo=UTC)
_CLOSED_ON, _RUNS_ON = date(2026, 11, 11), date(2026, 11, 25)
# Stage by stage: when the panel meets. Five meetings without cases stand for minutes on their way.
DAYS = {
    "closed": _CLOSED_ON, "running": _RUNS_ON, "planned": date(2026, 12, 9), "drafted": date(2027, 1, 13),
    "bare": date(2027, 2, 10), "chaired": _RUNS_ON, "unwritten": date(2026, 11, 3), "written": date(2026, 11, 4),
    "with_chair": date(2026, 11, 5), "approved": date(2026, 11, 6), "empty": date(2026, 11, 26),
}


@dataclass(frozen=True)
class Token:
    """A word that stands in one sealed field: what kind of text it is, of which case (or panel's meetings), and said
    by which agency (or of which meeting)."""

    word: str
    kind: str
    case: str
    agency: str = ""


@dataclass
class Scenery:
    """The world and the ids of its things: `things[kind][relation]`."""

    world: World
    things: dict[str, dict[str, UUID | str]] = field(default_factory=lambda: defaultdict(dict))
    tokens: dict[str, Token] = field(default_factory=dict)
    #: references of cases (and of actions), by the case's name
    references: dict[str, str] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)

    def seen(self, relation: str, stage: str = "with_chair") -> str:
        """Return what stands for the draft that the chair's page shows."""
        with self.world.reading("chair", NOW) as work:
            return minutes.approval_page(work, self.things[f"{stage}_meeting"][relation]).seen

    def agenda_version(self, relation: str, who: str) -> int:
        """Return what stands for the agenda of a planned meeting as somebody has it."""
        return make.agenda_version(self.world, self.things["planned_meeting"][relation],
                                   who if who in self.world.users else None)

    def token(self, kind: str, case: str, agency: str = "") -> str:
        number, letters = len(self.tokens), ""
        for _ in range(4):
            number, rest = divmod(number, 20)
            letters += "bcdfghjklmnpqrstvwxz"[rest]
        word = f"kanari{letters}"
        self.tokens[word] = Token(word, kind, case, agency)
        return word


@contextmanager
def doing(scenery: Scenery, who: str, at: datetime):
    with scenery.world.changing(who, at) as work:
        yield work


def agency_of(who: str) -> str:
    return {"officer": "police", "detective": "police", "probation_officer": "probation", "outsider": "health",
            "advocate": "advocacy", "housing_officer": "housing"}[who]


def relation_of(who: str) -> str:
    return "foreign" if who == "other_coordinator" else "own"


def victim_of(made: Scenery, case_id: UUID) -> UUID:
    return _person_of(made, case_id, PartyKind.VICTIM)


def perpetrator_of(made: Scenery, case_id: UUID) -> UUID:
    return _person_of(made, case_id, PartyKind.PERPETRATOR)


def _person_of(made: Scenery, case_id: UUID, kind: PartyKind) -> UUID:
    with made.world.looking() as session:
        return session.scalars(select(Person.id).where(Person.case_id == case_id, Person.kind == kind)).one()


def empty_sealed_fields(office: Any) -> set[str]:
    """Return the sealed columns in which no row of the scenery holds anything."""
    empty = set()
    with office.engine.connect() as connection:
        for name, table in metadata.tables.items():
            for column in table.c:
                if column.name.endswith("_sealed") and not connection.scalar(
                    sa.select(sa.func.count()).where(column.is_not(None))
                ):
                    empty.add(f"{name}.{column.name}")
    return empty
