"""Cases are placed on agendas, moved about and taken off, and two editors do not cross."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.domain.agenda import AgendaItemKind, Direction
from clinic.domain.errors import NotFound, NotPermitted, RuleBroken, Stale
from clinic.domain.letters import LetterKind
from clinic.domain.meetings import MeetingStatus
from clinic.models.agenda import AgendaItem
from clinic.models.case import Case
from clinic.models.hearing import Hearing
from clinic.models.meeting import Meeting
from clinic.models.panel import PanelRules
from clinic.models.post import QueuedLetter
from clinic.models.research import ResearchRequest
from clinic.policy.accounts import anyone
from clinic.services import agenda, agenda_pages, editions, running_order
from tests import make

K = AgendaItemKind
FORTNIGHT = timedelta(days=14)


def place(world, case_id, meeting_id=None, *, kind=K.CASE_NEW, deferred_from=None, who="coordinator"):
    with world.changing(who) as work:
        work.require(anyone)
        case = work.session.get_one(Case, case_id)
        meeting, earlier = (i and work.session.get_one(Meeting, i) for i in (meeting_id, deferred_from))
        return agenda.place(work, case, kind, meeting=meeting, deferred_from=earlier).id


def order(world, meeting_id, who="coordinator"):
    with world.reading(who) as work:
        return agenda_pages.page_for(work, meeting_id)


def cases_of(world, meeting_id, who="coordinator"):
    return [line.case_id for line in order(world, meeting_id, who).lines if line.case_id]


def version(world, meeting_id, who=None):
    return make.agenda_version(world, meeting_id, who)


@pytest.fixture
def meeting(world):
    return make.meeting(world, world.now + FORTNIGHT)


@pytest.fixture
def built(world, meeting):
    """A meeting with three cases on its agenda."""
    ids = [make.case(world) for _ in range(3)]
    for case_id in ids:
        place(world, case_id, meeting)
    return meeting, ids


def test_a_placed_case_stands_between_the_standing_items(world, meeting):
    case_id = make.case(world)
    assert place(world, case_id) == meeting
    kinds = [line.kind for line in order(world, meeting).lines]
    assert kinds.index(K.ACTIONS_OUTSTANDING) < kinds.index(K.CASE_NEW) < kinds.index(K.ANY_OTHER_BUSINESS)
    assert kinds[0] is K.WELCOME and kinds[-1] is K.CLOSE
    with world.looking() as session:
        assert session.get_one(Case, case_id).listed_at == world.now
        assert session.scalar(select(Hearing.outcome).where(Hearing.case_id == case_id)) is None
        assert session.scalar(select(Hearing.meeting_id).where(Hearing.case_id == case_id)) == meeting


def test_the_clock_runs_on_from_line_to_line(world, built):
    page = order(world, built[0])
    assert page.lines[0].starts_at == page.starts_at
    assert all(a.ends_at == b.starts_at for a, b in zip(page.lines, page.lines[1:], strict=False))
    assert page.finishes_at == page.lines[-1].ends_at


def test_a_case_goes_to_the_next_meeting_with_room(world, meeting):
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    found = [place(world, make.case(world)) for _ in range(9)]
    assert found == [meeting] * 8 + [later]


def test_a_case_skips_meetings_that_are_cancelled_or_have_begun(world):
    make.meeting(world, world.now - timedelta(hours=1), status=MeetingStatus.IN_PROGRESS)
    make.meeting(world, world.now + timedelta(days=7), status=MeetingStatus.CANCELLED)
    standing = make.meeting(world, world.now + FORTNIGHT)
    assert place(world, make.case(world)) == standing


def test_the_picked_meeting_is_taken_though_it_becomes_over_full(world, meeting):
    for _ in range(10):
        place(world, make.case(world), meeting)
    page = order(world, meeting)
    assert page.fit.over == page.fit.planned - 180 > 0 and page.cases == 10


def test_without_room_the_coordinator_must_pick(world, meeting):
    for _ in range(8):
        place(world, make.case(world))
    with pytest.raises(RuleBroken, match="Choose the meeting") as broken:
        place(world, make.case(world))
    assert broken.value.field == "meeting"


def test_without_a_coming_meeting_nothing_is_placed(world):
    with pytest.raises(RuleBroken, match="Add a meeting"):
        place(world, make.case(world))


def test_the_same_case_is_not_on_two_coming_agendas(world, built):
    make.meeting(world, world.now + 2 * FORTNIGHT)
    with pytest.raises(RuleBroken, match="on the agenda of 9 December 2026 already"):
        place(world, built[1][0])


def test_a_meeting_of_another_panel_is_no_place_for_a_case(world):
    elsewhere = make.meeting(world, world.now + FORTNIGHT, panel=world.marac)
    with pytest.raises(NotFound), world.office.changing(world.actor("coordinator"), world.now) as work:
        work.require(anyone)
        case = work.session.get_one(Case, make.case(world))
        agenda.place(work, case, K.CASE_NEW, meeting=work.session.get_one(Meeting, elsewhere))


def test_a_deferred_case_keeps_its_minutes_and_says_from_where_it_comes(world, built):
    first, (case_id, *_) = built
    item = next(line for line in order(world, first).lines if line.case_id == case_id)
    with world.changing("coordinator") as work:
        running_order.set_minutes(work, first, version(world, first), {item.id: 35})
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    assert place(world, case_id, kind=K.CASE_DEFERRED_IN, deferred_from=first) == later
    line = next(line for line in order(world, later).lines if line.case_id == case_id)
    assert line.minutes == 35 and line.deferred_from == world.now + FORTNIGHT


def test_a_deferred_case_goes_on_even_where_nothing_has_room(world, built):
    first, (case_id, *_) = built
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    for _ in range(8):
        place(world, make.case(world), later)
    assert place(world, case_id, kind=K.CASE_DEFERRED_IN, deferred_from=first) == later


def test_each_agency_that_speaks_is_asked_once_and_its_speakers_get_a_letter(world, meeting):
    case_id = make.case(world)
    place(world, case_id)
    with world.looking() as session:
        asked = session.scalars(select(ResearchRequest).where(ResearchRequest.case_id == case_id)).all()
        letters = session.scalars(select(QueuedLetter).where(QueuedLetter.kind == LetterKind.RESEARCH_ASKED)).all()
    assert {r.agency_id for r in asked} == {world.agencies[a] for a in ("police", "probation", "advocacy")}
    assert {letter.address for letter in letters} == {
        "officer@police.example", "probation_officer@probation.example", "advocate@advocacy.example"}
    assert {letter.link for letter in letters} == {f"/research/{r.id}" for r in asked}


def test_an_excluded_agency_and_an_excluded_person_are_told_nothing(world, meeting):
    case_id = make.case(world)
    make.excluded(world, case_id, agency="probation")
    make.excluded(world, case_id, who="officer")
    place(world, case_id)
    with world.looking() as session:
        asked = session.scalars(select(ResearchRequest.agency_id).where(ResearchRequest.case_id == case_id)).all()
        letters = session.scalars(select(QueuedLetter.address)).all()
    assert set(asked) == {world.agencies["police"], world.agencies["advocacy"]}
    assert letters == ["advocate@advocacy.example"]


@pytest.mark.parametrize("who", ["coordinator", "chair", "deputy"])
def test_those_who_run_the_panel_change_the_order(world, built, who):
    meeting_id, ids = built
    before = order(world, meeting_id)
    item = next(line for line in before.lines if line.case_id == ids[1])
    with world.changing(who) as work:
        said = running_order.move(work, meeting_id, before.version, item.id, Direction.UP)
    assert cases_of(world, meeting_id) == [ids[1], ids[0], ids[2]]
    assert said == f"{item.about.reference}: moved to position {item.number - 1} of {len(before.lines)}"


@pytest.mark.parametrize("who", ["minute_taker", "officer", "advocate", "observer", "recipient"])
def test_nobody_else_changes_it(world, built, who):
    meeting_id, _ = built
    seen = order(world, meeting_id)
    item = seen.lines[3].id
    for change in (
        lambda work: running_order.move(work, meeting_id, seen.version, item, Direction.UP),
        lambda work: running_order.set_minutes(work, meeting_id, seen.version, {item: 5}),
        lambda work: running_order.remove(work, meeting_id, seen.version, item),
        lambda work: running_order.add_break(work, meeting_id, seen.version),
        lambda work: running_order.add_item(work, meeting_id, seen.version, "Visitors"),
        lambda work: running_order.add_case(work, meeting_id, seen.version, built[1][0]),
        lambda work: agenda.start(work, meeting_id),
    ):
        with pytest.raises(NotPermitted), world.changing(who) as work:
            change(work)


@pytest.mark.parametrize("who", ["other_coordinator", "outsider", "lapsed", "admin", "auditor"])
def test_to_those_without_a_seat_there_is_no_agenda(world, built, who):
    with pytest.raises(NotFound):
        order(world, built[0], who)
    with pytest.raises(NotFound), world.changing(who) as work:
        running_order.add_break(work, built[0], version(world, built[0]))


def test_an_old_version_is_refused_and_shows_the_order_that_is_kept(world, built):
    meeting_id, _ = built
    old = version(world, meeting_id)
    with world.changing("chair") as work:
        running_order.add_break(work, meeting_id, old)
    with pytest.raises(Stale) as stale, world.changing("coordinator") as work:
        running_order.add_break(work, meeting_id, old)
    assert "Break, 10 minutes" in stale.value.theirs
    assert [line.kind for line in order(world, meeting_id).lines].count(K.BREAK) == 1


def test_a_press_that_changes_nothing_makes_nobody_s_page_old(world, built):
    meeting_id, _ = built
    seen = order(world, meeting_id)
    with world.changing("chair") as work:
        running_order.move(work, meeting_id, seen.version, seen.lines[0].id, Direction.UP)
    assert version(world, meeting_id) == seen.version


def test_what_others_do_with_a_hidden_case_makes_an_excluded_chairs_page_no_older(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[1], who="chair")
    seen, hidden = order(world, meeting_id, "chair"), make.case(world)
    make.excluded(world, hidden, who="chair")
    place(world, hidden, meeting_id)
    item = next(line for line in order(world, meeting_id).lines if line.case_id == ids[1])
    with world.changing("coordinator") as work:
        running_order.set_minutes(work, meeting_id, version(world, meeting_id), {item.id: 50})
    assert order(world, meeting_id, "chair").version == seen.version
    with world.changing("coordinator") as work:
        editions.publish(work, meeting_id, version(world, meeting_id))
    out, later = order(world, meeting_id, "chair"), make.case(world)
    make.excluded(world, later, who="chair")
    with world.changing("coordinator") as work:
        work.require(anyone)
        agenda.place(work, work.session.get_one(Case, later), K.CASE_NEW, late=True,
                     meeting=work.session.get_one(Meeting, meeting_id))
    with world.changing("coordinator") as work:
        editions.publish(work, meeting_id, version(world, meeting_id))
    seen = order(world, meeting_id, "chair")
    assert seen.version == out.version
    with world.changing("chair") as work:
        running_order.move(work, meeting_id, seen.version, seen.lines[1].id, Direction.UP)
    assert order(world, meeting_id, "chair").version != seen.version


def test_minutes_that_stood_in_the_form_are_kept_when_up_is_pressed(world, built):
    meeting_id, _ = built
    seen = order(world, meeting_id)
    with world.changing("coordinator") as work:
        running_order.move(work, meeting_id, seen.version, seen.lines[1].id, Direction.UP, {seen.lines[4].id: 9})
    assert next(line for line in order(world, meeting_id).lines if line.id == seen.lines[4].id).minutes == 9


def test_an_item_of_another_meeting_is_not_found(world, built):
    meeting_id, _ = built
    other = make.meeting(world, world.now + 2 * FORTNIGHT)
    place(world, make.case(world), other)
    foreign, seen = order(world, other).lines[0].id, version(world, meeting_id)
    for change in (
        lambda work: running_order.move(work, meeting_id, seen, foreign, Direction.UP),
        lambda work: running_order.set_minutes(work, meeting_id, seen, {foreign: 5}),
        lambda work: running_order.remove(work, meeting_id, seen, foreign),
    ):
        with pytest.raises(NotFound), world.changing("coordinator") as work:
            change(work)


@pytest.mark.parametrize("status", [MeetingStatus.CANCELLED, MeetingStatus.IN_PROGRESS, MeetingStatus.CLOSED])
def test_an_agenda_whose_meeting_has_begun_or_fell_stays_as_it_is(world, built, status):
    meeting_id, _ = built
    with world.changing("coordinator") as work:
        work.require(anyone)
        work.session.get_one(Meeting, meeting_id).status = status
        work.record("update", "Meeting")
    with pytest.raises(RuleBroken, match="no longer"), world.changing("coordinator") as work:
        running_order.add_break(work, meeting_id, version(world, meeting_id))


def test_a_removed_case_waits_and_can_be_added_to_another_agenda(world, built):
    meeting_id, ids = built
    seen = order(world, meeting_id)
    assert not seen.waiting
    item = next(line for line in seen.lines if line.case_id == ids[0])
    with world.changing("coordinator") as work:
        running_order.remove(work, meeting_id, seen.version, item.id)
    page = order(world, meeting_id)
    assert [w.case_id for w in page.waiting] == [ids[0]] and page.waiting_total == 1
    assert ids[0] not in cases_of(world, meeting_id)
    with world.looking() as session:
        assert session.scalars(select(Hearing).where(Hearing.case_id == ids[0])).all() == []
    other = make.meeting(world, world.now + 2 * FORTNIGHT)
    with world.changing("coordinator") as work:
        agenda.start(work, other)
    with world.changing("coordinator") as work:
        running_order.add_case(work, other, version(world, other), ids[0])
    assert cases_of(world, other) == [ids[0]] and not order(world, meeting_id).waiting


def test_a_case_that_does_not_wait_cannot_be_added(world, built):
    meeting_id, ids = built
    closed_to_her = make.case(world)
    make.excluded(world, closed_to_her, who="coordinator")
    of_the_marac = make.case(world, panel=world.marac)
    for case_id in (ids[0], closed_to_her, of_the_marac):
        with pytest.raises(NotFound), world.changing("coordinator") as work:
            running_order.add_case(work, meeting_id, version(world, meeting_id), case_id)


def test_a_withdrawn_case_is_taken_off_by_whoever_withdraws_it(world, built):
    meeting_id, ids = built
    before = version(world, meeting_id)
    with world.changing("officer") as work:
        work.require(anyone)
        agenda.take_off(work, work.session.get_one(Case, ids[1]))
        work.record("update", "Case")
    assert cases_of(world, meeting_id) == [ids[0], ids[2]]
    assert version(world, meeting_id) != before


def test_an_item_of_ones_own_is_sealed_and_stays_out_of_notices(world, built):
    meeting_id, _ = built
    with world.changing("coordinator") as work:
        said = running_order.add_item(work, meeting_id, version(world, meeting_id), "Visit of the inspectors")
    assert "inspectors" not in said
    assert "Visit of the inspectors" in [line.title for line in order(world, meeting_id).lines]
    with world.looking() as session:
        raw = session.scalars(select(AgendaItem.title_sealed).where(AgendaItem.title_sealed.is_not(None))).one()
    assert b"inspectors" not in bytes(raw)


def test_an_excluded_chair_orders_the_agenda_around_what_is_hidden(world, built):
    """Number, time, meter and version tell the chair nothing; the hidden case keeps its place."""
    meeting_id, ids = built
    make.excluded(world, ids[1], who="chair")
    seen = order(world, meeting_id, "chair")
    assert [line.case_id for line in seen.lines if line.case_id] == [ids[0], ids[2]]
    assert [line.number for line in seen.lines] == list(range(1, len(seen.lines) + 1))
    assert all(a.ends_at == b.starts_at for a, b in zip(seen.lines, seen.lines[1:], strict=False))
    assert seen.fit.planned == sum(line.minutes for line in seen.lines) and seen.cases == 2
    last = next(line for line in seen.lines if line.case_id == ids[2])
    with world.changing("chair") as work:
        running_order.move(work, meeting_id, seen.version, last.id, Direction.UP)
    assert cases_of(world, meeting_id) == [ids[2], ids[1], ids[0]]
    with world.changing("chair") as work:
        running_order.add_break(work, meeting_id, version(world, meeting_id, "chair"))
    kinds = [line.kind for line in order(world, meeting_id).lines]
    assert kinds.index(K.BREAK) == kinds.index(K.ANY_OTHER_BUSINESS) - 1
    with pytest.raises(NotFound), world.changing("chair") as work:
        hidden = next(line for line in order(world, meeting_id).lines if line.case_id == ids[1])
        running_order.remove(work, meeting_id, version(world, meeting_id, "chair"), hidden.id)


def test_a_hidden_case_still_takes_its_room(world, meeting):
    ids = [make.case(world) for _ in range(8)]
    for case_id in ids:
        place(world, case_id)
    later = make.meeting(world, world.now + 2 * FORTNIGHT)
    make.excluded(world, ids[0], who="chair")
    assert place(world, make.case(world), who="chair") == later


def test_the_running_order_for_other_pages_is_cut_by_the_reader(world, built):
    meeting_id, ids = built
    make.excluded(world, ids[0], agency="police")
    for who, sees in (("coordinator", ids), ("officer", ids[1:]), ("probation_officer", ids)):
        with world.reading(who) as work:
            work.require(anyone)
            work.record("view", "Agenda")
            lines = agenda.order_of(work.session, meeting_id)
        assert [line.case_id for line in lines if line.case_id] == sees
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_a_case_has_as_many_minutes_as_its_panel_gives_its_kind(world, meeting):
    with world.looking() as session:
        rules = session.get_one(PanelRules, world.clinic)
    for kind, minutes in ((K.CASE_NEW, rules.minutes_per_new_case), (K.CASE_REPEAT, rules.minutes_per_repeat_case)):
        case_id = make.case(world)
        place(world, case_id, kind=kind)
        assert next(x.minutes for x in order(world, meeting).lines if x.case_id == case_id) == minutes
