"""What a panel is called in diaries, and the rules that it keeps."""

from dataclasses import replace
from datetime import time

import pytest

from clinic.domain.errors import RuleBroken
from clinic.domain.panels import BOUNDS, DEFAULTS, Frame, Rules, check_diary_name, check_frame, check_rules


@pytest.mark.parametrize("name", [
    "Wednesday panel", "Westmarch Thursday panel", "Northmere second panel", "Grapevine panel", "Café panel (2)",
    "Policy panel", "Station Drive panel", "Review panel, Saltby",
])
def test_a_neutral_name_may_stand_in_diaries(name):
    assert check_diary_name(name) == name


@pytest.mark.parametrize("name", [
    "Stalking panel", "anti-stalking group", "STALKERS", "Saltby MARAC", "e-marac", "M.A.R.A.C. panel", "M A R A C",
    "MATAC", "Victims' panel", "Survivors", "Perpetrator panel", "Domestic panel", "Anti-abuse", "Abusers",
    "Violence panel", "Police panel", "CPS panel", "VAWG", "Prosecution panel", "Wednesday clinic",
    "Intervention panel", "Scrutiny panel", "Probation meeting", "Safeguarding", "Sexual offences", "Ｓｔａｌｋｉｎｇ",
    "Stálking panel", "IDVA catch-up",
])
def test_a_name_that_tells_a_stranger_something_is_refused(name):
    with pytest.raises(RuleBroken, match="leave out") as refused:
        check_diary_name(name)
    assert refused.value.field == "diary_name"


@pytest.mark.parametrize("name", ["", "   ", "p" * 41, "Panel <b>", "Panel; DROP", "Panel\x00", "Panel \U0001f9ff"])
def test_a_diary_name_is_short_plain_and_not_empty(name):
    with pytest.raises(RuleBroken):
        check_diary_name(name)


def test_spaces_in_a_diary_name_are_tidied():
    assert check_diary_name("  Wednesday \t panel ") == "Wednesday panel"


@pytest.mark.parametrize("rules", DEFAULTS.values())
def test_the_usual_rules_of_every_type_hold_together(rules):
    assert check_rules(rules) is rules


@pytest.mark.parametrize("name", BOUNDS)
def test_every_number_has_its_bounds(name):
    low, high = BOUNDS[name]
    for wrong in (low - 1, high + 1):
        with pytest.raises(RuleBroken) as refused:
            check_rules(replace(Rules(), **{name: wrong}))
        assert refused.value.field == name


def test_the_agenda_cannot_go_out_before_nominations_close():
    with pytest.raises(RuleBroken) as refused:
        check_rules(Rules(nomination_cutoff_days=5, agenda_release_days=6))
    assert refused.value.field == "agenda_release_days"


def test_research_cannot_be_due_before_the_agenda_is_out():
    with pytest.raises(RuleBroken) as refused:
        check_rules(Rules(agenda_release_days=1, research_due_days=2))
    assert refused.value.field == "research_due_days"


FRAME = Frame("Westmarch  panel ", "Wednesday panel", "freq=monthly;byday=2we", time(10), 180)


def test_a_frame_is_tidied():
    assert check_frame(FRAME) == Frame("Westmarch panel", "Wednesday panel", "FREQ=MONTHLY;BYDAY=2WE", time(10), 180)


def test_a_panel_may_set_its_dates_one_by_one():
    assert check_frame(replace(FRAME, rhythm="")).rhythm == ""


@pytest.mark.parametrize(("change", "field"), [
    ({"name": "  "}, "name"), ({"minutes": 14}, "minutes"), ({"minutes": 601}, "minutes"),
    ({"starts_at": time(22), "minutes": 121}, "minutes"), ({"diary_name": "Stalking"}, "diary_name"),
    ({"rhythm": "FREQ=DAILY"}, None),
])
def test_a_frame_that_cannot_be_is_refused(change, field):
    with pytest.raises(RuleBroken) as refused:
        check_frame(replace(FRAME, **change))
    assert refused.value.field == field


def test_a_meeting_may_last_until_midnight():
    assert check_frame(replace(FRAME, starts_at=time(22), minutes=120))
