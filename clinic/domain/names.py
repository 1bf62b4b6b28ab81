"""Names as they are compared: plain letters, without particles, with their other forms and their sound.

A name reaches the panel through many keyboards: with and without accents and hyphens, in other
scripts, as a short form, with the family name first. Nothing here decides who is who; it says
what two names have in common, and what one is looked up by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import product

from anyascii import anyascii
from rapidfuzz.distance import OSA

SHORTEST_PART, LONGEST_PART = 3, 6
_PARTICLES = frozenset(
    "al el ul as ash ap ab ferch verch bin ibn bint ben van von der den de da di du dos das del della la le les zu ter"
    .split()
)
# Forms of one given name, as people who speak of one another use them. Across languages too: an officer writes
# down what is heard.
_FORMS = """
alexander alex alec sandy sasha alexandre aleksander oleksandr
alexandra aleksandra alex sandra ola sasha lexi
andrew andy drew andre andrzej andreas
anthony tony antony anton antoni
benjamin ben benny benji
catherine katherine katharine kathryn cathryn kate katie cathy kathy kat katarzyna kasia catrin katy cath
charlotte lottie charlie
charles charlie chuck karol
christine christina chris tina krystyna
christopher chris kit topher krzysztof
daniel dan danny
david dave davy dafydd dai dawid daoud dawud
deborah debra debbie deb
dorothy dot dotty
edward ed eddie ted ned
eleanor ellie nell elinor
elizabeth liz lizzie beth betty eliza elisabeth elspeth libby bethan elzbieta ela
emily em emma emilia
frances fran francesca
francis frank franciszek
frederick fred freddie freddy
gareth gary gaz
george jerzy georgie
geoffrey jeffrey geoff jeff
gregory greg grzegorz
gwendolen gwen gwenllian
harold harry hal
helen nell helena elena
henry harry henryk
ieuan evan ifan ioan
isabel isabelle isabella bella izzy isobel
jacob jake jakub kuba yaqub
james jim jimmy jamie seamus hamish
jan janek
janet jan
jennifer jen jenny
jessica jess jessie
john jack johnny jon johnathan ivan
jonathan jon jonny jonathon
joseph joe joey jozef yusuf yousef youssef yusef josef
joshua josh
judith judy
lawrence laurence larry lawrie
leonard len lenny
lewis louis lou
llewelyn llywelyn lyn
louise lou
magdalena magda lena
malgorzata gosia margaret
margaret maggie peggy meg marge margot mared megan
martin marty marcin
mary maria marie mair molly polly mariam maryam miriam
matthew matt mateusz
michael mike mick mickey micky michal mikey mihangel
mohammed muhammad mohamed muhammed mohamad mohammad muhamed mohd mhmd md
ahmed ahmad
hussein hussain husain hossein
hassan hasan
ali aly
khaled khalid
fatima fatimah fatma
nicholas nick nicky nicolas mikolaj
nicola nicky nicole
oliver olly ollie
pamela pam
patricia pat patsy tricia trish
patrick pat paddy padraig
peter pete piotr pedro petr
philip phillip phil
rebecca becky becca bex
rhys rees reece reese
richard rick dick richie ricky
robert bob rob bobby robbie bert
ronald ron ronnie
rosemary rose rosie
samuel sam sammy
samantha sam sammy
sean shaun shawn shane
sian shan
simon szymon
stephen steve steven stevie szczepan
susan sue susie suzanne susannah
teresa theresa terry tess
terence terry
thomas tom tommy tomasz tomos
timothy tim
tobias toby
victoria vicky vicki tori
vincent vince wincenty
walter walt
william will bill billy willie liam gwilym wil
wojciech wojtek
zachary zack zac zak zachariah
zofia sofia sophie sophia zosia
"""
_GROUPS: dict[str, frozenset[int]] = {}
for _number, _line in enumerate(_FORMS.split("\n")):
    for _form in _line.split():
        _GROUPS[_form] = _GROUPS.get(_form, frozenset()) | {_number}
# What is written where a name is not known: it names nobody.
_NOBODY = frozenset({("not", "known"), ("unknown",), ("nk",), ("n", "k"), ("not", "stated"), ("anonymous",), ("tbc",)})
# Scripts that leave vowels out: only the consonants of two such spellings can be held against each other.
_WITHOUT_VOWELS = re.compile(r"[\u0590-\u08ff]")
# Family names that follow the bearer's gender: Kowalska is married to Kowalski.
_ENDINGS = (("ska", "ski"), ("cka", "cki"), ("dzka", "dzki"), ("ova", "ov"), ("eva", "ev"), ("ina", "in"))
_SOUNDS = tuple(
    (re.compile(pattern), letter) for pattern, letter in (
        ("tch|tsch|sch|cz|ch", "c"), ("ph", "f"), ("sh|sz", "s"), ("gh|h", ""), ("ck|q", "k"), ("c(?=[eiy])", "s"),
        ("x", "ks"), ("z", "s"), ("v", "f"), ("dg", "j"), ("^kn|^gn", "n"), ("^wr", "r"), ("^mc|^mac", "mk"),
    )
)


class Alike(IntEnum):
    """How far two names, or two parts of a name, agree. More is more."""

    DIFFERENT = 0
    #: one of them is missing
    UNKNOWN = 1
    #: one is a single letter, with which the other begins
    INITIAL = 2
    SPELLING = 3
    #: a short form, a part of a double name, another script's spelling, the form of the other gender
    FORM = 4
    SAME = 5


def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a name in plain small letters: `O’Brien-Łęcka` is `obrien lecka`, “Not known” is nothing."""
    plain = " ".join(_plain(word) for word in re.split(r"[\s\-‐‑–—_/.,;·]+", text) if word)
    found = re.findall(r"[a-z0-9]+", re.sub(r"['’‘`ʼ]", "", plain).lower())
    words = tuple(_joined(found))
    return () if words in _NOBODY else words


def _plain(word: str) -> str:
    """Return a word in Latin letters; what was written without an alphabet comes apart into its syllables."""
    letters = anyascii(word)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", letters) if ord(max(word)) > 0x2E80 else letters


def _joined(words: list[str]) -> Iterator[str]:
    """Join what belongs together: `Mc Donald`, `O Brien`."""
    waiting = ""
    for place, word in enumerate(words):
        if word in ("mc", "mac", "o") and place + 1 < len(words) and len(words[place + 1]) > 2:
            waiting = word
            continue
        yield waiting + word
        waiting = ""


def core(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words without particles, unless nothing else is left."""
    words = tuple(words)
    return tuple(word for word in words if word not in _PARTICLES) or words


def sound(word: str) -> str:
    """Return what a word sounds like, roughly: its first sound and the consonants after it, none of them twice."""
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    consonants = word[:1].replace("c", "k") + re.sub(r"[aeiouwy]", "", word[1:])
    if consonants[:1] in "aeiouwy":
        consonants = "a" + consonants[1:]
    return re.sub(r"(.)\1+", r"\1", consonants)


def forms(word: str) -> frozenset[int]:
    """Return the numbers of the given names that a word is a form of."""
    return _GROUPS.get(word, frozenset())


def heads(word: str) -> set[str]:
    """Return what a word is looked up by: its sound, and one mark for all forms of the same given name."""
    return {sound(word), *(f"#{number}" for number in forms(word))}


@dataclass(frozen=True, slots=True)
class Part:
    """A given name or a family name, read once: its words without particles."""

    words: tuple[str, ...]
    #: written in a script that leaves vowels out
    without_vowels: bool = False

    @property
    def whole(self) -> str:
        return "".join(self.words)


def part(text: str) -> Part:
    return Part(core(tokens(text)), bool(_WITHOUT_VOWELS.search(text)))


def compare(one: Part, other: Part) -> Alike:
    """Return how far two parts of a name agree: two given names, or two family names."""
    if not one.words or not other.words:
        return Alike.UNKNOWN
    if one.whole == other.whole or sorted(one.words) == sorted(other.words):
        return Alike.SAME
    if _of_one_form(one.words, other.words) or _same_consonants(one, other):
        return Alike.FORM
    if len(one.words[0]) == 1 or len(other.words[0]) == 1:
        return Alike.INITIAL if one.words[0][0] == other.words[0][0] else Alike.DIFFERENT
    return Alike.SPELLING if _spelt_alike(one.whole, other.whole) else Alike.DIFFERENT


def _of_one_form(mine: tuple[str, ...], yours: tuple[str, ...]) -> bool:
    if any(len(word) > 1 for word in set(mine) & set(yours)):
        return True
    if forms(mine[0]) & forms(yours[0]):
        return True
    return any(_bearer(a) == _bearer(b) for a, b in product(mine, yours))


def _bearer(word: str) -> str:
    for ending, plain in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + plain
    return word


def _same_consonants(one: Part, other: Part) -> bool:
    return (one.without_vowels or other.without_vowels) and _consonants(one) == _consonants(other)


def _consonants(name: Part) -> str:
    return "".join(sound(word) for word in name.words)


def _spelt_alike(one: str, other: str) -> bool:
    """Return whether two words differ by a slip: one in four letters, two in eight or where they sound the same."""
    longest = max(len(one), len(other))
    distance = OSA.distance(one, other, score_cutoff=2)
    if distance == 1:
        return longest >= 4
    return distance == 2 and (longest >= 8 or (longest >= 4 and sound(one) == sound(other)))
