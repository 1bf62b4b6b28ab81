"""Whether two people on paper may be one human, and why: for a coordinator to judge, never to merge.

Pure rules. A likeness is a strength and its reasons; both are words that the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from functools import cached_property
from itertools import product
from uuid import UUID

from rapidfuzz.distance import OSA

from clinic.domain.cases import Gender, PartyKind
from clinic.domain.names import Alike, Part, compare, heads, part

# More other names than these are not held against each other.
MOST_FACES = 8


class Strength(IntEnum):
    """What a likeness amounts to. From `HINT` on, it may be one human."""

    CONNECTED = 1
    #: alike in spelling only: worth showing beside a stronger one in the same case
    HINT = 2
    POSSIBLE = 3
    STRONG = 4

    @property
    def words(self) -> str:
        return _STRENGTHS[self]


_STRENGTHS = {
    Strength.CONNECTED: "It seems not the same person, but somebody connected",
    Strength.HINT: "The names are alike",
    Strength.POSSIBLE: "Possibly the same person",
    Strength.STRONG: "Very likely the same person",
}


class Reason(StrEnum):
    NAME_SAME = "name_same"
    NAMES_EXCHANGED = "names_exchanged"
    OTHER_NAME = "other_name"
    GIVEN_SAME = "given_same"
    GIVEN_FORM = "given_form"
    GIVEN_SPELLING = "given_spelling"
    GIVEN_INITIAL = "given_initial"
    GIVEN_DIFFERS = "given_differs"
    GIVEN_UNKNOWN = "given_unknown"
    FAMILY_SAME = "family_same"
    FAMILY_FORM = "family_form"
    FAMILY_SPELLING = "family_spelling"
    FAMILY_INITIAL = "family_initial"
    FAMILY_DIFFERS = "family_differs"
    FAMILY_UNKNOWN = "family_unknown"
    BIRTH_SAME = "birth_same"
    BIRTH_GUESSED = "birth_guessed"
    BIRTH_EXCHANGED = "birth_exchanged"
    BIRTH_CLOSE = "birth_close"
    BIRTH_DIFFERS = "birth_differs"
    BIRTH_UNKNOWN = "birth_unknown"
    TELEPHONE_SAME = "telephone_same"
    POSTCODE_SAME = "postcode_same"
    GENDER_DIFFERS = "gender_differs"
    PERHAPS_TWIN = "perhaps_twin"

    @property
    def words(self) -> str:
        """Return the reason as the page says it."""
        return _REASONS[self]


_R = Reason
_REASONS = {
    _R.NAME_SAME: "Same name",
    _R.NAMES_EXCHANGED: "Given and family name are the other way round",
    _R.OTHER_NAME: "One is known by the other's name",
    _R.GIVEN_SAME: "Same given name",
    _R.GIVEN_FORM: "Given names are forms of one name",
    _R.GIVEN_SPELLING: "Given names are spelt almost alike",
    _R.GIVEN_INITIAL: "One given name is only a first letter, and it fits",
    _R.GIVEN_DIFFERS: "Given names differ",
    _R.GIVEN_UNKNOWN: "A given name is not known",
    _R.FAMILY_SAME: "Same family name",
    _R.FAMILY_FORM: "Family names are forms or parts of one name",
    _R.FAMILY_SPELLING: "Family names are spelt almost alike",
    _R.FAMILY_INITIAL: "One family name is only a first letter, and it fits",
    _R.FAMILY_DIFFERS: "Family names differ: a name may have changed",
    _R.FAMILY_UNKNOWN: "A family name is not known",
    _R.BIRTH_SAME: "Same date of birth",
    _R.BIRTH_GUESSED: "Same date of birth, but it is a 1 January, which is often a guess",
    _R.BIRTH_EXCHANGED: "Day and month of birth are exchanged",
    _R.BIRTH_CLOSE: "Dates of birth differ by one slip of the pen",
    _R.BIRTH_DIFFERS: "Dates of birth differ",
    _R.BIRTH_UNKNOWN: "A date of birth is not known",
    _R.TELEPHONE_SAME: "Same telephone number",
    _R.POSTCODE_SAME: "Same postcode",
    _R.GENDER_DIFFERS: "Gender is recorded differently",
    _R.PERHAPS_TWIN: "Perhaps a twin: same family name and date of birth, another given name",
}
_GIVEN = {
    Alike.SAME: _R.GIVEN_SAME, Alike.FORM: _R.GIVEN_FORM, Alike.SPELLING: _R.GIVEN_SPELLING,
    Alike.INITIAL: _R.GIVEN_INITIAL, Alike.UNKNOWN: _R.GIVEN_UNKNOWN, Alike.DIFFERENT: _R.GIVEN_DIFFERS,
}
_FAMILY = {
    Alike.SAME: _R.FAMILY_SAME, Alike.FORM: _R.FAMILY_FORM, Alike.SPELLING: _R.FAMILY_SPELLING,
    Alike.INITIAL: _R.FAMILY_INITIAL, Alike.UNKNOWN: _R.FAMILY_UNKNOWN, Alike.DIFFERENT: _R.FAMILY_DIFFERS,
}


@dataclass(frozen=True)
class Face:
    """One name that somebody goes by."""

    given: Part
    family: Part
    is_alias: bool = False

    @cached_property
    def words(self) -> list[str]:
        return sorted((*self.given.words, *self.family.words))


@dataclass(frozen=True)
class Identity:
    """What is known of who somebody is. Nothing known of a field is an empty value."""

    given_name: str
    family_name: str
    aliases: tuple[str, ...] = ()
    born_on: date | None = None
    gender: Gender = Gender.NOT_KNOWN
    postcode: str = ""
    telephone: str = ""

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """Return every name that they go by. Another name of one word may stand for either part of it."""
        found = [(self.given_name, self.family_name, False)]
        for alias in self.aliases:
            *given, last = alias.split() or [""]
            if given:
                found.append((" ".join(given), last, True))
            else:
                found += [(last, self.family_name, True), (self.given_name, last, True)]
        made = (Face(part(given), part(family), is_alias) for given, family, is_alias in found[:MOST_FACES])
        return tuple(face for face in made if face.words)

    @cached_property
    def sounds(self) -> frozenset[str]:
        return frozenset(head for face in self.faces for word in face.words for head in heads(word))


@dataclass(frozen=True, slots=True)
class Likeness:
    strength: Strength
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    """How two names agree at best."""

    given: Alike
    family: Alike
    exchanged: bool = False
    by_alias: bool = False

    @property
    def rank(self) -> tuple[int, int, bool, bool]:
        return min(self.given, self.family), self.given + self.family, not self.exchanged, not self.by_alias


def postcode_of(text: str) -> str:
    """Return a postcode as it is compared: capitals, no spaces; nothing for half of one."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    return plain if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", plain) else ""


def telephone_of(text: str) -> str:
    """Return the last nine digits of a number, whatever stands for the country; nothing for less than a number."""
    digits = re.sub(r"\D", "", text)
    return digits[-9:] if len(digits) >= 9 else ""


def exchanged(born_on: date) -> date | None:
    """Return the date with day and month the other way round, where that is another date."""
    if born_on.day > 12 or born_on.day == born_on.month:
        return None
    return born_on.replace(month=born_on.day, day=born_on.month)


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """Return what speaks for two people being one human, or being connected; nothing if nothing does."""
    birth = _birth(one.born_on, other.born_on)
    telephone = bool(telephone_of(one.telephone)) and telephone_of(one.telephone) == telephone_of(other.telephone)
    postcode = bool(postcode_of(one.postcode)) and postcode_of(one.postcode) == postcode_of(other.postcode)
    if not (one.sounds & other.sounds or birth in _SAME_DAY or telephone or postcode):
        return None
    names = _names(one, other)
    opposite = {one.gender, other.gender} == {Gender.FEMALE, Gender.MALE}
    if opposite and names.given in (Alike.SPELLING, Alike.INITIAL):
        # Jasmin and Jasper were born on one day: a slip does not change who somebody is.
        names = _Names(Alike.DIFFERENT, names.family)
    strength = _strength(names, birth, telephone, postcode)
    if strength is None:
        return None
    reasons = [*_name_reasons(names), birth]
    reasons += [_R.TELEPHONE_SAME] * telephone + [_R.POSTCODE_SAME] * postcode + [_R.GENDER_DIFFERS] * opposite
    if strength is Strength.CONNECTED and names.family >= Alike.SPELLING and birth is _R.BIRTH_SAME:
        reasons.append(_R.PERHAPS_TWIN)
    return Likeness(strength, tuple(reasons))


_SAME_DAY = frozenset({_R.BIRTH_SAME, _R.BIRTH_GUESSED, _R.BIRTH_EXCHANGED})


def _names(one: Identity, other: Identity) -> _Names:
    best = _Names(Alike.UNKNOWN, Alike.UNKNOWN)
    found = [_faces_alike(mine, yours) for mine, yours in product(one.faces, other.faces)]
    return max(found, key=lambda names: names.rank, default=best)


def _faces_alike(mine: Face, yours: Face) -> _Names:
    by_alias = mine.is_alias or yours.is_alias
    straight = _Names(compare(mine.given, yours.given), compare(mine.family, yours.family), False, by_alias)
    if min(straight.given, straight.family) >= Alike.SPELLING:
        return straight
    if mine.words == yours.words and len(mine.words) > 1:
        return _Names(Alike.SAME, Alike.SAME, True, by_alias)
    across = _Names(compare(mine.given, yours.family), compare(mine.family, yours.given), True, by_alias)
    return across if min(across.given, across.family) >= Alike.SPELLING else straight


def _birth(one: date | None, other: date | None) -> Reason:
    if one is None or other is None:
        return _R.BIRTH_UNKNOWN
    if one == other:
        return _R.BIRTH_GUESSED if (one.month, one.day) == (1, 1) else _R.BIRTH_SAME
    if exchanged(one) == other:
        return _R.BIRTH_EXCHANGED
    slip = OSA.distance(one.isoformat(), other.isoformat(), score_cutoff=1) == 1
    return _R.BIRTH_CLOSE if slip else _R.BIRTH_DIFFERS


def _strength(names: _Names, birth: Reason, telephone: bool, postcode: bool) -> Strength | None:
    contact = telephone or postcode
    weaker = min(names.given, names.family)
    if weaker >= Alike.SPELLING:
        return _of_whole_names(names, birth, telephone, contact)
    if max(names.given, names.family) >= Alike.FORM and weaker >= Alike.UNKNOWN:
        return _of_partial_names(weaker, birth, contact)
    if names.given >= Alike.SPELLING:
        return _of_given_names(names.given, birth, telephone, contact)
    if names.family >= Alike.SPELLING:
        return Strength.CONNECTED if birth is _R.BIRTH_SAME or contact else None
    if telephone:
        return Strength.POSSIBLE if birth is _R.BIRTH_SAME else Strength.CONNECTED
    return None


def _of_whole_names(names: _Names, birth: Reason, telephone: bool, contact: bool) -> Strength | None:
    """Judge where both names agree, in spelling at least."""
    exact = min(names.given, names.family) >= Alike.FORM
    if birth is _R.BIRTH_SAME or (birth in (_R.BIRTH_EXCHANGED, _R.BIRTH_GUESSED) and (exact or contact)):
        return Strength.STRONG
    if birth is _R.BIRTH_DIFFERS:
        if not contact:
            return None
        return Strength.POSSIBLE if telephone and exact else Strength.CONNECTED
    if exact and contact:
        return Strength.STRONG
    if birth is _R.BIRTH_UNKNOWN and not contact and Alike.SAME not in (names.given, names.family):
        return Strength.HINT
    return Strength.POSSIBLE


def _of_partial_names(weaker: Alike, birth: Reason, contact: bool) -> Strength | None:
    """Judge where one name agrees and of the other there is a letter, or nothing."""
    if birth is _R.BIRTH_SAME:
        return Strength.STRONG if contact else Strength.POSSIBLE
    if birth is _R.BIRTH_DIFFERS:
        return Strength.CONNECTED if contact else None
    if contact:
        return Strength.POSSIBLE
    return Strength.HINT if weaker is Alike.INITIAL or birth is not _R.BIRTH_UNKNOWN else None


def _of_given_names(given: Alike, birth: Reason, telephone: bool, contact: bool) -> Strength | None:
    """Judge where family names differ: people marry, and part, and hide."""
    if birth is _R.BIRTH_SAME and (given >= Alike.FORM or contact):
        return Strength.STRONG if contact and given >= Alike.FORM else Strength.POSSIBLE
    if birth in (_R.BIRTH_EXCHANGED, _R.BIRTH_CLOSE, _R.BIRTH_GUESSED) and contact:
        return Strength.POSSIBLE
    if birth is _R.BIRTH_UNKNOWN and telephone:
        return Strength.POSSIBLE
    return Strength.CONNECTED if contact else None


def _name_reasons(names: _Names) -> Iterator[Reason]:
    if names.given is names.family is Alike.SAME:
        yield _R.NAME_SAME
    else:
        yield _GIVEN[names.given]
        yield _FAMILY[names.family]
    if names.exchanged:
        yield _R.NAMES_EXCHANGED
    if names.by_alias:
        yield _R.OTHER_NAME


class Relation(StrEnum):
    """What two cases have to do with each other. In the order in which a page shows them."""

    SAME_PAIR = "same_pair"
    ROLES_SWAPPED = "roles_swapped"
    SAME_PERPETRATOR = "same_perpetrator"
    SAME_VICTIM = "same_victim"
    CHANGED_SIDES = "changed_sides"
    OTHERS = "others"
    CONNECTED = "connected"
    APART = "apart"

    @property
    def words(self) -> str:
        return _RELATIONS[self]

    @property
    def is_counter_allegation(self) -> bool:
        """Return whether somebody is a victim in one case and a perpetrator in the other."""
        return self in (Relation.ROLES_SWAPPED, Relation.CHANGED_SIDES)


_RELATIONS = {
    Relation.SAME_PAIR: "The same victim and perpetrator",
    Relation.ROLES_SWAPPED: "The same two people with their roles the other way round",
    Relation.SAME_PERPETRATOR: "The same perpetrator, another victim",
    Relation.SAME_VICTIM: "The same victim, another perpetrator",
    Relation.CHANGED_SIDES: "A victim in one case is a perpetrator in the other",
    Relation.OTHERS: "Somebody is in both cases",
    Relation.CONNECTED: "People of the two cases are connected",
    Relation.APART: "Different people, as a coordinator has said",
}
COUNTER_ALLEGATION = (
    "This may be a counter-allegation. The records stay apart: ask who is primarily the victim, and do not treat "
    "the two nominations as one course of conduct."
)


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
