"""An urgent question closes at a time, counts agencies and not persons, and is decided once by its quorum."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain import urgent as rules
from clinic.domain.cases import CaseStatus
from clinic.domain.errors import RuleBroken
from clinic.domain.urgent import DECIDING, Asked, Said, UrgentOutcome, UrgentQuestion, UrgentReply

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)
AGENCIES = tuple(uuid4() for _ in range(4))
NEW = UrgentQuestion("Is an alarm put in tonight?", frozenset(AGENCIES[:3]), 2, NOW + timedelta(hours=3))
AGREE, NOT, MEETING = UrgentReply
DECIDED, MISSED, TAKEN = UrgentOutcome
HOURS = st.integers(0, 5)
# What may be sent, in any order: an agency's answer, or the chair's decision, so many hours on.
EVENTS = st.lists(st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(AGENCIES[:3]), st.sampled_from(UrgentReply), HOURS),
    st.tuples(st.just("decide"), st.just(None), st.sampled_from(UrgentOutcome), HOURS)), max_size=12)


def refused(call, *given_, field=None):
    with pytest.raises(RuleBroken) as broken:
        call(*given_)
    assert broken.value.each[0].field == field


def asked(*replies, quorum=2, outcome=None):
    return Asked(quorum, NOW + timedelta(hours=3), dict(zip(AGENCIES, replies, strict=False)), outcome)


@given(EVENTS, st.integers(2, 3))
def test_whatever_is_sent_in_whatever_order_no_answer_counts_twice_and_what_is_closed_takes_none(events, quorum):
    state, heard, at = asked(None, None, None, quorum=quorum), {}, NOW
    for kind, agency, said, hours in sorted(events, key=lambda event: event[3]):
        at = NOW + timedelta(hours=hours)
        try:
            if kind == "answer":
                state.check_answer(Said(said, "So."), at)
                assert at < state.closes_at and state.outcome is None
                heard[agency] = said
                state = replace(state, replies={**state.replies, agency: said})
            else:
                state.check_decision(said, "So.", at)
                assert state.outcome is None and (at >= state.closes_at or len(heard) == 3)
                assert said is TAKEN or (said is DECIDED) is (
                    sum(reply in DECIDING for reply in heard.values()) >= quorum)
                state = replace(state, outcome=said)
        except RuleBroken:
            continue
    assert state.deciding == sum(reply in DECIDING for reply in heard.values()) <= 3
    assert state.all_answered is (len(heard) == 3)
    assert not (state.takes_answers(at) and state.outcome)


def test_an_agency_that_wants_a_meeting_has_answered_and_has_not_decided():
    state = asked(AGREE, MEETING, NOT)
    assert state.all_answered and state.deciding == 2 and state.has_quorum
    assert not asked(AGREE, MEETING, MEETING).has_quorum


@pytest.mark.parametrize(("change", "field"), [
    ({"question": " "}, "question"), ({"question": "x" * 2001}, "question"), ({"quorum": 1}, "quorum"),
    ({"quorum": 4}, "agencies"), ({"agencies": frozenset()}, "agencies"),
    ({"agencies": frozenset({*AGENCIES[:2], uuid4()})}, "agencies"), ({"closes_at": NOW}, "closes_at"),
    ({"closes_at": NOW + timedelta(days=7, minutes=1)}, "closes_on"),
])
def test_a_question_that_nobody_could_answer_in_time_is_refused_at_its_field(change, field):
    rules.check_asking(NEW, AGENCIES, NOW)
    refused(rules.check_asking, replace(NEW, **change), AGENCIES, NOW, field=field)


def test_agencies_are_asked_about_an_open_case_whose_nomination_is_accepted():
    rules.check_case(CaseStatus.OPEN, True)
    refused(rules.check_case, CaseStatus.CLOSED, True)
    refused(rules.check_case, CaseStatus.OPEN, False)


def test_an_hour_that_the_clocks_leave_out_is_no_time_to_close():
    assert rules.closing(date(2026, 11, 25), time(17)) == datetime(2026, 11, 25, 17, tzinfo=UTC)
    refused(rules.closing, date(2027, 3, 28), time(1, 30), field="closes_at")


def test_an_answer_says_why_and_comes_before_the_closing_and_the_decision():
    said, before, after = Said(AGREE, "It is needed."), NOW, NOW + timedelta(hours=3)
    asked(None, None).check_answer(said, before)
    refused(asked(None, None).check_answer, replace(said, reason=" "), before, field="reason")
    refused(asked(None, None).check_answer, said, after)
    refused(asked(AGREE, AGREE, outcome=DECIDED).check_answer, said, before)


@pytest.mark.parametrize(("state", "outcome", "hours", "words", "field"), [
    (asked(AGREE, None), TAKEN, 0, "So.", None), (asked(AGREE, None), DECIDED, 3, "So.", "outcome"),
    (asked(AGREE, NOT), MISSED, 0, "So.", "outcome"), (asked(AGREE, NOT), DECIDED, 0, " ", "words"),
    (asked(AGREE, NOT, outcome=TAKEN), DECIDED, 3, "So.", None),
])
def test_the_chair_decides_once_with_words_and_as_the_quorum_allows(state, outcome, hours, words, field):
    asked(AGREE, NOT).check_decision(DECIDED, "So.", NOW)
    asked(AGREE, None).check_decision(MISSED, "So.", NOW + timedelta(hours=3))
    asked(MEETING, NOT).check_decision(TAKEN, "So.", NOW)
    refused(state.check_decision, outcome, words, NOW + timedelta(hours=hours), field=field)


def test_an_action_follows_from_what_was_decided():
    rules.check_acting(DECIDED)
    for outcome in (MISSED, TAKEN, None):
        refused(rules.check_acting, outcome)


def test_one_running_meeting_ratifies_and_says_why_where_it_does_not():
    running, other = uuid4(), uuid4()
    for dealt_with, words in ((None, ""), (running, "As was said.")):
        rules.check_ratifying(DECIDED, running, dealt_with, True, words)
    refused(rules.check_ratifying, TAKEN, running, None, True, "")
    refused(rules.check_ratifying, DECIDED, None, None, True, "")
    refused(rules.check_ratifying, DECIDED, running, other, True, "")
    refused(rules.check_ratifying, DECIDED, running, None, False, " ", field="words")
    refused(rules.check_ratifying, DECIDED, running, None, True, "x" * 2001, field="words")
