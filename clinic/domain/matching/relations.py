"""What two cases may have to do with each other, in words."""

from __future__ import annotations

from enum import StrEnum


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
