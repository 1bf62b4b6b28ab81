"""The order that is suggested, as a chair would state its rules."""

import statistics
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.panels import Rules
from clinic.domain.suggestions import Hearable, Reason, Stay, broken, missed, placings, stays, suggested, waiting
from tests.domain.invented_meetings import RULES, meeting, saved

POLICE, HEALTH, SCHOOL = (UUID(int=n) for n in (1, 2, 3))


def case(*needed, minutes=10, **facts):
    return Hearable(uuid4(), minutes, frozenset((POLICE, *needed)), **facts)


def test_an_agency_waits_between_its_first_case_and_its_last():
    order = [case(HEALTH, minutes=12), case(minutes=20), case(minutes=10), case(HEALTH, minutes=8), case()]
    assert set(stays(order)) == {Stay(POLICE, 0, 60, 0), Stay(HEALTH, 0, 50, 30)}
    assert waiting(order) == 30


def test_whoever_is_needed_for_few_cases_is_let_go_between_them():
    order = suggested([case(HEALTH), case(), case(HEALTH), case(), case(HEALTH)], RULES)
    assert waiting(order) == 0


def test_an_order_that_cannot_be_better_stays_as_it_is():
    order = [case(HEALTH), case(HEALTH), case(), case(SCHOOL)]
    assert suggested(order, RULES) == tuple(order)


def test_urgent_cases_come_first_and_then_those_whose_clock_is_red():
    urgent, red, other = case(HEALTH, urgent=True), case(red_clock=True), case(HEALTH)
    assert suggested([other, red, urgent], RULES) == (urgent, red, other)
    assert [one.urgent for one in suggested([other, red, urgent], replace(RULES, red_clocks_first=False))][0]


def test_repeats_come_before_new_cases_only_where_a_panel_says_so():
    new, again = case(HEALTH), case(repeat=True)
    assert suggested([new, again], RULES) == (new, again)
    assert suggested([new, again], replace(RULES, repeats_first=True)) == (again, new)


def test_cases_with_one_perpetrator_stand_together_whatever_puts_one_of_them_first():
    ids = uuid4(), uuid4()
    first = Hearable(ids[0], 10, frozenset({POLICE}), urgent=True, kin=frozenset({ids[1]}))
    second = Hearable(ids[1], 10, frozenset({POLICE, HEALTH}), kin=frozenset({ids[0]}))
    red = case(red_clock=True)
    assert suggested([second, red, first], RULES)[-1] == red
    assert broken([first, red, second], RULES) and not broken([first, second, red], RULES)


def test_cases_with_children_stand_together_where_a_panel_says_so():
    order = [case(children=True), case(), case(children=True)]
    assert broken(order, RULES) and not broken(order, replace(RULES, children_together=False))
    assert not broken(suggested(order, RULES), RULES)


def test_each_place_has_its_reasons():
    ids = uuid4(), uuid4()
    order = [
        case(urgent=True), case(red_clock=True), case(SCHOOL, children=True), case(SCHOOL, children=True),
        Hearable(ids[0], 10, frozenset({POLICE}), kin=frozenset({ids[1]})),
        Hearable(ids[1], 10, frozenset({POLICE}), kin=frozenset({ids[0]})), case(),
    ]
    assert [place.reasons for place in placings(order, RULES)] == [
        (Reason.URGENT,), (Reason.RED_CLOCK,), (Reason.CHILDREN, Reason.SHARED), (Reason.CHILDREN, Reason.SHARED),
        (Reason.SAME_PERPETRATOR,), (Reason.SAME_PERPETRATOR,), (Reason.BETWEEN,),
    ]
    assert placings(order, RULES)[2].shared == {SCHOOL}


def test_who_presents_is_there_for_their_case_even_where_others_wait_longer_for_it():
    order = [case(HEALTH), case(HEALTH), case(), case(HEALTH, present_until=15), case(present_from=40)]
    found = suggested(order, RULES)
    assert missed(order) == 10 and missed(found) == 0 and found[0] == order[3] and found[-1] == order[4]
    assert [place.reasons[0] for place in placings(found, RULES)][::4] == [Reason.PRESENTER] * 2


def test_what_a_panel_puts_first_stays_first_though_a_presenter_is_not_there_yet():
    late, other = case(urgent=True, present_from=15), case(HEALTH)
    assert suggested([other, late], RULES) == (late, other)
    assert placings((late, other), RULES)[0].reasons == (Reason.URGENT,) and missed((late, other)) == 10


def test_a_presenter_is_there_by_the_clock_of_the_meeting_and_not_of_its_cases():
    early, other = case(present_until=25), case()
    assert missed((other, early)) == 0 and missed((other, early), (10, 10)) == 5
    assert suggested([other, early], RULES, (10, 10)) == (early, other)
    assert suggested([other, early], RULES) == (other, early)
    assert case(present_from=5, present_until=12).missed(0) == 5


@pytest.mark.parametrize("cases", [[], [case()]])
def test_nothing_is_to_be_ordered_where_there_are_less_than_two(cases):
    assert suggested(cases, RULES) == tuple(cases)
    assert [place.reasons for place in placings(cases, RULES)] == [(Reason.BETWEEN,)] * len(cases)


def test_twenty_meetings_of_real_shape_wait_less_by_two_fifths_at_the_median_and_break_no_rule():
    pairs = [(cases, suggested(cases, RULES)) for cases in map(meeting, range(1, 21))]
    assert statistics.median(saved(*pair) for pair in pairs) >= 0.4
    assert not any(broken(order, RULES) for _, order in pairs)
    assert sum(missed(order) for _, order in pairs) < sum(missed(cases) for cases, _ in pairs) / 2


@st.composite
def meetings(draw):
    """Draw up to seven cases: who is needed, what puts them first, and which two have one perpetrator."""
    ids = [uuid4() for _ in range(draw(st.integers(0, 7)))]
    pair = frozenset(ids[:2]) if draw(st.booleans()) else frozenset()
    cases = [
        Hearable(id_, draw(st.integers(5, 20)), draw(st.frozensets(st.sampled_from((POLICE, HEALTH, SCHOOL)))),
                 *(draw(st.booleans()) for _ in range(4)), kin=pair - {id_} if id_ in pair else frozenset(),
                 present_from=draw(st.sampled_from((0, 0, 15))), present_until=draw(st.sampled_from((None, None, 30))))
        for id_ in ids
    ]
    return draw(st.permutations(cases))


@given(meetings(), st.builds(Rules, red_clocks_first=st.booleans(), repeats_first=st.booleans(),
                               children_together=st.booleans()))
@settings(max_examples=40, deadline=None)
def test_the_suggested_order_holds_the_same_cases_keeps_the_rules_and_waits_no_longer(cases, rules):
    order = suggested(cases, rules)
    assert sorted(one.item_id for one in order) == sorted(one.item_id for one in cases)
    assert not broken(order, rules)
    assert broken(cases, rules) or (missed(order), waiting(order)) <= (missed(cases), waiting(cases))
    assert suggested(cases, rules) == order
