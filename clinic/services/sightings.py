"""How many other cases somebody of a case may be in: told for a whole list by the index alone, opening nobody.

Only the plainest is counted: a date of birth or a telephone number that few share, and names
that sound alike. The page of one case compares in full, and finds more.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from clinic.domain.lookups import LookupField
from clinic.models.case import Person
from clinic.models.link import PersonLink
from clinic.models.lookup import PersonLookup
from clinic.policy import cases
from clinic.services import among, frequencies
from clinic.services.work import Work

# A date of birth that as many share is one that was written where none was known.
MOST_SHARERS = 50


def of_cases(work: Work, case_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many cases each may have to do with, of those that the actor may know of. Three statements."""
    if not case_ids:
        return {}
    mine, theirs = aliased(PersonLookup), aliased(PersonLookup)
    return dict(work.session.execute(
        select(mine.case_id, func.count(distinct(theirs.case_id))).join(theirs, theirs.digest == mine.digest)
        .where(mine.digest.in_(_telling(work, case_ids)), mine.case_id.in_(case_ids), theirs.case_id != mine.case_id,
               cases.known_to(work.actor, theirs), _sound_alike(mine, theirs), ~_called_apart(mine, theirs))
        .group_by(mine.case_id)
    ).all())


def _telling(work: Work, case_ids: Collection[UUID]) -> list[bytes]:
    asked = among.of(case_ids)
    shared = work.session.scalars(
        select(PersonLookup.digest).join(Person, Person.id == PersonLookup.person_id)
        .join(asked, asked.c.id == Person.case_id)
        .where(PersonLookup.field.in_([LookupField.BIRTH, LookupField.TELEPHONE]))
    )
    counts = frequencies.of(work.session, shared, MOST_SHARERS)
    return [digest for digest, count in counts.items() if count < MOST_SHARERS]


def _sound_alike(mine: Any, theirs: Any) -> ColumnElement[bool]:
    one, other = aliased(PersonLookup), aliased(PersonLookup)
    return exists(
        select(one.person_id).join(other, other.digest == one.digest)
        .where(one.person_id == mine.person_id, one.field == LookupField.NAME, other.person_id == theirs.person_id)
    )


def _called_apart(mine: Any, theirs: Any) -> ColumnElement[bool]:
    """Return the condition that a coordinator has called the two different people."""
    return exists(select(PersonLink.id).where(
        ~PersonLink.same, PersonLink.undone_at.is_(None),
        or_(and_(PersonLink.person_id == mine.person_id, PersonLink.other_person_id == theirs.person_id),
            and_(PersonLink.person_id == theirs.person_id, PersonLink.other_person_id == mine.person_id)),
    ))
