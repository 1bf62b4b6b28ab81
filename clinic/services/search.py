"""Finding people and cases, as far as the reader may know of them. Each search is recorded, without what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from clinic.domain import searches as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus, PartyKind
from clinic.domain.lookups import LookupField, terms
from clinic.domain.matching.identities import Identity, exchanged
from clinic.domain.searches import MOST_HITS, MOST_WORDS, Query
from clinic.models.case import Case, Person
from clinic.models.lookup import PersonLookup, digests, identity_of
from clinic.models.panel import Panel
from clinic.policy import cases
from clinic.policy import links as policy
from clinic.services import frequencies
from clinic.services.work import Work


@dataclass(frozen=True, slots=True)
class CaseHit:
    case_id: UUID
    reference: str
    panel: str
    status: CaseStatus


@dataclass(frozen=True, slots=True)
class PersonHit:
    """Somebody who was found, and in which case."""

    case: CaseHit
    kind: PartyKind
    name: str
    aliases: tuple[str, ...]
    born_on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: cases by reference, people as they were typed, and people who are spelt otherwise.

    `more` says that there are others: only so many are opened.
    """

    cases: tuple[CaseHit, ...] = ()
    people: tuple[PersonHit, ...] = ()
    alike: tuple[PersonHit, ...] = ()
    more: bool = False


def page(work: Work) -> None:
    """Let somebody have the empty page."""
    work.require(policy.may_search)
    work.record(AuditVerb.VIEW, "Search")


def find(work: Work, query: Query) -> Found:
    """Return who and what a search finds, the nearest first. A fixed number of statements."""
    work.require(policy.may_search)
    rules.check(query)
    if query.name or query.born_on:
        found = _people(work, query)
    else:
        found = _cases(work, query)
    shown = [hit.case.case_id for hit in (*found.people, *found.alike)] + [hit.case_id for hit in found.cases]
    work.record(AuditVerb.SEARCH, "Case", by=query.fields, shown=shown)
    return found


def _cases(work: Work, query: Query) -> Found:
    rows = work.session.execute(
        select(Case.id, Case.reference, Panel.name, Case.status).join(Panel, Panel.id == Case.panel_id)
        .where(cases.visible_to(work.actor), _referred(query))
        .order_by(Case.opened_at.desc(), Case.id).limit(MOST_HITS + 1)
    ).all()
    return Found(cases=tuple(CaseHit(*row) for row in rows[:MOST_HITS]), more=len(rows) > MOST_HITS)


def _referred(query: Query) -> ColumnElement[bool]:
    return Case.turned.between(*rules.endings(query.reference))


def _people(work: Work, query: Query) -> Found:
    found = _sharing(work, query).subquery()
    rows = work.session.execute(
        select(Person, Case.opened_at, Case.id, Case.reference, Panel.name, Case.status)
        .join(found, found.c.person_id == Person.id)
        .join(Case, Case.id == Person.case_id).join(Panel, Panel.id == Case.panel_id)
        .order_by(found.c.place, Person.id)
    ).all()
    newest = sorted(rows[:MOST_HITS], key=lambda row: (row.opened_at, -row.Person.position), reverse=True)
    people = [(person.kind, identity_of(person), case) for person, _, *case in newest]
    hits = [(_distance(query, who), _hit(kind, who, *case)) for kind, who, case in people]
    return Found(
        people=tuple(hit for slips, hit in hits if slips is None),
        alike=tuple(hit for slips, hit in sorted((h for h in hits if h[0] is not None), key=lambda h: h[0])),
        more=len(rows) > MOST_HITS,
    )


def _hit(kind: PartyKind, who: Identity, *case: Any) -> PersonHit:
    return PersonHit(CaseHit(*case), kind, f"{who.given_name} {who.family_name}".strip(), who.aliases, who.born_on)


def _distance(query: Query, who: Identity) -> int | None:
    """Return nothing where somebody is as they were typed, else how far they are from it."""
    same_day = query.born_on is None or who.born_on == query.born_on
    if same_day and rules.fits(query.name, who):
        return None
    return rules.distance(query.name, who) + (not same_day)


def _sharing(work: Work, query: Query) -> Select:
    """Select people who share every word that was typed, and the day: first those who have all of it as typed.

    Each arm walks the index of one lookup in its order and stops at a page, so it does not matter how many share
    it. Of several it walks the one that fewest share, and asks of each there for the others.
    """
    asked = _asked(work, query)
    counts = frequencies.of(work.session, (digest for one in asked for digest in one.either), MOST_HITS * 4)
    typed = min(asked, key=lambda one: counts[one.exact])
    meant = min(asked, key=lambda one: sum(counts[digest] for digest in one.either))
    ways = dict.fromkeys([
        (typed.exact, tuple((one.exact,) for one in asked if one is not typed)),
        *((digest, tuple(one.either for one in asked if one is not meant)) for digest in meant.either),
    ])
    arms = [_arm(work, query, place, *way) for place, way in enumerate(ways)]
    found = union_all(*(select(arm.c.place, arm.c.person_id) for arm in arms)).subquery()
    place = func.min(found.c.place).label("place")
    return (select(found.c.person_id, place).group_by(found.c.person_id)
            .order_by(place, found.c.person_id).limit(MOST_HITS + 1))


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thing that was typed, by the hash that it is kept as and those of what it may have been meant as."""

    exact: bytes
    near: tuple[bytes, ...]

    @property
    def either(self) -> tuple[bytes, ...]:
        return self.exact, *self.near


def _asked(work: Work, query: Query) -> list[_Asked]:
    wanted = dict.fromkeys(terms(query.name)[:MOST_WORDS])
    if query.born_on:
        other_way = exchanged(query.born_on)
        wanted[(LookupField.BIRTH, query.born_on.isoformat()),
               ((LookupField.BIRTH, other_way.isoformat()),) if other_way else ()] = None
    keys = digests(work.session, {lookup for exact, near in wanted for lookup in (exact, *near)})
    return [_Asked(keys[exact], tuple(keys[lookup] for lookup in near)) for exact, near in wanted]


def _arm(work: Work, query: Query, place: int, digest: bytes, others: Iterable[tuple[bytes, ...]]) -> Subquery:
    """Return a page of those who share one lookup, and one of each of the others."""
    found = select(literal(place).label("place"), PersonLookup.person_id).where(
        PersonLookup.digest == digest, *map(_has_one_of, others), cases.known_to(work.actor, PersonLookup))
    if query.reference:
        found = found.join(Case, Case.id == PersonLookup.case_id).where(_referred(query))
    return found.order_by(PersonLookup.person_id).limit(MOST_HITS + 1).subquery()


def _has_one_of(hashes: tuple[bytes, ...]) -> ColumnElement[bool]:
    beside = aliased(PersonLookup)
    return exists(select(beside.person_id).where(
        beside.digest.in_(hashes), beside.person_id == PersonLookup.person_id))
