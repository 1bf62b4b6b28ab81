"""The victim's voice: what must be said with it, and by when."""

from datetime import date

import pytest

from clinic.domain.advocacy import VictimFeedback, VoiceKind, check, due_on
from clinic.domain.errors import RuleBroken
from clinic.domain.panels import Nation, Rules
from clinic.services import holidays

V, F = VoiceKind.VIEWS, VoiceKind.FEEDBACK
S = VictimFeedback


@pytest.mark.parametrize(("kind", "status", "text"), [
    (V, S.GIVEN, " "), (V, S.NOT_GIVEN_UNSAFE, ""), (F, S.NOT_GIVEN_NO_CONTACT, ""), (F, S.GIVEN, "x" * 4001)])
def test_views_need_words_and_a_victim_who_was_not_reached_a_reason(kind, status, text):
    with pytest.raises(RuleBroken) as broken:
        check(kind, status, text)
    assert broken.value.field == "text"


@pytest.mark.parametrize(("kind", "status"), [(F, S.GIVEN), (F, S.DECLINED), (V, S.DECLINED)])
def test_a_victim_who_was_told_or_did_not_want_to_be_needs_no_words(kind, status):
    check(kind, status, "")


@pytest.mark.parametrize(("kind", "meeting", "due"), [
    (V, date(2026, 12, 9), date(2026, 12, 7)), (F, date(2026, 12, 9), date(2026, 12, 11)),
    # Christmas: Friday 25 and Monday 28 are no working days
    (F, date(2026, 12, 23), date(2026, 12, 29)), (V, date(2026, 12, 29), date(2026, 12, 23)),
])
def test_views_are_due_with_the_research_and_the_victim_is_told_within_the_panel_s_working_days(kind, meeting, due):
    assert due_on(kind, meeting, Rules(), holidays.around(Nation.ENGLAND_WALES, 2026)) == due
