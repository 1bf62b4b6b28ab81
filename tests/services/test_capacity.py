"""How full meetings are is known from the moment of nomination, and an extra one is proposed where all are full."""

from datetime import date, timedelta

from clinic.domain.desk import Tray
from clinic.services import desk, editions, locking, meeting_pages, triage
from tests import make
from tests.services.test_agenda import FORTNIGHT, place, version


def at_desk(world, who="coordinator"):
    with world.reading(who) as work:
        return desk.page(work, world.clinic, Tray.WAITING)


def deciding(world, nomination_id):
    with world.reading("coordinator") as work:
        return triage.page(work, nomination_id)


def of_meeting(world, meeting_id, who="coordinator"):
    with world.reading(who) as work:
        return meeting_pages.show(work, meeting_id).room


def test_desk_decision_and_meeting_say_the_same_of_minutes_and_cases(world):
    first = make.meeting(world, world.now + FORTNIGHT)
    make.meeting(world, world.now + 2 * FORTNIGHT)
    nomination_id = make.nominated(world)
    before = of_meeting(world, first)
    assert (before.cases, before.most_cases, before.free) == (0, 8, 162)
    for _ in range(3):
        place(world, make.case(world), first)
    room = of_meeting(world, first)
    assert (room.cases, room.used, room.free) == (3, before.used + 60, before.free - 60)
    page = at_desk(world)
    assert (page.rooms[0], page.takes, page.extra_day) == (room, 20, None)
    assert deciding(world, nomination_id).rooms[0] == room and room.has_room_for(20)


def test_a_meeting_takes_no_more_by_its_minutes_by_its_cases_and_once_its_agenda_is_out_or_locked(world):
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    for _ in range(8):
        place(world, make.case(world), meeting_id)
    room = of_meeting(world, meeting_id)
    assert room.cases == room.most_cases and not room.has_room_for(1)
    other = make.meeting(world, world.now + 2 * FORTNIGHT)
    place(world, make.case(world), other)
    assert of_meeting(world, other).has_room_for(20)
    with world.changing("coordinator") as work:
        editions.publish(work, other, version(world, other))
    assert not of_meeting(world, other).has_room_for(20) and of_meeting(world, other).is_out
    with world.changing("coordinator") as work:
        locking.lock(work, other, version(world, other))
    assert of_meeting(world, other).is_locked


def test_sixty_cases_on_a_list_for_ten_are_said_to_be_too_many(world):
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    make.meeting(world, world.now + 2 * FORTNIGHT)
    for _ in range(60):
        make.listed(world, make.case(world), meeting_id)
    room = of_meeting(world, meeting_id)
    assert (room.cases, room.free, room.has_room_for(1)) == (60, 180 - 1200, False)


def test_where_every_meeting_is_full_an_extra_one_is_proposed_between_them(world):
    first = make.meeting(world, world.now + FORTNIGHT)
    second = make.meeting(world, world.now + 2 * FORTNIGHT)
    nomination_id = make.nominated(world)
    for meeting_id in (first, second):
        assert at_desk(world).extra_day is None
        for _ in range(8):
            place(world, make.case(world), meeting_id)
    assert at_desk(world).extra_day == deciding(world, nomination_id).extra_day == date(2026, 12, 16)
    make.meeting(world, world.now + FORTNIGHT + timedelta(days=7))
    assert at_desk(world).extra_day is None


def test_a_case_that_is_closed_to_the_reader_fills_nothing(world):
    meeting_id, case_id = make.meeting(world, world.now + FORTNIGHT), make.case(world)
    place(world, make.case(world), meeting_id)
    before = of_meeting(world, meeting_id)
    make.excluded(world, case_id, who="coordinator")
    place(world, case_id, meeting_id, who="chair")
    assert of_meeting(world, meeting_id) == before == at_desk(world).rooms[0]
    assert of_meeting(world, meeting_id, "chair").cases == 2


def test_how_full_a_meeting_is_is_for_those_who_run_it(world):
    meeting_id = make.meeting(world, world.now + FORTNIGHT)
    assert of_meeting(world, meeting_id, "officer") is None
    assert of_meeting(world, meeting_id, "chair") is not None
