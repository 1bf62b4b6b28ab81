"""Who in other cases may be the people of this one: as far as the reader may know of those cases, and no further.

The index gives the cases whose people share most with the people of this one, by what few
people share; a fixed number of them is opened and compared. So neither the statements nor the
time depend on how many cases there are, on how many look alike, nor on cases that the reader
must not know of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import aliased

from clinic.domain.cases import PartyKind
from clinic.domain.lookups import WEIGHTS, Lookup, wanted
from clinic.domain.matching.kinship import Kinship, Party, kinship
from clinic.domain.matching.relations import Relation
from clinic.models.case import Person, SafeContact
from clinic.models.link import PersonLink
from clinic.models.lookup import PersonLookup, digests, identity_of
from clinic.policy import cases, links
from clinic.services import among, frequencies
from clinic.services.work import Work

# As many cases as are opened and compared: those that share most.
MOST_CASES = 40
# What as many people share says nothing of who somebody is, and is passed over; and of the rest, the rarest
# first, no more rows of the index are read than this.
MOST_SHARERS, MOST_ROWS = 500, 4000


Judgements = Mapping[tuple[UUID, UUID], PersonLink]


def of_case(work: Work, case_id: UUID, said: Judgements | None = None) -> dict[UUID, Kinship]:
    """Return what other cases have to do with this one, the closest first. Five statements and two for keys.

    `said` is what `judgements` returns, where that is known already.
    """
    mine = parties(work, [case_id]).get(case_id, [])
    said = judgements(work, case_id) if said is None else said
    others = {link.other_case_id if link.case_id == case_id else link.case_id for link in said.values()}
    theirs = parties(work, others.union(_candidates(work, case_id, mine)))
    verdicts = {pair: link.same for pair, link in said.items()}
    found = [(other_id, kinship(mine, people, verdicts)) for other_id, people in theirs.items()]
    near = [(other_id, kin) for other_id, kin in found if kin is not None]
    return dict(sorted(near, key=lambda item: (_place(item[1]), item[0])))


_PLACES = {relation: place for place, relation in enumerate(Relation)}


def _place(kin: Kinship) -> tuple[bool, int, int]:
    return kin.relation is Relation.APART, -kin.strength, _PLACES[kin.relation]


def same_pairs(kin: Mapping[UUID, Kinship]) -> list[UUID]:
    """Return the cases that are as good as certainly of the same pair."""
    return [case_id for case_id, near in kin.items() if near.relation is Relation.SAME_PAIR and near.certain]


def parties(work: Work, case_ids: Collection[UUID]) -> dict[UUID, list[Party]]:
    """Return the people of some cases, with what is known of who they are. One statement."""
    if not case_ids:
        return {}
    asked = among.of(case_ids)
    rows = work.session.execute(
        select(Person, SafeContact).join(asked, asked.c.id == Person.case_id)
        .outerjoin(SafeContact, SafeContact.person_id == Person.id).order_by(Person.position, Person.id)
    )
    found: dict[UUID, list[Party]] = {}
    for person, contact in rows:
        found.setdefault(person.case_id, []).append(Party(person.id, person.kind, identity_of(person, contact)))
    return found


def _candidates(work: Work, case_id: UUID, mine: Iterable[Party]) -> list[UUID]:
    """Return the cases that share most with these people, of those that the actor may know of. Two statements."""
    lookups = {lookup for party in mine for lookup in wanted(party.identity)}
    if not lookups:
        return []
    shared = func.sum(either(WEIGHTS, value=PersonLookup.field, else_=0))
    return list(work.session.scalars(
        select(PersonLookup.case_id)
        .where(PersonLookup.digest.in_(_telling(work, lookups)), PersonLookup.case_id != case_id,
               cases.known_to(work.actor, PersonLookup))
        .group_by(PersonLookup.case_id).order_by(shared.desc(), PersonLookup.case_id).limit(MOST_CASES)
    ))


def _telling(work: Work, lookups: Collection[Lookup]) -> list[bytes]:
    """Return the hashes of what few people share, the rarest first, as far as their rows may be read."""
    counts = frequencies.of(work.session, digests(work.session, lookups).values(), MOST_SHARERS)
    rare = sorted((digest for digest, count in counts.items() if count < MOST_SHARERS), key=counts.__getitem__)
    rows = accumulate(counts[digest] for digest in rare)
    return [digest for digest, read in zip(rare, rows, strict=True) if read <= MOST_ROWS]


def judgements(work: Work, case_id: UUID) -> dict[tuple[UUID, UUID], PersonLink]:
    """Return what has been said of people of this case, by the ids of one here and one there. One statement."""
    found = {}
    for link in work.session.scalars(
        select(PersonLink).where(
            or_(PersonLink.case_id == case_id, PersonLink.other_case_id == case_id), PersonLink.undone_at.is_(None),
            links.visible_to(work.actor))
    ):
        pair = (link.person_id, link.other_person_id)
        found[pair if link.case_id == case_id else pair[::-1]] = link
    return found


def is_linked(case_id: Any) -> ColumnElement[bool]:
    """Return the condition that somebody of a case has been called the same as somebody of another."""
    return exists(select(PersonLink.id).where(
        or_(PersonLink.case_id == case_id, PersonLink.other_case_id == case_id),
        PersonLink.same, PersonLink.undone_at.is_(None),
    ))


_PAIR = {(PartyKind.VICTIM, PartyKind.VICTIM), (PartyKind.PERPETRATOR, PartyKind.PERPETRATOR)}


_TWO_PERPETRATORS = {(PartyKind.PERPETRATOR, PartyKind.PERPETRATOR)}


def linked_pairs(work: Work, case_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return for each case the others that a coordinator has called the same pair's. One statement."""
    return _linked(work, case_ids, _PAIR)


def linked_perpetrators(work: Work, case_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return for each case the others whose perpetrator a coordinator has called the same. One statement."""
    return _linked(work, case_ids, _TWO_PERPETRATORS)


def _linked(work: Work, case_ids: Collection[UUID],
            wanted_: set[tuple[PartyKind, PartyKind]]) -> dict[UUID, set[UUID]]:
    """Return for each case the others that are linked to it by people of all these kinds."""
    if not case_ids:
        return {}
    one, other = aliased(Person), aliased(Person)
    rows = work.session.execute(
        select(PersonLink.case_id, PersonLink.other_case_id, one.kind, other.kind)
        .join(one, one.id == PersonLink.person_id).join(other, other.id == PersonLink.other_person_id)
        .where(or_(PersonLink.case_id.in_(case_ids), PersonLink.other_case_id.in_(case_ids)),
               PersonLink.same, PersonLink.undone_at.is_(None), links.visible_to(work.actor))
    ).all()
    kinds: dict[tuple[UUID, UUID], set[tuple[PartyKind, PartyKind]]] = {}
    for case_id, other_id, kind, other_kind in rows:
        for pair in ((case_id, other_id), (other_id, case_id)):
            kinds.setdefault(pair, set()).add((kind, other_kind))
    found: dict[UUID, set[UUID]] = {}
    for (case_id, other_id), linked in kinds.items():
        if linked >= wanted_ and case_id in case_ids:
            found.setdefault(case_id, set()).add(other_id)
    return found
