"""Which lines somebody has before a meeting, by who they are there."""

import pytest

from clinic.domain.actors import MembershipRole as Role
from clinic.domain.panels import TaskKind
from clinic.domain.preparations import SAYS_TOO, Part, lines_for


def test_each_part_has_lines_of_its_own():
    assert TaskKind.CHASE_RESEARCH in lines_for({Role.COORDINATOR})
    assert TaskKind.RED_CLOCKS in lines_for({Role.CHAIR}) and TaskKind.TRIAGE not in lines_for({Role.CHAIR})
    assert TaskKind.RESEARCH in lines_for({Role.ADVOCATE}) and TaskKind.OVERDUE not in lines_for({Role.ADVOCATE})
    assert set(lines_for({Role.OBSERVER})) == {TaskKind.SIGN, TaskKind.READ_AGENDA}


def test_a_person_in_two_parts_finds_both_and_none_twice():
    both = lines_for({Role.CHAIR, Role.COORDINATOR})
    assert set(both) == set(lines_for({Role.CHAIR})) | set(lines_for({Role.COORDINATOR}))
    assert both[TaskKind.OVERDUE] is Part.COORDINATOR and both[TaskKind.RED_CLOCKS] is Part.CHAIR


@pytest.mark.parametrize("role", [Role.MINUTES_RECIPIENT, Role.CALENDAR_SUBSCRIBER, Role.STEERING_MEMBER])
def test_whoever_does_not_come_prepares_nothing(role):
    assert lines_for({role}) == {}


def test_a_line_that_says_what_another_counts_stands_for_it():
    assert not [kind for kind in SAYS_TOO.values() if any(kind in lines_for({role}) for role in Role)]
