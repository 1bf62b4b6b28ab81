"""The door: what asks nothing, records nothing or goes behind the wall is not kept."""


import pytest
from sqlalchemy import select, text

from clinic.domain.audit import AuditVerb, link
from clinic.domain.cases import PartyKind
from clinic.domain.errors import NotPermitted, UndoneDuty
from clinic.models.account import User
from clinic.models.agency import Agency
from clinic.models.audit import AuditEvent
from clinic.models.case import Case, Person
from clinic.policy import cases as policy
from clinic.policy.accounts import anyone, may_manage
from clinic.services import journal


def test_a_change_without_a_permission_asked_is_not_kept(world):
    with pytest.raises(UndoneDuty), world.changing("coordinator") as work:
        work.session.add(Agency(name="Quiet", sector="other"))
        work.record(AuditVerb.CREATE, "Agency")
    with world.looking() as session:
        assert session.scalar(select(Agency).where(Agency.name == "Quiet")) is None


def test_a_change_without_an_event_is_not_kept(world):
    with pytest.raises(UndoneDuty), world.changing("coordinator") as work:
        work.require(anyone)
        work.session.add(Agency(name="Quiet", sector="other"))


def test_what_is_written_down_was_permitted_though_it_changes_nothing_that_is_watched(world):
    with pytest.raises(UndoneDuty), world.changing("coordinator") as work:
        work.record(AuditVerb.LOGOUT, "UserSession")
    with world.looking() as session:
        assert session.scalar(select(AuditEvent).where(AuditEvent.verb == AuditVerb.LOGOUT)) is None


def test_a_page_without_a_trace_is_not_shown(world):
    with pytest.raises(UndoneDuty), world.reading("coordinator") as work:
        work.require(anyone)


def test_nobody_writes_on_a_panel_where_they_have_no_seat(world):
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        work.require(anyone)
        work.record(AuditVerb.CREATE, "Case")
        work.session.add(Case(panel_id=world.marac, reference="PM-2026-000001", opened_at=world.now))


def a_case(world, who="coordinator"):
    with world.changing(who) as work:
        work.require(anyone)
        case = Case(panel_id=world.clinic, reference="PM-2026-000002", opened_at=world.now)
        work.session.add(case)
        work.seal_for(case.id)
        work.session.flush()
        work.session.add(Person(panel_id=world.clinic, case_id=case.id, kind=PartyKind.VICTIM, given_name="Zelda",
                                family_name="Uniquename", aliases=["Z"]))
        work.record(AuditVerb.CREATE, case)
    return case


def test_a_name_is_sealed_in_the_table_and_open_to_the_work(world):
    case = a_case(world)
    with world.reading("coordinator") as work:
        work.require(anyone)
        work.record(AuditVerb.VIEW, "Case")
        person = work.session.scalar(select(Person).where(Person.case_id == case.id))
        assert person.full_name == "Zelda Uniquename" and person.aliases == ["Z"]
        raw = work.session.execute(text("SELECT given_name_sealed FROM person")).scalar()
        assert b"Zelda" not in bytes(raw)


def test_every_select_of_a_case_is_cut_by_the_wall_whatever_its_writer_forgot(world):
    a_case(world)
    for who, sees in (("coordinator", 1), ("officer", 1), ("other_coordinator", 0), ("outsider", 0), ("lapsed", 0)):
        with world.reading(who) as work:
            work.require(anyone)
            work.record(AuditVerb.VIEW, "Case")
            assert len(work.session.scalars(select(Case)).all()) == sees, who


def test_the_journal_is_a_chain_that_refuses_change(world):
    a_case(world)
    with world.looking() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        prev = "0" * 64
        for row in rows:
            line = {c.name: getattr(row, c.name) for c in AuditEvent.__table__.columns}
            assert row.prev == prev and row.hash == link(prev, journal.canonical(line))
            prev = row.hash
        for statement in ("UPDATE audit_event SET verb = 'view'", "DELETE FROM audit_event"):
            with pytest.raises(Exception, match="append-only"), session.begin_nested():
                session.execute(text(statement))


def test_a_refused_change_still_tells_which_row_it_was_about(world):
    with pytest.raises(NotPermitted) as refused, world.changing("officer") as work:
        work.require(may_manage, work.session.get_one(User, world.users["chair"]))
    assert refused.value.line["object_id"] == world.users["chair"]


def test_a_refusal_says_what_it_was_about_after_everything_is_rolled_back(world):
    case = a_case(world)
    for doing in (world.changing, world.reading):
        with pytest.raises(NotPermitted) as refusal, doing("officer") as work:
            found = work.session.scalar(select(Case).where(Case.id == case.id))
            work.require(policy.may_exclude, found)
        line = refusal.value.line
        assert (line["verb"], line["object_type"], line["object_id"]) == (AuditVerb.DENY, "Case", case.id)
        assert (line["panel_id"], line["case_id"], line["detail"]) == (world.clinic, case.id, {
            "permission": "may_exclude"})
