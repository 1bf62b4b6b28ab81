"""Bars stand in proportion within their box, over lines with round numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain.charts import HEIGHT, WIDTH, bar_chart, lines_for


@pytest.mark.parametrize(("most", "lines"), [
    (0, [0, 1]), (1, [0, 1]), (3, [0, 1, 2, 3]), (4, [0, 1, 2, 3, 4]), (5, [0, 2, 4, 6]), (17, [0, 5, 10, 15, 20]),
    (20, [0, 5, 10, 15, 20]), (21, [0, 10, 20, 30]), (999, [0, 500, 1000]),
])
def test_lines_have_round_numbers_up_to_the_first_that_is_no_lower(most, lines):
    assert list(lines_for(most)) == lines


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=24))
def test_every_bar_stands_within_the_box_as_high_as_its_share_of_the_highest_line(values):
    chart = bar_chart([("", value) for value in values])
    top, ground = chart.lines[-1], chart.lines[0][1]
    assert [bar.value for bar in chart.bars] == values
    for bar in chart.bars:
        assert bar.height == pytest.approx((ground - top[1]) * bar.value / top[0], abs=0.11)
        assert bar.y + bar.height == pytest.approx(ground, abs=0.11)
        assert chart.left < bar.x and bar.x + bar.width <= WIDTH and 0 < bar.y <= ground < HEIGHT
    assert all(one.x + one.width < other.x for one, other in zip(chart.bars, chart.bars[1:], strict=False))
