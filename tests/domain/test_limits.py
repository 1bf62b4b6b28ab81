"""Each clock of a case, from its law to its day."""

from datetime import date, timedelta

import pytest

from clinic.domain import clocks
from clinic.domain.clocks import ClockKind, ClockState
from clinic.domain.errors import RuleBroken
from clinic.domain.investigations import (
    FourAConsidered,
    InvestigationStatus,
    Step,
    check_four_a,
    check_step,
    is_over,
    met_on,
)
from clinic.domain.panels import Nation
from clinic.services import holidays

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(("last_incident", "limit"), [
    (date(2026, 6, 15), date(2026, 12, 15)),
    # months that are shorter than the one counted from
    (date(2026, 8, 31), date(2027, 2, 28)),
    (date(2027, 8, 29), date(2028, 2, 29)),
    (date(2027, 8, 31), date(2028, 2, 29)),
    (date(2026, 3, 31), date(2026, 9, 30)),
    (date(2026, 12, 31), date(2027, 6, 30)),
    # leap day itself
    (date(2028, 2, 29), date(2028, 8, 29)),
    # over either change of the clock: days are days
    (date(2026, 4, 25), date(2026, 10, 25)),
    (date(2026, 9, 28), date(2027, 3, 28)),
])
def test_the_six_month_limit_is_six_calendar_months_cut_to_the_month_s_end(last_incident, limit):
    reckoning = clocks.summary_limit(last_incident)
    assert reckoning.due_on == limit and reckoning.since == last_incident
    assert ("cut to the end of the month" in reckoning.sum) is (limit.day != last_incident.day)
    assert "section 127" in reckoning.law and f"{limit.day} {limit:%B %Y}" in reckoning.sum


@pytest.mark.parametrize(("nation", "limit", "days", "target"), [
    # 28 days back from a Friday is a Friday
    (Nation.ENGLAND_WALES, date(2026, 12, 18), 28, date(2026, 11, 20)),
    # a Sunday goes back to the Friday
    (Nation.ENGLAND_WALES, date(2027, 2, 28), 28, date(2027, 1, 29)),
    # Good Friday and Easter Monday 2027 are 26 and 29 March
    (Nation.ENGLAND_WALES, date(2027, 4, 26), 28, date(2027, 3, 25)),
    (Nation.SCOTLAND, date(2027, 4, 26), 28, date(2027, 3, 29)),
    (Nation.NORTHERN_IRELAND, date(2027, 4, 26), 28, date(2027, 3, 25)),
    # Christmas 2026: 25 is a Friday, 28 the substitute for Boxing Day
    (Nation.ENGLAND_WALES, date(2027, 1, 25), 28, date(2026, 12, 24)),
    (Nation.SCOTLAND, date(2027, 1, 30), 28, date(2026, 12, 31)),
    # St Patrick's Day
    (Nation.NORTHERN_IRELAND, date(2027, 4, 14), 28, date(2027, 3, 16)),
])
def test_the_file_s_day_is_a_working_day_of_the_panel_s_nation(nation, limit, days, target):
    assert clocks.file_target(limit, days, holidays.around(nation, limit.year)).due_on == target


@pytest.mark.parametrize(("served_on", "due_on"), [
    (date(2026, 11, 26), date(2026, 11, 28)),
    (date(2026, 12, 24), date(2026, 12, 26)),
    (date(2028, 2, 28), date(2028, 3, 1)),
    (date(2026, 12, 31), date(2027, 1, 2)),
])
def test_the_three_days_for_name_and_address_begin_with_the_day_of_service(served_on, due_on):
    assert clocks.spo_notification(served_on).due_on == due_on


def test_an_order_s_renewal_is_decided_so_many_days_before_it_ends():
    assert clocks.renewal_window(date(2027, 1, 10), 42).due_on == date(2026, 11, 29)


def in_days(days):
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(("left", "met", "state"), [
    (31, None, ClockState.RUNNING), (30, None, ClockState.AMBER), (15, None, ClockState.AMBER),
    (14, None, ClockState.RED), (0, None, ClockState.RED), (-1, None, ClockState.MISSED),
    (10, -3, ClockState.MET), (-5, -5, ClockState.MET), (-5, -4, ClockState.MISSED),
])
def test_a_clock_turns_amber_then_red_by_the_panel_s_days_and_is_met_in_time_or_missed(left, met, state):
    met_on = None if met is None else in_days(met)
    assert clocks.state_of(in_days(left), met_on, TODAY, 30, 14) is state


@pytest.mark.parametrize(("left", "letter"), [
    (61, None), (60, 60), (31, 60), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (0, 7), (-1, None),
])
def test_letters_go_at_sixty_thirty_fourteen_and_seven_days_and_a_late_clock_gets_the_nearest(left, letter):
    assert clocks.letter_due(in_days(left), TODAY) == letter


S = InvestigationStatus


def test_a_file_meets_the_target_and_a_charge_meets_both():
    steps = [Step(S.EARLY_ADVICE_REQUESTED, date(2026, 10, 1)), Step(S.FILE_TO_CPS, date(2026, 11, 2))]
    assert met_on(ClockKind.CPS_FILE_TARGET, steps) == date(2026, 11, 2)
    assert met_on(ClockKind.SUMMARY_LIMIT, steps) is None
    steps.append(Step(S.CHARGED, date(2026, 11, 20)))
    assert met_on(ClockKind.SUMMARY_LIMIT, steps) == date(2026, 11, 20)
    assert met_on(ClockKind.CPS_FILE_TARGET, steps) == date(2026, 11, 2)
    assert met_on(ClockKind.ORDER_EXPIRY, steps) is None


def test_an_investigation_is_over_with_its_last_step_and_goes_on_with_a_later_one():
    steps = [Step(S.NFA, date(2026, 11, 1), "No evidence")]
    assert is_over(steps) and not is_over([])
    assert not is_over([*steps, Step(S.UNDER_INVESTIGATION, date(2026, 11, 5))])


@pytest.mark.parametrize(("step", "field"), [
    (Step(S.CHARGED, date(2026, 11, 27)), "on"),
    (Step(S.CHARGED, date(1999, 12, 31)), "on"),
    (Step(S.NFA, TODAY), "note"),
    (Step(S.TIME_BARRED, TODAY, "  "), "note"),
    (Step(S.CHARGED, TODAY, "x" * 2001), "note"),
])
def test_a_step_that_cannot_be_is_refused_at_its_field(step, field):
    with pytest.raises(RuleBroken) as broken:
        check_step(step, TODAY)
    assert broken.value.field == field


@pytest.mark.parametrize("answer", [FourAConsidered.YES_CHARGE_SOUGHT, FourAConsidered.YES_NOT_MET])
def test_an_answer_on_section_4a_says_why(answer):
    check_four_a(FourAConsidered.NO, "")
    check_four_a(answer, "Fear of violence on three occasions.")
    with pytest.raises(RuleBroken):
        check_four_a(answer, " ")
