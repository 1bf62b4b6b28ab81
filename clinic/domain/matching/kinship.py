"""What one case has to do with another: the likenesses of their people, and what a coordinator has said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from clinic.domain.cases import PartyKind
from clinic.domain.matching.identities import Identity
from clinic.domain.matching.likeness import Likeness, likeness
from clinic.domain.matching.reasons import Strength
from clinic.domain.matching.relations import Relation


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a case."""

    id: UUID
    kind: PartyKind
    identity: Identity


@dataclass(frozen=True, slots=True)
class Match:
    """Two people of two cases who may be one. `same` is what a coordinator has said of it, or nothing."""

    mine: Party
    theirs: Party
    likeness: Likeness
    same: bool | None = None

    @property
    def strength(self) -> Strength | None:
        """Return what the match amounts to after what a coordinator has said."""
        if self.same is None:
            return self.likeness.strength
        return Strength.STRONG if self.same else None

    @property
    def kinds(self) -> tuple[PartyKind, PartyKind]:
        return self.mine.kind, self.theirs.kind


@dataclass(frozen=True, slots=True)
class Kinship:
    """What one case has to do with another. `certain` = said by a coordinator, or as good as sure."""

    relation: Relation
    strength: Strength
    certain: bool
    matches: tuple[Match, ...]


_PLACES = {kind: place for place, kind in enumerate(PartyKind)}
_V, _P = PartyKind.VICTIM, PartyKind.PERPETRATOR
_PAIRS = ((Relation.SAME_PAIR, (_V, _V), (_P, _P)), (Relation.ROLES_SWAPPED, (_V, _P), (_P, _V)))
_SINGLES = (
    (Relation.SAME_PERPETRATOR, {(_P, _P)}), (Relation.SAME_VICTIM, {(_V, _V)}),
    (Relation.CHANGED_SIDES, {(_V, _P), (_P, _V)}),
)


def kinship(
    mine: Iterable[Party], theirs: Iterable[Party], said: Mapping[tuple[UUID, UUID], bool] | None = None
) -> Kinship | None:
    """Return what two cases have to do with each other, or nothing.

    `said` holds, for the ids of one of mine and one of theirs, whether a coordinator has called them the same.
    """
    said = said or {}
    found = []
    for one, other in product(mine, theirs):
        alike, same = likeness(one.identity, other.identity), said.get((one.id, other.id))
        if alike is not None or same is not None:
            found.append(Match(one, other, alike or Likeness(Strength.HINT, ()), same))
    relation, strength = _relation(found)
    by_hint = relation in (Relation.SAME_PAIR, Relation.ROLES_SWAPPED) or strength is Strength.STRONG
    shown = [match for match in found if match.strength is not Strength.HINT or by_hint]
    if not shown:
        return None
    shown.sort(key=lambda match: (match.same is False, -(match.strength or 0), _PLACES[match.mine.kind]))
    certain = strength is Strength.STRONG and relation is not Relation.OTHERS
    return Kinship(relation, strength, certain, tuple(shown))


def _relation(matches: Sequence[Match]) -> tuple[Relation, Strength]:
    """Return the closest relation that the matches bear out, and how strongly."""
    best: dict[tuple[PartyKind, PartyKind], Strength] = {}
    for match in matches:
        if match.strength is not None and match.strength >= Strength.HINT:
            best[match.kinds] = max(match.strength, best.get(match.kinds, Strength.HINT))
    for relation, one, other in _PAIRS:
        if one in best and other in best and max(best[one], best[other]) >= Strength.POSSIBLE:
            return relation, max(best[one], best[other])
    for relation, kinds in _SINGLES:
        strengths = [best[kind] for kind in kinds if best.get(kind, Strength.HINT) >= Strength.POSSIBLE]
        if strengths:
            return relation, max(strengths)
    if any(strength >= Strength.POSSIBLE for strength in best.values()):
        return Relation.OTHERS, max(best.values())
    if any(match.strength is Strength.CONNECTED for match in matches):
        return Relation.CONNECTED, Strength.CONNECTED
    return Relation.APART, Strength.CONNECTED
