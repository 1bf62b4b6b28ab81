"""What may be moved in a meeting that runs, and where to."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain.agenda import AgendaItemKind as K
from clinic.domain.errors import RuleBroken
from clinic.domain.hearings import HearingOutcome
from clinic.domain.reordering import Line, Move, moved, moves

TEN = datetime(2026, 12, 3, 10, tzinfo=UTC)
WELCOME, FIRST, SECOND, THIRD, PAUSE, FOURTH, CLOSE = (UUID(int=n) for n in range(1, 8))


def order(*begun, over=()):
    """Return the lines of a meeting; the cases in `begun` have begun, one after the other."""
    def case(id_):
        at = TEN + timedelta(minutes=begun.index(id_)) if id_ in begun else None
        return Line(id_, K.CASE_NEW, True, at, HearingOutcome.HEARD_NO_ACTIONS if id_ in over else None)

    return [Line(WELCOME, K.WELCOME, False), case(FIRST), case(SECOND), case(THIRD), Line(PAUSE, K.BREAK, False),
            case(FOURTH), Line(CLOSE, K.CLOSE, False)]


def test_what_has_not_begun_can_be_heard_next_or_moved_by_one():
    lines = order(FIRST)
    assert moves(lines) == {
        SECOND: (Move.DOWN,), THIRD: (Move.NEXT, Move.UP, Move.DOWN), PAUSE: (Move.NEXT, Move.UP, Move.DOWN),
        FOURTH: (Move.NEXT, Move.UP)}
    assert moved(lines, FOURTH, Move.NEXT) == (WELCOME, FIRST, FOURTH, SECOND, THIRD, PAUSE, CLOSE)
    assert moved(lines, THIRD, Move.UP) == (WELCOME, FIRST, THIRD, SECOND, PAUSE, FOURTH, CLOSE)
    assert moved(lines, PAUSE, Move.DOWN) == (WELCOME, FIRST, SECOND, THIRD, FOURTH, PAUSE, CLOSE)
    assert moved(lines, FOURTH, Move.DOWN) == tuple(line.id for line in lines), "the close stays last"


def test_before_the_first_case_begins_the_opening_stays_first():
    assert moved(order(), FOURTH, Move.NEXT) == (WELCOME, FOURTH, FIRST, SECOND, THIRD, PAUSE, CLOSE)


@pytest.mark.parametrize("item", [WELCOME, CLOSE, FIRST, SECOND])
def test_what_has_begun_or_is_over_and_the_frame_stay(item):
    with pytest.raises(RuleBroken, match="still to be heard"):
        moved(order(FIRST, over=(SECOND,)), item, Move.NEXT)


def test_what_was_passed_over_can_be_heard_next():
    lines = order(FIRST, THIRD)
    assert moves(lines)[SECOND] == (Move.NEXT,)
    assert moved(lines, SECOND, Move.NEXT) == (WELCOME, FIRST, THIRD, SECOND, PAUSE, FOURTH, CLOSE)
    assert moved(lines, SECOND, Move.UP) == tuple(line.id for line in lines)


@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD, FOURTH]), unique=True, max_size=3),
       st.sampled_from([FIRST, SECOND, THIRD, PAUSE, FOURTH]), st.sampled_from(Move))
def test_a_move_loses_nothing_and_moves_nothing_else(begun, item, move):
    lines = order(*begun)
    if item not in moves(lines):
        return
    found = moved(lines, item, move)
    assert sorted(found) == sorted(line.id for line in lines)
    others = [line.id for line in lines if line.id != item]
    if move is Move.NEXT:
        assert [id_ for id_ in found if id_ != item] == others
    fixed = [line.id for line in lines if line.id not in moves(lines)]
    assert [id_ for id_ in found if id_ in fixed] == fixed
