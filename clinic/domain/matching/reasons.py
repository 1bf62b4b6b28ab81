"""How strongly a likeness speaks for one human, and why: the words that the page shows."""

from __future__ import annotations

from enum import IntEnum, StrEnum


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
