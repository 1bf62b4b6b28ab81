"""A review belongs on the first open list from its day on."""

from datetime import date
from uuid import uuid4

from clinic.domain.reviews import Sitting, list_for


def sitting(month, is_closed=False, has_room=True):
    return Sitting(uuid4(), date(2027, month, 10), is_closed, has_room)


def test_it_comes_onto_the_first_list_on_its_day_or_after_it():
    coming = [sitting(month) for month in (1, 2, 3)]
    assert list_for(date(2027, 2, 10), coming) is coming[1]
    assert list_for(date(2026, 6, 1), coming) is coming[0], "what is overdue comes onto the next"


def test_it_comes_onto_no_list_that_is_out_or_locked():
    coming = [sitting(1, is_closed=True), sitting(2)]
    assert list_for(date(2027, 1, 1), coming) is coming[1]
    assert list_for(date(2027, 1, 1), coming[:1]) is None


def test_a_full_list_is_not_passed_over_in_silence():
    coming = [sitting(1, has_room=False), sitting(2)]
    assert list_for(date(2027, 1, 1), coming) is coming[0]


def test_it_waits_while_its_meeting_is_further_off_than_people_are_invited():
    coming = [sitting(month) for month in (1, 2, 3, 4)]
    assert list_for(date(2027, 4, 1), coming) is None and list_for(date(2027, 4, 1), coming[1:]) is coming[3]
