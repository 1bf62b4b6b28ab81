"""A file of nominations: looked at, confirmed, handed back, forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.imports import COLUMNS
from clinic.models.audit import AuditEvent
from clinic.models.case import Case
from clinic.models.import_batch import ImportBatch, ImportPart
from clinic.models.nomination import Nomination
from clinic.models.post import QueuedLetter
from clinic.models.sealed import DataKey
from clinic.services import import_pages, imports, nominations
from tests.domain.test_imports import GOOD


def lines(*changes):
    """Return lines of a file, each good but for its changes, with a reference of its own."""
    own = GOOD | {"criteria": "breach_of_order"}
    return [(n, own | {"source_reference": f"NP/{n}/26"} | change) for n, change in enumerate(changes, 2)]


def look(world, rows, who="coordinator"):
    with world.changing(who) as work:
        return imports.look(work, world.clinic, COLUMNS, rows)


def page(world, batch_id, who="coordinator", now=None):
    with world.reading(who, now) as work:
        return import_pages.show_page(work, batch_id)


def confirm(world, batch_id, who="coordinator"):
    with world.changing(who) as work:
        return imports.confirm(work, batch_id)


def count(world, model):
    with world.looking() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_file_is_shown_before_anything_goes_in_then_the_good_rows_do(world):
    batch_id = look(world, lines({}, {"panel": "Northmere MARAC"}, {}, {"last_incident_on": "31/02/2026"}))
    shown = page(world, batch_id)
    assert (shown.progress.left, shown.progress.known, [line.number for line in shown.bad]) == (2, 0, [3, 5])
    assert shown.bad[0].faults[0].field == "panel" and count(world, Case) == 0
    result = confirm(world, batch_id)
    assert (result.added, result.known, result.batch_id) == (2, 0, batch_id)
    assert count(world, Nomination) == 2
    with world.looking() as session:
        nomination = session.scalars(select(Nomination)).first()
        assert nomination.narrative == "Messages every night." and nomination.sender_id == world.users["coordinator"]
        assert nomination.submitted_at.date().isoformat() == "2026-11-20"


def test_again_adds_nothing_twice_and_says_so(world):
    confirm(world, look(world, lines({}, {})))
    again = look(world, lines({}, {}, {}))
    shown = page(world, again)
    assert (shown.progress.left, shown.progress.known) == (1, 2)
    assert confirm(world, again).added == 1 and count(world, Nomination) == 3
    last = look(world, lines({}, {}, {}))
    assert (page(world, last).progress.left, page(world, last).progress.known) == (0, 3)


def test_the_same_reference_twice_in_one_file_goes_in_once(world):
    batch_id = look(world, lines({"source_reference": "X"}, {"source_reference": "X"}))
    shown = page(world, batch_id)
    assert shown.progress.left == 1 and shown.bad[0].faults[0].message.startswith("Row 2 of this file")
    confirm(world, batch_id)
    assert [line.number for line in page(world, batch_id).bad] == [3], "handed back as it was found"


def test_a_panel_that_the_importer_does_not_coordinate_is_an_unknown_panel(world):
    unknown = page(world, look(world, lines({"panel": "Northmere MARAC"}))).bad[0].faults
    never_heard_of = page(world, look(world, lines({"panel": "Nowhere"}))).bad[0].faults
    assert unknown == never_heard_of


def test_an_agency_must_exist_and_sit_on_the_panel(world):
    shown = page(world, look(world, lines({"nominating_agency": "Nobody"}, {"nominating_agency": "Northmere Housing"},
                                          {"nominating_agency": "NORTHMERE probation"})))
    assert [line.faults[0].field for line in shown.bad] == ["nominating_agency"] * 2
    assert shown.progress.left == 1


def test_the_rows_to_mend_come_back_with_how(world):
    batch_id = look(world, lines({}, {"victim_gender": "woman", "children": "-"}))
    confirm(world, batch_id)
    with world.reading("coordinator") as work:
        header, rows = import_pages.rejected(work, batch_id)
    assert header[-1] == "how_to_mend" and len(rows) == 1
    assert "victim_gender: Enter one of these" in rows[0][-1] and "children:" in rows[0][-1]
    with world.looking() as session:
        assert AuditVerb.DOWNLOAD in session.scalars(select(AuditEvent.verb)).all()


def test_what_waits_is_sealed(world):
    look(world, lines({"victim_given_name": "Uniquewaiting"}))
    with world.looking() as session:
        kept = session.execute(text("SELECT * FROM import_part")).one()
        assert "Uniquewaiting" not in str(kept) and b"Uniquewaiting" not in bytes(kept.content_sealed)


def test_a_confirmed_file_without_bad_rows_is_gone_at_once_with_its_key(world):
    keys = count(world, DataKey)
    assert confirm(world, look(world, lines({}))).batch_id is None
    assert count(world, ImportBatch) == 0 and count(world, DataKey) == keys + 1, "the case's alone"


def test_what_nobody_confirms_is_forgotten_within_the_hour_with_its_key(world):
    keys = count(world, DataKey)
    batch_id = look(world, lines({}))
    later = world.now + timedelta(hours=1)
    with pytest.raises(NotFound):
        page(world, batch_id, now=later)
    for moment, left in ((world.now + timedelta(minutes=59), 1), (later, 0)):
        with world.office.changing(SystemActor("timer"), moment) as work:
            imports.forget(work)
        assert count(world, ImportBatch) == left == count(world, ImportPart)
    assert count(world, DataKey) == keys


def test_a_file_can_be_forgotten_by_hand(world):
    batch_id = look(world, lines({}))
    with world.changing("coordinator") as work:
        imports.discard(work, batch_id)
    assert count(world, ImportBatch) == 0 == count(world, Case)


def test_it_is_confirmed_once(world):
    batch_id = look(world, lines({}, {"panel": ""}))
    confirm(world, batch_id)
    with pytest.raises(RuleBroken, match="already"):
        confirm(world, batch_id)


@pytest.mark.parametrize("who", ["officer", "chair", "observer", "other_coordinator", "admin"])
def test_only_the_coordinator_imports_and_nobody_sees_anothers_file(world, who):
    with pytest.raises((NotFound, NotPermitted)):
        look(world, lines({}), who)
    batch_id = look(world, lines({}))
    for act in (page, confirm):
        with pytest.raises(NotFound):
            act(world, batch_id, who)


def test_whoever_imported_a_file_may_decide_on_it(world):
    confirm(world, look(world, lines({})))
    with world.looking() as session:
        nomination_id = session.scalars(select(Nomination.id)).one()
    with world.changing("coordinator") as work:
        nominations.triage(work, nomination_id, nominations.TriageDecision(
            nominations.TriageOutcome.RETURN_FOR_INFORMATION, "When?"))
    with world.looking() as session:
        told = session.scalars(select(QueuedLetter.address)).all()
    assert told == ["hallam@police.example"], "the contact whom the file names, not whoever imported it"
