"""The index of people follows them, keeps nothing that can be read, and is filled for those who came before it."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy import delete, func, select

from clinic.domain.drafts import PartyDraft
from clinic.domain.lookups import LookupField, kept, terms
from clinic.domain.matching.identities import Identity
from clinic.models.case import Person, SafeContact
from clinic.models.lookup import PersonLookup, digests, identity_of
from clinic.models.nomination import Nomination
from clinic.models.sealed import MasterKeys
from clinic.models.types import Base
from clinic.services import indexing, nominations
from tests import make


def found_by(world, text):
    """Return who is found by a word of a name."""
    (word, _), = terms(text)
    with world.looking() as session:
        digest = digests(session, [word])[word]
        return set(session.scalars(select(PersonLookup.person_id).where(PersonLookup.digest == digest)))


def people_of(world, nomination_id):
    with world.looking() as session:
        case_id = session.get_one(Nomination, nomination_id).case_id
        return {p.kind: p.id for p in session.scalars(select(Person).where(Person.case_id == case_id))}


def test_whoever_is_nominated_can_be_looked_up(world):
    people = people_of(world, make.nominated(world))
    assert found_by(world, "zel") == found_by(world, "Uniquename") == {people["victim"]}
    assert found_by(world, "othern") == {people["perpetrator"]}


def test_a_changed_name_is_looked_up_by_what_it_is_now(world):
    nomination_id = make.nominated(world)
    draft = make.draft(victim=PartyDraft("Xanthe", "Uniquename", (), date(1990, 3, 27)))
    with world.changing("officer") as work:
        version = work.session.get_one(Nomination, nomination_id).version
        nominations.edit(work, nomination_id, draft, version)
    people = people_of(world, nomination_id)
    assert not found_by(world, "Zelda") and found_by(world, "Xanthe") == {people["victim"]}


def test_a_changed_number_leaves_the_name_where_it_is(world):
    nomination_id = make.nominated(world)
    draft = make.draft()
    draft = replace(draft, contact=replace(draft.contact, telephone="07700 900555"))
    with world.changing("officer") as work:
        version = work.session.get_one(Nomination, nomination_id).version
        nominations.edit(work, nomination_id, draft, version)
    victim = people_of(world, nomination_id)["victim"]
    with world.looking() as session:
        rows = session.execute(select(PersonLookup.digest, PersonLookup.field).where(PersonLookup.person_id == victim))
        fields = [field for _, field in rows]
        wanted = digests(session, [(LookupField.TELEPHONE, "700900555")]).values()
        there = session.scalar(select(func.count()).where(PersonLookup.digest.in_(wanted)))
    assert there == 1 and fields.count(LookupField.TELEPHONE) == 1 and LookupField.WORD in fields


def test_a_person_who_is_taken_away_takes_their_lookups_along(world):
    people = people_of(world, make.nominated(world))
    with world.office.changing(indexing.INDEXER, world.now) as work:
        work.require(lambda actor: True)
        work.session.delete(work.session.get_one(Person, people["perpetrator"]))
        work.record("update", "Person")
    assert not found_by(world, "othern") and found_by(world, "zelda")


def test_people_who_were_here_before_the_index_are_found_after_it_is_filled(world):
    victim = people_of(world, make.nominated(world))["victim"]
    with world.office.engine.begin() as connection:
        before = set(connection.execute(sa.select(PersonLookup.__table__)))
        connection.execute(delete(PersonLookup.__table__))
    assert not found_by(world, "zelda")
    assert indexing.fill(world.office, world.now) == 2
    with world.office.engine.begin() as connection:
        assert set(connection.execute(sa.select(PersonLookup.__table__))) == before
    assert found_by(world, "zelda") == {victim}
    assert indexing.fill(world.office, world.now) == 0
    assert indexing.fill(world.office, world.now, everybody=True) == 2


def test_an_index_that_is_filled_works_in_steps(world, monkeypatch):
    for _ in range(3):
        make.nominated(world)
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    assert indexing.fill(world.office, world.now, everybody=True) == 6


def test_no_word_of_a_name_and_no_sound_of_one_stands_in_any_table(world):
    make.nominated(world)
    with world.looking() as session:
        person = session.scalars(select(Person).where(Person.kind == "victim")).one()
        contact = session.scalars(select(SafeContact)).one()
        plain = {value for _, value in kept(identity_of(person, contact)) if len(value) > 3}
    assert {"zelda", "zeld", "unique", "1990-03-27", "ZZ11ZZ", "700900000"} <= plain
    with world.office.engine.connect() as connection:
        for table in Base.metadata.tables.values():
            for row in connection.execute(sa.select(table)):
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    assert not [word for word in plain if word.encode() in raw], table.name


def test_a_value_leaves_another_trace_in_each_field_and_each_installation(world):
    with world.looking() as session:
        made = digests(session, [(LookupField.WORD, "bsn"), (LookupField.SOUND, "bsn")])
    assert len(set(made.values())) == 2 and {len(digest) for digest in made.values()} == {16}
    with replace(world.office, keys=MasterKeys(bytes(32))).peeking("tests") as session:
        assert not set(made.values()) & set(digests(session, made).values())


def test_a_person_of_many_names_is_kept_small(world):
    aliases = tuple(f"Name{number} Other{number}" for number in range(20))
    assert len(kept(Identity("Zelda Maria Anna", "Uniquename-Othername", aliases, date(1990, 3, 27)))) < 200
