"""Drafting, editing and approving minutes; what each reader's copy holds."""

import pytest
from sqlalchemy import select, text

from clinic.documents.markup import render
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale, UndoneDuty
from clinic.domain.meetings import MeetingStatus
from clinic.domain.minutes import MinuteStatus, Section, hash_of
from clinic.models.audit import AuditEvent
from clinic.models.case import Case
from clinic.models.minute import Minute, MinuteSection, MinuteVersion
from clinic.policy.accounts import anyone
from clinic.services import approvals, copies, minutes
from tests import sitting


def draft(world, held, who="coordinator"):
    with world.changing(who) as work:
        minutes.draft(work, held.meeting_id, render)


def page(world, held, who="coordinator"):
    with world.reading(who) as work:
        return minutes.draft_page(work, held.meeting_id)


def send(world, held, who="coordinator"):
    with world.changing(who) as work:
        approvals.send_to_chair(work, held.meeting_id)


def approve(world, held, who="chair"):
    with world.reading(who) as work:
        seen = minutes.approval_page(work, held.meeting_id).seen
    with world.changing(who) as work:
        return approvals.approve(work, held.meeting_id, seen)


def approved(world, held):
    draft(world, held)
    send(world, held)
    return approve(world, held)


def save(world, section_id, typed, version=1, who="coordinator"):
    with world.changing(who) as work:
        minutes.save_section(work, section_id, typed, str(render(typed)), version)


def test_the_first_draft_holds_who_came_and_what_was_noted_decided_and_agreed(world):
    held = sitting.held(world)
    draft(world, held, "minute_taker")
    shown = page(world, held)
    assert [s.heading for s in shown.sections] == ["Attendance and apologies", "Confidentiality", *held.references]
    assert "Chair Testwell" in shown.sections[0].text and "Apologies, information sent" in shown.sections[0].text
    assert "Discussion of number 0." in shown.sections[2].text and "Visit number 0" in shown.sections[2].text
    assert "Northmere Police, Officer Testwell, by 9 December 2026" in shown.sections[2].text
    assert "Deferred." in shown.sections[3].text and "MT-2026-100011" in shown.sections[3].text
    assert "<h3>Discussion</h3>" in shown.sections[2].html and shown.status is MinuteStatus.DRAFT


def test_what_the_sections_say_lies_sealed_in_the_table(world):
    draft(world, sitting.held(world))
    with world.looking() as session:
        for row in session.execute(text("SELECT text_sealed, html_sealed FROM minute_section")):
            for value in row:
                assert value and b"Discussion" not in bytes(value) and b"Testwell" not in bytes(value)


def test_minutes_are_drafted_once_and_only_after_the_meeting(world):
    coming = sitting.held(world, status=MeetingStatus.IN_PROGRESS)
    with pytest.raises(RuleBroken):
        draft(world, coming)
    held = sitting.held(world, number=2)
    draft(world, held)
    with pytest.raises(RuleBroken):
        draft(world, held)


@pytest.mark.parametrize("who", [
    "officer", "advocate", "observer", "recipient", "other_coordinator", "admin", "auditor", "lapsed", "outsider",
    "deputy",
])
def test_nobody_else_meets_a_draft(world, who):
    held = sitting.held(world)
    draft(world, held)
    for attempt in (lambda: page(world, held, who), lambda: send(world, held, who), lambda: draft(world, held, who)):
        with pytest.raises(NotFound):
            attempt()


def test_the_chair_reads_the_draft_and_does_not_write_it(world):
    held = sitting.held(world)
    draft(world, held)
    assert not page(world, held, "chair").can_write
    with pytest.raises(NotPermitted):
        send(world, held, "chair")


def test_a_coordinator_who_is_excluded_drafts_a_whole_record_and_sees_it_without_a_gap(world):
    held = sitting.held(world)
    sitting.exclude(world, held.cases[0], who="coordinator")
    draft(world, held)
    seen = page(world, held)
    assert [(s.number, s.heading) for s in seen.sections] == [
        (1, "Attendance and apologies"), (2, "Confidentiality"), (3, held.references[1])]
    assert [s.heading for s in page(world, held, "minute_taker").sections][2:] == list(held.references)
    hidden = page(world, held, "minute_taker").sections[2].id
    with pytest.raises(NotFound), world.reading("coordinator") as work:
        minutes.section_page(work, hidden)
    with pytest.raises(NotFound):
        save(world, hidden, "changed")


def test_a_chair_who_is_excluded_approves_what_he_sees_and_the_version_is_whole(world):
    held = sitting.held(world)
    sitting.exclude(world, held.cases[0], who="chair")
    draft(world, held)
    send(world, held)
    with world.reading("chair") as work:
        assert held.references[0] not in str(minutes.approval_page(work, held.meeting_id))
    version_id = approve(world, held)
    with world.reading("minute_taker") as work:
        assert [s.heading for s in copies.read(work, version_id).sections][2:] == list(held.references)
    with world.reading("chair") as work:
        assert [s.heading for s in copies.read(work, version_id).sections][2:] == [held.references[1]]


def test_what_was_handled_whole_is_cut_again_as_soon_as_it_is_done(world):
    held = sitting.held(world)
    sitting.exclude(world, held.cases[0], who="coordinator")
    with world.changing("coordinator") as work:
        with pytest.raises(UndoneDuty), work.whole("tests"):
            raise AssertionError("a permission comes first")
        work.require(anyone)
        work.record(AuditVerb.VIEW, "Tests")
        with work.whole("tests"):
            assert len(work.session.scalars(select(Case)).all()) == 2
        assert len(work.session.scalars(select(Case)).all()) == 1
        assert work.session.get(Case, held.cases[0]) is None


def test_a_stale_save_shows_both_texts_and_keeps_the_first(world):
    held = sitting.held(world)
    draft(world, held)
    section = page(world, held).sections[2]
    save(world, section.id, "First editor's words")
    with pytest.raises(Stale) as stale:
        save(world, section.id, "Second editor's words", who="minute_taker")
    assert (stale.value.theirs, stale.value.yours) == ("First editor's words", "Second editor's words")
    assert page(world, held).sections[2].text == "First editor's words"


def test_nobody_edits_while_the_chair_is_reading_until_the_text_is_taken_back(world):
    held = sitting.held(world)
    draft(world, held)
    section = page(world, held).sections[2]
    send(world, held)
    with pytest.raises(RuleBroken):
        save(world, section.id, "Late words")
    with world.changing("chair") as work:
        approvals.send_back(work, held.meeting_id)
    save(world, section.id, "Late words")
    assert page(world, held).status is MinuteStatus.DRAFT


def test_approval_freezes_a_version_whose_hash_stands_for_its_text(world):
    held = sitting.held(world)
    version_id = approved(world, held)
    with world.looking() as session:
        version = session.get_one(MinuteVersion, version_id)
        frozen = session.scalars(
            select(MinuteSection).where(MinuteSection.version_id == version_id).order_by(MinuteSection.position)).all()
        assert (version.number, version.approved_by_id) == (1, world.users["chair"])
        assert version.hash == hash_of([Section(s.heading, s.text, s.case_id) for s in frozen])
        assert session.scalar(select(Minute)).status is MinuteStatus.APPROVED
        event = session.scalar(select(AuditEvent).where(AuditEvent.verb == AuditVerb.APPROVE))
        assert event.detail == {"number": 1, "hash": version.hash} and event.actor_id == world.users["chair"]


def test_a_text_that_changed_under_the_chairs_eyes_is_not_approved(world):
    held = sitting.held(world)
    draft(world, held)
    send(world, held)
    with world.reading("chair") as work:
        seen = minutes.approval_page(work, held.meeting_id).seen
    with world.changing("coordinator") as work:
        approvals.send_back(work, held.meeting_id)
    save(world, page(world, held).sections[2].id, "Other words")
    send(world, held)
    with pytest.raises(Stale), world.changing("chair") as work:
        approvals.approve(work, held.meeting_id, seen)


@pytest.mark.parametrize("who", ["coordinator", "minute_taker", "deputy", "officer", "other_coordinator"])
def test_nobody_but_the_chair_approves(world, who):
    held = sitting.held(world)
    draft(world, held)
    send(world, held)
    with pytest.raises((NotFound, NotPermitted)), world.changing(who) as work:
        approvals.approve(work, held.meeting_id, page(world, held).seen)


def test_the_deputy_approves_the_minutes_of_the_meeting_that_they_chaired(world):
    held = sitting.held(world, chaired_by="deputy")
    draft(world, held)
    send(world, held)
    approve(world, held, "deputy")
    assert page(world, held).status is MinuteStatus.APPROVED


def test_a_later_change_makes_a_new_version_and_leaves_the_old_one_as_it_was(world):
    held = sitting.held(world)
    first = approved(world, held)
    save(world, page(world, held).sections[2].id, "Mended words")
    assert page(world, held).status is MinuteStatus.AMENDED
    with world.reading("coordinator") as work:
        assert "Discussion of number 0." in copies.read(work, first).sections[2].text
    send(world, held)
    second = approve(world, held)
    with world.reading("coordinator") as work:
        old, new = copies.read(work, first), copies.read(work, second)
    assert (new.number, new.sections[2].text) == (2, "Mended words") and old.later.number == 2 and new.later is None
    assert "Discussion of number 0." in old.sections[2].text


def test_a_text_too_long_to_render_is_drafted_all_the_same_and_shown_as_typed(world):
    held = sitting.held(world)
    with world.changing("coordinator") as work:
        def refuses(typed):
            raise RuleBroken("too long")
        minutes.draft(work, held.meeting_id, refuses)
    section = page(world, held).sections[2]
    assert section.html == "" and "Discussion of number 0." in section.text
