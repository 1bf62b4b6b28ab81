"""What the timer does to a file: reads it, puts it in by the hundred, and begins again where it was killed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from clinic.documents import tables
from clinic.domain.actors import UserStatus
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.imports import COLUMNS, ImportStatus, Stop
from clinic.models.account import Membership, User
from clinic.models.agency import Agency
from clinic.models.import_batch import ImportBatch, ImportPart
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.models.sealed import DataKey
from clinic.policy.accounts import anyone
from clinic.services import import_batches, import_pages, import_works, imports
from tests.services.test_imports import count, lines, look, page


def rows(how_many, **changes):
    return lines(*({"source_reference": f"W/{n}"} | changes for n in range(how_many)))


def running(world, how_many, **changes):
    """Return the id of a file that its sender has said yes to."""
    batch_id = look(world, rows(how_many, **changes))
    with world.changing("coordinator") as work:
        assert imports.confirm(work, batch_id).running
    return batch_id


def step(world, batch_id):
    import_works.put_in(world.office, world.now, batch_id)


def progress(world, batch_id):
    return import_pages.progress(world.office, world.actor("coordinator"), batch_id, world.now)


def change(world, act):
    """Change something that the tests are not about."""
    with world.office.changing(import_works.TIMER, world.now) as work:
        work.require(anyone)
        act(work.session)
        work.record("update", "Something")


def another_coordinator(world):
    change(world, lambda session: session.add(Membership(
        user_id=world.users["deputy"], panel_id=world.clinic, agency_id=world.agencies["probation"],
        role="coordinator", valid_from=world.now.date())))


def letters(world):
    with world.looking() as session:
        return session.scalars(select(QueuedLetter.address)).all()


def test_a_hundred_rows_go_in_at_a_time_and_the_others_are_told_once_at_the_end(world):
    another_coordinator(world)
    batch_id = running(world, 250)
    for added in (100, 200, 250):
        assert letters(world) == []
        step(world, batch_id)
        assert count(world, Nomination) == added == progress(world, batch_id).added
    assert progress(world, batch_id).status is ImportStatus.ENDED
    assert letters(world) == ["deputy@probation.example"]
    step(world, batch_id)
    assert count(world, Nomination) == 250 and import_works.due(world.office, world.now) == []
    with world.looking() as session:
        assert set(session.scalars(select(Nomination.sender_id))) == {world.users["coordinator"]}
        assert session.get(DataKey, batch_id) is None and count(world, ImportPart) == 0


def test_a_work_that_ends_before_it_is_kept_is_done_again_and_adds_nothing_twice(world, monkeypatch):
    batch_id = running(world, 200)
    step(world, batch_id)
    with monkeypatch.context() as patch:
        patch.setattr(import_batches, "end", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            step(world, batch_id)
    assert count(world, Nomination) == 100 and progress(world, batch_id).left == 100
    step(world, batch_id)
    assert count(world, Nomination) == 200 and progress(world, batch_id).status is ImportStatus.ENDED


def test_the_same_file_sent_again_while_the_first_goes_in_adds_nothing_twice(world):
    first, second = running(world, 150), running(world, 150)
    for _ in range(2):
        step(world, second)
        step(world, first)
    assert count(world, Nomination) == 150
    assert progress(world, first).added + progress(world, second).added == 150
    assert progress(world, first).known + progress(world, second).known == 150


def test_rows_that_were_good_and_are_not_any_more_are_handed_back(world):
    batch_id = running(world, 150)
    step(world, batch_id)
    def close(session):
        session.get_one(Agency, world.agencies["police"]).active = False
    change(world, close)
    step(world, batch_id)
    shown = page(world, batch_id)
    assert (shown.progress.added, shown.progress.bad, len(shown.bad)) == (100, 50, 50)
    assert shown.bad[0].number == 102 and shown.bad[0].faults[0].field == "nominating_agency"


def leave(world):
    def act(session):
        seat = session.scalars(select(Membership).where(Membership.user_id == world.users["coordinator"])).one()
        seat.valid_until = world.now.date().replace(day=1)
    change(world, act)


def close_account(world):
    def act(session):
        session.get_one(User, world.users["coordinator"]).status = UserStatus.DISABLED
    change(world, act)


def test_whoever_coordinates_the_panel_no_more_brings_in_no_more(world):
    stops_half_way(world, leave, Stop.NO_SEAT)


def test_whoever_has_no_account_any_more_brings_in_no_more(world):
    stops_half_way(world, close_account, Stop.NO_ACCOUNT)


def stops_half_way(world, act, reason):
    another_coordinator(world)
    batch_id = running(world, 300)
    step(world, batch_id)
    act(world)
    step(world, batch_id)
    step(world, batch_id)
    assert count(world, Nomination) == 100 and count(world, ImportPart) == 0
    shown = page(world, batch_id)
    assert (shown.progress.status, shown.stop) == (ImportStatus.STOPPED, reason)
    assert letters(world) == ["deputy@probation.example"], "what is in is there to be decided on"
    with world.looking() as session:
        assert session.get(DataKey, batch_id) is None


def test_a_file_is_not_read_for_somebody_who_may_not_bring_it_in(world):
    batches = []
    for _ in range(2):
        with world.changing("coordinator") as work:
            batches.append(imports.keep(work, world.clinic, b"kept as it came"))
    for batch_id, act in zip(batches, (leave, close_account), strict=True):
        act(world)
        import_works.read(world.office, world.now, batch_id, COLUMNS, rows(101))
        assert progress(world, batch_id).status is ImportStatus.STOPPED
    assert count(world, ImportPart) == 0


def test_what_is_stopped_stays_in_and_goes_on_from_where_it_stopped(world):
    batch_id = running(world, 200)
    step(world, batch_id)
    with pytest.raises(RuleBroken, match="not one that can go on"):
        go_on(world, batch_id)
    stop(world, batch_id)
    step(world, batch_id)
    assert count(world, Nomination) == 100 and count(world, ImportPart) == 1
    assert page(world, batch_id).stop is Stop.BY_HAND
    go_on(world, batch_id)
    step(world, batch_id)
    shown = page(world, batch_id)
    assert count(world, Nomination) == 200 and (shown.progress.status, shown.stop) == (ImportStatus.ENDED, None)


def test_what_was_stopped_is_forgotten_within_the_hour_and_for_whoever_coordinates_no_more(world):
    batch_id = running(world, 200)
    stop(world, batch_id)
    later = replace(world, now=world.now + timedelta(hours=1))
    with pytest.raises(NotFound):
        go_on(later, batch_id)
    leave(world)
    with pytest.raises(NotPermitted):
        go_on(world, batch_id)
    with world.office.changing(import_works.TIMER, later.now) as work:
        assert imports.forget(work) == 1
    assert count(world, ImportPart) == 0


def stop(world, batch_id):
    with world.changing("coordinator") as work:
        imports.stop(work, batch_id)


def go_on(world, batch_id):
    with world.changing("coordinator") as work:
        imports.go_on(work, batch_id)


def test_nobody_stops_what_somebody_else_brings_in(world):
    batch_id = running(world, 101)
    with pytest.raises((NotFound, NotPermitted)), world.changing("other_coordinator") as work:
        imports.stop(work, batch_id)
    step(world, batch_id)
    step(world, batch_id)
    with pytest.raises(RuleBroken, match="not going in any more"), world.changing("coordinator") as work:
        imports.stop(work, batch_id)


def test_what_goes_in_is_kept_for_as_long_as_that_takes_and_an_hour_more(world):
    batch_id = running(world, 200, children="")
    much_later = world.now.replace(year=2027)
    def forget():
        with world.office.changing(import_works.TIMER, much_later) as work:
            return imports.forget(work)
    assert forget() == 0
    for _ in range(2):
        import_works.put_in(world.office, much_later, batch_id)
    assert count(world, Nomination) == 200 and forget() == 0
    much_later = much_later.replace(day=26)
    assert forget() == 1 and count(world, ImportBatch) == 0


def test_a_large_file_is_kept_as_it_came_sealed_and_is_read_once(world):
    data = tables.write_csv(COLUMNS, [[cells[column] for column in COLUMNS] for _, cells in rows(300)])
    with world.changing("coordinator") as work:
        batch_id = imports.keep(work, world.clinic, data * 10)
    with world.looking() as session:
        assert b"Zelda" not in b"".join(session.scalars(select(ImportPart.content_sealed)))
        assert session.scalar(select(func.count()).select_from(ImportPart)) > 1
    assert import_works.raw(world.office, batch_id) == data * 10
    for _ in range(2):
        import_works.read(world.office, world.now, batch_id, COLUMNS, rows(101))
    assert progress(world, batch_id) == import_pages.Progress(ImportStatus.WAITING, 101, 101, 0, 0, 0)
    with pytest.raises(NotFound):
        import_works.read(world.office, world.now, world.clinic, COLUMNS, rows(1))


def test_why_a_file_cannot_be_read_is_kept_sealed_for_its_sender(world):
    with world.changing("coordinator") as work:
        batch_id = imports.keep(work, world.clinic, b"x")
    import_works.refuse(world.office, world.now, batch_id, "The heading “Uniqueheading” stands there twice.")
    assert page(world, batch_id).refusal == "The heading “Uniqueheading” stands there twice."
    with world.looking() as session:
        assert b"Uniqueheading" not in session.get_one(ImportBatch, batch_id).refusal_sealed


def test_a_work_costs_twenty_five_statements_however_many_rows_are_there(world):
    seen = []

    def note(connection, cursor, statement, *_):
        seen.append(statement)

    counts = []
    batch_id = running(world, 500)
    event.listen(world.office.engine, "before_cursor_execute", note)
    try:
        for _ in range(4):
            seen.clear()
            step(world, batch_id)
            # However often chance draws a reference that is taken, its look-up counts once.
            counts.append(1 + sum(not statement.startswith('SELECT "case".reference') for statement in seen))
    finally:
        event.remove(world.office.engine, "before_cursor_execute", note)
    assert len(set(counts)) == 1 and counts[0] <= 25, counts
