"""One lost key loses one case and no more, and a change of the key that wraps them all loses nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from clinic.config import BadSetting
from clinic.domain.errors import RuleBroken
from clinic.domain.searches import Query
from clinic.models.case import Person
from clinic.models.lookup import PersonLookup
from clinic.models.post import QueuedLetter
from clinic.models.sealed import DataKey, KeyLost, MasterKeys
from clinic.services import heartbeat, keys, matches, nominations, outbox, search
from tests import make


def names(world, office=None) -> dict:
    """Return what is read of everybody's family name, by case."""
    with (office or world.office).peeking("tests") as session:
        return {person.case_id: person.family_name for person in session.scalars(
            select(Person).where(Person.kind == "victim"))}


def lose(world, case_id, bytes_=None) -> None:
    """Destroy a case's key, or leave such bytes in its place."""
    with world.office.peeking("tests") as session:
        row = session.get_one(DataKey, case_id)
        if bytes_ is None:
            session.delete(row)
        else:
            row.wrapped = bytes_
        session.commit()


@pytest.mark.parametrize("left", [None, b"\x01" + bytes(60)], ids=["destroyed", "damaged"])
def test_with_one_key_lost_that_case_is_unreadable_and_all_others_read(world, left):
    lost, kept = make.case(world), make.case(world)
    lose(world, lost, left)
    assert names(world) == {lost: "", kept: "Uniquename"}
    with world.office.peeking("tests") as session:
        session.scalars(select(Person)).first().full_name  # noqa: B018
        assert session.info["keys"].lost <= {lost}


def test_what_a_lost_key_sealed_can_neither_be_written_over_nor_cleared(world):
    lost = make.case(world)
    lose(world, lost)
    for value in ("Otherwise", None):
        with world.office.peeking("tests") as session:
            person = session.scalars(select(Person).where(Person.case_id == lost)).first()
            with pytest.raises(KeyLost):
                person.family_name = value


def test_searching_and_matching_go_on_beside_a_lost_key(world):
    lost = make.nominated(world)
    kept = make.nominated(world)
    with world.looking() as session:
        cases = {row.id: row.case_id for row in session.scalars(select(nominations.Nomination))}
    lose(world, cases[lost])
    with world.reading("coordinator") as work:
        found = search.find(work, Query(name="Uniquename"))
        hits = [*found.people, *found.alike]
        assert cases[kept] in {hit.case.case_id for hit in hits}
        assert {hit.name for hit in hits if hit.case.case_id == cases[lost]} <= {""}
        matches.of_case(work, cases[kept])
        work.record("view", "Case")


def rotated(world, folder):
    """Change the key and return the office that a new start makes."""
    office = keys.begin(world.office, folder, world.now)
    return office, sum(keys.carry_over(office, world.now))


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def test_after_a_change_of_key_all_reads_and_the_old_key_alone_opens_nothing(world, folder):
    case_id = make.case(world)
    make.nominated(world)
    before = names(world)
    office, done = rotated(world, folder)
    assert done == keys_of(world) + sealed_letters(world)
    new = replace(office, keys=MasterKeys(office.keys.current, (), office.keys.index))
    assert names(world, new) == before and "Uniquename" in before.values()
    assert set(names(world, replace(office, keys=MasterKeys(world.office.keys.current))).values()) == {""}
    assert case_id in before
    with new.peeking("tests") as session:
        for letter in session.scalars(select(QueuedLetter).where(QueuedLetter.secret_sealed.is_not(None))):
            assert outbox.secret_of(session, letter)


def keys_of(world) -> int:
    with world.office.peeking("tests") as session:
        return len(session.scalars(select(DataKey.owner_id)).all())


def sealed_letters(world) -> int:
    with world.office.peeking("tests") as session:
        return len(session.scalars(select(QueuedLetter.id).where(
            QueuedLetter.secret_sealed.is_not(None) | QueuedLetter.raw_sealed.is_not(None))).all())


def test_whoever_could_be_found_is_found_after_a_change_of_key(world, folder):
    make.nominated(world)
    office, _ = rotated(world, folder)
    with world.office.peeking("tests") as before, office.peeking("tests") as after:
        word = [("word", "uniquename")]
        assert before.info["keys"].digest(*word[0]) == after.info["keys"].digest(*word[0])
        assert before.scalars(select(PersonLookup.digest)).all()


def test_a_change_that_was_stopped_is_gone_on_with_and_makes_no_third_key(world, folder, monkeypatch):
    for _ in range(3):
        make.case(world)
    monkeypatch.setattr(keys, "AT_ONCE", 1)
    office = keys.begin(world.office, folder, world.now)
    works = keys.carry_over(office, world.now)
    next(works)
    works.close()
    assert "" not in names(world, office).values(), "in the middle either key opens"
    assert keys.begin(office, folder, world.now) is office
    list(keys.carry_over(office, world.now))
    assert not keys.is_unfinished(office) and keys.count(office) == sealed_letters(world)
    again = keys.begin(office, folder, world.now)
    assert again.keys.current != office.keys.current and len(list(folder.glob("seal.earlier.*.key"))) == 2


def test_a_key_that_nothing_opens_does_not_keep_a_change_from_ending(world, folder):
    lost = make.case(world)
    lose(world, lost, b"\x01" + bytes(60))
    office, _ = rotated(world, folder)
    assert not keys.is_unfinished(office)


def test_keys_are_not_changed_under_a_service_that_runs(world, folder):
    with world.office.beside("heartbeat") as session:
        heartbeat.beat(session, "timer", world.now)
    with pytest.raises(RuleBroken, match="stop it on every host"):
        keys.begin(world.office, folder, world.now)
    assert not list(folder.iterdir())


def test_two_commands_do_not_change_keys_at_once(folder):
    with keys.alone(folder), pytest.raises(RuleBroken, match="already"), keys.alone(folder):
        pass


def test_a_start_is_refused_with_keys_of_another_installation(world):
    make.case(world)
    keys.check(world.office)
    with pytest.raises(BadSetting, match="does not open this database"):
        keys.check(replace(world.office, keys=MasterKeys(bytes(32))))


def test_one_damaged_key_does_not_keep_the_service_from_starting(world):
    cases = [make.case(world) for _ in range(3)]
    lose(world, cases[0], b"\x01" + bytes(60))
    keys.check(world.office)
