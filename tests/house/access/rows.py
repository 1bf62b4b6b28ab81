"""How a row of the table is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.house.access.people import EVERYBODY, NOBODY, RUN_CLINIC, RUN_MARAC, STRANGER, names

Fill = Mapping[str, object] | Callable[[object, str], dict]


@dataclass(frozen=True, eq=False)
class Row:
    method: str
    endpoint: str
    #: the arguments of the address, and what kind of thing each names
    things: Mapping[str, str] = field(default_factory=dict)
    may: Mapping[str, frozenset[str]] = field(default_factory=dict)
    yes: int = 200
    no: int = 404
    open: bool = False
    #: a page that changes something although it is only asked for
    changes: bool = False
    fixed: Mapping[str, object] = field(default_factory=dict)
    #: the endpoint of the page that holds its form, who fills it in, and with what
    form: str = ""
    sender: str = ""
    fill: Fill = field(default_factory=dict)

    @property
    def relations(self) -> tuple[str, ...]:
        return (*self.may, "missing") if self.things else ("-",)

    def expected(self, who: str, relation: str) -> int:
        if who in self.may.get(relation, NOBODY):
            return self.yes
        if who == STRANGER and not self.open:
            return 302 if self.method == "GET" else 401
        return self.no


def page(endpoint: str, who: frozenset[str] = EVERYBODY, yes: int = 200, **more) -> Row:
    """A page that names no thing."""
    return Row("GET", endpoint, may={"-": who}, yes=yes, no=403, open=STRANGER in who, **more)


def press(endpoint: str, who: frozenset[str] = EVERYBODY, yes: int = 303, **more) -> Row:
    """A form that names no thing."""
    return Row("POST", endpoint, may={"-": who}, yes=yes, no=403, open=STRANGER in who, **more)


def show(endpoint: str, things: str | Mapping[str, str], yes: int = 200, **may_or_more) -> Row:
    return _of_things("GET", endpoint, things, yes, may_or_more)


def send(endpoint: str, things: str | Mapping[str, str], yes: int = 303, **may_or_more) -> Row:
    return _of_things("POST", endpoint, things, yes, may_or_more)


RELATIONS = ("own", "other", "excluded", "foreign")


def _of_things(method: str, endpoint: str, things: str | Mapping[str, str], yes: int, given: dict) -> Row:
    may = {relation: given.pop(relation) for relation in RELATIONS if relation in given}
    may |= given.pop("may", {})
    open_ = any(STRANGER in who for who in may.values())
    pairs = dict(part.split("=") for part in things.split()) if isinstance(things, str) else things
    return Row(method, endpoint, pairs, may, yes, open=open_, **given)


def by_case(stage: str, who: Callable[[str], frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return who may, for a case of each relation at this stage."""
    return {relation: who(f"{relation}_{stage}") for relation in RELATIONS}


def handed(who: Callable[[str], frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return who may, for a case of each relation that its panel hands over."""
    return {relation: who(f"{relation}_handed") for relation in ("own", "excluded", "foreign")}


def panel(clinic: frozenset[str], marac: frozenset[str], also: frozenset[str] = NOBODY) -> dict[str, frozenset[str]]:
    return {"own": clinic | also, "foreign": marac | also}


RUN = panel(RUN_CLINIC, RUN_MARAC)
WRITE = panel(RUN_CLINIC | {"minute_taker"}, RUN_MARAC)
COORDINATED = panel(names("coordinator"), names("other_coordinator"))
