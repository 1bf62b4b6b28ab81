"""What a person is looked up by: the plain values that an index keeps only as keyed hashes.

A candidate for a match shares one of these; whether it is one, `domain.matching` says. Whoever
is looked for asks for a little more than is kept (day and month of birth exchanged), so that
a row need not be kept twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import permutations, product

from clinic.domain.matching.identities import Face, Identity, exchanged, postcode_of, telephone_of
from clinic.domain.names import LONGEST_PART, SHORTEST_PART, heads, tokens


class LookupField(StrEnum):
    """What a lookup is of. Each field has a key of its own: a value of two fields leaves two different traces."""

    #: a word of a name, or its beginning: for search
    WORD = "word"
    #: how a word of a name sounds: for search that was spelt otherwise
    SOUND = "sound"
    #: the sound of one word of a name with the first sound of another: for matching
    NAME = "name"
    BIRTH = "birth"
    POSTCODE = "postcode"
    TELEPHONE = "telephone"


Lookup = tuple[LookupField, str]
_F = LookupField
#: How much each shared field says; the candidates that share most are looked at.
WEIGHTS = {_F.TELEPHONE: 5, _F.BIRTH: 4, _F.NAME: 3, _F.POSTCODE: 2}


def kept(who: Identity) -> set[Lookup]:
    """Return everything that somebody can be found by."""
    return {*_words(who), *_sounds(who), *_names(who), *_births(who), *_contacts(who)}


def wanted(who: Identity) -> set[Lookup]:
    """Return what candidates for a match with somebody share with them."""
    found = {*_names(who), *_births(who), *_contacts(who)}
    other_way = exchanged(who.born_on) if who.born_on else None
    return found | {(_F.BIRTH, other_way.isoformat())} if other_way else found


def terms(text: str) -> tuple[tuple[Lookup, tuple[Lookup, ...]], ...]:
    """Return for each word that somebody searches by how it is kept, and how it is kept by its sound."""
    return tuple(
        ((_F.WORD, word[:LONGEST_PART]), tuple((_F.SOUND, head) for head in sorted(heads(word))))
        for word in tokens(text)
    )


def _words(who: Identity) -> Iterator[Lookup]:
    for face in who.faces:
        for word in {*face.words, face.given.whole, face.family.whole} - {""}:
            for length in range(min(SHORTEST_PART, len(word)), min(LONGEST_PART, len(word)) + 1):
                yield _F.WORD, word[:length]


def _sounds(who: Identity) -> Iterator[Lookup]:
    for face in who.faces:
        for word in face.words:
            for head in heads(word):
                yield _F.SOUND, head


def _names(who: Identity) -> Iterator[Lookup]:
    """Yield the sound of each word of a name with the first sound of each other, whichever is the family name."""
    for face in who.faces:
        yield from _pairs(face)


def _pairs(face: Face) -> Iterator[Lookup]:
    words = [*dict.fromkeys(face.words)]
    if len(words) == 1:
        words.append("")
    for one, other in permutations(words[:5], 2):
        for head, partner in product(heads(one), heads(other)):
            # Of the partner its first sound is enough, or the mark that all its forms share.
            yield _F.NAME, f"{head}|{partner if partner.startswith('#') else partner[:1]}"


def _births(who: Identity) -> Iterator[Lookup]:
    if who.born_on:
        yield _F.BIRTH, who.born_on.isoformat()


def _contacts(who: Identity) -> Iterator[Lookup]:
    if postcode_of(who.postcode):
        yield _F.POSTCODE, postcode_of(who.postcode)
    if telephone_of(who.telephone):
        yield _F.TELEPHONE, telephone_of(who.telephone)
