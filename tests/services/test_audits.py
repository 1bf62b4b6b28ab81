"""The journal: all of it for the auditor, one's own lines for everybody."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotPermitted
from clinic.domain.meetings import local_day
from clinic.models.audit import AuditEvent
from clinic.policy import audits as policy
from clinic.policy.accounts import anyone
from clinic.services import audits
from clinic.services.audits import Search
from clinic.services.work import event_of
from tests import make, sitting


def events(world, who, count, *, verb=AuditVerb.VIEW, days=0, **detail):
    world.office.note(world.now + timedelta(days=days), [
        event_of(world.actor(who), verb, "Case", dict(detail)) for _ in range(count)
    ])


def journal(world, search=None, before=None):
    with world.reading("auditor") as work:
        return audits.page(work, search or Search(), before)


@pytest.mark.parametrize("who", [who for who, *_ in make.PEOPLE if who != "auditor"])
def test_nobody_but_the_auditor_reads_the_whole_journal(world, who):
    with pytest.raises(NotPermitted), world.reading(who) as work:
        audits.page(work, Search())


def test_pages_of_fifty_follow_each_other_without_a_gap_while_lines_are_added(world):
    events(world, "officer", 120)
    seen, page = [], journal(world)
    while True:
        seen += [line.seq for line in page.lines]
        if page.before is None:
            break
        events(world, "officer", 3)
        page = journal(world, before=page.before)
    assert len(seen) == len(set(seen)) and sorted(seen) == list(range(1, seen[0] + 1))


def test_lines_are_found_by_verb_person_day_and_thing(world):
    events(world, "officer", 2, verb=AuditVerb.PRINT)
    events(world, "advocate", 1, days=2)
    held = sitting.held(world)
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.record(AuditVerb.UPDATE, "Case", case_id=held.cases[0], fields=["status"])
    assert [line.verb for line in journal(world, Search(verb=AuditVerb.PRINT)).lines] == [AuditVerb.PRINT] * 2
    assert {line.by for line in journal(world, Search(person="advocate t")).lines} == {"Advocate Testwell"}
    day = local_day(world.now) + timedelta(days=2)
    assert len(journal(world, Search(first=day, last=day)).lines) == 1
    assert journal(world, Search(first=day + timedelta(days=1))).lines == ()
    found = journal(world, Search(object_id=held.cases[0])).lines
    assert [(line.verb, line.fields) for line in found] == [(AuditVerb.UPDATE, ("status",))]


def test_a_persons_name_is_searched_as_it_is_typed_and_not_as_a_pattern(world):
    events(world, "officer", 1)
    assert journal(world, Search(person="%")).lines == ()
    assert journal(world, Search(person="_")).lines == ()


def test_that_the_auditor_searched_is_recorded_and_not_what_for(world):
    journal(world, Search(person="Advocate"))
    with world.looking() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (last.verb, last.detail) == (AuditVerb.SEARCH, {"filters": ["person"]})


def test_everybody_sees_their_own_lines_and_nobody_elses(world):
    events(world, "officer", 60, verb=AuditVerb.PRINT)
    events(world, "advocate", 2)
    with world.reading("advocate") as work:
        assert {line.by for line in audits.mine(work).lines} == {"Advocate Testwell"}
    with world.reading("officer") as work:
        assert len(audits.mine(work).lines) == 50


def test_what_the_system_did_is_named_as_its_part(world):
    assert "System: command line" in {line.by for line in journal(world).lines}


@pytest.mark.parametrize("who", ["auditor", "officer", "coordinator", "admin"])
def test_row_and_query_agree_on_lines(world, who):
    events(world, "officer", 2)
    events(world, "auditor", 1)
    actor = world.actor(who)
    with world.looking() as session:
        rows = session.scalars(select(AuditEvent)).all()
        found = session.scalars(select(AuditEvent).where(policy.visible_to(actor))).all()
    assert {e.seq for e in found} == {e.seq for e in rows if policy.may_see(actor, e)}
