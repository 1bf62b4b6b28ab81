"""Finding people and cases, as far as the reader may know of them. Each search is recorded, without what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy import case as either

from clinic.domain import searches as rules
from clinic.domain.audit import AuditVerb
from clinic.domain.cases import CaseStatus, PartyKind
from clinic.domain.lookups import LookupField, terms
from clinic.domain.matching import exchanged
from clinic.domain.searches import MOST_HITS, MOST_WORDS, Query
from clinic.models.case import Case, Person
from clinic.models.lookup import PersonLookup, digests, identity_of
from clinic.models.panel import Panel
from clinic.policy import cases
from clinic.policy import links as policy
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


def _referred(query: Query) -> Any:
    return Case.reference.contains(rules.digits_of(query.reference), autoescape=True)


def _people(work: Work, query: Query) -> Found:
    ids = work.session.execute(_sharing(work, query)).all()
    rows = work.session.execute(
        select(Person, Case.id, Case.reference, Panel.name, Case.status)
        .join(Case, Case.id == Person.case_id).join(Panel, Panel.id == Case.panel_id)
        .where(Person.id.in_([row.person_id for row in ids[:MOST_HITS]]))
        .order_by(Case.opened_at.desc(), Person.position, Person.id)
    ).all()
    hits = [(_distance(query, row.Person), _hit(*row)) for row in rows]
    return Found(
        people=tuple(hit for slips, hit in hits if slips is None),
        alike=tuple(hit for slips, hit in sorted((h for h in hits if h[0] is not None), key=lambda h: h[0])),
        more=len(ids) > MOST_HITS,
    )


def _hit(person: Person, *case: Any) -> PersonHit:
    return PersonHit(CaseHit(*case), person.kind, person.full_name, tuple(person.aliases or ()), person.born_on)


def _distance(query: Query, person: Person) -> int | None:
    """Return nothing where somebody is as they were typed, else how far they are from it."""
    who = identity_of(person)
    same_day = query.born_on is None or who.born_on == query.born_on
    if same_day and rules.fits(query.name, who):
        return None
    return rules.distance(query.name, who) + (not same_day)


def _sharing(work: Work, query: Query) -> Select:
    """Select the people who share every word that was typed, as it is written or as it sounds, and the day."""
    wanted = [
        ([word], list(sounds)) for word, sounds in dict.fromkeys(terms(query.name)[:MOST_WORDS])
    ]
    if query.born_on:
        other_way = exchanged(query.born_on)
        wanted.append(([(LookupField.BIRTH, query.born_on.isoformat())],
                       [(LookupField.BIRTH, other_way.isoformat())] if other_way else []))
    keys = digests(work.session, {lookup for exact, near in wanted for lookup in (*exact, *near)})
    one_of = [_shares(keys[lookup] for lookup in (*exact, *near)) for exact, near in wanted]
    as_typed = reduce(add, [_shares(keys[lookup] for lookup in exact) for exact, _ in wanted])
    found = (
        select(PersonLookup.person_id).where(PersonLookup.digest.in_(keys.values()),
                                             cases.known_to(work.actor, PersonLookup))
        .group_by(PersonLookup.person_id).having(*(shares == 1 for shares in one_of))
        .order_by(as_typed.desc(), PersonLookup.person_id).limit(MOST_HITS + 1)
    )
    if query.reference:
        found = found.join(Case, Case.id == PersonLookup.case_id).where(_referred(query))
    return found


def _shares(hashes: Iterable[bytes]) -> Any:
    return func.max(either((PersonLookup.digest.in_(list(hashes)), 1), else_=0))
