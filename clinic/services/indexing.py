"""Fills the index of people for those who were here before it: short works, one after the other.

A person who is written later brings their lookups along (`models.lookup`). What is here
already cannot be filled by a migration, which has no keys; whoever updates the service runs
`flask index-people` after it, and `flask start` does so by itself.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.models import lookup
from clinic.models.case import Person, SafeContact
from clinic.models.lookup import PersonLookup
from clinic.policy.accounts import may_install
from clinic.services.work import Office, Work

INDEXER = SystemActor("command line")
AT_ONCE = 500


def fill(office: Office, now: datetime, everybody: bool = False) -> int:
    """Index people who are in no index yet, or everybody afresh; return how many. May be stopped and begun again."""
    done, last = 0, None
    while True:
        with office.changing(INDEXER, now) as work:
            work.require(may_install)
            people = _next(work, last, everybody)
            if not people:
                return done
            _index(work, people)
            work.record(AuditVerb.UPDATE, "PersonLookup", people=len(people))
        done, last = done + len(people), people[-1].id


def _next(work: Work, last: UUID | None, everybody: bool) -> list[Person]:
    query = select(Person).order_by(Person.id).limit(AT_ONCE)
    if last is not None:
        query = query.where(Person.id > last)
    if not everybody:
        query = query.where(~exists().where(PersonLookup.person_id == Person.id))
    return list(work.session.scalars(query))


def _index(work: Work, people: list[Person]) -> None:
    ids = [person.id for person in people]
    contacts = work.session.scalars(select(SafeContact).where(SafeContact.person_id.in_(ids))).all()
    lookup.forget(work.session, ids)
    lookup.write(work.session, people, contacts)
