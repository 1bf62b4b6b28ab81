"""What is published reaches those whose own copy is new or changed, and nobody learns of what is hidden."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic.domain.actors import MembershipRole
from clinic.domain.agenda import AgendaStatus, ChangeKind, Direction, Slot
from clinic.domain.audit import AuditVerb
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus, When, local_time
from clinic.models.account import Membership
from clinic.models.agenda import Agenda, EditionItem, EditionReading
from clinic.models.audit import AuditEvent
from clinic.models.meeting import Meeting
from clinic.models.post import QueuedLetter
from clinic.policy import agenda as policy
from clinic.policy.accounts import anyone
from clinic.services import agenda_pages, audience, edition_pages, editions, running_order, scheduling
from clinic.services.scheduling import Change
from tests import make
from tests.services.test_agenda import FORTNIGHT, order, place, version

EVERYBODY = {"chair", "deputy", "coordinator", "minute_taker", "officer", "probation_officer", "advocate"}


def publish(world, meeting_id, who="coordinator"):
    with world.changing(who) as work:
        editions.publish(work, meeting_id, version(world, meeting_id, who))


def copy_of(world, meeting_id, who):
    with world.reading(who) as work:
        return edition_pages.reader_page(work, meeting_id)


def told(world, meeting_id, edition):
    with world.looking() as session:
        letters = session.scalars(select(QueuedLetter).where(
            QueuedLetter.about_id == meeting_id, QueuedLetter.kind == LetterKind.AGENDA_READY,
            QueuedLetter.revision == edition,
        )).all()
    assert {letter.link for letter in letters} <= {f"/meetings/{meeting_id}/agenda"}
    return {letter.address.partition("@")[0] for letter in letters}


def item_of(world, meeting_id, case_id):
    return next(line.id for line in order(world, meeting_id).lines if line.case_id == case_id)


def move_up(world, meeting_id, case_id, who="coordinator"):
    item_id = item_of(world, meeting_id, case_id)
    with world.changing(who) as work:
        running_order.move(work, meeting_id, version(world, meeting_id), item_id, Direction.UP)


@pytest.fixture
def built(world):
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    ids = [make.case(world) for _ in range(3)]
    for case_id in ids:
        place(world, case_id, meeting_id)
    return meeting_id, ids


def test_before_publishing_readers_have_nothing(world, built):
    assert copy_of(world, built[0], "officer").number == 0
    assert copy_of(world, built[0], "officer").lines == ()


def test_the_first_edition_goes_to_everybody_invited(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    assert told(world, meeting_id, 1) == EVERYBODY
    for who in EVERYBODY:
        page = copy_of(world, meeting_id, who)
        assert page.number == 1 and [x.case_id for x in page.lines if x.case_id] == ids
        assert page.changes == () and all(x.linked for x in page.lines if x.case_id)
    with world.looking() as session:
        agenda = session.scalars(select(Agenda)).one()
        sent = session.scalars(select(AuditEvent).where(AuditEvent.verb == AuditVerb.SEND)).all()
    assert (agenda.status, agenda.edition) == (AgendaStatus.PUBLISHED, 1)
    assert [event.object_id for event in sent] == [agenda.id]


def test_readers_keep_the_edition_until_the_next_is_published(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    move_up(world, meeting_id, ids[2])
    assert [x.case_id for x in copy_of(world, meeting_id, "officer").lines if x.case_id] == ids
    publish(world, meeting_id, "chair")
    page = copy_of(world, meeting_id, "officer")
    assert page.number == 2 and [x.case_id for x in page.lines if x.case_id] == [ids[0], ids[2], ids[1]]
    assert [c.kind for c in page.changes] == [ChangeKind.MOVED]
    assert told(world, meeting_id, 2) == EVERYBODY


def test_an_excluded_reader_meets_neither_gap_nor_jump_nor_letter(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[1], agency="probation")
    publish(world, meeting_id)
    before = copy_of(world, meeting_id, "probation_officer")
    assert [x.case_id for x in before.lines if x.case_id] == [ids[0], ids[2]]
    assert [x.number for x in before.lines] == list(range(1, len(before.lines) + 1))
    assert all(a.ends_at == b.starts_at for a, b in zip(before.lines, before.lines[1:], strict=False))
    item = item_of(world, meeting_id, ids[1])
    with world.changing("coordinator") as work:
        running_order.set_minutes(work, meeting_id, version(world, meeting_id), {item: 40})
    publish(world, meeting_id)
    # The deputy chair is of the same agency, and so is kept from the case as well.
    assert told(world, meeting_id, 2) == EVERYBODY - {"probation_officer", "deputy"}
    assert copy_of(world, meeting_id, "probation_officer") == before
    assert copy_of(world, meeting_id, "officer").number == 2
    move_up(world, meeting_id, ids[0])
    publish(world, meeting_id)
    after = copy_of(world, meeting_id, "probation_officer")
    assert after.number == 2 and [c.kind for c in after.changes] == [ChangeKind.MOVED]


def test_moving_past_what_is_hidden_is_no_change_for_who_may_not_see_it(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[1], who="officer")
    publish(world, meeting_id)
    move_up(world, meeting_id, ids[1])
    publish(world, meeting_id)
    assert told(world, meeting_id, 2) == EVERYBODY - {"officer"}
    assert copy_of(world, meeting_id, "officer").number == 1


def test_an_excluded_chair_publishes_the_whole_agenda(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[1], who="chair")
    publish(world, meeting_id, "chair")
    assert [x.case_id for x in copy_of(world, meeting_id, "officer").lines if x.case_id] == ids
    assert [x.case_id for x in copy_of(world, meeting_id, "chair").lines if x.case_id] == [ids[0], ids[2]]


def test_whose_copy_changed_is_reckoned_as_the_pages_show_it(world, built):
    """`policy.sees` says of everybody what `policy.visible_to` shows them."""
    meeting_id, ids = built
    make.excluded(world, ids[0], agency="police")
    make.excluded(world, ids[1], who="advocate")
    publish(world, meeting_id)
    with world.looking() as session:
        lines = session.scalars(select(EditionItem).order_by(EditionItem.position)).all()
        engaged = editions._engaged(session, set(ids))
        members = audience.on(session, world.clinic, date(2026, 12, 9), frozenset(MembershipRole)).members
    by_user = {world.users[who]: who for who in world.users}
    for member in members:
        who = by_user[member.actor.user_id]
        if not member.speaks_for(world.clinic, policy.READERS):
            continue
        shown = [line.item_id for line in copy_of(world, meeting_id, who).lines]
        assert shown == [x.item_id for x in lines if policy.sees(member.actor, x, engaged)], who


def test_who_came_onto_the_panel_since_gets_the_edition_that_is_out(world, built):
    meeting_id, _ = built
    publish(world, meeting_id)
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.add(Membership(
            user_id=world.users["outsider"], panel_id=world.clinic, agency_id=world.agencies["health"],
            role=MembershipRole.REPRESENTATIVE, valid_from=date(2026, 11, 1),
        ))
        work.record("create", "Membership")
    with world.changing("coordinator") as work:
        running_order.add_break(work, meeting_id, version(world, meeting_id))
    publish(world, meeting_id)
    assert "outsider" in told(world, meeting_id, 2)
    page = copy_of(world, meeting_id, "outsider")
    assert [x.case_id for x in page.lines if x.case_id] == built[1]


def test_an_observer_reads_references_and_opens_nothing(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[0], who="observer")
    publish(world, meeting_id)
    page = copy_of(world, meeting_id, "observer")
    cases = [x for x in page.lines if x.case_id]
    assert [x.case_id for x in cases] == ids[1:] and all(x.reference.startswith("PM-") for x in cases)
    assert not any(x.linked for x in cases) and not page.may_print and page.actions == ()
    with pytest.raises(NotPermitted), world.reading("observer") as work:
        edition_pages.print_page(work, meeting_id)


@pytest.mark.parametrize("who", ["recipient"])
def test_whoever_only_receives_minutes_reads_no_agenda(world, built, who):
    with pytest.raises(NotPermitted):
        copy_of(world, built[0], who)


@pytest.mark.parametrize("who", ["other_coordinator", "outsider", "lapsed", "admin", "auditor"])
def test_without_a_seat_there_is_no_edition(world, built, who):
    publish(world, built[0])
    with pytest.raises(NotFound):
        copy_of(world, built[0], who)


@pytest.mark.parametrize("who", ["minute_taker", "officer", "observer", "advocate"])
def test_only_who_runs_the_panel_publishes(world, built, who):
    with pytest.raises(NotPermitted), world.changing(who) as work:
        editions.publish(work, built[0], version(world, built[0]))
    with pytest.raises(NotPermitted), world.reading(who) as work:
        edition_pages.publish_page(work, built[0])


def test_the_minute_taker_reads_the_draft_and_does_not_build(world, built):
    with world.reading("minute_taker") as work:
        page = agenda_pages.page_for(work, built[0])
    assert not page.may_build and page.waiting == () and len(page.lines) > 3
    with world.reading("officer") as work:
        assert isinstance(agenda_pages.page_for(work, built[0]), edition_pages.ReaderPage)


def test_the_same_is_not_published_twice_and_nothing_is_not_published(world, built):
    meeting_id, _ = built
    publish(world, meeting_id)
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        publish(world, meeting_id)
    empty = make.meeting(world, world.now + timedelta(days=30))
    with pytest.raises(RuleBroken, match="nothing on this agenda"), world.changing("coordinator") as work:
        editions.publish(work, empty, 0)


def test_for_an_excluded_chair_who_changed_nothing_that_they_see_there_is_nothing_to_publish(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    make.excluded(world, ids[1], who="chair")
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        publish(world, meeting_id, "chair")


def test_the_page_before_publishing_names_no_case_that_its_reader_is_kept_from(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[1], who="chair")
    with world.reading("chair") as work:
        lines = edition_pages.publish_page(work, meeting_id).lines
    assert [line.case_id for line in lines if line.case_id] == [ids[0], ids[2]]
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_a_cancelled_meeting_and_an_old_version_publish_nothing(world, built):
    meeting_id, _ = built
    with pytest.raises(Stale), world.changing("coordinator") as work:
        editions.publish(work, meeting_id, version(world, meeting_id) - 1)
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.get_one(Meeting, meeting_id).status = MeetingStatus.CANCELLED
        work.record("update", "Meeting")
    with pytest.raises(RuleBroken, match="cancelled"):
        publish(world, meeting_id)
    with world.reading("coordinator") as work:
        assert "cancelled" in edition_pages.publish_page(work, meeting_id).refusal


def test_the_page_says_before_what_publishing_does(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[1], who="officer")
    publish(world, meeting_id)
    item = item_of(world, meeting_id, ids[1])
    with world.changing("coordinator") as work:
        running_order.remove(work, meeting_id, version(world, meeting_id), item)
    with world.reading("coordinator") as work:
        page = edition_pages.publish_page(work, meeting_id)
    assert [c.kind for c in page.changes] == [ChangeKind.REMOVED] and not page.refusal and not page.first
    names = {name for name, _ in page.readers}
    assert "Officer Testwell" not in names and "Advocate Testwell" in names
    publish(world, meeting_id)
    assert told(world, meeting_id, 2) == EVERYBODY - {"officer"}


def test_words_of_an_item_stay_in_the_edition_when_the_item_is_gone(world, built):
    meeting_id, _ = built
    with world.changing("coordinator") as work:
        running_order.add_item(work, meeting_id, version(world, meeting_id), "Visit of the inspectors")
    publish(world, meeting_id)
    item = next(x.id for x in order(world, meeting_id).lines if x.title == "Visit of the inspectors")
    with world.changing("coordinator") as work:
        running_order.remove(work, meeting_id, version(world, meeting_id), item)
    assert "Visit of the inspectors" in [x.title for x in copy_of(world, meeting_id, "officer").lines]
    publish(world, meeting_id)
    page = copy_of(world, meeting_id, "officer")
    assert [(c.kind, c.label) for c in page.changes] == [(ChangeKind.REMOVED, "Visit of the inspectors")]


def test_a_copy_to_print_carries_its_reader_and_is_recorded_as_print(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    with world.reading("officer") as work:
        copy = edition_pages.print_page(work, meeting_id)
    assert (copy.reader, copy.agency, copy.printed_at) == ("Officer Testwell", "Northmere Police", world.now)
    with world.looking() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.verb == AuditVerb.PRINT)).one()
    assert event.actor_id == world.users["officer"] and event.detail["shown"] == [str(i) for i in ids]


def letters(world, meeting_id, edition):
    """Return from when to when each reader is needed, as their letter about an edition says it."""
    with world.looking() as session:
        found = session.scalars(select(QueuedLetter).where(
            QueuedLetter.about_id == meeting_id, QueuedLetter.kind == LetterKind.AGENDA_READY,
            QueuedLetter.revision == edition)).all()
    return {x.address.partition("@")[0]: x.needed_from and Slot(x.needed_from, x.needed_until) for x in found}


def test_what_changed_is_told_from_the_edition_that_each_reader_opened_last(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    assert copy_of(world, meeting_id, "officer").changes == ()
    for case_id in ids[1:]:
        move_up(world, meeting_id, case_id)
        publish(world, meeting_id)
        copy_of(world, meeting_id, "advocate")
    for _ in range(2):
        pages = {who: copy_of(world, meeting_id, who) for who in ("officer", "advocate", "chair")}
        assert {who: page.last_read for who, page in pages.items()} == {"officer": 1, "advocate": 2, "chair": 0}
        assert [page.number for page in pages.values()] == [3, 3, 3]
        assert pages["chair"].changes == () and len(pages["advocate"].changes) == 1
        assert pages["officer"].changes != pages["advocate"].changes


def test_an_edition_that_was_only_printed_was_read_too(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    with world.reading("officer") as work:
        edition_pages.print_page(work, meeting_id)
    move_up(world, meeting_id, ids[1])
    publish(world, meeting_id)
    assert copy_of(world, meeting_id, "officer").last_read == 1


def test_what_was_changed_back_is_said_to_be_as_its_reader_read_it(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    copy_of(world, meeting_id, "officer")
    for case_id in (ids[1], ids[0]):
        move_up(world, meeting_id, case_id)
        publish(world, meeting_id)
    page = copy_of(world, meeting_id, "officer")
    assert (page.number, page.last_read, page.changes) == (3, 1, ())


def test_who_is_shut_out_after_reading_is_told_of_no_change_in_what_they_may_not_know(world, built):
    meeting_id, ids = built
    publish(world, meeting_id)
    copy_of(world, meeting_id, "officer")
    make.excluded(world, ids[1], who="officer")
    item = item_of(world, meeting_id, ids[1])
    with world.changing("coordinator") as work:
        running_order.set_minutes(work, meeting_id, version(world, meeting_id), {item: 40})
    publish(world, meeting_id)
    page = copy_of(world, meeting_id, "officer")
    assert (page.number, page.last_read, page.changes) == (1, 0, ())
    move_up(world, meeting_id, ids[2])
    publish(world, meeting_id)
    assert copy_of(world, meeting_id, "officer").last_read == 0
    assert "officer" not in told(world, meeting_id, 2) | told(world, meeting_id, 3)


def test_an_edition_is_opened_once_however_often_it_is_read_at_once(world, built):
    meeting_id, _ = built
    publish(world, meeting_id)
    with world.reading("officer") as work:
        edition_pages.reader_page(work, meeting_id)
        copy_of(world, meeting_id, "officer")
    with world.looking() as session:
        assert session.execute(select(EditionReading.user_id, EditionReading.edition)).all() == [
            (world.users["officer"], 1)]


def test_a_page_that_could_not_be_recorded_was_not_read(world, built):
    meeting_id, _ = built
    publish(world, meeting_id)
    with pytest.raises(ZeroDivisionError), world.reading("officer") as work:
        edition_pages.reader_page(work, meeting_id)
        raise ZeroDivisionError
    with world.looking() as session:
        assert session.scalars(select(EditionReading)).all() == []


def test_when_a_meeting_moves_those_who_are_needed_are_told_their_new_times_and_nobody_else(world, built):
    meeting_id, ids = built
    for case_id in ids:
        make.excluded(world, case_id, who="probation_officer")
    publish(world, meeting_id)
    before = letters(world, meeting_id, 1)
    move_to(world, meeting_id, date(2026, 12, 16))
    after = letters(world, meeting_id, 100_001)
    assert after == {who: copy_of(world, meeting_id, who).needed.slot for who in ("officer", "advocate")}
    assert after["officer"].starts_at - before["officer"].starts_at == timedelta(days=7)
    with world.looking() as session:
        assert {row.panel_id for row in session.scalars(
            select(QueuedLetter).where(QueuedLetter.revision == 100_001))} == {None}
    move_to(world, meeting_id, date(2026, 12, 16), minutes=170)
    assert letters(world, meeting_id, 200_001) == {}, "only its length has changed"


def test_a_meeting_that_moves_before_its_agenda_is_out_tells_nobody_when_they_are_needed(world, built):
    move_to(world, built[0], date(2026, 12, 16))
    assert letters(world, built[0], 100_000) == {}


def move_to(world, meeting_id, day, minutes=180):
    with world.looking() as session:
        meeting = session.get_one(Meeting, meeting_id)
    with world.changing("coordinator") as work:
        scheduling.move(work, meeting_id, Change(When(day, local_time(meeting.starts_at), minutes), meeting.mode, "",
                                                 meeting.version))


def test_a_letter_says_when_its_reader_is_needed_as_their_page_does(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[2], who="probation_officer")
    publish(world, meeting_id)
    said = letters(world, meeting_id, 1)
    for who in EVERYBODY:
        page = copy_of(world, meeting_id, who)
        assert said[who] == (page.needed.slot if page.needed else None), who
    assert said["chair"] is said["coordinator"] is said["minute_taker"] is None
    cases = [x for x in copy_of(world, meeting_id, "chair").lines if x.case_id]
    assert said["officer"] == Slot(cases[0].starts_at, cases[2].ends_at)
    assert said["probation_officer"] == Slot(cases[0].starts_at, cases[1].ends_at)
