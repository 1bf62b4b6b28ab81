"""How the names that two people go by agree: each with each, the other way round, and by another name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from clinic.domain.matching.identities import Face, Identity
from clinic.domain.matching.reasons import Reason
from clinic.domain.names import Alike, compare

_R = Reason
_GIVEN = {
    Alike.SAME: _R.GIVEN_SAME, Alike.FORM: _R.GIVEN_FORM, Alike.SPELLING: _R.GIVEN_SPELLING,
    Alike.INITIAL: _R.GIVEN_INITIAL, Alike.UNKNOWN: _R.GIVEN_UNKNOWN, Alike.DIFFERENT: _R.GIVEN_DIFFERS,
}
_FAMILY = {
    Alike.SAME: _R.FAMILY_SAME, Alike.FORM: _R.FAMILY_FORM, Alike.SPELLING: _R.FAMILY_SPELLING,
    Alike.INITIAL: _R.FAMILY_INITIAL, Alike.UNKNOWN: _R.FAMILY_UNKNOWN, Alike.DIFFERENT: _R.FAMILY_DIFFERS,
}


@dataclass(frozen=True, slots=True)
class NamesAlike:
    """How two names agree at best."""

    given: Alike
    family: Alike
    exchanged: bool = False
    by_alias: bool = False

    @property
    def rank(self) -> tuple[int, int, bool, bool]:
        return min(self.given, self.family), self.given + self.family, not self.exchanged, not self.by_alias


def names_alike(one: Identity, other: Identity) -> NamesAlike:
    """Return how the names of two people agree where they agree best; nothing known where one of them has none."""
    best = NamesAlike(Alike.UNKNOWN, Alike.UNKNOWN)
    found = [_faces_alike(mine, yours) for mine, yours in product(one.faces, other.faces)]
    return max(found, key=lambda names: names.rank, default=best)


def _faces_alike(mine: Face, yours: Face) -> NamesAlike:
    by_alias = mine.is_alias or yours.is_alias
    straight = NamesAlike(compare(mine.given, yours.given), compare(mine.family, yours.family), False, by_alias)
    if min(straight.given, straight.family) >= Alike.SPELLING:
        return straight
    if mine.words == yours.words and len(mine.words) > 1:
        return NamesAlike(Alike.SAME, Alike.SAME, True, by_alias)
    across = NamesAlike(compare(mine.given, yours.family), compare(mine.family, yours.given), True, by_alias)
    return across if min(across.given, across.family) >= Alike.SPELLING else straight


def reasons_of(names: NamesAlike) -> Iterator[Reason]:
    """Yield what the page says of how two names agree."""
    if names.given is names.family is Alike.SAME:
        yield _R.NAME_SAME
    else:
        yield _GIVEN[names.given]
        yield _FAMILY[names.family]
    if names.exchanged:
        yield _R.NAMES_EXCHANGED
    if names.by_alias:
        yield _R.OTHER_NAME
