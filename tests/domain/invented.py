"""Invented people, and pairs of them: the same human written down twice, or two who are only alike.

`python -m tests.domain.invented` prints how well the matching tells them apart.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clinic.domain.cases import Gender
from clinic.domain.lookups import kept, wanted
from clinic.domain.matching.identities import Identity
from clinic.domain.matching.likeness import likeness
from clinic.domain.matching.reasons import Strength

# Given names with another way of writing each, and family names with another way of writing each, by where they are at
# home: a short form, another script, the form of the other gender, half of a double name.
CULTURES = {
    "English": (
        [("Robert", "Bob"), ("Catherine", "Kathryn"), ("Stephen", "Steven"), ("Deborah", "Debbie"), ("Jodie", "Jody"),
         ("William", "Bill"), ("Imogen", "Imogene"), ("Maya", "Maya"), ("O", "O")],
        [("Smith", "Smyth"), ("Fanshawe-Jones", "Jones"), ("O'Rourke", "ORourke"), ("MacDonald", "McDonald"),
         ("Penhale", "Penhaile"), ("Thwaite", "Thwaites"), ("de Vere", "Vere"), ("Attenbury", "Atenbury")],
    ),
    "Welsh": (
        [("Siân", "Sian"), ("Rhys", "Rees"), ("Llywelyn", "Llewelyn"), ("Dafydd", "Dai"), ("Angharad", "Angharad"),
         ("Gwenllian", "Gwen")],
        [("ap Gruffydd", "Gruffydd"), ("Llŷr", "Llyr"), ("Prydderch", "Pryderch"), ("ferch Hywel", "Hywel")],
    ),
    "Polish": (
        [("Małgorzata", "Gosia"), ("Łukasz", "Lukasz"), ("Katarzyna", "Kasia"), ("Piotr", "Peter"),
         ("Zbigniew", "Zbigniev"), ("Wojciech", "Wojtek")],
        [("Kowalska", "Kowalski"), ("Wiśniewska", "Wisniewska"), ("Wójcik", "Wojcik"), ("Szczęsny", "Szczesny"),
         ("Brzęczyk", "Brzeczyk")],
    ),
    "Arabic": (
        [("Mohammed", "محمد"), ("Khaled", "خالد"), ("Fatima", "Fatimah"), ("Yusuf", "Youssef"), ("Hussein", "Husain"),
         ("Abd al-Rahman", "Abdulrahman")],
        [("al-Masri", "Masri"), ("Haddad", "حداد"), ("bin Saleh", "Saleh"), ("El Khoury", "Khoury"),
         ("Abdelkader", "Abdel Kader")],
    ),
    "Chinese": (
        [("Wei", "伟"), ("Xiaoming", "Xiao Ming"), ("Mei-Ling", "Meiling"), ("Jing", "Jing"), ("Yu", "Yu")],
        [("Li", "李"), ("Wang", "王"), ("Zhang", "Zhang"), ("Ouyang", "Ou Yang"), ("Chen", "陈")],
    ),
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def person(chance: random.Random, culture: str | None = None) -> Identity:
    """Return somebody invented, as they are first written down."""
    given, family = CULTURES[culture or chance.choice(list(CULTURES))]
    return Identity(
        chance.choice(given)[0], chance.choice(family)[0], (), birth(chance),
        chance.choice([Gender.FEMALE, Gender.MALE]), postcode(chance), telephone(chance),
    )


def birth(chance: random.Random) -> date:
    return date(1950, 1, 1) + timedelta(days=chance.randrange(56 * 365))


def postcode(chance: random.Random) -> str:
    return f"ZZ{chance.randrange(1, 99)} {chance.randrange(1, 9)}{''.join(chance.choices('ABDEFGHJ', k=2))}"


def telephone(chance: random.Random) -> str:
    return f"07700 {chance.randrange(10**5, 10**6)}"


def slip(chance: random.Random, name: str) -> str:
    """Return a name with one slip of the pen: a letter more, less, other, or two exchanged."""
    if len(name) < 4 or not name.isascii():
        return name
    at = chance.randrange(1, len(name) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return name[:at] + name[at + 1:]
    if kind == 1:
        return name[:at] + chance.choice(LETTERS) + name[at:]
    if kind == 2:
        return name[:at] + chance.choice(LETTERS) + name[at + 1:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2:]


def _other_writing(name: str, place: int) -> str:
    for lists in CULTURES.values():
        for first, second in lists[place]:
            if first == name:
                return second
    return name


Change = Callable[[random.Random, Identity], Identity]
#: What happens to a person between two nominations.
CHANGES: dict[str, Change] = {
    "nothing": lambda c, p: p,
    "given name written otherwise": lambda c, p: replace(p, given_name=_other_writing(p.given_name, 0)),
    "family name written otherwise": lambda c, p: replace(p, family_name=_other_writing(p.family_name, 1)),
    "slip in the given name": lambda c, p: replace(p, given_name=slip(c, p.given_name)),
    "slip in the family name": lambda c, p: replace(p, family_name=slip(c, p.family_name)),
    "names exchanged": lambda c, p: replace(p, given_name=p.family_name, family_name=p.given_name),
    "capitals": lambda c, p: replace(p, given_name=p.given_name.upper(), family_name=p.family_name.upper()),
    "first letter only": lambda c, p: replace(p, given_name=p.given_name[:1]),
    "another family name, the old one as an alias": lambda c, p: replace(
        p, family_name="Stannard", aliases=(f"{p.given_name} {p.family_name}",)),
    "another family name": lambda c, p: replace(p, family_name="Stannard"),
    "day and month exchanged": lambda c, p: replace(
        p, born_on=p.born_on.replace(day=p.born_on.month, month=p.born_on.day) if p.born_on.day < 13 else p.born_on),
    "no date of birth": lambda c, p: replace(p, born_on=None),
    "no contact": lambda c, p: replace(p, postcode="", telephone=""),
    "moved, same telephone": lambda c, p: replace(p, postcode=postcode(c)),
}


def same(chance: random.Random) -> tuple[Identity, Identity, str]:
    """Return one human written down twice, with one or two changes between, and what they are."""
    first = person(chance)
    names = chance.sample(list(CHANGES), chance.choice([1, 1, 2]))
    second = first
    for name in sorted(names, key=list(CHANGES).index):
        second = CHANGES[name](chance, second)
    return first, second, " + ".join(names)


def different(chance: random.Random) -> tuple[Identity, Identity, str]:
    """Return two humans who have something in common, and what."""
    first, other = person(chance), person(chance)
    kind = chance.choice(("strangers", "common name", "common name, no date of birth of one, other town", "twins",
                          "couple", "parent and child of one name", "born on one day", "one given name", "new tenant"))
    contact = {"postcode": first.postcode, "telephone": first.telephone}
    sibling = chance.choice([n for n in ("Isolde", "Marguerite", "Theodoric", "Bartholomew") if n != first.given_name])
    changes = {
        "strangers": {},
        "common name": {"given_name": first.given_name, "family_name": first.family_name},
        "common name, no date of birth of one, other town": {
            "given_name": first.given_name, "family_name": first.family_name, "born_on": None},
        "twins": {"given_name": sibling, "family_name": first.family_name, "born_on": first.born_on, **contact},
        "couple": {"given_name": sibling, "family_name": first.family_name, **contact},
        "parent and child of one name": {
            "given_name": first.given_name, "family_name": first.family_name, "postcode": first.postcode},
        "born on one day": {"born_on": first.born_on},
        "one given name": {"given_name": first.given_name, "family_name": "Thistlewood"},
        "new tenant": {"given_name": sibling, "family_name": "Thistlewood", "postcode": first.postcode},
    }
    return first, replace(other, **changes[kind]), kind


def found(one: Identity, other: Identity) -> Strength | None:
    """Return how alike the two are found to be, if the index leads from one to the other at all."""
    alike = likeness(one, other) if wanted(one) & kept(other) else None
    return alike.strength if alike else None


@dataclass
class Measure:
    """How well one strength tells pairs apart, and how many of each kind it takes for the other thing."""

    least: Strength
    shown: int = 0
    right: int = 0
    truly: int = 0
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return self.right / self.shown

    @property
    def recall(self) -> float:
        return self.right / self.truly

    def add(self, strength: Strength | None, truth: bool, kind: str) -> None:
        said = strength is not None and strength >= self.least
        self.truly += truth
        self.shown += said
        self.right += truth and said
        if said is not truth:
            self.wrong[("same human, " if truth else "two humans, ") + kind] += 1

    def __str__(self) -> str:
        return f"“{self.least.words}”: precision {self.precision:.3f}, recall {self.recall:.3f}"


def measure(pairs: int = 2000, seed: int = 7) -> tuple[Measure, Measure]:
    """Return what is shown at all, and what is called very likely, over invented pairs; half are the same human."""
    chance = random.Random(seed)
    measures = Measure(Strength.POSSIBLE), Measure(Strength.STRONG)
    for number in range(pairs):
        truth = number % 2 == 0
        one, other, kind = (same if truth else different)(chance)
        strength = found(one, other)
        for each in measures:
            each.add(strength, truth, kind)
    return measures


if __name__ == "__main__":
    for each in measure():
        print(each)
        for kind, wrong in each.wrong.most_common(6):
            print(f"{wrong:6} wrong: {kind}")
