"""Whose columns are asked, what is kept of them, and who meets it."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from clinic.domain.columns import MAPPED, MapDraft
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.imports import ImportStatus
from clinic.models.import_batch import ColumnMap
from clinic.services import column_maps, import_works, imports
from tests.domain.test_columns import THEIRS
from tests.domain.test_imports import GOOD
from tests.services.test_import_works import leave, progress
from tests.services.test_imports import page

HEADER = tuple(THEIRS.values())


def asked(world):
    """Return the id of a file whose columns are asked for."""
    with world.changing("coordinator") as work:
        batch_id = imports.keep(work, world.clinic, b"x")
    import_works.read(world.office, world.now, batch_id, HEADER, exported())
    return batch_id


def exported():
    own = GOOD | {"criteria": "breach_of_order", "presenter": "", "victim_given_name": "Uniquevalue"}
    return [(2, {THEIRS[column]: own[column] for column in MAPPED})]


def draft(world, **changes):
    return replace(MapDraft("Records system", world.agencies["police"], THEIRS), **changes)


def match(world, batch_id, said, who="coordinator"):
    with world.changing(who) as work:
        column_maps.match(work, batch_id, said)


def test_an_export_waits_for_its_columns_and_is_read_by_them(world):
    batch_id = asked(world)
    shown = page(world, batch_id).matching
    assert shown.headings == HEADER and not shown.known
    assert "Northmere Police" in [name for _, name in shown.agencies]
    with pytest.raises(RuleBroken, match="not read yet"), world.changing("coordinator") as work:
        imports.confirm(work, batch_id)
    match(world, batch_id, draft(world))
    import_works.read(world.office, world.now, batch_id, HEADER, exported())
    assert progress(world, batch_id).left == 1
    with pytest.raises(RuleBroken, match="known already"):
        match(world, batch_id, draft(world))


def test_a_map_holds_headings_and_nothing_of_anybody(world):
    match(world, asked(world), draft(world))
    with world.looking() as session:
        kept = session.scalars(select(ColumnMap)).one()
        assert kept.columns == THEIRS and kept.headings == list(HEADER)
        assert "Uniquevalue" not in str(vars(kept))


def test_the_same_headings_get_the_same_map_proposed_on_this_panel_alone(world):
    match(world, asked(world), draft(world, month_first=True))
    shown = page(world, asked(world)).matching
    assert shown.known and shown.proposed == draft(world, month_first=True)
    match(world, asked(world), draft(world))
    with world.looking() as session:
        assert session.scalar(select(func.count()).select_from(ColumnMap)) == 1, "said anew, not kept twice"
    with world.changing("other_coordinator") as work:
        batch_id = imports.keep(work, world.marac, b"x")
    import_works.read(world.office, world.now, batch_id, HEADER, exported())
    assert not page(world, batch_id, "other_coordinator").matching.known


def test_a_coordinator_forgets_the_columns_of_an_export_and_is_asked_again(world):
    batch_id = asked(world)
    match(world, batch_id, draft(world))
    with world.reading("coordinator") as work:
        line, = column_maps.page(work, world.clinic).lines
    assert (line.name, line.agency, line.columns) == ("Records system", "Northmere Police", len(THEIRS))
    with pytest.raises(RuleBroken, match="is being read"):
        forget(world, line.id)
    import_works.read(world.office, world.now, batch_id, HEADER, exported())
    for who in ("other_coordinator", "chair", "officer"):
        with pytest.raises((NotFound, NotPermitted)):
            forget(world, line.id, who)
        with pytest.raises((NotFound, NotPermitted)), world.reading(who) as work:
            column_maps.page(work, world.clinic)
    with pytest.raises(NotFound):
        forget(world, line.id, "other_coordinator", world.marac)
    forget(world, line.id)
    assert progress(world, batch_id).left == 1 and not page(world, asked(world)).matching.known
    with pytest.raises(NotFound):
        forget(world, line.id)


def forget(world, map_id, who="coordinator", panel=None):
    with world.changing(who) as work:
        column_maps.forget(work, panel or world.clinic, map_id)


def test_an_agency_must_sit_on_the_panel(world):
    with pytest.raises(RuleBroken, match="sits on this panel"):
        match(world, asked(world), draft(world, agency_id=world.agencies["housing"]))


def test_nobody_but_the_sender_says_what_the_columns_are_and_only_while_they_coordinate(world):
    batch_id = asked(world)
    for who in ("other_coordinator", "chair", "officer"):
        with pytest.raises((NotFound, NotPermitted)):
            match(world, batch_id, draft(world), who)
    leave(world)
    with pytest.raises(NotPermitted):
        match(world, batch_id, draft(world))
    assert progress(world, batch_id).status is ImportStatus.UNMATCHED


def test_columns_are_not_asked_of_somebody_who_coordinates_no_more(world):
    with world.changing("coordinator") as work:
        batch_id = imports.keep(work, world.clinic, b"x")
    leave(world)
    import_works.read(world.office, world.now, batch_id, HEADER, exported())
    assert progress(world, batch_id).status is ImportStatus.STOPPED


def test_a_first_row_of_values_is_refused_before_anything_of_it_is_kept(world):
    with world.changing("coordinator") as work:
        batch_id = imports.keep(work, world.clinic, b"x")
    with pytest.raises(RuleBroken, match="reads like a value"):
        import_works.read(world.office, world.now, batch_id, ("Zelda", "27/03/1990"), [])
    assert progress(world, batch_id).status is ImportStatus.UNREAD
