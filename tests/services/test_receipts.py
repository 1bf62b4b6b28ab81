"""Who gets which copy of approved minutes, how far it has come, and who is reminded."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import SystemActor
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken
from clinic.domain.letters import LetterKind
from clinic.domain.minutes import MinuteStatus, ReceiptStatus
from clinic.models.account import Membership
from clinic.models.audit import AuditEvent
from clinic.models.minute import Minute, MinuteVersion, Receipt
from clinic.models.post import PostStatus, QueuedLetter
from clinic.policy.accounts import anyone
from clinic.services import copies, meeting_pages, receipts
from tests import sitting
from tests.services.test_minutes import approve, approved, page, save, send

# Everybody with a reader's seat on the clinic today; the observer has none, the lapsed member no more.
READERS = {"chair", "deputy", "coordinator", "minute_taker", "officer", "probation_officer", "advocate", "recipient"}

KEEPERS = {"chair", "deputy", "coordinator", "minute_taker"}


@pytest.fixture
def held(world):
    return sitting.held(world)


@pytest.fixture
def circulated(world, held):
    version_id = approved(world, held)
    circulate(world, version_id)
    return version_id


def circulate(world, version_id, who="coordinator"):
    with world.changing(who) as work:
        return receipts.circulate(work, version_id)


def read(world, version_id, who):
    with world.reading(who) as work:
        copy = copies.read(work, version_id)
    if copy.is_new:
        with world.changing(who) as work:
            receipts.opened(work, version_id)
    return copy


def letters(world, kind=LetterKind.MINUTES_READY):
    with world.looking() as session:
        return session.scalars(select(QueuedLetter).where(QueuedLetter.kind == kind)).all()


def receipt(world, version_id, who):
    with world.looking() as session:
        return session.scalar(select(Receipt).where(
            Receipt.version_id == version_id, Receipt.user_id == world.users[who]))


def chase(world, days):
    with world.office.changing(SystemActor("timer"), world.now + timedelta(days=days)) as work:
        return receipts.chase(work)


def test_the_page_before_lists_exactly_those_who_will_be_sent_the_minutes(world, held):
    version_id = approved(world, held)
    with world.reading("coordinator") as work:
        shown = receipts.circulation_page(work, version_id)
    assert {r.user_id for r in shown.recipients} == {world.users[who] for who in READERS}
    assert circulate(world, version_id) == len(READERS)
    assert {letter.user_id for letter in letters(world)} == {r.user_id for r in shown.recipients}


def test_a_letter_is_a_link_to_the_version_and_nothing_else(world, circulated):
    for letter in letters(world):
        assert (letter.link, letter.reference, letter.day) == (f"/minutes/{circulated}", "", None)


def test_circulating_is_recorded_with_who_was_sent_it_and_settles_the_minutes(world, circulated):
    with world.looking() as session:
        event = session.scalar(select(AuditEvent).where(AuditEvent.verb == AuditVerb.SEND))
        assert set(event.detail["to"]) == {str(world.users[who]) for who in READERS}
        assert session.scalar(select(Minute)).status is MinuteStatus.CIRCULATED
        assert session.get_one(MinuteVersion, circulated).circulated_at == world.now


@pytest.mark.parametrize("who", ["officer", "minute_taker", "deputy", "observer", "other_coordinator", "recipient"])
def test_nobody_but_coordinator_and_chair_circulates(world, held, who):
    version_id = approved(world, held)
    with pytest.raises((NotFound, NotPermitted)):
        circulate(world, version_id, who)
    assert not letters(world)


def test_before_it_is_circulated_only_those_who_keep_the_record_read_a_version(world, held):
    version_id = approved(world, held)
    for who in READERS - KEEPERS | {"observer", "lapsed", "outsider", "admin"}:
        with pytest.raises(NotFound):
            read(world, version_id, who)
    assert len(read(world, version_id, "minute_taker").sections) == 4


@pytest.mark.parametrize("who, cases", [
    ("chair", (0, 1)), ("coordinator", (0, 1)), ("minute_taker", (0, 1)), ("officer", (0, 1)),
    ("probation_officer", (0,)), ("advocate", (1,)), ("recipient", (0,)),
])
def test_a_copy_holds_the_frame_and_the_readers_own_cases_numbered_without_a_gap(world, held, circulated, who, cases):
    copy = read(world, circulated, who)
    assert [s.heading for s in copy.sections[2:]] == [held.references[n] for n in cases]
    assert [s.number for s in copy.sections] == list(range(1, 3 + len(cases)))
    assert copy.reader.lower().startswith(who.split("_")[0])


@pytest.mark.parametrize("by", ["who", "agency"])
def test_a_reader_who_is_excluded_finds_neither_the_case_nor_a_gap(world, held, circulated, by):
    sitting.exclude(world, held.cases[0], **{by: "officer" if by == "who" else "police"})
    copy = read(world, circulated, "officer")
    assert [(s.number, s.heading) for s in copy.sections][2:] == [(3, held.references[1])]
    assert held.references[0] not in str(copy) and "number 0" not in str(copy)


@pytest.mark.parametrize("who", ["observer", "lapsed", "outsider", "admin", "auditor", "other_coordinator"])
def test_others_find_no_minutes_at_all(world, circulated, who):
    for attempt in (lambda: read(world, circulated, who), lambda: acknowledge(world, circulated, who)):
        with pytest.raises(NotFound):
            attempt()


def test_a_member_whose_membership_lapses_reads_no_more(world, circulated):
    read(world, circulated, "officer")
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        seat = work.session.scalar(select(Membership).where(Membership.user_id == world.users["officer"]))
        seat.valid_until = world.now.date() - timedelta(days=1)
        work.record(AuditVerb.UPDATE, seat)
    with pytest.raises(NotFound):
        read(world, circulated, "officer")


def acknowledge(world, version_id, who):
    with world.changing(who) as work:
        receipts.acknowledge(work, version_id)


def test_reading_opens_a_receipt_once_and_the_readers_own_word_confirms_it(world, circulated):
    assert receipt(world, circulated, "officer").status is ReceiptStatus.QUEUED
    read(world, circulated, "officer")
    assert receipt(world, circulated, "officer").status is ReceiptStatus.OPENED
    assert read(world, circulated, "officer").is_new is False
    acknowledge(world, circulated, "officer")
    done = receipt(world, circulated, "officer")
    assert done.status is ReceiptStatus.ACKNOWLEDGED and done.acknowledged_at == world.now
    with pytest.raises(RuleBroken):
        acknowledge(world, circulated, "officer")
    with world.looking() as session:
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.verb == AuditVerb.OPEN)).all()) == 1


def test_the_chair_sees_who_has_not_opened_or_confirmed_those_first(world, circulated):
    read(world, circulated, "officer")
    read(world, circulated, "advocate")
    acknowledge(world, circulated, "advocate")
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        to = world.users["recipient"]
        work.session.scalars(select(QueuedLetter).where(QueuedLetter.user_id == to)).one().status = PostStatus.FAILED
        work.record(AuditVerb.UPDATE, "Tests")
    with world.reading("chair") as work:
        shown = receipts.receipts_page(work, circulated)
    assert (shown.sent, shown.opened, shown.acknowledged) == (len(READERS), 2, 1)
    assert [line.status for line in shown.lines][-2:] == ["opened", "acknowledged"]
    assert next(line for line in shown.lines if line.name.startswith("Recipient")).status == "failed"


@pytest.mark.parametrize("who", ["officer", "recipient", "minute_taker", "advocate"])
def test_readers_do_not_see_who_else_has_read(world, circulated, who):
    with pytest.raises(NotPermitted), world.reading(who) as work:
        receipts.receipts_page(work, circulated)


def test_revoking_ends_the_reading_at_once(world, circulated):
    one = receipt(world, circulated, "officer")
    with world.changing("chair") as work:
        receipts.revoke(work, one.id)
    for attempt in (lambda: read(world, circulated, "officer"), lambda: acknowledge(world, circulated, "officer")):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(RuleBroken), world.changing("chair") as work:
        receipts.revoke(work, one.id)


def revoke(world, version_id, whose, who="coordinator"):
    with world.changing(who) as work:
        receipts.revoke(work, receipt(world, version_id, whose).id)


def test_the_page_of_a_meeting_leads_to_its_minutes_only_who_may_read_them(world, held, circulated):
    revoke(world, circulated, "officer")
    for who, leads_to in (("advocate", circulated), ("officer", None), ("observer", None)):
        with world.reading(who) as work:
            assert meeting_pages.show(work, held.meeting_id).links.minutes == leads_to, who


def test_a_chair_whose_access_has_ended_meets_the_version_nowhere_and_confirms_nothing(world, held, circulated):
    assert [line.id for line in page(world, held, "chair").versions] == [circulated]
    revoke(world, circulated, "chair")
    assert page(world, held, "chair").versions == ()
    with pytest.raises(NotPermitted):
        acknowledge(world, circulated, "chair")
    assert receipt(world, circulated, "chair").acknowledged_at is None


@pytest.mark.parametrize("who", ["officer", "advocate", "deputy", "minute_taker", "other_coordinator"])
def test_nobody_else_revokes(world, circulated, who):
    with pytest.raises((NotFound, NotPermitted)), world.changing(who) as work:
        receipts.revoke(work, receipt(world, circulated, "recipient").id)


def test_nobody_ends_his_own_access(world, circulated):
    with pytest.raises(NotPermitted), world.changing("chair") as work:
        receipts.revoke(work, receipt(world, circulated, "chair").id)


def test_circulating_again_reaches_only_those_who_have_joined_since(world, circulated):
    with pytest.raises(RuleBroken):
        circulate(world, circulated)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        seat = work.session.scalar(select(Membership).where(Membership.user_id == world.users["lapsed"]))
        seat.valid_until = None
        work.record(AuditVerb.UPDATE, seat)
    assert circulate(world, circulated) == 1
    assert receipt(world, circulated, "lapsed") is not None


def test_the_timer_chases_after_the_panels_working_days_once_and_again_after_as_many(world, circulated):
    acknowledge(world, circulated, "officer")  # Wednesday
    waiting = len(READERS) - 1
    assert chase(world, 2) == 0  # Friday
    assert chase(world, 3) == 0  # Saturday
    assert chase(world, 5) == waiting  # Monday: three working days
    assert chase(world, 5) == 0
    assert len(letters(world, LetterKind.MINUTES_CHASE)) == waiting
    assert chase(world, 6) == 0
    assert chase(world, 8) == waiting
    chased = {letter.user_id for letter in letters(world, LetterKind.MINUTES_CHASE)}
    assert world.users["officer"] not in chased


def test_one_person_gets_one_chase_a_day_however_many_minutes_wait(world, circulated):
    other = approved(world, sitting.held(world, number=2))
    circulate(world, other)
    assert chase(world, 5) == len(READERS)
    assert {letter.link for letter in letters(world, LetterKind.MINUTES_CHASE)} <= {
        f"/minutes/{circulated}", f"/minutes/{other}"}
    assert receipt(world, other, "officer").chased_at == receipt(world, circulated, "officer").chased_at is not None


def test_nobody_is_chased_for_a_version_that_a_newer_one_replaces_or_after_leaving(world, held, circulated):
    save(world, page(world, held).sections[2].id, "Mended words")
    send(world, held)
    second = approve(world, held)
    circulate(world, second)
    with world.office.changing(SystemActor("tests"), world.now) as work:
        work.require(anyone)
        seat = work.session.scalar(select(Membership).where(Membership.user_id == world.users["officer"]))
        seat.valid_until = world.now.date() + timedelta(days=1)
        work.record(AuditVerb.UPDATE, seat)
    assert chase(world, 5) == len(READERS) - 1
    assert {letter.link for letter in letters(world, LetterKind.MINUTES_CHASE)} == {f"/minutes/{second}"}


def test_only_the_timer_chases(world, circulated):
    with pytest.raises(NotPermitted), world.changing("coordinator") as work:
        receipts.chase(work)


def test_an_older_version_is_not_circulated(world, held):
    first = approved(world, held)
    save(world, page(world, held).sections[2].id, "Mended words")
    send(world, held)
    approve(world, held)
    with pytest.raises(RuleBroken):
        circulate(world, first)
