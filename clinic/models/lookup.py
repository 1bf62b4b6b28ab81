"""The index of people: keyed hashes of what they are looked up by, beside the sealed values themselves.

Rows follow the people by themselves: whoever writes a person or a contact cannot forget them,
and all of one flush go in together, so that thousands cost one statement. The hashes have a
key of their own, made from the installation's; without it they say nothing, and a value in
two fields leaves two traces.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, event, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from clinic.domain.cases import Gender
from clinic.domain.lookups import Lookup, LookupField, kept
from clinic.domain.matching.identities import Identity
from clinic.models.case import CaseBound, Person, SafeContact
from clinic.models.sealed import ring
from clinic.models.types import Base


class PersonLookup(CaseBound, Base):
    """One thing that a person can be found by. There are a dozen a person, so they are kept small."""

    __tablename__ = "person_lookup"
    __table_args__ = {"sqlite_with_rowid": False}
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    field: Mapped[LookupField]
    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))


# A contact is a row of its own, so its lookups change without those of the name.
_OF_CONTACT = (LookupField.POSTCODE, LookupField.TELEPHONE)
_OF_PERSON = tuple(field for field in LookupField if field not in _OF_CONTACT)


def digests(session: Session, lookups: Iterable[Lookup]) -> dict[Lookup, bytes]:
    """Return the hash that each lookup is kept as."""
    keys = ring(session)
    return {lookup: keys.digest(*lookup) for lookup in lookups}


def identity_of(person: Person, contact: SafeContact | None = None) -> Identity:
    """Return what is known of who somebody is."""
    return Identity(
        person.given_name or "", person.family_name or "", tuple(person.aliases or ()), person.born_on, person.gender,
        (contact.postcode if contact else None) or "", (contact.telephone if contact else None) or "",
    )


def write(session: Session, people: Iterable[Person], contacts: Iterable[SafeContact]) -> None:
    """Add the lookups of people and contacts that have none. One statement for all of them."""
    _insert(session, _rows_of(session, people, contacts))


def _rows_of(session: Session, people: Iterable[Person], contacts: Iterable[SafeContact]) -> list[dict[str, Any]]:
    rows = [row for person in people for row in _rows(session, person, person.id, identity_of(person))]
    for contact in contacts:
        reached = Identity("", "", (), None, Gender.NOT_KNOWN, contact.postcode or "", contact.telephone or "")
        rows += _rows(session, contact, contact.person_id, reached)
    return rows


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(PersonLookup.__table__), rows)


def _rows(session: Session, owner: Any, person_id: UUID, identity: Identity) -> list[dict[str, Any]]:
    return [
        {"digest": digest, "person_id": person_id, "field": field, "panel_id": owner.panel_id, "case_id": owner.case_id}
        for (field, _), digest in digests(session, kept(identity)).items()
    ]


def forget(session: Session, person_ids: Iterable[UUID], fields: Iterable[LookupField] = LookupField) -> None:
    """Take away lookups of people, all of them or those of some fields."""
    ids = list(person_ids)
    if ids:
        table = PersonLookup.__table__
        session.connection().execute(delete(table).where(table.c.person_id.in_(ids), table.c.field.in_(list(fields))))


@event.listens_for(Session, "before_flush")
def _prepare(session: Session, *_: Any) -> None:
    """Work out what new people are found by before the first statement: from then on nobody else can write."""
    session.info["lookups"] = _rows_of(session, *_apart([
        row for row in session.new if isinstance(row, (Person, SafeContact))
    ]))


@event.listens_for(Session, "after_flush")
def _follow(session: Session, *_: Any) -> None:
    """Let the index follow the people that were just written. Those that were deleted take theirs along."""
    prepared = session.info.pop("lookups", [])
    changed = [row for row in session.dirty if isinstance(row, (Person, SafeContact)) and session.is_modified(row)]
    people, contacts = _apart(changed)
    forget(session, (person.id for person in people), _OF_PERSON)
    forget(session, (contact.person_id for contact in contacts), _OF_CONTACT)
    _insert(session, prepared + _rows_of(session, people, contacts))


def _apart(rows: list[Any]) -> tuple[list[Person], list[SafeContact]]:
    return [row for row in rows if isinstance(row, Person)], [row for row in rows if isinstance(row, SafeContact)]
