"""Whether two people on paper may be one human, and why: for a coordinator to judge, never to merge.

Pure rules. A likeness is a strength and its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from clinic.domain.cases import Gender
from clinic.domain.matching.faces import NamesAlike, names_alike, reasons_of
from clinic.domain.matching.identities import Identity, exchanged, postcode_of, telephone_of
from clinic.domain.matching.reasons import Reason, Strength
from clinic.domain.names import Alike

_R = Reason


@dataclass(frozen=True, slots=True)
class Likeness:
    strength: Strength
    reasons: tuple[Reason, ...]


def likeness(one: Identity, other: Identity) -> Likeness | None:
    """Return what speaks for two people being one human, or being connected; nothing if nothing does."""
    birth = _birth(one.born_on, other.born_on)
    telephone = bool(telephone_of(one.telephone)) and telephone_of(one.telephone) == telephone_of(other.telephone)
    postcode = bool(postcode_of(one.postcode)) and postcode_of(one.postcode) == postcode_of(other.postcode)
    if not (one.sounds & other.sounds or birth in _SAME_DAY or telephone or postcode):
        return None
    names = names_alike(one, other)
    opposite = {one.gender, other.gender} == {Gender.FEMALE, Gender.MALE}
    if opposite and names.given in (Alike.SPELLING, Alike.INITIAL):
        # Jasmin and Jasper were born on one day: a slip does not change who somebody is.
        names = NamesAlike(Alike.DIFFERENT, names.family)
    strength = _strength(names, birth, telephone, postcode)
    if strength is None:
        return None
    reasons = [*reasons_of(names), birth]
    reasons += [_R.TELEPHONE_SAME] * telephone + [_R.POSTCODE_SAME] * postcode + [_R.GENDER_DIFFERS] * opposite
    if strength is Strength.CONNECTED and names.family >= Alike.SPELLING and birth is _R.BIRTH_SAME:
        reasons.append(_R.PERHAPS_TWIN)
    return Likeness(strength, tuple(reasons))


_SAME_DAY = frozenset({_R.BIRTH_SAME, _R.BIRTH_GUESSED, _R.BIRTH_EXCHANGED})


def _birth(one: date | None, other: date | None) -> Reason:
    if one is None or other is None:
        return _R.BIRTH_UNKNOWN
    if one == other:
        return _R.BIRTH_GUESSED if (one.month, one.day) == (1, 1) else _R.BIRTH_SAME
    if exchanged(one) == other:
        return _R.BIRTH_EXCHANGED
    slip = OSA.distance(one.isoformat(), other.isoformat(), score_cutoff=1) == 1
    return _R.BIRTH_CLOSE if slip else _R.BIRTH_DIFFERS


def _strength(names: NamesAlike, birth: Reason, telephone: bool, postcode: bool) -> Strength | None:
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


def _of_whole_names(names: NamesAlike, birth: Reason, telephone: bool, contact: bool) -> Strength | None:
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
