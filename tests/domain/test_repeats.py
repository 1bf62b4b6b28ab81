"""Twelve calendar months from the last referral or hearing; the anniversary counts."""

from datetime import date
from uuid import uuid4

import pytest

from clinic.domain.nominations import NominationStatus
from clinic.domain.panels import RepeatAnchor, Rules
from clinic.domain.repeats import Past, last_of

PANEL = uuid4()
A = NominationStatus.ACCEPTED


def past(referred_on, heard_on=None, panel_id=PANEL, status=A):
    return Past(uuid4(), panel_id, referred_on, status, heard_on)


@pytest.mark.parametrize(("on", "is_repeat"), [
    (date(2025, 11, 24), True), (date(2026, 11, 24), True), (date(2026, 11, 25), False),
])
def test_the_anniversary_counts_and_the_day_after_does_not(on, is_repeat):
    assert last_of([past(date(2025, 11, 24))], PANEL, on, Rules()).is_repeat is is_repeat


def test_a_panel_may_count_from_the_last_hearing():
    earlier = past(date(2025, 9, 1), heard_on=date(2025, 12, 3))
    on = date(2026, 11, 25)
    assert not last_of([earlier], PANEL, on, Rules()).is_repeat
    heard = last_of([earlier], PANEL, on, Rules(repeat_anchor=RepeatAnchor.LAST_HEARD))
    assert heard.is_repeat and heard.counted_from == date(2025, 12, 3) and heard.until == date(2026, 12, 3)


def test_a_panel_that_counts_from_hearings_counts_a_case_not_heard_yet_from_its_referral():
    rules = Rules(repeat_anchor=RepeatAnchor.LAST_HEARD, repeat_window_months=6)
    assert last_of([past(date(2026, 8, 31))], PANEL, date(2027, 2, 28), rules).is_repeat


def test_the_latest_earlier_case_is_the_repeat_s():
    first, second = past(date(2025, 12, 1)), past(date(2026, 3, 1))
    assert last_of([second, first], PANEL, date(2026, 11, 1), Rules()).past is second


@pytest.mark.parametrize("other", [
    past(date(2026, 10, 1), panel_id=uuid4()), past(date(2026, 11, 2)),
    *(past(date(2026, 10, 1), status=status) for status in (
        NominationStatus.WITHDRAWN, NominationStatus.REJECTED, NominationStatus.REDIRECTED, NominationStatus.DRAFT)),
])
def test_another_panel_s_case_a_later_one_and_one_that_was_no_referral_make_no_repeat(other):
    assert last_of([other], PANEL, date(2026, 11, 1), Rules()) is None
